"""Laws: what holds for every history. Each takes a tale and asserts."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from steward.domain.appraisals import appraisal_of, appraisals
from steward.domain.holdings import Report
from steward.domain.lot_book import LotScope
from steward.domain.money import ZERO, add, divided, multiply, negated, rounded, subtract, total
from steward.domain.portfolios import CostMethod
from steward.domain.positions import Position, fold, fold_through
from steward.domain.records import Record, Teller
from steward.domain.scopes import Crossing, Scope, charge_of
from steward.domain.transactions import Entry, Kind, Transaction
from tests import laws_of_explanations, laws_of_the_market
from tests.tales import LAST, PORTFOLIOS, Tale
from tests.told import LINES, period_of, reported, statements_of

Law = Callable[[Tale], None]
_INCOME = (Kind.DIVIDEND, Kind.DIVIDEND_REINVESTED, Kind.DIVIDEND_IN_KIND, Kind.INTEREST)
_BRINGS = (Kind.DEPOSIT, Kind.SELL, Kind.DIVIDEND, Kind.INTEREST, Kind.FEE_REFUND, Kind.TAX_REFUND)
_TAKES = (Kind.WITHDRAWAL, Kind.BUY, Kind.INTEREST_CHARGED, Kind.FEE, Kind.TAX)
_TINY = Decimal("1E-15")
"""A thousand roundings at the 18th digit."""


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
        terms, change = one.entry.terms, cash_of(one.entry)
        if terms.cash_currency is None or terms.recorded_rate is None or terms.cash_currency == currency:
            balances[currency] = add(balances[currency], change)
        else:
            rate = terms.recorded_rate
            there = rounded(multiply(change, rate.rate))
            if rate.base == terms.cash_currency:
                there = divided(change, rate.rate)
            balances[terms.cash_currency] = add(balances[terms.cash_currency], there)
    found = reported(tale)
    for payment in found.book.payments:
        balances[payment.currency] = add(balances[payment.currency], payment.amount)
    cash = {one.currency: one.amount for one in found.appraisal.cash}
    assert cash == {name: amount for name, amount in balances.items() if amount}


def cash_of(entry: Entry) -> Decimal:
    """Give what cash moves by in the currency of the entry: said once more, in other words."""
    gross, costs = entry.gross_amount or ZERO, add(entry.terms.fee, entry.terms.tax)
    if entry.kind in _BRINGS:
        return subtract(gross, costs)
    if entry.kind in _TAKES:
        return negated(add(gross, costs))
    return negated(costs) if entry.kind is Kind.DIVIDEND_IN_KIND else ZERO


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
    """Positions appended one by one are those folded at once; units and all lots, shared or not, agree."""
    shared: dict[str, Decimal] = defaultdict(lambda: ZERO)
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
            tale, portfolio_id, method=replace(tale.method, lot_scope=LotScope.PORTFOLIO)
        ).book.open_lots():
            if lot.portfolio_id == portfolio_id:
                lots[lot.symbol] = add(lots[lot.symbol], lot.quantity)
        assert rebuilt == {symbol: units for symbol, units in lots.items() if units}
        for symbol, units in rebuilt.items():
            shared[symbol] = add(shared[symbol], units)
    for lot in reported(tale, method=replace(tale.method, lot_scope=LotScope.ALL)).book.open_lots():
        shared[lot.symbol] = subtract(shared[lot.symbol], lot.quantity)
    assert not any(shared.values())


def _units_of(positions: dict[str, Position]) -> dict[str, Decimal]:
    return {one.symbol: one.quantity for one in positions.values() if one.quantity}


def methods_agree_once_sold(tale: Tale) -> None:
    """All sold, every cost method has the same total gain, with fees and taxes and without."""
    tale = tale.whole().sold()
    gains = set()
    for cost in CostMethod:
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
    """A sale in two parts has the totals of the sale; only conversions round, by less than 1e-15."""
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


def statements_reconcile(tale: Tale) -> None:
    """The residual of a whole history is 0; of one with holes it is 0 or what is missing is named."""
    whole = tale.whole()
    for ids in ((), (1,), (2,)):
        for found in statements_of(period_of(whole, *ids)):
            assert found.lines.residual == ZERO, (ids, found.scope)
            assert not found.gaps, (ids, found.gaps)
        for found in statements_of(period_of(tale, *ids)):
            unknown = found.lines.residual.is_nan()
            assert unknown or found.lines.residual == ZERO, (ids, found.scope)
            assert not unknown or found.gaps, (ids, found.scope)


def a_report_since_a_day_values_the_same(tale: Tale) -> None:
    """What is held and what it is worth does not depend on since when its gains are counted."""
    assert reported(tale, since=tale.since).appraisal == reported(tale).appraisal


def portfolios_are_worth_the_same_together_as_alone(tale: Tale) -> None:
    """One fold of all portfolios values each, and all of them, as the fold for its report does."""
    method = replace(tale.method, lot_scope=LotScope.PORTFOLIO)
    asked: dict[str, Any] = {"at": LAST, "currency": tale.currency, "method": method}
    groups = [frozenset({one}) for one in PORTFOLIOS]
    alone = [reported(tale, one, method=method).appraisal for one in PORTFOLIOS]
    assert appraisals(tale.story(), groups, **asked) == alone
    assert appraisal_of(tale.story(), **asked) == reported(tale, method=method).appraisal


LAWS: Final[tuple[Law, ...]] = (
    legs_balance,
    rebuilt_equals_stored,
    methods_agree_once_sold,
    split_sale_changes_no_total,
    laws_of_the_market.raw_and_adjusted_feeds_agree,
    laws_of_the_market.nothing_missing_is_hidden,
    statements_reconcile,
    laws_of_the_market.history_is_the_appraisals,
    a_report_since_a_day_values_the_same,
    portfolios_are_worth_the_same_together_as_alone,
    laws_of_explanations.explanations_are_exact,
)
