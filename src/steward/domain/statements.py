"""The statement of a period: how the value at its start became the value at its end.

opening value + contributions - withdrawals + realized gains + unrealized gains + currency gains
+ dividends + interest - fees - taxes = closing value, with a residual of exactly 0. No line is computed
from the others: gains come from the lots, currency gains from the balances, the rest from transactions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from steward.domain.appraisal import Appraisal, appraise
from steward.domain.closings import Closing, Passing, Payment
from steward.domain.holdings import balances
from steward.domain.lot_book import LotBook
from steward.domain.lot_fold import apply
from steward.domain.money import UNKNOWN, ZERO, add, negated, subtract, total
from steward.domain.records import Gap, Record, Teller
from steward.domain.scopes import Crossing, Level, Scope, charge_of
from steward.domain.story import Method, Story
from steward.domain.transactions import DIVIDENDS, Kind


@dataclass(frozen=True, slots=True)
class Lines:
    """The figures of a statement, in the reporting currency; UNKNOWN where something is missing."""

    opening_value: Decimal
    contributions: Decimal
    withdrawals: Decimal
    realized_gains: Decimal
    unrealized_gains: Decimal
    currency_gains: Decimal
    dividends: Decimal
    interest: Decimal
    fees: Decimal
    taxes: Decimal
    closing_value: Decimal

    @property
    def residual(self) -> Decimal:
        """What the lines do not explain of the change: 0, or UNKNOWN."""
        gained = total(
            (
                self.contributions,
                self.realized_gains,
                self.unrealized_gains,
                self.currency_gains,
                self.dividends,
                self.interest,
            )
        )
        lost = total((self.withdrawals, self.fees, self.taxes))
        explained = subtract(add(self.opening_value, gained), lost)
        return subtract(self.closing_value, explained)

    def __add__(self, other: "Lines") -> "Lines":
        """Add line by line."""
        return Lines(*(add(getattr(self, one.name), getattr(other, one.name)) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a period, with everything that they were made from."""

    scope: Scope
    start: date
    end: date
    currency: str
    lines: Lines
    opening: Appraisal
    closing: Appraisal
    records: tuple[Record, ...]
    closings: tuple[Closing, ...]
    payments: tuple[Payment, ...]
    passings: tuple[Passing, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is held at one close: the appraisal and the cost of the open lots, by symbol."""

    appraisal: Appraisal
    costs: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Period:
    """The fold of a period, from which the statement of any scope is read.

    A period opens with the close of `start`: what happened on that day belongs to the opening value. Units
    held then enter with their market value as cost.
    """

    story: Story
    start: date
    end: date
    currency: str
    teller: Teller
    opening: _Moment
    closing: _Moment
    records: tuple[Record, ...]
    book: LotBook
    happened: dict[str, tuple[list[Record], list[Closing]]]

    @classmethod
    def of(
        cls,
        story: Story,
        *,
        start: date,
        end: date,
        currency: str,
        method: Method,
        books: type[LotBook] = LotBook,
    ) -> "Period":
        """Fold the story through a period; `books` is LotBook, or one that knows more of the same figures."""
        # Lots that move between the portfolios that are asked about keep their cost; what leaves or comes
        # from elsewhere counts with its value.
        together = len(story.portfolio_ids) > 1
        teller = Teller(story.market, currency, method.fx, end, valued=True, moves_valued=not together)
        book = books(teller, method.cost, carry=together)
        mine = [one for one in story.until(end) if one.portfolio_id in story.portfolio_ids]
        early = teller.told(one for one in mine if one.entry.trade_date <= start)
        apply(book, early, (one for one in story.actions if one.ex_date <= start))
        cash = balances(early, book.payments)
        book.restate(start, lambda symbol, units: teller.worth(symbol, units, start)[0])
        opening = _moment(story, book, cash, currency, start)
        teller.gaps.clear()
        records = teller.told(one for one in mine if one.entry.trade_date > start)
        apply(book, records, (one for one in story.actions if start < one.ex_date <= end))
        for name, amount in balances(records, book.payments).items():
            cash[name] = add(cash.get(name, ZERO), amount)
        closing = _moment(story, book, cash, currency, end)
        happened: dict[str, tuple[list[Record], list[Closing]]] = defaultdict(lambda: ([], []))
        for record in records:
            happened[record.symbol][0].append(record)
        for one in book.closings:
            happened[one.symbol][1].append(one)
        return cls(
            story, start, end, currency, teller, opening, closing, tuple(records), book, dict(happened)
        )

    def statement(self, scope: Scope) -> Statement:
        """Read the statement of a scope."""
        records, closings = self._happened(scope)
        payments = [one for one in self.book.payments if scope.holds(one.symbol)]
        passed_in = [one for one in self.book.passings if scope.is_target(one)]
        passed_out = [one for one in self.book.passings if scope.is_source(one)]
        first, last = self._securities(self.opening, scope), self._securities(self.closing, scope)
        unrealized = subtract(
            subtract(last, _cost(self.closing, scope)), subtract(first, _cost(self.opening, scope))
        )
        before, after = add(first, _cash(self.opening, scope)), add(last, _cash(self.closing, scope))
        coming, going = self._flows(scope, records, payments)
        lines = Lines(
            opening_value=before,
            contributions=add(coming, total(one.basis.gross for one in passed_in)),
            withdrawals=add(going, total(one.basis.gross for one in passed_out)),
            realized_gains=total(one.gain_gross for one in closings),
            unrealized_gains=unrealized,
            currency_gains=self._currency_gains(scope, records, payments),
            dividends=total(one.gross for one in records if one.kind in DIVIDENDS),
            interest=total(_interest(one) for one in records),
            fees=total(charge_of(one, fees=True) for one in records),
            taxes=total(charge_of(one) for one in records),
            closing_value=after,
        )
        gaps = dict.fromkeys([*self.opening.appraisal.gaps, *self.teller.gaps, *self.closing.appraisal.gaps])
        return Statement(
            scope,
            self.start,
            self.end,
            self.currency,
            lines,
            self.opening.appraisal,
            self.closing.appraisal,
            tuple(records),
            tuple(closings),
            tuple(payments),
            (*passed_in, *passed_out),
            tuple(gap for gap in gaps if scope.concerns(gap) or gap.subject in self._sources(scope)),
        )

    def _happened(self, scope: Scope) -> tuple[list[Record], list[Closing]]:
        if scope.level is Level.SYMBOL:
            # One statement for each of many symbols: each looks at its own part alone.
            return self.happened.get(scope.symbol, ([], []))
        return (
            [one for one in self.records if scope.holds(one.symbol)],
            [one for one in self.book.closings if scope.holds(one.symbol)],
        )

    def symbols(self) -> list[str]:
        """Give the instruments that were held or that something happened to."""
        held = {one.symbol for one in (*self.opening.appraisal.holdings, *self.closing.appraisal.holdings)}
        happened = {one.symbol for one in self.records} | {one.symbol for one in self.book.closings}
        return sorted((held | happened) - {""})

    def _sources(self, scope: Scope) -> set[str]:
        """Give the symbols whose cost came into the scope: what they lack is lacking there too."""
        symbols = {scope.symbol}
        for passing in reversed(self.book.passings):
            if passing.into in symbols:
                symbols.add(passing.action.symbol)
        return symbols

    def _securities(self, moment: _Moment, scope: Scope) -> Decimal:
        appraisal = moment.appraisal
        if scope.level is Level.SYMBOL:
            return total(
                UNKNOWN
                if one.value is None or one.close is None
                else self.teller.converted(one.value, one.close.currency, appraisal.on)
                for one in appraisal.holdings
                if one.symbol == scope.symbol
            )
        if any(one.value is None for one in appraisal.holdings):
            return UNKNOWN
        return total(UNKNOWN if one.value is None else one.value for one in appraisal.securities)

    def _flows(
        self, scope: Scope, records: Iterable[Record], payments: Iterable[Payment]
    ) -> tuple[Decimal, Decimal]:
        # What moves between portfolios that are looked at together crosses no border.
        records = [one for one in records if not (one.internal and self.book.carry)]
        crossing = Crossing(scope)
        found = [crossing.of(one) for one in records]
        paid = () if scope.level is Level.PORTFOLIO else (one.value for one in payments)
        return total(came for came, _ in found), total([*(went for _, went in found), *paid])

    def _currency_gains(
        self, scope: Scope, records: Sequence[Record], payments: Collection[Payment]
    ) -> Decimal:
        """What balances gained in value by rates alone, and what a recorded rate differed from the day's."""
        if scope.level is not Level.PORTFOLIO:
            return ZERO
        moved: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for record in records:
            moved[record.cash_currency] = add(moved[record.cash_currency], record.cash_value)
        for payment in payments:
            moved[payment.currency] = add(moved[payment.currency], payment.value)
        gains = [subtract(record.cash_value, record.cash_told) for record in records]
        before = {one.currency: one.value for one in self.opening.appraisal.cash}
        after = {one.currency: one.value for one in self.closing.appraisal.cash}
        for currency in sorted({*moved, *before, *after} - {self.currency}):
            change = subtract(_or_unknown(after, currency), _or_unknown(before, currency))
            gains.append(subtract(change, moved[currency]))
        return total(gains)


def _moment(story: Story, book: LotBook, cash: dict[str, Decimal], currency: str, on: date) -> _Moment:
    units: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for (_, symbol), held in book.units.items():
        units[symbol] = add(units[symbol], held)
    costs: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for lot in book.open_lots():
        costs[lot.symbol] = add(costs[lot.symbol], lot.basis.gross)
    return _Moment(appraise(units, cash, market=story.market, currency=currency, on=on), dict(costs))


def _cash(moment: _Moment, scope: Scope) -> Decimal:
    if scope.level is not Level.PORTFOLIO:
        return ZERO
    return total(UNKNOWN if one.value is None else one.value for one in moment.appraisal.cash)


def _cost(moment: _Moment, scope: Scope) -> Decimal:
    if scope.level is Level.SYMBOL:
        return moment.costs.get(scope.symbol, ZERO)
    return total(moment.costs.values())


def _or_unknown(values: dict[str, Decimal | None], currency: str) -> Decimal:
    value = values.get(currency, ZERO)
    return UNKNOWN if value is None else value


def _interest(record: Record) -> Decimal:
    if record.kind is Kind.INTEREST_CHARGED:
        return negated(record.gross)
    return record.gross if record.kind is Kind.INTEREST else ZERO
