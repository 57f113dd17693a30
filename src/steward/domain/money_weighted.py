"""Money-weighted return: what the money that was there earned, for as long as it was there.

Flows are seen from the owner's pocket: negative is paid in, positive is received. They are exact;
floats begin inside the search for the rate, and with the quotient of the other two measures.
"""

import operator
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import expm1, log
from sys import float_info
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from steward.domain.money import ZERO, add, multiply, subtract
from steward.domain.returns import DAYS_OF_A_YEAR, Amounts, Chain, chained, ratio, units

# Of the logarithm of yearly growth: above, no float holds the rate; below, it rounds to -1.
_HIGHEST: Final = log(float_info.max)
_LOWEST: Final = 40.0
# Two roots closer than this are one that the curve only touches; it cancels the flows to 12 digits.
_FINEST: Final = 1e-12
_TOLERANCE: Final = 1e-14
# Enough for flows that alternate daily for decades; flows made to be hard stop here.
_MOST_INTERVALS: Final = 10_000


class Flow(NamedTuple):
    """Money that crossed the boundary on a day: negative when paid in, positive when received."""

    on: date
    amount: Decimal


class NoRate(StrEnum):
    """Why there is no money-weighted return."""

    ONE_DAY = "one-day"  # all on one day: no time in which to earn
    ONE_SIGN = "one-sign"  # only paid in, or only received; also when nothing was
    NOT_FOUND = "not-found"  # no rate makes the flows cancel out, or none was found in 10,000 steps
    TOO_LARGE = "too-large"  # the rate is above 1.8 x 10^308


def period_flows(
    opening: Decimal, closing: Decimal, flows: Iterable[Flow], start: date, end: date
) -> list[Flow]:
    """Give the flows of a period with its opening value paid in and its closing value received.

    Flows until `start` are in the opening value, and those after `end` are later: both are left out.
    """
    inside = [flow for flow in flows if start < flow.on <= end]
    return [Flow(start, subtract(ZERO, opening)), *inside, Flow(end, closing)]


def money_weighted(flows: Iterable[Flow]) -> float | NoRate:
    """Find the yearly rate r with sum(amount / (1 + r)^(days / 365)) = 0 (XIRR, actual/365).

    Of several rates it is the one nearest to no growth, by the size of ln(1 + r). The search leaves
    out no interval that may hold a rate: see `_first_root`.
    """
    every = [flow for flow in flows if flow.amount]
    daily: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    for flow in every:
        daily[flow.on.toordinal()] = add(daily[flow.on.toordinal()], flow.amount)
    if every and len(daily) == 1:
        return NoRate.ONE_DAY
    if len({amount > 0 for amount in daily.values() if amount}) < 2:  # noqa: PLR2004 - there are two signs
        return NoRate.ONE_SIGN
    total = ZERO
    for amount in daily.values():
        total = add(total, amount)
    return _rate(sorted((day, amount) for day, amount in daily.items() if amount)) if total else 0.0


def modified_dietz(
    opening: Decimal, closing: Decimal, flows: Iterable[Flow], start: date, end: date
) -> float | None:
    """Divide the gain by the average capital: the opening value and each flow for its part of the time.

    The period has `(end - start).days` days. Money in works from the start of its day, so on the last
    day it counts for one day; money out leaves at the end of its day, so on the last day for none.
    Flows outside are left out as in `period_flows`. None when the average capital is not positive.
    Source: Dietz, Pension Funds: Measuring Investment Performance (1966), day-weighted.
    """
    days = (end - start).days or 1
    gain, capital_days = subtract(closing, opening), multiply(opening, Decimal(days))
    for flow in flows:
        if start < flow.on <= end:
            gain = add(gain, flow.amount)
            left = (end - flow.on).days + (flow.amount < 0)
            capital_days = subtract(capital_days, multiply(flow.amount, Decimal(left)))
    return ratio(multiply(gain, Decimal(days)), capital_days)


def mwr_daily_linked(dates: Sequence[date], values: Amounts, money_in: Amounts, money_out: Amounts) -> Chain:
    """Chain the Modified Dietz return of each day, its flows taken at mid-day.

    A day's return is (closing - opening - net) / (opening + net / 2), 0 where the divisor is 0; net is
    money in less money out. Shapes, the first date and errors are those of `time_weighted`.
    """
    closings, came, went = units(values, money_in, money_out)
    nets = list(map(operator.sub, came, went))
    tops = (2 * value - net for value, net in zip(closings[1:], nets[1:], strict=True))
    bottoms = (2 * value + net for value, net in zip(closings[:-1], nets[1:], strict=True))
    return chained(dates, tops, bottoms)


class _At(NamedTuple):
    """The curve at a point: what is received, what is paid, and how fast each falls."""

    received: float
    paid: float
    received_falls: float
    paid_falls: float

    @property
    def positive(self) -> bool:
        return self.received > self.paid


class _Curve:
    """The sum of amount x exp(-y x years) for y >= 0: both its signs' sums only fall."""

    def __init__(self, amounts: npt.NDArray[np.float64], years: npt.NDArray[np.float64]) -> None:
        received, paid = np.maximum(amounts, 0), np.maximum(-amounts, 0)
        self._rows = np.array([received, paid, received * years, paid * years])
        self._years = years

    def at(self, y: float) -> _At:
        return _At(*(self._rows @ np.exp(-y * self._years)).tolist())


def _rate(daily: list[tuple[int, Decimal]]) -> float | NoRate:
    """Search both sides of no growth, and say of which side a rate out of reach is."""
    largest = max(abs(amount) for _, amount in daily)
    amounts = np.array([float(amount / largest) for _, amount in daily])
    years = np.array([day - daily[0][0] for day, _ in daily]) / DAYS_OF_A_YEAR
    # Below no growth the same sum, seen from the last day, again has falling terms only.
    gaining, losing = _Curve(amounts, years), _Curve(amounts[::-1], (years[-1] - years)[::-1])
    gain = _first_root(gaining, _HIGHEST)
    loss = _first_root(losing, _LOWEST if gain is None else min(gain, _LOWEST))
    if loss is not None:
        return expm1(-loss)
    if gain is not None:
        return expm1(gain)
    if losing.at(_LOWEST).positive != (amounts[-1] > 0):
        return -1.0
    return NoRate.TOO_LARGE if gaining.at(_HIGHEST).positive != (amounts[0] > 0) else NoRate.NOT_FOUND


def _first_root(curve: _Curve, limit: float) -> float | None:
    """Find the smallest root in [0, limit], by leaving out what can hold none.

    On an interval both sums are between their values at its ends. Where one stays above the other
    there is no root; where the same holds for their slopes the curve is monotone and has one root if
    its signs differ. What is left is halved, the lower half first.
    """
    waiting = [(0.0, limit, curve.at(0.0), curve.at(limit))]
    for _ in range(_MOST_INTERVALS):
        if not waiting:
            return None
        low, high, at_low, at_high = waiting.pop()
        if at_high.received > at_low.paid or at_high.paid > at_low.received:
            continue
        if at_high.received_falls > at_low.paid_falls or at_high.paid_falls > at_low.received_falls:
            if at_low.positive != at_high.positive:
                return _refined(curve, low, high, rising=at_high.positive)
            continue
        middle = (low + high) / 2
        if high - low < _FINEST:
            return middle
        at_middle = curve.at(middle)
        waiting += [(middle, high, at_middle, at_high), (low, middle, at_low, at_middle)]
    return None


def _refined(curve: _Curve, low: float, high: float, *, rising: bool) -> float:
    """Find the one root between two points by Newton's steps, halving where a step would leave them."""
    y, following = low, (low + high) / 2
    while abs(following - y) > _TOLERANCE * (1 + y):
        y = following
        at = curve.at(y)
        if at.positive == rising:
            high = y
        else:
            low = y
        slope = at.paid_falls - at.received_falls
        following = y - (at.received - at.paid) / slope if slope else high + 1
        if not (low < following < high or following == y):
            following = (low + high) / 2
    return following
