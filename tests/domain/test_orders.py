"""Orders: the table of their life and what each event does (O1-O5)."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.errors import Refusal
from steward.domain.money import positive
from steward.domain.orders import (
    FINAL,
    TRANSITIONS,
    AbovePending,
    BelowExecuted,
    Event,
    Order,
    OrderNotOpen,
    StaleVersion,
    Status,
)
from tests.factories import LATER, a_fill, an_order, an_order_in, numbers

# Written out once more, by hand from the contract: the code's table must say the same.
EXPECTED = {
    "pending": "fill→partial fill_rest→executed amend→pending cancel→cancelled expire→expired "
    "reject→rejected",
    "partial": "fill→partial fill_rest→executed amend→partial close→executed cancel→cancelled expire→expired",
    "executed": "",
    "cancelled": "",
    "expired": "",
    "rejected": "",
}
ENDED = [Status.EXECUTED, Status.CANCELLED, Status.EXPIRED, Status.REJECTED]
WAYS = {
    Event.FILL: lambda order: order.filled(a_fill(order, 1), currency="USD"),
    Event.FILL_REST: lambda order: order.filled(a_fill(order, order.pending_qty or 1), currency="USD"),
    Event.AMEND: lambda order: order.amended(order.executed_qty + 5, at=LATER),
    Event.CLOSE: lambda order: order.amended(order.executed_qty, at=LATER),
    Event.CANCEL: lambda order: order.cancelled(at=LATER),
}


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_o3_every_state_and_event(status: Status, event: Event) -> None:
    told = dict(pair.split("→") for pair in EXPECTED[status].split())
    after = TRANSITIONS.get((status, event))
    assert (after and after.value) == told.get(event.value)


def test_o4_the_last_four_states_are_final() -> None:
    assert frozenset(ENDED) == FINAL


@pytest.mark.parametrize(("status", "event"), list(product(ENDED, WAYS)))
def test_o4_nothing_happens_to_a_final_order(status: Status, event: Event) -> None:
    with pytest.raises(OrderNotOpen, match=status.value):
        WAYS[event](an_order_in(status))


@pytest.mark.parametrize(
    ("status", "event"), [pair for pair in TRANSITIONS if pair[1] in WAYS], ids=lambda word: word.value
)
def test_o3_an_event_leads_where_the_table_says(status: Status, event: Event) -> None:
    before = an_order_in(status)
    after = WAYS[event](before)
    assert after.status is TRANSITIONS[status, event]
    assert (after.version, after.updated_at) == (before.version + 1, LATER)
    assert (after.id, after.created_at, after.side) == (before.id, before.created_at, before.side)


def test_a_new_order_is_pending_with_nothing_executed() -> None:
    order = an_order()
    assert order.status is Status.PENDING
    assert (order.executed_qty, order.pending_qty) == (Decimal(0), Decimal(10))
    assert (order.average_price, order.version, order.venue) == (None, 1, "manual")


def test_o5_an_amendment_is_not_below_what_is_executed() -> None:
    order = an_order_in(Status.PARTIAL)
    with pytest.raises(BelowExecuted) as refused:
        order.amended(Decimal("3.999999999999999999"), at=LATER)
    assert refused.value.pointer == "/qty"


def test_o5_amending_to_what_is_executed_closes_the_order() -> None:
    order = an_order_in(Status.PARTIAL).amended(Decimal("4.00"), at=LATER)
    assert order.status is Status.EXECUTED
    assert order.pending_qty == 0


def test_o1_an_execution_is_not_above_what_is_pending() -> None:
    order = an_order_in(Status.PARTIAL)
    with pytest.raises(AbovePending) as refused:
        order.filled(a_fill(order, Decimal("6.000000000000000001")), currency="USD")
    assert refused.value.pointer == "/executed_qty"


def test_cancelling_keeps_what_was_executed() -> None:
    order = an_order_in(Status.PARTIAL).cancelled(at=LATER)
    assert order.status is Status.CANCELLED
    assert (order.executed_qty, order.pending_qty) == (Decimal(4), Decimal(6))


@pytest.mark.parametrize(("version", "accepted"), [(None, True), (1, True), (0, False), (2, False)])
def test_o5_a_version_that_is_not_the_current_one_is_refused(version: int | None, accepted: bool) -> None:
    order = an_order()
    if accepted:
        order.expect_version(version)
    else:
        with pytest.raises(StaleVersion, match="version 1"):
            order.expect_version(version)


def test_the_average_price_is_weighted_by_quantity() -> None:
    order = an_order()
    order = order.filled(a_fill(order, 1, 10), currency="USD")
    order = order.filled(a_fill(order, 2, 20), currency="USD")
    assert order.average_price == Decimal("16.666666666666666667")


def test_c7_a_fill_without_a_price_leaves_the_average_unknown() -> None:
    order = an_order()
    order = order.filled(a_fill(order, 1, None), currency="USD")
    assert order.average_price is None
    order = order.filled(a_fill(order, 1, 20), currency="USD")
    assert order.average_price is None


Step = tuple[str, Decimal, Decimal | None]
steps = st.lists(
    st.tuples(
        st.sampled_from(["fill", "rest", "amend", "close", "cancel"]),
        numbers(positive=True),
        st.none() | numbers(positive=True),
    ),
    max_size=12,
)


@given(numbers(positive=True), steps)
def test_o1_o2_o3_hold_after_any_sequence(qty: Decimal, asked: list[Step]) -> None:
    order, fills = an_order(original_qty=qty), []
    for event, amount, price in asked:
        try:
            if event in {"fill", "rest"}:
                fill = a_fill(order, order.pending_qty if event == "rest" else amount, price)
                order = order.filled(fill, currency="USD")
                fills.append(fill)
            elif event == "cancel":
                order = order.cancelled(at=LATER)
            else:
                wanted = order.executed_qty if event == "close" else amount
                order = order.amended(positive(wanted, pointer="/qty"), at=LATER)
        except Refusal:
            continue
        _holds(order)
    assert order.executed_qty == sum(Fraction(fill.qty) for fill in fills)
    assert [fill.seq for fill in fills] == list(range(1, order.fill_count + 1))
    if all(fill.price is not None for fill in fills):
        worth = sum(Fraction(fill.qty) * Fraction(fill.price or 0) for fill in fills)
        assert order.executed_value is not None
        assert Fraction(order.executed_value) == worth


def _holds(order: Order) -> None:
    assert 0 <= order.executed_qty <= order.original_qty
    assert order.original_qty > 0
    assert Fraction(order.pending_qty) == Fraction(order.original_qty) - Fraction(order.executed_qty)
    assert (order.status is Status.EXECUTED) == (order.executed_qty == order.original_qty)
    if order.status is Status.PENDING:
        assert order.executed_qty == 0
    if order.status is Status.PARTIAL:
        assert order.executed_qty > 0
