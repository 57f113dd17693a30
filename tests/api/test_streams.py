import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from tests.api.streaming import (
    asked,
    connected,
    events,
    happen,
    list_symbol,
    numbers,
    portfolio_of,
    received,
    tidy,
    trade,
    worker,
)
from tests.people import Person
from tests.servers import Server


@pytest.fixture(scope="module", autouse=True)
def tidied(server: Server) -> Iterator[None]:
    yield
    tidy(server)


@pytest.fixture
def mine(alice: Person) -> int:
    return portfolio_of(alice)


def test_what_lies_behind_and_what_is_new_comes_once_and_in_order(
    server: Server, alice: Person, mine: int
) -> None:
    happen(server, mine, 3)
    with connected(alice) as stream:
        told = asked(stream, orders=[mine], after={str(mine): 1})
        assert told == {
            "channel": "subscribed",
            "topics": [f"orders:{mine}"],
            "after": {str(mine): 1},
        }
        happen(server, mine, 2)
        assert numbers(stream, 4) == [2, 3, 4, 5]
        happen(server, mine)
        message = received(stream)
        assert message["channel"], message["portfolio_id"] == ("orders", mine)
        assert message["data"]["seq"] == 6


def test_without_a_number_a_stream_begins_now(server: Server, alice: Person, mine: int) -> None:
    happen(server, mine, 2)
    with connected(alice) as stream:
        assert asked(stream, orders=[mine])["after"] == {str(mine): 2}
        happen(server, mine)
        assert numbers(stream, 1) == [3]


def test_both_workers_tell_what_neither_has_written(server: Server, alice: Person, mine: int) -> None:
    found: dict[str, ClientConnection] = {}
    with ExitStack() as opened:
        while len(found) < 2:
            stream = opened.enter_context(connected(alice))
            found.setdefault(worker(stream), stream)
        for stream in found.values():
            asked(stream, orders=[mine])
        happen(server, mine, 2)
        for stream in found.values():
            assert numbers(stream, 2) == [1, 2]


def test_an_event_is_there_soon(server: Server, alice: Person, mine: int) -> None:
    with connected(alice) as stream:
        asked(stream, orders=[mine])
        happen(server, mine)
        numbers(stream, 1)
        took = []
        for number in range(2, 12):
            happen(server, mine)
            written = time.monotonic()
            assert numbers(stream, 1) == [number]
            took.append(time.monotonic() - written)
    # Half of what the polling of SQLite waits at most, and room for a busy machine.
    assert sorted(took)[5] < 0.2


def test_events_of_an_account_come_as_server_sent_events_too(
    server: Server, alice: Person, mine: int
) -> None:
    happen(server, mine, 3)
    with events(alice, f"portfolio_id={mine}&after=1") as told:
        assert next(told) == {
            "retry": "1000",
            "id": "1",
            "event": "subscribed",
            "data": f'{{"portfolio_id":{mine},"after":1}}',
        }
        happen(server, mine)
        for number in (2, 3, 4):
            event = next(told)
            assert (event["id"], event["event"]) == (str(number), "order")
            assert json.loads(event["data"])["seq"] == number


def test_a_browser_that_comes_back_goes_on_behind_the_last_event(
    server: Server, alice: Person, mine: int
) -> None:
    happen(server, mine, 4)
    with events(alice, f"portfolio_id={mine}&after=0", **{"last-event-id": "3"}) as told:
        assert next(told)["id"] == "3"
        assert next(told)["id"] == "4"
    answer = alice("GET", f"/api/v1/exchange/events?portfolio_id={mine}", headers={"last-event-id": "three"})
    assert (answer.status, answer.code) == (422, "invalid-integer")


def _trades(messages: list[dict[str, Any]]) -> list[int]:
    return [one["data"]["seq"] for one in messages if one["channel"] == "trades"]


def _bids(messages: list[dict[str, Any]]) -> list[str]:
    return [one["data"]["bid"] for one in messages if one["channel"] == "quotes"]


def test_trades_come_in_sequence_and_of_quotes_the_last(server: Server, alice: Person) -> None:
    symbol = f"S{time.monotonic_ns()}"
    list_symbol(server, symbol)
    trade(server, symbol, "1")
    name = f"book/{symbol}"
    with connected(alice) as stream:
        told = asked(stream, trades=[name], quotes=[name], depth=[name], after={name: 0})
        assert told["after"] == {name: 0}
        messages = [received(stream) for _ in range(3)]
        found = {one["channel"]: one["data"] for one in messages}
        assert found["trades"] == {"seq": 1, "qty": 2.5, "price": 101.25, "at": "2026-01-05T12:00:00.000000Z"}
        assert found["quotes"]["bid"] == "1"
        assert (found["depth"]["version"], found["depth"]["bids"]) == (1, [])
        trade(server, symbol, "2")
        # Channels do not wait for each other: the quote may be here before the trade.
        while not (_bids(messages)[-1:] == ["2"] and len(_trades(messages)) == 2):
            messages.append(received(stream))
        assert _trades(messages) == [1, 2]
        assert all((one["venue"], one["symbol"]) == ("book", symbol) for one in messages)


def test_who_wants_no_more_gets_no_more(server: Server, alice: Person, mine: int) -> None:
    other = portfolio_of(alice)
    with connected(alice) as stream:
        asked(stream, orders=[mine, other])
        assert asked(stream, "unsubscribe", orders=[mine]) == {
            "channel": "unsubscribed",
            "topics": [f"orders:{mine}"],
        }
        happen(server, mine)
        happen(server, other)
        assert received(stream)["portfolio_id"] == other


def test_an_order_is_heard_of_on_every_worker(server: Server, alice: Person, mine: int) -> None:
    assert alice("PUT", f"/api/v1/portfolios/{mine}/account", {"starting_balance": 1000}).status == 201
    asking = {"venue": "book", "security": "BTC", "qty": 1, "portfolio_id": mine}
    asking |= {"type": "limit", "limit_price": 2, "time_in_force": "gtc"}
    found: dict[str, ClientConnection] = {}
    with ExitStack() as opened:
        while len(found) < 2:
            stream = opened.enter_context(connected(alice))
            found.setdefault(worker(stream), stream)
        for stream in found.values():
            asked(stream, orders=[mine])
        order = alice.made("/api/v1/orders", asking)
        assert alice("DELETE", f"/api/v1/orders/{order['id']}").status == 200
        for stream in found.values():
            told = [received(stream)["data"] for _ in range(2)]
            assert [(one["seq"], one["kind"], one["order"]["id"]) for one in told] == [
                (1, "accepted", order["id"]),
                (2, "cancelled", order["id"]),
            ]
