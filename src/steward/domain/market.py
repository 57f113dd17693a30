"""The market as analyses see it: the price of a symbol and the rate of a pair on any day.

Strict: the close of that day, else the last earlier one that is not too old, else none. What else may
stand in is a policy that the caller asks for by name, and each answer says so.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from steward.domain.closes import Close, Fill, Policy, Series, rounded_ratio
from steward.domain.corporate_actions import CorporateAction
from steward.domain.instruments import Instrument, major
from steward.domain.rates import Leg, Rate, Rates

__all__ = ["Close", "Fill", "Leg", "Market", "Policy", "Rate", "Trade"]

_AHEAD = date.max


@dataclass(frozen=True, slots=True)
class Trade:
    """What was paid for one unit of `symbol`, before the multiplier, fees and taxes."""

    symbol: str
    on: date
    price: Decimal
    currency: str


class Market:
    """Instruments, closes, rates, splits and trades. Series that count first are given first."""

    def __init__(
        self,
        policy: Policy,
        *,
        instruments: Iterable[Instrument] = (),
        closes: Iterable[Series] = (),
        rates: Iterable[Series] = (),
        actions: Iterable[CorporateAction] = (),
        trades: Iterable[Trade] = (),
    ) -> None:
        self.policy = policy
        self._instruments = {one.symbol: one for one in instruments}
        self._closes: dict[str, list[Series]] = defaultdict(list)
        for series in closes:
            self._closes[series.key].append(series)
        self._rates = Rates(rates, policy)
        # Thousands of transactions share a day and a currency.
        self._found: dict[tuple[str, str, date], Rate | None] = {}
        self._splits: dict[str, list[CorporateAction]] = defaultdict(list)
        for action in actions:
            if action.multiplies:
                self._splits[action.symbol].append(action)
        self._trades: dict[str, list[Trade]] = defaultdict(list)
        for trade in sorted(trades, key=lambda trade: trade.on):
            self._trades[trade.symbol].append(trade)

    def instrument(self, symbol: str) -> Instrument:
        """Give what is recorded of `symbol`, else an instrument in the currency of its prices or trades."""
        recorded = self.recorded(symbol)
        if recorded is not None:
            return recorded
        priced = [*self._closes.get(symbol, ()), *reversed(self._trades.get(symbol, ()))]
        return Instrument(symbol, priced[0].currency if priced else None)

    def recorded(self, symbol: str) -> Instrument | None:
        """Give what is recorded of `symbol`; None when nothing is."""
        return self._instruments.get(symbol)

    def series(self, symbol: str) -> tuple[Series, ...]:
        """Give the closes of `symbol`, those that count first first."""
        return tuple(self._closes.get(symbol, ()))

    def splits(self, symbol: str) -> tuple[CorporateAction, ...]:
        """Give the actions that multiply the units of `symbol`."""
        return tuple(self._splits.get(symbol, ()))

    def trades(self, symbol: str) -> tuple[Trade, ...]:
        """Give what was paid for `symbol`, in order of days."""
        return tuple(self._trades.get(symbol, ()))

    def rate_series(self, base: str, quote: str) -> tuple[tuple[Series, bool], ...]:
        """Give the series that state a pair, those that count first first, and whether inverted."""
        return self._rates.stating(base, quote)

    def price(self, symbol: str, on: date) -> Close | None:
        """Give the price of one unit of `symbol` at the close of `on`, in units of that day."""
        for series in self._closes.get(symbol, ()):
            found = series.found(on, self.policy)
            if found is not None:
                return self._close(series, found.index, on, found.filled)
        return self._traded(symbol, on) if self.policy.fill is Fill.NEAREST else None

    def previous(self, symbol: str, on: date) -> Close | None:
        """Give the close before the one that `price` gives, of any age, in units of the day `on`."""
        for series in self._closes.get(symbol, ()):
            found = series.found(on, self.policy)
            if found is not None:
                return self._close(series, found.index - 1, on, None) if found.index else None
        return None

    def _close(self, series: Series, index: int, on: date, filled: str | None) -> Close:
        symbol, day, (currency, minor) = series.key, series.day(index), major(series.currency)
        if minor == 1 and symbol not in self._splits:
            price = series.stated(index)
        else:
            ratio = self.ratio(symbol, _AHEAD if series.adjusted else day, on)
            price = rounded_ratio(series.exact(index) / minor * ratio)
        return Close(symbol, price, currency, day, series.source, filled)

    def rate(self, base: str, quote: str, on: date) -> Rate | None:
        """Give the units of `quote` for one of `base` on the day `on`."""
        asked = base, quote, on
        if asked not in self._found:
            self._found[asked] = self._rates.between(base, quote, on)
        return self._found[asked]

    def ratio(self, symbol: str, units_of: date, on: date) -> Fraction:
        """Give what turns a price per unit of the day `units_of` into one per unit of the day `on`."""
        ratio = Fraction(1)
        for split in self._splits.get(symbol, ()):
            new, old = split.factor
            if on < split.ex_date <= units_of:
                ratio *= Fraction(new) / Fraction(old)
            elif units_of < split.ex_date <= on:
                ratio *= Fraction(old) / Fraction(new)
        return ratio

    def _traded(self, symbol: str, on: date) -> Close | None:
        trade = next((one for one in reversed(self._trades.get(symbol, ())) if one.on <= on), None)
        if trade is None:
            return None
        currency, minor = major(trade.currency)
        price = rounded_ratio(Fraction(trade.price) / minor * self.ratio(symbol, trade.on, on))
        return Close(symbol, price, currency, trade.on, "trade", "trade")
