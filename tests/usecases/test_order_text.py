"""Orders, fills and events as JSON."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from steward.domain.orders import Status
from steward.domain.terms import BOOK_VENUE, PLAIN, OrderType, Phase, Standing, Terms, TimeInForce
from steward.domain.trading import OrderEvent, OrderEventKind
from steward.usecases.order_text import event_text, fill_text, order_text, terms_text
from tests.factories import AT, a_fill, an_order

TERMS = Terms(
    type=OrderType.STOP_LIMIT,
    time_in_force=TimeInForce.GTD,
    limit_price=Decimal("100.50"),
    stop_price=Decimal(99),
    post_only=True,
    expires_at=AT,
    parent_id=UUID(int=5),
)
STANDING = Standing(
    phase=Phase.ARMED, trigger_price=Decimal(99), reserved_cash=Decimal("10.0"), reason='a "word"'
)


def read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def test_terms_say_what_differs_from_the_plain_ones() -> None:
    assert read(terms_text(PLAIN)) == {"type": "market", "time_in_force": "day"}
    assert read(terms_text(TERMS)) == {
        "type": "stop_limit",
        "time_in_force": "gtd",
        "limit_price": "100.5",
        "stop_price": "99",
        "post_only": True,
        "expires_at": "2026-03-01T09:30:00.000000Z",
        "parent_id": str(UUID(int=5)),
    }


def test_an_order_says_where_it_stands_on_the_exchange_alone() -> None:
    manual = read(order_text(an_order(client_order_id='mine "1"')))
    assert (manual["client_order_id"], manual["pending_qty"], manual["average_price"]) == (
        'mine "1"',
        10,
        None,
    )
    assert "terms" not in manual
    order = an_order(venue=BOOK_VENUE, terms=TERMS, standing=STANDING)
    told = read(order_text(order))
    assert told["terms"] == read(terms_text(TERMS))
    assert (told["phase"], told["trigger_price"], told["reserved_cash"]) == ("armed", 99, 10)
    assert (told["reason"], told["replaced_by_id"]) == ('a "word"', None)
    assert datetime.fromisoformat(told["created_at"]) == AT


def test_a_copy_of_an_order_tells_of_itself() -> None:
    order = an_order(venue=BOOK_VENUE, terms=TERMS, standing=STANDING)
    assert order_text(order) is order_text(order)
    filled = order.filled(a_fill(order, 10), currency="USD")
    assert read(order_text(filled))["status"] == "executed"
    assert read(order_text(replace(order, status=Status.CANCELLED)))["status"] == "cancelled"


def test_a_fill_on_the_exchange_says_what_it_cost_and_which_trade_it_is() -> None:
    order = an_order()
    manual = read(fill_text(a_fill(order, 2, None)))
    assert (manual["price"], manual["currency"], manual["price_source"]) == (None, None, None)
    assert "trade_seq" not in manual
    told = read(fill_text(a_fill(order, 2, fee=Decimal("0.25"), trade_seq=7)))
    assert (told["qty"], told["price"], told["fee"], told["trade_seq"]) == (2, 3, Decimal("0.25"), 7)


def test_an_event_carries_the_order_as_it_stands_after_it() -> None:
    order = an_order(venue=BOOK_VENUE, terms=TERMS, standing=STANDING)
    fill = a_fill(order, 2)
    plain = OrderEvent(portfolio_id=7, seq=3, kind=OrderEventKind.ACCEPTED, order=order, at=AT)
    told = read(event_text(plain))
    assert (told["portfolio_id"], told["seq"], told["kind"]) == (7, 3, "accepted")
    assert (told["order"], told["fill"], told["position_qty"]) == (read(order_text(order)), None, None)
    filled = replace(plain, kind=OrderEventKind.FILLED, fill=fill, position_qty=Decimal(2))
    told = read(event_text(filled))
    assert (told["fill"], told["position_qty"]) == (read(fill_text(fill)), 2)
