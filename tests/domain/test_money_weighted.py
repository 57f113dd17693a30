"""Money-weighted return, against pyxirr and against its own definition."""

import random
import time
from datetime import date, timedelta
from decimal import Decimal
from math import comb, exp, isclose, log1p

import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from steward.domain.money_weighted import (
    Flow,
    NoRate,
    modified_dietz,
    money_weighted,
    mwr_daily_linked,
    period_flows,
)
from steward.domain.returns import time_weighted

START = date(2000, 1, 1)
ZERO = Decimal(0)


def flows(*days_and_amounts: tuple[int, str | int]) -> list[Flow]:
    return [Flow(START + timedelta(day), Decimal(amount)) for day, amount in days_and_amounts]


def present(of: list[Flow], rate: float) -> float:
    """Give what the flows are worth on the first day, in units of all that flowed."""
    first = min(flow.on for flow in of)
    terms = [float(flow.amount) * exp(-log1p(rate) * (flow.on - first).days / 365) for flow in of]
    return sum(terms) / sum(map(abs, terms))


def saved(source: random.Random) -> list[Flow]:
    """Make flows of a saver: payments, perhaps a withdrawal, a value at the end."""
    span = source.choice([60, 400, 3_650, 14_600])
    days = sorted(source.sample(range(span), source.choice([1, 2, 5, 12, 60])))
    paid = [Decimal(source.randint(1, 10**7)) / 100 for _ in days]
    worth = sum(paid) * Decimal(source.randint(3_000, 30_000)) / 10_000
    made = flows(*((day, str(-amount)) for day, amount in zip(days, paid, strict=True)), (span, str(worth)))
    if len(days) > 2 and source.random() < 0.5:
        made[2] = made[2]._replace(amount=paid[2] / 4)
    return made


def test_it_agrees_with_pyxirr_to_nine_digits() -> None:
    source = random.Random(20_261_124)
    compared = 0
    for _ in range(3_000):
        made = saved(source)
        found = money_weighted(made)
        theirs = pyxirr.xirr([flow.on for flow in made], [float(flow.amount) for flow in made])
        assert isinstance(found, float)
        if theirs is not None:  # it gives up on some that lose nearly everything in weeks
            assert abs(found - theirs) <= 1e-9 * (1 + abs(theirs))
            compared += 1
    assert compared > 2_900


def test_of_any_flows_it_finds_the_rate_of_pyxirr_or_one_nearer_to_no_growth() -> None:
    source = random.Random(20_261_125)
    same = 0
    for _ in range(2_000):
        days = sorted(source.sample(range(14_600), source.choice([3, 5, 20])))
        made = flows(*((day, source.randint(-1_000, 1_000)) for day in days))
        found = money_weighted(made)
        theirs = pyxirr.xirr([flow.on for flow in made], [float(flow.amount) for flow in made], silent=True)
        # It also takes a rate for one at which everything has become small.
        if theirs is None or not -0.999 < theirs < 1e9 or abs(present(made, theirs)) > 1e-9:
            continue
        assert isinstance(found, float)
        assert abs(present(made, found)) < 1e-9
        if abs(found - theirs) <= 1e-9 * (1 + abs(theirs)):
            same += 1
        else:
            assert abs(log1p(found)) < abs(log1p(theirs))
    assert same > 1_000


@given(st.integers(1, 40_000), st.integers(1, 10**12), st.integers(1, 10**12))
def test_two_flows_have_a_rate_in_closed_form(span: int, paid: int, received: int) -> None:
    found = money_weighted(flows((0, -paid), (span, received)))
    try:
        expected = (received / paid) ** (365 / span) - 1
    except OverflowError:
        assert found is NoRate.TOO_LARGE
    else:
        assert isinstance(found, float)
        assert isclose(1 + found, 1 + expected, rel_tol=1e-9, abs_tol=1e-15)


some = st.lists(st.tuples(st.integers(0, 7_000), st.integers(-(10**9), 10**9)), min_size=1, max_size=12).map(
    lambda pairs: flows(*pairs)
)


@given(some, st.integers(1, 10**6), st.integers(-30_000, 30_000))
def test_neither_the_unit_nor_the_calendar_changes_the_rate(made: list[Flow], unit: int, later: int) -> None:
    found = money_weighted(made)
    moved = [Flow(flow.on + timedelta(later), flow.amount * unit) for flow in made]
    for same in (money_weighted(moved), money_weighted(reversed(made))):
        if isinstance(found, NoRate):
            assert same is found
        else:
            assert same == pytest.approx(found, rel=1e-9, abs=1e-9)
    if isinstance(found, float) and -0.999 < found < 1e6:
        assert abs(present(made, found)) < 1e-9


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (flows(), NoRate.ONE_SIGN),
        (flows((0, 0), (5, 0)), NoRate.ONE_SIGN),
        (flows((0, -5), (5, -1)), NoRate.ONE_SIGN),
        (flows((0, 5), (5, 1)), NoRate.ONE_SIGN),
        (flows((0, -5), (0, 1), (9, 0)), NoRate.ONE_DAY),
        (flows((0, -5), (0, 5), (9, -1), (10, 0)), NoRate.ONE_SIGN),
        (flows((7, -5), (7, 6)), NoRate.ONE_DAY),
        (flows((0, -100), (365, 190), (730, -100)), NoRate.NOT_FOUND),
        (flows((0, 100), (365, -190), (730, 100)), NoRate.NOT_FOUND),
        (flows((0, -1), (1, 10)), NoRate.TOO_LARGE),
    ],
)
def test_without_a_rate_it_says_why(made: list[Flow], reason: NoRate) -> None:
    assert money_weighted(made) is reason


@pytest.mark.parametrize(
    ("made", "rate"),
    [
        (flows((0, -100), (9, 60), (700, 40)), 0.0),
        (flows((0, -1000), (1, 1)), -1.0),  # -1 + 10^-1095
        (flows((0, "-9e37"), (46_000, "1e-18")), (1e-18 / 9e37) ** (365 / 46_000) - 1),
        (flows((0, "-1e-18"), (46_000, "9e37")), (9e37 / 1e-18) ** (365 / 46_000) - 1),
        (flows((0, -1), (1, 6)), 6.0**365),
        # 10 % and 20 % both solve it, and so do -10 % and 50 %: the one nearer to no growth counts.
        (flows((0, -100), (365, 230), (730, -132)), 0.1),
        (flows((0, -100), (365, 240), (730, -135)), -0.1),
        (flows((0, 100), (365, -230), (730, 132)), 0.1),
    ],
)
def test_rates_at_the_edges(made: list[Flow], rate: float) -> None:
    assert money_weighted(made) == pytest.approx(rate, rel=1e-9, abs=1e-15)


def test_a_rate_that_the_curve_only_touches_is_found() -> None:
    found = money_weighted(flows((0, -1000), (365, 2200), (730, -1210)))
    assert found == pytest.approx(0.1, abs=1e-6)


def test_two_rates_side_by_side_are_told_apart() -> None:
    found = money_weighted(flows((0, -1000), (365, 2200), (730, "-1209.9999999999")))
    assert found == pytest.approx(0.1 - 3.16227766e-7, abs=1e-8)


def test_flows_made_to_be_hard_are_given_up_soon() -> None:
    # -(x - 1.1)^4 - 10^-9 for x = 1 + r: nearly a rate, for a wide way nearly one, and none.
    hard = flows(*((365 * k, str(-comb(4, k) * Decimal("-1.1") ** k)) for k in range(5)))
    hard[-1] = hard[-1]._replace(amount=hard[-1].amount - Decimal("1e-9"))
    began = time.process_time()
    assert money_weighted(hard) is NoRate.NOT_FOUND
    assert time.process_time() - began < 2


def test_the_flows_of_a_period_have_its_values_at_both_ends() -> None:
    made = flows((-1, 1), (0, 2), (1, 3), (9, 4), (10, 5))
    end = START + timedelta(9)
    assert period_flows(Decimal(100), Decimal(90), made, START, end) == flows(
        (0, -100), (1, 3), (9, 4), (9, 90)
    )


def test_modified_dietz_weighs_by_days() -> None:
    end = START + timedelta(10)
    made = flows((0, -7), (4, -100), (6, 50), (10, -30), (11, 900))
    # In on day 4: days 4 to 10, 7 of 10. Out on day 6: gone for days 7 to 10. In on day 10: 1 of 10.
    capital = 1000 + 100 * 7 / 10 - 50 * 4 / 10 + 30 * 1 / 10
    found = modified_dietz(Decimal(1000), Decimal(1200), made, START, end)
    assert found == pytest.approx((1200 - 1000 - 100 + 50 - 30) / capital)


def test_modified_dietz_without_capital_or_without_days() -> None:
    assert modified_dietz(ZERO, Decimal(5), [], START, START + timedelta(3)) is None
    assert modified_dietz(Decimal(-9), Decimal(5), [], START, START + timedelta(3)) is None
    assert modified_dietz(Decimal(5), Decimal(5), [], START, START) == 0.0


def test_the_linked_return_takes_flows_at_mid_day() -> None:
    days = [START + timedelta(at) for at in range(4)]
    values = [Decimal(number) for number in (1000, 1260, 1200, 0)]
    money_in = [Decimal(number) for number in (9, 200, 0, 0)]
    money_out = [Decimal(number) for number in (9, 0, 100, 1212)]
    chain = mwr_daily_linked(days, values, money_in, money_out)
    assert chain.returns() == pytest.approx([0, 60 / 1100, 40 / 1210, 12 / (1200 - 606)])
    empty = mwr_daily_linked(days[:2], [0, 0], [0, 0], [0, 0])
    assert empty.factors == [1.0, 1.0]


amounts = st.integers(0, 10**9).map(Decimal)


@given(st.integers(1, 10**9).map(Decimal), amounts, amounts, amounts)
def test_on_one_day_modified_dietz_is_the_time_weighted_return(
    opening: Decimal, closing: Decimal, came: Decimal, went: Decimal
) -> None:
    days = [START, START + timedelta(1)]
    weighted = time_weighted(days, [opening, closing], [ZERO, came], [ZERO, went]).total()
    made = flows((1, str(-came)), (1, str(went)))
    assert modified_dietz(opening, closing, made, *days) == pytest.approx(weighted, rel=1e-12, abs=1e-12)


@given(st.integers(-300, 3_000), st.lists(st.tuples(st.integers(1, 3_000), st.integers(1, 10**6))))
def test_money_at_a_steady_rate_has_that_rate(growth: int, paid: list[tuple[int, int]]) -> None:
    rate = growth / 1_000
    assume(paid)
    end = 3_650
    worth = sum(amount * (1 + rate) ** ((end - day) / 365) for day, amount in paid)
    made = flows(*((day, -amount) for day, amount in paid), (end, str(Decimal(worth))))
    assert money_weighted(made) == pytest.approx(rate, abs=1e-9)
