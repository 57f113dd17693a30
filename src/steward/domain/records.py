"""Records: transactions told in one reporting currency, each by the rate that its method asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from steward.domain.cash import moved, settled
from steward.domain.instruments import Instrument, major
from steward.domain.market import Close, Market, Rate
from steward.domain.money import UNKNOWN, add, divided, multiply, rounded, subtract
from steward.domain.transactions import Entry, Kind, Transaction

_ONE = Decimal(1)


class Fx(StrEnum):
    """Which rate converts a transaction into the reporting currency."""

    RECORDED_RATE = "recorded_rate"
    """The rate and the amount that the broker recorded, else the one of the transaction's date."""
    TRANSACTION_DATE = "transaction_date"
    AS_OF = "as_of"
    """The rate of the valuation date, for everything."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not known on a day: price or cost of a symbol, rate of a pair, cash in a currency."""

    what: str
    subject: str
    on: date


@dataclass(frozen=True, slots=True)
class Record:
    """A transaction in the reporting currency; UNKNOWN where a rate, a price or a cost is missing.

    `gross`, `fee` and `tax` are positive as in the entry; `local` is the gross amount in the instrument's
    own currency. `cash` is the signed change of the balance in `cash_currency`, `cash_value` the same in
    the reporting currency, `cash_told` what the amounts above make of it: another rate was recorded for
    the cash when the two differ. `rate` and `close` are what the amounts were made with.
    """

    transaction: Transaction
    gross: Decimal
    local: Decimal
    fee: Decimal
    tax: Decimal
    cash_currency: str
    cash: Decimal
    cash_value: Decimal
    cash_told: Decimal
    rate: Rate | None = None
    close: Close | None = None

    @property
    def entry(self) -> Entry:
        """What was appended."""
        return self.transaction.entry

    @property
    def kind(self) -> Kind:
        """What happened."""
        return self.transaction.entry.kind

    @property
    def on(self) -> date:
        """The day on which it happened."""
        return self.transaction.entry.occurred_at.date()

    @property
    def symbol(self) -> str:
        """The instrument that it belongs to, "" for none."""
        return self.transaction.entry.symbol or ""

    @property
    def internal(self) -> bool:
        """Whether it is one side of a transfer between two portfolios of one owner."""
        return self.transaction.entry.terms.transfer_id is not None

    @property
    def paid(self) -> Decimal:
        """The gross amount with fee and tax on top: what a purchase costs."""
        return add(self.gross, add(self.fee, self.tax))

    @property
    def received(self) -> Decimal:
        """The gross amount less fee and tax: what a sale or an income brings."""
        return subtract(self.gross, add(self.fee, self.tax))


@dataclass(slots=True)
class Teller:
    """Tells transactions in `currency`. What it misses on the way it notes in `gaps`.

    With `valued`, units that came or went without an amount count with their market value of that day;
    with `moves_valued`, so do those that moved between two portfolios of the owner.
    """

    market: Market
    currency: str
    fx: Fx
    at: date
    valued: bool = False
    moves_valued: bool = False
    gaps: dict[Gap, None] = field(default_factory=dict)

    def told(self, transactions: Iterable[Transaction]) -> list[Record]:
        """Tell several."""
        return [self.record(one) for one in transactions]

    def record(self, transaction: Transaction) -> Record:
        """Tell one."""
        entry = transaction.entry
        terms, currency = entry.terms, entry.currency or self.currency
        # Without an amount no rate is missing.
        stated = entry.gross_amount or terms.fee or terms.tax
        rate = self.rate_of(entry, currency, self.currency) if stated else None
        gross, close = self._gross(entry, currency, self.currency, rate)
        fee, tax = self._converted(terms.fee, rate), self._converted(terms.tax, rate)
        local = self._local(entry, currency, gross)
        told = moved(entry.kind, gross, add(fee, tax))
        cash_currency, cash, cash_value = self._cash(entry, currency, told)
        return Record(transaction, gross, local, fee, tax, cash_currency, cash, cash_value, told, rate, close)

    def converted(self, amount: Decimal, currency: str, on: date) -> Decimal:
        """Convert an amount of a day by the market's rate; UNKNOWN, and a gap, without one."""
        if currency == self.currency or not amount:
            return amount
        return self._converted(amount, self.market_rate(currency, self.currency, on))

    def market_rate(self, base: str, quote: str, on: date) -> Rate | None:
        """Give the market's rate of a day, or of the valuation date where the method says so."""
        on = self.at if self.fx is Fx.AS_OF else on
        rate = self.market.rate(base, quote, on)
        if rate is None:
            self.gaps[Gap("rate", f"{base}{quote}", on)] = None
        return rate

    def worth(self, symbol: str, quantity: Decimal, on: date) -> tuple[Decimal, str, Close | None]:
        """Give the market value of units on a day in the instrument's currency, rounded once."""
        close = self.market.price(symbol, on)
        if close is None:
            self.gaps[Gap("price", symbol, on)] = None
            return UNKNOWN, self.instrument_currency(symbol, ""), None
        instrument = self.market.instrument(symbol)
        return market_value(quantity, close, instrument), close.currency, close

    def instrument_currency(self, symbol: str, otherwise: str) -> str:
        """Give the currency that an instrument is quoted in; `otherwise` when nobody said."""
        quoted = self.market.instrument(symbol).currency
        return major(quoted)[0] if quoted else otherwise

    def rate_of(self, entry: Entry, base: str, quote: str) -> Rate | None:
        """Give the rate by which an entry is converted: the recorded one where the method says so."""
        recorded = entry.terms.recorded_rate
        if self.fx is Fx.RECORDED_RATE and recorded is not None and base != quote:
            if (recorded.base, recorded.quote) == (base, quote):
                return Rate(base, quote, recorded.rate, entry.trade_date, "recorded")
            if (recorded.base, recorded.quote) == (quote, base):
                return Rate(base, quote, divided(_ONE, recorded.rate), entry.trade_date, "recorded")
        return self.market_rate(base, quote, entry.trade_date)

    def _gross(
        self, entry: Entry, currency: str, into: str, rate: Rate | None
    ) -> tuple[Decimal, Close | None]:
        terms = entry.terms
        if entry.gross_amount is None:
            return self._valued(entry, into)
        traded_there = terms.security_amount is not None and terms.security_currency == into != currency
        if traded_there and self.fx is Fx.RECORDED_RATE and terms.security_amount is not None:
            return terms.security_amount, None
        return self._converted(entry.gross_amount, rate), None

    def _valued(self, entry: Entry, into: str) -> tuple[Decimal, Close | None]:
        if entry.symbol is None or entry.quantity is None:
            return UNKNOWN, None
        between = entry.terms.transfer_id is not None
        if not (self.moves_valued if between else self.valued):
            if not between:
                self.gaps[Gap("cost", entry.symbol, entry.trade_date)] = None
            return UNKNOWN, None
        value, currency, close = self.worth(entry.symbol, entry.quantity, entry.trade_date)
        if close is None or currency == into:
            return value, close
        return self._converted(value, self.market_rate(currency, into, entry.trade_date)), close

    def _local(self, entry: Entry, currency: str, gross: Decimal) -> Decimal:
        if entry.symbol is None:
            return gross
        local = self.instrument_currency(entry.symbol, currency)
        if local == self.currency:
            return gross
        local_rate = self.rate_of(entry, currency, local) if entry.gross_amount else None
        amount, _ = self._gross(entry, currency, local, local_rate)
        return amount

    def _cash(self, entry: Entry, currency: str, told: Decimal) -> tuple[str, Decimal, Decimal]:
        gross = UNKNOWN if entry.gross_amount is None else entry.gross_amount
        change = moved(entry.kind, gross, add(entry.terms.fee, entry.terms.tax))
        there, change = settled(entry, change)
        if there is None or there == currency:
            return currency, change, told
        return there, change, self.converted(change, there, entry.trade_date)

    @staticmethod
    def _converted(amount: Decimal, rate: Rate | None) -> Decimal:
        if not amount:
            return amount
        if rate is None:
            return UNKNOWN
        return amount if rate.base == rate.quote else rounded(multiply(amount, rate.rate))


def market_value(quantity: Decimal, close: Close, instrument: Instrument) -> Decimal:
    """Give quantity times price times the instrument's multiplier, rounded once."""
    return rounded(multiply(quantity, multiply(close.price, instrument.multiplier)))
