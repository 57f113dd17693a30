"""Lots that know what their cost came from: the same fold, with an explanation beside every basis."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from steward.domain.closings import Payment
from steward.domain.corporate_actions import CorporateAction
from steward.domain.explain import Node, Operation, constant, leaf, made, missing, summed
from steward.domain.explain_records import Recorded, multiplier, name_of, units_moved
from steward.domain.lot_book import LotBook
from steward.domain.lots import Basis, Lot
from steward.domain.market import Rate
from steward.domain.money import ZERO, subtract
from steward.domain.records import Fx, Gap, Record, Teller
from steward.domain.transactions import UNITS_OUT, Kind

_PARTS: Final = ("gross", "fee", "tax", "local")
_UNITS: Final = len(_PARTS)
_WHEN: Final = ("before", "after")


@dataclass(frozen=True, slots=True)
class TracedBasis(Basis):
    """A basis and the explanation of each of its parts."""

    nodes: tuple[Node, ...] = ()

    def __add__(self, other: Basis) -> Basis:
        """Add part by part."""
        return _joined(self, other, Operation.SUM)

    def __radd__(self, other: Basis) -> Basis:
        """Begin a sum: only nothing has no explanation."""
        del other
        return self

    def __sub__(self, other: Basis) -> Basis:
        """Subtract part by part."""
        return _joined(self, other, Operation.DIFFERENCE)

    def part(self, part: Decimal, of: Decimal) -> Basis:
        """Give the share `part` / `of` of each part."""
        if part == of:
            return self
        taken, there = constant("units taken", part, "units"), constant("units there", of, "units")
        return traced(
            made(one.figure, one.unit, Operation.SHARE, one, taken, there) if one.value else one
            for one in self.nodes
        )

    def scaled(self, by: Decimal) -> Basis:
        """Give each part times `by`."""
        if by == 1:
            return self
        share = constant("share of the basis", by, "ratio")
        return traced(made(one.figure, one.unit, Operation.PRODUCT, one, share) for one in self.nodes)

    def without(self, cost: Basis) -> Basis:
        """Subtract the parts of a cost; the units stay."""
        left = nodes_of(self - cost)
        return traced((*left[:_UNITS], self.nodes[_UNITS]))

    def lesser(self, paid: Basis) -> Basis:
        """Give of gross and local what is nearer to zero."""
        mine, its = self.nodes, nodes_of(paid)
        gross, local = (
            made("capital returned", mine[place].unit, Operation.LESSER, mine[place], its[place])
            for place in (0, 3)
        )
        return traced((gross, _nothing(gross.unit), _nothing(gross.unit), local, _nothing("units")))

    def told_locally(self, local: Decimal, by: Rate | Gap | None) -> Basis:
        """Give the same cost with `local` told by a rate, or as the gross cost is."""
        del local
        gross, fee, tax, node, units = self.nodes
        if by is None:
            node = gross
        elif isinstance(by, Gap):
            node = made(node.figure, node.unit, Operation.PRODUCT, node, missing(by, ""))
        else:
            factor = leaf(f"rate {by.base}{by.quote}", by.base + by.quote, by, "rate")
            node = made(node.figure, by.quote, Operation.PRODUCT, node, factor)
        return traced((gross, fee, tax, node, units))

    def resized(self, quantity: Decimal, counts: tuple[Decimal, Decimal], by: str) -> Basis:
        """Explain the units that became of those that there were."""
        units = self.nodes[_UNITS]
        before, after = (
            constant(f"units {when} {by}", one, "units") for when, one in zip(_WHEN, counts, strict=True)
        )
        shared = made(units.figure, "units", Operation.SHARE, units, after, before)
        if shared.value != quantity:
            others = constant("rounded away to other lots", subtract(shared.amount, quantity), "units")
            shared = made(units.figure, "units", Operation.DIFFERENCE, shared, others)
        return traced((*self.nodes[:_UNITS], shared))

    def bought(self, quantity: Decimal, by: str) -> Basis:
        """Say by what the units came."""
        return traced((*self.nodes[:_UNITS], constant(f"units paid for by {by}", quantity, "units")))


def traced(nodes: Iterable[Node]) -> TracedBasis:
    """Make a basis of five explanations: of its four parts, and of the units that it is the cost of."""
    found = tuple(nodes)
    gross, fee, tax, local, _ = (one.amount for one in found)
    return TracedBasis(gross, fee, tax, local, found)


def nodes_of(basis: Basis) -> tuple[Node, ...]:
    """Give the explanations of a basis of a traced book."""
    assert isinstance(basis, TracedBasis)  # noqa: S101 - a TracedBook makes no other
    return basis.nodes


def units_of(lot: Lot) -> Node:
    """Explain the units of a lot."""
    return nodes_of(lot.basis)[_UNITS]


def _nothing(unit: str) -> Node:
    return constant("none", ZERO, unit)


def _joined(one: Basis, other: Basis, operation: Operation) -> Basis:
    return traced(
        mine
        if not its.value and its.source is not None
        else made(mine.figure, mine.unit, operation, mine, its)
        for mine, its in zip(nodes_of(one), nodes_of(other), strict=True)
    )


@dataclass(slots=True)
class TracedBook(LotBook):
    """A lot book whose every basis is explained."""

    recorded: Recorded = field(init=False)
    opening: list[Lot] = field(default_factory=list)
    earlier: list[Payment] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Explain with the teller of the book."""
        self.recorded = Recorded(self.teller)

    def opened(self, record: Record) -> Basis:
        """Explain the cost of what a record opens."""
        told, unit = self.recorded, self.teller.currency
        gross, fee, tax, local = told.gross(record), told.fee(record), told.tax(record), told.local(record)
        units = units_moved(record)
        if record.kind in UNITS_OUT:
            gross, local = (
                made(f"{name_of(record)} proceeds", one.unit, Operation.NEGATED, one)
                for one in (gross, local)
            )
        elif record.kind is Kind.DIVIDEND_REINVESTED:
            received = told.received(record)
            local = made(local.figure, local.unit, Operation.SHARE, local, received, gross)
            gross, fee, tax = received, _nothing(unit), _nothing(unit)
        elif record.kind is Kind.DIVIDEND_IN_KIND:
            fee, tax = _nothing(unit), _nothing(unit)
        return traced((gross, fee, tax, local, units))

    def restate(self, on: date, worth: Any) -> None:  # noqa: ANN401 - as in LotBook
        """Remember the lots with which a period opens, and what had been paid until then."""
        self.earlier = self.payments
        LotBook.restate(self, on, worth)
        self.opening = self.open_lots()

    def worth(self, lot: Lot, on: date, basis: Basis) -> Basis:
        """Explain what a lot is worth at the start of a period."""
        local = worth_of(self.teller, lot.symbol, constant("units of the lot", lot.quantity, "units"), on)
        currency = self.teller.instrument_currency(lot.symbol, self.teller.currency)
        gross, unit = told_in(self.teller, local, currency, on), self.teller.currency
        del basis
        return traced((gross, _nothing(unit), _nothing(unit), local, units_of(lot)))

    def paid(self, action: CorporateAction, units: Decimal, basis: Basis, *, in_lieu: bool) -> Basis:
        """Explain what an action pays."""
        del basis
        unit = self.teller.currency
        currency = action.currency or unit
        count = constant(f"{action.kind} {action.id} units paid for", units, "units")
        cash = cash_of(self.teller, action, count, in_lieu=in_lieu)
        gross = told_in(self.teller, cash, currency, action.ex_date)
        quoted = self.teller.instrument_currency(action.symbol, currency)
        local = gross if quoted == unit else told_in(self.teller, cash, currency, action.ex_date, quoted)
        return traced((gross, _nothing(unit), _nothing(unit), local, _nothing("units")))

    def unknown(self, symbol: str, on: date, quantity: Decimal) -> Basis:
        """Explain that nobody knows a cost."""
        LotBook.unknown(self, symbol, on, quantity)
        unit, gap = self.teller.currency, Gap("cost", symbol, on)
        units = constant("units that went and were not there", quantity, "units")
        return traced((missing(gap, unit), _nothing(unit), _nothing(unit), missing(gap, unit), units))


def cash_of(teller: Teller, action: CorporateAction, units: Node, *, in_lieu: bool) -> Node:
    """Explain what an action pays for units, in its currency."""
    part = "cash_in_lieu_price" if in_lieu else "cash_per_unit"
    currency, name = action.currency or teller.currency, f"{action.kind} {action.id}"
    price = leaf(f"{name} {part}", currency, action, part)
    return made(f"{name} cash", currency, Operation.PRODUCT, units, price)


def worth_of(teller: Teller, symbol: str, units: Node, on: date) -> Node:
    """Explain the market value of units at a close, in the currency of the price."""
    close = teller.market.price(symbol, on)
    if close is None:
        unit = teller.instrument_currency(symbol, teller.currency)
        return made(
            f"{symbol} value", unit, Operation.PRODUCT, units, missing(Gap("price", symbol, on), unit)
        )
    price = leaf(f"price {symbol}", close.currency, close, "price")
    return made(
        f"{symbol} value", close.currency, Operation.PRODUCT, units, price, multiplier(teller, symbol)
    )


def told_in(teller: Teller, node: Node, currency: str, on: date, into: str | None = None) -> Node:
    """Explain an amount in the reporting currency, or another, by the market's rate of a day."""
    into = into or teller.currency
    if currency == into or not node.value:
        return node
    rate, pair = teller.market_rate(currency, into, on), currency + into
    day = teller.at if teller.fx is Fx.AS_OF else on
    factor = leaf(f"rate {pair}", pair, rate, "rate") if rate else missing(Gap("rate", pair, day), pair)
    return made(node.figure, into, Operation.PRODUCT, node, factor)


def total_of(figure: str, unit: str, lots: Any, part: str) -> Node:  # noqa: ANN401 - lots or pieces
    """Explain a part of the cost of lots."""
    place = _PARTS.index(part)
    return summed(figure, unit, (nodes_of(lot.basis)[place] for lot in lots))
