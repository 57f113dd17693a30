"""The board: what a market says on each day of a range, column by column, each worked out once.

Prices and rates are those of `Market.price` and `Market.rate`, digit for digit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from steward.domain.closes import Fill, Series
from steward.domain.columns import Flags, Integers, Rates, fitted, most, ordinals, rounded_share, runs, steps
from steward.domain.corporate_actions import CorporateAction
from steward.domain.instruments import major
from steward.domain.market import Market
from steward.domain.money import FRACTION_DIGITS
from steward.domain.rates import BRIDGE
from steward.domain.wide import ONE, Multiplier, Narrow

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in one currency from a day (its place in the range) on: `values` / 10^`scale`, 0 where none is.

    A price is before the multiplier, in the major currency and in the units of its day. No magnitude is
    above `largest`.
    """

    start: int
    currency: str
    values: Integers
    scale: int
    largest: int
    known: Flags


@dataclass(frozen=True, slots=True)
class Quoted:
    """Everything about the price of a symbol: the pieces, and the runs of days without a price."""

    pieces: tuple[Prices, ...]
    unknown: tuple[tuple[int, int], ...]


class Board:
    """The prices and rates of a market on each day from `first` to `last`."""

    def __init__(self, market: Market, first: date, last: date) -> None:
        self.market, self.first, self.last = market, first, last
        self.days = ordinals(first, last)
        self._quoted: dict[str, Quoted] = {}
        self._rates: dict[tuple[str, str], Rates] = {}

    def quoted(self, symbol: str) -> Quoted:
        """Give the price of a symbol on each day, by the first series that has one."""
        if symbol not in self._quoted:
            missing = np.ones(len(self.days), dtype=bool)
            pieces = list(self._priced(symbol, missing))
            self._quoted[symbol] = Quoted(tuple(pieces), tuple(runs(missing)))
        return self._quoted[symbol]

    def rates(self, base: str, quote: str) -> Rates:
        """Give the rate of a pair on each day: that of the pair itself, else through the euro."""
        if (base, quote) not in self._rates:
            numbers, known = self._joined([(base, quote)])
            if not known.all():
                crossed, found = self._joined([(base, BRIDGE), (BRIDGE, quote)])
                numbers = np.where(known, _whole(numbers), _whole(crossed)).tolist()
                known |= found
            self._rates[base, quote] = Rates(numbers, known, Multiplier.of(numbers))
        return self._rates[base, quote]

    def _priced(self, symbol: str, missing: Flags) -> Iterator[Prices]:
        for series in self.market.series(symbol):
            if not missing.any():
                return
            places, found = self._places(series)
            here = found & missing
            if here.any():
                missing &= ~found
                yield from self._pieces(symbol, series, places, here)
        if self.market.policy.fill is Fill.NEAREST and missing.any():
            yield from self._traded(symbol, missing)

    def _pieces(self, symbol: str, series: Series, places: Places, here: Flags) -> Iterator[Prices]:
        """Cut the days where the ratio between the units of the price and those of the day changes."""
        values = np.where(here, _values(series)[places], 0)
        currency, minor = major(series.currency)
        scale = series.scale + len(str(minor)) - 1
        ratios, cuts = self._ratios(self.market.splits(symbol), series, places)
        for start, stop in pairwise(cuts):
            ratio, some = ratios[start], values[start:stop]
            yield _piece(start, currency, here[start:stop], *_scaled(some, scale, ratio))

    def _ratios(
        self, splits: Iterable[CorporateAction], series: Series, places: Places
    ) -> tuple[dict[int, Fraction], list[int]]:
        """Give the ratio behind each cut, and the cuts from 0 to the number of days."""
        cuts, among = {0, len(self.days)}, list[tuple[CorporateAction, Narrow]]()
        units_of = np.frombuffer(series.days, dtype=np.int64)[places]
        for split in splits:
            ex_date = split.ex_date.toordinal()
            later = np.zeros(len(self.days), dtype=np.int64)
            if series.adjusted:
                later += self.days < ex_date
            else:
                later += (self.days < ex_date) & (ex_date <= units_of)
                later -= (units_of < ex_date) & (ex_date <= self.days)
            cuts |= set((np.flatnonzero(np.diff(later)) + 1).tolist())
            among.append((split, later))
        ratios = {}
        for cut in cuts - {len(self.days)}:
            ratio = Fraction(1)
            for split, later in among:
                new, old = map(Fraction, split.factor)
                ratio *= (new / old) ** int(later[cut])
            ratios[cut] = ratio
        return ratios, sorted(cuts)

    def _traded(self, symbol: str, missing: Flags) -> Iterator[Prices]:
        """Ask for the price by trades on each day on which it may change; there are few."""
        begin = int(self.days[0])
        changes = {begin, *(one.on.toordinal() for one in self.market.trades(symbol))}
        changes |= {one.ex_date.toordinal() for one in self.market.splits(symbol)}
        cuts = sorted(day - begin for day in changes if begin <= day <= int(self.days[-1]))
        wanted = missing.copy()
        for start, stop in zip(cuts, [*cuts[1:], len(self.days)], strict=True):
            close = self.market.price(symbol, date.fromordinal(begin + start))
            if close is not None:
                missing[start:stop] = False
                here = wanted[start:stop]
                values = fitted([steps(close.price)]) * here
                yield _piece(start, close.currency, here, values, FRACTION_DIGITS)

    def _joined(self, pairs: Sequence[tuple[str, str]]) -> tuple[list[int], Flags]:
        """Multiply the rates of pairs, rounded once, in steps of 10^-18; each distinct product once."""
        known = np.ones(len(self.days), dtype=bool)
        legs = []
        for base, quote in pairs:
            up, down = [1] * len(self.days), [1] * len(self.days)
            missing = np.ones(len(self.days), dtype=bool)
            for series, inverted in self.market.rate_series(base, quote):
                places, found = self._places(series)
                unit = 10**series.scale
                for place in np.flatnonzero(found & missing).tolist():
                    number = series.values[places[place]]
                    up[place], down[place] = (unit, number) if inverted else (number, unit)
                missing &= ~found
            known &= ~missing
            legs.append((up, down))
        share = cache(rounded_share)
        ups, downs = ([prod(day) for day in zip(*side, strict=True)] for side in zip(*legs, strict=True))
        shares = zip(known.tolist(), ups, downs, strict=True)
        return [share(up * ONE, down) if there else 0 for there, up, down in shares], known

    def _places(self, series: Series) -> tuple[Places, Flags]:
        """Give the place in a series that answers for each day, and whether one does."""
        stated = np.frombuffer(series.days, dtype=np.int64)
        if not len(stated):
            return np.zeros(len(self.days), dtype=np.intp), np.zeros(len(self.days), dtype=bool)
        places = np.searchsorted(stated, self.days, side="right") - 1
        reachable = np.maximum(places, 0)
        if self.market.policy.fill is Fill.NEAREST:
            return reachable, np.ones(len(self.days), dtype=bool)
        return reachable, (places >= 0) & (self.days - stated[reachable] <= self.market.policy.max_age_days)


def _piece(start: int, currency: str, known: Flags, values: Integers, scale: int) -> Prices:
    return Prices(start, currency, values, scale, most(values), known)


def _scaled(values: Integers, scale: int, ratio: Fraction) -> tuple[Integers, int]:
    """Multiply numbers of 10^-scale; rounded half to even where more than 18 digits would be needed."""
    digits = next((one for one in range(FRACTION_DIGITS + 1) if 10**one % ratio.denominator == 0), None)
    if digits is not None and scale + digits <= FRACTION_DIGITS:
        factor = ratio.numerator * 10**digits // ratio.denominator
        exact = values if factor == 1 else fitted([value * factor for value in values.tolist()])
        return exact, scale + digits
    share, down = cache(rounded_share), ratio.denominator * 10**scale
    return fitted([share(value * ratio.numerator * ONE, down) for value in values.tolist()]), FRACTION_DIGITS


def _values(series: Series) -> Integers:
    return fitted(series.values) if isinstance(series.values, list) else np.asarray(series.values)


def _whole(numbers: Sequence[int]) -> NDArray[np.object_]:
    return np.array(numbers, dtype=object)
