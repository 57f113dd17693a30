"""How uneven a return was: volatility, semi-deviation and drawdown. All are floats, as returns are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import fsum, log1p, sqrt
from typing import Final

from steward.domain.returns import DAYS_OF_A_YEAR

# A level that comes back to where it was may differ in the last digits of a float.
_SAME: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall of a cumulative return, and the longest time without a new high.

    `depth` is positive: 0.25 is a fall by a quarter from `peak` to `trough`. `recovered` is the first
    day at the height of the peak again, None while it is not. `longest_days` are the days from a high,
    `longest_from`, to the next higher close, or to the last day: `longest_until`.
    """

    depth: float
    peak: date
    trough: date
    recovered: date | None
    longest_days: int
    longest_from: date
    longest_until: date


def volatility(returns: Sequence[float]) -> float | None:
    """Deviation of the logarithmic day returns, scaled to the length of the series; not annualized.

    sqrt(sum((x - mean)^2) / (n - 1) x n) with x = ln(1 + r). Fewer than two returns give 0; None when
    a day lost everything. Leave out the opening date: it has no return.
    """
    return _deviation(returns, only_below=False)


def semi_deviation(returns: Sequence[float]) -> float | None:
    """Give the volatility of the days below the mean alone; mean and divisor are those of all days."""
    return _deviation(returns, only_below=True)


def annualized_volatility(returns: Sequence[float]) -> float | None:
    """Give the deviation of one day's logarithmic return times sqrt(365).

    Days are calendar days, weekends with their 0 included, hence 365 and not the 252 of trading days.
    None for fewer than two returns and when a day lost everything.
    """
    scaled = volatility(returns)
    if scaled is None or len(returns) < 2:  # noqa: PLR2004 - one return does not deviate
        return None
    return scaled * sqrt(DAYS_OF_A_YEAR / len(returns))


def _deviation(returns: Sequence[float], *, only_below: bool) -> float | None:
    count = len(returns)
    if count < 2:  # noqa: PLR2004 - one return does not deviate
        return 0.0
    if min(returns) <= -1:
        return None
    logarithms = [log1p(gained) for gained in returns]
    mean = fsum(logarithms) / count
    squares = fsum((one - mean) ** 2 for one in logarithms if one < mean or not only_below)
    return sqrt(squares / (count - 1) * count)


def first_with_value(values: Sequence[Decimal] | Sequence[int]) -> int:
    """Give the index of the first day whose closing value is not 0, the length when there is none."""
    return next((at for at, value in enumerate(values) if value), len(values))


def drawdown(dates: Sequence[date], cumulative: Sequence[float | None]) -> Drawdown | None:
    """Measure the falls of a cumulative return. Give it the days from the first one with a value.

    A day as high as the last high is no new high, so time on a plateau counts as without one. None
    without days, when a return is None, and when all was lost on the first day: nothing can fall.
    """
    levels = [1 + gained for gained in cumulative if gained is not None]
    if not levels or len(levels) < len(cumulative) or levels[0] <= 0:
        return None
    high, since = levels[0], dates[0]
    depth, peak, trough, height = 0.0, since, since, high
    longest = (0, since, since)
    for day, level in zip(dates, levels, strict=True):
        if level > high * (1 + _SAME):
            longest = _longer(longest, since, day)
            high, since = level, day
        elif (high - level) / high > max(depth, _SAME):
            depth, peak, trough, height = (high - level) / high, since, day, high
    longest = _longer(longest, since, dates[-1])
    later = zip(dates, levels, strict=True)
    recovered = (day for day, level in later if day > trough and level >= height * (1 - _SAME))
    return Drawdown(depth, peak, trough, next(recovered, None) if depth else trough, *longest)


def _longer(longest: tuple[int, date, date], since: date, until: date) -> tuple[int, date, date]:
    days = (until - since).days
    return (days, since, until) if days > longest[0] else longest
