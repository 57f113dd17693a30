from collections.abc import Callable

import pytest

from tests.people import PASSWORD, Answer, Person

ORDER = {"security": "ETH", "qty": 1}


def ask(person: Person, key: str, body: object, path: str = "/orders", method: str = "POST") -> Answer:
    return person(method, path, body, headers={"idempotency-key": key})


def test_the_same_request_again_gets_the_first_answer(
    alice: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(alice)
    first = ask(here, "key-1", ORDER)
    again = ask(there, "key-1", ORDER)
    assert (first.status, again.status) == (201, 201)
    assert again.text == first.text
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(alice("GET", "/orders").json) == 1


def test_another_body_under_the_same_key_is_refused(alice: Person) -> None:
    assert ask(alice, "key", ORDER).status == 201
    other = ask(alice, "key", {**ORDER, "qty": 2})
    assert (other.status, other.code) == (422, "idempotency-key-reused")
    assert len(alice("GET", "/orders").json) == 1


def test_another_route_under_the_same_key_is_refused(alice: Person) -> None:
    order = ask(alice, "key", ORDER).json
    other = ask(alice, "key", {"executed_qty": 1}, f"/orders/{order['id']}/execute")
    assert (other.status, other.code) == (422, "idempotency-key-reused")
    assert alice("GET", f"/orders/{order['id']}").json == order


def test_a_key_is_ones_own(alice: Person, bob: Person) -> None:
    assert ask(alice, "key", ORDER).status == 201
    theirs = ask(bob, "key", ORDER)
    assert theirs.status == 201
    assert "idempotency-replayed" not in theirs.headers
    assert len(bob("GET", "/orders").json) == 1


def test_the_same_request_many_times_at_once_acts_once(
    alice: Person, at_once: Callable[..., list[Answer]]
) -> None:
    answers = at_once(8, lambda _: ask(alice, "key", ORDER))
    assert len(alice("GET", "/orders").json) == 1
    answered = [answer for answer in answers if answer.status == 201]
    assert len({answer.text for answer in answered}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answered) == 1
    in_flight = [answer for answer in answers if answer.status != 201]
    assert all(answer.status == 409 and answer.headers["retry-after"] for answer in in_flight)


def test_an_execution_is_not_done_twice(alice: Person) -> None:
    order = alice.made("/orders", ORDER | {"qty": 5})
    path = f"/orders/{order['id']}/execute"
    first, again = (ask(alice, "fill", {"executed_qty": 2}, path) for _ in range(2))
    assert (first.status, again.text) == (200, first.text)
    assert alice("GET", f"/orders/{order['id']}").json["executed_qty"] == 2


def test_after_a_refusal_the_key_is_free(alice: Person) -> None:
    assert ask(alice, "key", {**ORDER, "qty": -1}).status == 422
    assert ask(alice, "key", {**ORDER, "portfolio_id": 2**53}).status == 404
    answer = ask(alice, "key", ORDER)
    assert answer.status == 201
    assert "idempotency-replayed" not in answer.headers


def test_a_change_is_replayed_too(alice: Person) -> None:
    path = f"/portfolios/{alice.made('/portfolios', {'name': 'a'})['id']}"
    first = ask(alice, "key", {"name": "b"}, path, "PATCH")
    assert alice("PATCH", path, {"name": "c"}).status == 200
    again = ask(alice, "key", {"name": "b"}, path, "PATCH")
    assert again.text == first.text
    assert alice("GET", path).json["name"] == "c"


def test_a_password_change_is_replayed_and_not_tried_again(alice: Person) -> None:
    body = {"password": PASSWORD, "new_password": "another horse 43 battery"}
    first, again = (ask(alice, "key", body, "/users/me", "PATCH") for _ in range(2))
    assert (first.status, again.status, again.text) == (200, 200, first.text)
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(("path", "method"), [("/auth/logout", "POST"), ("/users/me", "PATCH")])
def test_every_post_and_patch_of_a_signed_in_caller_takes_a_key(
    alice: Person, path: str, method: str
) -> None:
    body = {"password": "wrong", "new_password": "a long enough password"} if method == "PATCH" else None
    answer = ask(alice, "", body, path, method)
    assert (answer.status, answer.code) == (400, "bad-idempotency-key")


@pytest.mark.parametrize("key", ["", "x" * 256, "with blank", "naïve"])
def test_a_malformed_key_is_refused(alice: Person, key: str) -> None:
    answer = alice("POST", "/orders", ORDER, headers={"idempotency-key": key.encode()})  # type: ignore[dict-item]  # httpx2 sends bytes as they are
    assert (answer.status, answer.code) == (400, "bad-idempotency-key")
    assert alice("GET", "/orders").json == []


def test_the_longest_key_is_taken(alice: Person) -> None:
    assert ask(alice, "x" * 255, ORDER).status == 201
