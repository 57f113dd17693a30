"""Once and no more: idempotency keys, client order ids, limits, and sessions that end while orders wait."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.api.conftest import NewServer
from tests.api.trading import Trader, a_trader
from tests.people import Answer, Person, registered


@pytest.fixture
def trader(alice: Person) -> Iterator[Trader]:
    found = a_trader(alice)
    yield found
    found.leave()


def keyed() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def open_orders(trader: Trader) -> int:
    count: int = trader.account["open_orders"]
    return count


def test_the_same_request_again_acts_once_on_either_worker(
    trader: Trader, each_worker: Callable[[Person], list[Person]]
) -> None:
    headers = keyed()
    here, there = (Trader(one, trader.portfolio) for one in each_worker(trader.person))
    first, again = here.ask(headers=headers), there.ask(headers=headers)
    assert (first.status, again.status, again.text) == (201, 201, first.text)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert open_orders(trader) == 1
    other = here.ask(headers=headers, qty=11)
    assert (other.status, other.code) == (422, "idempotency-key-reused")
    assert open_orders(trader) == 1


def test_the_same_request_many_times_at_once_acts_once(
    trader: Trader, at_once: Callable[..., list[Answer]]
) -> None:
    headers = keyed()
    answers = at_once(8, lambda _: trader.ask(headers=headers))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert open_orders(trader) == 1


def test_after_a_refusal_the_key_is_free(trader: Trader) -> None:
    headers = keyed()
    assert trader.ask(headers=headers, qty=10**9).code == "insufficient-buying-power"
    answer = trader.ask(headers=headers)
    assert answer.status == 201
    assert "idempotency-replayed" not in answer.headers


def test_replacing_and_cancelling_are_done_once(trader: Trader) -> None:
    order = trader.place()
    headers = keyed()
    path = f"/orders/{order['id']}/replace"
    first, again = (trader.person("POST", path, {"limit_price": 90}, headers=headers) for _ in range(2))
    assert (first.status, again.text) == (201, first.text)
    headers = keyed()
    path = f"/orders/{first.json['id']}"
    first, again = (trader.person("DELETE", path, headers=headers) for _ in range(2))
    assert (first.status, first.json["status"], again.text) == (200, "cancelled", first.text)
    assert again.headers["idempotency-replayed"] == "true"


def test_a_key_is_shared_with_the_manual_venue(trader: Trader) -> None:
    headers = keyed()
    assert trader.person("POST", "/orders", {"security": "ETH", "qty": 1}, headers=headers).status == 201
    assert trader.ask(headers=headers).code == "idempotency-key-reused"
    headers = keyed()
    assert trader.ask(headers=headers).status == 201
    manual = trader.person("POST", "/orders", {"security": "ETH", "qty": 1}, headers=headers)
    assert manual.code == "idempotency-key-reused"


def test_a_malformed_key_is_refused(trader: Trader) -> None:
    answer = trader.ask(headers={"idempotency-key": "with blank"})
    assert (answer.status, answer.code) == (400, "bad-idempotency-key")
    assert open_orders(trader) == 0


def test_a_client_order_id_is_unique_for_ever_and_on_every_venue(
    trader: Trader, bob: Person, at_once: Callable[..., list[Answer]]
) -> None:
    answers = at_once(8, lambda _: trader.ask(client_order_id="mine"))
    assert sorted(answer.status for answer in answers) == [201, *[409] * 7]
    order = next(answer.json for answer in answers if answer.status == 201)
    assert {answer.code for answer in answers} == {None, "client-order-id-taken"}
    trader.cancel(order)
    assert trader.ask(client_order_id="mine").code == "client-order-id-taken"
    manual = {"security": "ETH", "qty": 1, "client_order_id": "mine"}
    assert trader.person("POST", "/orders", manual).code == "client-order-id-taken"
    trader.person.made("/orders", {**manual, "client_order_id": "manual"})
    assert trader.ask(client_order_id="manual").code == "client-order-id-taken"
    # Another one's names are their own.
    theirs = a_trader(bob)
    theirs.cancel(theirs.place(client_order_id="mine"))


def test_orders_count_against_the_limit_on_writes(new_server: NewServer) -> None:
    server = new_server(LIMIT_WRITES_PER_USER_PER_MINUTE="8")
    person, other = registered(server.url), registered(server.url)
    trader, theirs = a_trader(person), a_trader(other)
    answers = [trader.ask(qty=1) for _ in range(8)]
    assert [answer.status for answer in answers] == [201] * 5 + [429] * 3
    assert answers[-1].code == "too-many-requests"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert open_orders(trader) == 5
    # Refused ones do not count, and nobody else's do.
    assert [theirs.ask(qty=10**9).status for _ in range(8)] == [409] * 8
    assert theirs.place(qty=1)["status"] == "pending"
    person.client.close()
    other.client.close()


def test_who_has_signed_out_trades_no_more(bob: Person) -> None:
    trader = a_trader(bob)
    order = trader.place(limit_price=1)
    assert trader.person("POST", "/auth/logout").status in (200, 204)
    for answer in (trader.ask(), trader.cancel(order), trader.replace(order, qty=1)):
        assert (answer.status, answer.code) == (401, "unauthenticated")
