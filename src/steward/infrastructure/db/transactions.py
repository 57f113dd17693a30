"""The ledger: transactions with the positions beside them, always written together."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Integer, bindparam, insert, literal_column, select, table, update
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.positions import fold
from steward.domain.transactions import (
    NO_TERMS,
    Entry,
    ExternalIdTaken,
    Sealed,
    Transaction,
    first_day,
    sealed_text,
)
from steward.infrastructure.db.chain import MOVE_HEAD, add_next
from steward.infrastructure.db.database import Retry
from steward.infrastructure.db.database import Transaction as Unit
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.positions import CHANGE_POSITION
from steward.infrastructure.db.statements import Params, Statement
from steward.infrastructure.db.transactions_reads import TransactionReads
from steward.infrastructure.db.transactions_rows import NARROW, WIDE, narrow, numbered, stated, wide
from steward.infrastructure.db.transactions_tables import transactions

_AT_ONCE = 50
_C = transactions.c
_P = portfolios.c
# Somebody else has appended since the head was read.
_overtaken: Mapping[str, Callable[[Params], Exception]] = {
    "uq_transactions_seq": lambda _: Retry(),
    "fk_transactions_portfolios": lambda _: PortfolioNotFound(),
}
_taken: Mapping[str, Callable[[Params], Exception]] = {
    **_overtaken,
    "uq_transactions_external_id": lambda _: ExternalIdTaken(),
}
_ADD = Statement(
    insert(transactions).values({_C[name]: bindparam(name) for name in NARROW}), refusals=_overtaken
)
_ADD_WIDE = Statement(
    insert(transactions).values({_C[name]: bindparam(name) for name in WIDE}), refusals=_taken
)
_ADD_MANY = Statement(
    insert(transactions).values(
        [{_C[name]: bindparam(f"{name}_{place}") for name in WIDE} for place in range(_AT_ONCE)]
    ),
    refusals=_taken,
)
_advance = (
    update(portfolios)
    .where(_P.owner_id == bindparam("head_owner_id"), _P.id == bindparam("head_id"))
    .values(
        ledger_seq=bindparam("head_seq"),
        ledger_digest=bindparam("head_digest"),
        changed_at=bindparam("head_at"),
        asset_count=_P.asset_count + bindparam("head_assets", type_=Integer),
    )
)
# What a year that is over looks like has changed with it.
_advance_past = _advance.values(history_version=_P.history_version + literal_column("1"))
_ADVANCE, _ADVANCE_PAST = Statement(_advance), Statement(_advance_past)
_ADVANCE_FIRST, _ADVANCE_FIRST_PAST = (
    Statement(
        lambda engine, clause=clause: clause.returning(_P.id) if engine == "postgresql" else clause,  # type: ignore[misc]  # bound now
        name="head",
    )
    for clause in (_advance, _advance_past)
)


def _add_answering(names: Sequence[str], engine: str) -> ClauseElement:
    """Add one transaction and give its id.

    PostgreSQL runs the part of a batch that answers before all others. This one reads the part that
    locks the portfolio's row, so that the row is locked first, as in every other batch.
    """
    columns = [_C[name] for name in names]
    if engine == "sqlite":
        return insert(transactions).values({one: bindparam(one.name) for one in columns}).returning(_C.id)
    values = select(*(bindparam(column.name, type_=column.type) for column in columns))
    return insert(transactions).from_select(columns, values.select_from(table("head"))).returning(_C.id)


_ADD_NEXT = Statement(partial(add_next, transactions, NARROW), refusals=_overtaken)
_ADD_NEXT_ANSWERING = Statement(
    lambda engine: add_next(transactions, NARROW, engine).returning(_C.id, _C.seq, _C.digest),
    refusals=_overtaken,
)
_ADD_ANSWERING = Statement(partial(_add_answering, NARROW), refusals=_overtaken)
_ADD_WIDE_ANSWERING = Statement(partial(_add_answering, WIDE), refusals=_taken)


class Transactions(TransactionReads):
    """Append to the ledger.

    `assets` is the change in the number of assets. `since` is the first day whose figures change, when
    that is not the first day of what is appended. Without `moves` the positions are left as they are, to
    be rebuilt.
    """

    def __init__(self, unit: Unit) -> None:
        super().__init__(unit)
        self._writing = unit

    def append(
        self,
        portfolio: Portfolio,
        sealed: Sequence[Sealed],
        *,
        assets: int = 0,
        since: date | None = None,
        moves: bool = True,
    ) -> None:
        """Append to a locked portfolio, with the positions that change and the new head."""
        self._advance((_ADVANCE, _ADVANCE_PAST), portfolio, sealed, assets, since)
        if moves:
            self._move(portfolio, sealed)
        for one in sealed:
            if one.entry.terms is NO_TERMS:
                self._writing.defer(_ADD, narrow(portfolio.owner_id, one))
            else:
                self._writing.defer(_ADD_WIDE, wide(portfolio.owner_id, one))

    async def append_one(
        self,
        portfolio: Portfolio,
        sealed: Sealed,
        *,
        assets: int = 0,
        since: date | None = None,
        moves: bool = True,
    ) -> Transaction:
        """Append one and give it with its id."""
        self._advance((_ADVANCE_FIRST, _ADVANCE_FIRST_PAST), portfolio, [sealed], assets, since)
        if moves:
            self._move(portfolio, [sealed])
        if sealed.entry.terms is NO_TERMS:
            self._writing.defer(_ADD_ANSWERING, narrow(portfolio.owner_id, sealed))
        else:
            self._writing.defer(_ADD_WIDE_ANSWERING, wide(portfolio.owner_id, sealed))
        # Positions that are rebuilt come after it.
        rows = await (self._writing.conclude() if moves else self._writing.flush())
        if not rows:
            raise PortfolioNotFound
        return Transaction(
            rows[0][0], portfolio.id, sealed.seq, sealed.recorded_at, sealed.entry, sealed.digest
        )

    def append_next(self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime) -> None:
        """Append behind whatever is last when this is written, with the position that changes.

        For what was not decided on the ledger. Raises PortfolioNotFound when the unit is written.
        """
        self._writing.defer(_ADD_NEXT, self._chain(owner_id, portfolio_id, entry, at))

    async def append_next_one(
        self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime, assets: int = 0
    ) -> Transaction:
        """Append one behind whatever is last, as the last of its unit, and give it with its place.

        Raises PortfolioNotFound.
        """
        params = self._chain(owner_id, portfolio_id, entry, at, assets=assets)
        self._writing.defer(_ADD_NEXT_ANSWERING, params)
        made, seq, digest = (await self._writing.conclude())[0]
        return Transaction(made, portfolio_id, seq, at, entry, digest)

    def _chain(
        self, owner_id: UUID, portfolio_id: int, entry: Entry, at: datetime, *, assets: int = 0
    ) -> dict[str, object]:
        """Move the head and the position; give what adds the transaction behind."""
        params = {
            **stated(owner_id, portfolio_id, at, entry),
            "sealed_text": sealed_text(at, entry),
            "assets": assets,
            "change": entry.change,
            "traded_change": entry.traded_change,
        }
        self._writing.defer(MOVE_HEAD, params)
        if entry.symbol is not None and entry.quantity is not None:
            self._writing.defer(CHANGE_POSITION, params)
        return params

    async def append_many(
        self, portfolio: Portfolio, sealed: Sequence[Sealed], *, assets: int = 0, moves: bool = True
    ) -> tuple[int, int]:
        """Append thousands, letting others on in between; give the first id and the last."""
        self._advance((_ADVANCE, _ADVANCE_PAST), portfolio, sealed, assets, None)
        await self._writing.flush()
        for start in range(0, len(sealed), _AT_ONCE):
            rows = [wide(portfolio.owner_id, one) for one in sealed[start : start + _AT_ONCE]]
            if len(rows) == _AT_ONCE:
                self._writing.defer(_ADD_MANY, numbered(rows))
                await self._writing.flush()
            else:
                for row in rows:
                    self._writing.defer(_ADD_WIDE, row)
                    await self._writing.flush()
            await asyncio.sleep(0)
        if moves:
            for place, change in enumerate(_changes(portfolio, sealed)):
                self._writing.defer(CHANGE_POSITION, change)
                await self._writing.flush()
                if place % _AT_ONCE == 0:
                    await asyncio.sleep(0)
        return await self.ids_between(portfolio, sealed[0].seq, sealed[-1].seq)

    async def append_all(self, appended: Sequence[tuple[Portfolio, Sequence[Sealed]]]) -> None:
        """Append to several locked portfolios, in a few round trips for all of them."""
        heads: dict[Statement, list[Params]] = {}
        for portfolio, sealed in appended:
            statement, params = _headed((_ADVANCE, _ADVANCE_PAST), portfolio, sealed, 0, None)
            heads.setdefault(statement, []).append(params)
        for statement, rows in heads.items():
            await self._writing.many(statement, rows)
        changes = [change for portfolio, sealed in appended for change in _changes(portfolio, sealed)]
        await self._writing.many(CHANGE_POSITION, changes)
        every = [(portfolio.owner_id, one) for portfolio, sealed in appended for one in sealed]
        plain = [narrow(owner_id, one) for owner_id, one in every if one.entry.terms is NO_TERMS]
        await self._writing.many(_ADD, plain)
        termed = [wide(owner_id, one) for owner_id, one in every if one.entry.terms is not NO_TERMS]
        await self._writing.many(_ADD_WIDE, termed)

    def _advance(
        self,
        statements: tuple[Statement, Statement],
        portfolio: Portfolio,
        sealed: Sequence[Sealed],
        assets: int,
        since: date | None,
    ) -> None:
        # The portfolio first: its row is what every writer of its positions locks first.
        self._writing.defer(*_headed(statements, portfolio, sealed, assets, since))

    def _move(self, portfolio: Portfolio, sealed: Sequence[Sealed]) -> None:
        for change in _changes(portfolio, sealed):
            self._writing.defer(CHANGE_POSITION, change)


def _headed(
    statements: tuple[Statement, Statement],
    portfolio: Portfolio,
    sealed: Sequence[Sealed],
    assets: int,
    since: date | None,
) -> tuple[Statement, Params]:
    """Give what moves the head, by whether years that are over change with it."""
    head = sealed[-1]
    first = since or first_day(one.entry for one in sealed) or head.recorded_at.date()
    return statements[first.year < head.recorded_at.year], {
        "head_owner_id": portfolio.owner_id,
        "head_id": portfolio.id,
        "head_seq": head.seq,
        "head_digest": head.digest,
        "head_at": head.recorded_at,
        "head_assets": assets,
    }


def _changes(portfolio: Portfolio, sealed: Sequence[Sealed]) -> list[dict[str, object]]:
    return [
        {
            "owner_id": portfolio.owner_id,
            "portfolio_id": portfolio.id,
            "symbol": change.symbol,
            "change": change.quantity,
            "traded_change": change.traded_quantity,
        }
        for change in fold(one.entry for one in sealed).values()
    ]
