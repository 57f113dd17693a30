"""A benchmark: what a symbol returned by its price, and how a portfolio compares."""

import pytest

from steward.domain.benchmarks import Benchmark, compared, followed, missed
from steward.domain.corporate_actions import ActionKind
from steward.domain.days import Missing
from steward.domain.records import Fx, Gap, Teller
from tests.ledgers import a_story, action, day

START, END = day("2024-01-01"), day("2024-12-31")
PRICES = {"IDX": {"2024-01-01": "100", "2024-12-31": "60"}}


def against(gained: float | None, currency: str = "USD", **market: object) -> tuple[Benchmark, list[Gap]]:
    story = a_story(**{"prices": PRICES, **market})  # type: ignore[arg-type]  # as the test says
    teller = Teller(story.market, currency, Fx.TRANSACTION_DATE, END)
    return compared(gained, teller, "IDX", start=START, end=END), list(teller.gaps)


def test_the_return_is_that_of_the_price() -> None:
    found, gaps = against(0.2)
    assert found.time_weighted == -0.4
    assert found.excess == pytest.approx(0.6)
    assert found.relative == pytest.approx(1.0)
    assert not gaps


def test_a_split_in_between_is_no_loss() -> None:
    found, _ = against(None, actions=(action(ActionKind.SPLIT, "2024-06-01", "IDX", new="2"),))
    assert found.time_weighted == pytest.approx(0.2)
    assert (found.excess, found.relative) == (None, None)


def test_it_is_told_in_the_reporting_currency() -> None:
    rates = {"USDEUR": {"2024-01-01": "1", "2024-12-31": "2"}}
    found, gaps = against(0.0, "EUR", rates=rates)
    assert found.time_weighted == pytest.approx(0.2)
    assert not gaps


def test_what_is_missing_is_named_and_nothing_stands_in_for_it() -> None:
    found, gaps = against(0.1, prices={"IDX": {"2024-01-01": "100"}})
    assert (found.time_weighted, found.excess, found.relative) == (None, None, None)
    assert gaps == [Gap("price", "IDX", END)]
    found, gaps = against(0.1, "EUR", rates={"USDEUR": {"2024-01-01": "1"}})
    assert found.time_weighted is None
    assert gaps == [Gap("rate", "USDEUR", END)]


def test_its_line_begins_at_0_and_has_on_each_day_what_it_returned_until_then() -> None:
    prices = {"IDX": {"2024-01-01": "100", "2024-01-02": "110", "2024-01-03": "66"}}
    split = action(ActionKind.SPLIT, "2024-01-03", "IDX", new="2")
    rates = {"USDEUR": {"2024-01-01": "1", "2024-01-03": "0.5"}}
    story = a_story(prices=prices, rates=rates, actions=(split,))
    days = [day(f"2024-01-0{number}") for number in (1, 2, 3, 9)]
    teller = Teller(story.market, "EUR", Fx.TRANSACTION_DATE, END)
    line = followed(teller, "IDX", start=days[0], days=days)
    assert line == [0, pytest.approx(0.1), pytest.approx(-0.34), pytest.approx(-0.34)]
    assert not teller.gaps
    for end, gained in zip(days, line, strict=True):
        assert compared(None, teller, "IDX", start=days[0], end=end).time_weighted == gained


def test_what_its_line_lacks_is_told_in_spans() -> None:
    story = a_story(prices={"IDX": {"2024-01-05": "100"}}, rates={"USDEUR": {"2024-01-03": "2"}})
    days = [day(f"2024-01-{number:02}") for number in range(1, 17)]
    teller = Teller(story.market, "EUR", Fx.TRANSACTION_DATE, END)
    assert followed(teller, "IDX", start=days[0], days=days) == [None] * len(days)
    spans = missed(teller, days)
    assert spans == [
        Missing("price", "IDX", days[0], days[3]),
        Missing("price", "IDX", days[12], days[15]),
        Missing("rate", "USDEUR", days[10], days[11]),
    ]
    whole = Missing("price", "IDX", days[0], days[15])
    assert [whole.has(one) for one in spans] == [True, True, False]
    assert not spans[0].has(whole)
