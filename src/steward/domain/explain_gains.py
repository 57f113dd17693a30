"""What the figures of trades came from, each and by year."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from steward.domain.closings import Closing
from steward.domain.explain import Node, Operation, constant, made, measured, summed
from steward.domain.explain_appraisal import Figures
from steward.domain.explain_closings import gain_gross, gain_net, net, proceeds
from steward.domain.explain_holdings import Held
from steward.domain.explain_lots import TracedBook, nodes_of, total_of, units_of
from steward.domain.explain_open_lots import gain_over_cost
from steward.domain.gains import Gains
from steward.domain.money_weighted import Flow, money_weighted
from steward.domain.trades import Trade, trades_of, weighted_days

_TOTALS = (
    "realized_gain_gross", "realized_gain_net", "unrealized_gain_gross", "unrealized_gain_net", "gain_gross",
    "gain_net",
)  # fmt: skip


def figures(held: Held) -> Figures:
    """Give every figure of gains by its path: a trade by its symbol and its place among that one's."""
    found: dict[str, Callable[[], Node]] = {}
    years: dict[int, list[Closing]] = defaultdict(list)
    for symbol, gains in held.report.by_symbol.items():
        closings = [one for one in gains.closings if one.quantity and one.pieces]
        for place, trade in enumerate(trades_of(gains, held.report.at)):
            closing = closings[place] if place < len(closings) else None
            told = _Traded(held, gains, trade, closing)
            for part, make in _OF.items():
                found[f"gains.{symbol}.{place}.{part}"] = partial(make, told)
        for one in gains.closings:
            years[one.on.year].append(one)
    for year, closed in years.items():
        for part, gain in (("gain_gross", gain_gross), ("gain_net", gain_net)):
            path = f"gains.{year}.{part}"
            found[path] = partial(_year, held.book, closed, gain, path)
    found["gains.coverage"] = held.valued.coverage
    totals = held.figures()
    for name in _TOTALS:
        found[f"gains.totals.{name}"] = totals[f"holdings.totals.{name}"]
    return found


def _year(
    book: TracedBook, closed: list[Closing], gain: Callable[[TracedBook, Closing], Node], path: str
) -> Node:
    return summed(path, book.teller.currency, (gain(book, one) for one in closed))


@dataclass(frozen=True, slots=True)
class _Traded:
    """A trade, and the closing that it was; None while it is open."""

    held: Held
    gains: Gains
    trade: Trade
    closing: Closing | None

    @property
    def unit(self) -> str:
        return self.held.unit

    def signed(self, name: str, node: Node) -> Node:
        """Turn the sign of a short round."""
        return made(name, node.unit, Operation.NEGATED, node) if self.trade.short else node

    def quantity(self) -> Node:
        units = summed("units of the lots", "units", map(units_of, self.trade.lots))
        return self.signed("units", units)

    def holding_days(self) -> Node:
        parts = [
            part
            for lot in self.trade.lots
            for part in (
                units_of(lot),
                _days(f"days of lot {lot.transaction_id}", self.trade.end - lot.acquired),
            )
        ]

        def weighted(inputs: tuple[Node, ...]) -> Decimal:
            amounts = [one.amount for one in inputs]
            return Decimal(weighted_days(zip(amounts[::2], map(int, amounts[1::2]), strict=True)))

        return measured("days by units", parts, weighted, "days")

    def entry_value(self) -> Node:
        return self.signed("received", net(self.held.book, self.trade.lots))

    def value(self) -> Node:
        return self.held.value_in(self.gains, self.trade.portfolio_id)

    def exit_value(self) -> Node:
        if self.closing is None:
            return self.signed("paid", self.value())
        _, fee, tax, *_ = nodes_of(self.closing.brought)
        parts = proceeds(self.held.book, self.closing), fee, tax
        return self.signed("paid", made("received", self.unit, Operation.DIFFERENCE, *parts))

    def gain_gross(self) -> Node:
        if self.closing is not None:
            return gain_gross(self.held.book, self.closing)
        cost = total_of("cost without fees and taxes", self.unit, self.trade.lots, "gross")
        return made("gain", self.unit, Operation.DIFFERENCE, self.value(), cost)

    def gain_net(self) -> Node:
        sides = self.exit_value(), self.entry_value()
        return made("gain", self.unit, Operation.DIFFERENCE, *(sides[::-1] if self.trade.short else sides))

    def gained(self) -> Node:
        return measured("return", (self.gain_net(), self.entry_value()), gain_over_cost)

    def money_weighted(self) -> Node:
        paid = [
            made("paid", self.unit, Operation.NEGATED, net(self.held.book, (lot,))) for lot in self.trade.lots
        ]
        dates = [flow.on for flow in self.trade.flows]

        def rate(inputs: tuple[Node, ...]) -> float | None:
            if not all(one.known for one in inputs):
                return None
            flows = (Flow(day, one.amount) for day, one in zip(dates, inputs, strict=True))
            found = money_weighted(flows)
            return found if isinstance(found, float) else None

        return measured("money-weighted", (*paid, self.signed("paid", self.exit_value())), rate)


_OF: Final = {
    "quantity": _Traded.quantity,
    "holding_days": _Traded.holding_days,
    "entry_value": _Traded.entry_value,
    "exit_value": _Traded.exit_value,
    "gain_gross": _Traded.gain_gross,
    "gain_net": _Traded.gain_net,
    "return": _Traded.gained,
    "money_weighted": _Traded.money_weighted,
}


def _days(what: str, length: timedelta) -> Node:
    return constant(what, Decimal(length.days), "days")
