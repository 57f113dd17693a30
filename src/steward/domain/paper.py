"""The paper venue's model of a market: spread, sizes, slippage and latency.

Each is a pure function of (seed, symbol, moment): the same question has the same answer on every machine.
Chance is SHA-256 over them, read as a whole number of millionths, so that no float and no generator's
state is involved.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Final

from steward.domain.listings import Listing, MarketQuote
from steward.domain.money import add, multiply, subtract
from steward.domain.orders import Side
from steward.domain.triggers import on_tick

_MILLION: Final = 1_000_000
_BASIS_POINT: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperModel:
    """How good a simulated market is.

    `spread_bp` is the whole spread in basis points of the price; `size` the mean number of units at bid and
    at ask, of which a quote has 50 to 150 %; `slippage_bp` the most that a fill is worse than the quote;
    `latency` the longest time between an order and its fill.
    """

    seed: int = 0
    spread_bp: Decimal = Decimal(2)
    size: Decimal = Decimal(1000)
    slippage_bp: Decimal = Decimal(1)
    latency: timedelta = timedelta(milliseconds=50)


def chance(seed: int, symbol: str, at: datetime, what: str) -> Decimal:
    """Give a number from 0 to 1, in millionths, that is as good as drawn at random."""
    digest = sha256(f"{seed}|{symbol}|{at.isoformat()}|{what}".encode()).digest()
    return Decimal(int.from_bytes(digest[:8]) % (_MILLION + 1)).scaleb(-6)


def quote_of(model: PaperModel, listing: Listing, price: Decimal, *, at: datetime) -> MarketQuote:
    """Give the quote of a market around `price`: half of the spread to each side, at least a tick wide."""
    half = multiply(multiply(price, model.spread_bp), _BASIS_POINT / 2)
    bid = max(on_tick(subtract(price, half), listing), listing.tick)
    ask = max(on_tick(add(price, half), listing, up=True), add(bid, listing.tick))
    return MarketQuote(
        bid=bid,
        ask=ask,
        bid_size=_size(model, listing, at, "bid"),
        ask_size=_size(model, listing, at, "ask"),
        at=at,
    )


def slipped(model: PaperModel, listing: Listing, side: Side, price: Decimal, *, at: datetime) -> Decimal:
    """Give a quoted price as it is by the time that an order gets there: as good or worse, on a tick."""
    drawn = chance(model.seed, listing.symbol, at, "slippage")
    worse = multiply(multiply(price, multiply(model.slippage_bp, drawn)), _BASIS_POINT)
    if side is Side.BUY:
        return on_tick(add(price, worse), listing)
    return max(on_tick(subtract(price, worse), listing, up=True), listing.tick)


def latency(model: PaperModel, symbol: str, *, at: datetime) -> timedelta:
    """Give how long an order of that moment takes to its fill: a tenth of the longest time at least."""
    drawn = int(chance(model.seed, symbol, at, "latency").scaleb(6))
    whole = model.latency // timedelta(microseconds=1)
    return timedelta(microseconds=whole // 10 + whole * 9 // 10 * drawn // _MILLION)


def _size(model: PaperModel, listing: Listing, at: datetime, side: str) -> Decimal:
    drawn = chance(model.seed, listing.symbol, at, f"size {side}")
    lots = (multiply(model.size, add(Decimal("0.5"), drawn)) / listing.lot).to_integral_value()
    return multiply(max(lots, Decimal(1)), listing.lot)
