from collections.abc import Callable

import pytest

from tests.people import Person

ABSENT = 2**53


def test_a_portfolio_is_made_and_given(alice: Person) -> None:
    made = alice.made("/api/v1/portfolios", {"name": "Retirement"})
    assert sorted(made) == [
        "base_currency",
        "cost_method",
        "created_at",
        "history_version",
        "id",
        "name",
        "owner_id",
        "shorts_allowed",
    ]
    assert (made["name"], made["base_currency"]) == ("Retirement", "USD")
    assert made["owner_id"] == alice("GET", "/users/me").json["id"]
    assert alice("GET", f"/api/v1/portfolios/{made['id']}").json == made


def test_a_portfolio_takes_another_base_currency(alice: Person) -> None:
    assert alice.made("/portfolios", {"name": "p", "base_currency": "EUR"})["base_currency"] == "EUR"


@pytest.mark.parametrize("currency", ["XXX", "usd", "", "EURO"])
def test_an_unknown_currency_is_refused(alice: Person, currency: str) -> None:
    answer = alice("POST", "/portfolios", {"name": "p", "base_currency": currency})
    assert (answer.status, answer.code) == (422, "unknown-currency")


def test_a_name_is_trimmed_and_kept_in_one_unicode_form(alice: Person) -> None:
    assert alice.made("/portfolios", {"name": "  Zoe\u0308 "})["name"] == "Zo\u00eb"


def test_portfolios_are_listed_newest_first_in_pages(alice: Person, bob: Person) -> None:
    made = [alice.made("/portfolios", {"name": f"p{number}"}) for number in range(5)]
    bob.made("/portfolios", {"name": "not Alice's"})
    first = alice("GET", "/portfolios?items_per_page=2").json
    last = alice("GET", "/portfolios?items_per_page=2&page=3").json
    beyond = alice("GET", "/portfolios?items_per_page=2&page=4").json
    pages = {"total_items": 5, "total_pages": 3, "items_per_page": 2}
    assert first == {"items": made[:2:-1], "pagination_response": {**pages, "current_page": 1}}
    assert last == {"items": [made[0]], "pagination_response": {**pages, "current_page": 3}}
    assert beyond == {"items": [], "pagination_response": {**pages, "current_page": 4}}


def test_a_page_has_twenty_items_unless_told(alice: Person) -> None:
    for number in range(21):
        alice.made("/portfolios", {"name": f"p{number}"})
    answer = alice("GET", "/portfolios").json
    assert len(answer["items"]) == 20
    assert answer["pagination_response"] == {
        "total_items": 21,
        "total_pages": 2,
        "current_page": 1,
        "items_per_page": 20,
    }


def test_nobody_has_portfolios_at_first(alice: Person) -> None:
    empty = {"total_items": 0, "total_pages": 0, "current_page": 1, "items_per_page": 20}
    assert alice("GET", "/portfolios").json == {"items": [], "pagination_response": empty}


def test_a_portfolio_is_renamed(alice: Person) -> None:
    made = alice.made("/portfolios", {"name": "before"})
    answer = alice("PATCH", f"/portfolios/{made['id']}", {"name": "after"})
    assert (answer.status, answer.json) == (200, {**made, "name": "after"})
    assert alice("GET", f"/portfolios/{made['id']}").json == answer.json


def test_an_empty_change_changes_nothing(alice: Person) -> None:
    made = alice.made("/portfolios", {"name": "same"})
    answer = alice("PATCH", f"/portfolios/{made['id']}", {})
    assert (answer.status, answer.json) == (200, made)


@pytest.mark.parametrize("name", [None, "", "   ", "x" * 101])
def test_a_bad_name_is_refused(alice: Person, name: str | None) -> None:
    made = alice.made("/portfolios", {"name": "same"})
    assert alice("PATCH", f"/portfolios/{made['id']}", {"name": name}).status == 422
    assert alice("GET", f"/portfolios/{made['id']}").json == made


def test_a_removed_portfolio_is_gone_on_every_worker(
    alice: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(alice)
    path = f"/portfolios/{here.made('/portfolios', {'name': 'p'})['id']}"
    assert there("GET", f"{path}/valuation").status == 200
    gone = here("DELETE", path)
    assert (gone.status, gone.text) == (204, "")
    for person in (there, here):
        for rest in ("", "/assets", "/valuation"):
            assert person("GET", path + rest).code == "portfolio-not-found"
        assert person("DELETE", path).status == 404
        assert person("GET", "/portfolios").json["pagination_response"]["total_items"] == 0


def test_a_removed_portfolio_takes_everything_in_it_along(alice: Person) -> None:
    kept, removed = (alice.made("/portfolios", {"name": name})["id"] for name in ("kept", "removed"))
    orders = {}
    for portfolio_id in (kept, removed):
        alice.made(f"/portfolios/{portfolio_id}/assets", {"symbol": "ETH", "quantity": 1})
        body = {"security": "BTC", "qty": 3, "portfolio_id": portfolio_id}
        orders[portfolio_id] = alice.made("/orders", body)["id"]
        assert alice("POST", f"/orders/{orders[portfolio_id]}/execute", {"executed_qty": 2}).status == 200
    assert alice("GET", "/portfolio").json == [{"security": "BTC", "qty": 4}]
    assert alice("DELETE", f"/portfolios/{removed}").status == 204
    assert alice("GET", "/portfolio").json == [{"security": "BTC", "qty": 2}]
    assert [order["id"] for order in alice("GET", "/orders").json] == [orders[kept]]
    assert alice("GET", f"/orders/{orders[removed]}").status == 404
    assert alice("GET", f"/orders/{orders[removed]}/executions").status == 404
    assert alice("POST", f"/orders/{orders[removed]}/execute", {"executed_qty": 1}).status == 404


def test_an_id_is_never_used_again(alice: Person, bob: Person) -> None:
    removed = alice.made("/portfolios", {"name": "p"})["id"]
    assert alice("DELETE", f"/portfolios/{removed}").status == 204
    assert bob.made("/portfolios", {"name": "p"})["id"] > removed


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_somebody_elses_portfolio_is_not_found(alice: Person, bob: Person, method: str) -> None:
    made = alice.made("/portfolios", {"name": "Alice's"})
    body = {"name": "Bob's"} if method == "PATCH" else None
    foreign, absent = (bob(method, f"/portfolios/{id_}", body) for id_ in (made["id"], ABSENT))
    assert (foreign.status, foreign.code) == (absent.status, absent.code) == (404, "portfolio-not-found")
    assert alice("GET", f"/portfolios/{made['id']}").json == made
