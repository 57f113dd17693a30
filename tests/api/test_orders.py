import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.api.ordering import amend, cancel, execute, placed, quantities
from tests.people import Answer, Person

ABSENT = str(uuid.UUID(int=7))


def test_an_order_is_placed(alice: Person) -> None:
    order = placed(alice, security=" btc ", qty=Decimal("1.50"))
    assert quantities(order) == (Decimal("1.5"), 0, Decimal("1.5"), "pending")
    assert (order["security"], order["side"], order["venue"]) == ("BTC", "buy", "manual")
    assert (order["average_price"], order["client_order_id"], order["version"]) == (None, None, 1)
    assert uuid.UUID(order["id"])
    assert alice("GET", f"/api/v1/orders/{order['id']}").json == order


def test_every_digit_of_a_quantity_comes_back(alice: Person) -> None:
    quantity = Decimal("99999999999999999999.999999999999999999")
    order = placed(alice, qty=quantity, side="sell")
    answer = execute(alice, order, quantity, "0.000000000000000001")
    assert '"executed_qty":99999999999999999999.999999999999999999,"pending_qty":0,' in answer.text
    assert (
        alice("GET", "/portfolio").text
        == '[{"security":"ETH","qty":-99999999999999999999.999999999999999999}]'
    )


@pytest.mark.parametrize("qty", [0, -5, "-0.0"])
def test_a_quantity_is_greater_than_zero(alice: Person, qty: object) -> None:
    answer = alice("POST", "/orders", {"security": "ETH", "qty": qty})
    assert (answer.status, answer.code) == (422, "not-positive")
    order = placed(alice)
    for refused in (execute(alice, order, qty), execute(alice, order, 1, qty), amend(alice, order, qty)):
        assert (refused.status, refused.code) == (422, "not-positive")
    assert alice("GET", f"/orders/{order['id']}").json == order


def test_an_order_goes_from_pending_to_partial_to_executed(alice: Person) -> None:
    order = placed(alice)
    partial = execute(alice, order, 4).json
    assert quantities(partial) == (10, 4, 6, "partial")
    executed = execute(alice, order, 6).json
    assert quantities(executed) == (10, 10, 0, "executed")
    assert (order["version"], partial["version"], executed["version"]) == (1, 2, 3)
    assert order["updated_at"] < partial["updated_at"] < executed["updated_at"]
    assert alice("GET", f"/orders/{order['id']}").json == executed


def test_no_more_is_executed_than_is_pending(alice: Person) -> None:
    order = placed(alice)
    partial = execute(alice, order, 4).json
    answer = execute(alice, order, Decimal("6.000000000000000001"))
    assert (answer.status, answer.code) == (422, "above-pending")
    assert alice("GET", f"/orders/{order['id']}").json == partial
    assert len(alice("GET", f"/orders/{order['id']}/executions").json) == 1


def test_an_amendment_sets_the_total_quantity(alice: Person) -> None:
    order = placed(alice)
    assert quantities(amend(alice, order, 12).json) == (12, 0, 12, "pending")
    assert execute(alice, order, 4).status == 200
    assert quantities(amend(alice, order, 5).json) == (5, 4, 1, "partial")


def test_an_amendment_below_what_is_executed_is_refused(alice: Person) -> None:
    order = placed(alice)
    partial = execute(alice, order, 4).json
    answer = amend(alice, order, Decimal("3.999999999999999999"))
    assert (answer.status, answer.code) == (422, "below-executed")
    assert alice("GET", f"/orders/{order['id']}").json == partial


def test_an_amendment_to_what_is_executed_closes_the_order(alice: Person) -> None:
    order = placed(alice)
    assert execute(alice, order, 4).status == 200
    assert quantities(amend(alice, order, 4).json) == (4, 4, 0, "executed")


def test_cancelling_keeps_what_was_executed(alice: Person) -> None:
    order = placed(alice)
    assert execute(alice, order, 4).status == 200
    answer = cancel(alice, order)
    assert (answer.status, quantities(answer.json)) == (200, (10, 4, 6, "cancelled"))
    assert alice("GET", "/portfolio").json == [{"security": "ETH", "qty": 4}]


@pytest.mark.parametrize("end", [cancel, lambda person, order: execute(person, order, 10)])
def test_a_final_order_changes_no_more(alice: Person, end: Callable[[Person, Any], Answer]) -> None:
    order = placed(alice)
    final = end(alice, order).json
    for refused in (cancel(alice, order), amend(alice, order, 20), execute(alice, order, 1)):
        assert (refused.status, refused.code) == (409, "order-not-open")
    assert alice("GET", f"/orders/{order['id']}").json == final


def test_a_fill_takes_the_given_price_then_ones_own_then_the_sources_then_none(alice: Person) -> None:
    source = alice("GET", "/prices").json["ETH"]
    order = placed(alice)
    assert execute(alice, order, 1).status == 200
    assert alice("PUT", "/prices/ETH", {"price": 5}).status == 200
    assert execute(alice, order, 1).status == 200
    assert execute(alice, order, 1, Decimal("7.5")).status == 200
    fills = alice("GET", f"/orders/{order['id']}/executions").json
    found = [(fill["price"], fill["currency"], fill["price_source"]) for fill in fills]
    assert found == [(source, "USD", "static"), (5, "USD", "user"), (Decimal("7.5"), "USD", "caller")]
    unknown = placed(alice, security="UNKNOWN")
    assert execute(alice, unknown, 1).json["average_price"] is None
    (fill,) = alice("GET", f"/orders/{unknown['id']}/executions").json
    assert (fill["price"], fill["currency"], fill["price_source"]) == (None, None, None)


def test_the_average_price_is_exact(alice: Person) -> None:
    order = placed(alice)
    assert execute(alice, order, 1, Decimal("0.1")).json["average_price"] == Decimal("0.1")
    average = execute(alice, order, 2, Decimal("0.2")).json["average_price"]
    assert average == Decimal("0.166666666666666667")


def test_a_client_order_id_is_ones_own_and_used_once(alice: Person, bob: Person) -> None:
    order = placed(alice, client_order_id="mine-1")
    assert order["client_order_id"] == "mine-1"
    cancel(alice, order)
    body = {"security": "BTC", "qty": 1, "client_order_id": "mine-1"}
    again = alice("POST", "/orders", body)
    assert (again.status, again.code) == (409, "client-order-id-taken")
    assert bob("POST", "/orders", body).status == 201
    assert len(alice("GET", "/orders").json) == 1


def test_a_client_order_id_acts_once_when_sent_at_once(
    alice: Person, at_once: Callable[..., list[Answer]]
) -> None:
    body = {"security": "ETH", "qty": 1, "client_order_id": "twice"}
    answers = at_once(6, lambda _: alice("POST", "/orders", body))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert len(alice("GET", "/orders").json) == 1


def test_the_first_orders_at_once_make_one_default_portfolio(
    alice: Person, at_once: Callable[..., list[Answer]]
) -> None:
    answers = at_once(6, lambda _: alice("POST", "/orders", {"security": "ETH", "qty": 1}))
    assert [answer.status for answer in answers] == [201] * 6
    (portfolio,) = alice("GET", "/portfolios").json["items"]
    assert {answer.json["portfolio_id"] for answer in answers} == {portfolio["id"]}


def test_a_removed_default_portfolio_is_replaced_by_the_next_order(alice: Person) -> None:
    removed = placed(alice)["portfolio_id"]
    assert alice("DELETE", f"/portfolios/{removed}").status == 204
    assert placed(alice)["portfolio_id"] > removed


def test_a_fill_shows_at_once_on_the_other_worker(
    alice: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(alice)
    portfolio_id = here.made("/portfolios", {"name": "p"})["id"]
    order = placed(here, portfolio_id=portfolio_id)
    for executed in range(1, 11):
        assert execute(here, order, 1).status == 200
        assert there("GET", f"/orders/{order['id']}").json["executed_qty"] == executed
        assert len(there("GET", f"/orders/{order['id']}/executions").json) == executed
        (line,) = there("GET", f"/portfolios/{portfolio_id}/valuation").json["lines"]
        assert line["quantity"] == executed
        assert there("GET", "/portfolio").json == [{"security": "ETH", "qty": executed}]
        here, there = there, here


def test_the_summary_nets_all_orders_by_security(alice: Person, bob: Person) -> None:
    assert alice("GET", "/portfolio").json == []
    other = alice.made("/portfolios", {"name": "another"})["id"]
    for security, side, qty, portfolio_id in (
        ("NVDA", "buy", 3, other),
        ("BTC", "buy", 1, None),
        ("BTC", "sell", 4, other),
        ("ETH", "buy", 2, None),
        ("ETH", "sell", 2, other),
    ):
        order = placed(alice, security=security, side=side, portfolio_id=portfolio_id)
        assert execute(alice, order, qty).status == 200
    assert execute(bob, placed(bob), 1).status == 200
    alice.made(f"/portfolios/{other}/assets", {"symbol": "AAPL", "quantity": 1})
    assert alice("GET", "/api/v1/portfolio").json == [
        {"security": "BTC", "qty": -3},
        {"security": "NVDA", "qty": 3},
    ]


def test_executions_at_once_never_exceed_the_order(
    alice: Person, at_once: Callable[..., list[Answer]]
) -> None:
    order = placed(alice, qty=5)
    answers = at_once(8, lambda _: execute(alice, order, 1))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [409] * 3
    assert sorted(answer.json["executed_qty"] for answer in answers if answer.status == 200) == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert quantities(alice("GET", f"/orders/{order['id']}").json) == (5, 5, 0, "executed")
    assert len(alice("GET", f"/orders/{order['id']}/executions").json) == 5
    assert alice("GET", "/portfolio").json == [{"security": "ETH", "qty": 5}]


def test_somebody_elses_order_is_not_found(alice: Person, bob: Person) -> None:
    order = placed(alice)
    for one in (order, {"id": ABSENT}):
        for answer in (
            bob("GET", f"/orders/{one['id']}"),
            bob("GET", f"/orders/{one['id']}/executions"),
            amend(bob, one, 1),
            execute(bob, one, 1),
            cancel(bob, one),
        ):
            assert (answer.status, answer.code) == (404, "order-not-found")
    assert bob("GET", "/orders").json == []
    assert alice("GET", f"/orders/{order['id']}").json == order


def test_no_order_is_placed_in_somebody_elses_portfolio(alice: Person, bob: Person) -> None:
    portfolio_id = alice.made("/portfolios", {"name": "p"})["id"]
    for id_ in (portfolio_id, 2**53, 2**70, 0, -1):
        answer = bob("POST", "/orders", {"security": "ETH", "qty": 1, "portfolio_id": id_})
        assert (answer.status, answer.code) == (404, "portfolio-not-found")
    assert bob("GET", "/orders").json == []
