"""Lots: what is left of each purchase, by FIFO, LIFO, HIFO, moving average, or the lots that a sale names.

A lot carries its cost in parts (gross, fee, tax, and gross in the instrument's own currency), so that one
fold serves every question about it. Quantity and cost of a short lot are negative: its cost is what the
sale brought. Parts of a lot are cut by their share of the units, rounded once; what remains is what was
there less the part, so no digit of a cost is ever lost.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import chain, repeat
from operator import attrgetter, sub

from steward.domain.market import Rate
from steward.domain.money import (
    UNKNOWN,
    ZERO,
    add,
    divided,
    multiply,
    negated,
    rounded,
    share,
    subtract,
    total,
)
from steward.domain.portfolios import CostMethod
from steward.domain.records import Gap
from steward.domain.transactions import LotChoice


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

    @property
    def net(self) -> Decimal:
        """The cost with fees and taxes."""
        return add(self.gross, add(self.fee, self.tax))

    def cost(self, *, fees: bool, taxes: bool) -> Decimal:
        """The cost with what the method counts into it."""
        cost = add(self.gross, self.fee) if fees else self.gross
        return add(cost, self.tax) if taxes else cost


NOTHING = Basis()


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one purchase (or short sale, negative) of `symbol` in a portfolio.

    `acquired` is the day of the original purchase, through transfers and corporate actions;
    `transaction_id` the transaction that brought it, and `order` what orders lots of one day.
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


_age = attrgetter("acquired", "order")


@dataclass(slots=True)
class Pool:
    """The lots of one symbol that a sale can take from, oldest first. All are long or all are short.

    `whole` is the cost of all of them; by moving average lots only carry units and days.
    """

    method: CostMethod
    quantity: Decimal = ZERO
    whole: Basis = NOTHING
    _lots: list[Lot] = field(default_factory=list)

    def lots(self) -> list[Lot]:
        """Give the open lots with their cost, oldest first."""
        return spread(self._lots, self.whole) if self.method is CostMethod.AVERAGE else list(self._lots)

    def put(self, lot: Lot) -> None:
        """Add a lot in its place by age."""
        self.quantity = add(self.quantity, lot.quantity)
        self.whole += lot.basis
        if not self._lots or _age(self._lots[-1]) <= _age(lot):
            self._lots.append(lot)
        else:
            insort(self._lots, lot, key=_age)

    def clear(self) -> list[Lot]:
        """Take everything."""
        lots = self.lots()
        self.quantity, self.whole, self._lots = ZERO, NOTHING, []
        return lots

    def take(self, quantity: Decimal, named: Sequence[LotChoice] = ()) -> list[Lot]:
        """Take `quantity` units (> 0, at most what is held) by the method, the named lots before others.

        Gives the pieces with the cost that goes with them.
        """
        if quantity == self.quantity.copy_abs():
            return self.clear()
        left, pieces, used = quantity, list[Lot](), set[int]()
        choice = self._choice(quantity, named)
        while left:
            place, most = next(choice)
            if place in used:
                continue
            lot = self._lots[place]
            units = lot.quantity.copy_abs()
            wanted = min(most, left, units)
            if wanted == units:
                piece = lot
                used.add(place)
            else:
                piece, self._lots[place] = lot.cut(wanted.copy_sign(lot.quantity))
            pieces.append(piece)
            left = subtract(left, wanted)
        self._drop(used)
        taken = quantity.copy_sign(self.quantity)
        if self.method is CostMethod.AVERAGE:
            pieces = spread(pieces, self.whole.part(taken, self.quantity))
        self.whole = reduce(sub, (piece.basis for piece in pieces), self.whole)
        self.quantity = subtract(self.quantity, taken)
        return pieces

    def _drop(self, used: set[int]) -> None:
        if used == set(range(len(used))):
            del self._lots[: len(used)]
        else:
            self._lots = [lot for place, lot in enumerate(self._lots) if place not in used]

    def _choice(self, quantity: Decimal, named: Sequence[LotChoice]) -> Iterator[tuple[int, Decimal]]:
        """Give (place, at most how many units) in the order in which lots are to be taken."""
        asked = {choice.transaction_id: choice.quantity for choice in named}
        first = [
            (place, asked[lot.transaction_id])
            for place, lot in enumerate(self._lots)
            if lot.transaction_id in asked
        ]
        return chain(first, zip(self._in_turn(), repeat(quantity)))

    def _in_turn(self) -> Iterable[int]:
        if self.method is CostMethod.LIFO:
            return range(len(self._lots) - 1, -1, -1)
        if self.method is CostMethod.HIFO:
            return sorted(range(len(self._lots)), key=self._by_unit_cost)
        return range(len(self._lots))

    def _by_unit_cost(self, place: int) -> tuple[bool, Decimal]:
        lot = self._lots[place]
        cost = lot.basis.net
        # Lots of unknown cost come last: nothing can be said of them.
        return (True, ZERO) if cost.is_nan() else (False, negated(divided(cost, lot.quantity)))


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


def resized(lots: Sequence[Lot], units: Decimal) -> list[Lot]:
    """Give the same lots with `units` in all, each by its share; the last takes what rounding leaves."""
    if not lots:
        return []
    before, left = total(lot.quantity for lot in lots), units
    made: list[Lot] = []
    for lot in lots[:-1]:
        quantity = share(units, lot.quantity, before)
        left = subtract(left, quantity)
        made.append(replace(lot, quantity=quantity))
    return [*made, replace(lots[-1], quantity=left)]


def nearer(cost: Decimal, paid: Decimal) -> Decimal:
    """Give the one nearer to zero; UNKNOWN when one of them is."""
    if cost.is_nan() or paid.is_nan():
        return UNKNOWN
    return min(cost, paid, key=Decimal.copy_abs)


def unknown_basis() -> Basis:
    """Give the cost of units that came without one."""
    return Basis(gross=UNKNOWN, local=UNKNOWN)
