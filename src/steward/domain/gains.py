"""Gains: what one instrument cost, brought and is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from steward.domain.closings import Closing, Payment
from steward.domain.lots import Basis, Lot, spread
from steward.domain.market import Close
from steward.domain.money import add, divided, subtract
from steward.domain.records import Record


@dataclass(frozen=True, slots=True)
class Gains:
    """What one instrument cost and brought, in the reporting currency; UNKNOWN where a figure is.

    `quantity` is at the end; what has "realized", fees, taxes, dividends are of the period. There is no
    `value_by_portfolio` when lots are those of all portfolios.
    """

    symbol: str
    quantity: Decimal
    lots: tuple[Lot, ...]
    closings: tuple[Closing, ...]
    records: tuple[Record, ...]
    payments: tuple[Payment, ...]
    close: Close | None
    market_value: Decimal
    previous_value: Decimal
    value_by_portfolio: Mapping[int, Decimal]
    opening_value: Decimal
    cost_basis: Decimal
    cost_gross: Decimal
    cost_net: Decimal
    realized_gain_gross: Decimal
    realized_gain_net: Decimal
    realized_currency_gain: Decimal
    unrealized_currency_gain: Decimal
    trade_costs: Decimal
    fees: Decimal
    taxes: Decimal
    dividends_gross: Decimal
    dividends_net: Decimal
    purchases_gross: Decimal
    purchases_paid: Decimal
    paid: Decimal
    received: Decimal

    @property
    def day_change(self) -> Decimal:
        """What the units held are worth more than at the close before, both at the rate of now."""
        return subtract(self.market_value, self.previous_value)

    @property
    def unrealized_gain_gross(self) -> Decimal:
        """Market value less cost without fees and taxes."""
        return subtract(self.market_value, self.cost_gross)

    @property
    def unrealized_gain_net(self) -> Decimal:
        """Market value less cost with fees and taxes."""
        return subtract(self.market_value, self.cost_net)

    @property
    def gain_gross(self) -> Decimal:
        """Realized and unrealized, before fees and taxes."""
        return add(self.realized_gain_gross, self.unrealized_gain_gross)

    @property
    def gain_net(self) -> Decimal:
        """The same after all fees and taxes of the trades."""
        return subtract(self.gain_gross, self.trade_costs)

    @property
    def absolute_gain(self) -> Decimal:
        """All that came out and is there, less all that went in and was there."""
        there = add(self.market_value, self.received)
        return subtract(subtract(there, self.paid), self.opening_value)

    def lots_with_values(self) -> list[tuple[Lot, Decimal]]:
        """Give each open lot with its share of the market value; the shares add up to it."""
        values = self.value_by_portfolio or {0: self.market_value}
        found: list[tuple[Lot, Decimal]] = []
        for portfolio_id, value in values.items():
            lots = [lot for lot in self.lots if portfolio_id in (0, lot.portfolio_id)]
            shares = (one.basis.gross for one in spread(lots, Basis(gross=value)))
            found += zip(lots, shares, strict=True)
        return found

    @property
    def average_cost(self) -> Decimal | None:
        """Cost per unit; None when nothing is held or the cost is unknown."""
        return _per_unit(self.cost_basis, self.quantity)

    @property
    def cost_per_unit_gross(self) -> Decimal | None:
        """The same without fees and taxes."""
        return _per_unit(self.cost_gross, self.quantity)


def _per_unit(cost: Decimal, quantity: Decimal) -> Decimal | None:
    return None if not quantity or cost.is_nan() else divided(cost, quantity)
