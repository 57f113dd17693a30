"""Holdings: what each instrument cost, is worth, and has gained, until a day or in a period.

`gain` is of trades alone: realized and unrealized, without dividends. `absolute_gain` counts all money that
went in and came out for the instrument, dividends, fees and taxes included.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from steward.domain.appraisal import Appraisal, appraise
from steward.domain.closings import Closing, Payment
from steward.domain.corporate_actions import CorporateAction
from steward.domain.gains import Gains
from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lot_fold import apply
from steward.domain.lots import Lot
from steward.domain.market import Close
from steward.domain.money import UNKNOWN, ZERO, add, divided, multiply, rounded, subtract, total
from steward.domain.records import Gap, Record, Teller, market_value
from steward.domain.scopes import Crossing, Level, Scope, charge_of
from steward.domain.story import Method, Opening, Story
from steward.domain.transactions import DIVIDENDS, UNITS_IN, UNITS_OUT

_Named = TypeVar("_Named", Record, Closing, Payment, Lot)
_CROSSING = Crossing(Scope(Level.SECURITIES))


@dataclass(frozen=True, slots=True)
class Report:
    """Holdings, cash and totals at the close of `at`, with what happened since `since` (all, if None)."""

    at: date
    since: date | None
    currency: str
    method: Method
    appraisal: Appraisal
    by_symbol: Mapping[str, Gains]
    records: tuple[Record, ...]
    payments: tuple[Payment, ...]
    book: LotBook
    gaps: tuple[Gap, ...]


def report(
    story: Story,
    *,
    at: date,
    currency: str,
    method: Method,
    since: date | None = None,
    books: type[LotBook] = LotBook,
) -> Report:
    """Tell what is held at the close of `at`, and what it gained since the close of `since`.

    `books` is LotBook, or one that knows more of the same figures.
    """
    together = len(story.portfolio_ids) > 1
    teller = Teller(story.market, currency, method.fx, at, moves_valued=not together)
    book = books(teller, method.cost, method.lot_scope)
    records = teller.told(story.until(at))
    actions = [action for action in story.actions if action.ex_date <= at]
    before = date.min if since is None else since
    opening: Mapping[str, Decimal] = {}
    earlier: list[Payment] = []
    if since is not None:
        opening, earlier = _opened(story, book, (records, actions), method, since)
    apply(book, (one for one in records if one.on > before), (one for one in actions if one.ex_date > before))
    mine = [one for one in records if one.transaction.portfolio_id in story.portfolio_ids]
    payments = [one for one in (*earlier, *book.payments) if one.portfolio_id in story.portfolio_ids]
    appraisal = appraise(
        units_of(book, story.portfolio_ids),
        balances(mine, payments),
        market=story.market,
        currency=currency,
        on=at,
    )
    period = [one for one in mine if one.on > before]
    gather = _gatherer(story, book, method, opening, happened=(period, payments), days=(before, at))
    symbols = {record.symbol for record in mine} | {symbol for _, symbol in book.units}
    gains = {symbol: gather.gains(symbol, appraisal) for symbol in sorted(symbols) if symbol}
    return Report(
        at,
        since,
        currency,
        method,
        appraisal,
        gains,
        tuple(period),
        tuple(one for one in payments if one.action.ex_date > before),
        book,
        tuple(dict.fromkeys([*teller.gaps, *appraisal.gaps])),
    )


def _opened(
    story: Story,
    book: LotBook,
    steps: tuple[Iterable[Record], Iterable[CorporateAction]],
    method: Method,
    since: date,
) -> tuple[dict[str, Decimal], list[Payment]]:
    """Apply what happened until the close of `since`; give what was held is worth, and payments gone by."""
    teller, (records, actions) = book.teller, steps
    apply(book, (one for one in records if one.on <= since), (one for one in actions if one.ex_date <= since))
    opening = {
        symbol: teller.converted(*_local_worth(teller, symbol, units, since), since)
        for symbol, units in units_of(book, story.portfolio_ids).items()
    }
    if method.opening is Opening.ORIGINAL_COST:
        return opening, []
    payments = book.payments
    book.restate(since, lambda symbol, units: teller.worth(symbol, units, since)[0])
    return opening, payments


def _gatherer(
    story: Story,
    book: LotBook,
    method: Method,
    opening: Mapping[str, Decimal],
    *,
    happened: tuple[Iterable[Record], Iterable[Payment]],
    days: tuple[date, date],
) -> "_Gatherer":
    (records, payments), (before, at) = happened, days
    mine = [one for one in book.closings if one.portfolio_id in story.portfolio_ids]
    return _Gatherer(
        story,
        book,
        at,
        method,
        opening,
        _by_symbol(records),
        _by_symbol(one for one in mine if one.on > before),
        _by_symbol(one for one in payments if one.action.ex_date > before),
        _by_symbol(_lots(book, story, method)),
    )


def balances(records: Iterable[Record], payments: Iterable[Payment]) -> dict[str, Decimal]:
    """Sum the cash that records and payments moved, by currency."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for record in records:
        sums[record.cash_currency] = add(sums[record.cash_currency], record.cash)
    for payment in payments:
        sums[payment.currency] = add(sums[payment.currency], payment.amount)
    return dict(sums)


@dataclass(frozen=True, slots=True)
class _Gatherer:
    story: Story
    book: LotBook
    at: date
    method: Method
    opening: Mapping[str, Decimal]
    records: Mapping[str, list[Record]]
    closings: Mapping[str, list[Closing]]
    payments: Mapping[str, list[Payment]]
    lots: Mapping[str, list[Lot]]

    @property
    def teller(self) -> Teller:
        return self.book.teller

    def gains(self, symbol: str, appraisal: Appraisal) -> Gains:
        ids, method = self.story.portfolio_ids, self.method
        mine, lots = self.records.get(symbol, []), self.lots.get(symbol, [])
        closings, payments = self.closings.get(symbol, []), self.payments.get(symbol, [])
        quantity = total(self.book.units[one, symbol] for one in sorted(ids))
        close, value = self._worth(symbol, quantity, appraisal)
        trades = [one for one in mine if one.kind in UNITS_IN | UNITS_OUT and one.kind not in DIVIDENDS]
        purchases = [one for one in trades if one.kind in UNITS_IN and not one.internal]
        dividends = [one for one in mine if one.kind in DIVIDENDS]
        together = len(ids) > 1
        flows = [_CROSSING.of(one) for one in mine if not (one.internal and together)]
        return Gains(
            symbol=symbol,
            quantity=quantity,
            lots=tuple(lots),
            closings=tuple(closings),
            records=tuple(mine),
            payments=tuple(payments),
            close=close,
            market_value=value,
            previous_value=self._previous(symbol, quantity),
            value_by_portfolio=self._by_portfolio(symbol),
            opening_value=self.opening.get(symbol, ZERO),
            cost_basis=total(
                lot.basis.cost(fees=method.fees_in_cost, taxes=method.taxes_in_cost) for lot in lots
            ),
            cost_gross=total(lot.basis.gross for lot in lots),
            cost_net=total(lot.basis.net for lot in lots),
            realized_gain_gross=total(one.gain_gross for one in closings),
            realized_gain_net=total(one.gain_net for one in closings),
            realized_currency_gain=total(self._currency_gain(one.pieces, one.on, one) for one in closings),
            unrealized_currency_gain=self._currency_gain(lots, self.at, None),
            trade_costs=total(add(one.fee, one.tax) for one in trades),
            fees=total(charge_of(one, fees=True) for one in mine),
            taxes=total(charge_of(one) for one in mine),
            dividends_gross=total(one.gross for one in dividends),
            dividends_net=total(one.received for one in dividends),
            purchases_gross=total(one.gross for one in purchases),
            purchases_paid=total(one.paid for one in purchases),
            paid=total(came for came, _ in flows),
            received=total([*(went for _, went in flows), *(one.value for one in payments)]),
        )

    def _previous(self, symbol: str, quantity: Decimal) -> Decimal:
        if not quantity:
            return ZERO
        market = self.story.market
        close = market.previous(symbol, self.at)
        if close is None:
            return UNKNOWN
        value = market_value(quantity, close, market.instrument(symbol))
        return self.teller.converted(value, close.currency, self.at)

    def _by_portfolio(self, symbol: str) -> dict[int, Decimal]:
        if self.method.lot_scope is LotScope.ALL:
            return {}
        held = {one: self.book.units[one, symbol] for one in sorted(self.story.portfolio_ids)}
        return {
            one: self.teller.converted(*_local_worth(self.teller, symbol, units, self.at), self.at)
            for one, units in held.items()
            if units
        }

    def _worth(self, symbol: str, quantity: Decimal, appraisal: Appraisal) -> tuple[Close | None, Decimal]:
        if not quantity:
            return None, ZERO
        held = next(one for one in appraisal.holdings if one.symbol == symbol)
        if held.close is None or held.value is None:
            return None, UNKNOWN
        return held.close, self.teller.converted(held.value, held.close.currency, self.at)

    def _currency_gain(self, pieces: Collection[Lot], on: date, closing: Closing | None) -> Decimal:
        """Give the cost in the instrument's currency at the rate of `on`, less the cost as it was booked."""
        if not pieces:
            return ZERO
        symbol = next(iter(pieces)).symbol
        local = total(piece.basis.local for piece in pieces)
        booked = total(piece.basis.gross for piece in pieces)
        currency = self.teller.instrument_currency(symbol, self.teller.currency)
        if currency == self.teller.currency:
            return ZERO
        if closing is not None and isinstance(closing.cause, Record):
            rate = rate_of_trade(closing.cause)
            if rate is not None:
                return subtract(rounded(multiply(local, rate)), booked)
        return subtract(self.teller.converted(local, currency, on), booked)


def rate_of_trade(record: Record) -> Decimal | None:
    """Give the reporting amount per unit of the instrument's currency at which a trade was booked."""
    if not record.local or record.local.is_nan() or record.gross.is_nan():
        return None
    return divided(record.gross, record.local)


def _lots(book: LotBook, story: Story, method: Method) -> list[Lot]:
    lots = book.open_lots()
    if method.lot_scope is LotScope.ALL:
        return lots
    return [lot for lot in lots if lot.portfolio_id in story.portfolio_ids]


def _by_symbol(things: Iterable[_Named]) -> dict[str, list[_Named]]:
    found: dict[str, list[_Named]] = defaultdict(list)
    for one in things:
        found[one.symbol].append(one)
    return found


def units_of(book: LotBook, portfolio_ids: Collection[int]) -> dict[str, Decimal]:
    """Sum the units that portfolios hold, by symbol."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for (portfolio_id, symbol), units in book.units.items():
        if portfolio_id in portfolio_ids:
            sums[symbol] = add(sums[symbol], units)
    return dict(sums)


def _local_worth(teller: Teller, symbol: str, units: Decimal, on: date) -> tuple[Decimal, str]:
    if not units:
        return ZERO, teller.currency
    value, currency, _ = teller.worth(symbol, units, on)
    return value, currency or teller.currency
