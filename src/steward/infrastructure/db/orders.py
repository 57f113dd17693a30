"""Orders and their executions: their repository."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Integer,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from steward.domain.books import StoredOrder
from steward.domain.orders import ClientOrderIdTaken, Fill, Order, OrderNotFound, Side, Status
from steward.domain.portfolios import PortfolioNotFound
from steward.infrastructure.db.database import Reading, Retry, Transaction
from steward.infrastructure.db.instruments import multiplier_of
from steward.infrastructure.db.orders_tables import executions, orders
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.statements import Lock, Row, Statement
from steward.infrastructure.db.types import wire

_C = orders.c
_ORDER = (
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
_ONE = Decimal(1)
_OWNED = _C.owner_id == bindparam("owner_id")
_MINE = _OWNED & (_C.id == bindparam("order_id"))
_GET = Statement(select(*_WIRE).where(_MINE))
_BY_CLIENT_ID = Statement(select(*_ORDER).where(_OWNED, _C.client_order_id == bindparam("client_order_id")))
_LOCK = Statement(
    select(*_ORDER, portfolios.c.base_currency, multiplier_of(_C.owner_id, _C.security))
    .select_from(orders.join(portfolios, portfolios.c.id == _C.portfolio_id))
    .where(_MINE),
    lock=Lock.VERSIONED,
)
_LOCK_ORDER = Statement(select(*_ORDER).where(_MINE), lock=Lock.VERSIONED)
_page = (
    select(*_WIRE)
    .where(_OWNED, _C.seq < bindparam("before"))
    .order_by(_C.seq.desc())
    .limit(bindparam("limit", type_=Integer))
)
_by_status = _C.status == bindparam("status")
_by_security = _C.security == bindparam("security")
_PAGES = {
    (False, False): Statement(_page),
    (True, False): Statement(_page.where(_by_status)),
    (False, True): Statement(_page.where(_by_security)),
    (True, True): Statement(_page.where(_by_status, _by_security)),
}
_ADD = Statement(
    insert(orders).values(
        {column: bindparam(column.name) for column in (*_ORDER, _C.pending_qty, _C.average_price)}
    ),
    refusals={
        "fk_orders_portfolios": lambda _: PortfolioNotFound(),
        "uq_orders_client_order_id": lambda _: ClientOrderIdTaken(),
    },
)
_CHANGING = (
    "original_qty",
    "executed_qty",
    "pending_qty",
    "executed_value",
    "average_price",
    "fill_count",
    "status",
    "updated_at",
    "version",
)
_CHANGED = tuple(f"new_{name}" for name in _CHANGING)
# A version that is no longer the one before makes a number that the table refuses.
_next_version = case(
    (_C.version == bindparam("new_version") - literal_column("1"), bindparam("new_version")),
    else_=literal_column("-1"),
)
_SAVE = Statement(
    update(orders)
    .where(_C.id == bindparam("order_id"), _C.owner_id == bindparam("owner_id"))
    .values({**dict(zip(_CHANGING, map(bindparam, _CHANGED), strict=True)), "version": _next_version}),
    refusals={"ck_orders_version": lambda _: Retry()},
)
_E = executions.c
# What a fill and the order that it has just changed have in common is sent once, as _SAVE calls it.
_OF_ORDER = {"seq": "new_fill_count", "executed_at": "new_updated_at"}
_OF_ORDER |= {name: name for name in ("owner_id", "order_id")}
_OF_FILL = {one: _OF_ORDER.get(one.name, f"fill_{one.name}") for one in [*_E][:9]}
_ADD_FILL = Statement(
    insert(executions).values({one: bindparam(name) for one, name in _OF_FILL.items()}),
    refusals={"fk_executions_orders": lambda _: OrderNotFound()},
)
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
    .where(_MINE)
    .order_by(_E.seq)
    .limit(bindparam("limit", type_=Integer))
)
_ALL_ORDERS = Statement(
    select(*_ORDER, _C.pending_qty, _C.average_price)
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


def _order(row: Row) -> Order:
    fields = [*row[: len(_ORDER)]]
    fields[4], fields[9] = _SIDES[row[4]], _STATUSES[row[9]]
    return Order(*fields)


def _changing(order: Order) -> tuple[object, ...]:
    """Give the fields of _CHANGING."""
    return (
        order.original_qty,
        order.executed_qty,
        order.pending_qty,
        order.executed_value,
        order.average_price,
        order.fill_count,
        order.status.value,
        order.updated_at,
        order.version,
    )


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
        self, owner_id: UUID, *, status: str | None, security: str | None, before: int, limit: int
    ) -> Sequence[Row]:
        """Give orders for the wire, newest first, those with seq < `before`."""
        params = {"owner_id": owner_id, "before": before, "limit": limit}
        params |= {"status": status, "security": security}
        return await self._unit.fetch(_PAGES[status is not None, security is not None], params)

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
        return _order(rows[0]) if rows else None

    async def between(self, after: int, until: int) -> Sequence[StoredOrder]:
        """Give the orders of the portfolios with after < id <= until."""
        rows = await self._unit.fetch(_ALL_ORDERS, {"after": after, "until": until})
        return [StoredOrder(_order(row), *row[len(_ORDER) :]) for row in rows]

    async def fills_between(self, after: int, until: int) -> Sequence[tuple[int, Fill]]:
        """Give (portfolio id, fill) of those orders, by order and seq."""
        rows = await self._unit.fetch(_ALL_FILLS, {"after": after, "until": until})
        return [(row[0], Fill(*row[1:])) for row in rows]


class Orders(OrderReads):
    """Keep orders."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    async def lock(self, owner_id: UUID, order_id: UUID) -> Order:
        """Give one order to decide on: nobody else changes it in between. Raises OrderNotFound."""
        rows = await self._unit.fetch(_LOCK_ORDER, {"owner_id": owner_id, "order_id": order_id})
        if not rows:
            raise OrderNotFound
        return _order(rows[0])

    async def lock_to_execute(self, owner_id: UUID, order_id: UUID) -> tuple[Order, str, Decimal]:
        """Give an order, its portfolio's currency, its instrument's multiplier. Raises OrderNotFound."""
        rows = await self._unit.fetch(_LOCK, {"owner_id": owner_id, "order_id": order_id})
        if not rows:
            raise OrderNotFound
        currency, multiplier = rows[0][len(_ORDER) :]
        return _order(rows[0]), currency, multiplier or _ONE

    def add(self, order: Order) -> None:
        """Keep a new order. Raises PortfolioNotFound, ClientOrderIdTaken when the unit is written."""
        self._writing.defer(
            _ADD,
            {
                "id": order.id,
                "owner_id": order.owner_id,
                "portfolio_id": order.portfolio_id,
                "security": order.security,
                "side": order.side.value,
                "client_order_id": order.client_order_id,
                "venue": order.venue,
                "created_at": order.created_at,
                **dict(zip(_CHANGING, _changing(order), strict=True)),
            },
        )

    def save(self, order: Order, fill: Fill | None = None) -> None:
        """Keep the changed state of a locked order, and the execution that has just changed it."""
        params = dict(zip(_CHANGED, _changing(order), strict=True))
        params["order_id"], params["owner_id"] = order.id, order.owner_id
        if fill is not None:
            params |= {
                "fill_id": fill.id,
                "fill_qty": fill.qty,
                "fill_price": fill.price,
                "fill_currency": fill.currency,
                "fill_price_source": fill.price_source,
            }
        self._writing.defer(_SAVE, params)
        if fill is not None:
            self._writing.defer(_ADD_FILL, params)
