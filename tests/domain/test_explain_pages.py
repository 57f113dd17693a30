"""Pages of explanations: what is written out, what is opened, and what is left out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from steward.domain.explain import Figure, Node, Operation, constant, leaf, made, summed
from steward.domain.explain_pages import COUNTED_MAXIMUM, DEPTH_MAXIMUM, Shown, shown
from tests.laws_of_explanations import evaluated

ONE = constant("one", Decimal(1), "USD")


def ones(count: int, operation: Operation = Operation.SUM) -> Node:
    return made("ones", "USD", operation, *(replace(ONE) for _ in range(count)))


def a_figure(tree: Node, value: int) -> Node:
    return leaf("a.figure", "USD", Figure("a.figure", Decimal(value), lambda: tree), "value")


def leaves(page: Shown) -> int:
    return sum(map(leaves, page.inputs)) or 1


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


def test_a_level_is_written_before_what_is_below_it() -> None:
    page = shown(summed("sum", "USD", (ones(9), ones(9), ones(2))), leaves=13)
    assert [(len(one.inputs), one.left_out) for one in page.inputs] == [(9, 0), (0, 9), (2, 0)]


def test_wide_sums_share_half_of_the_room_and_leave_the_rest_to_what_is_below() -> None:
    wide = summed("pairs", "USD", (ones(2) for _ in range(300)))
    page = shown(summed("sum", "USD", (wide, ones(30), ones(400))), leaves=400)
    pairs, thirty, many = page.inputs
    assert (len(thirty.inputs), thirty.others) == (30, 0)
    assert (len(pairs.inputs), pairs.others, pairs.others_sum) == (86, 214, Decimal(428))
    assert len(many.inputs) > 80
    assert {len(one.inputs) for one in pairs.inputs} == {2}
    assert leaves(page) <= 400


def test_a_wide_formula_is_written_whole_or_not_at_all() -> None:
    days = [ones(30, Operation.DIFFERENCE) for _ in range(4)]
    page = shown(made("all", "USD", Operation.DIFFERENCE, *days), leaves=200)
    assert [(len(one.inputs), one.left_out) for one in page.inputs] == [(30, 0)] * 3 + [(0, 30)]


def test_leaves_that_are_not_shown_are_counted_only_so_far() -> None:
    page = shown(summed("sum", "USD", (ones(5), ones(COUNTED_MAXIMUM + 5))), leaves=6)
    assert (page.inputs[1].left_out, page.inputs[1].others) == (COUNTED_MAXIMUM, COUNTED_MAXIMUM + 4)
    again = shown(summed("sum", "USD", (ones(5), summed("twice", "USD", (ONE, ONE)))), leaves=6)
    assert [one.left_out for one in again.inputs] == [0, 1]


def test_a_figure_is_opened_where_there_is_room_and_named_where_there_is_none() -> None:
    tree = summed("two", "USD", (ONE, ONE))
    both = summed("both", "USD", (a_figure(tree, 2), a_figure(ones(7), 7)))
    opened, other = shown(both, leaves=20).inputs
    assert (opened.node, len(other.inputs)) == (tree, 7)
    closed, _ = shown(both, leaves=4).inputs
    assert isinstance(closed.node.source, Figure)
    assert (closed.inputs, closed.left_out) == ((), 0)


def test_a_figure_is_evaluated_from_the_leaves_of_its_tree() -> None:
    assert evaluated(summed("both", "USD", (a_figure(ones(3), 3), ONE))) == 4


def test_a_figure_whose_tree_comes_to_another_value_is_a_defect() -> None:
    with pytest.raises(AssertionError):
        shown(summed("one", "USD", (a_figure(ones(3), 2),)))
