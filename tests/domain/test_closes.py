"""Series of closes: exact whatever their digits, and never between two days."""

from array import array
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.closes import Fill, Found, Policy, columns, rounded_ratio
from steward.domain.money import rounded
from tests.factories import a_series, numbers

DAY = date(2024, 2, 29)
days = st.dates(date(1900, 1, 1), date(2030, 12, 31))
near = st.integers(0, 30).map(lambda after: DAY + timedelta(days=after))


@given(st.dictionaries(days, numbers()))
def test_n1_a_series_gives_back_every_digit(stated: dict[date, Decimal]) -> None:
    series = a_series("ABC", dict(stated))
    for index, day in enumerate(sorted(stated)):
        assert (series.day(index), series.stated(index)) == (day, stated[day])
        assert series.exact(index) == Fraction(stated[day])
    assert len(series.days) == len(series.values) == len(stated)


@given(st.dictionaries(near, numbers(positive=True)), near, st.integers(0, 9), st.sampled_from(Fill))
def test_a_day_is_answered_as_the_policy_says(
    stated: dict[date, Decimal], on: date, age: int, fill: Fill
) -> None:
    fresh = [day for day in stated if day <= on and (on - day).days <= age]
    older, later = [day for day in stated if day < on], [day for day in stated if day > on]
    expected: tuple[date, str | None] | None = None
    if fresh:
        expected = max(fresh), None
    elif fill is Fill.NEAREST and older:
        expected = max(older), "older"
    elif fill is Fill.NEAREST and later:
        expected = min(later), "later"
    series = a_series("ABC", dict(stated))
    found = series.found(on, Policy(age, fill))
    assert (found and (series.day(found.index), found.filled)) == expected


def test_nothing_is_found_in_nothing() -> None:
    assert a_series("ABC", {}).found(DAY, Policy(7, Fill.NEAREST)) is None


def test_what_is_a_week_old_is_found_and_nothing_older() -> None:
    series = a_series("ABC", {DAY: 5})
    assert series.found(DAY + timedelta(days=7), Policy(7)) == Found(0)
    assert series.found(DAY + timedelta(days=8), Policy(7)) is None


def test_columns_have_the_least_scale_that_is_exact() -> None:
    stated = [(DAY, Decimal("1.50")), (DAY + timedelta(days=1), Decimal("1E+3"))]
    assert columns(stated) == (1, array("q", [738945, 738946]), array("q", [15, 10000]))


def test_numbers_of_more_than_64_bits_are_kept_as_they_are() -> None:
    largest = Decimal("9" * 20 + "." + "9" * 18)
    scale, _, values = columns([(DAY, largest)])
    assert (scale, values) == (18, [10**38 - 1])


def test_numpy_reads_the_columns_without_a_copy() -> None:
    series = a_series("ABC", {DAY: "1.5"})
    read = np.frombuffer(series.days, dtype=np.int64)
    assert read.tolist() == [DAY.toordinal()]
    assert not read.flags.owndata


@given(numbers(), numbers(positive=True))
def test_n3_a_ratio_is_rounded_once_half_to_even(dividend: Decimal, divisor: Decimal) -> None:
    exact = Fraction(dividend) / Fraction(divisor)
    error = Fraction(rounded_ratio(exact)) - exact
    assert abs(error) <= Fraction(1, 2 * 10**18)


@pytest.mark.parametrize(("units", "kept"), [(1, 0), (3, 2), (5, 2), (-1, 0), (-3, -2)])
def test_n3_half_a_step_goes_to_the_even_neighbour(units: int, kept: int) -> None:
    half = Fraction(units, 2 * 10**18)
    assert rounded_ratio(half) == Decimal(kept).scaleb(-18) == rounded(Decimal(units * 5).scaleb(-19))
