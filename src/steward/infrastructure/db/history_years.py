"""The history of years that are over: a row for each portfolio and year, with what it rests on.

A row counts only while its footing is today's, so none is ever stale, and none has to be deleted.
"""

import json
from collections.abc import Sequence
from datetime import date
from math import gcd
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    select,
)
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.days import History, Missing
from steward.domain.history_years import Footing, HistoryYear
from steward.domain.portfolios import CostMethod
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.portfolios_tables import of_portfolio
from steward.infrastructure.db.statements import Row, Statement, upsert
from steward.infrastructure.db.types import Day, Id, Serial, metadata

history_years = Table(
    "history_years",
    metadata,
    Column("owner_id", Id, nullable=False),
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("year", Integer, nullable=False),
    Column("begins", Day, nullable=False),
    Column("ledgers", Text, nullable=False),
    Column("owner_version", Serial, nullable=False, autoincrement=False),
    Column("max_age_days", Integer, nullable=False),
    Column("cost_method", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("numbers", Text, nullable=False),
    Column("missing", Text, nullable=False),
    PrimaryKeyConstraint("owner_id", "portfolio_id", "year"),
    of_portfolio("history_years"),
    CheckConstraint("year BETWEEN 1900 AND 9999", "year"),
    CheckConstraint("owner_version >= 0 AND max_age_days >= 0", "versions"),
    CheckConstraint("length(currency) = 3", "currency"),
    sqlite_strict=True,
)
_C = history_years.c
_KEY = (_C.owner_id, _C.portfolio_id, _C.year)
_WHOLE = tuple(column for column in _C if column.name not in ("owner_id", "portfolio_id"))
_OF = Statement(
    select(*_WHOLE)
    .where(_C.owner_id == bindparam("owner_id"), _C.portfolio_id == bindparam("portfolio_id"))
    .order_by(_C.year)
)
_COLUMNS = ("securities", "cash", "cost", "money_in", "money_out", "held", "valued")


def _put(engine: str) -> ClauseElement:
    adding = upsert(engine, history_years).values({column: bindparam(column.name) for column in _C})
    changed = {column.name: adding.excluded[column.name] for column in _WHOLE if column.name != "year"}
    return adding.on_conflict_do_update(index_elements=list(_KEY), set_=changed)


_PUT = Statement(_put)


class HistoryYearReads:
    """Find years that are kept."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def of(self, owner_id: UUID, portfolio_id: int) -> list[HistoryYear]:
        """Give all years kept of a portfolio, also those that no longer count, in their order."""
        rows = await self._unit.fetch(_OF, {"owner_id": owner_id, "portfolio_id": portfolio_id})
        return [_year(row) for row in rows]


class HistoryYears(HistoryYearReads):
    """Keep years."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    async def keep(self, owner_id: UUID, portfolio_id: int, years: Sequence[HistoryYear]) -> None:
        """Keep years of a portfolio in place of what they were."""
        for one in years:
            self._writing.defer(_PUT, {"owner_id": owner_id, "portfolio_id": portfolio_id, **_row(one)})
            await self._writing.flush()


def _row(kept: HistoryYear) -> dict[str, object]:
    footing, days = kept.footing, kept.days
    return {
        "year": kept.year,
        "begins": kept.begins,
        "ledgers": _written(sorted(footing.ledgers.items())),
        "owner_version": footing.owner_version,
        "max_age_days": footing.max_age_days,
        "cost_method": footing.cost.value,
        "edition": footing.edition,
        "currency": days.currency,
        "numbers": _written([_shortened(getattr(days, name)) for name in _COLUMNS]),
        "missing": _written(
            [
                [miss.what, miss.subject, miss.first.isoformat(), miss.last.isoformat()]
                for miss in days.missing
            ]
        ),
    }


def _year(row: Row) -> HistoryYear:
    # The domain's histories are columns in numpy, which a worker that never reads one does without.

    year, begins, ledgers, owner_version, max_age_days, cost, edition, currency, numbers, missing = row
    footing = Footing(dict(json.loads(ledgers)), owner_version, max_age_days, CostMethod(cost), edition)
    columns: list[Any] = [_lengthened(*column) for column in json.loads(numbers)]
    missed = tuple(
        Missing(what, subject, date.fromisoformat(first), date.fromisoformat(last))
        for what, subject, first, last in json.loads(missing)
    )
    days = History(date(year, 1, 1), currency, **dict(zip(_COLUMNS, columns, strict=True)), missing=missed)
    return HistoryYear(year, begins, footing, days)


def _shortened(column: Sequence[int | None]) -> tuple[int, list[int | None]]:
    """Give (unit, numbers): the numbers times the unit are the column."""
    unit = gcd(*(one for one in column if one is not None)) or 1
    return unit, [None if one is None else one // unit for one in column]


def _lengthened(unit: int, column: Sequence[int | None]) -> list[int | None]:
    return [None if one is None else one * unit for one in column]


def _written(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
