"""Terms: everything that an order on the exchange asks for beyond its quantity, and where it stands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from steward.domain.money import ZERO

PAPER_VENUE: Final = "paper"
"""Orders are filled against quotes; those of different people never meet."""
BOOK_VENUE: Final = "book"
"""Orders meet each other, by price and then by time."""


class OrderType(StrEnum):
    """What makes an order trade, and at what price."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    """A market order once the price is at the stop or beyond, against the order's side."""
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"
    """A stop that follows the price by an amount or a percentage, and never goes back."""
    MARKET_IF_TOUCHED = "market_if_touched"
    """A market order once the price is at the trigger or better for the order's side."""
    LIMIT_IF_TOUCHED = "limit_if_touched"


class TimeInForce(StrEnum):
    """How long an order lives."""

    DAY = "day"
    GTC = "gtc"
    GTD = "gtd"
    IOC = "ioc"
    FOK = "fok"
    OPG = "opg"
    """Only in the opening auction."""
    CLS = "cls"
    """Only in the closing auction."""


class SelfTrade(StrEnum):
    """Which order gives way when both sides of a trade would be of one owner."""

    CANCEL_NEWEST = "cancel_newest"
    CANCEL_OLDEST = "cancel_oldest"
    CANCEL_BOTH = "cancel_both"


class OrderClass(StrEnum):
    """How several orders hang together."""

    SIMPLE = "simple"
    BRACKET = "bracket"
    """An entry, and two exits of which one cancels the other."""
    OCO = "oco"
    """Two exits of which one cancels the other."""
    OTO = "oto"
    """An entry, and one exit."""


class Role(StrEnum):
    """What an order is within its class."""

    ENTRY = "entry"
    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"


class Phase(StrEnum):
    """What an order on the exchange waits for."""

    HELD = "held"
    """Its entry has not been filled yet."""
    ARMED = "armed"
    """The price has not reached its trigger yet."""
    QUEUED = "queued"
    """The market, or its auction, is not open yet."""
    WORKING = "working"
    """It can trade at any moment."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was asked for. Prices and amounts are in the currency of the account; all given ones are > 0.

    `amount` asks for as many units as that much money buys or brings. `display_qty` is what an iceberg
    shows at a time. `parent_id` is the entry of an exit, `group_id` what two exits share of which one
    cancels the other, `replaces_id` the order that this one took the place of.
    """

    type: OrderType = OrderType.MARKET
    time_in_force: TimeInForce = TimeInForce.DAY
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_amount: Decimal | None = None
    trail_percent: Decimal | None = None
    amount: Decimal | None = None
    display_qty: Decimal | None = None
    post_only: bool = False
    reduce_only: bool = False
    self_trade: SelfTrade = SelfTrade.CANCEL_NEWEST
    expires_at: datetime | None = None
    order_class: OrderClass = OrderClass.SIMPLE
    role: Role = Role.ENTRY
    parent_id: UUID | None = None
    group_id: UUID | None = None
    replaces_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)  # without slots: see `altered`
class Standing:
    """Where an order on the exchange stands.

    `priority` orders those of one price: it is the number of the step of its desk with which it came to
    the book, and anew when it loses its place. `shown_qty` is what is left of the tranche that an iceberg
    shows. `trigger_price` is that of a stop as it has trailed. `bound_price` is the worst price that a
    market order which had to wait may trade at; of a short sale, the highest that its margin is kept for.
    `reserved_cash` and `reserved_qty` are what its account keeps back for it, `reserve_rate` the share of
    its value in that: 0 when it closes a position, None when it is the house's, which reserves nothing.
    `reason` says in a word why it ended as it did: a refusal's code, or what cancelled it.
    """

    phase: Phase
    priority: int = 0
    shown_qty: Decimal | None = None
    trigger_price: Decimal | None = None
    bound_price: Decimal | None = None
    reserve_rate: Decimal | None = None
    reserved_cash: Decimal = ZERO
    reserved_qty: Decimal = ZERO
    reason: str | None = None
    replaced_by_id: UUID | None = None


PLAIN: Final = Terms()
