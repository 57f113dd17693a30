"""Exchange rates: direct, inverted, and crossed through the euro.

A pair such as USDEUR states the units of its second currency for one of its first.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from steward.domain.closes import Policy, Series, rounded_ratio

BRIDGE: Final = "EUR"
SAME: Final = "same"
_CODE: Final = 3


@dataclass(frozen=True, slots=True)
class Leg:
    """A rate as its source states it; an `inverted` one was divided by."""

    pair: str
    rate: Decimal
    on: date
    source: str
    inverted: bool
    filled: str | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of `quote` for one of `base`: the product of the legs, rounded once.

    `on` is the day of the oldest leg. `filled` says what stands in by the policy: `older` or `later`.
    """

    base: str
    quote: str
    rate: Decimal
    on: date
    source: str
    legs: tuple[Leg, ...] = ()
    filled: str | None = None


class Rates:
    """Series of rates, those that count first given first: the owner's own before a source's."""

    def __init__(self, series: Iterable[Series], policy: Policy) -> None:
        self._policy = policy
        self._known: dict[str, list[tuple[Series, bool]]] = defaultdict(list)
        for one in series:
            base, quote = one.key[:_CODE], one.key[_CODE:]
            self._known[base + quote].append((one, False))
            self._known[quote + base].append((one, True))

    def stating(self, base: str, quote: str) -> tuple[tuple[Series, bool], ...]:
        """Give the series that state a pair, those that count first first, and whether inverted."""
        return tuple(self._known.get(base + quote, ()))

    def between(self, base: str, quote: str, on: date) -> Rate | None:
        """Give the rate of the day `on`: that of the pair itself, else through the euro, else None."""
        if base == quote:
            return Rate(base, quote, Decimal(1), on, SAME)
        direct = self._leg(base, quote, on)
        if direct is not None:
            return _joined(base, quote, (direct,))
        first, second = self._leg(base, BRIDGE, on), self._leg(BRIDGE, quote, on)
        if first is None or second is None:
            return None
        return _joined(base, quote, (first, second))

    def _leg(self, base: str, quote: str, on: date) -> tuple[Leg, Fraction] | None:
        for series, inverted in self._known.get(base + quote, ()):
            found = series.found(on, self._policy)
            if found is not None:
                index, exact = found.index, series.exact(found.index)
                stated, day = series.stated(index), series.day(index)
                leg = Leg(series.key, stated, day, series.source, inverted, found.filled)
                return leg, 1 / exact if inverted else exact
        return None


def _joined(base: str, quote: str, parts: tuple[tuple[Leg, Fraction], ...]) -> Rate:
    legs = tuple(leg for leg, _ in parts)
    exact = Fraction(1)
    for _, number in parts:
        exact *= number
    fills = {leg.filled for leg in legs}
    filled = next((fill for fill in ("later", "older") if fill in fills), None)
    source = "+".join(dict.fromkeys(leg.source for leg in legs))
    return Rate(base, quote, rounded_ratio(exact), min(leg.on for leg in legs), source, legs, filled)
