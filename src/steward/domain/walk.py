"""The walk: a ledger folded event by event, with what is held, in hand and at cost after each day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from steward.domain.corporate_actions import CorporateAction
from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lot_fold import in_day_order, step_day, take
from steward.domain.money import UNKNOWN, ZERO, add, total
from steward.domain.records import Record, Teller
from steward.domain.scopes import Crossing, Level
from steward.domain.story import Method, Story

Steps = list[tuple[int, Decimal]]
"""(day as ordinal, the amount from that day on), in order of days."""


@dataclass(slots=True)
class Walk:
    """What changed on which day: units by symbol, cash by currency, cost of all, money in and out."""

    units: dict[str, Steps] = field(default_factory=lambda: defaultdict(list))
    cash: dict[str, Steps] = field(default_factory=lambda: defaultdict(list))
    cost: Steps = field(default_factory=list)
    money_in: dict[int, Decimal] = field(default_factory=dict)
    money_out: dict[int, Decimal] = field(default_factory=dict)


def walked(story: Story, teller: Teller, method: Method, crossing: Crossing, *, last: date) -> Walk:
    """Walk through the story until the close of `last`."""
    book = LotBook(teller, method.cost, method.lot_scope)
    records = teller.told(story.until(last))
    actions = [action for action in story.actions if action.ex_date <= last]
    walk, follower = Walk(), _Follower(story, book, method, crossing)
    for day, steps in groupby(in_day_order(records, actions), step_day):
        done = list(steps)
        for step in done:
            take(book, step)
        follower.note(walk, day, done)
    return walk


@dataclass(slots=True)
class _Follower:
    story: Story
    book: LotBook
    method: Method
    crossing: Crossing
    balances: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    costs: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    paid: int = 0
    passed: int = 0

    def note(self, walk: Walk, day: date, steps: Iterable[Record | CorporateAction]) -> None:
        """Write down what a day changed."""
        ordinal, ids, scope = day.toordinal(), self.story.portfolio_ids, self.crossing.scope
        symbols, currencies = set[str](), set[str]()
        came, went = [ZERO], [ZERO]
        for step in steps:
            if isinstance(step, CorporateAction):
                symbols |= {step.symbol, step.into or step.symbol}
                continue
            symbols.add(step.symbol)
            if step.transaction.portfolio_id not in ids:
                continue
            self.balances[step.cash_currency] = add(self.balances[step.cash_currency], step.cash)
            currencies.add(step.cash_currency)
            if scope.holds(step.symbol) and not (step.internal and len(ids) > 1):
                in_and_out = self.crossing.of(step)
                came.append(in_and_out[0])
                went.append(in_and_out[1])
        currencies |= self._payments(went)
        self._passings(came, went)
        for symbol in symbols:
            if symbol and scope.holds(symbol):
                units = total(self.book.units[one, symbol] for one in ids)
                walk.units[symbol].append((ordinal, units))
                self._cost(symbol)
        if scope.level is Level.PORTFOLIO:
            for currency in currencies:
                walk.cash[currency].append((ordinal, self.balances[currency]))
        walk.cost.append((ordinal, total(self.costs.values())))
        walk.money_in[ordinal], walk.money_out[ordinal] = total(came), total(went)

    def _cost(self, symbol: str) -> None:
        pools = (0,) if self.method.lot_scope is LotScope.ALL else self.story.portfolio_ids
        for one in pools:
            pool = self.book.pools.get((one, symbol))
            if pool is not None:
                cost = pool.whole.cost(fees=self.method.fees_in_cost, taxes=self.method.taxes_in_cost)
                self.costs[one, symbol] = cost

    def _payments(self, went: list[Decimal]) -> set[str]:
        scope, currencies = self.crossing.scope, set[str]()
        new, self.paid = self.book.payments[self.paid :], len(self.book.payments)
        for payment in new:
            if payment.portfolio_id in self.story.portfolio_ids:
                self.balances[payment.currency] = add(self.balances[payment.currency], payment.amount)
                currencies.add(payment.currency)
                if scope.level is not Level.PORTFOLIO and scope.holds(payment.symbol):
                    went.append(payment.value)
        return currencies

    def _passings(self, came: list[Decimal], went: list[Decimal]) -> None:
        """Count units that an action made of a symbol as money out of it, into the other, at their value."""
        scope = self.crossing.scope
        new, self.passed = self.book.passings[self.passed :], len(self.book.passings)
        for passing in new:
            if passing.portfolio_id not in self.story.portfolio_ids or scope.level is not Level.SYMBOL:
                continue
            for crosses, flows in ((scope.is_target(passing), came), (scope.is_source(passing), went)):
                if crosses:
                    day, teller = passing.action.ex_date, self.book.teller
                    value, currency, close = teller.worth(passing.into, passing.units, day)
                    flows.append(UNKNOWN if close is None else teller.converted(value, currency, day))
