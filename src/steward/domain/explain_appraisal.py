"""What a valuation came from: units, prices, balances and rates of one close."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from steward.domain.appraisal import Appraisal, Holding, Subtotal
from steward.domain.explain import Node, Operation, leaf, made, missing, summed
from steward.domain.explain_balances import Balances
from steward.domain.explain_lots import told_in, worth_of
from steward.domain.explain_records import Recorded, multiplier
from steward.domain.explain_units import Units
from steward.domain.gains import Gains
from steward.domain.records import Gap, Teller
from steward.domain.story import Story

Figures = Mapping[str, Callable[[], Node]]


@dataclass(frozen=True, slots=True)
class Valued:
    """Explains an appraisal."""

    story: Story
    recorded: Recorded
    appraisal: Appraisal
    held: Units
    balances: Balances

    @property
    def on(self) -> date:
        """The day of the close."""
        return self.appraisal.on

    @property
    def teller(self) -> Teller:
        """Who tells amounts in the reporting currency."""
        return self.recorded.teller

    def units(self, symbol: str, portfolio_id: int | None = None) -> Node:
        """Explain the units held, in all that are asked about or in one portfolio."""
        return self.held.of(symbol, self.on, portfolio_id)

    def value(self, symbol: str) -> Node:
        """Explain the market value of a holding in the currency of its price."""
        return worth_of(self.teller, symbol, self.units(symbol), self.on)

    def value_told(self, symbol: str) -> Node:
        """Explain the market value of a holding alone in the reporting currency."""
        value = self.value(symbol)
        return told_in(self.teller, value, value.unit, self.on)

    def previous_told(self, symbol: str) -> Node:
        """Explain what the units held were worth at the close before, at the rate of now."""
        teller, close = self.teller, self.story.market.previous(symbol, self.on)
        if close is None:
            return missing(Gap("price", symbol, self.on - timedelta(days=1)), teller.currency)
        price = leaf(f"price {symbol}", close.currency, close, "price")
        parts = (self.units(symbol), price, multiplier(teller, symbol))
        value = made(f"{symbol} value before", close.currency, Operation.PRODUCT, *parts)
        return told_in(teller, value, close.currency, self.on)

    def subtotal(self, one: Subtotal) -> Node:
        """Explain what the holdings of one currency are worth in it."""
        symbols = [
            held.symbol
            for held in self.appraisal.holdings
            if held.close is not None and held.close.currency == one.currency
        ]
        return summed(f"securities in {one.currency}", one.currency, map(self.value, symbols))

    def balance(self, currency: str) -> Node:
        """Explain a balance."""
        return self.balances.of(currency, self.on)

    def in_reporting(self, node: Node, one: Subtotal) -> Node:
        """Explain an amount of one currency in the reporting one; an unknown rate makes it unknown."""
        currency = self.appraisal.currency
        if one.currency == currency:
            return node
        return made(node.figure, currency, Operation.PRODUCT, node, self.rate(one))

    def rate(self, one: Subtotal) -> Node:
        """Explain the rate of a subtotal."""
        pair = one.currency + self.appraisal.currency
        if one.rate is None:
            return missing(Gap("rate", pair, self.on), pair)
        return leaf(f"rate {pair}", pair, one.rate, "rate")

    def securities(self, operation: Operation = Operation.KNOWN_SUM) -> Node:
        """Explain what all holdings are worth; with SUM an unknown one makes it unknown."""
        parts = [self.in_reporting(self.subtotal(one), one) for one in self.appraisal.securities]
        if operation is Operation.SUM:
            parts += [self.value(one.symbol) for one in self.appraisal.holdings if one.close is None]
        return Node("securities", self.appraisal.currency, operation, tuple(parts))

    def cash(self, operation: Operation = Operation.KNOWN_SUM) -> Node:
        """Explain what all balances are worth."""
        parts = (self.in_reporting(self.balance(one.currency), one) for one in self.appraisal.cash)
        return Node("cash", self.appraisal.currency, operation, tuple(parts))

    def net_worth(self) -> Node:
        """Explain holdings and cash."""
        return summed("net worth", self.appraisal.currency, (self.securities(), self.cash()))

    def coverage(self) -> Node:
        """Explain how much of what is held has a value."""
        parts = [self.value_told_by_day(one.symbol) for one in self.appraisal.holdings]
        parts += [self.in_reporting(self.balance(one.currency), one) for one in self.appraisal.cash]
        return Node("coverage", "ratio", Operation.COVERAGE, tuple(parts))

    def value_told_by_day(self, symbol: str) -> Node:
        """Explain a holding's value by the rate of the day of the close."""
        value = self.value(symbol)
        rates = {one.currency: one for one in self.appraisal.securities}
        return self.in_reporting(value, rates[value.unit]) if value.known else value

    def price(self, one: Holding) -> Node:
        """Explain the price of a holding."""
        if one.close is None:
            return missing(Gap("price", one.symbol, self.on), "")
        return leaf(f"price {one.symbol}", one.close.currency, one.close, "price")

    def figures(self) -> Figures:
        """Give every figure of a valuation by its path."""
        found: dict[str, Callable[[], Node]] = {
            "valuation.total_value": self.securities,
            "valuation.cash_value": self.cash,
            "valuation.net_worth": self.net_worth,
            "valuation.coverage": self.coverage,
            **self.subtotals("valuation"),
        }
        for one in self.appraisal.holdings:
            path = f"valuation.{one.symbol}"
            found[f"{path}.quantity"] = partial(self.units, one.symbol)
            found[f"{path}.price"] = partial(self.price, one)
            found[f"{path}.multiplier"] = partial(multiplier, self.teller, one.symbol)
            found[f"{path}.value"] = partial(self.value, one.symbol)
        return found

    def subtotals(self, answer: str) -> Figures:
        """Give the figures of each currency by their paths."""
        found: dict[str, Callable[[], Node]] = {}
        for one in self.appraisal.securities:
            found |= self._subtotal(f"{answer}.securities.{one.currency}", one, partial(self.subtotal, one))
        for one in self.appraisal.cash:
            make = partial(self.balance, one.currency)
            found |= self._subtotal(f"{answer}.cash.{one.currency}", one, make)
        return found

    def _subtotal(self, path: str, one: Subtotal, make: Callable[[], Node]) -> Figures:
        return {
            f"{path}.amount": make,
            f"{path}.rate": partial(self.rate, one),
            f"{path}.value": lambda: self.in_reporting(make(), one),
        }


def previous_value(valued: Valued, gains: Gains) -> Node:
    """Explain what a holding was worth at the close before."""
    if not gains.quantity:
        return summed("nothing is held", valued.appraisal.currency, ())
    return valued.previous_told(gains.symbol)
