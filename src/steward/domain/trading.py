"""Trading: the trades of a desk, and what happened to each account's orders, in sequence."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from steward.domain.orders import Fill, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One purchase and one sale of the same quantity and price: the `seq`-th of its venue and symbol.

    On the paper venue one side is the house, which has no order.
    """

    venue: str
    symbol: str
    seq: int
    qty: Decimal
    price: Decimal
    buy_order_id: UUID | None
    sell_order_id: UUID | None
    at: datetime


class OrderEventKind(StrEnum):
    """What happened to an order."""

    ACCEPTED = "accepted"
    RELEASED = "released"
    """An exit, because its entry has been filled; or an order that waited for the market to open."""
    TRIGGERED = "triggered"
    RESTATED = "restated"
    """Its quantity or its trigger has changed, without the owner's doing."""
    FILLED = "filled"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """One change of one order. `seq` numbers those of an account without a gap, from 1.

    `order` is as it stands after it, `fill` the execution of a FILLED one, `position_qty` the account's
    units of the symbol after that.
    """

    portfolio_id: int
    seq: int
    kind: OrderEventKind
    order: Order
    fill: Fill | None = None
    position_qty: Decimal | None = None
    at: datetime
