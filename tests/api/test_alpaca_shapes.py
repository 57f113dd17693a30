"""Orders as they show on the Alpaca wire, where it has no word for what Steward has."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from steward.api.alpaca.assets import Assets
from steward.api.alpaca.order_shapes import nested_orders, order_document, status_of
from steward.domain.orders import Order, Side, Status
from steward.domain.terms import OrderClass, OrderType, Phase, Role, Standing, Terms, TimeInForce
from tests.factories import LATER, an_order

NOTHING_LISTED = Assets((), ())


def an_exchange_order(number: int = 1, **terms: Any) -> Order:
    order = an_order(id=UUID(int=number), venue="book")
    return replace(order, terms=Terms(**terms), standing=Standing(phase=Phase.WORKING))


def shown(order: Order) -> dict[str, Any]:
    return order_document(order, NOTHING_LISTED.of)


def test_a_type_without_a_word_there_is_null_and_an_end_is_told() -> None:
    touched = an_exchange_order(
        type=OrderType.LIMIT_IF_TOUCHED, time_in_force=TimeInForce.GTD, expires_at=LATER
    )
    told = shown(touched)
    assert (told["type"], told["order_type"], told["time_in_force"]) == (None, None, "gtc")
    assert told["expires_at"] == "2026-03-01T09:31:00.000000Z"
    assert (told["symbol"], told["asset_class"]) == ("ABC", "us_equity")


@pytest.mark.parametrize(
    ("status", "phase", "reason", "word", "moment"),
    [
        (Status.PENDING, Phase.HELD, None, "held", None),
        (Status.PENDING, Phase.QUEUED, None, "accepted", None),
        (Status.PENDING, Phase.ARMED, None, "new", None),
        (Status.PENDING, Phase.WORKING, None, "new", None),
        (Status.PARTIAL, Phase.WORKING, None, "partially_filled", None),
        (Status.EXECUTED, Phase.DONE, None, "filled", "filled_at"),
        (Status.CANCELLED, Phase.DONE, "by_owner", "canceled", "canceled_at"),
        (Status.CANCELLED, Phase.DONE, "replaced", "replaced", "replaced_at"),
        (Status.EXPIRED, Phase.DONE, None, "expired", "expired_at"),
        (Status.REJECTED, Phase.DONE, "no_price", "rejected", "failed_at"),
    ],
)
def test_every_status_has_its_word_and_its_moment(
    status: Status, phase: Phase, reason: str | None, word: str, moment: str | None
) -> None:
    standing = Standing(phase=phase, reason=reason)
    order = replace(an_exchange_order(), status=status, standing=standing, updated_at=LATER)
    told = shown(order)
    assert told["status"] == word
    ended = {"filled_at", "canceled_at", "replaced_at", "expired_at", "failed_at"}
    assert {name for name in ended if told[name] is not None} == ({moment} if moment else set())


def test_an_order_of_the_manual_venue_has_a_status_too() -> None:
    assert status_of(an_order()) == "new"


def test_the_best_price_that_a_stop_to_buy_has_seen_lies_below_it() -> None:
    order = an_exchange_order(type=OrderType.TRAILING_STOP, trail_amount=Decimal(2))
    waiting = replace(order, side=Side.BUY, standing=Standing(phase=Phase.ARMED, trigger_price=Decimal(12)))
    assert (shown(waiting)["hwm"], shown(waiting)["stop_price"]) == ("10", "12")
    assert shown(order)["hwm"] is None


def test_exits_stand_under_their_entry_and_without_it_alone() -> None:
    entry = an_exchange_order(1, order_class=OrderClass.BRACKET)
    exits = [
        an_exchange_order(number, order_class=OrderClass.BRACKET, role=role, parent_id=UUID(int=1))
        for number, role in ((2, Role.TAKE_PROFIT), (3, Role.STOP_LOSS))
    ]
    other = an_exchange_order(4)
    assert nested_orders([*exits, other, entry]) == [(other, []), (entry, exits)]
    assert nested_orders([exits[1], other]) == [(other, []), (exits[1], [])]


def test_the_exit_with_a_gain_leads_an_oco() -> None:
    group = UUID(int=9)
    gain, loss = (
        an_exchange_order(number, order_class=OrderClass.OCO, role=role, group_id=group)
        for number, role in ((1, Role.TAKE_PROFIT), (2, Role.STOP_LOSS))
    )
    assert nested_orders([loss, gain]) == [(gain, [loss])]
    assert nested_orders([loss]) == [(loss, [])]
