"""What the figures of holdings came from, by their paths."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final

from steward.domain.closings import Closing
from steward.domain.explain import Node, Operation, made, summed
from steward.domain.explain_appraisal import Figures, Valued, previous_value
from steward.domain.explain_closings import gain_gross, gain_net, net
from steward.domain.explain_lots import TracedBook, told_in, total_of, worth_of
from steward.domain.explain_open_lots import OpenLots
from steward.domain.explain_records import name_of
from steward.domain.gains import Gains
from steward.domain.holdings import Report, rate_of_trade
from steward.domain.lots import Lot
from steward.domain.records import Record
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.story import Story
from steward.domain.transactions import DIVIDENDS, UNITS_IN, UNITS_OUT, Kind

_SECURITIES: Final = Crossing(Scope(Level.SECURITIES))
_WHOLE: Final = Crossing(Scope())
_SUMMED: Final = (
    "cost_basis", "unrealized_gain_gross", "unrealized_gain_net", "realized_gain_gross", "realized_gain_net",
    "gain_gross", "gain_net", "dividends_gross", "dividends_net",
)  # fmt: skip
AMOUNTS: Final = (
    "market_value", "average_cost", "cost_per_unit_gross", *_SUMMED, "realized_currency_gain",
    "unrealized_currency_gain", "fees", "taxes", "absolute_gain", "opening_value", "day_change",
)  # fmt: skip
_RATIOS: Final = {
    "gain_gross_over_cost": ("gain_gross", "purchases_gross"),
    "gain_net_over_cost": ("gain_net", "purchases_gross"),
    "unrealized_net_over_cost": ("unrealized_gain_net", "cost_basis"),
    "dividends_over_cost": ("dividends_gross", "cost_basis"),
    "absolute_gain_over_paid_in": ("absolute_gain", "paid_in"),
    "day_change_over_previous_value": ("day_change", "previous_value"),
}


@dataclass(slots=True)
class Held:
    """Explains a report."""

    story: Story
    report: Report
    book: TracedBook
    valued: Valued

    @property
    def unit(self) -> str:
        """The reporting currency."""
        return self.report.currency

    def figure(self, gains: Gains, name: str) -> Node:
        """Explain one figure of an instrument."""
        return _OF[name](self, gains).named(f"holdings.{gains.symbol}.{name}")

    def figures(self) -> Figures:
        """Give every figure of holdings by its path."""
        found: dict[str, Callable[[], Node]] = {}
        for symbol, gains in self.report.by_symbol.items():
            path = f"holdings.{symbol}"
            found[f"{path}.quantity"] = partial(self.valued.units, symbol)
            for name in AMOUNTS:
                found[f"{path}.{name}"] = partial(self.figure, gains, name)
            for name, parts in _RATIOS.items():
                found[f"{path}.ratios.{name}"] = partial(self._ratio, gains, name, parts)
            found |= self.lots(gains).figures(f"{path}.lots")
        for one in self.report.appraisal.holdings:
            found[f"holdings.{one.symbol}.price"] = partial(self.valued.price, one)
        for name in ("market_value", "cash", "net_worth", *_SUMMED, "fees", "taxes", "interest_net"):
            found[f"holdings.totals.{name}"] = partial(self._total, name)
        found["holdings.totals.day_change"] = self._day_change
        found["holdings.totals.net_contributions"] = self._contributions
        found["holdings.coverage"] = self.valued.coverage
        return {**found, **self.valued.subtotals("holdings")}

    def _ratio(self, gains: Gains, name: str, parts: tuple[str, str]) -> Node:
        one, other = (_OF[part](self, gains) for part in parts)
        return made(f"holdings.{gains.symbol}.ratios.{name}", "ratio", Operation.RATIO, one, other)

    def _total(self, name: str) -> Node:
        path, told, mine = f"holdings.totals.{name}", self.book.recorded, self.report.records
        match name:
            case "market_value":
                return self.valued.securities().named(path)
            case "cash":
                return self.valued.cash().named(path)
            case "net_worth":
                return self.valued.net_worth().named(path)
            case "fees" | "taxes":
                return summed(path, self.unit, (told.charge(one, fees=name == "fees") for one in mine))
            case "interest_net":
                return summed(path, self.unit, (self._interest(one) for one in mine if _bears_interest(one)))
        return summed(path, self.unit, (self.figure(one, name) for one in self.report.by_symbol.values()))

    def _day_change(self) -> Node:
        changes = (self.figure(one, "day_change") for one in self.report.by_symbol.values())
        return made("holdings.totals.day_change", self.unit, Operation.KNOWN_SUM, *changes)

    def _interest(self, record: Record) -> Node:
        told = self.book.recorded
        if record.kind is Kind.INTEREST:
            return told.received(record)
        return made(f"{name_of(record)} paid", self.unit, Operation.NEGATED, told.paid(record))

    def _contributions(self) -> Node:
        came, went = self._flows(self.report.records, _WHOLE)
        path = "holdings.totals.net_contributions"
        return made(path, self.unit, Operation.DIFFERENCE, came, went)

    def _flows(self, records: Iterable[Record], crossing: Crossing) -> tuple[Node, Node]:
        together = len(self.story.portfolio_ids) > 1
        flows = [
            self.book.recorded.crossing(one, crossing) for one in records if not (one.internal and together)
        ]
        came = summed("money in", self.unit, chain(*(one for one, _ in flows)))
        return came, summed("money out", self.unit, chain(*(one for _, one in flows)))

    def lots(self, gains: Gains) -> OpenLots:
        """Explain the open lots of an instrument."""
        report = self.report
        return OpenLots(gains, report.method, self.unit, report.at, partial(self.value_in, gains))

    def value_in(self, gains: Gains, portfolio_id: int) -> Node:
        """Explain the market value of what one portfolio holds, or all of them (0)."""
        if not portfolio_id:
            return self.market_value(gains)
        units, at = self.valued.units(gains.symbol, portfolio_id), self.report.at
        value = worth_of(self.book.teller, gains.symbol, units, at)
        return told_in(self.book.teller, value, value.unit, at)

    def cost_basis(self, gains: Gains) -> Node:
        """Explain the cost by the method."""
        return summed("cost", self.unit, map(self.lots(gains).cost_basis, gains.lots))

    def cost_gross(self, gains: Gains) -> Node:
        """Explain the cost without fees and taxes."""
        return total_of("cost without fees and taxes", self.unit, gains.lots, "gross")

    def market_value(self, gains: Gains) -> Node:
        """Explain the value; nothing held is worth 0."""
        if not gains.quantity:
            return summed("nothing is held", self.unit, ())
        return self.valued.value_told(gains.symbol)

    def opening_value(self, gains: Gains) -> Node:
        """Explain the value at the start of the period."""
        since = self.report.since
        if since is None:
            return summed("the beginning", self.unit, ())
        units = self.valued.held.of(gains.symbol, since)
        if not units.value:
            return units.named("nothing was held", self.unit)
        value = worth_of(self.book.teller, gains.symbol, units, since)
        return told_in(self.book.teller, value, value.unit, since)

    def trade_costs(self, gains: Gains) -> Node:
        """Explain all fees and taxes of the trades."""
        told = self.book.recorded
        trades = [
            one for one in gains.records if one.kind in UNITS_IN | UNITS_OUT and one.kind not in DIVIDENDS
        ]
        return summed(
            "costs of trades", self.unit, (part(one) for one in trades for part in (told.fee, told.tax))
        )

    def purchases(self, gains: Gains, part: Callable[[Record], Node]) -> Node:
        """Explain what was bought, or came from outside."""
        bought = (
            one
            for one in gains.records
            if one.kind in UNITS_IN and one.kind not in DIVIDENDS and not one.internal
        )
        return summed("purchases", self.unit, map(part, bought))

    def absolute(self, gains: Gains) -> Node:
        """Explain all that came out and is there, less all that went in and was there."""
        came, went = self._flows(gains.records, _SECURITIES)
        payments = map(self.valued.balances.payment_value, gains.payments)
        paid = summed("paid by actions", self.unit, payments)
        there = summed("value and money out", self.unit, (self.market_value(gains), went, paid))
        return made("gain", self.unit, Operation.DIFFERENCE, there, came, self.opening_value(gains))

    def currency_gain(self, pieces: Collection[Lot], gains: Gains, closing: Closing | None) -> Node:
        """Explain the cost in the instrument's currency at today's rate, less the cost as it was booked."""
        teller, name = self.book.teller, "currency gain"
        currency = teller.instrument_currency(gains.symbol, teller.currency)
        if not pieces or currency == teller.currency:
            return summed(name, self.unit, ())
        local = total_of(f"cost in {currency}", currency, pieces, "local")
        booked = total_of("cost as booked", self.unit, pieces, "gross")
        if (
            closing is not None
            and isinstance(closing.cause, Record)
            and rate_of_trade(closing.cause) is not None
        ):
            told = self.book.recorded
            both = told.gross(closing.cause), told.local(closing.cause)
            rate = made("rate of the trade", f"{currency}{self.unit}", Operation.QUOTIENT, *both)
            now = made("cost at that rate", self.unit, Operation.PRODUCT, local, rate)
        else:
            now = told_in(teller, local, currency, self.report.at if closing is None else closing.on)
        return made(name, self.unit, Operation.DIFFERENCE, now, booked)


def _bears_interest(one: Record) -> bool:
    return one.kind in (Kind.INTEREST, Kind.INTEREST_CHARGED)


def _realized(part: Callable[[TracedBook, Closing], Node]) -> Callable[[Held, Gains], Node]:
    return lambda held, gains: summed("realized", held.unit, (part(held.book, one) for one in gains.closings))


def _less(
    one: Callable[[Held, Gains], Node], other: Callable[[Held, Gains], Node]
) -> Callable[[Held, Gains], Node]:
    return lambda held, gains: made(
        "gain", held.unit, Operation.DIFFERENCE, one(held, gains), other(held, gains)
    )


def _both(one: str, other: str) -> Callable[[Held, Gains], Node]:
    return lambda held, gains: summed("both", held.unit, (held.figure(gains, one), held.figure(gains, other)))


def _per_unit(cost: Callable[[Held, Gains], Node]) -> Callable[[Held, Gains], Node]:
    return lambda held, gains: made(
        "per unit", held.unit, Operation.QUOTIENT, cost(held, gains), held.valued.units(gains.symbol)
    )


def _charges(*, fees: bool) -> Callable[[Held, Gains], Node]:
    return lambda held, gains: summed(
        "charged", held.unit, (held.book.recorded.charge(one, fees=fees) for one in gains.records)
    )


def _dividends(held: Held, gains: Gains, *, gross: bool) -> Node:
    part = held.book.recorded.gross if gross else held.book.recorded.received
    return summed("dividends", held.unit, (part(one) for one in gains.records if one.kind in DIVIDENDS))


def _paid_in(held: Held, gains: Gains) -> Node:
    parts = held.opening_value(gains), held.purchases(gains, held.book.recorded.paid)
    return summed("opening value and purchases", held.unit, parts)


_OF: Final[dict[str, Callable[[Held, Gains], Node]]] = {
    "market_value": Held.market_value,
    "opening_value": Held.opening_value,
    "cost_basis": Held.cost_basis,
    "average_cost": _per_unit(Held.cost_basis),
    "cost_per_unit_gross": _per_unit(Held.cost_gross),
    "unrealized_gain_gross": _less(Held.market_value, Held.cost_gross),
    "unrealized_gain_net": _less(Held.market_value, lambda held, gains: net(held.book, gains.lots)),
    "realized_gain_gross": _realized(gain_gross),
    "realized_gain_net": _realized(gain_net),
    "gain_gross": _both("realized_gain_gross", "unrealized_gain_gross"),
    "gain_net": _less(_both("realized_gain_gross", "unrealized_gain_gross"), Held.trade_costs),
    "realized_currency_gain": lambda held, gains: summed(
        "realized", held.unit, (held.currency_gain(one.pieces, gains, one) for one in gains.closings)
    ),
    "unrealized_currency_gain": lambda held, gains: held.currency_gain(gains.lots, gains, None),
    "fees": _charges(fees=True),
    "taxes": _charges(fees=False),
    "dividends_gross": lambda held, gains: _dividends(held, gains, gross=True),
    "dividends_net": lambda held, gains: _dividends(held, gains, gross=False),
    "absolute_gain": Held.absolute,
    "purchases_gross": lambda held, gains: held.purchases(gains, held.book.recorded.gross),
    "paid_in": _paid_in,
    "day_change": _less(Held.market_value, lambda held, gains: previous_value(held.valued, gains)),
    "previous_value": lambda held, gains: previous_value(held.valued, gains),
}
