"""Reads what is kept of the exchange, for the check of its books."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping

from sqlalchemy import bindparam, func, select

from steward.domain.exchange_books import AccountBooks, DeskBooks
from steward.domain.listings import DeskState, Listing
from steward.domain.orders import Fill, Order
from steward.domain.trading import Trade
from steward.infrastructure.db.accounts import AccountReads
from steward.infrastructure.db.database import Reading
from steward.infrastructure.db.desk_orders import WHOLE, order
from steward.infrastructure.db.desks import DeskReads
from steward.infrastructure.db.desks_tables import order_events, trades
from steward.infrastructure.db.orders_tables import executions, orders
from steward.infrastructure.db.statements import Statement
from steward.usecases.values import DeskKey

_C, _E, _T, _V = orders.c, executions.c, trades.c, order_events.c
_ORDERS = Statement(
    select(*WHOLE)
    .where(
        _C.desk_seq.is_not(None),
        _C.portfolio_id > bindparam("after"),
        _C.portfolio_id <= bindparam("until"),
    )
    .order_by(_C.seq)
)
_EVENTS = Statement(
    select(_V.portfolio_id, func.count().label("count"), func.max(_V.seq).label("last"))
    .where(_V.portfolio_id > bindparam("after"), _V.portfolio_id <= bindparam("until"))
    .group_by(_V.portfolio_id)
)
_AT_DESK = (_C.venue == bindparam("venue")) & (_C.security == bindparam("symbol"))
_ORDERS_AT = Statement(select(*WHOLE).where(_AT_DESK, _C.desk_seq.is_not(None)))
# The check of a desk asks neither for the owner of a fill nor for its fee.
_FILL = tuple(column.name for column in _E if column.name not in ("owner_id", "fee"))
_FILLS_AT = Statement(
    select(*(_E[name] for name in _FILL))
    .select_from(executions.join(orders, _C.id == _E.order_id))
    .where(_AT_DESK)
)
_TRADES_AT = Statement(
    select(*_T).where(_T.venue == bindparam("venue"), _T.symbol == bindparam("symbol")).order_by(_T.seq)
)


class ExchangeBooks:
    """Reads through a snapshot."""

    def __init__(self, snapshot: Reading) -> None:
        self._snapshot = snapshot
        self._accounts = AccountReads(snapshot)
        self._desks = DeskReads(snapshot)

    async def listings(self) -> Mapping[tuple[str, str], Listing]:
        """Give what is listed, by venue and symbol."""
        found = await self._desks.all()
        return {(key.venue, key.symbol): listing for key, (listing, _) in found.items()}

    async def accounts(
        self, after: int, until: int, listings: Mapping[tuple[str, str], Listing]
    ) -> Mapping[int, AccountBooks]:
        """Give the accounts of the portfolios with after < id <= until."""
        params = {"after": after, "until": until}
        placed: dict[int, list[Order]] = defaultdict(list)
        for row in await self._snapshot.fetch(_ORDERS, params):
            placed[row[2]].append(order(row))
        events = {row[0]: (row[1], row[2]) for row in await self._snapshot.fetch(_EVENTS, params)}
        found = await self._accounts.between(after, until)
        return {
            id_: AccountBooks(one.account, one.ledger_seq, placed[id_], events.get(id_, (0, 0)), listings)
            for id_, one in found.items()
        }

    async def desks(self) -> AsyncIterator[DeskBooks]:
        """Give the books of every desk."""
        for key, (listing, state) in (await self._desks.all()).items():
            yield await self._desk(key, listing, state)

    async def _desk(self, key: DeskKey, listing: Listing, state: DeskState) -> DeskBooks:
        params = {"venue": key.venue, "symbol": key.symbol}
        rows = await self._snapshot.fetch(_TRADES_AT, params)
        made = [Trade(**dict(zip(_T.keys(), row, strict=True))) for row in rows]
        placed = {one.id: one for one in map(order, await self._snapshot.fetch(_ORDERS_AT, params))}
        rows = await self._snapshot.fetch(_FILLS_AT, params)
        fills = [Fill(**dict(zip(_FILL, row, strict=True))) for row in rows]
        return DeskBooks(listing, state, made, placed, fills)
