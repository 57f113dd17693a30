"""Listings: what may be traded at a venue, in which steps, when, and for what fee."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from steward.domain.money import ZERO

TICK: Final = Decimal("0.01")
LOT: Final = Decimal("0.000000001")
ALWAYS_OPEN: Final = "24/7"


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
