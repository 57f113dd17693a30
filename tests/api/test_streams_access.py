import json
import time

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from tests.api.streaming import (
    asked,
    connected,
    events,
    happen,
    numbers,
    portfolio_of,
    received,
)
from tests.people import Person
from tests.servers import Server


@pytest.fixture
def mine(alice: Person) -> int:
    return portfolio_of(alice)


def test_nobody_follows_the_orders_of_somebody_else(
    server: Server, alice: Person, bob: Person, mine: int
) -> None:
    his = portfolio_of(bob)
    with connected(bob) as stream:
        assert asked(stream, orders=[his])["channel"] == "subscribed"
        there = asked(stream, orders=[mine])
        nowhere = asked(stream, orders=[10**15])
        assert there == nowhere
        assert (there["channel"], there["code"]) == ("error", "portfolio-not-found")
        happen(server, mine)
        happen(server, his)
        assert received(stream)["portfolio_id"] == his
    for query in (f"portfolio_id={mine}", "portfolio_id=1000000000000000"):
        answer = bob("GET", f"/api/v1/exchange/events?{query}")
        assert (answer.status, answer.code) == (404, "portfolio-not-found")


def test_nobody_comes_in_without_a_session(server: Server, alice: Person) -> None:
    for token, code in (("", "unauthenticated"), ("no.such.token", "invalid-token")):
        person = Person(server.url, token=token)
        with pytest.raises(InvalidStatus) as refused:
            connected(person)
        response = refused.value.response
        assert response.status_code == 401
        assert json.loads(response.body or b"")["code"] == code
        person.client.close()
    alice("POST", "/api/v1/auth/logout")
    with pytest.raises(InvalidStatus):
        connected(alice)


def test_a_cookie_opens_a_stream_only_from_our_own_site(server: Server, alice: Person) -> None:
    nobody = Person(server.url)
    cookie = {"cookie": f"access_token={alice.token}"}
    for origin in ("https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused:
            connected(nobody, headers=cookie, origin=origin)
        assert refused.value.response.status_code == 403
        assert json.loads(refused.value.response.body or b"")["code"] == "csrf"
    with connected(nobody, headers=cookie, origin=server.url) as stream:
        assert asked(stream, quotes=["book/ABC"])["channel"] == "subscribed"
    nobody.client.close()


def test_there_is_nothing_at_another_address(alice: Person) -> None:
    elsewhere = Person(alice.url + "/api/v1/portfolios", token=alice.token)
    with pytest.raises(InvalidStatus) as refused:
        connected(elsewhere)
    assert refused.value.response.status_code == 404
    elsewhere.client.close()


def test_a_session_that_ends_ends_its_streams_within_five_seconds(
    server: Server, alice: Person, mine: int
) -> None:
    with connected(alice) as stream, events(alice, f"portfolio_id={mine}") as told:
        asked(stream, orders=[mine])
        next(told)
        alice("POST", "/api/v1/auth/logout")
        began = time.monotonic()
        with pytest.raises(ConnectionClosedError) as closed:
            received(stream)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "signed-out")
        assert next(told) == {"event": "closed", "data": '{"reason":"signed-out"}'}
        assert next(told, None) is None
        assert time.monotonic() - began < 5


def test_a_key_that_is_revoked_ends_its_streams_too(server: Server, alice: Person, mine: int) -> None:
    made = alice.made("/api/v1/api-keys", {"name": "reader", "scopes": ["read"]})
    program = Person(server.url)
    key = {"apca-api-key-id": made["key_id"], "apca-api-secret-key": made["secret"]}
    with connected(program, headers=key) as stream:
        asked(stream, orders=[mine])
        happen(server, mine)
        assert numbers(stream, 1) == [1]
        assert alice("DELETE", f"/api/v1/api-keys/{made['key_id']}").status == 204
        with pytest.raises(ConnectionClosedError) as closed:
            received(stream)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.reason == "signed-out"
    with pytest.raises(InvalidStatus) as refused:
        connected(program, headers=key)
    assert refused.value.response.status_code == 401
    program.client.close()
