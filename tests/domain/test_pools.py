"""What a pool takes is what a plain list of lots, searched anew for every sale, would give."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.lots import Basis, Lot
from steward.domain.money import UNKNOWN, ZERO, divided, multiply, plain, total
from steward.domain.pools import Pool
from steward.domain.portfolios import CostMethod
from steward.domain.transactions import LotChoice

D = Decimal
FIRST = date(2024, 1, 1)
BY_LOTS = (CostMethod.FIFO, CostMethod.LIFO, CostMethod.HIFO)


TEN, HUNDRED = D(10), D(100)


def a_lot(number: int, day: int = 0, units: Decimal = TEN, cost: Decimal = HUNDRED) -> Lot:
    acquired = FIRST + timedelta(days=day)
    return Lot("ABC", 1, acquired, number, (acquired, number), units, Basis(gross=cost, local=cost))


def searched(lots: list[Lot], method: CostMethod, units: Decimal, named: Sequence[LotChoice]) -> list[Lot]:
    """Take from a list in order of age; what is left stays in the list."""
    asked = {one.transaction_id: one.quantity for one in named}
    places = list(range(len(lots)))
    turn = places[::-1] if method is CostMethod.LIFO else places
    if method is CostMethod.HIFO:
        turn = sorted(places, key=lambda place: dearness(lots[place]))
    queue = [
        (place, asked[lots[place].transaction_id]) for place in places if lots[place].transaction_id in asked
    ]
    pieces: list[Lot] = []
    for place, most in [*queue, *((place, units) for place in turn)]:
        wanted = min(most, units, lots[place].quantity)
        if wanted:
            piece, lots[place] = lots[place].cut(wanted)
            pieces.append(piece)
            units -= wanted
    lots[:] = [lot for lot in lots if lot.quantity]
    return pieces


def dearness(lot: Lot) -> tuple[bool, Decimal]:
    cost = lot.basis.net
    return (True, ZERO) if cost.is_nan() else (False, -divided(cost, lot.quantity))


def written(lots: Sequence[Lot]) -> list[str]:
    return [f"{lot.transaction_id} {plain(lot.quantity)} {plain(lot.basis.gross)}" for lot in lots]


BOUGHT = st.tuples(st.integers(0, 5), st.integers(1, 9), st.integers(0, 4) | st.none())
SOLD = st.tuples(st.integers(1, 99), st.lists(st.integers(0, 9), max_size=2, unique=True))


@given(st.sampled_from(BY_LOTS), st.lists(st.one_of(BOUGHT, SOLD), max_size=25))
def test_a_pool_takes_what_a_search_would(
    method: CostMethod, steps: list[tuple[int, int, int | None] | tuple[int, list[int]]]
) -> None:
    pool, lots = Pool(method), list[Lot]()
    for number, step in enumerate(steps):
        if len(step) == 3:
            day, units, price = step
            lot = a_lot(number, day, D(units), UNKNOWN if price is None else D(price * units))
            pool.put(lot)
            lots = sorted([*lots, lot], key=lambda one: (one.acquired, one.order))
            continue
        percent, numbers = step
        sold = divided(multiply(pool.quantity, D(percent)), HUNDRED)
        if sold:
            named = tuple(LotChoice(one, divided(sold, D(len(numbers)))) for one in numbers)
            assert written(pool.take(sold, named)) == written(searched(lots, method, sold, named))
        assert written(pool.lots()) == written(lots)
        assert pool.quantity == total(lot.quantity for lot in lots)
        assert all(pool.left(lot.transaction_id) == lot.quantity for lot in lots)


def test_of_one_unit_cost_the_oldest_goes_first() -> None:
    pool = Pool(CostMethod.HIFO)
    for number, day in ((1, 3), (2, 1), (3, 1), (4, 2)):
        pool.put(a_lot(number, day))
    assert [lot.transaction_id for lot in pool.take(D(35))] == [2, 3, 4, 1]


def test_a_cost_that_changed_counts_with_what_it_is_now() -> None:
    pool = Pool(CostMethod.HIFO)
    for number, cost in ((1, 300), (2, 200)):
        pool.put(a_lot(number, cost=D(cost)))
    for lot in pool.clear():
        pool.put(replace(lot, basis=Basis(gross=D(100 * lot.transaction_id))))
    assert [lot.transaction_id for lot in pool.lots()] == [1, 2]
    pool.put(a_lot(3, cost=D(250)))
    assert [lot.transaction_id for lot in pool.take(D(15))] == [3, 2]


def test_a_lot_that_came_in_parts_gives_no_more_than_was_named() -> None:
    pool = Pool(CostMethod.FIFO)
    for units in (D(4), D(6), D(2)):
        pool.put(a_lot(1, units=units))
    pool.put(a_lot(2, day=1))
    assert pool.left(1) == 12
    pieces = pool.take(D(10), (LotChoice(1, D(5)), LotChoice(2, D(5))))
    assert [(lot.transaction_id, lot.quantity) for lot in pieces] == [(1, D(4)), (1, D(1)), (2, D(5))]
    assert (pool.left(1), pool.left(2), pool.left(3)) == (D(7), D(5), ZERO)


def test_a_lot_that_rounding_left_without_units_is_no_obstacle() -> None:
    pool = Pool(CostMethod.HIFO)
    pool.put(a_lot(1, units=ZERO))
    pool.put(a_lot(2))
    assert [lot.transaction_id for lot in pool.take(D(4))] == [2]


def test_many_sales_cost_in_proportion() -> None:
    """Not a measurement: by a search for every sale this would take minutes."""
    for method in CostMethod:
        pool = Pool(method)
        for number in range(10_000):
            pool.put(a_lot(number, number % 97, cost=D(number * 7919 % 10_007)))
        for _ in range(9_999):
            pool.take(D(10))
        assert len(pool.lots()) == 1
