"""Scopes: what a figure is about, and which money crosses its border."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from steward.domain.closings import Passing
from steward.domain.money import ZERO, add, subtract
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


@dataclass(frozen=True, slots=True)
class Crossing:
    """Which money crosses the border of a scope; without `fees` or `taxes` a return is before them."""

    scope: Scope
    fees: bool = True
    taxes: bool = True

    def of(self, record: Record) -> tuple[Decimal, Decimal]:
        """Give what came in with a record and what went out, in the reporting currency."""
        if self.scope.level is Level.PORTFOLIO:
            return self._of_portfolio(record)
        return self._of_securities(record)

    def _of_portfolio(self, record: Record) -> tuple[Decimal, Decimal]:
        came, went = _OUTSIDE.get(record.kind, _nothing)(record)
        # A charge that does not count is as if it had been paid out and were still there.
        for counts, charged in ((self.fees, charge_of(record, fees=True)), (self.taxes, charge_of(record))):
            if counts or not charged:
                continue
            if charged.is_nan() or charged > ZERO:
                went = add(went, charged)
            else:
                came = subtract(came, charged)
        return came, went

    def _of_securities(self, record: Record) -> tuple[Decimal, Decimal]:
        kind = record.kind
        costs = add(record.fee if self.fees else ZERO, record.tax if self.taxes else ZERO)
        if kind in _OF_FEES or kind in _OF_TAXES:
            counts = self.fees if kind in _OF_FEES else self.taxes
            gross = record.gross if counts else ZERO
            return (gross, ZERO) if kind in (Kind.FEE, Kind.TAX) else (ZERO, gross)
        if kind in (Kind.BUY, Kind.TRANSFER_IN, Kind.INTEREST_CHARGED):
            return add(record.gross, costs), ZERO
        if kind in (Kind.SELL, Kind.TRANSFER_OUT, Kind.DIVIDEND, Kind.INTEREST):
            return ZERO, subtract(record.gross, costs)
        if kind is Kind.DIVIDEND_IN_KIND:
            return costs, ZERO
        # Of a reinvested dividend only what was withheld is gone; what does not count still left.
        withheld = add(ZERO if self.fees else record.fee, ZERO if self.taxes else record.tax)
        return (ZERO, withheld) if kind is Kind.DIVIDEND_REINVESTED else (ZERO, ZERO)


_OF_FEES = frozenset((Kind.FEE, Kind.FEE_REFUND))
_OF_TAXES = frozenset((Kind.TAX, Kind.TAX_REFUND))
_OUTSIDE: Final[Mapping[Kind, Callable[[Record], tuple[Decimal, Decimal]]]] = {
    Kind.DEPOSIT: lambda record: (record.gross, ZERO),
    Kind.WITHDRAWAL: lambda record: (ZERO, record.gross),
    Kind.TRANSFER_IN: lambda record: (record.paid, ZERO),
    Kind.TRANSFER_OUT: lambda record: (ZERO, record.received),
}


def _nothing(_: Record) -> tuple[Decimal, Decimal]:
    return ZERO, ZERO


def charge_of(record: Record, *, fees: bool = False) -> Decimal:
    """Give the fees, else the taxes, that a record charges; negative for a refund."""
    charged, refunded = (Kind.FEE, Kind.FEE_REFUND) if fees else (Kind.TAX, Kind.TAX_REFUND)
    within = record.fee if fees else record.tax
    if record.kind is charged:
        return add(record.gross, within)
    return subtract(within, record.gross) if record.kind is refunded else within
