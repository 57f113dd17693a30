"""What the lines of a statement came from, in whole and by instrument."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import partial
from itertools import chain

from steward.domain.explain import Node, Operation, made, summed
from steward.domain.explain_appraisal import Figures, Valued
from steward.domain.explain_closings import gain_gross
from steward.domain.explain_lots import TracedBook, nodes_of, total_of
from steward.domain.explain_records import name_of
from steward.domain.lots import Lot
from steward.domain.records import Record
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.statements import Lines, Period, Statement
from steward.domain.transactions import DIVIDENDS, Kind

LINES = tuple(one.name for one in fields(Lines))


@dataclass(slots=True)
class Told:
    """Explains the statements of a period."""

    period: Period
    book: TracedBook
    opening: Valued
    closing: Valued

    def figures(self, scope: Scope) -> Figures:
        """Give every line of a scope, and of each of its instruments, by its path."""
        found: dict[str, Callable[[], Node]] = {}
        scopes = {"performance": scope}
        if scope.level is not Level.SYMBOL:
            scopes |= {
                f"performance.{symbol}": Scope(Level.SYMBOL, symbol) for symbol in self.period.symbols()
            }
        for path, one in scopes.items():
            for name in (*LINES, "residual"):
                found[f"{path}.{name}"] = partial(self.line, one, name, path)
        return found

    def line(self, scope: Scope, name: str, path: str = "performance") -> Node:
        """Explain one line."""
        return _Lines(self, scope, self.period.statement(scope)).line(name).named(f"{path}.{name}")


@dataclass(slots=True)
class _Lines:
    told: Told
    scope: Scope
    statement: Statement

    @property
    def unit(self) -> str:
        return self.told.period.currency

    def line(self, name: str) -> Node:
        recorded, records = self.told.book.recorded, self.statement.records
        make: dict[str, Callable[[], Node]] = {
            "opening_value": lambda: self.value(self.told.opening),
            "closing_value": lambda: self.value(self.told.closing),
            "contributions": lambda: self.flows()[0],
            "withdrawals": lambda: self.flows()[1],
            "realized_gains": self.realized,
            "unrealized_gains": self.unrealized,
            "currency_gains": self.currency_gains,
            "dividends": lambda: self.sum(recorded.gross(one) for one in records if one.kind in DIVIDENDS),
            "interest": lambda: self.sum(self.interest(records)),
            "fees": lambda: self.sum(recorded.charge(one, fees=True) for one in records),
            "taxes": lambda: self.sum(recorded.charge(one) for one in records),
            "residual": self.residual,
        }
        return make[name]()

    def sum(self, nodes: Iterable[Node]) -> Node:
        return summed("sum", self.unit, nodes)

    def realized(self) -> Node:
        return self.sum(gain_gross(self.told.book, one) for one in self.statement.closings)

    def value(self, valued: Valued) -> Node:
        if self.scope.level is Level.SYMBOL:
            held = [one for one in valued.appraisal.holdings if one.symbol == self.scope.symbol]
            return summed("value", self.unit, (valued.value_told(one.symbol) for one in held))
        securities = valued.securities(Operation.SUM)
        if self.scope.level is Level.SECURITIES:
            return securities
        return summed("value", self.unit, (securities, valued.cash(Operation.SUM)))

    def securities(self, valued: Valued) -> Node:
        if self.scope.level is Level.SYMBOL:
            return self.value(valued)
        return valued.securities(Operation.SUM)

    def cost(self, lots: Iterable[Lot]) -> Node:
        symbol = self.scope.symbol
        mine = (one for one in lots if self.scope.level is not Level.SYMBOL or one.symbol == symbol)
        return total_of("cost of the open lots", self.unit, mine, "gross")

    def unrealized(self) -> Node:
        told = self.told
        gains = [
            made(f"unrealized at the {name}", self.unit, Operation.DIFFERENCE, value, cost)
            for name, value, cost in (
                ("end", self.securities(told.closing), self.cost(told.book.open_lots())),
                ("start", self.securities(told.opening), self.cost(told.book.opening)),
            )
        ]
        return made("unrealized gains", self.unit, Operation.DIFFERENCE, *gains)

    def flows(self) -> tuple[Node, Node]:
        book, crossing = self.told.book, Crossing(self.scope)
        found = [
            book.recorded.crossing(one, crossing)
            for one in self.statement.records
            if not (one.internal and book.carry)
        ]
        passed_in = [one for one in self.statement.passings if self.scope.is_target(one)]
        passed_out = [one for one in self.statement.passings if self.scope.is_source(one)]
        came = [*chain(*(one for one, _ in found)), *(nodes_of(one.basis)[0] for one in passed_in)]
        went = [*chain(*(one for _, one in found)), *(nodes_of(one.basis)[0] for one in passed_out)]
        if self.scope.level is not Level.PORTFOLIO:
            went += map(self.told.closing.balances.payment_value, self.statement.payments)
        return summed("contributions", self.unit, came), summed("withdrawals", self.unit, went)

    def interest(self, records: Iterable[Record]) -> Iterable[Node]:
        recorded = self.told.book.recorded
        for one in records:
            if one.kind is Kind.INTEREST:
                yield recorded.gross(one)
            elif one.kind is Kind.INTEREST_CHARGED:
                yield made(name_of(one), self.unit, Operation.NEGATED, recorded.gross(one))

    def currency_gains(self) -> Node:
        name, told = "currency gains", self.told
        if self.scope.level is not Level.PORTFOLIO:
            return summed(name, self.unit, ())
        recorded, records, payments = told.book.recorded, self.statement.records, self.statement.payments
        parts = [
            made(name_of(one), self.unit, Operation.DIFFERENCE, recorded.cash_value(one), recorded.told(one))
            for one in records
            if one.cash_value != one.cash_told
        ]
        before = {one.currency: one for one in told.opening.appraisal.cash}
        after = {one.currency: one for one in told.closing.appraisal.cash}
        moved = {one.cash_currency for one in records} | {one.currency for one in payments}
        for currency in sorted(({*moved, *before, *after}) - {self.unit}):
            there = [
                summed(f"cash in {currency} {when}", self.unit, self._balance(valued, currency))
                for when, valued in (("at the end", told.closing), ("at the start", told.opening))
            ]
            came = [recorded.cash_value(one) for one in records if one.cash_currency == currency]
            paid = (one for one in payments if one.currency == currency)
            came += map(told.closing.balances.payment_value, paid)
            total = summed(f"moved in {currency}", self.unit, came)
            parts.append(made(f"gain of {currency}", self.unit, Operation.DIFFERENCE, *there, total))
        return summed(name, self.unit, parts)

    def _balance(self, valued: Valued, currency: str) -> list[Node]:
        return [
            valued.in_reporting(valued.balance(currency), one)
            for one in valued.appraisal.cash
            if one.currency == currency
        ]

    def residual(self) -> Node:
        gained = (
            "contributions",
            "realized_gains",
            "unrealized_gains",
            "currency_gains",
            "dividends",
            "interest",
        )
        before = summed("opening value and gains", self.unit, map(self.line, ("opening_value", *gained)))
        lost = summed("what went", self.unit, map(self.line, ("withdrawals", "fees", "taxes")))
        explained = made("explained", self.unit, Operation.DIFFERENCE, before, lost)
        return made("residual", self.unit, Operation.DIFFERENCE, self.line("closing_value"), explained)
