"""Scopes: what a figure is about, and which money crosses its border."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from steward.domain.lot_book import Passing
from steward.domain.money import ZERO
from steward.domain.records import Gap, Record
from steward.domain.transactions import Kind


class Level(StrEnum):
    """How much of a portfolio is looked at."""

    PORTFOLIO = "portfolio"
    """Securities and cash: money in and out is what comes from or goes outside."""
    SECURITIES = "securities"
    """No cash: purchases are money in, sales and income money out."""
    SYMBOL = "symbol"
    """One instrument alone, in the same way."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at; `symbol` for one instrument."""

    level: Level = Level.PORTFOLIO
    symbol: str = ""

    def holds(self, symbol: str) -> bool:
        """Whether what belongs to `symbol` ("" for none) is inside."""
        if self.level is Level.PORTFOLIO:
            return True
        return symbol == self.symbol if self.level is Level.SYMBOL else symbol != ""

    def is_target(self, passing: Passing) -> bool:
        """Whether a corporate action brought a cost in from outside the scope."""
        return self.level is Level.SYMBOL and passing.into == self.symbol

    def is_source(self, passing: Passing) -> bool:
        """Whether a corporate action took a cost out of the scope."""
        return self.level is Level.SYMBOL and passing.action.symbol == self.symbol

    def concerns(self, gap: Gap) -> bool:
        """Whether what is missing touches the figures of the scope."""
        return self.level is not Level.SYMBOL or gap.what == "rate" or gap.subject == self.symbol

    @staticmethod
    def flows(record: Record) -> tuple[Decimal, Decimal]:
        """Give what came into a portfolio from outside, and what went there."""
        match record.kind:
            case Kind.DEPOSIT:
                return record.gross, ZERO
            case Kind.WITHDRAWAL:
                return ZERO, record.gross
            case Kind.TRANSFER_IN:
                return record.paid, ZERO
            case Kind.TRANSFER_OUT:
                return ZERO, record.received
        return ZERO, ZERO
