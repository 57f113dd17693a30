"""What a valuation came from: units, prices, balances and rates of one close."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from steward.domain.appraisal import Appraisal, Subtotal
from steward.domain.closings import Payment
from steward.domain.explain import Node, Operation, leaf, made, missing, summed
from steward.domain.explain_lots import TracedBook, told_in, worth_of
from steward.domain.explain_records import multiplier
from steward.domain.explain_units import Units
from steward.domain.gains import Gains
from steward.domain.records import Gap, Record
from steward.domain.story import Story

Figures = Mapping[str, Callable[[], Node]]


@dataclass(slots=True)
class Valued:
    """Explains an appraisal. `records` are all until its day, `payments` all that actions paid by then."""

    story: Story
    book: TracedBook
    appraisal: Appraisal
    records: Collection[Record]
    payments: Collection[Payment]
    _units: Units | None = field(default=None)

    @property
    def on(self) -> date:
        """The day of the close."""
        return self.appraisal.on

    def units(self, symbol: str) -> Node:
        """Explain the units held."""
        return self._folded().of(symbol, self.story.portfolio_ids)

    def units_in(self, symbol: str, portfolio_id: int) -> Node:
        """Explain the units that one portfolio holds."""
        return self._folded().of(symbol, (portfolio_id,))

    def _folded(self) -> Units:
        if self._units is None:
            self._units = Units(self.story, self.records, self.on)
        return self._units

    def value(self, symbol: str) -> Node:
        """Explain the market value of a holding in the currency of its price."""
        return worth_of(self.book.teller, symbol, self.units(symbol), self.on)

    def value_told(self, symbol: str) -> Node:
        """Explain the market value of a holding alone in the reporting currency."""
        value = self.value(symbol)
        return told_in(self.book.teller, value, value.unit, self.on)

    def previous_told(self, symbol: str) -> Node:
        """Explain what the units held were worth at the close before, at the rate of now."""
        teller, close = self.book.teller, self.story.market.previous(symbol, self.on)
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
        told, ids = self.book.recorded, self.story.portfolio_ids
        moved = [
            told.cash(one)
            for one in self.records
            if one.cash_currency == currency and one.transaction.portfolio_id in ids and one.cash
        ]
        return summed(f"cash in {currency}", currency, [*moved, *(map(self.payment, self._paid(currency)))])

    def _paid(self, currency: str) -> Iterable[Payment]:
        return (one for one in self.payments if one.currency == currency)

    def payment(self, payment: Payment) -> Node:
        """Explain what an action paid, in the currency of the action."""
        return self.book.payment(payment)

    def in_reporting(self, node: Node, one: Subtotal) -> Node:
        """Explain an amount of one currency in the reporting one; an unknown rate makes it unknown."""
        currency, pair = self.appraisal.currency, one.currency + self.appraisal.currency
        if one.currency == currency:
            return node
        factor = (
            missing(Gap("rate", pair, self.on), pair)
            if one.rate is None
            else leaf(f"rate {pair}", pair, one.rate, "rate")
        )
        return made(node.figure, currency, Operation.PRODUCT, node, factor)

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

    def figures(self) -> Figures:
        """Give every figure of a valuation by its path."""
        found: dict[str, Callable[[], Node]] = {
            "valuation.total_value": self.securities,
            "valuation.cash_value": self.cash,
            "valuation.net_worth": self.net_worth,
            "valuation.coverage": self.coverage,
        }
        for one in self.appraisal.holdings:
            symbol = one.symbol
            found[f"valuation.{symbol}.quantity"] = lambda symbol=symbol: self.units(symbol)  # type: ignore[misc]
            found[f"valuation.{symbol}.value"] = lambda symbol=symbol: self.value(symbol)  # type: ignore[misc]
        for sub in self.appraisal.securities:
            name = f"valuation.securities.{sub.currency}"
            found[f"{name}.amount"] = lambda sub=sub: self.subtotal(sub)  # type: ignore[misc]
            found[f"{name}.value"] = lambda sub=sub: self.in_reporting(self.subtotal(sub), sub)  # type: ignore[misc]
        for sub in self.appraisal.cash:
            name = f"valuation.cash.{sub.currency}"
            found[f"{name}.amount"] = lambda sub=sub: self.balance(sub.currency)  # type: ignore[misc]
            found[f"{name}.value"] = lambda sub=sub: self.in_reporting(self.balance(sub.currency), sub)  # type: ignore[misc]
        return found


def previous_value(valued: Valued, gains: Gains) -> Node:
    """Explain what a holding was worth at the close before."""
    if not gains.quantity:
        return summed("nothing is held", valued.appraisal.currency, ())
    return valued.previous_told(gains.symbol)
