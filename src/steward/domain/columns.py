"""Columns: one exact integer a day, in numpy where 64 bits hold it, in Python's integers where not.

An amount is an integer of steps of 10^-18. Nothing here rounds but where it says so, and what it gives is
digit for digit what Decimal would.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import reduce
from math import gcd
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from steward.domain.money import FRACTION_DIGITS, multiply
from steward.domain.wide import (
    LIMB,
    LIMB_DIGITS,
    ONE,
    SAFE,
    Multiplier,
    Narrow,
    Wide,
    largest,
    times,
    widened,
)

Integers = Narrow | NDArray[np.object_]
Flags = NDArray[np.bool_]

_STEPS_OF_ONE = Decimal(ONE)
_EXACT = Context(prec=200)


@dataclass(frozen=True, slots=True)
class Levels:
    """Amounts that stay until the next: `values` / 10^`scale`, each from its day (an ordinal) on.

    Where 64 bits are too few, `low` has nine more digits of each amount, from 0 to 10^9 - 1.
    """

    days: Narrow
    values: Integers
    scale: int
    low: Narrow | None = None

    @classmethod
    def of(cls, amounts: Sequence[tuple[int, Decimal]]) -> "Levels":
        """Write known amounts, in order of their days."""
        days = np.array([day for day, _ in amounts], dtype=np.int64)
        numbers, scale = exact_column([amount for _, amount in amounts])
        if numbers.dtype == np.int64 or scale < LIMB_DIGITS:
            return cls(days, numbers, scale)
        high = fitted((numbers // LIMB).tolist())
        if high.dtype != np.int64:
            return cls(days, numbers, scale)
        return cls(days, high, scale - LIMB_DIGITS, (numbers % LIMB).astype(np.int64))

    @property
    def is_something(self) -> Flags:
        """Where the amount is not 0."""
        there: Flags = self.values != 0
        return there if self.low is None else there | (self.low != 0)

    def parts(self) -> "tuple[Levels, ...]":
        """Give levels of one column each that add up to these."""
        if self.low is None:
            return (self,)
        high = Levels(self.days, self.values, self.scale)
        return high, Levels(self.days, self.low, self.scale + LIMB_DIGITS)

    def whole(self) -> "Levels":
        """Give the same levels in one column of Python's integers."""
        if self.low is None:
            return self
        return Levels(self.days, self.values.astype(object) * LIMB + self.low, self.scale + LIMB_DIGITS)

    def begins(self, first: int, count: int) -> Narrow:
        """Give the place of each level's first day among `count` days from `first`, `count` if behind."""
        return np.minimum(np.maximum(self.days - first, 0), count)

    def spread(self, begins: Narrow, count: int) -> tuple[int, Integers]:
        """Lay the levels over days: give where they begin, and each day's level until the last not 0."""
        if not len(begins):
            return count, self.values
        lengths = np.empty(len(begins), dtype=np.int64)
        np.subtract(begins[1:], begins[:-1], out=lengths[:-1])
        lengths[-1] = count - begins[-1] if self.values[-1] != 0 else 0
        return int(begins[0]), self.values.repeat(lengths)


class Sum:
    """A sum of exact columns over some days: 64 bits a scale, as long as the bound of the sum allows."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._narrow: dict[int, Narrow] = {}
        self._bounds: dict[int, int] = {}
        self._steps: NDArray[np.object_] | None = None

    def add(self, start: int, column: Integers, scale: int, bound: int) -> None:
        """Add numbers of 10^-scale, scale at most 18, of magnitudes up to `bound`, from a day on."""
        window = slice(start, start + len(column))
        sum_bound = self._bounds.get(scale, 0) + bound
        if is_narrow(column) and sum_bound < SAFE:
            if scale not in self._narrow:
                self._narrow[scale] = np.zeros(self._count, dtype=np.int64)
            self._narrow[scale][window] += column
            self._bounds[scale] = sum_bound
            return
        if self._steps is None:
            self._steps = np.zeros(self._count, dtype=object)
        self._steps[window] += column.astype(object) * 10 ** (FRACTION_DIGITS - scale)

    def times(self, rates: "Rates | None") -> Wide | list[int]:
        """Give the sum of each day times its rate, rounded once; without rates as it is."""
        if self._steps is None:
            wide = self._wide()
            if wide is not None and rates is None:
                return wide
            if wide is not None and rates is not None and rates.limbs is not None:
                product = times(wide, rates.limbs)
                if product is not None:
                    return product
        exact = self._exact()
        if rates is None:
            return exact
        return [rounded_share(one * rate, ONE) for one, rate in zip(exact, rates.steps, strict=True)]

    def _wide(self) -> Wide | None:
        if sum(bound // 10**scale + 1 for scale, bound in self._bounds.items()) >= SAFE:
            return None
        return reduce(Wide.__add__, (widened(column, scale) for scale, column in self._narrow.items()))

    def _exact(self) -> list[int]:
        sums = [0] * self._count if self._steps is None else self._steps.tolist()
        for scale, column in self._narrow.items():
            unit = 10 ** (FRACTION_DIGITS - scale)
            sums = [one + other * unit for one, other in zip(sums, column.tolist(), strict=True)]
        return sums


@dataclass(frozen=True, slots=True)
class Rates:
    """A rate a day in steps of 10^-18, 0 where none is `known`."""

    steps: list[int]
    known: Flags
    limbs: Multiplier | None


def added(columns: Iterable[Wide | list[int]], count: int) -> list[int]:
    """Add amounts of `count` days; give steps of 10^-18."""
    found = list(columns)
    wide = [one for one in found if isinstance(one, Wide)]
    sums = [one for one in found if not isinstance(one, Wide)]
    if sum(largest(one.whole) + 1 for one in wide) < SAFE:
        wide = [reduce(Wide.__add__, wide)] if wide else []
    sums += [one.numbers() for one in wide]
    if len(sums) == 1:
        return sums[0]
    return [sum(day) for day in zip(*sums, strict=True)] if sums else [0] * count


def exact_column(numbers: Sequence[Decimal]) -> tuple[Integers, int]:
    """Write decimals as integers with the least scale that is exact."""
    scale = max((-min(0, int(number.as_tuple().exponent)) for number in numbers), default=0)
    integers = [int(_EXACT.scaleb(number, scale)) for number in numbers]
    unit = gcd(10**scale, *integers)
    zeros = next(digits for digits in range(scale, -1, -1) if unit % 10**digits == 0)
    return fitted([one // 10**zeros for one in integers] if zeros else integers), scale - zeros


def fitted(integers: Sequence[int]) -> Integers:
    """Give integers as int64 where all of them fit well, else as they are."""
    if not integers or -SAFE < min(integers) <= max(integers) < SAFE:
        return np.array(integers, dtype=np.int64)
    return np.array(integers, dtype=object)


def steps(amount: Decimal) -> int:
    """Write an amount in steps of 10^-18."""
    return int(multiply(amount, _STEPS_OF_ONE))


def amount_of(count: int) -> Decimal:
    """Read an amount from its steps of 10^-18."""
    return _EXACT.scaleb(Decimal(count), -FRACTION_DIGITS)


def is_narrow(column: Integers) -> TypeGuard[Narrow]:
    """Tell whether 64 bits hold every number."""
    return column.dtype == np.int64


def most(values: Integers) -> int:
    """Give the largest magnitude of a column that is not empty."""
    return largest(values) if is_narrow(values) else max(map(abs, values.tolist()))


def products(one: Integers, other: Integers, bound: int) -> Integers:
    """Multiply element by element, exactly; the products have magnitudes up to `bound`."""
    if one.dtype == other.dtype == np.int64 and bound < SAFE:
        return one * other
    product: Integers = one.astype(object) * other.astype(object)
    return product


def in_steps(column: Integers, scale: int) -> Integers:
    """Round numbers of 10^-scale, scale more than 18, half to even to steps of 10^-18."""
    divisor = 10 ** (scale - FRACTION_DIGITS)
    if divisor >= SAFE:
        column = column.astype(object)
    quotients = column // divisor
    twice = (column - quotients * divisor) * 2
    up = (twice > divisor) | ((twice == divisor) & (quotients & 1 == 1))
    rounded: Integers = quotients + up
    return rounded


def rounded_share(up: int, down: int) -> int:
    """Divide and round half to even."""
    quotient, rest = divmod(up, down)
    return quotient + int(rest * 2 > down or (rest * 2 == down and quotient % 2 == 1))


def ordinals(first: date, last: date) -> Narrow:
    """Give the days from first to last as ordinals."""
    return np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)


def runs(where: Flags) -> Iterator[tuple[int, int]]:
    """Give each run of true as (its first place, the place behind it)."""
    edges = np.flatnonzero(np.diff(where, prepend=False, append=False)).tolist()
    return zip(edges[::2], edges[1::2], strict=True)
