"""Reading the ledger: pages for the wire, what a decision needs, and whole histories for analyses."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import Integer, bindparam, exists, func, select, true
from sqlalchemy.sql.elements import ColumnElement

from steward.domain.portfolios import Portfolio
from steward.domain.transactions import Kind, Transaction, TransactionNotFound
from steward.infrastructure.db.corporate_actions import SOME_STAND
from steward.infrastructure.db.database import Reading
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.positions import positions
from steward.infrastructure.db.statements import Row, Statement
from steward.infrastructure.db.transactions_rows import WHOLE, transaction
from steward.infrastructure.db.transactions_tables import IS_ASSET, transactions
from steward.infrastructure.db.types import Serial, listed, wire, written_list

_AT_ONCE = 2000
_C = transactions.c
_P = portfolios.c
_OWNED = _C.owner_id == bindparam("owner_id")
_MINE = _OWNED & (_C.portfolio_id == bindparam("portfolio_id"))
_reversal = transactions.alias("reversal")
_standing = ~exists().where(_reversal.c.reverses == _C.id)
_reversed_by = select(_reversal.c.id).where(_reversal.c.reverses == _C.id).scalar_subquery()
_ASSET = Statement(select(*WHOLE).where(_MINE, _C.id == bindparam("asset_id"), IS_ASSET, _standing))
_assets = (
    select(
        _C.id,
        _C.portfolio_id,
        _C.symbol,
        wire(_C.quantity).label("units"),
        wire(_C.recorded_at).label("made"),
        _C.occurred_at,
    )
    .where(_MINE, IS_ASSET, _standing)
    .order_by(_C.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Serial))
    .subquery()
)
_ASSETS = Statement(
    select(_P.asset_count, *_assets.c, SOME_STAND)
    .select_from(portfolios.outerjoin(_assets, true()))
    .where(_P.owner_id == bindparam("owner_id"), _P.id == bindparam("portfolio_id"))
    .order_by(_assets.c.id.desc())
)
_held = positions.c
_OF_SYMBOL = Statement(
    select(*WHOLE)
    .select_from(transactions.join(positions, _held.portfolio_id == _C.portfolio_id))
    .where(
        _held.owner_id == bindparam("owner_id"),
        _held.symbol == bindparam("symbol"),
        _C.symbol == _held.symbol,
    )
    .order_by(_C.portfolio_id, _C.seq)
)
_BETWEEN = Statement(
    select(*WHOLE)
    .where(_C.portfolio_id > bindparam("after"), _C.portfolio_id <= bindparam("until"))
    .order_by(_C.portfolio_id, _C.seq)
)
_joined = transactions.alias("joined")
_joined_between = select(_joined.c.transfer_id).where(
    _joined.c.transfer_id.is_not(None),
    _joined.c.portfolio_id > bindparam("after"),
    _joined.c.portfolio_id <= bindparam("until"),
)
_SIDES_BETWEEN = Statement(
    select(*WHOLE)
    .where(_C.transfer_id.is_not(None), _C.transfer_id.in_(_joined_between))
    .order_by(_C.portfolio_id, _C.seq)
)
_shown = (*WHOLE, _reversed_by.label("reversed_by"))
_ONE = Statement(select(*_shown).where(_MINE, _C.id == bindparam("transaction_id")))
_page = (
    select(*_shown)
    .where(
        _MINE,
        _C.seq < bindparam("before"),
        _C.occurred_at >= bindparam("start"),
        _C.occurred_at <= bindparam("end"),
    )
    .order_by(_C.seq.desc())
    .limit(bindparam("limit", type_=Integer))
)
_by_kind = _C.kind == bindparam("kind")
_by_symbol = _C.symbol == bindparam("symbol")
_PAGES = {
    (False, False): Statement(_page),
    (True, False): Statement(_page.where(_by_kind)),
    (False, True): Statement(_page.where(_by_symbol)),
    (True, True): Statement(_page.where(_by_kind, _by_symbol)),
}
_IDS = Statement(
    select(func.min(_C.id), func.max(_C.id)).where(
        _C.portfolio_id == bindparam("portfolio_id"),
        _C.seq >= bindparam("first"),
        _C.seq <= bindparam("last"),
    )
)
_SINCE = Statement(
    select(*WHOLE)
    .where(
        _MINE,
        listed(_C.symbol, "symbols"),
        _C.occurred_at >= bindparam("start"),
        _C.quantity.is_not(None),
        _C.reverses.is_(None),
        _standing,
    )
    .order_by(_C.seq)
)
_SIDES = Statement(
    select(*WHOLE)
    .where(_OWNED, _C.transfer_id == bindparam("transfer_id"), _C.reverses.is_(None))
    .order_by(_C.portfolio_id)
)
_NAMED = Statement(
    select(_C.external_id).where(_MINE, listed(_C.external_id, "names"), _C.reverses.is_(None))
)
_OF = Statement(select(*WHOLE).where(_MINE).order_by(_C.seq))
_BEHIND = Statement(
    select(*WHOLE)
    .where(_C.portfolio_id == bindparam("portfolio_id"), _C.seq > bindparam("seq"))
    .order_by(_C.seq)
)
_mine = select(_P.id).where(_P.owner_id == bindparam("owner_id"))
_OF_ALL = Statement(select(*WHOLE).where(_C.portfolio_id.in_(_mine)).order_by(_C.portfolio_id, _C.seq))
_moved = transactions.alias("moved")
_exchanged = select(_moved.c.symbol).where(
    _moved.c.owner_id == bindparam("owner_id"),
    _moved.c.portfolio_id == bindparam("portfolio_id"),
    _moved.c.transfer_id.is_not(None),
    _moved.c.symbol.is_not(None),
)
_here: ColumnElement[bool] = _C.portfolio_id == bindparam("portfolio_id")
_RELATED = Statement(
    select(*WHOLE)
    .where(_C.portfolio_id.in_(_mine), _here | _C.symbol.in_(_exchanged))
    .order_by(_C.portfolio_id, _C.seq)
)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


class TransactionReads:
    """Read the ledger.

    Asset rows for the wire: id, portfolio id, symbol, quantity, created at; then when it was, and whether
    the owner has entered corporate actions.
    """

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def assets(
        self, owner_id: UUID, portfolio_id: int, *, limit: int, offset: int
    ) -> tuple[int, Sequence[Row]] | None:
        """Give the number of assets and one page of them, newest first; None without the portfolio."""
        params = {"owner_id": owner_id, "portfolio_id": portfolio_id, "limit": limit, "offset": offset}
        rows = await self._unit.fetch(_ASSETS, params)
        if not rows:
            return None
        return rows[0][0], [row[1:] for row in rows if row[1] is not None]

    async def asset(self, portfolio: Portfolio, asset_id: int) -> Transaction | None:
        """Find a declared asset that still stands in a locked portfolio."""
        params = {"owner_id": portfolio.owner_id, "portfolio_id": portfolio.id, "asset_id": asset_id}
        rows = await self._unit.fetch(_ASSET, params)
        return transaction(rows[0]) if rows else None

    async def one(
        self, owner_id: UUID, portfolio_id: int, transaction_id: int
    ) -> tuple[Transaction, int | None]:
        """Give a transaction and the id of its reversal. Raises TransactionNotFound."""
        params = {"owner_id": owner_id, "portfolio_id": portfolio_id, "transaction_id": transaction_id}
        rows = await self._unit.fetch(_ONE, params)
        if not rows:
            raise TransactionNotFound
        return transaction(rows[0][:-1]), rows[0][-1]

    async def page(
        self,
        owner_id: UUID,
        portfolio_id: int,
        *,
        kind: Kind | None,
        symbol: str | None,
        start: date,
        end: date,
        before: int,
        limit: int,
    ) -> Sequence[tuple[Transaction, int | None]]:
        """Give those with start <= trade date <= end and a number below `before`, newest first.

        Each comes with the id of its reversal.
        """
        params = {
            "owner_id": owner_id,
            "portfolio_id": portfolio_id,
            "before": before,
            "start": _start_of(start),
            "end": datetime.combine(end, time.max, UTC),
            "kind": kind and kind.value,
            "symbol": symbol,
            "limit": limit,
        }
        rows = await self._unit.fetch(_PAGES[kind is not None, symbol is not None], params)
        return [(transaction(row[:-1]), row[-1]) for row in rows]

    async def since(self, portfolio: Portfolio, symbols: Collection[str], day: date) -> Sequence[Transaction]:
        """Give what moved units of `symbols` on `day` or later and was not taken back."""
        params = {
            "owner_id": portfolio.owner_id,
            "portfolio_id": portfolio.id,
            "symbols": written_list(symbols),
            "start": _start_of(day),
        }
        return [transaction(row) for row in await self._unit.fetch(_SINCE, params)]

    async def sides(self, owner_id: UUID, transfer_id: UUID) -> Sequence[Transaction]:
        """Give both sides of a transfer between two portfolios of the owner, by portfolio."""
        rows = await self._unit.fetch(_SIDES, {"owner_id": owner_id, "transfer_id": transfer_id})
        return [transaction(row) for row in rows]

    async def named(self, portfolio: Portfolio, external_ids: Collection[str]) -> set[str]:
        """Give those of the external ids that the portfolio has already."""
        params = {
            "owner_id": portfolio.owner_id,
            "portfolio_id": portfolio.id,
            "names": written_list(external_ids),
        }
        return {row[0] for row in await self._unit.fetch(_NAMED, params)}

    async def ids_between(self, portfolio: Portfolio, first: int, last: int) -> tuple[int, int]:
        """Give the lowest and the highest id of the transactions numbered `first` to `last`."""
        params = {"portfolio_id": portfolio.id, "first": first, "last": last}
        (row,) = await self._unit.fetch(_IDS, params)
        return row[0], row[1]

    async def of(self, owner_id: UUID, portfolio_id: int | None) -> list[Transaction]:
        """Give the transactions of one portfolio, or of all the owner's, in the order of their ledgers."""
        if portfolio_id is None:
            return await self._many(_OF_ALL, {"owner_id": owner_id})
        return await self._many(_OF, {"owner_id": owner_id, "portfolio_id": portfolio_id})

    async def related(self, owner_id: UUID, portfolio_id: int) -> list[Transaction]:
        """Give those of a portfolio and, from the owner's others, those of symbols that moved in between.

        In the order of their ledgers, portfolio by portfolio.
        """
        return await self._many(_RELATED, {"owner_id": owner_id, "portfolio_id": portfolio_id})

    async def of_symbol(self, owner_id: UUID, symbol: str) -> Sequence[Transaction]:
        """Give the transactions in `symbol` of all the owner's portfolios, in the order of each ledger."""
        return await self._many(_OF_SYMBOL, {"owner_id": owner_id, "symbol": symbol})

    async def behind(self, portfolio_id: int, seq: int) -> Sequence[Transaction]:
        """Give what the ledger of a portfolio has had after its `seq`-th transaction."""
        return await self._many(_BEHIND, {"portfolio_id": portfolio_id, "seq": seq})

    async def between(self, after: int, until: int) -> Sequence[Transaction]:
        """Give the transactions of the portfolios with after < id <= until, in ledger order."""
        return await self._many(_BETWEEN, {"after": after, "until": until})

    async def sides_between(self, after: int, until: int) -> Sequence[Transaction]:
        """Give, from all portfolios, what belongs to transfers of those with after < id <= until."""
        return await self._many(_SIDES_BETWEEN, {"after": after, "until": until})

    async def _many(self, statement: Statement, params: dict[str, object]) -> list[Transaction]:
        found: list[Transaction] = []
        rows = await self._unit.fetch(statement, params)
        for start in range(0, len(rows), _AT_ONCE):
            found += map(transaction, rows[start : start + _AT_ONCE])
            # Others go on in between.
            await asyncio.sleep(0)
        return found
