"""Columns: one exact integer a day, in numpy where 64 bits hold it, in Python's integers where not.

An amount is an integer of steps of 10^-18. Nothing here rounds but where it says so, and what it gives is
digit for digit what Decimal would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from steward.domain.closes import Fill, Policy, Series
from steward.domain.instruments import major
from steward.domain.market import Market
from steward.domain.money import FRACTION_DIGITS, multiply
from steward.domain.rates import BRIDGE

Integers = NDArray[np.int64] | NDArray[np.object_]
Flags = NDArray[np.bool_]

STEPS = 10**FRACTION_DIGITS
_STEPS_OF_ONE = Decimal(STEPS)
_EXACT = Context(prec=200)
_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class Column:
    """A number a day: `values` / 10^`scale`; where not `known`, the value is 0 and means nothing."""

    values: Integers
    scale: int
    known: Flags


def ordinals(first: date, last: date) -> NDArray[np.int64]:
    """Give the days from first to last as ordinals."""
    return np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)


def exact_column(numbers: Sequence[Decimal]) -> tuple[Integers, int]:
    """Write decimals as integers with the least scale that is exact."""
    scale = max((-min(0, int(number.as_tuple().exponent)) for number in numbers), default=0)
    integers = [int(number.scaleb(scale)) for number in numbers]
    return fitted(integers), scale


def fitted(integers: Sequence[int]) -> Integers:
    """Give integers as int64 where all of them fit well, else as they are."""
    if all(-_SAFE < one < _SAFE for one in integers):
        return np.array(integers, dtype=np.int64)
    return np.array(integers, dtype=object)


def steps(amount: Decimal) -> int:
    """Write an amount in steps of 10^-18."""
    return int(multiply(amount, _STEPS_OF_ONE))


def amount_of(count: int) -> Decimal:
    """Read an amount from its steps of 10^-18."""
    return _EXACT.scaleb(Decimal(count), -FRACTION_DIGITS)


def largest(column: Integers) -> int:
    """Give the largest magnitude."""
    return int(np.abs(column).max()) if len(column) else 0


def products(one: Integers, other: Integers) -> Integers:
    """Multiply element by element, exactly."""
    if object not in (one.dtype, other.dtype) and largest(one) * largest(other) < _SAFE:
        return one * other
    product: Integers = one.astype(object) * other.astype(object)
    return product


def halved_even(numerators: Integers, divisor: int) -> Integers:
    """Divide element by element, rounded half to even."""
    quotients, rests = numerators // divisor, numerators % divisor
    twice = rests * 2
    up = (twice > divisor) | ((twice == divisor) & (quotients % 2 == 1))
    rounded: Integers = quotients + up
    return rounded


def in_steps(column: Integers, scale: int) -> Integers:
    """Write numbers of a scale as amounts, rounded once where they have more than 18 digits."""
    if scale > FRACTION_DIGITS:
        return halved_even(column, 10 ** (scale - FRACTION_DIGITS))
    return products(column, fitted([10 ** (FRACTION_DIGITS - scale)]))


def price_column(market: Market, symbol: str, days: NDArray[np.int64], currency: str) -> Column:
    """Give the price of a symbol on each day as `Market.price` does, where it is in `currency`.

    A price is before the multiplier, in the major currency and in the units of its day.
    """
    if market.policy.fill is Fill.NEAREST:
        return _by_asking(market, symbol, days, currency)
    found = [
        _priced(market, symbol, series, days) if major(series.currency)[0] == currency else None
        for series in market.series(symbol)
    ]
    nothing = Column(np.zeros(len(days), dtype=np.int64), 0, np.zeros(len(days), dtype=bool))
    return _first_known([one or nothing for one in found]) if found else nothing


def rate_column(market: Market, base: str, quote: str, days: NDArray[np.int64]) -> Column:
    """Give the rate of a pair on each day as `Market.rate` does."""
    everywhere = np.ones(len(days), dtype=bool)
    if base == quote:
        return Column(everywhere.astype(np.int64), 0, everywhere)
    direct = _rate_of(market, ((base, quote),), days)
    if direct.known.all():
        return direct
    return _first_known([direct, _rate_of(market, ((base, BRIDGE), (BRIDGE, quote)), days)])


def _priced(market: Market, symbol: str, series: Series, days: NDArray[np.int64]) -> Column:
    places, known = _places(series, days, market.policy)
    values = _values(series)[places]
    _, minor = major(series.currency)
    split, up, down = _split_ratios(market, symbol, series, days, places)
    if not split.any():
        return Column(np.where(known, values, 0), series.scale + len(str(minor)) - 1, known)
    exact = values.astype(object) * up
    return Column(
        fitted(_steps_of(np.where(known, exact, 0), down * minor, series.scale)), FRACTION_DIGITS, known
    )


def _split_ratios(
    market: Market, symbol: str, series: Series, days: NDArray[np.int64], places: NDArray[np.intp]
) -> tuple[Flags, NDArray[np.object_], NDArray[np.object_]]:
    """Give where a split lies between the units of a price and those of the day, and the ratio there."""
    between = np.zeros(len(days), dtype=bool)
    up, down = np.ones(len(days), dtype=object), np.ones(len(days), dtype=object)
    priced = np.frombuffer(series.days, dtype=np.int64)[places]
    for action in market.splits(symbol):
        ex_date = action.ex_date.toordinal()
        ratio = Fraction(action.factor[0]) / Fraction(action.factor[1])
        if series.adjusted:
            here = days < ex_date
            up[here] *= ratio.numerator
            down[here] *= ratio.denominator
        else:
            here = (priced < ex_date) & (ex_date <= days)
            up[here] *= ratio.denominator
            down[here] *= ratio.numerator
        between |= here
    return between, up, down


def _rate_of(market: Market, pairs: Sequence[tuple[str, str]], days: NDArray[np.int64]) -> Column:
    known = np.ones(len(days), dtype=bool)
    up, down, scale = np.ones(len(days), dtype=object), np.ones(len(days), dtype=object), 0
    for base, quote in pairs:
        there = np.zeros(len(days), dtype=bool)
        for series, inverted in market.rate_series(base, quote):
            places, found = _places(series, days, market.policy)
            here = found & ~there
            stated = _values(series)[places].astype(object)
            unit = 10**series.scale
            up[here] *= unit if inverted else stated[here]
            down[here] *= stated[here] if inverted else unit
            there |= here
        known &= there
    return Column(fitted(_steps_of(np.where(known, up, 0), down, scale)), FRACTION_DIGITS, known)


def _steps_of(up: NDArray[np.object_], down: NDArray[np.object_], scale: int) -> list[int]:
    """Round up / down / 10^scale half to even to steps of 10^-18."""
    unit = 10**scale
    found = []
    for one, other in zip(up.tolist(), down.tolist(), strict=True):
        quotient, rest = divmod(one * STEPS, other * unit)
        twice = rest * 2
        found.append(quotient + (twice > other * unit or (twice == other * unit and quotient % 2 == 1)))
    return found


def _places(series: Series, days: NDArray[np.int64], policy: Policy) -> tuple[NDArray[np.intp], Flags]:
    """Give the place in a series that answers for each day, and whether one does."""
    stated = np.frombuffer(series.days, dtype=np.int64)
    places = np.searchsorted(stated, days, side="right") - 1
    reachable = np.maximum(places, 0)
    if policy.fill is Fill.NEAREST:
        return reachable, np.ones(len(days), dtype=bool)
    return reachable, (places >= 0) & (days - stated[reachable] <= policy.max_age_days)


def _values(series: Series) -> Integers:
    return fitted(series.values) if isinstance(series.values, list) else np.asarray(series.values)


def _first_known(columns: Sequence[Column]) -> Column:
    first = columns[0]
    for column in columns[1:]:
        if first.known.all():
            break
        scale = max(first.scale, column.scale)
        one, other = (_rescaled(each, scale) for each in (first, column))
        first = Column(np.where(first.known, one, other), scale, first.known | column.known)
    return first


def _rescaled(column: Column, scale: int) -> Integers:
    return products(column.values, fitted([10 ** (scale - column.scale)]))


def _by_asking(market: Market, symbol: str, days: NDArray[np.int64], currency: str) -> Column:
    known = np.zeros(len(days), dtype=bool)
    values: list[int] = []
    for place, day in enumerate(days.tolist()):
        close = market.price(symbol, date.fromordinal(day))
        known[place] = close is not None and close.currency == currency
        values.append(steps(close.price) if close is not None and known[place] else 0)
    return Column(fitted(values), FRACTION_DIGITS, known)
