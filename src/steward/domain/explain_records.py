"""What the amounts of a record came from: what was booked, and the rate that converted it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from steward.domain.explain import Node, Operation, constant, leaf, made, missing, summed
from steward.domain.market import Rate
from steward.domain.records import Fx, Gap, Record, Teller
from steward.domain.scopes import Crossing, Level
from steward.domain.transactions import UNITS_OUT, Kind

_ONE: Final = Decimal(1)
_BRINGS: Final = frozenset(
    (Kind.DEPOSIT, Kind.SELL, Kind.DIVIDEND, Kind.INTEREST, Kind.FEE_REFUND, Kind.TAX_REFUND)
)
_TAKES: Final = frozenset((Kind.WITHDRAWAL, Kind.BUY, Kind.INTEREST_CHARGED, Kind.FEE, Kind.TAX))


def name_of(record: Record) -> str:
    """Name a record."""
    return f"{record.kind} {record.transaction.id}"


def units_moved(record: Record) -> Node:
    """Explain the units that came with a record or, negative, went."""
    units = leaf(f"{name_of(record)} units", "units", record.transaction, "quantity")
    return made(units.figure, "units", Operation.NEGATED, units) if record.kind in UNITS_OUT else units


@dataclass(slots=True)
class Recorded:
    """Makes the nodes of records as `teller` tells them, each once."""

    teller: Teller
    _made: dict[tuple[int, str], Node] = field(default_factory=dict)

    def gross(self, record: Record) -> Node:
        """Explain the gross amount in the reporting currency."""
        return self._kept(record, "gross", lambda: self._gross(record, self.teller.currency, record.rate))

    def fee(self, record: Record) -> Node:
        """Explain the fee."""
        return self._kept(record, "fee", lambda: self._charge(record, "fee"))

    def tax(self, record: Record) -> Node:
        """Explain the tax."""
        return self._kept(record, "tax", lambda: self._charge(record, "tax"))

    def local(self, record: Record) -> Node:
        """Explain the gross amount in the instrument's own currency."""
        return self._kept(record, "local", lambda: self._local(record))

    def paid(self, record: Record) -> Node:
        """Explain what a purchase costs."""
        unit, parts = self.teller.currency, (self.gross(record), self.fee(record), self.tax(record))
        return summed(f"{name_of(record)} paid", unit, parts)

    def received(self, record: Record) -> Node:
        """Explain what a sale brings."""
        unit, parts = self.teller.currency, (self.gross(record), self.fee(record), self.tax(record))
        return made(f"{name_of(record)} received", unit, Operation.DIFFERENCE, *parts)

    def charge(self, record: Record, *, fees: bool = False) -> Node:
        """Explain what `charge_of` gives."""
        charged, refunded = (Kind.FEE, Kind.FEE_REFUND) if fees else (Kind.TAX, Kind.TAX_REFUND)
        within = self.fee(record) if fees else self.tax(record)
        unit, name = self.teller.currency, f"{name_of(record)} {'fees' if fees else 'taxes'}"
        if record.kind is charged:
            return summed(name, unit, (self.gross(record), within))
        if record.kind is refunded:
            return made(name, unit, Operation.DIFFERENCE, within, self.gross(record))
        return within

    def told(self, record: Record) -> Node:
        """Explain the change of cash in the reporting currency, as the amounts make it."""
        parts = self.gross(record), self.fee(record), self.tax(record)
        return _change(record, self.teller.currency, *parts)

    def cash(self, record: Record) -> Node:
        """Explain the change of cash in the currency in which it moved."""
        return self._kept(record, "cash", lambda: self._cash(record))

    def cash_value(self, record: Record) -> Node:
        """Explain the change of cash in the reporting currency."""
        booked = record.entry.currency or self.teller.currency
        if record.cash_currency == booked:
            return self.told(record)
        return self.at_market(self.cash(record), record.cash_currency, record)

    def crossing(self, record: Record, crossing: Crossing) -> tuple[list[Node], list[Node]]:
        """Explain the money that came in with a record and that went out, as `Crossing.of` tells it."""
        if crossing.scope.level is Level.PORTFOLIO:
            return self._of_portfolio(record, crossing)
        return self._of_securities(record, crossing)

    def _of_portfolio(self, record: Record, crossing: Crossing) -> tuple[list[Node], list[Node]]:
        came, went = list[Node](), list[Node]()
        match record.kind:
            case Kind.DEPOSIT:
                came.append(self.gross(record))
            case Kind.WITHDRAWAL:
                went.append(self.gross(record))
            case Kind.TRANSFER_IN:
                came.append(self.paid(record))
            case Kind.TRANSFER_OUT:
                went.append(self.received(record))
        for counts, fees in ((crossing.fees, True), (crossing.taxes, False)):
            charged = self.charge(record, fees=fees)
            if counts or not charged.value:
                continue
            if charged.amount.is_nan() or charged.amount > 0:
                went.append(charged)
            else:
                came.append(made(charged.figure, charged.unit, Operation.NEGATED, charged))
        return came, went

    def _of_securities(self, record: Record, crossing: Crossing) -> tuple[list[Node], list[Node]]:
        came, went = list[Node](), list[Node]()
        charges = (self.fee(record), crossing.fees), (self.tax(record), crossing.taxes)
        counted = [one for one, counts in charges if counts]
        name, unit, gross = name_of(record), self.teller.currency, self.gross(record)
        match record.kind:
            case Kind.FEE | Kind.TAX:
                counts = crossing.fees if record.kind is Kind.FEE else crossing.taxes
                came += [gross] if counts else []
            case Kind.FEE_REFUND | Kind.TAX_REFUND:
                counts = crossing.fees if record.kind is Kind.FEE_REFUND else crossing.taxes
                went += [gross] if counts else []
            case Kind.BUY | Kind.TRANSFER_IN | Kind.INTEREST_CHARGED:
                came.append(summed(f"{name} paid", unit, (gross, *counted)))
            case Kind.SELL | Kind.TRANSFER_OUT | Kind.DIVIDEND | Kind.INTEREST:
                went.append(made(f"{name} received", unit, Operation.DIFFERENCE, gross, *counted))
            case Kind.DIVIDEND_IN_KIND:
                came += counted
            case Kind.DIVIDEND_REINVESTED:
                went += [one for one, counts in charges if not counts]
        return came, went

    def at_market(self, node: Node, currency: str, record: Record) -> Node:
        """Convert by the market's rate of the record's day, as the method has it."""
        into, on = self.teller.currency, record.entry.trade_date
        if currency == into or not node.value:
            return node
        rate = self.teller.market_rate(currency, into, on)
        return self.converted(node, currency, into, rate, record)

    def converted(self, node: Node, base: str, quote: str, rate: Rate | None, record: Record) -> Node:
        """Convert by a rate; an amount of 0 needs none."""
        if not node.value or base == quote:
            return node
        return made(node.figure, quote, Operation.PRODUCT, node, self.rate(rate, base, quote, record))

    def rate(self, rate: Rate | None, base: str, quote: str, record: Record) -> Node:
        """Explain a rate: what the broker recorded, or what the market states."""
        pair = f"{base}{quote}"
        if rate is None:
            on = self.teller.at if self.teller.fx is Fx.AS_OF else record.entry.trade_date
            return missing(Gap("rate", pair, on), pair)
        recorded = record.entry.terms.recorded_rate
        if rate.source != "recorded" or recorded is None:
            return leaf(f"rate {pair}", pair, rate, "rate")
        stated = leaf(
            f"{name_of(record)} rate", recorded.base + recorded.quote, record.transaction, "exchange_rate"
        )
        if recorded.base == base:
            return stated
        return made(f"rate {pair}", pair, Operation.QUOTIENT, constant("one", _ONE, "units"), stated)

    def _kept(self, record: Record, part: str, make: "object") -> Node:
        key = record.transaction.id, part
        if key not in self._made:
            self._made[key] = make()  # type: ignore[operator]
        return self._made[key]

    def _gross(self, record: Record, into: str, rate: Rate | None) -> Node:
        entry, name = record.entry, f"{name_of(record)} gross"
        currency, terms = entry.currency or self.teller.currency, entry.terms
        if entry.gross_amount is None:
            return self._valued(record, into)
        traded_there = terms.security_amount is not None and terms.security_currency == into != currency
        if traded_there and self.teller.fx is Fx.RECORDED_RATE:
            return leaf(name, into, record.transaction, "security_amount")
        stated = leaf(name, currency, record.transaction, "gross_amount")
        return self.converted(stated, currency, into, rate, record)

    def _valued(self, record: Record, into: str) -> Node:
        entry = record.entry
        symbol = entry.symbol or ""
        counts = self.teller.moves_valued if record.internal else self.teller.valued
        if not counts or entry.quantity is None:
            return missing(Gap("cost", symbol, entry.trade_date), into)
        close = self.teller.market.price(symbol, entry.trade_date)
        if close is None:
            return missing(Gap("price", symbol, entry.trade_date), into)
        units = leaf(f"{name_of(record)} units", "units", record.transaction, "quantity")
        price = leaf(f"price {symbol}", close.currency, close, "price")
        factor = multiplier(self.teller, symbol)
        value = made(f"{name_of(record)} gross", close.currency, Operation.PRODUCT, units, price, factor)
        if close.currency == into or not value.value:
            return value
        rate = self.teller.market_rate(close.currency, into, entry.trade_date)
        return self.converted(value, close.currency, into, rate, record)

    def _charge(self, record: Record, part: str) -> Node:
        currency = record.entry.currency or self.teller.currency
        stated = leaf(f"{name_of(record)} {part}", currency, record.transaction, part)
        return self.converted(stated, currency, self.teller.currency, record.rate, record)

    def _local(self, record: Record) -> Node:
        entry, into = record.entry, self.teller.currency
        currency = entry.currency or into
        local = self.teller.instrument_currency(entry.symbol, currency) if entry.symbol else into
        if local == into:
            return self.gross(record)
        rate = self.teller.rate_of(entry, currency, local) if entry.gross_amount else None
        return self._gross(record, local, rate)

    def _cash(self, record: Record) -> Node:
        entry, terms = record.entry, record.entry.terms
        currency, there = entry.currency or self.teller.currency, record.cash_currency
        name, paper = name_of(record), record.transaction
        gross = leaf(f"{name} gross", currency, paper, "gross_amount")
        charges = (leaf(f"{name} {part}", currency, paper, part) for part in ("fee", "tax"))
        change = _change(record, currency, gross, *charges)
        if there == currency or terms.recorded_rate is None:
            return change
        rate = leaf(f"{name} rate", there, paper, "exchange_rate")
        way = Operation.PRODUCT if terms.recorded_rate.quote == there else Operation.QUOTIENT
        return made(f"{name} cash", there, way, change, rate)


def _change(record: Record, unit: str, gross: Node, fee: Node, tax: Node) -> Node:
    """Explain what cash moves by."""
    name, kind = f"{name_of(record)} cash", record.kind
    if kind in _BRINGS:
        return made(name, unit, Operation.DIFFERENCE, gross, fee, tax)
    if kind in _TAKES:
        parts = summed(f"{name_of(record)} paid", unit, (gross, fee, tax))
        return made(name, unit, Operation.NEGATED, parts)
    if kind is Kind.DIVIDEND_IN_KIND:
        return made(name, unit, Operation.NEGATED, summed(f"{name_of(record)} costs", unit, (fee, tax)))
    return constant(f"{name}: none moves", Decimal(0), unit)


def multiplier(teller: Teller, symbol: str) -> Node:
    """Explain how many times its price a unit of an instrument is worth."""
    return constant(f"multiplier of {symbol}", teller.market.instrument(symbol).multiplier, "units")
