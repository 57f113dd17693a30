"""Time-weighted return and what compares returns."""

from datetime import date, timedelta
from decimal import Decimal
from math import isclose, prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.money import multiply, rounded
from steward.domain.returns import (
    Chain,
    annualized,
    excess,
    relative,
    simple,
    time_weighted,
)
from tests.golden_functions import Check, checks, mismatches

START = date(2023, 12, 28)
ZERO = Decimal(0)
cents = st.integers(0, 10**9).map(lambda number: Decimal(number) / 100)
growths = st.integers(5_000, 20_000).map(lambda number: Decimal(number) / 10_000)


def days(count: int, start: date = START) -> list[date]:
    return [start + timedelta(at) for at in range(count)]


def decimals(*numbers: str | int) -> list[Decimal]:
    return [Decimal(number) for number in numbers]


def near(one: float | None, other: float | None) -> bool:
    assert one is not None
    assert other is not None
    return isclose(1 + one, 1 + other, rel_tol=1e-9)


@st.composite
def paths(draw: st.DrawFn) -> tuple[list[Decimal], list[Decimal], list[Decimal], list[Decimal]]:
    """Draw the growth of each day and, with any flows, the values that it leads to."""
    growth = draw(st.lists(growths, min_size=1, max_size=40))
    values, money_in, money_out = [draw(cents) + 1], [draw(cents)], [draw(cents)]
    for factor in growth:
        came = draw(st.one_of(st.just(ZERO), cents))
        worth = rounded((values[-1] + came) * factor)
        went = worth if draw(st.booleans()) else ZERO
        went = rounded(went * Decimal("0.9"))
        money_in.append(came)
        money_out.append(went)
        values.append(worth - went)
    return growth, values, money_in, money_out


@pytest.mark.parametrize("check", list(checks()), ids=lambda check: check.label)
def test_the_golden_cases_of_functions(check: Check) -> None:
    assert mismatches(check) == []


def test_a_day_is_the_close_and_what_left_over_the_close_before_and_what_came() -> None:
    chain = time_weighted(days(3), decimals(100, 170, 33), decimals(7, 50, 0), decimals(7, 10, 136))
    assert chain.factors == pytest.approx([1.0, 180 / 150, 169 / 170], rel=1e-15)
    assert chain.returns() == pytest.approx([0.0, 180 / 150 - 1, 169 / 170 - 1])
    assert chain.cumulative() == pytest.approx([0.0, 180 / 150 - 1, 180 / 150 * 169 / 170 - 1])
    assert chain.total() == chain.cumulative()[-1]


def test_integers_of_one_unit_give_what_decimals_give() -> None:
    values, money_in, money_out = (10000, 17012, 3300), (0, 5050, 0), (0, 1001, 13600)
    exact = [[Decimal(number) / 100 for number in row] for row in (values, money_in, money_out)]
    found = time_weighted(days(3), values, money_in, money_out)
    assert found.factors == pytest.approx(time_weighted(days(3), *exact).factors, rel=1e-15)


def test_a_day_on_which_nothing_was_at_work_returns_0() -> None:
    values, money_in = decimals(0, 0, 110, 0, 0), decimals(0, 0, 100, 0, 0)
    chain = time_weighted(days(5), values, money_in, decimals(0, 0, 0, 121, 0))
    assert chain.returns() == pytest.approx([0, 0, 0.1, 0.1, 0])


def test_amounts_that_a_float_cannot_tell_apart_are_told_apart() -> None:
    # In floats 10^17 + 0.1 - 10^17 is 0.
    values = decimals("-100000000000000000", "0.2")
    chain = time_weighted(days(2), values, decimals(0, "100000000000000000.1"), decimals(0, 0))
    assert chain.factors == pytest.approx([1.0, 2.0], rel=1e-15)


def test_a_total_loss_stays_one() -> None:
    chain = time_weighted(days(3), decimals(5, 0, 8), decimals(0, 0, 4), decimals(0, 0, 0))
    assert chain.cumulative() == [0.0, -1.0, -1.0]
    assert chain.annualized() == -1.0


@pytest.mark.parametrize("short", range(4))
def test_lengths_that_differ_are_refused(short: int) -> None:
    rows: list[list[Any]] = [days(2), *([Decimal(1)] * 2 for _ in range(3))]
    rows[short] = rows[short][:1]
    with pytest.raises(ValueError, match=r"entry for each date|argument"):
        time_weighted(*rows)


def test_growth_that_no_float_holds_has_no_return() -> None:
    chain = Chain(days(3), [1.0, 1e200, 1e200])
    assert chain.cumulative() == [0.0, 1e200, None]
    assert chain.total() is None
    assert chain.annualized() is None


def test_by_week_by_month_and_by_year() -> None:
    chain = Chain(days(8), [1.0, 2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0])  # Thursday to Thursday
    assert chain.by_week() == {date(2023, 12, 31): 29.0, date(2024, 1, 4): 17016.0}
    assert chain.by_month() == {"2023-12": 29.0, "2024-01": 17016.0}
    assert chain.by_year() == {2023: 29.0, 2024: 17016.0}


def test_the_opening_date_is_in_no_table() -> None:
    chain = Chain(days(2, date(2023, 12, 31)), [1.0, 1.5])
    assert chain.by_week() == {date(2024, 1, 1): 0.5}
    assert chain.by_month() == {"2024-01": 0.5}
    assert chain.by_year() == {2024: 0.5}
    assert Chain(days(1), [1.0]).by_year() == {}


@given(paths())
def test_flows_change_no_return(
    path: tuple[list[Decimal], list[Decimal], list[Decimal], list[Decimal]],
) -> None:
    growth, values, money_in, money_out = path
    chain = time_weighted(days(len(values)), values, money_in, money_out)
    assert near(chain.total(), prod(map(float, growth)) - 1)
    assert chain.factors[1:] == pytest.approx([float(one) for one in growth], rel=1e-9)


@given(paths(), st.data())
def test_the_parts_of_a_period_multiply_to_the_whole(
    path: tuple[list[Decimal], list[Decimal], list[Decimal], list[Decimal]], data: st.DataObject
) -> None:
    _, *rows = path
    at = data.draw(st.integers(0, len(rows[0]) - 1))
    dates = days(len(rows[0]))
    first = time_weighted(dates[: at + 1], *(row[: at + 1] for row in rows)).total()
    second = time_weighted(dates[at:], *(row[at:] for row in rows)).total()
    assert first is not None
    assert second is not None
    chain = time_weighted(dates, *rows)
    assert near(chain.total(), (1 + first) * (1 + second) - 1)
    for table in (chain.by_week(), chain.by_month(), chain.by_year()):
        assert near(chain.total(), prod(1 + one for one in table.values() if one is not None) - 1)
    assert chain.cumulative()[-1] == chain.total()


@given(paths(), st.integers(1, 10**6))
def test_the_unit_of_the_amounts_changes_nothing(
    path: tuple[list[Decimal], list[Decimal], list[Decimal], list[Decimal]], unit: int
) -> None:
    _, *rows = path
    dates = days(len(rows[0]))
    scaled = [[multiply(one, Decimal(unit)) for one in row] for row in rows]
    expected = time_weighted(dates, *rows).factors
    assert time_weighted(dates, *scaled).factors == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("gained", "in_days", "yearly"),
    [
        (0.21, 730, 0.1),
        (0.1, 365, 0.1),
        (-0.19, 730, -0.1),
        (0.01, 1, 1.01**365 - 1),
        (0.5, 0, 0.0),
        (-1.0, 30, -1.0),
        (-1.5, 30, -1.0),
        (-1.0, 0, 0.0),
        (1e3, 1, None),
        (None, 365, None),
    ],
)
def test_annualized(gained: float | None, in_days: int, yearly: float | None) -> None:
    assert annualized(gained, in_days) == (yearly if yearly is None else pytest.approx(yearly))


def test_simple() -> None:
    assert simple(Decimal(1000), Decimal(1150), Decimal(200), Decimal(80)) == pytest.approx(30 / 1200)
    assert simple(ZERO, Decimal(110), Decimal(100), ZERO) == pytest.approx(0.1)
    assert simple(ZERO, ZERO, ZERO, ZERO) is None
    assert simple(Decimal(-5), Decimal(1), ZERO, ZERO) is None


def test_against_a_benchmark() -> None:
    assert excess(0.1, 0.04) == pytest.approx(0.06)
    assert relative(0.1, 0.04) == pytest.approx(1.1 / 1.04 - 1)
    for gained, benchmark in ((None, 0.1), (0.1, None)):
        assert excess(gained, benchmark) is None
        assert relative(gained, benchmark) is None
    assert relative(0.1, -1.0) is None
