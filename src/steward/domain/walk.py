"""The walk: a ledger folded event by event, with what is held, in hand and at cost after each day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

import numpy as np

from steward.domain.columns import Levels, steps
from steward.domain.corporate_actions import CorporateAction
from steward.domain.days import Amount
from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lot_fold import in_day_order, step_day, take
from steward.domain.money import FRACTION_DIGITS, UNKNOWN, ZERO, add, subtract, total
from steward.domain.records import Record, Teller
from steward.domain.scopes import Crossing, Level
from steward.domain.story import Method, Story


@dataclass(frozen=True, slots=True)
class Walk:
    """What changed on which day: units by symbol, cash by currency, cost of all, money in and out.

    Days are ordinals. From a day in `unknown_cash` on, nobody knows the balance in that currency.
    """

    units: Mapping[str, Levels]
    cash: Mapping[str, Levels]
    unknown_cash: Mapping[str, int]
    cost: Levels
    money_in: Mapping[int, Amount]
    money_out: Mapping[int, Amount]


def walked(story: Story, teller: Teller, method: Method, crossing: Crossing, *, last: date) -> Walk:
    """Walk through the story until the close of `last`, looking at all its portfolios together."""
    return walked_beside(story, teller, method, crossing, [story.portfolio_ids], last=last)[0]


def walked_beside(
    story: Story,
    teller: Teller,
    method: Method,
    crossing: Crossing,
    groups: Iterable[frozenset[int]],
    *,
    last: date,
) -> list[Walk]:
    """Walk once, and look at each group of portfolios by itself."""
    book = LotBook(teller, method.cost, method.lot_scope)
    records = teller.told(story.until(last))
    actions = [action for action in story.actions if action.ex_date <= last]
    followers = [_Follower(ids, book, method, crossing) for ids in groups]
    for day, some in groupby(in_day_order(records, actions), step_day):
        done = list(some)
        for step in done:
            take(book, step)
        for follower in followers:
            follower.note(day, done)
    return [follower.walk() for follower in followers]


@dataclass(slots=True)
class _Days:
    """What one group of portfolios has after each day on which something changed."""

    units: dict[str, list[tuple[int, Decimal]]] = field(default_factory=lambda: defaultdict(list))
    cash: dict[str, list[tuple[int, Decimal]]] = field(default_factory=lambda: defaultdict(list))
    unknown_cash: dict[str, int] = field(default_factory=dict)
    cost: list[tuple[int, Amount]] = field(default_factory=list)
    money_in: dict[int, Amount] = field(default_factory=dict)
    money_out: dict[int, Amount] = field(default_factory=dict)


@dataclass(slots=True)
class _Follower:
    ids: frozenset[int]
    book: LotBook
    method: Method
    crossing: Crossing
    found: _Days = field(default_factory=_Days)
    balances: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    units: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    seen: dict[tuple[int, str], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    costs: dict[tuple[int, str], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    cost: Decimal = ZERO
    costless: set[tuple[int, str]] = field(default_factory=set)
    paid: int = 0
    passed: int = 0

    def note(self, day: date, done: Iterable[Record | CorporateAction]) -> None:
        """Write down what a day changed."""
        ordinal, scope = day.toordinal(), self.crossing.scope
        touched, currencies = set[tuple[int, str]](), set[str]()
        came, went = [ZERO], [ZERO]
        for step in done:
            if isinstance(step, Record) and step.transaction.portfolio_id not in self.ids:
                # Of what others do, only moves and what is taken from common lots is felt here.
                if step.internal or self.method.lot_scope is LotScope.ALL:
                    touched |= self._touched(step)
                continue
            touched |= self._touched(step)
            if isinstance(step, CorporateAction):
                continue
            self.balances[step.cash_currency] = add(self.balances[step.cash_currency], step.cash)
            currencies.add(step.cash_currency)
            if scope.holds(step.symbol) and not (step.internal and len(self.ids) > 1):
                in_and_out = self.crossing.of(step)
                came.append(in_and_out[0])
                went.append(in_and_out[1])
        currencies |= self._payments(went)
        self._passings(came, went)
        if touched or currencies:
            self._levels(ordinal, touched, currencies)
            money_in, money_out = total(came), total(went)
            self.found.money_in[ordinal] = _amount(money_in)
            self.found.money_out[ordinal] = _amount(money_out)

    def walk(self) -> Walk:
        """Give what was found, in columns."""
        found = self.found
        days = np.array([day for day, _ in found.cost], dtype=np.int64)
        costs = np.array([amount for _, amount in found.cost], dtype=object)
        return Walk(
            {symbol: Levels.of(levels) for symbol, levels in found.units.items()},
            {currency: Levels.of(levels) for currency, levels in found.cash.items()},
            found.unknown_cash,
            Levels(days, costs, FRACTION_DIGITS),
            found.money_in,
            found.money_out,
        )

    def _touched(self, step: Record | CorporateAction) -> set[tuple[int, str]]:
        """Give the portfolios and symbols whose lots a step may have changed."""
        if isinstance(step, CorporateAction):
            return {(one, symbol) for one in self.ids for symbol in (step.symbol, step.into or step.symbol)}
        if not self.crossing.scope.holds(step.symbol) or not step.symbol:
            return set()
        if step.internal or self.method.lot_scope is LotScope.ALL:
            return {(one, step.symbol) for one in self.ids}
        return {(step.transaction.portfolio_id, step.symbol)}

    def _levels(self, ordinal: int, touched: set[tuple[int, str]], currencies: set[str]) -> None:
        scope, found = self.crossing.scope, self.found
        touched = {key for key in touched if scope.holds(key[1])}
        for key in touched:
            self._units(key)
            self._cost(key)
        for symbol in {symbol for _, symbol in touched}:
            if self.units[symbol] or symbol in found.units:
                found.units[symbol].append((ordinal, self.units[symbol]))
        found.cost.append((ordinal, None if self.costless else steps(self.cost)))
        for currency in currencies if scope.level is Level.PORTFOLIO else ():
            balance = self.balances[currency]
            if not balance.is_nan():
                found.cash[currency].append((ordinal, balance))
            elif currency not in found.unknown_cash:
                found.cash[currency].append((ordinal, ZERO))
                found.unknown_cash[currency] = ordinal

    def _units(self, key: tuple[int, str]) -> None:
        held = self.book.units[key]
        self.units[key[1]] = add(self.units[key[1]], subtract(held, self.seen[key]))
        self.seen[key] = held

    def _cost(self, touched: tuple[int, str]) -> None:
        key = (0, touched[1]) if self.method.lot_scope is LotScope.ALL else touched
        pool = self.book.pools.get(key)
        if pool is None:
            return
        cost = pool.whole.cost(fees=self.method.fees_in_cost, taxes=self.method.taxes_in_cost)
        self.costless.discard(key)
        if cost.is_nan():
            self.costless.add(key)
            cost = ZERO
        self.cost = add(self.cost, subtract(cost, self.costs[key]))
        self.costs[key] = cost

    def _payments(self, went: list[Decimal]) -> set[str]:
        scope, currencies = self.crossing.scope, set[str]()
        new, self.paid = self.book.payments[self.paid :], len(self.book.payments)
        for payment in new:
            if payment.portfolio_id in self.ids:
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
            if passing.portfolio_id not in self.ids or scope.level is not Level.SYMBOL:
                continue
            for crosses, flows in ((scope.is_target(passing), came), (scope.is_source(passing), went)):
                if crosses:
                    day, teller = passing.action.ex_date, self.book.teller
                    value, currency, close = teller.worth(passing.into, passing.units, day)
                    flows.append(UNKNOWN if close is None else teller.converted(value, currency, day))


def _amount(amount: Decimal) -> Amount:
    return None if amount.is_nan() else steps(amount)
