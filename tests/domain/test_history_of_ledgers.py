"""Histories of small ledgers: what each day was worth, what had come and gone, and what is missing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from steward.domain.columns import amount_of
from steward.domain.corporate_actions import ActionKind
from steward.domain.days import History, Missing
from steward.domain.history import history
from steward.domain.holdings import Report, report
from steward.domain.market import Market, Policy
from steward.domain.performance import UNMEASURED, performance
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.story import Method, Story
from steward.domain.transactions import Kind
from tests.ledgers import a_story, action, buy, day, happened, moved, series

PRICES = {"ABC": {"2024-01-01": "10", "2024-06-30": "14"}, "NEW": {"2024-05-01": "3", "2024-06-30": "4"}}


def told(story: Story, at: str = "2024-07-01", since: str | None = None, **method: object) -> Report:
    return report(
        story,
        at=day(at),
        since=None if since is None else day(since),
        currency="USD",
        method=Method(**method),  # type: ignore[arg-type]  # its own fields
    )


def valued(story: Story, first: str, last: str, scope: Scope | None = None) -> History:
    return history(
        story,
        first=day(first),
        last=day(last),
        currency="USD",
        method=Method(),
        crossing=None if scope is None else Crossing(scope),
    )


def test_history_counts_cost_flows_and_what_is_missing() -> None:
    story = a_story(
        happened(Kind.DEPOSIT, "2024-01-01", gross="100"),
        buy("2024-01-02", "ABC", "5", "50", fee="1"),
        happened(Kind.WITHDRAWAL, "2024-01-03", gross="9"),
        prices=PRICES,
    )
    found = valued(story, "2023-12-31", "2024-01-10")
    assert [amount_of(one) for one in found.values] == [0, 100, *[99] * 1, *[90] * 6, 40, 40]
    assert [None if one is None else amount_of(one) for one in found.cost][:4] == [0, 0, 51, 51]
    assert [one and amount_of(one) for one in found.money_in][:3] == [0, 100, 0]
    assert [one and amount_of(one) for one in found.money_out][3] == 9
    assert [one.subject for one in found.missing] == ["ABC"]
    assert found.missing[0].first == day("2024-01-09")
    assert performance(found) == UNMEASURED
    measured = performance(valued(story, "2023-12-31", "2024-01-08"))
    assert measured.time_weighted is not None
    assert measured.time_weighted.total() == pytest.approx(-0.01)


def test_history_names_cash_that_nobody_knows_from_the_first_time_on() -> None:
    ledger = (buy("2024-01-02", "ABC", "5", None), buy("2024-01-03", "ABC", "5", None))
    found = valued(a_story(*ledger, prices=PRICES), "2024-01-01", "2024-01-04")
    assert [one for one in found.missing if one.what == "cash"] == [
        Missing("cash", "USD", day("2024-01-02"), day("2024-01-04"))
    ]


@pytest.mark.parametrize("new", ["3", "7"])
def test_history_counts_splits_that_leave_fractions_without_end(new: str) -> None:
    split = action(ActionKind.SPLIT, "2024-01-03", "ABC", new=new, old="3")
    market = series("ABC", "USD", {"2024-01-01": "10", "2024-01-03": "11"}, adjusted=True)
    bought = buy("2024-01-01", "ABC", "10", "90")
    story = replace(
        a_story(bought, actions=(split,)), market=Market(Policy(7), closes=[market], actions=[split])
    )
    found = valued(story, "2024-01-01", "2024-01-03")
    for place, on in enumerate(found.days):
        there = told(story, at=on.isoformat()).appraisal
        assert amount_of(found.values[place]) == there.net_worth


def test_history_of_a_symbol_counts_what_actions_bring_and_pay() -> None:
    bought = buy("2024-01-01", "ABC", "10", "90")
    other = buy("2024-01-01", "ABC", "10", "90", portfolio=2)
    spun = action(
        ActionKind.SPIN_OFF,
        "2024-05-01",
        "ABC",
        into="NEW",
        new="1",
        old="4",
        basis_share="0.2",
        cash_in_lieu_price="3",
        currency="USD",
    )
    paid = action(ActionKind.RETURN_OF_CAPITAL, "2024-05-02", "ABC", cash_per_unit="1", currency="USD")
    story = a_story(bought, other, actions=(spun, paid), prices=PRICES)
    of_new = valued(story, "2024-05-01", "2024-05-03", Scope(Level.SYMBOL, "NEW"))
    assert [one and amount_of(one) for one in of_new.money_in] == [Decimal("7.5"), 0, 0]
    assert [one and amount_of(one) for one in of_new.money_out] == [Decimal("1.5"), 0, 0]
    assert [amount_of(one) for one in of_new.values] == [6, 6, 6]
    of_old = valued(story, "2024-05-01", "2024-05-03", Scope(Level.SYMBOL, "ABC"))
    assert [one and amount_of(one) for one in of_old.money_out] == [Decimal("7.5"), 10, 0]
    whole = valued(story, "2024-05-01", "2024-05-03")
    assert [amount_of(one) for one in whole.cash] == [Decimal("-88.5"), Decimal("-78.5"), Decimal("-78.5")]
    unpriced = a_story(bought, actions=(spun,), prices={"ABC": PRICES["ABC"]})
    assert valued(unpriced, "2024-05-01", "2024-05-03", Scope(Level.SYMBOL, "NEW")).money_in[0] is None


def test_moves_between_portfolios_are_flows_of_one_and_none_of_both() -> None:
    ledger = (buy("2024-01-01", "ABC", "10", "90"), *moved("2024-01-02", "ABC", "4", 1, 2))
    apart = valued(a_story(*ledger, prices=PRICES), "2024-01-01", "2024-01-03")
    assert [one and amount_of(one) for one in apart.money_out] == [0, 40, 0]
    together = valued(a_story(*ledger, prices=PRICES, portfolios=(1, 2)), "2024-01-01", "2024-01-03")
    assert together.money_out == [0, 0, 0]
