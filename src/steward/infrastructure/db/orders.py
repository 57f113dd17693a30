"""Orders and their executions: their repository."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    bindparam,
    case,
    insert,
    literal_column,
    select,
    update,
)

from steward.domain.orders import ClientOrderIdTaken, Fill, Order, OrderNotFound
from steward.domain.portfolios import PortfolioNotFound
from steward.infrastructure.db.database import Retry, Transaction
from steward.infrastructure.db.instruments import multiplier_of
from steward.infrastructure.db.orders_reads import MINE, ORDER, OrderReads, order
from steward.infrastructure.db.orders_tables import executions, orders
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.statements import Lock, Statement

_C, _E = orders.c, executions.c
_ONE = Decimal(1)
_LOCK = Statement(
    select(*ORDER, portfolios.c.base_currency, multiplier_of(_C.owner_id, _C.security))
    .select_from(orders.join(portfolios, portfolios.c.id == _C.portfolio_id))
    .where(MINE),
    lock=Lock.VERSIONED,
)
_LOCK_ORDER = Statement(select(*ORDER).where(MINE), lock=Lock.VERSIONED)
_ADD = Statement(
    insert(orders).values(
        {column: bindparam(column.name) for column in (*ORDER, _C.pending_qty, _C.average_price)}
    ),
    refusals={
        "fk_orders_portfolios": lambda _: PortfolioNotFound(),
        "uq_orders_client_order_id": lambda _: ClientOrderIdTaken(),
    },
)
CHANGING = (
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
_CHANGED = tuple(f"new_{name}" for name in CHANGING)
# A version that is no longer the one before makes a number that the table refuses.
_next_version = case(
    (_C.version == bindparam("new_version") - literal_column("1"), bindparam("new_version")),
    else_=literal_column("-1"),
)
_SAVE = Statement(
    update(orders)
    .where(_C.id == bindparam("order_id"), _C.owner_id == bindparam("owner_id"))
    .values({**dict(zip(CHANGING, map(bindparam, _CHANGED), strict=True)), "version": _next_version}),
    refusals={"ck_orders_version": lambda _: Retry()},
)
# What a fill and the order that it has just changed have in common is sent once, as _SAVE calls it.
_OF_ORDER = {"seq": "new_fill_count", "executed_at": "new_updated_at"}
_OF_ORDER |= {name: name for name in ("owner_id", "order_id")}
_OF_FILL = {one: _OF_ORDER.get(one.name, f"fill_{one.name}") for one in [*_E][:9]}
_ADD_FILL = Statement(
    insert(executions).values({one: bindparam(name) for one, name in _OF_FILL.items()}),
    refusals={"fk_executions_orders": lambda _: OrderNotFound()},
)


def changing(order: Order) -> tuple[object, ...]:
    """Give the fields of CHANGING."""
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


def added(order: Order) -> dict[str, object]:
    """Give the columns of a new order, wherever it trades."""
    return {
        "id": order.id,
        "owner_id": order.owner_id,
        "portfolio_id": order.portfolio_id,
        "security": order.security,
        "side": order.side.value,
        "client_order_id": order.client_order_id,
        "venue": order.venue,
        "created_at": order.created_at,
        **dict(zip(CHANGING, changing(order), strict=True)),
    }


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
        return order(rows[0])

    async def lock_to_execute(self, owner_id: UUID, order_id: UUID) -> tuple[Order, str, Decimal]:
        """Give an order, its portfolio's currency, its instrument's multiplier. Raises OrderNotFound."""
        rows = await self._unit.fetch(_LOCK, {"owner_id": owner_id, "order_id": order_id})
        if not rows:
            raise OrderNotFound
        currency, multiplier = rows[0][len(ORDER) :]
        return order(rows[0]), currency, multiplier or _ONE

    def add(self, order: Order) -> None:
        """Keep a new order. Raises PortfolioNotFound, ClientOrderIdTaken when the unit is written."""
        self._writing.defer(_ADD, added(order))

    def save(self, order: Order, fill: Fill | None = None) -> None:
        """Keep the changed state of a locked order, and the execution that has just changed it."""
        params = dict(zip(_CHANGED, changing(order), strict=True))
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
