"""Trade updates through the stream of alpaca-py, and its handshake by hand."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from alpaca.trading.enums import OrderSide, OrderStatus, TimeInForce
from alpaca.trading.models import TradeUpdate
from alpaca.trading.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
)
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.api.brokerage import Trader, a_trader, with_key
from tests.people import Person

WAIT_SECONDS = 15


@pytest.fixture
def trader(alice: Person) -> Trader:
    return a_trader(alice)


def until(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)


def resting(trader: Trader, price: int = 100) -> Any:
    asked = LimitOrderRequest(
        symbol="AAPL", qty=1, side=OrderSide.BUY, limit_price=price, time_in_force=TimeInForce.GTC
    )
    return trader.trading.submit_order(asked)


@contextmanager
def followed(trader: Trader) -> Iterator[list[TradeUpdate]]:
    """Follow the account with alpaca-py; give the list that its updates come to."""
    updates: list[TradeUpdate] = []

    async def take(update: TradeUpdate) -> None:
        updates.append(update)

    stream = trader.stream()
    stream.subscribe_trade_updates(take)
    thread = Thread(target=stream.run)
    thread.start()
    try:
        until(lambda: stream._running)
        # It says nothing once it is listened to: the first update shows it.
        until(lambda: resting(trader) and updates)
        trader.trading.cancel_orders()
        until(lambda: updates[-1].event == "canceled" and trader.trading.get_orders() == [])
        time.sleep(0.3)
        updates.clear()
        yield updates
    finally:
        stream.stop()
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


def test_every_change_of_an_order_is_told(trader: Trader, bob: Person) -> None:
    other = a_trader(bob)
    with followed(trader) as updates:
        resting(other)
        first = resting(trader)
        second = trader.trading.replace_order_by_id(first.id, ReplaceOrderRequest(limit_price=101))
        trader.trading.cancel_order_by_id(second.id)
        bought = trader.trading.submit_order(
            MarketOrderRequest(symbol="AAPL", qty=2, side=OrderSide.BUY, time_in_force=TimeInForce.DAY)
        )
        until(lambda: len(updates) >= 6)
        told = [(one.event, one.order.id) for one in updates]
        assert told == [
            ("new", first.id),
            ("replaced", first.id),
            ("new", second.id),
            ("canceled", second.id),
            ("new", bought.id),
            ("fill", bought.id),
        ]
        fill = updates[-1]
        assert (fill.qty, fill.position_qty, fill.order.status) == (2, 2, OrderStatus.FILLED)
        assert fill.price == pytest.approx(270, rel=0.01)
        assert fill.execution_id is not None
        assert fill.order.filled_avg_price == trader.trading.get_order_by_id(bought.id).filled_avg_price


@contextmanager
def socket(trader: Trader) -> Iterator[ClientConnection]:
    with connect(f"{trader.url.replace('http', 'ws', 1)}/stream", proxy=None) as found:
        yield found


def said(found: ClientConnection, message: object) -> Any:
    found.send(message if isinstance(message, str) else json.dumps(message))
    return json.loads(found.recv(WAIT_SECONDS))


def drained(found: ClientConnection) -> None:
    while True:
        found.recv(WAIT_SECONDS)


def closed(found: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as ended:
        drained(found)
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code


LISTEN = {"action": "listen", "data": {"streams": ["trade_updates", "other"]}}


def authenticated(trader: Trader, found: ClientConnection) -> Any:
    data = {"key_id": trader.key_id, "secret_key": trader.secret}
    return said(found, {"action": "authenticate", "data": data})


def test_the_handshake_in_either_form(trader: Trader) -> None:
    let_in = {"status": "authorized", "action": "authenticate"}
    with socket(trader) as found:
        assert authenticated(trader, found) == {"stream": "authorization", "data": let_in}
        assert said(found, LISTEN) == {"stream": "listening", "data": {"streams": ["trade_updates"]}}
        order = resting(trader)
        update = json.loads(found.recv(WAIT_SECONDS))
        assert (update["stream"], update["data"]["event"]) == ("trade_updates", "new")
        assert update["data"]["order"]["id"] == str(order.id)
        stop = {"action": "listen", "data": {"streams": []}}
        assert said(found, stop) == {"stream": "listening", "data": {"streams": []}}
        resting(trader)
        assert said(found, LISTEN)["stream"] == "listening"
    with socket(trader) as found:
        short = {"action": "auth", "key": trader.key_id, "secret": trader.secret}
        assert said(found, short)["data"] == {"status": "authorized", "action": "auth"}


def test_who_is_not_known_hears_nothing(trader: Trader) -> None:
    with socket(trader) as found:
        for _ in range(5):
            told = said(found, LISTEN)
            assert told == {"stream": "authorization", "data": {"status": "unauthorized", "action": "listen"}}
        assert closed(found) >= 4000
    with socket(trader) as found:
        wrong = {"action": "authenticate", "data": {"key_id": trader.key_id, "secret_key": "x"}}
        assert said(found, wrong)["data"]["status"] == "unauthorized"
        assert authenticated(trader, found)["data"]["status"] == "authorized"
    with socket(trader) as found:
        nobody = with_key(trader.person, None)
        authenticated(nobody, found)
        assert closed(found) >= 4000


def test_who_says_nothing_is_sent_away(trader: Trader) -> None:
    with socket(trader) as found:
        assert closed(found) >= 4000


def test_messages_that_are_none_end_the_stream(trader: Trader) -> None:
    with socket(trader) as found:
        authenticated(trader, found)
        for message in ("{", "[]", {"action": "dance"}, {"action": "auth"}):
            assert said(found, message)["stream"] == "error"
        found.send("{")
        assert closed(found) == 1008


def test_a_revoked_key_hears_no_more(trader: Trader) -> None:
    with socket(trader) as found:
        authenticated(trader, found)
        said(found, LISTEN)
        assert trader.person("DELETE", f"/api/v1/api-keys/{trader.key_id}").status == 204
        assert closed(found) >= 4000
