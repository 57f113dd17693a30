"""What the figures of open lots came from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final

from steward.domain.explain import Node, Operation, constant, made, measured, summed
from steward.domain.explain_appraisal import Figures
from steward.domain.explain_lots import nodes_of, units_of
from steward.domain.gains import Gains
from steward.domain.lots import Lot
from steward.domain.returns import annualized, ratio
from steward.domain.story import Method

_Of = Callable[["OpenLots", Sequence[Lot], int], Node]


@dataclass(frozen=True, slots=True)
class OpenLots:
    """Explains the open lots of an instrument.

    `value` explains what those of a portfolio, or of all (0), are worth.
    """

    gains: Gains
    method: Method
    unit: str
    at: date
    value: Callable[[int], Node]

    def figures(self, path: str) -> Figures:
        """Give every figure of each lot, from lot 0 on, by its path."""
        found: dict[str, Callable[[], Node]] = {}
        places = 0
        for portfolio_id in self.gains.value_by_portfolio or (0,):
            lots = [lot for lot in self.gains.lots if portfolio_id in (0, lot.portfolio_id)]
            for place in range(len(lots)):
                for name, make in _OF.items():
                    found[f"{path}.{places}.{name}"] = partial(make, self, lots, place)
                places += 1
        return found

    def cost_basis(self, lot: Lot) -> Node:
        """Explain the cost by the method."""
        gross, fee, tax, *_ = nodes_of(lot.basis)
        counts = (gross, True), (fee, self.method.fees_in_cost), (tax, self.method.taxes_in_cost)
        return summed("cost basis", self.unit, (one for one, counted in counts if counted))

    def net(self, lot: Lot) -> Node:
        """Explain the cost with fees and taxes."""
        return summed("cost", self.unit, nodes_of(lot.basis)[:3])

    def market_value(self, lots: Sequence[Lot], place: int) -> Node:
        """Explain a lot's share of the value by its units; the last has what rounding leaves."""
        value = self.value(lots[0].portfolio_id if self.gains.value_by_portfolio else 0)
        units = [units_of(lot) for lot in lots]
        there = summed("units of all lots", "units", units)
        last = place == len(lots) - 1
        shares = [
            made("value of a lot", self.unit, Operation.SHARE, value, one, there)
            for one in (units[:-1] if last else [units[place]])
        ]
        return (
            made("value of the last lot", self.unit, Operation.DIFFERENCE, value, *shares)
            if last
            else shares[0]
        )

    def gain(self, lots: Sequence[Lot], place: int) -> Node:
        """Explain the value less the cost with fees and taxes."""
        parts = self.market_value(lots, place), self.net(lots[place])
        return made("gain", self.unit, Operation.DIFFERENCE, *parts)

    def gained(self, lots: Sequence[Lot], place: int) -> Node:
        """Explain the gain in units of the cost."""
        cost = self.net(lots[place])
        if cost.known and cost.amount < 0:
            cost = made("received", self.unit, Operation.NEGATED, cost)
        return measured("return", (self.gain(lots, place), cost), gain_over_cost)

    def annualized(self, lots: Sequence[Lot], place: int) -> Node:
        """Explain the same at its yearly pace."""
        held = Decimal((self.at - lots[place].acquired).days)
        return measured("annualized", (self.gained(lots, place), constant("days held", held, "days")), pace)


def gain_over_cost(inputs: tuple[Node, ...]) -> float | None:
    """Divide a gain by what it cost."""
    gain, cost = (one.amount for one in inputs)
    return None if gain.is_nan() else ratio(gain, cost)


def pace(inputs: tuple[Node, ...]) -> float | None:
    """Give a return of some days at its yearly pace."""
    gained, days = inputs
    return annualized(gained.value if isinstance(gained.value, float) else None, int(days.amount))


def _part(place: int) -> _Of:
    return lambda _, lots, at: nodes_of(lots[at].basis)[place]


def _unit_price(one: OpenLots, lots: Sequence[Lot], at: int) -> Node:
    parts = nodes_of(lots[at].basis)[0], units_of(lots[at])
    return made("unit price", one.unit, Operation.QUOTIENT, *parts)


_OF: Final[dict[str, _Of]] = {
    "quantity": lambda _, lots, at: units_of(lots[at]),
    "cost_basis": lambda one, lots, at: one.cost_basis(lots[at]),
    "cost_gross": _part(0),
    "fees": _part(1),
    "taxes": _part(2),
    "unit_price": _unit_price,
    "market_value": OpenLots.market_value,
    "unrealized_gain_net": OpenLots.gain,
    "return": OpenLots.gained,
    "annualized": OpenLots.annualized,
}
