from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.people import Person

BIGGEST = Decimal("99999999999999999999.999999999999999999")


@pytest.fixture
def portfolio(alice: Person) -> str:
    return f"/api/v1/portfolios/{alice.made('/portfolios', {'name': 'p'})['id']}"


def test_a_holding_is_declared(alice: Person, portfolio: str) -> None:
    made = alice.made(f"{portfolio}/assets", {"symbol": " btc ", "quantity": Decimal("1.50")})
    assert sorted(made) == ["created_at", "id", "portfolio_id", "quantity", "symbol"]
    assert (made["symbol"], made["quantity"]) == ("BTC", Decimal("1.5"))
    assert portfolio.endswith(f"/{made['portfolio_id']}")
    assert alice("GET", f"{portfolio}/assets").json["items"] == [made]


@pytest.mark.parametrize(
    "quantity", [Decimal("0.123456789012345678"), Decimal("0.000000000000000001"), BIGGEST, 10**19]
)
def test_every_digit_of_a_quantity_comes_back(alice: Person, portfolio: str, quantity: Decimal | int) -> None:
    written = format(Decimal(quantity), "f")
    for sent in (quantity, written):
        answer = alice("POST", f"{portfolio}/assets", {"symbol": "X", "quantity": sent})
        assert f'"quantity":{written},' in answer.text
        assert alice("DELETE", f"{portfolio}/assets/{answer.json['id']}").status == 204


@pytest.mark.parametrize(("sent", "written"), [("1.500", "1.5"), ("0100.0", "100"), ("7", "7")])
def test_a_number_is_written_in_one_way(alice: Person, portfolio: str, sent: str, written: str) -> None:
    answer = alice("POST", f"{portfolio}/assets", {"symbol": "X", "quantity": sent})
    assert f'"quantity":{written},' in answer.text


@pytest.mark.parametrize("quantity", [0, -1, "-0.0", Decimal("-0.5")])
def test_a_quantity_is_greater_than_zero(
    alice: Person, portfolio: str, quantity: Decimal | int | str
) -> None:
    answer = alice("POST", f"{portfolio}/assets", {"symbol": "X", "quantity": quantity})
    assert (answer.status, answer.code) == (422, "not-positive")
    assert answer.json["errors"][0]["pointer"] == "/quantity"


def test_what_is_held_never_outgrows_its_digits(alice: Person, portfolio: str) -> None:
    alice.made(f"{portfolio}/assets", {"symbol": "X", "quantity": BIGGEST})
    answer = alice("POST", f"{portfolio}/assets", {"symbol": "X", "quantity": Decimal("0.1")})
    assert (answer.status, answer.code) == (422, "number-out-of-range")
    (line,) = alice("GET", f"{portfolio}/valuation").json["missing"]
    assert line["quantity"] == BIGGEST
    assert len(alice("GET", f"{portfolio}/assets").json["items"]) == 1


def test_assets_are_listed_newest_first_in_pages(alice: Person, portfolio: str) -> None:
    made = [alice.made(f"{portfolio}/assets", {"symbol": "ETH", "quantity": n + 1}) for n in range(3)]
    first = alice("GET", f"{portfolio}/assets?items_per_page=2").json
    second = alice("GET", f"{portfolio}/assets?items_per_page=2&page=2").json
    assert [first["items"], second["items"]] == [[made[2], made[1]], [made[0]]]
    assert second["pagination_response"] == {
        "total_items": 3,
        "total_pages": 2,
        "current_page": 2,
        "items_per_page": 2,
    }


def test_two_declarations_of_a_symbol_are_held_together(alice: Person, portfolio: str) -> None:
    for quantity in ("0.1", "0.2"):
        alice.made(f"{portfolio}/assets", {"symbol": "ETH", "quantity": quantity})
    assert [line["quantity"] for line in alice("GET", f"{portfolio}/valuation").json["lines"]] == [
        Decimal("0.3")
    ]


def test_a_withdrawn_asset_is_gone_everywhere(
    alice: Person, portfolio: str, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(alice)
    made = here.made(f"{portfolio}/assets", {"symbol": "ETH", "quantity": 2})
    path = f"{portfolio}/assets/{made['id']}"
    assert len(there("GET", f"{portfolio}/valuation").json["lines"]) == 1
    assert here("DELETE", path).status == 204
    assert there("GET", f"{portfolio}/valuation").json["lines"] == []
    assert there("GET", f"{portfolio}/assets").json["items"] == []
    assert there("GET", f"{portfolio}/assets").json["pagination_response"]["total_items"] == 0
    assert (there("DELETE", path).status, here("DELETE", path).code) == (404, "asset-not-found")


def test_an_asset_is_withdrawn_only_through_its_own_portfolio(
    alice: Person, bob: Person, portfolio: str
) -> None:
    made = alice.made(f"{portfolio}/assets", {"symbol": "ETH", "quantity": 2})
    for person in (alice, bob):
        other = person.made("/portfolios", {"name": "another"})["id"]
        answer = person("DELETE", f"/portfolios/{other}/assets/{made['id']}")
        assert (answer.status, answer.code) == (404, "asset-not-found")
    assert alice("GET", f"{portfolio}/assets").json["items"] == [made]


def test_an_asset_that_was_sold_since_stays(alice: Person, portfolio: str) -> None:
    made = alice.made(f"{portfolio}/assets", {"symbol": "ETH", "quantity": 2})
    body = {"security": "ETH", "qty": 1, "side": "sell", "portfolio_id": made["portfolio_id"]}
    order = alice.made("/orders", body)
    assert alice("POST", f"/orders/{order['id']}/execute", {"executed_qty": 1}).status == 200
    answer = alice("DELETE", f"{portfolio}/assets/{made['id']}")
    assert (answer.status, answer.code) == (409, "asset-sold")
    assert alice("GET", f"{portfolio}/assets").json["items"] == [made]


def test_nothing_is_declared_in_somebody_elses_portfolio(alice: Person, bob: Person, portfolio: str) -> None:
    for method, body in (("POST", {"symbol": "X", "quantity": 1}), ("GET", None)):
        answer = bob(method, f"{portfolio}/assets", body)
        assert (answer.status, answer.code) == (404, "portfolio-not-found")
    assert alice("GET", f"{portfolio}/assets").json["items"] == []


def test_what_orders_brought_is_no_asset(alice: Person, portfolio: str) -> None:
    portfolio_id = int(portfolio.rpartition("/")[2])
    order = alice.made("/orders", {"security": "ETH", "qty": 1, "portfolio_id": portfolio_id})
    assert alice("POST", f"/orders/{order['id']}/execute", {"executed_qty": 1}).status == 200
    assert alice("GET", f"{portfolio}/assets").json["items"] == []
    assert len(alice("GET", f"{portfolio}/valuation").json["lines"]) == 1
