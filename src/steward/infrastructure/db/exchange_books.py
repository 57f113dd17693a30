"""Reads what is kept of the exchange, for the check of its books."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import bindparam, func, select

from steward.domain.exchange_books import AccountBooks, DeskBooks
from steward.domain.listings import Listing
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
_FILLS_AT = Statement(select(*_E).select_from(executions.join(orders, _C.id == _E.order_id)).where(_AT_DESK))
_TRADES_AT = Statement(
    select(*_T).where(_T.venue == bindparam("venue"), _T.symbol == bindparam("symbol")).order_by(_T.seq)
)
_FILL = tuple(column.name for column in _E if column.name not in ("owner_id", "fee"))


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

    async def desk(self, key: DeskKey) -> DeskBooks:
        """Give all of a desk."""
        params = {"venue": key.venue, "symbol": key.symbol}
        listing, state = (await self._desks.of([key]))[key]
        rows = await self._snapshot.fetch(_TRADES_AT, params)
        made = [Trade(**dict(zip(_T.keys(), row, strict=True))) for row in rows]
        placed = {one.id: one for one in map(order, await self._snapshot.fetch(_ORDERS_AT, params))}
        fills = []
        for row in await self._snapshot.fetch(_FILLS_AT, params):
            told = dict(zip(_E.keys(), row, strict=True))
            fills.append(Fill(**{name: told[name] for name in _FILL}))
        return DeskBooks(listing, state, made, placed, fills)

    async def keys(self) -> list[DeskKey]:
        """Name every desk."""
        return list(await self._desks.all())
