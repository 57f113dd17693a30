"""What an analysis is a function of: a story of transactions, actions and a market, and a method."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from steward.domain.corporate_actions import CorporateAction
from steward.domain.lot_book import LotScope
from steward.domain.market import Market
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx
from steward.domain.transactions import Transaction


class Opening(StrEnum):
    """With what cost the units that are held at the start of a period enter it."""

    ORIGINAL_COST = "original_cost"
    MARKET_VALUE = "market_value"


@dataclass(frozen=True, slots=True)
class Method:
    """By which conventions costs, gains and returns are counted."""

    cost: CostMethod = CostMethod.FIFO
    lot_scope: LotScope = LotScope.PORTFOLIO
    fees_in_cost: bool = True
    taxes_in_cost: bool = True
    fx: Fx = Fx.RECORDED_RATE
    opening: Opening = Opening.ORIGINAL_COST


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that an analysis is a function of: standing transactions, actions, and the market.

    `portfolio_ids` are those that are asked about; transactions of others are there because lots came
    from them.
    """

    transactions: tuple[Transaction, ...]
    actions: tuple[CorporateAction, ...]
    market: Market
    portfolio_ids: frozenset[int]

    def until(self, on: date) -> "list[Transaction]":
        """Give the transactions until a day, that day included."""
        return [one for one in self.transactions if one.entry.trade_date <= on]
