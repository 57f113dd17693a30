"""Explanations of golden cases, and of what random histories seldom have."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.closes import Policy
from steward.domain.explain import FigureNotFound, Node, Operation, constant, made, summed
from steward.domain.explain_pages import DEPTH_MAXIMUM, shown
from steward.domain.explain_returns import Returned
from steward.domain.explained import found, of_report
from steward.domain.history import history
from steward.domain.market import Market
from steward.domain.performance import performance
from steward.domain.scopes import Level, Scope
from steward.domain.story import Method, Story
from tests.factories import AT, a_transaction, an_entry
from tests.golden_cases import Case, cases, method_of, story_of
from tests.laws_of_explanations import explains_period, explains_report, same

BLOCKS = [(case, block) for case in cases() for block in case.blocks]
ONE = constant("one", Decimal(1), "USD")


def ids(value: object) -> str | None:
    return value.name if isinstance(value, Case) else None


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_every_figure_of_a_golden_case_explains_itself(case: Case, block: dict[str, Any]) -> None:
    story, currency, method = story_of(case), block["currency"], method_of(block)
    days = block.get("period") or [None, block["at"]]
    start, end = (day and date.fromisoformat(day) for day in days)
    explains_report(story, at=end, since=start, currency=currency, method=method)
    if start is not None:
        scope = block.get("scope", {})
        level = Level(scope.get("level", "portfolio").replace("account", "portfolio"))
        explains_period(
            story,
            start=start,
            end=end,
            currency=currency,
            method=method,
            scope=Scope(level, scope.get("symbol", "")),
        )


def a_story(*quantities: int) -> Story:
    told = [
        replace(
            a_transaction(an_entry(quantity=Decimal(quantity), gross_amount=Decimal(10), currency="USD")),
            id=place,
        )
        for place, quantity in enumerate(quantities, 1)
    ]
    return Story(tuple(told), (), Market(Policy(7)), frozenset((7,)))


def test_an_unknown_figure_says_how_figures_are_named() -> None:
    _, figures = of_report(a_story(1), at=AT.date(), since=None, currency="USD", method=Method())
    with pytest.raises(FigureNotFound, match=r"holdings\.AAPL\.cost_basis"):
        found(figures, "holdings.XYZ.cost_basis")


def test_a_long_period_is_chained_by_month() -> None:
    story, day = a_story(1), AT.date()
    days = history(story, first=day - timedelta(90), last=day - timedelta(1), currency="USD", method=Method())
    measured = performance(days)
    chain = Returned(days, measured).figures()["performance.returns.time_weighted"]()
    assert measured.time_weighted is not None
    assert [one.operation for one in chain.inputs] == [Operation.CHAIN] * 3 + [Operation.CHAIN]
    assert same(chain.value, measured.time_weighted.total())


def test_what_is_shown_twice_is_written_out_once() -> None:
    twice = summed("two", "USD", (ONE, ONE))
    page = shown(summed("four", "USD", (twice, twice)))
    assert [one.repeated for one in page.inputs] == [False, True]


@pytest.mark.parametrize(("operation", "rest"), [(Operation.SUM, 7), (Operation.DIFFERENCE, None)])
def test_beyond_the_most_leaves_the_rest_is_counted_and_added_up(
    operation: Operation, rest: int | None
) -> None:
    page = shown(made("many", "USD", operation, *(replace(ONE) for _ in range(10))), leaves=3)
    assert (len(page.inputs), page.others, page.left_out, page.others_sum) == (3, 7, 7, rest)


def test_a_deep_tree_ends_with_how_much_is_below() -> None:
    node: Node = ONE
    for _ in range(DEPTH_MAXIMUM + 100):
        node = summed("deeper", "USD", (node,))
    page = shown(node)
    for _ in range(DEPTH_MAXIMUM):
        (page,) = page.inputs
    assert (page.inputs, page.left_out) == ((), 1)


@pytest.mark.parametrize(
    ("operation", "inputs"),
    [
        (Operation.QUOTIENT, (1, 0)),
        (Operation.RATIO, (1, 0)),
        (Operation.COVERAGE, ()),
    ],
)
def test_what_cannot_be_divided_is_unknown(operation: Operation, inputs: tuple[int, ...]) -> None:
    nodes = (constant("n", Decimal(one), "USD") for one in inputs)
    assert not made("n", "USD", operation, *nodes).known
