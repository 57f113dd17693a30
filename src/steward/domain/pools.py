"""Pools: the lots that a sale can take from, by FIFO, LIFO, HIFO, moving average, or those that it names.

What a sale costs here grows with the lots that it takes, and with the logarithm of those that are open: a
lot that is gone leaves an empty place until most places are empty.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from heapq import heappop, heappush
from itertools import chain
from operator import attrgetter, sub

from steward.domain.lots import NOTHING, Basis, Lot, spread
from steward.domain.money import ZERO, add, divided, negated, subtract, total
from steward.domain.portfolios import CostMethod
from steward.domain.transactions import LotChoice


@dataclass(slots=True, eq=False)
class _Place:
    """Where a lot lies, or None lies since it was taken. `age` orders places, all of them different.

    `rank` is what `age` and the cost of a unit say of it, for who takes the dearest first.
    """

    lot: Lot | None
    age: tuple[object, ...]
    rank: tuple[object, ...] = ()


_age = attrgetter("age")


@dataclass(slots=True)
class Pool:
    """The lots of one symbol that a sale can take from, oldest first. All are long or all are short.

    `whole` is the cost of all of them; by moving average lots only carry units and days.
    """

    method: CostMethod
    quantity: Decimal = ZERO
    whole: Basis = NOTHING
    _places: list[_Place] = field(default_factory=list)
    _first: int = 0
    _open: int = 0
    _put: int = 0
    _by_transaction: dict[int, list[_Place]] = field(default_factory=lambda: defaultdict(list))
    _dearest: list[tuple[tuple[object, ...], _Place]] = field(default_factory=list)

    def lots(self) -> list[Lot]:
        """Give the open lots with their cost, oldest first."""
        lots = [one.lot for one in self._places if one.lot is not None]
        return spread(lots, self.whole) if self.method is CostMethod.AVERAGE else lots

    def left(self, transaction_id: int) -> Decimal:
        """Give the units that are left of what a transaction brought."""
        lots = (one.lot for one in self._by_transaction.get(transaction_id, ()))
        return total(lot.quantity.copy_abs() for lot in lots if lot is not None)

    def put(self, lot: Lot) -> None:
        """Add a lot in its place by age; of one age, after those that were there before."""
        self.quantity = add(self.quantity, lot.quantity)
        self.whole += lot.basis
        self._put += 1
        self._open += 1
        place = _Place(lot, (lot.acquired, lot.order, self._put))
        if not self._places or self._places[-1].age < place.age:
            self._places.append(place)
        else:
            insort(self._places, place, lo=self._first, key=_age)
        self._by_transaction[lot.transaction_id].append(place)
        self._rank(place, lot)

    def clear(self) -> list[Lot]:
        """Take everything."""
        lots = self.lots()
        self.quantity, self.whole = ZERO, NOTHING
        self._places, self._first, self._open, self._dearest = [], 0, 0, []
        self._by_transaction.clear()
        return lots

    def take(self, quantity: Decimal, named: Sequence[LotChoice] = ()) -> list[Lot]:
        """Take `quantity` units (> 0, at most what is held) by the method, the named lots before others.

        Gives the pieces with the cost that goes with them.
        """
        if quantity == self.quantity.copy_abs():
            return self.clear()
        left, pieces, cut = quantity, list[Lot](), list[_Place]()
        choice = chain(self._named(named), ((place, quantity) for place in self._in_turn()))
        while left:
            place, most = next(choice)
            lot = place.lot
            if lot is None:
                continue
            units = lot.quantity.copy_abs()
            wanted = min(most, left, units)
            if wanted == units:
                piece, place.lot = lot, None
                self._leave(place, lot)
            else:
                piece, place.lot = lot.cut(wanted.copy_sign(lot.quantity))
                cut.append(place)
            pieces.append(piece)
            left = subtract(left, wanted)
        for place in cut:
            # What rounding did to the cost of a unit counts for the next sale, not within this one.
            if place.lot is not None:
                self._rank(place, place.lot)
        self._tidy()
        taken = quantity.copy_sign(self.quantity)
        if self.method is CostMethod.AVERAGE:
            pieces = spread(pieces, self.whole.part(taken, self.quantity))
        self.whole = reduce(sub, (piece.basis for piece in pieces), self.whole)
        self.quantity = subtract(self.quantity, taken)
        return pieces

    def _named(self, named: Sequence[LotChoice]) -> Iterator[tuple[_Place, Decimal]]:
        """Give (place, at most how many units) of the lots that are named, oldest first."""
        asked = {choice.transaction_id: choice.quantity for choice in named}
        found = [(place, id_) for id_ in asked for place in self._by_transaction.get(id_, ())]
        for place, id_ in sorted(found, key=lambda one: one[0].age):
            # One transaction may have brought several lots: what moved here in parts.
            before = place.lot
            if before is not None and asked[id_]:
                yield place, asked[id_]
                after = ZERO if place.lot is None else place.lot.quantity
                asked[id_] = subtract(asked[id_], subtract(before.quantity, after).copy_abs())

    def _in_turn(self) -> Iterable[_Place]:
        if self.method is CostMethod.HIFO:
            return self._dearest_first()
        if self.method is CostMethod.LIFO:
            return (self._places[place] for place in range(len(self._places) - 1, self._first - 1, -1))
        return (self._places[place] for place in range(self._first, len(self._places)))

    def _dearest_first(self) -> Iterator[_Place]:
        while True:
            rank, place = self._dearest[0]
            if place.lot is None or place.rank is not rank:
                heappop(self._dearest)
            else:
                yield place

    def _rank(self, place: _Place, lot: Lot) -> None:
        if self.method is CostMethod.HIFO:
            cost = lot.basis.net
            # Nothing can be said of a lot of unknown cost, nor of one that rounding left no units: last.
            unknown = cost.is_nan() or not lot.quantity
            dearness = ZERO if unknown else negated(divided(cost, lot.quantity))
            place.rank = (unknown, dearness, place.age)
            heappush(self._dearest, (place.rank, place))

    def _leave(self, place: _Place, lot: Lot) -> None:
        self._open -= 1
        of_one = self._by_transaction[lot.transaction_id]
        of_one.remove(place)
        if not of_one:
            del self._by_transaction[lot.transaction_id]

    def _tidy(self) -> None:
        """Let no sale meet an empty place that another has met: a fold is long, and takes from one end."""
        while self._places[-1].lot is None:
            self._places.pop()
        while self._places[self._first].lot is None:
            self._first += 1
        if len(self._places) > 2 * self._open:
            self._places = [one for one in self._places if one.lot is not None]
            self._first = 0
