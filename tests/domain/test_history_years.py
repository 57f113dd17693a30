"""A history in years: what is cut apart and joined again is the same, and knows when it no longer counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from steward.domain.days import History, Missing
from steward.domain.history_years import Footing, cut, first_open_day, joined, years
from steward.domain.portfolios import CostMethod

FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)
NOW = Footing({1: 4, 2: 0, 3: 9}, 7, 5, CostMethod.FIFO, "edition")
KEPT = replace(NOW, ledgers={1: 4, 3: 9})


def _history() -> History:
    count = (LAST - FIRST).days + 1
    numbers = list(range(count))
    missing = (
        Missing("price", "ABC", date(2022, 12, 1), date(2023, 1, 7)),
        Missing("price", "ABC", date(2024, 2, 29), date(2024, 2, 29)),
        Missing("cash", "USD", date(2022, 6, 1), LAST),
        Missing("rate", "USDEUR", date(2023, 12, 31), date(2023, 12, 31)),
    )
    costs = [None if one % 7 == 0 else one for one in numbers]
    return History(
        FIRST, "EUR", numbers, [-one for one in numbers], costs, [*costs], [*costs], numbers, numbers, missing
    )


def test_years_are_cut_and_joined_again() -> None:
    whole = _history()
    parts = years(whole, date(2022, 3, 4), KEPT)
    assert [(one.year, one.begins, len(one.days.cash)) for one in parts] == [
        (2022, date(2022, 3, 4), 365),
        (2023, date(2022, 3, 4), 365),
        (2024, date(2022, 3, 4), 366),
    ]
    assert parts[0].days.missing[0].last == date(2022, 12, 31)
    assert joined([one.days for one in parts]) == whole


def test_days_before_all_of_it_are_of_nothing() -> None:
    whole = _history()
    found = cut(whole, date(2021, 12, 30), date(2022, 1, 2))
    assert (found.first, found.securities, found.held) == (date(2021, 12, 30), [0, 0, 0, 1], [0, 0, 0, 1])
    assert cut(whole, date(2021, 1, 1), date(2021, 1, 2)).cash == [0, 0]
    assert cut(whole, date(2024, 12, 31), LAST).securities == [len(whole.cash) - 1]


@pytest.mark.parametrize(
    "now",
    [
        replace(NOW, ledgers={1: 5, 2: 0, 3: 9}),
        replace(NOW, ledgers={1: 4, 2: 0}),
        replace(NOW, owner_version=8),
        replace(NOW, max_age_days=4),
        replace(NOW, cost=CostMethod.LIFO),
        replace(NOW, edition="another"),
    ],
)
def test_a_footing_holds_until_anything_of_it_changes(now: Footing) -> None:
    assert KEPT.holds(NOW)
    assert KEPT.holds(replace(NOW, ledgers={1: 4, 2: 1, 3: 9}))
    assert not KEPT.holds(now)


def test_a_year_is_over_after_a_day_of_grace() -> None:
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    assert first_open_day(new_year) == date(2025, 1, 1)
    assert first_open_day(new_year + timedelta(days=1)) == date(2026, 1, 1)
