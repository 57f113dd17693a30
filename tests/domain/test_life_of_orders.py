"""The page that tells the life of an order says what the tables say."""

import re
from pathlib import Path

from steward.domain.orders import TRANSITIONS
from steward.domain.terms import OrderClass, OrderType, Phase, SelfTrade, TimeInForce
from steward.domain.trading import PHASES, OrderEventKind

PAGE = (Path(__file__).parents[2] / "docs/orders.md").read_text(encoding="utf-8")
ROWS = [
    [re.findall(r"`(\w+)`", cell) for cell in row.strip("|").split("|")]
    for row in PAGE.split("<!-- life -->")[1].split("<!-- end -->")[0].splitlines()
    if row.startswith("|")
]


def test_the_table_of_statuses_is_the_one_in_force() -> None:
    told = {(one[0], two[0]): three[0] for one, two, three in ROWS if one and (one[0], two[0]) in KNOWN}
    assert told == KNOWN


def test_the_table_of_phases_is_the_one_in_force() -> None:
    told = {(one[0] if one else None, two[0]): three for one, two, three in ROWS if two}
    expected = {
        (None if phase is None else phase.value, kind.value): [after.value for after in afters]
        for (phase, kind), afters in PHASES.items()
    }
    assert {key: after for key, after in told.items() if key in expected} == expected


def test_every_row_is_of_one_of_the_two_tables() -> None:
    assert len([row for row in ROWS if row[1]]) == len(TRANSITIONS) + len(PHASES)


def test_every_word_that_an_order_may_use_is_told() -> None:
    for kind in (OrderType, TimeInForce, OrderClass, SelfTrade, Phase, OrderEventKind):
        missing = [word.value for word in kind if f"`{word.value}`" not in PAGE]
        assert missing in ([], ["simple"]), kind


KNOWN = {(status.value, event.value): after.value for (status, event), after in TRANSITIONS.items()}
