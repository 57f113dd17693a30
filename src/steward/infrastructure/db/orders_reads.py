"""Orders and their executions, as they are read."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from steward.domain.books import StoredOrder
from steward.domain.orders import Fill, Order, OrderNotFound, Side, Status
from steward.infrastructure.db.database import Reading
from steward.infrastructure.db.orders_tables import OPEN, executions, orders
from steward.infrastructure.db.statements import Row, Statement
from steward.infrastructure.db.types import wire

_C = orders.c
ORDER = (
    _C.id,
    _C.owner_id,
    _C.portfolio_id,
    _C.security,
    _C.side,
    _C.original_qty,
    _C.executed_qty,
    _C.executed_value,
    _C.fill_count,
    _C.status,
    _C.client_order_id,
    _C.venue,
    _C.created_at,
    _C.updated_at,
    _C.version,
)
_NULL: ColumnElement[str] = literal_column("'null'")
_WIRE = (
    _C.seq,
    wire(_C.id).label("w_id"),
    _C.security,
    _C.side,
    wire(_C.original_qty).label("w_original"),
    wire(_C.executed_qty).label("w_executed"),
    wire(_C.pending_qty).label("w_pending"),
    _C.status,
    func.coalesce(wire(_C.average_price), _NULL).label("w_average"),
    _C.portfolio_id,
    _C.client_order_id,
    _C.venue,
    wire(_C.created_at).label("w_created"),
    wire(_C.updated_at).label("w_updated"),
    _C.version,
)
# What stands behind these on the wire, where an order is on the exchange.
_STANDS = (
    _C.terms,
    _C.phase,
    func.coalesce(wire(_C.trigger_price), _NULL).label("w_trigger"),
    wire(_C.reserved_cash).label("w_reserved_cash"),
    wire(_C.reserved_qty).label("w_reserved_qty"),
    _C.reason,
    wire(_C.replaced_by_id).label("w_replaced_by"),
)
_OWNED = _C.owner_id == bindparam("owner_id")
MINE = _OWNED & (_C.id == bindparam("order_id"))
_GET = Statement(select(*_WIRE, *_STANDS).where(MINE))
_BY_CLIENT_ID = Statement(select(*ORDER).where(_OWNED, _C.client_order_id == bindparam("client_order_id")))
_page = (
    select(*_WIRE, *_STANDS)
    .where(_OWNED, _C.seq < bindparam("before"))
    .order_by(_C.seq.desc())
    .limit(bindparam("limit", type_=Integer))
)
_FILTERS = {
    one.name: one == bindparam(one.name) for one in (_C.status, _C.security, _C.portfolio_id, _C.venue)
}
_PAGES = {
    names: Statement(_page.where(*(_FILTERS[name] for name in names)))
    for count in range(len(_FILTERS) + 1)
    for names in combinations(_FILTERS, count)
}
_OPEN = Statement(select(_C.id, _C.venue, _C.security, _C.portfolio_id).where(_OWNED, OPEN).order_by(_C.seq))
_E = executions.c
_FILL_WIRE = (
    wire(_E.id).label("w_id"),
    wire(_E.order_id).label("w_order_id"),
    wire(_E.qty).label("w_qty"),
    func.coalesce(wire(_E.price), _NULL).label("w_price"),
    _E.currency,
    _E.price_source,
    wire(_E.executed_at).label("w_executed_at"),
)
_FILLS = Statement(
    select(_C.id.label("found"), _E.seq, *_FILL_WIRE)
    .select_from(orders.outerjoin(executions, (_E.order_id == _C.id) & (_E.seq > bindparam("after"))))
    .where(MINE)
    .order_by(_E.seq)
    .limit(bindparam("limit", type_=Integer))
)
_ALL_ORDERS = Statement(
    select(*ORDER, _C.pending_qty, _C.average_price)
    .where(_C.portfolio_id > bindparam("after"), _C.portfolio_id <= bindparam("until"))
    .order_by(_C.portfolio_id, _C.seq)
)
_ALL_FILLS = Statement(
    select(
        _C.portfolio_id,
        _E.id,
        _E.order_id,
        _E.seq,
        _E.qty,
        _E.price,
        _E.currency,
        _E.price_source,
        _E.executed_at,
    )
    .select_from(executions.join(orders, _C.id == _E.order_id))
    .where(_C.portfolio_id > bindparam("after"), _C.portfolio_id <= bindparam("until"))
    .order_by(_E.order_id, _E.seq)
)


_SIDES = {side.value: side for side in Side}
_STATUSES = {status.value: status for status in Status}


def order(row: Row) -> Order:
    """Make an order of a row that begins with the columns ORDER."""
    fields = [*row[: len(ORDER)]]
    fields[4], fields[9] = _SIDES[row[4]], _STATUSES[row[9]]
    return Order(*fields)


class OrderReads:
    """Look orders up. A row for the wire is `seq` and then the order's fields in their order there."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def row(self, owner_id: UUID, order_id: UUID) -> Row:
        """Give one order for the wire. Raises OrderNotFound."""
        rows = await self._unit.fetch(_GET, {"owner_id": owner_id, "order_id": order_id})
        if not rows:
            raise OrderNotFound
        return rows[0]

    async def page(
        self, owner_id: UUID, *, filters: Mapping[str, object], before: int, limit: int
    ) -> Sequence[Row]:
        """Give orders for the wire, newest first, those with seq < `before`.

        `filters` are what some of status, security, portfolio_id and venue must be.
        """
        params = {"owner_id": owner_id, "before": before, "limit": limit, **filters}
        return await self._unit.fetch(_PAGES[tuple(name for name in _FILTERS if name in filters)], params)

    async def open_ones(self, owner_id: UUID) -> Sequence[tuple[UUID, str, str, int]]:
        """Give all open orders of an owner, oldest first: id, venue, security, portfolio id."""
        return [
            (row[0], row[1], row[2], row[3]) for row in await self._unit.fetch(_OPEN, {"owner_id": owner_id})
        ]

    async def fills(self, owner_id: UUID, order_id: UUID, *, after: int, limit: int) -> Sequence[Row]:
        """Give fills for the wire (seq first), oldest first, those with seq > `after`.

        Raises OrderNotFound.
        """
        params = {"owner_id": owner_id, "order_id": order_id, "after": after, "limit": limit}
        rows = await self._unit.fetch(_FILLS, params)
        if not rows:
            raise OrderNotFound
        return [row[1:] for row in rows if row[1] is not None]

    async def by_client_id(self, owner_id: UUID, client_order_id: str) -> Order | None:
        """Find the order that carries the owner's `client_order_id`."""
        params = {"owner_id": owner_id, "client_order_id": client_order_id}
        rows = await self._unit.fetch(_BY_CLIENT_ID, params)
        return order(rows[0]) if rows else None

    async def between(self, after: int, until: int) -> Sequence[StoredOrder]:
        """Give the orders of the portfolios with after < id <= until."""
        rows = await self._unit.fetch(_ALL_ORDERS, {"after": after, "until": until})
        return [StoredOrder(order(row), *row[len(ORDER) :]) for row in rows]

    async def fills_between(self, after: int, until: int) -> Sequence[tuple[int, Fill]]:
        """Give (portfolio id, fill) of those orders, by order and seq."""
        rows = await self._unit.fetch(_ALL_FILLS, {"after": after, "until": until})
        return [(row[0], Fill(*row[1:])) for row in rows]
