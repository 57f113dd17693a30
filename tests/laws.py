"""Laws: what holds for every history. Each takes a tale and asserts."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from steward.domain.appraisal import Appraisal
from steward.domain.cash import net_amount
from steward.domain.closes import Series, columns
from steward.domain.columns import amount_of
from steward.domain.days import History
from steward.domain.history import history
from steward.domain.holdings import Report, report
from steward.domain.lots import Cost
from steward.domain.money import ZERO, add, divided, multiply, negated, subtract, total
from steward.domain.positions import Position, fold, fold_through
from steward.domain.records import Record, Teller
from steward.domain.scopes import Crossing, Level, Scope, charge_of
from steward.domain.statements import Lines, Period, Statement
from steward.domain.transactions import Kind, Transaction
from tests.histories import DAYS, FIRST, LAST, PORTFOLIOS, Tale

Law = Callable[[Tale], None]
LINES: Final = tuple(one.name for one in fields(Lines))
_INCOME = (Kind.DIVIDEND, Kind.DIVIDEND_REINVESTED, Kind.DIVIDEND_IN_KIND, Kind.INTEREST)
_TINY = Decimal("1E-15")
"""A thousand roundings at the 18th digit."""


def reported(tale: Tale, *ids: int, **asked: object) -> Report:
    """Report the end of a tale by its own method."""
    usual = {"at": LAST, "currency": tale.currency, "method": tale.method}
    return report(tale.story(*ids), **(usual | asked))  # type: ignore[arg-type]


def period_of(tale: Tale, *ids: int) -> Period:
    """Fold a tale from its `since` to its end."""
    return Period.of(tale.story(*ids), start=tale.since, end=LAST, currency=tale.currency, method=tale.method)


def statements_of(period: Period) -> Iterator[Statement]:
    """Read the statement of every scope."""
    scopes = [Scope(), Scope(Level.SECURITIES)]
    scopes += [Scope(Level.SYMBOL, symbol) for symbol in period.symbols()]
    return map(period.statement, scopes)


def days_of(tale: Tale, *ids: int, first: date = FIRST) -> History:
    """Value every day of a tale."""
    return history(tale.story(*ids), first=first, last=LAST, currency=tale.currency, method=tale.method)


def legs_balance(tale: Tale) -> None:
    """Of each record, cash + units - outside - income + fees + taxes is 0; the sums of cash are the balances.

    Told in its own currency, and in the reporting one.
    """
    tale = tale.whole()
    market, balances = tale.market(), defaultdict[str, Decimal](lambda: ZERO)
    for one in tale.transactions:
        currency = one.entry.currency or tale.currency
        for told_in in {currency, tale.currency}:
            teller = Teller(market, told_in, tale.method.fx, LAST, valued=True, moves_valued=True)
            record = teller.record(one)
            assert legs_of(record) == ZERO, (one.id, told_in)
            assert not teller.gaps
        moved = net_amount(one.entry)
        assert moved is not None
        where = one.entry.terms.cash_currency or currency
        balances[where] = add(balances[where], moved)
    found = reported(tale)
    for payment in found.book.payments:
        balances[payment.currency] = add(balances[payment.currency], payment.amount)
    cash = {one.currency: one.amount for one in found.appraisal.cash}
    assert cash == {name: amount for name, amount in balances.items() if amount}


def legs_of(record: Record) -> Decimal:
    """Sum the legs of a record: 0 when they balance."""
    kind = record.kind
    came, went = Crossing(Scope()).of(record)
    units = {
        Kind.BUY: record.gross,
        Kind.TRANSFER_IN: record.gross,
        Kind.DIVIDEND_IN_KIND: record.gross,
        Kind.DIVIDEND_REINVESTED: record.received,
        Kind.SELL: negated(record.gross),
        Kind.TRANSFER_OUT: negated(record.gross),
    }.get(kind, ZERO)
    income = record.gross if kind in _INCOME else ZERO
    if kind is Kind.INTEREST_CHARGED:
        income = negated(record.gross)
    fees, taxes = charge_of(record, fees=True), charge_of(record)
    there = total((record.cash_told, units, went, fees, taxes))
    return subtract(there, add(came, income))


def rebuilt_equals_stored(tale: Tale) -> None:
    """Positions appended one by one are those folded at once; units, lots and history agree with them."""
    for portfolio_id in PORTFOLIOS:
        ledger = [one for one in tale.ledger if one.portfolio_id == portfolio_id]
        stored: dict[str, Position] = {}
        for one in ledger:
            stored |= fold([one.entry], stored)
        if not tale.actions:
            assert _units_of(fold_through(ledger, ())) == _units_of(stored)
        rebuilt = _units_of(fold_through(ledger, tale.actions))
        held = tale.held()
        assert rebuilt == {
            symbol: units for (one, symbol), units in held.items() if one == portfolio_id and units
        }
        found = reported(tale, portfolio_id)
        assert rebuilt == {one.symbol: one.quantity for one in found.by_symbol.values() if one.quantity}
        lots: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for lot in reported(
            tale, portfolio_id, method=replace(tale.method, lot_scope="portfolio")
        ).book.open_lots():
            if lot.portfolio_id == portfolio_id:
                lots[lot.symbol] = add(lots[lot.symbol], lot.quantity)
        assert rebuilt == {symbol: units for symbol, units in lots.items() if units}


def _units_of(positions: dict[str, Position]) -> dict[str, Decimal]:
    return {one.symbol: one.quantity for one in positions.values() if one.quantity}


def methods_agree_once_sold(tale: Tale) -> None:
    """All sold, every cost method has the same total gain, with fees and taxes and without."""
    tale = tale.whole().sold()
    gains = set()
    for cost in Cost:
        found = reported(tale, method=replace(tale.method, cost=cost))
        assert not any(one.quantity for one in found.by_symbol.values())
        gains.add(
            tuple(
                total(getattr(one, name) for one in found.by_symbol.values())
                for name in ("realized_gain_gross", "realized_gain_net", "absolute_gain")
            )
        )
    assert len(gains) == 1
    assert not next(iter(gains))[0].is_nan()


def split_sale_changes_no_total(tale: Tale) -> None:
    """A sale in two parts of one day has the totals of the sale; roundings of conversions stay below 1e-15."""
    tale = tale.whole()
    sales = [
        one
        for one in tale.transactions
        if one.entry.kind is Kind.SELL
        and one.entry.terms.security_amount is None
        and not one.entry.terms.lots
    ]
    if not sales:
        return
    sale = sales[tale.choice % len(sales)]
    parts = _halves(sale, Fraction(tale.choice % 7 + 1, 9))
    divided_tale = tale.with_transactions([*(one for one in tale.transactions if one.id != sale.id), *parts])
    once, twice = reported(tale), reported(divided_tale)
    exact = sale.entry.currency == tale.currency and sale.entry.terms.cash_currency is None
    for name, one in _totals(once).items():
        other = _totals(twice)[name]
        assert one == other if exact else abs(subtract(one, other)) < _TINY, name
    for mine, other in zip(period_lines(tale), period_lines(divided_tale), strict=True):
        assert abs(subtract(mine, other)) < _TINY


def period_lines(tale: Tale) -> list[Decimal]:
    """Give the lines of a tale's statement."""
    lines = period_of(tale).statement(Scope()).lines
    return [getattr(lines, name) for name in LINES]


def _totals(found: Report) -> dict[str, Decimal]:
    gains = found.by_symbol.values()
    return {
        "net_worth": found.appraisal.net_worth,
        "gain_gross": total(one.gain_gross for one in gains),
        "gain_net": total(one.gain_net for one in gains),
        "absolute_gain": total(one.absolute_gain for one in gains),
        "fees": total(one.fees for one in gains),
        "taxes": total(one.taxes for one in gains),
    }


def _halves(sale: Transaction, part: Fraction) -> list[Transaction]:
    entry, terms = sale.entry, sale.entry.terms
    assert entry.quantity is not None
    assert entry.gross_amount is not None

    def cut(whole: Decimal) -> Decimal:
        return divided(multiply(whole, Decimal(part.numerator)), Decimal(part.denominator))

    first = replace(
        entry,
        quantity=cut(entry.quantity),
        gross_amount=cut(entry.gross_amount),
        terms=replace(terms, fee=cut(terms.fee), tax=cut(terms.tax)),
    )
    second = replace(
        entry,
        quantity=subtract(entry.quantity, first.quantity or ZERO),
        gross_amount=subtract(entry.gross_amount, first.gross_amount or ZERO),
        terms=replace(
            terms, fee=subtract(terms.fee, first.terms.fee), tax=subtract(terms.tax, first.terms.tax)
        ),
    )
    parts = [(sale.id, first), (sale.id + 5, second)]
    return [replace(sale, id=id_, seq=id_, entry=entry) for id_, entry in parts if entry.quantity]


def raw_and_adjusted_feeds_agree(tale: Tale) -> None:
    """A feed adjusted for later splits gives the history that the raw one does, every day."""
    actions = tuple(one for one in tale.actions if not one.multiplies or _exact(one.factor))
    tale = replace(tale, actions=actions)
    adjusted = replace(tale, adjusted=True)
    raw = _Raw(**{one.name: getattr(tale, one.name) for one in fields(tale)})
    one, other = days_of(adjusted), days_of(raw)
    assert one == other
    assert reported(adjusted).appraisal.holdings == reported(raw).appraisal.holdings
    assert period_of(adjusted).statement(Scope()).lines.residual.is_nan() or (
        period_of(adjusted).statement(Scope()).lines == period_of(raw).statement(Scope()).lines
    )


class _Raw(Tale):
    """The same feed before it was adjusted: a price times new / old of each later split."""

    def _series(self, key: str, currency: str, numbers: object) -> Series:
        found = super()._series(key, currency, numbers)  # type: ignore[arg-type]
        if len(key) != 3:
            return found
        raw = []
        for place in range(len(found.days)):
            price, day = found.stated(place), found.day(place)
            for action in self.actions:
                if action.symbol == key and action.multiplies and day < action.ex_date:
                    new, old = action.factor
                    price = multiply(price, multiply(new, _exact_inverse(old)))
            raw.append((day, price))
        return Series(key, currency, "user", *columns(raw))


def _exact(factor: tuple[Decimal, Decimal]) -> bool:
    old = int(factor[1])
    return old in (1, 2, 4, 5, 8, 10)


def _exact_inverse(old: Decimal) -> Decimal:
    return divided(Decimal(1), old)


def nothing_missing_is_hidden(tale: Tale) -> None:
    """Without a price or a rate, a total stays, or its coverage falls, or the answer shows what stands in.

    With a last known value allowed for 0 days nothing can stand in.
    """
    for key, numbers in {**tale.prices, **tale.rates}.items():
        days = [day for day in numbers.by_day() if _counts(tale, key)]
        if days:
            _without(tale, key, days[tale.choice % len(days)])
            _without(tale, key, LAST)


def _counts(tale: Tale, key: str) -> bool:
    """Whether a price or rate could matter at all."""
    if len(key) != 3:
        return True
    into = {one.into for one in tale.actions}
    return key in into or any(one.entry.symbol == key for one in tale.transactions)


def _without(tale: Tale, key: str, day: date) -> None:
    less = tale.without(key, day)
    before, after = days_of(tale), days_of(less)
    for place, on in enumerate(before.days):
        same = before.values[place] == after.values[place]
        lower = after.valued[place] < before.valued[place]
        assert before.held[place] == after.held[place]
        if not same and not lower:
            assert tale.max_age_days > 0, (key, day, on)
            assert 0 <= (on - day).days <= tale.max_age_days
    one, other = reported(tale).appraisal, reported(less).appraisal
    if one.net_worth != other.net_worth:
        assert (other.coverage or 0) < (one.coverage or 0) or _older(one, other)
    first, second = period_of(tale).statement(Scope()), period_of(less).statement(Scope())
    for name in LINES:
        mine, its = getattr(first.lines, name), getattr(second.lines, name)
        if mine != its and not (mine.is_nan() and its.is_nan()):
            assert tale.max_age_days > 0 or (its.is_nan() and second.gaps), (key, day, name)


def _older(one: Appraisal, other: Appraisal) -> bool:
    pairs = [
        *((a.close, b.close) for a, b in zip(one.holdings, other.holdings, strict=True)),
        *((a.rate, b.rate) for a, b in zip(one.securities, other.securities, strict=True)),
        *((a.rate, b.rate) for a, b in zip(one.cash, other.cash, strict=True)),
    ]
    return any(a is not None and b is not None and b.on < a.on for a, b in pairs)


def statements_reconcile(tale: Tale) -> None:
    """Every statement of a whole history has a residual of 0; with holes it is 0 or what is missing is named."""
    whole = tale.whole()
    for ids in ((), (1,), (2,)):
        for found in statements_of(period_of(whole, *ids)):
            assert found.lines.residual == ZERO, (ids, found.scope)
            assert not found.gaps, (ids, found.gaps)
        for found in statements_of(period_of(tale, *ids)):
            unknown = found.lines.residual.is_nan()
            assert unknown or found.lines.residual == ZERO, (ids, found.scope)
            assert not unknown or found.gaps, (ids, found.scope)


def history_is_the_appraisals(tale: Tale) -> None:
    """A day of the history is the appraisal of that day, and a statement opens and closes with it."""
    for ids in ((), (1,)):
        found = days_of(tale, *ids)
        for place in {0, tale.choice % DAYS, DAYS - 1}:
            day = found.days[place]
            there = reported(tale, *ids, at=day).appraisal
            assert amount_of(found.values[place]) == there.net_worth, day
            assert found.held[place] == len(there.holdings) + len(there.cash), day
            if found.held[place]:
                assert found.valued[place] / found.held[place] == there.coverage, day
        lines = period_of(tale, *ids).statement(Scope()).lines
        for value, place in (
            (lines.opening_value, (tale.since - FIRST).days),
            (lines.closing_value, DAYS - 1),
        ):
            if not value.is_nan():
                assert value == amount_of(found.values[place])


LAWS: Final[tuple[Law, ...]] = (
    legs_balance,
    rebuilt_equals_stored,
    methods_agree_once_sold,
    split_sale_changes_no_total,
    raw_and_adjusted_feeds_agree,
    nothing_missing_is_hidden,
    statements_reconcile,
    history_is_the_appraisals,
)
