"""Daily closes and rates: a row for each owner, symbol (or pair) and year, its days and numbers as two lists.

Twenty years of 300 symbols are 6,000 rows, which load in less time than one row a day takes to send.
"""

import asyncio
import json
from array import array
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    select,
    text,
)
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.closes import Series, SeriesKind, packed
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.statements import Row, Statement
from steward.infrastructure.db.types import Id, Plain, listed, metadata, written_list
from steward.infrastructure.db.users import INSTRUMENTS_CHANGED, LOCK, PRICES_CHANGED
from steward.usecases.prices import SOURCE

price_years = Table(
    "price_years",
    metadata,
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("year", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("scale", Integer, nullable=False),
    Column("days", Text, nullable=False),
    Column("numbers", Text, nullable=False),
    PrimaryKeyConstraint("owner_id", "kind", "symbol", "year"),
    CheckConstraint("kind IN ('close', 'rate')", "kind"),
    CheckConstraint("length(symbol) BETWEEN 1 AND 32", "symbol"),
    CheckConstraint("year BETWEEN 1900 AND 9999", "year"),
    CheckConstraint("length(currency) = 3", "currency"),
    CheckConstraint("scale BETWEEN 0 AND 18", "scale"),
    sqlite_strict=True,
)
_C = price_years.c
# What is read at once is bounded: on SQLite it runs on the event loop.
_SYMBOLS_AT_ONCE = 50
_YEARS_AT_ONCE = 400
# Below this many rows a thread costs more than what it takes off the event loop.
_ROWS_WORTH_A_THREAD = 100
_WHOLE = (_C.symbol, _C.year, _C.currency, _C.scale, _C.days, _C.numbers)
_WITHIN = (
    (_C.owner_id == bindparam("owner_id"))
    & (_C.kind == bindparam("kind"))
    & (_C.year >= bindparam("first_year"))
    & (_C.year <= bindparam("last_year"))
)
_ALL = Statement(select(*_WHOLE).where(_WITHIN).order_by(_C.symbol, _C.year))
_LISTED = Statement(select(*_WHOLE).where(_WITHIN, listed(_C.symbol, "symbols")).order_by(_C.symbol, _C.year))
_CURRENCIES = Statement(
    select(_C.symbol, _C.currency)
    .distinct()
    .where(_C.owner_id == bindparam("owner_id"), _C.kind == bindparam("kind"), listed(_C.symbol, "symbols"))
)
_COLUMNS = "owner_id, kind, symbol, year, currency, scale, days, numbers"
_CHANGED = (
    "ON CONFLICT (owner_id, kind, symbol, year) DO UPDATE SET currency = excluded.currency, "
    "scale = excluded.scale, days = excluded.days, numbers = excluded.numbers"
)


def _put(engine: str) -> ClauseElement:
    """Keep any number of rows in one statement: each is [symbol, year, currency, scale, days, numbers]."""
    if engine == "sqlite":
        fields = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(6))
        rows = f"SELECT :owner_id, :kind, {fields} FROM json_each(:rows) WHERE true"  # noqa: S608 - ours
    else:
        rows = (
            "SELECT CAST(:owner_id AS UUID), CAST(:kind AS TEXT), value->>0, CAST(value->>1 AS INTEGER), "
            "value->>2, CAST(value->>3 AS INTEGER), value->>4, value->>5 "
            "FROM json_array_elements(CAST(:rows AS JSON))"
        )
    return text(f"INSERT INTO price_years ({_COLUMNS}) {rows} {_CHANGED}")


def _remove(engine: str) -> ClauseElement:
    """Remove any number of rows in one statement: each is [symbol, year]."""
    gone = (
        "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:rows)"
        if engine == "sqlite"
        else "SELECT value->>0, CAST(value->>1 AS INTEGER) FROM json_array_elements(CAST(:rows AS JSON))"
    )
    whose = "owner_id = CAST(:owner_id AS UUID)" if engine == "postgresql" else "owner_id = :owner_id"
    return text(f"DELETE FROM price_years WHERE {whose} AND kind = :kind AND (symbol, year) IN ({gone})")  # noqa: S608 - ours


_PUT = Statement(_put)
_REMOVE = Statement(_remove)


class CloseReads:
    """Read closes and rates that the owner entered."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def of(
        self,
        owner_id: UUID,
        symbols: Collection[str] | None,
        first_year: int,
        last_year: int,
        kind: SeriesKind = SeriesKind.CLOSE,
    ) -> list[Series]:
        """Give the series of these symbols (or pairs), or of all, in their order, with these years only."""
        params = {"owner_id": owner_id, "kind": kind.value, "first_year": first_year, "last_year": last_year}
        if symbols is None:
            rows = await self._unit.fetch(_ALL, params)
        else:
            rows, ordered = [], sorted(symbols)
            for start in range(0, len(ordered), _SYMBOLS_AT_ONCE):
                some = written_list(ordered[start : start + _SYMBOLS_AT_ONCE])
                rows += await self._unit.fetch(_LISTED, {**params, "symbols": some})
                # SQLite has not waited for anything: others have their turn here.
                await asyncio.sleep(0)
        if len(rows) < _ROWS_WORTH_A_THREAD:
            return list(_read(rows))
        return await asyncio.to_thread(lambda: list(_read(rows)))

    async def currencies(self, owner_id: UUID, symbols: Collection[str]) -> dict[str, str]:
        """Give the currency of the closes of each symbol that has any."""
        params = {
            "owner_id": owner_id,
            "kind": SeriesKind.CLOSE.value,
            "symbols": written_list(symbols),
        }
        return dict(await self._unit.fetch(_CURRENCIES, params))


class Closes(CloseReads):
    """Keep closes and rates."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    async def hold(self, owner_id: UUID) -> None:
        """Let nobody else change what the owner states of prices until the unit ends."""
        await self._writing.fetch(LOCK, {"user_id": owner_id})

    async def keep(self, owner_id: UUID, kind: SeriesKind, years: Sequence[tuple[int, Series]]) -> None:
        """Keep years in place of what they were; one without a day in it goes."""
        whose = {"owner_id": owner_id, "kind": kind.value}
        for start in range(0, len(years), _YEARS_AT_ONCE):
            some = years[start : start + _YEARS_AT_ONCE]
            kept = [_row(year, series) for year, series in some if series.days]
            gone = [(series.key, year) for year, series in some if not series.days]
            for statement, rows in ((_PUT, kept), (_REMOVE, gone)):
                if rows:
                    self._writing.defer(statement, {**whose, "rows": json.dumps(rows)})
            await self._writing.flush()

    async def advance(self, owner_id: UUID, *, history: bool) -> None:
        """Make every kept valuation an older one; with `history`, every kept figure of the past too."""
        # An entered price may have touched the owner's row in what is deferred.
        await self._writing.flush()
        statement = INSTRUMENTS_CHANGED if history else PRICES_CHANGED
        self._writing.defer(statement, {"changed_owner_id": owner_id})


def _row(year: int, series: Series) -> tuple[object, ...]:
    before = _day_before(year)
    days = json.dumps([day - before for day in series.days], separators=(",", ":"))
    numbers = json.dumps(list(series.values), separators=(",", ":"))
    return series.key, year, series.currency, series.scale, days, numbers


def _read(rows: Sequence[Row]) -> Iterator[Series]:
    # What is traded at one place is traded on the same days: most lists of days are read once.
    known: dict[tuple[int, str], array[int]] = {}
    for symbol, grouped in groupby(rows, key=lambda row: str(row[0])):
        years = list(grouped)
        scale = max(row[3] for row in years)
        days, values = array("q"), list[int]()
        for _, year, _, digits, written, numbers in years:
            read = known.get((year, written))
            if read is None:
                before = _day_before(year)
                read = known[year, written] = array("q", [before + day for day in json.loads(written)])
            days.extend(read)
            found = json.loads(numbers)
            if digits < scale:
                step = 10 ** (scale - digits)
                found = [number * step for number in found]
            values += found
        yield Series(symbol, years[0][2], SOURCE, scale, days, packed(values))


def _day_before(year: int) -> int:
    return date(year, 1, 1).toordinal() - 1
