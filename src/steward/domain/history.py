"""History: what a portfolio was worth at the close of every day, what it had cost, and what came and went.

The values are those of `appraise`, digit for digit, computed column by column instead of day by day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from steward.domain.columns import (
    Column,
    Flags,
    Integers,
    exact_column,
    halved_even,
    in_steps,
    ordinals,
    price_column,
    products,
    rate_column,
    steps,
)
from steward.domain.instruments import major
from steward.domain.market import Market
from steward.domain.money import ZERO
from steward.domain.records import Teller
from steward.domain.scopes import Crossing, Scope
from steward.domain.story import Method, Story
from steward.domain.walk import Steps, Walk, walked

_ONE = Decimal(1)

Days = NDArray[np.int64]
Amount = int | None
"""Steps of 10^-18; None where it is unknown."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What had no price or rate from one day to another."""

    what: str
    subject: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class History:
    """One entry a day, amounts in steps of 10^-18 of `currency`.

    `securities` and `cash` are sums of what is known; `held` counts the things held, `valued` those of
    them with a value. Cost and flows are None where something in them is unknown.
    """

    first: date
    currency: str
    securities: list[int]
    cash: list[int]
    cost: list[Amount]
    money_in: list[Amount]
    money_out: list[Amount]
    held: list[int]
    valued: list[int]
    missing: tuple[Missing, ...]

    @property
    def days(self) -> list[date]:
        """The days."""
        start = self.first.toordinal()
        return [date.fromordinal(start + place) for place in range(len(self.securities))]

    @property
    def values(self) -> list[int]:
        """Securities and cash."""
        return [one + other for one, other in zip(self.securities, self.cash, strict=True)]


def history(
    story: Story,
    *,
    first: date,
    last: date,
    currency: str,
    method: Method,
    crossing: Crossing | None = None,
) -> History:
    """Value every day from `first` to `last`, both included; a scope that is a symbol's has no cash."""
    moves_valued = len(story.portfolio_ids) == 1
    teller = Teller(story.market, currency, method.fx, last, valued=True, moves_valued=moves_valued)
    walk = walked(story, teller, method, crossing or Crossing(Scope()), last=last)
    return told(walk, story.market, first=first, last=last, currency=currency)


def told(walk: Walk, market: Market, *, first: date, last: date, currency: str) -> History:
    """Value what a walk found."""
    days = ordinals(first, last)
    table = _Table(market, days, currency)
    for symbol in sorted(walk.units):
        table.hold(symbol, walk.units[symbol])
    securities = table.converted()
    for name in sorted(walk.cash):
        table.have(name, walk.cash[name])
    cash = table.converted()
    return History(
        first,
        currency,
        securities,
        cash,
        _levels(walk.cost, days),
        _flows(walk.money_in, days),
        _flows(walk.money_out, days),
        table.held.tolist(),
        table.valued.tolist(),
        tuple(table.missing),
    )


class _Table:
    """Sums by currency, and counts of what is held and of what has a value."""

    def __init__(self, market: Market, days: Days, currency: str) -> None:
        self._market, self._days, self._currency = market, days, currency
        self._sums: dict[str, NDArray[np.object_]] = {}
        self._counted: dict[str, NDArray[np.int64]] = {}
        self._rates: dict[str, Column] = {}
        self.held = np.zeros(len(days), dtype=np.int64)
        self.valued = np.zeros(len(days), dtype=np.int64)
        self.missing: list[Missing] = []

    def hold(self, symbol: str, levels: Steps) -> None:
        """Add the units of a symbol at its prices."""
        window = _window(levels, self._days)
        if window.stop <= window.start:
            return
        days = self._days[window]
        units, scale = _column(levels, days)
        here = units != 0
        instrument = self._market.instrument(symbol)
        currency = major(instrument.currency)[0] if instrument.currency else self._currency
        price = price_column(self._market, symbol, days, currency)
        known = price.known & here
        factors, digits = exact_column([instrument.multiplier])
        values = products(products(units, factors), price.values)
        worth = in_steps(np.where(known, values, 0), scale + digits + price.scale)
        self._add(currency, window, worth, here, known)
        self._miss("price", symbol, days, here & ~price.known)

    def have(self, currency: str, levels: Steps) -> None:
        """Add a balance."""
        window = _window(levels, self._days)
        if window.stop <= window.start:
            return
        days = self._days[window]
        told = [(day, ZERO if amount.is_nan() else amount) for day, amount in levels]
        amounts, scale = _column(told, days)
        untold, _ = _column([(day, _ONE if amount.is_nan() else ZERO) for day, amount in levels], days)
        unknown, here = untold != 0, (amounts != 0) | (untold != 0)
        self._add(currency, window, in_steps(amounts, scale), here, here & ~unknown)
        self._miss("cash", currency, days, unknown)

    def converted(self) -> list[int]:
        """Convert the sums, each rounded once, add them, and begin anew."""
        whole = np.zeros(len(self._days), dtype=object)
        for currency, amounts in self._sums.items():
            if currency not in self._rates:
                self._rates[currency] = rate_column(self._market, currency, self._currency, self._days)
            rate = self._rates[currency]
            values = products(amounts, rate.values)
            whole += halved_even(values, 10**rate.scale) if rate.scale else values
            counted = self._counted[currency]
            self.valued += np.where(rate.known, counted, 0)
            self._miss("rate", currency + self._currency, self._days, (counted > 0) & ~rate.known)
        self._sums, self._counted = {}, {}
        return [int(one) for one in whole]

    def _add(self, currency: str, window: slice, worth: Integers, here: Flags, known: Flags) -> None:
        if currency not in self._sums:
            self._sums[currency] = np.zeros(len(self._days), dtype=object)
            self._counted[currency] = np.zeros(len(self._days), dtype=np.int64)
        self._sums[currency][window] += worth
        self._counted[currency][window] += known
        self.held[window] += here

    def _miss(self, what: str, subject: str, days: Days, where: Flags) -> None:
        if not where.any():
            return
        places = np.flatnonzero(where)
        for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
            first, last = (date.fromordinal(int(days[place])) for place in (run[0], run[-1]))
            self.missing.append(Missing(what, subject, first, last))


def _window(levels: Steps, days: Days) -> slice:
    """Give the days on which there may be something: from the first level to the last that is 0."""
    start = max(levels[0][0] - int(days[0]), 0)
    ended = levels[-1][0] - int(days[0]) if not levels[-1][1] else len(days)
    return slice(start, min(max(ended, 0), len(days)))


def _column(levels: Steps, days: Days) -> tuple[Integers, int]:
    """Give the level of each day."""
    numbers, scale = exact_column([amount for _, amount in levels])
    begins = np.array([day for day, _ in levels], dtype=np.int64)
    places = np.searchsorted(begins, days, side="right") - 1
    return np.where(places >= 0, numbers[np.maximum(places, 0)], 0), scale


def _levels(levels: Steps, days: Days) -> list[Amount]:
    counts: list[Amount] = [0, *(None if amount.is_nan() else steps(amount) for _, amount in levels)]
    begins = np.array([day for day, _ in levels], dtype=np.int64)
    return [counts[place] for place in np.searchsorted(begins, days, side="right").tolist()]


def _flows(flows: Mapping[int, Decimal], days: Days) -> list[Amount]:
    found: list[Amount] = [0] * len(days)
    start = int(days[0])
    for day, amount in flows.items():
        if 0 <= day - start < len(days):
            found[day - start] = None if amount.is_nan() else steps(amount)
    return found
