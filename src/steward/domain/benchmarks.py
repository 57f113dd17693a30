"""Benchmarks: what one unit of a symbol would have returned by its price alone, without income."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from steward.domain.closes import rounded_ratio
from steward.domain.money import UNKNOWN, subtract
from steward.domain.records import Gap, Teller
from steward.domain.returns import excess, ratio, relative


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The return of a symbol in a period, and how a portfolio's compares with it; None where unknown."""

    symbol: str
    time_weighted: float | None
    excess: float | None
    relative: float | None


def compared(gained: float | None, teller: Teller, symbol: str, *, start: date, end: date) -> Benchmark:
    """Compare a return with that of `symbol` from close to close; splits in between change nothing."""
    first, last = _worth(teller, symbol, start, start), _worth(teller, symbol, end, start)
    known = not (first.is_nan() or last.is_nan())
    theirs = ratio(subtract(last, first), first) if known else None
    return Benchmark(symbol, theirs, excess(gained, theirs), relative(gained, theirs))


def _worth(teller: Teller, symbol: str, on: date, units_of: date) -> Decimal:
    """Give the price on a day per unit of another day, in the reporting currency; UNKNOWN without one."""
    close = teller.market.price(symbol, on)
    if close is None:
        teller.gaps[Gap("price", symbol, on)] = None
        return UNKNOWN
    per_unit = rounded_ratio(Fraction(close.price) * teller.market.ratio(symbol, on, units_of))
    return teller.converted(per_unit, close.currency, on)
