"""The demo's market: seeded, moving, and plainly labelled as simulated.

A price is a pure function of (seed, symbol, second), so that every worker shows the same one without
storing or exchanging anything: waves of several periods, with phases drawn from the seed, around an
anchor price.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from math import exp, sin, tau
from typing import Final

from steward.domain.closes import Series, columns
from steward.domain.prices import Quote

SOURCE: Final = "simulated"
ANCHORS: Final = {
    "AAPL": 270.0,
    "AMZN": 230.0,
    "BTC": 90_000.0,
    "ETH": 3_100.0,
    "GOOGL": 310.0,
    "MSFT": 475.0,
    "NVDA": 190.0,
    "SPY": 680.0,
    "TSLA": 430.0,
    "VTI": 335.0,
}
# (period in seconds, share of the price that the wave moves it by): from a minute to a year.
_WAVES: Final = (
    (61.0, 0.0004),
    (607.0, 0.0015),
    (7_193.0, 0.005),
    (86_423.0, 0.012),
    (1_209_611.0, 0.05),
    (31_557_601.0, 0.18),
)
_CENT: Final = Decimal("0.01")
# When the simulated market closes: a day's close is its price then.
_CLOSING: Final = time(21, tzinfo=UTC)
_OPENED: Final = date(2000, 1, 1)
_YEARS_KEPT: Final = 512


def price(seed: int, symbol: str, second: int) -> Decimal:
    """Give the price of one unit at a second since 1970, in cents of a dollar, always positive."""
    drawn = blake2b(f"{seed} {symbol}".encode(), digest_size=2 * len(_WAVES)).digest()
    moved = 0.0
    for index, (period, share) in enumerate(_WAVES):
        phase = int.from_bytes(drawn[2 * index : 2 * index + 2]) / 65_536
        moved += share * sin(tau * (second % period / period + phase))
    return Decimal(ANCHORS[symbol] * exp(moved)).quantize(_CENT)


@lru_cache(maxsize=_YEARS_KEPT)
def closes_of_year(seed: int, symbol: str, year: int) -> tuple[tuple[date, Decimal], ...]:
    """Give the close of every day of a year."""
    day, found = date(year, 1, 1), list[tuple[date, Decimal]]()
    while day.year == year:
        second = int(datetime.combine(day, _CLOSING).timestamp())
        found.append((day, price(seed, symbol, second)))
        day += timedelta(days=1)
    return tuple(found)


class SimulatedPrices:
    """A market that ticks every second, from one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._second = -1
        self._quotes: Mapping[str, Quote] = {}

    def version(self, at: datetime) -> int:
        """Give the second."""
        return int(at.timestamp())

    def quotes(self, at: datetime) -> Mapping[str, Quote]:
        """Give the prices of that second."""
        second = self.version(at)
        if second != self._second:
            as_of = datetime.fromtimestamp(second, UTC)
            self._quotes = {
                symbol: Quote(symbol, price(self._seed, symbol, second), "USD", SOURCE, as_of, simulated=True)
                for symbol in ANCHORS
            }
            self._second = second
        return self._quotes

    def closes(self, symbol: str, first: date, last: date, *, at: datetime) -> Series | None:
        """Give the price at 21:00 UTC of each of these days that has come."""
        over = at.date() if at.timetz() >= _CLOSING else at.date() - timedelta(days=1)
        first, last = max(first, _OPENED), min(last, over)
        if symbol not in ANCHORS or first > last:
            return None
        days = (
            close
            for year in range(first.year, last.year + 1)
            for close in closes_of_year(self._seed, symbol, year)
            if first <= close[0] <= last
        )
        return Series(symbol, "USD", SOURCE, *columns(days))
