"""Listings: what may be traded at a venue, in which steps, when, and for what fee."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from steward.domain.errors import Conflict, InvalidValue
from steward.domain.money import ZERO, plain, positive

TICK: Final = Decimal("0.01")
LOT: Final = Decimal("0.000000001")
ALWAYS_OPEN: Final = "24/7"


class ListingOutOfRange(InvalidValue):
    """A fee or a number of units that no listing can have."""

    code = "listing-out-of-range"


class ListingHasOrders(Conflict):
    """What open orders rest on is not changed under them."""

    code = "listing-has-orders"


class TradingStatus(StrEnum):
    """What a desk does with orders now."""

    CLOSED = "closed"
    OPENING = "opening"
    """Orders gather for the opening auction."""
    CONTINUOUS = "continuous"
    CLOSING = "closing"
    """Orders gather for the closing auction."""
    HALTED = "halted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """What a fill costs: `per_order` with the first fill of an order, `rate` of its value, `per_unit`.

    The sum over an order is at least `minimum` and at most `maximum`, where they are given.
    """

    per_order: Decimal = ZERO
    rate: Decimal = ZERO
    per_unit: Decimal = ZERO
    minimum: Decimal = ZERO
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A symbol at a venue. Prices are multiples of `tick`, quantities of `lot`.

    `calendar` names the hours of its market. `borrowable` is how many units may be sold short over all
    accounts, None without a limit, 0 when it cannot be shorted.
    """

    venue: str
    symbol: str
    currency: str
    tick: Decimal = TICK
    lot: Decimal = LOT
    multiplier: Decimal = Decimal(1)
    calendar: str = ALWAYS_OPEN
    borrowable: Decimal | None = None
    fees: FeeSchedule = FeeSchedule()


def check_listing(listing: Listing) -> None:
    """Raise NotPositive or ListingOutOfRange for the first field that is not what a listing can have."""
    fees = listing.fees
    for name in ("tick", "lot", "multiplier"):
        positive(getattr(listing, name), pointer=f"/{name}")
    if listing.borrowable is not None and listing.borrowable < 0:
        detail = "borrowable is at least 0, or null for as many as anybody wants."
        raise ListingOutOfRange(detail, pointer="/borrowable")
    for name in ("per_order", "rate", "per_unit", "minimum"):
        if getattr(fees, name) < 0:
            raise ListingOutOfRange(f"The fee {name} is at least 0.", pointer=f"/fees/{name}")
    if fees.rate > 1:
        detail = "The fee rate is a share of the value, at most 1."
        raise ListingOutOfRange(detail, pointer="/fees/rate")
    if fees.maximum is not None and fees.maximum < fees.minimum:
        detail = f"The maximum fee is at least the minimum of {plain(fees.minimum)}."
        raise ListingOutOfRange(detail, pointer="/fees/maximum")


def check_change(before: Listing, after: Listing, open_orders: int) -> None:
    """Raise ListingHasOrders when open orders, and what is reserved for them, rest on what changes."""
    for one in fields(Listing):
        changes = getattr(before, one.name) != getattr(after, one.name)
        if changes and one.name != "borrowable" and open_orders:
            detail = (
                f"{open_orders} open orders rest on the {one.name}: halt, have them cancelled, then set it."
            )
            raise ListingHasOrders(detail, pointer=f"/{one.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketQuote:
    """The best bid and ask of a market outside, each with the quantity that may be had at it."""

    bid: Decimal
    ask: Decimal
    bid_size: Decimal
    ask_size: Decimal
    at: datetime


@dataclass(frozen=True, kw_only=True)  # without slots: see `altered`
class DeskState:
    """All of a desk that is not in its open orders. `version` counts its steps, `trade_seq` its trades."""

    version: int = 0
    trade_seq: int = 0
    status: TradingStatus = TradingStatus.CONTINUOUS
    last_price: Decimal | None = None
    short_qty: Decimal = ZERO
    quote: MarketQuote | None = None
    turned_at: datetime | None = None
