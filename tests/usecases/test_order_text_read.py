"""Orders read back from their text are what was written."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from steward.domain.money import ZERO
from steward.domain.orders import Order, Side, Status
from steward.domain.terms import OrderClass, OrderType, Phase, Role, SelfTrade, Standing, Terms, TimeInForce
from steward.domain.trading import OrderEvent, OrderEventKind
from steward.usecases.order_text import event_text, order_text, read_order, read_terms, terms_text
from tests.factories import AT, LATER, OWNER, a_fill, an_order

EVERYTHING = Terms(
    type=OrderType.STOP_LIMIT,
    time_in_force=TimeInForce.GTD,
    limit_price=Decimal("1.000000000000000001"),
    stop_price=Decimal(2),
    trail_amount=Decimal(3),
    trail_percent=Decimal("0.5"),
    amount=Decimal(4),
    display_qty=Decimal(5),
    post_only=True,
    reduce_only=True,
    self_trade=SelfTrade.CANCEL_BOTH,
    expires_at=AT + timedelta(days=1),
    order_class=OrderClass.BRACKET,
    role=Role.STOP_LOSS,
    parent_id=UUID(int=1),
    group_id=UUID(int=2),
    replaces_id=UUID(int=3),
)
WAITING = Standing(phase=Phase.ARMED, trigger_price=Decimal("7.5"), reserved_cash=Decimal(9))
REPLACED = Standing(phase=Phase.DONE, reason="replaced", replaced_by_id=UUID(int=9))


@pytest.mark.parametrize("terms", [Terms(), EVERYTHING], ids=["plain", "everything"])
def test_terms_are_read_as_they_were_written(terms: Terms) -> None:
    assert read_terms(json.loads(terms_text(terms))) == terms


@pytest.mark.parametrize(
    "order",
    [
        replace(an_order(venue="book"), executed_value=None, terms=EVERYTHING, standing=WAITING),
        replace(
            an_order(venue="paper", client_order_id='my "own"', side=Side.SELL),
            executed_qty=Decimal(3),
            executed_value=Decimal("30.9"),
            status=Status.CANCELLED,
            updated_at=LATER,
            standing=REPLACED,
        ),
    ],
    ids=["waiting", "replaced"],
)
def test_an_order_is_read_as_far_as_it_was_written(order: Order) -> None:
    told = json.loads(order_text(order), parse_float=Decimal, parse_int=Decimal)
    told |= {name: int(told[name]) for name in ("portfolio_id", "version")}
    read = read_order(told, owner_id=OWNER)
    assert read == replace(order, fill_count=0)
    assert read.average_price == order.average_price
    assert read.executed_qty >= ZERO


def test_an_order_of_the_manual_venue_says_nothing_of_a_desk() -> None:
    assert {*json.loads(order_text(an_order()))} & {"terms", "phase", "reason"} == set()


def test_what_happened_to_an_order_tells_its_execution() -> None:
    order = replace(an_order(venue="book"), standing=WAITING)
    event = OrderEvent(portfolio_id=7, seq=3, kind=OrderEventKind.ACCEPTED, order=order, at=AT)
    told = json.loads(event_text(event))
    assert (told["portfolio_id"], told["seq"], told["kind"], told["fill"]) == (7, 3, "accepted", None)
    fill = a_fill(order, 4, fee=Decimal("0.5"), trade_seq=9)
    filled = replace(event, kind=OrderEventKind.FILLED, fill=fill, position_qty=Decimal(4))
    told = json.loads(event_text(filled))
    assert (told["position_qty"], told["fill"]["qty"]) == (4, 4)
    assert (told["fill"]["fee"], told["fill"]["trade_seq"]) == (0.5, 9)
    by_hand = replace(event, fill=replace(fill, trade_seq=None))
    assert "fee" not in json.loads(event_text(by_hand))["fill"]
