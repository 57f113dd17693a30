"""Lots: what is left of each purchase. Which of them a sale takes is for the pool that they lie in.

A lot carries its cost in parts (gross, fee, tax, and gross in the instrument's own currency), so that one
fold serves every question about it. Quantity and cost of a short lot are negative: its cost is what the
sale brought. Parts of a lot are cut by their share of the units, rounded once; what remains is what was
there less the part, so no digit of a cost is ever lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from steward.domain.market import Rate
from steward.domain.money import (
    UNKNOWN,
    ZERO,
    add,
    multiply,
    rounded,
    share,
    subtract,
    total,
)
from steward.domain.records import Gap


@dataclass(frozen=True, slots=True)
class Basis:
    """A cost in its parts, in the reporting currency; `local` is `gross` in the instrument's currency."""

    gross: Decimal = ZERO
    fee: Decimal = ZERO
    tax: Decimal = ZERO
    local: Decimal = ZERO

    def __add__(self, other: "Basis") -> "Basis":
        """Add part by part."""
        return Basis(
            add(self.gross, other.gross),
            add(self.fee, other.fee),
            add(self.tax, other.tax),
            add(self.local, other.local),
        )

    def __sub__(self, other: "Basis") -> "Basis":
        """Subtract part by part."""
        return Basis(
            subtract(self.gross, other.gross),
            subtract(self.fee, other.fee),
            subtract(self.tax, other.tax),
            subtract(self.local, other.local),
        )

    def without(self, cost: "Basis") -> "Basis":
        """Give what is left for the same units when a part of their cost goes."""
        return self - cost

    def part(self, part: Decimal, of: Decimal) -> "Basis":
        """Give the share `part` / `of` of each part, rounded once; all of it when `part` is all."""
        if part == of:
            return self
        return Basis(
            share(self.gross, part, of),
            share(self.fee, part, of),
            share(self.tax, part, of),
            share(self.local, part, of),
        )

    def scaled(self, by: Decimal) -> "Basis":
        """Give each part times `by`, rounded once."""
        if by == 1:
            return self
        return Basis(*(rounded(multiply(part, by)) for part in (self.gross, self.fee, self.tax, self.local)))

    def lesser(self, paid: "Basis") -> "Basis":
        """Give of gross and local what is nearer to zero: what is paid out of a cost is at most the cost."""
        return Basis(gross=nearer(self.gross, paid.gross), local=nearer(self.local, paid.local))

    def told_locally(self, local: Decimal, by: Rate | Gap | None) -> "Basis":
        """Give the same cost with `local` in another currency: by a rate, or as the gross cost is."""
        del by
        return replace(self, local=local)

    def resized(self, quantity: Decimal, counts: tuple[Decimal, Decimal], by: str) -> "Basis":
        """Give the same cost for another quantity, where `by` made one count of all units another."""
        del quantity, counts, by
        return self

    def bought(self, quantity: Decimal, by: str) -> "Basis":
        """Give the same cost for units that `by` brought, and no transaction."""
        del quantity, by
        return self

    @property
    def net(self) -> Decimal:
        """The cost with fees and taxes."""
        return add(self.gross, add(self.fee, self.tax))

    def cost(self, *, fees: bool, taxes: bool) -> Decimal:
        """The cost with what the method counts into it."""
        cost = add(self.gross, self.fee) if fees else self.gross
        return add(cost, self.tax) if taxes else cost


NOTHING = Basis()
NO_TRANSACTION: Final = 0
"""In place of the transaction of a lot that a payment of a corporate action brought."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one purchase (or short sale, negative) of `symbol` in a portfolio.

    `acquired` is the day of the original purchase, through transfers and corporate actions;
    `transaction_id` the transaction that brought it, or NO_TRANSACTION. `order` orders lots of one day: by
    their moment; those of one moment queue as they came to where they lie.
    """

    symbol: str
    portfolio_id: int
    acquired: date
    transaction_id: int
    order: tuple[object, ...]
    quantity: Decimal
    basis: Basis

    def cut(self, quantity: Decimal) -> tuple["Lot", "Lot"]:
        """Split off `quantity` units (signed as the lot); give (the part, the rest)."""
        basis = self.basis.part(quantity, self.quantity)
        rest = replace(self, quantity=subtract(self.quantity, quantity), basis=self.basis - basis)
        return replace(self, quantity=quantity, basis=basis), rest


def spread(lots: Sequence[Lot], basis: Basis) -> list[Lot]:
    """Lay a cost over lots by their units; the last takes what rounding leaves."""
    if not lots:
        return []
    units, left = total(lot.quantity for lot in lots), basis
    laid: list[Lot] = []
    for lot in lots[:-1]:
        part = basis.part(lot.quantity, units)
        left -= part
        laid.append(replace(lot, basis=part))
    return [*laid, replace(lots[-1], basis=left)]


def resized(lots: Sequence[Lot], units: Decimal, by: str) -> list[Lot]:
    """Give the same lots with `units` in all, each by its share; the last takes what rounding leaves.

    `by` names what made other units of them.
    """
    before, left = total(lot.quantity for lot in lots), units
    found: list[Lot] = []
    for lot in lots:
        quantity = left if len(found) == len(lots) - 1 else share(units, lot.quantity, before)
        left = subtract(left, quantity)
        basis = lot.basis.resized(quantity, (before, units), by)
        found.append(replace(lot, quantity=quantity, basis=basis))
    return found


def nearer(cost: Decimal, paid: Decimal) -> Decimal:
    """Give the one nearer to zero; UNKNOWN when one of them is."""
    if cost.is_nan() or paid.is_nan():
        return UNKNOWN
    return min(cost, paid, key=Decimal.copy_abs)


def unknown_basis() -> Basis:
    """Give the cost of units that came without one."""
    return Basis(gross=UNKNOWN, local=UNKNOWN)
