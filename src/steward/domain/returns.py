"""Time-weighted return: what a unit of money earned, whatever was paid in or taken out meanwhile.

A period opens with the close of its first date and includes its last. Money in works from the start
of its day, money out leaves at the end of its day. Amounts are exact and are added exactly; floats
begin with the quotient. A ratio that cannot be told, or that no float can hold, is None.
docs/performance-measures.md says all of it for users.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, groupby
from math import isfinite, prod
from typing import Final

from steward.domain.money import FRACTION_DIGITS, add, multiply, subtract

DAYS_OF_A_YEAR: Final = 365

# Decimals within the limits of `money`, or integers of any one unit.
Amounts = Sequence[Decimal] | Sequence[int]

_UNITS: Final = Decimal(10**FRACTION_DIGITS)


@dataclass(frozen=True, slots=True)
class Chain:
    """Growth day by day: the closing value of a day in units of what was there before, 1 for no change.

    `dates` ascend; the first one opens the period, so its factor is 1. A return is a factor less 1.
    """

    dates: Sequence[date]
    factors: list[float]

    def returns(self) -> list[float]:
        """Give the return of each day, 0 on the opening date."""
        return [factor - 1 for factor in self.factors]

    def cumulative(self) -> list[float | None]:
        """Give the return from the opening date to the close of each day."""
        return [_less_one(level) for level in accumulate(self.factors, operator.mul)]

    def total(self) -> float | None:
        """Give the return of the whole period."""
        return _less_one(prod(self.factors))

    def annualized(self) -> float | None:
        """Give the return of the whole period at its yearly pace, also below a year."""
        return annualized(self.total(), (self.dates[-1] - self.dates[0]).days)

    def by_week(self) -> dict[date, float | None]:
        """Give the return of each week, Monday to Sunday, under the last of its dates that is here."""
        last = {_week(day): day for day in self.dates}
        return {last[week]: gained for week, gained in self._by(_week).items()}

    def by_month(self) -> dict[str, float | None]:
        """Give the return of each calendar month under its name, such as 2024-02."""
        months = self._by(lambda day: day.year * 100 + day.month)
        return {f"{month // 100:04}-{month % 100:02}": gained for month, gained in months.items()}

    def by_year(self) -> dict[int, float | None]:
        """Give the return of each calendar year."""
        return self._by(lambda day: day.year)

    def _by(self, key: Callable[[date], int]) -> dict[int, float | None]:
        """Chain the days that share a key; the opening date is before the first of them."""
        inside = zip(map(key, self.dates[1:]), self.factors[1:], strict=True)
        return {
            shared: _less_one(prod(factor for _, factor in days))
            for shared, days in groupby(inside, lambda day: day[0])
        }


def time_weighted(dates: Sequence[date], values: Amounts, money_in: Amounts, money_out: Amounts) -> Chain:
    """Chain (closing value + money out) / (previous closing value + money in) of each day.

    All four have one entry per day, at least one, dates ascending; money in and out are not negative.
    The flows of the first date are part of its closing value and are not looked at. Where the divisor
    is 0 nothing was at work, and the return is 0. Raises ValueError when the lengths differ.
    Source: true time-weighted return, CFA Institute, GIPS Standards 2020, with daily valuation.
    """
    closings, came, went = units(values, money_in, money_out)
    tops, bottoms = map(operator.add, closings[1:], went[1:]), map(operator.add, closings[:-1], came[1:])
    return chained(dates, tops, bottoms)


def units(*columns: Amounts) -> list[Sequence[int]]:
    """Give exact amounts as integers, which add and divide faster: 10^-18 each, or the unit they had.

    Raises ValueError when the columns are not of one length.
    """
    if len({len(column) for column in columns}) > 1:
        raise ValueError("Every column has one entry for each date.")
    return [
        [(int(multiply(one, _UNITS)) if isinstance(one, Decimal) else one) if one else 0 for one in column]
        for column in columns
    ]


def chained(dates: Sequence[date], tops: Iterable[int], bottoms: Iterable[int]) -> Chain:
    """Divide day by day; a divisor of 0 has the factor 1. The first date opens, so it has no quotient.

    Raises ValueError when there is not one quotient for each other date.
    """
    # Two floats divide several times faster than two long integers; it costs one bit.
    days = zip(dates[1:], map(float, tops), map(float, bottoms), strict=True)
    return Chain(dates, [1.0, *(top / bottom if bottom else 1.0 for _, top, bottom in days)])


def annualized(gained: float | None, days: int) -> float | None:
    """Give the yearly return with the same growth: (1 + r)^(365 / days) - 1, also below a year.

    No days give 0. A total loss (-1, or worse where debts remain) is -1 at any pace. None when the
    return is None, and when no float can hold the answer: a day's doubling has 110 digits in a year.
    """
    if gained is None:
        return None
    if days == 0:
        return 0.0
    if gained <= -1:
        return -1.0
    try:
        return float((1 + gained) ** (DAYS_OF_A_YEAR / days)) - 1
    except OverflowError:
        return None


def simple(opening: Decimal, closing: Decimal, money_in: Decimal, money_out: Decimal) -> float | None:
    """Divide the gain by all that was ever at work: the opening value and the money in.

    None when that is not positive.
    """
    paid = add(opening, money_in)
    return ratio(subtract(add(closing, money_out), paid), paid)


def ratio(gain: Decimal, capital: Decimal) -> float | None:
    """Give the gain in units of the capital; None when there was no capital, or less than none."""
    return float(gain) / float(capital) if capital > 0 else None


def excess(gained: float | None, benchmark: float | None) -> float | None:
    """Give the difference to a benchmark's return of the same period."""
    return None if gained is None or benchmark is None else gained - benchmark


def relative(gained: float | None, benchmark: float | None) -> float | None:
    """Give the growth in units of the benchmark's: (1 + r) / (1 + b) - 1; None when it lost everything."""
    if gained is None or benchmark is None or benchmark <= -1:
        return None
    return (1 + gained) / (1 + benchmark) - 1


def _less_one(level: float) -> float | None:
    return level - 1 if isfinite(level) else None


def _week(day: date) -> int:
    """Number the weeks; day 1 of the calendar, 0001-01-01, is a Monday."""
    return (day.toordinal() - 1) // 7
