"""What lots have brought: closings, and what corporate actions paid out and passed on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from steward.domain.corporate_actions import CorporateAction
from steward.domain.lots import NOTHING, Basis, Lot
from steward.domain.money import add, subtract
from steward.domain.records import Record


@dataclass(frozen=True, slots=True)
class Closing:
    """Units that left: what they brought, and the pieces of lots that they were.

    `proceeds` is gross and positive for a sale, negative for the purchase that covers a short; `local` the
    same in the instrument's currency. `fee` and `tax` are those of the closing. `cause` is the record or
    the corporate action behind it. `brought` is all of that as a basis, proceeds with the opposite sign: what
    it is explained from. The gain is UNKNOWN when a cost or the proceeds are.
    """

    symbol: str
    portfolio_id: int
    on: date
    quantity: Decimal
    proceeds: Decimal
    fee: Decimal
    tax: Decimal
    local: Decimal
    pieces: tuple[Lot, ...]
    cause: Record | CorporateAction
    brought: Basis = NOTHING

    @property
    def proceeds_as_brought(self) -> bool:
        """Whether `brought` has the sign of the proceeds: what an action paid is no cost of another lot."""
        return isinstance(self.cause, CorporateAction) and self.brought.gross == self.proceeds

    @property
    def relieved(self) -> Basis:
        """The cost of the pieces."""
        return sum((piece.basis for piece in self.pieces), NOTHING)

    @property
    def gain_gross(self) -> Decimal:
        """Proceeds less cost, both without fees and taxes."""
        return subtract(self.proceeds, self.relieved.gross)

    @property
    def gain_net(self) -> Decimal:
        """Proceeds less cost, after the fees and taxes of both."""
        return subtract(subtract(self.proceeds, add(self.fee, self.tax)), self.relieved.net)


@dataclass(frozen=True, slots=True)
class Payment:
    """Cash that a corporate action paid into a portfolio, in its currency and the reporting one.

    It was paid for `units`, `in_lieu` of fractions of a unit or not.
    """

    action: CorporateAction
    portfolio_id: int
    symbol: str
    currency: str
    amount: Decimal
    value: Decimal
    units: Decimal
    in_lieu: bool


@dataclass(frozen=True, slots=True)
class Passing:
    """Cost that a corporate action passed on from one symbol to the `units` of another that came of it."""

    action: CorporateAction
    portfolio_id: int
    into: str
    units: Decimal
    basis: Basis
