"""Trading: the trades of a desk, and what happened to each account's orders, in sequence."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from steward.domain.orders import Fill, Order, Side
from steward.domain.terms import Phase
from steward.domain.transactions import Entry, Terms, trade


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


PHASES: Final[dict[tuple[Phase | None, OrderEventKind], tuple[Phase, ...]]] = {
    (None, OrderEventKind.ACCEPTED): (Phase.HELD, Phase.ARMED, Phase.QUEUED, Phase.WORKING),
    (Phase.HELD, OrderEventKind.RELEASED): (Phase.ARMED, Phase.QUEUED, Phase.WORKING),
    (Phase.HELD, OrderEventKind.RESTATED): (Phase.HELD,),
    (Phase.HELD, OrderEventKind.REPLACED): (Phase.DONE,),
    (Phase.HELD, OrderEventKind.CANCELLED): (Phase.DONE,),
    (Phase.HELD, OrderEventKind.EXPIRED): (Phase.DONE,),
    (Phase.ARMED, OrderEventKind.TRIGGERED): (Phase.WORKING,),
    (Phase.ARMED, OrderEventKind.RESTATED): (Phase.ARMED,),
    (Phase.ARMED, OrderEventKind.REPLACED): (Phase.DONE,),
    (Phase.ARMED, OrderEventKind.CANCELLED): (Phase.DONE,),
    (Phase.ARMED, OrderEventKind.EXPIRED): (Phase.DONE,),
    (Phase.QUEUED, OrderEventKind.RELEASED): (Phase.WORKING,),
    (Phase.QUEUED, OrderEventKind.RESTATED): (Phase.QUEUED,),
    (Phase.QUEUED, OrderEventKind.REPLACED): (Phase.DONE,),
    (Phase.QUEUED, OrderEventKind.CANCELLED): (Phase.DONE,),
    (Phase.QUEUED, OrderEventKind.EXPIRED): (Phase.DONE,),
    (Phase.WORKING, OrderEventKind.FILLED): (Phase.WORKING, Phase.DONE),
    (Phase.WORKING, OrderEventKind.RESTATED): (Phase.WORKING, Phase.QUEUED),
    (Phase.WORKING, OrderEventKind.REPLACED): (Phase.DONE,),
    (Phase.WORKING, OrderEventKind.CANCELLED): (Phase.DONE,),
    (Phase.WORKING, OrderEventKind.EXPIRED): (Phase.DONE,),
}
"""The life of an order on the exchange: where an event may lead it from where it stands."""


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


def entry_of(fill: Fill, order: Order, multiplier: Decimal) -> Entry:
    """Make what the ledger says of an execution; a unit is worth `multiplier` times its price.

    Raises NumberOutOfRange.
    """
    entry = trade(
        sell=order.side is Side.SELL,
        symbol=order.security,
        quantity=fill.qty,
        price=fill.price,
        multiplier=multiplier,
        currency=fill.currency,
        fill_id=fill.id,
        at=fill.executed_at,
    )
    return replace(entry, terms=Terms(fee=fill.fee)) if fill.fee else entry
