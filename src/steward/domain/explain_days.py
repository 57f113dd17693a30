"""What the days of a history came from: the value at each close, and the money that came and went."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Final

from steward.domain.appraisal import appraise
from steward.domain.closings import Passing, Payment
from steward.domain.corporate_actions import CorporateAction
from steward.domain.explain import Node, summed
from steward.domain.explain_appraisal import Figures, Valued
from steward.domain.explain_balances import Balances
from steward.domain.explain_lots import told_in, worth_of
from steward.domain.explain_records import Recorded
from steward.domain.explain_units import Units
from steward.domain.history import teller_of
from steward.domain.lot_book import LotBook
from steward.domain.lot_fold import apply
from steward.domain.records import Record
from steward.domain.scopes import Crossing, Level
from steward.domain.story import Method, Story

WHATS: Final = ("value", "money_in", "money_out")


def path_of(day: date, what: str) -> str:
    """Name a figure of a day."""
    return f"performance.days.{day}.{what}"


@dataclass(frozen=True)
class Days:
    """Explains each day of a history, in its scope; folds the story when the first figure is asked for."""

    story: Story
    first: date
    last: date
    currency: str
    method: Method
    crossing: Crossing
    _made: dict[str, Node] = field(default_factory=dict)

    def figures(self) -> Figures:
        """Give every figure by its path."""
        days = (self.first + timedelta(place) for place in range((self.last - self.first).days + 1))
        return {path_of(day, what): partial(self.figure, day, what) for day in days for what in WHATS}

    def figure(self, day: date, what: str) -> Node:
        """Explain the value at the close of a day, or what came in or went out on it; each once."""
        path = path_of(day, what)
        if path not in self._made:
            make = {"value": self._value, "money_in": self._came, "money_out": self._went}[what]
            self._made[path] = make(day).named(path)
        return self._made[path]

    def _value(self, day: date) -> Node:
        scope, fold = self.crossing.scope, self._fold
        symbols = filter(scope.holds, fold.units.symbols)
        units = {symbol: fold.units.of(symbol, day).amount for symbol in symbols}
        currencies = fold.balances.currencies if scope.level is Level.PORTFOLIO else ()
        cash = {currency: fold.balances.of(currency, day).amount for currency in currencies}
        made = appraise(units, cash, market=self.story.market, currency=self.currency, on=day)
        return Valued(self.story, fold.recorded, made, fold.units, fold.balances).net_worth()

    def _came(self, day: date) -> Node:
        came = [node for one in self._fold.records[day] for node in self._crossing(one)[0]]
        came += [self._passed(one) for one in self._fold.passings[day] if self.crossing.scope.is_target(one)]
        return summed("money in", self.currency, came)

    def _went(self, day: date) -> Node:
        scope, fold = self.crossing.scope, self._fold
        went = [node for one in fold.records[day] for node in self._crossing(one)[1]]
        if scope.level is not Level.PORTFOLIO:
            paid = (one for one in fold.payments[day] if scope.holds(one.symbol))
            went += map(fold.balances.payment_value, paid)
        went += [self._passed(one) for one in fold.passings[day] if scope.is_source(one)]
        return summed("money out", self.currency, went)

    def _crossing(self, record: Record) -> tuple[list[Node], list[Node]]:
        return self._fold.recorded.crossing(record, self.crossing)

    def _passed(self, one: Passing) -> Node:
        """Explain what the units were worth that an action made of others."""
        teller, day = self._fold.recorded.teller, one.action.ex_date
        value = worth_of(teller, one.into, self._fold.units.passed(one, self.method.lot_scope), day)
        return told_in(teller, value, value.unit, day)

    @cached_property
    def _fold(self) -> "_Fold":
        story, ids, scope = self.story, self.story.portfolio_ids, self.crossing.scope
        teller = teller_of(story, self.currency, self.method, self.last)
        records = teller.told(story.until(self.last))
        recorded, book = Recorded(teller), LotBook(teller, self.method.cost, self.method.lot_scope)
        actions = [one for one in story.actions if one.ex_date <= self.last]
        # Lots are followed only as long as an action may pay or pass something on.
        done = max((one.ex_date for one in actions if _pays(one)), default=date.min)
        apply(
            book, (one for one in records if one.on <= done), (one for one in actions if one.ex_date <= done)
        )
        units = Units(story, records, self.last)
        balances = Balances(story, recorded, units, (records, book.payments), self.first)
        fold = _Fold(recorded, units, balances)
        for record in records:
            mine = record.transaction.portfolio_id in ids and scope.holds(record.symbol)
            if mine and not (record.internal and len(ids) > 1):
                fold.records[record.on].append(record)
        for payment in book.payments:
            if payment.portfolio_id in ids:
                fold.payments[payment.action.ex_date].append(payment)
        for passing in book.passings:
            if passing.portfolio_id in ids:
                fold.passings[passing.action.ex_date].append(passing)
        return fold


def _pays(one: CorporateAction) -> bool:
    return any(part is not None for part in (one.cash_per_unit, one.cash_in_lieu_price, one.into))


@dataclass(frozen=True, slots=True)
class _Fold:
    """What the figures of all days are made of, by the day on which it happened."""

    recorded: Recorded
    units: Units
    balances: Balances
    records: dict[date, list[Record]] = field(default_factory=lambda: defaultdict(list))
    payments: dict[date, list[Payment]] = field(default_factory=lambda: defaultdict(list))
    passings: dict[date, list[Passing]] = field(default_factory=lambda: defaultdict(list))
