"""Volatility, semi-deviation and drawdown."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import log, sqrt
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.returns import Chain, time_weighted
from steward.domain.risk import (
    annualized_volatility,
    drawdown,
    first_with_value,
    semi_deviation,
    volatility,
)

START = date(2024, 1, 1)
factors = st.lists(st.floats(0.5, 2), min_size=2, max_size=50)


def days(count: int) -> list[date]:
    return [START + timedelta(at) for at in range(count)]


def chain(*levels: float) -> Chain:
    return Chain(days(len(levels)), [1.0, *(b / a for a, b in pairwise(levels))])


@given(factors)
def test_volatility_is_the_deviation_of_logarithms_for_the_length_of_the_series(growth: list[float]) -> None:
    returns = [factor - 1 for factor in growth]
    expected = stdev(log(factor) for factor in growth) * sqrt(len(growth))
    assert volatility(returns) == pytest.approx(expected, abs=1e-9)
    below = semi_deviation(returns)
    assert below is not None
    assert 0 <= below <= expected + 1e-9
    yearly = annualized_volatility(returns)
    assert yearly == pytest.approx(stdev(log(factor) for factor in growth) * sqrt(365), abs=1e-9)


def test_semi_deviation_counts_only_what_is_below_the_mean() -> None:
    logarithms = [log(1.02), log(0.97), log(1.01)]
    mean = sum(logarithms) / 3
    assert semi_deviation([0.02, -0.03, 0.01]) == pytest.approx(sqrt((logarithms[1] - mean) ** 2 / 2 * 3))


@pytest.mark.parametrize("returns", [[], [0.1]])
def test_fewer_than_two_returns_do_not_deviate(returns: list[float]) -> None:
    assert volatility(returns) == semi_deviation(returns) == 0.0
    assert annualized_volatility(returns) is None


def test_a_day_that_lost_everything_has_no_logarithm() -> None:
    for measure in (volatility, semi_deviation, annualized_volatility):
        assert measure([0.1, -1.0]) is None


def test_the_deepest_fall_and_the_longest_time_without_a_new_high() -> None:
    made = chain(100, 110, 99, 110, 121, 115, 118, 119, 120, 119)
    found = drawdown(made.dates, made.cumulative())
    assert found is not None
    assert found.depth == pytest.approx(0.1)
    assert [found.peak, found.trough, found.recovered] == [made.dates[at] for at in (1, 2, 3)]
    assert (found.longest_days, found.longest_from, found.longest_until) == (5, made.dates[4], made.dates[9])


def test_a_plateau_is_no_new_high_and_a_fall_may_last() -> None:
    made = chain(100, 120, 120, 120, 130, 65, 70)
    found = drawdown(made.dates, made.cumulative())
    assert found is not None
    assert found.depth == pytest.approx(0.5)
    assert (found.trough, found.recovered) == (made.dates[5], None)
    assert (found.longest_days, found.longest_from, found.longest_until) == (3, made.dates[1], made.dates[4])


@given(factors)
def test_coming_back_to_the_same_height_is_no_new_high(growth: list[float]) -> None:
    there_and_back = Chain(days(2 * len(growth) + 1), [1.0, *growth, *(1 / one for one in reversed(growth))])
    found = drawdown(there_and_back.dates, there_and_back.cumulative())
    assert found is not None
    levels = [1.0]
    for factor in growth:
        levels.append(levels[-1] * factor)
    deepest = max(1 - low / high for high, low in _falls([*levels, *levels[-2::-1]]))
    assert found.depth == pytest.approx(deepest, abs=1e-9)
    assert found.longest_until >= found.longest_from
    assert found.peak <= found.trough


def _falls(levels: list[float]) -> list[tuple[float, float]]:
    return [(max(levels[: at + 1]), level) for at, level in enumerate(levels)]


def test_nothing_falls() -> None:
    made = chain(1, 2, 3)
    found = drawdown(made.dates, made.cumulative())
    assert found is not None
    assert (found.depth, found.peak, found.trough, found.recovered) == (0.0, START, START, START)
    assert found.longest_days == 1


def test_where_there_is_no_drawdown() -> None:
    assert drawdown([], []) is None
    assert drawdown(days(2), [0.0, None]) is None
    assert drawdown(days(2), [-1.0, -1.0]) is None


def test_the_golden_security_that_was_delivered_and_is_held() -> None:
    # pp-security-tax-refund-held: flows before taxes, the closes carried forward.
    closes = {"2014-01-02": 7638, "2014-01-03": 7656, "2014-04-30": 8343, "2014-05-02": 8401}
    closes |= {"2014-12-05": 7430}
    dates = [date(2013, 12, 6) + timedelta(at) for at in range(366)]
    values: list[Decimal] = []
    money_in: list[Decimal] = []
    for day in dates:
        values.append(Decimal(closes.get(day.isoformat(), values[-1] if values else 0)))
        money_in.append(Decimal(7648 if day == date(2014, 1, 2) else 0))
    made = time_weighted(dates, values, money_in, [Decimal(0)] * len(dates))
    assert made.total() == pytest.approx(-0.028504184100, abs=1e-12)
    assert made.annualized() == pytest.approx(-0.02850418410041844, abs=1e-12)
    since = first_with_value(values)
    found = drawdown(dates[since:], made.cumulative()[since:])
    assert found is not None
    assert found.depth == pytest.approx(0.11558147839542911, abs=1e-12)
    assert found.longest_days == 218
    assert (found.peak, found.trough, found.recovered) == (date(2014, 5, 2), date(2014, 12, 5), None)


def test_a_portfolio_that_never_had_a_value() -> None:
    assert first_with_value([0, 0]) == 2
