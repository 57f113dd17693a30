"""Benchmarks: what one unit of a symbol would have returned by its price alone, without income."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from steward.domain.closes import rounded_ratio
from steward.domain.days import Missing
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
    (theirs,) = followed(teller, symbol, start=start, days=(end,))
    return Benchmark(symbol, theirs, excess(gained, theirs), relative(gained, theirs))


def followed(teller: Teller, symbol: str, *, start: date, days: Iterable[date]) -> list[float | None]:
    """Give the return of `symbol` from the close of `start` to that of each day; None where unknown."""
    first = _worth(teller, symbol, start, start)
    return [_return(first, _worth(teller, symbol, day, start)) for day in days]


def missed(teller: Teller, days: Sequence[date]) -> list[Missing]:
    """Say what a teller missed on some of these days, as spans: days that follow each other are one."""
    place = {day: number for number, day in enumerate(days)}
    found: list[Missing] = []
    for gap in sorted(teller.gaps, key=lambda one: (one.what, one.subject, one.on)):
        before = found[-1] if found else None
        same = before is not None and (before.what, before.subject) == (gap.what, gap.subject)
        if before is not None and same and place[gap.on] == place[before.last] + 1:
            found[-1] = replace(before, last=gap.on)
        else:
            found.append(Missing(gap.what, gap.subject, gap.on, gap.on))
    return found


def _return(first: Decimal, last: Decimal) -> float | None:
    return None if first.is_nan() or last.is_nan() else ratio(subtract(last, first), first)


def _worth(teller: Teller, symbol: str, on: date, units_of: date) -> Decimal:
    """Give the price on a day per unit of another day, in the reporting currency; UNKNOWN without one."""
    close = teller.market.price(symbol, on)
    if close is None:
        teller.gaps[Gap("price", symbol, on)] = None
        return UNKNOWN
    per_unit = rounded_ratio(Fraction(close.price) * teller.market.ratio(symbol, on, units_of))
    return teller.converted(per_unit, close.currency, on)
