"""Orders through alpaca-py: listed, refused, and kept from others."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from alpaca.common.enums import Sort
from alpaca.trading.enums import OrderStatus, QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    OrderRequest,
    ReplaceOrderRequest,
)

from tests.api.brokerage import (
    ABOVE,
    BUY,
    DAY,
    SELL,
    Trader,
    a_trader,
    order,
    orders,
    placed,
    refused,
)
from tests.people import Person


@pytest.fixture
def trader(alice: Person) -> Trader:
    return a_trader(alice)


@pytest.fixture
def holder(trader: Trader) -> Trader:
    """Somebody who has bought ten AAPL."""
    placed(trader, MarketOrderRequest(symbol="AAPL", qty=10, side=BUY, time_in_force=DAY))
    return trader


def test_orders_are_listed_by_what_is_asked(holder: Trader) -> None:
    between = datetime.now(UTC)
    kept = [
        placed(
            holder, LimitOrderRequest(symbol=symbol, qty=1, side=side, limit_price=price, time_in_force=DAY)
        )
        for symbol, side, price in (("AAPL", SELL, ABOVE), ("NVDA", BUY, 100), ("BTC/USD", BUY, 1000))
    ]
    ids = [one.id for one in kept]
    assert [one.id for one in orders(holder)] == ids[::-1]
    assert [one.id for one in orders(holder, direction=Sort.ASC)] == ids
    assert [one.id for one in orders(holder, limit=1)] == ids[-1:]
    assert [one.id for one in orders(holder, side=SELL)] == ids[:1]
    assert [one.id for one in orders(holder, symbols=["AAPL", "BTC/USD"], direction=Sort.ASC)] == [
        ids[0],
        ids[2],
    ]
    (closed,) = orders(holder, status=QueryOrderStatus.CLOSED)
    assert closed.status is OrderStatus.FILLED
    assert len(orders(holder, status=QueryOrderStatus.ALL)) == 4
    assert [one.id for one in orders(holder, status=QueryOrderStatus.ALL, until=between)] == [closed.id]
    assert len(orders(holder, status=QueryOrderStatus.ALL, after=between)) == 3
    assert orders(holder, after=between + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("asked", "status", "code", "said"),
    [
        (MarketOrderRequest(symbol="AAPL", qty=900, side=BUY, time_in_force=DAY), 403, 40310000, "more than"),
        (MarketOrderRequest(symbol="MSFT", qty=1, side=SELL, time_in_force=DAY), 403, 40310000, "only what"),
        (
            MarketOrderRequest(symbol="AAPL", qty=11, side=SELL, time_in_force=DAY),
            403,
            40310000,
            "1 too many",
        ),
        (MarketOrderRequest(symbol="NONE", qty=1, side=BUY, time_in_force=DAY), 422, 42210000, "not found"),
        (
            LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, limit_price=1.001, time_in_force=DAY),
            422,
            42210000,
            "limit_price: ",
        ),
        (
            LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, limit_price=1, time_in_force=TimeInForce.OPG),
            422,
            42210000,
            "time_in_force: ",
        ),
        (
            MarketOrderRequest(symbol="AAPL", qty=1, side=BUY, time_in_force=DAY, extended_hours=True),
            404,
            40410000,
            "extended_hours",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_says_why_and_changes_nothing(
    holder: Trader, asked: OrderRequest, status: int, code: int, said: str
) -> None:
    found_status, found_code, message = refused(lambda: holder.trading.submit_order(asked))
    assert (found_status, found_code) == (status, code), message
    assert said in message
    assert orders(holder) == []


def test_a_client_order_id_is_taken_once(trader: Trader) -> None:
    asked = LimitOrderRequest(
        symbol="AAPL", qty=1, side=BUY, limit_price=100, time_in_force=DAY, client_order_id="once"
    )
    placed(trader, asked)
    assert refused(lambda: trader.trading.submit_order(asked))[:2] == (422, 42210001)


def test_another_s_orders_are_not_there(trader: Trader, bob: Person) -> None:
    made = placed(trader, LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, limit_price=9, time_in_force=DAY))
    other = a_trader(bob)
    asked = ReplaceOrderRequest(qty=2)
    for call in (
        lambda: other.trading.get_order_by_id(made.id),
        lambda: other.trading.get_order_by_id(uuid4()),
        lambda: other.trading.get_order_by_client_id(made.client_order_id),
        lambda: other.trading.cancel_order_by_id(made.id),
        lambda: other.trading.replace_order_by_id(made.id, asked),
    ):
        assert refused(call)[:2] == (404, 40410000)
    assert orders(other) == []
    assert order(trader, made.id).status is OrderStatus.NEW
