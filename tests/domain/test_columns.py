"""Columns: whatever fits where, the digits are those of Python's integers."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.board import Board
from steward.domain.closes import Policy
from steward.domain.columns import Levels, Rates, Sum, added, amount_of, fitted, in_steps, most, steps
from steward.domain.market import Market
from steward.domain.wide import ONE, SAFE, Multiplier, Wide, largest, times
from tests.factories import a_series

_DAYS = 3
_DAY = date(2024, 1, 2)
_small = st.integers(-(10**15), 10**15)
_large = st.one_of(_small, st.integers(-(10**22), 10**22), st.integers(-(10**40), 10**40))
_columns = st.lists(_large, min_size=_DAYS, max_size=_DAYS)
_rates = st.lists(st.integers(0, 10**30), min_size=_DAYS, max_size=_DAYS)


def _of(amounts: Sequence[int], scale: int) -> tuple[Sum, list[Fraction]]:
    found = Sum(_DAYS)
    column = fitted(amounts)
    found.add(0, column, scale, most(column))
    return found, [Fraction(one, 10**scale) for one in amounts]


def _numbers(column: Wide | list[int]) -> list[int]:
    return column if isinstance(column, list) else column.numbers()


def _rate(numbers: Sequence[int]) -> Rates:
    return Rates(list(numbers), np.ones(_DAYS, dtype=bool), Multiplier.of(numbers))


@given(st.lists(st.tuples(_columns, st.integers(0, 18)), min_size=1, max_size=4))
def test_a_sum_is_exact(parts: list[tuple[list[int], int]]) -> None:
    found, exact = Sum(_DAYS), [Fraction(0)] * _DAYS
    for amounts, scale in parts:
        column = fitted(amounts)
        found.add(0, column, scale, most(column))
        exact = [one + Fraction(other, 10**scale) for one, other in zip(exact, amounts, strict=True)]
    assert [Fraction(one, ONE) for one in _numbers(found.times(None))] == exact


@given(_columns, st.integers(0, 18), _rates)
def test_a_product_is_rounded_once_half_to_even(amounts: list[int], scale: int, rates: list[int]) -> None:
    found, exact = _of(amounts, scale)
    expected = [round(one * rate) for one, rate in zip(exact, rates, strict=True)]
    assert _numbers(found.times(_rate(rates))) == expected


@pytest.mark.parametrize(("amount", "rounded"), [(1, 0), (3, 2), (5, 2), (-1, 0), (-3, -2), (-5, -2)])
def test_a_half_goes_to_the_even_step(amount: int, rounded: int) -> None:
    found, _ = _of([amount] * _DAYS, 18)
    assert _numbers(found.times(_rate([ONE // 2] * _DAYS))) == [rounded] * _DAYS


@given(st.lists(st.one_of(_columns, st.lists(_small, min_size=_DAYS, max_size=_DAYS)), max_size=4))
def test_columns_are_added_whatever_holds_them(parts: list[list[int]]) -> None:
    columns = [Wide.of(one) or one for one in parts]
    assert added(columns, _DAYS) == [sum(day) for day in zip([0] * _DAYS, *parts, strict=True)]


def test_wide_columns_too_large_to_add_are_added_as_integers() -> None:
    numbers = [(SAFE - 1) * ONE] * _DAYS
    wide = Wide.of(numbers)
    assert wide is not None
    assert added([wide, wide], _DAYS) == [2 * one for one in numbers]
    assert Wide.of([SAFE * ONE]) is None
    rate = Multiplier.of([3 * ONE] * _DAYS)
    assert rate is not None
    assert times(wide, rate) is None


def test_a_sum_beyond_what_two_columns_hold_is_exact_too() -> None:
    found = Sum(_DAYS)
    for scale in (0, 1):
        found.add(0, fitted([SAFE - 1] * _DAYS), scale, SAFE - 1)
    exact = Fraction(SAFE - 1) + Fraction(SAFE - 1, 10)
    assert _numbers(found.times(None)) == [exact * ONE] * _DAYS
    for amount in (SAFE - 1, SAFE - 2):
        large, _ = _of([amount] * _DAYS, 0)
        assert _numbers(large.times(_rate([3 * ONE] * _DAYS))) == [3 * amount * ONE] * _DAYS


def test_a_number_too_large_or_below_zero_is_no_multiplier() -> None:
    assert Multiplier.of([10**9 * ONE]) is None
    assert Multiplier.of([-1]) is None
    assert Multiplier.of([SAFE * ONE]) is None
    assert Multiplier.of([]) is None


def test_an_empty_column_has_no_magnitude() -> None:
    assert largest(np.zeros(0, dtype=np.int64)) == 0


@given(_columns, st.integers(19, 40))
def test_numbers_of_more_digits_are_rounded_half_to_even(amounts: list[int], scale: int) -> None:
    found = in_steps(fitted(amounts), scale).tolist()
    assert found == [round(Fraction(one * ONE, 10**scale)) for one in amounts]


@given(st.lists(st.decimals(-(10**30), 10**30, places=18), min_size=1, max_size=5))
def test_levels_keep_every_digit_in_one_column_or_in_two(amounts: list[Decimal]) -> None:
    levels = Levels.of(list(enumerate(amounts)))
    whole = levels.whole()
    assert [Fraction(one, 10**whole.scale) for one in whole.values.tolist()] == list(map(Fraction, amounts))
    sums = [Fraction(0)] * len(amounts)
    for part in levels.parts():
        sums = [
            one + Fraction(other, 10**part.scale)
            for one, other in zip(sums, part.values.tolist(), strict=True)
        ]
    assert sums == list(map(Fraction, amounts))
    assert levels.is_something.tolist() == [amount != 0 for amount in amounts]


def test_levels_begin_and_end_where_something_is() -> None:
    levels = Levels.of([(2, Decimal(5)), (4, Decimal("2.5")), (6, Decimal(0))])
    begin, column = levels.spread(levels.begins(0, 10), 10)
    assert (begin, column.tolist(), levels.scale) == (2, [50, 50, 25, 25], 1)
    begin, column = levels.spread(levels.begins(5, 10), 10)
    assert (begin, column.tolist()) == (0, [25])
    begin, column = Levels.of([]).spread(Levels.of([]).begins(0, 10), 10)
    assert (begin, column.tolist()) == (10, [])


@given(st.decimals(-(10**20), 10**20, places=18))
def test_steps_are_read_back(amount: Decimal) -> None:
    assert amount_of(steps(amount)) == amount


def test_a_rate_that_is_known_every_day_asks_for_no_other_way() -> None:
    rates = [a_series("EURUSD", {_DAY: "1.25"}, currency="USD")]
    board = Board(Market(Policy(3), rates=rates), _DAY, _DAY + timedelta(days=2))
    assert board.rates("USD", "EUR").steps == [ONE * 4 // 5] * 3
    assert board.rates("USD", "EUR") is board.rates("USD", "EUR")


def test_a_series_that_has_every_day_leaves_nothing_to_the_next() -> None:
    closes = [a_series("ABC", {_DAY: 3}), a_series("ABC", {_DAY: 4})]
    board = Board(Market(Policy(3), closes=closes), _DAY, _DAY + timedelta(days=2))
    (piece,) = board.quoted("ABC").pieces
    assert piece.values.tolist() == [3, 3, 3]


def test_a_price_is_worked_out_once() -> None:
    closes = [a_series("ABC", {_DAY: 3})]
    board = Board(Market(Policy(3), closes=closes), _DAY, _DAY + timedelta(days=5))
    assert board.quoted("ABC").unknown == ((4, 6),)
    assert board.quoted("ABC") is board.quoted("ABC")
