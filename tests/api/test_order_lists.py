"""Lists of orders and of their fills, and the versions by which they are changed."""

import pytest

from tests.api.ordering import LINK, cancel, execute, pages, placed
from tests.people import Answer, Person


def test_fills_are_listed_oldest_first_in_pages(alice: Person) -> None:
    order = placed(alice)
    for qty in (1, 2, 3):
        assert execute(alice, order, qty).status == 200
    path = f"/api/v1/orders/{order['id']}/executions"
    whole = alice("GET", path)
    assert "link" not in whole.headers
    assert [fill["qty"] for fill in whole.json] == [1, 2, 3]
    assert {fill["order_id"] for fill in whole.json} == {order["id"]}
    assert sorted(fill["executed_at"] for fill in whole.json) == [fill["executed_at"] for fill in whole.json]
    assert pages(alice, f"{path}?limit=2") == [whole.json[:2], whole.json[2:]]


def test_orders_are_listed_newest_first_in_pages(alice: Person, bob: Person) -> None:
    made = [placed(alice, qty=number + 1) for number in range(5)]
    placed(bob)
    newest_first = made[::-1]
    assert alice("GET", "/orders").json == newest_first
    assert pages(alice, "/api/v1/orders?limit=2") == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    assert pages(alice, "/orders?limit=5") == [newest_first]


def test_an_order_placed_meanwhile_moves_no_page(alice: Person) -> None:
    made = [placed(alice) for _ in range(4)][::-1]
    first = alice("GET", "/orders?limit=2")
    placed(alice)
    link = LINK.fullmatch(first.headers["link"])
    assert link is not None
    assert [*first.json, *alice("GET", link[1]).json] == made


def test_orders_are_filtered_by_status_and_security(alice: Person) -> None:
    orders = {security: placed(alice, security=security) for security in ("BTC", "ETH", "A/B&C=^")[:2]}
    orders["A:B^C"] = placed(alice, security="a:b^c")
    cancelled = cancel(alice, orders["BTC"]).json
    assert alice("GET", "/orders?status=cancelled").json == [cancelled]
    assert alice("GET", "/orders?security=eth").json == [orders["ETH"]]
    assert alice("GET", "/orders?status=pending&security=BTC").json == []
    assert pages(alice, "/orders?status=pending&limit=1") == [[orders["A:B^C"]], [orders["ETH"]]]
    again = placed(alice, security="A:B^C")
    assert pages(alice, "/orders?security=A:B^C&limit=1") == [[again], [orders["A:B^C"]]]


@pytest.mark.parametrize("cursor", ["x", "djE6eA", "djI6MQ", "%00", ""])
def test_a_cursor_that_was_never_given_is_refused(alice: Person, cursor: str) -> None:
    order = placed(alice)
    for path in ("/orders", f"/orders/{order['id']}/executions"):
        answer = alice("GET", f"{path}?cursor={cursor}")
        assert (answer.status, answer.code) == (400, "bad-cursor")


def test_a_change_may_depend_on_the_version(alice: Person) -> None:
    def change(method: str, rest: str, body: object, etag: str) -> Answer:
        return alice(method, f"/orders/{order['id']}{rest}", body, headers={"if-match": etag})

    order = placed(alice)
    first = alice("GET", f"/orders/{order['id']}").headers["etag"]
    second = change("PUT", "", {"qty": 9}, first).headers["etag"]
    changes = (("PUT", "", {"qty": 8}), ("POST", "/execute", {"executed_qty": 1}), ("DELETE", "", None))
    for method, rest, body in changes:
        answer = change(method, rest, body, first)
        assert (answer.status, answer.code) == (412, "stale-version")
        assert change(method, rest, body, "yesterday's").code == "bad-if-match"
    assert alice("GET", f"/orders/{order['id']}").headers["etag"] == second
    for method, rest, body in changes:
        answer = change(method, rest, body, second)
        assert answer.status == 200
        assert answer.headers["etag"] == f'"{answer.json["version"]}"' != second
        second = answer.headers["etag"]


def test_any_version_will_do_for_a_star(alice: Person) -> None:
    order = placed(alice)
    answer = alice("PUT", f"/orders/{order['id']}", {"qty": 3}, headers={"if-match": "*"})
    assert answer.status == 200
