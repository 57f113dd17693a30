"""Exact numbers there and back, a short run of `make decimals`."""

import random
from itertools import islice

import pytest
import uvloop

from tests.long.decimals import EDGES, Sender, canonical, numbers, sending
from tests.long.wire import Line, Violation
from tests.servers import Server


def test_every_digit_comes_back(server: Server) -> None:
    counts = uvloop.run(sending(server, count=2400, seed=4))
    assert counts["numbers"] >= 2400
    assert counts["comparisons"] >= 2 * counts["numbers"]


def test_the_numbers_have_every_length_in_both_forms() -> None:
    drawn = list(islice(numbers(random.Random(5)), 10_000))
    assert drawn[:2] == [EDGES[0], f'"{EDGES[0]}"']
    for form in ([n for n in drawn if '"' not in n], [n.strip('"') for n in drawn if '"' in n]):
        parts = [n.partition(".") for n in form]
        assert {len(whole) for whole, _, _ in parts} == set(range(1, 21))
        assert {len(fraction) for _, _, fraction in parts} == set(range(19))


@pytest.mark.parametrize(
    ("sent", "found"), [("1.10", "1.1"), ('"007"', "7"), ("0.50", "0.5"), ("100", "100")]
)
def test_the_canonical_form(sent: str, found: str) -> None:
    assert canonical(sent) == found


@pytest.mark.parametrize("found", ["0.30000000000000004441", "0.3", "0.300000000000000040", 0.3, None])
def test_the_comparison_finds_a_lost_digit(found: object) -> None:
    with pytest.raises(Violation):
        Sender(Line(0), random.Random(6))._same("0.30000000000000004", found)
