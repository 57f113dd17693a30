"""Wide columns: exact amounts of more than 64 bits, each in two int64: whole units, and steps of 10^-18.

Every sum and product here has a proven bound. Where a bound is not kept, Python's integers take over,
slower and without one; both give the same digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steward.domain.money import FRACTION_DIGITS

Narrow = NDArray[np.int64]
Flags = NDArray[np.bool_]

ONE = 10**FRACTION_DIGITS
"""Steps of 10^-18 in one unit."""
SAFE = 2**61
"""What every integer of a narrow column is less than, so that sums of three of them fit in 64 bits."""
LIMB_DIGITS = 9
LIMB = 10**LIMB_DIGITS


@dataclass(frozen=True, slots=True)
class Wide:
    """`whole` + `steps` / 10^18 on each day; `steps` is from 0 to 10^18 - 1, also below zero."""

    whole: Narrow
    steps: Narrow

    @classmethod
    def of(cls, numbers: Sequence[int]) -> "Wide | None":
        """Write steps of 10^-18 as a wide column; None when one is too large."""
        parts = [divmod(number, ONE) for number in numbers]
        if any(not -SAFE < whole < SAFE for whole, _ in parts):
            return None
        pairs = np.array(parts, dtype=np.int64).reshape(-1, 2)
        return cls(pairs[:, 0].copy(), pairs[:, 1].copy())

    def numbers(self) -> list[int]:
        """Give the amounts in steps of 10^-18."""
        parts = zip(self.whole.tolist(), self.steps.tolist(), strict=True)
        return [whole * ONE + steps for whole, steps in parts]

    def __add__(self, other: "Wide") -> "Wide":
        """Add; the callers keep what is added within SAFE."""
        steps = self.steps + other.steps
        over = steps >= ONE
        return Wide(self.whole + other.whole + over, np.where(over, steps - ONE, steps))


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A wide column of numbers from 0 to below 10^9, cut into limbs of nine digits, the lowest first."""

    limbs: tuple[Narrow, Narrow, Narrow]
    largest: int

    @classmethod
    def of(cls, numbers: Sequence[int]) -> "Multiplier | None":
        """Cut steps of 10^-18 into limbs; None when a number is below 0 or too large."""
        wide = Wide.of(numbers)
        if wide is None or not len(wide.whole) or wide.whole.min() < 0 or wide.whole.max() >= LIMB:
            return None
        high, low = _cut(wide.steps)
        return cls((low, high, wide.whole), int(wide.whole.max()) + 1)


def times(amounts: Wide, by: Multiplier) -> Wide | None:
    """Multiply, rounded half to even to 18 digits; None when a product may be too large.

    Limbs have nine digits, so a product of two is below 10^18, or 2.4 * 10^18 with the highest limb of an
    amount below SAFE: no sum of three of them, with what is carried, reaches 2^63.
    """
    if (largest(amounts.whole) + LIMB) * by.largest >= SAFE:
        return None
    (a1, a0), (a3, a2) = _cut(amounts.steps), _cut(amounts.whole)
    r0, r1, r2 = by.limbs
    carried, lowest = _cut(a0 * r0)
    carried, low = _cut(a0 * r1 + a1 * r0 + carried)
    d2 = a0 * r2 + a1 * r1 + a2 * r0 + carried
    rest = low * LIMB + lowest
    d2 += (rest > ONE // 2) | ((rest == ONE // 2) & (d2 & 1 == 1))
    carried, d2 = _cut(d2)
    carried, d3 = _cut(a1 * r2 + a2 * r1 + a3 * r0 + carried)
    return Wide(a3 * r2 * LIMB + a2 * r2 + a3 * r1 + carried, d3 * LIMB + d2)


def widened(column: Narrow, scale: int) -> Wide:
    """Write integers of 10^-scale, scale at most 18, as a wide column."""
    unit = 10**scale
    whole = column // unit
    return Wide(whole, (column - whole * unit) * (ONE // unit))


def largest(column: Narrow) -> int:
    """Give the largest magnitude."""
    return max(int(column.max()), -int(column.min())) if len(column) else 0


def _cut(column: Narrow) -> tuple[Narrow, Narrow]:
    """Give (the multiples of a limb, the nine lowest digits)."""
    high = column // LIMB
    return high, column - high * LIMB
