"""Series of one number a day: the closing prices of a symbol, or the rates of a currency pair.

A series is two columns: days as proleptic ordinals (`date.toordinal`) in order, and integers that stand
for decimals of `scale` digits after the point. Both are `array("q")`, which numpy reads without a copy;
numbers of more than 64 bits are in a list. Nothing is ever between two days: what is missing stays so.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from steward.domain.money import FRACTION_DIGITS

_EXACT: Final = Context(prec=200)
_STEPS: Final = 10**FRACTION_DIGITS


class SeriesKind(StrEnum):
    """What the numbers of a series are."""

    CLOSE = "close"
    """Closing prices of a symbol."""
    RATE = "rate"
    """Rates of a pair of currencies."""


class Fill(StrEnum):
    """What stands in for a close or rate that is missing; a caller asks for it by name."""

    NONE = "none"
    """Nothing: it is missing."""
    NEAREST = "nearest"
    """The last earlier one of any age, else the first later one, else (prices) that of a trade."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a day without a close or rate is answered: by the last one at most `max_age_days` before it."""

    max_age_days: int
    fill: Fill = Fill.NONE


@dataclass(frozen=True, slots=True)
class Close:
    """The `price` of one unit, before the multiplier, in the major `currency`, of the day `on`.

    The units are those of the day that was asked for: later splits are taken back. `filled` is None, or
    says what stands in by the policy: an `older` close, a `later` one, or the price of a `trade`.
    """

    symbol: str
    price: Decimal
    currency: str
    on: date
    source: str
    filled: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The place in a series that answers for a day, and how it was filled."""

    index: int
    filled: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """What `source` knows of `key` (a symbol, or a pair such as USDEUR), day by day.

    `currency` is that of the numbers, and may be a minor unit. `adjusted` says whether they are adjusted
    for later splits.
    """

    key: str
    currency: str
    source: str
    scale: int
    days: "array[int]"
    values: Sequence[int]
    adjusted: bool = False

    def exact(self, index: int) -> Fraction:
        """Give the number at `index`."""
        return Fraction(self.values[index], 10**self.scale)

    def stated(self, index: int) -> Decimal:
        """Give the number at `index` as it was stated."""
        return _EXACT.scaleb(Decimal(self.values[index]), -self.scale)

    def day(self, index: int) -> date:
        """Give the day at `index`."""
        return date.fromordinal(self.days[index])

    def scaled(self, scale: int) -> Sequence[int]:
        """Give the numbers as integers of another, not smaller, scale."""
        step = 10 ** (scale - self.scale)
        return self.values if step == 1 else packed([value * step for value in self.values])

    def found(self, on: date, policy: Policy) -> Found | None:
        """Find what answers for the day `on`; None when nothing may."""
        ordinal = on.toordinal()
        index = bisect_right(self.days, ordinal) - 1
        if index >= 0 and ordinal - self.days[index] <= policy.max_age_days:
            return Found(index)
        if policy.fill is Fill.NONE or not self.days:
            return None
        return Found(index, "older") if index >= 0 else Found(0, "later")


@dataclass(frozen=True, slots=True)
class Change:
    """What is entered of one series: numbers to `set`, and ordinals of the days that are `removed`."""

    set: Series
    removed: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """The symbol or pair."""
        return self.set.key

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year that it touches; None when it touches none."""
        days = (*self.set.days[:1], *self.set.days[-1:], *self.removed)
        if not days:
            return None
        return date.fromordinal(min(days)).year, date.fromordinal(max(days)).year


def merged(before: Series, change: Change) -> Series:
    """Give the series as it is after the change."""
    scale = max(before.scale, change.set.scale)
    numbers = dict(zip(before.days, before.scaled(scale), strict=True))
    numbers.update(zip(change.set.days, change.set.scaled(scale), strict=True))
    for day in change.removed:
        numbers.pop(day, None)
    days = array("q", sorted(numbers))
    return replace(change.set, scale=scale, days=days, values=packed([numbers[day] for day in days]))


def by_year(series: Series) -> dict[int, Series]:
    """Split a series into its years."""
    found: dict[int, Series] = {}
    start = 0
    while start < len(series.days):
        year = series.day(start).year
        end = bisect_right(series.days, date(year, 12, 31).toordinal())
        found[year] = replace(series, days=series.days[start:end], values=series.values[start:end])
        start = end
    return found


def columns(numbers: Iterable[tuple[date, Decimal]]) -> "tuple[int, array[int], Sequence[int]]":
    """Write numbers, in order of their days, as (scale, days, values) with the least scale that is exact."""
    found = list(numbers)
    scale = max((_digits_after_the_point(number) for _, number in found), default=0)
    values = [int(_EXACT.scaleb(number, scale)) for _, number in found]
    return scale, array("q", [day.toordinal() for day, _ in found]), packed(values)


def packed(values: list[int]) -> Sequence[int]:
    """Give the integers as an array when each fits in 64 bits, else as they are."""
    try:
        return array("q", values)
    except OverflowError:
        return values


def rounded_ratio(number: Fraction) -> Decimal:
    """Round half to even to 18 digits after the point."""
    return _EXACT.scaleb(Decimal(round(number * _STEPS)), -FRACTION_DIGITS)


def _digits_after_the_point(number: Decimal) -> int:
    exponent = number.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
