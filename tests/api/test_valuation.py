from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.people import Person


@pytest.fixture
def portfolio(alice: Person) -> str:
    return f"/api/v1/portfolios/{alice.made('/portfolios', {'name': 'p'})['id']}"


def declare(person: Person, portfolio: str, symbol: str, quantity: str) -> None:
    person.made(f"{portfolio}/assets", {"symbol": symbol, "quantity": quantity})


def test_holdings_are_valued_in_symbol_order(alice: Person, portfolio: str) -> None:
    for symbol, quantity in (("NVDA", "2"), ("BTC", "0.5"), ("ETH", "0.123456789012345678")):
        declare(alice, portfolio, symbol, quantity)
    valued = alice("GET", f"{portfolio}/valuation").json
    prices = alice("GET", "/prices").json
    lines = [(line["symbol"], line["quantity"], line["price"], line["value"]) for line in valued["lines"]]
    assert lines == [
        ("BTC", Decimal("0.5"), prices["BTC"], prices["BTC"] / 2),
        ("ETH", Decimal("0.123456789012345678"), prices["ETH"], Decimal("382.7160459382716018")),
        ("NVDA", 2, prices["NVDA"], prices["NVDA"] * 2),
    ]
    assert valued["total_value"] == sum(line["value"] for line in valued["lines"])
    assert portfolio.endswith(f"/{valued['portfolio_id']}")
    assert (valued["currency"], valued["coverage"], valued["simulated"]) == ("USD", 1, False)
    assert {line["price_source"] for line in valued["lines"]} == {"static"}


def test_an_empty_portfolio_is_worth_nothing(alice: Person, portfolio: str) -> None:
    valued = alice("GET", f"{portfolio}/valuation").json
    assert (valued["total_value"], valued["coverage"]) == (0, None)
    assert valued["lines"] == valued["unknown_symbols"] == valued["missing"] == []


def test_a_symbol_without_a_price_is_named_and_never_valued(alice: Person, portfolio: str) -> None:
    for symbol in ("ETH", "UNKNOWN", "BTC"):
        declare(alice, portfolio, symbol, "1")
    valued = alice("GET", f"{portfolio}/valuation").json
    assert [line["symbol"] for line in valued["lines"]] == ["BTC", "ETH"]
    assert valued["unknown_symbols"] == ["UNKNOWN"]
    assert valued["missing"] == [{"symbol": "UNKNOWN", "quantity": 1, "reason": "no price"}]
    assert valued["coverage"] == Decimal(repr(2 / 3))
    assert valued["total_value"] == sum(line["value"] for line in valued["lines"])


def test_a_price_in_another_currency_is_no_value(alice: Person) -> None:
    made = alice.made("/portfolios", {"name": "p", "base_currency": "EUR"})
    portfolio = f"/portfolios/{made['id']}"
    declare(alice, portfolio, "BTC", "1")
    valued = alice("GET", f"{portfolio}/valuation").json
    assert (valued["currency"], valued["total_value"], valued["coverage"]) == ("EUR", 0, 0)
    assert valued["unknown_symbols"] == ["BTC"]
    assert [missing["reason"] for missing in valued["missing"]] == ["no rate from USD to EUR"]
    assert alice("PUT", "/prices/BTC", {"price": 80_000, "currency": "EUR"}).status == 200
    assert alice("GET", f"{portfolio}/valuation").json["total_value"] == 80_000


def test_a_price_of_ones_own_counts_before_the_sources(alice: Person, bob: Person, portfolio: str) -> None:
    theirs = f"/portfolios/{bob.made('/portfolios', {'name': 'p'})['id']}"
    for person, path in ((alice, portfolio), (bob, theirs)):
        declare(person, path, "ETH", "2")
    before = bob("GET", f"{theirs}/valuation")
    entered = {"price": Decimal("1234.5"), "as_of": "2026-01-31T10:30:00+01:00"}
    assert alice("PUT", "/prices/ETH", entered).status == 200
    (line,) = alice("GET", f"{portfolio}/valuation").json["lines"]
    assert (line["price"], line["value"], line["price_source"]) == (Decimal("1234.5"), 2469, "user")
    assert line["price_as_of"].startswith("2026-01-31T09:30:00")
    assert bob("GET", f"{theirs}/valuation").text == before.text
    assert alice("DELETE", "/prices/ETH").status == 204
    (line,) = alice("GET", f"{portfolio}/valuation").json["lines"]
    assert line["price_source"] == "static"


@pytest.mark.parametrize(
    ("units", "value"), [("1", "0"), ("3", "0.000000000000000002"), ("5", "0.000000000000000002")]
)
def test_a_value_is_rounded_once_half_to_even(alice: Person, portfolio: str, units: str, value: str) -> None:
    assert alice("PUT", "/prices/TINY", {"price": "0.5"}).status == 200
    declare(alice, portfolio, "TINY", format(Decimal(units).scaleb(-18), "f"))
    answer = alice("GET", f"{portfolio}/valuation")
    assert f'"value":{value},' in answer.text
    assert f'"total_value":{value},' in answer.text


def test_more_sold_than_held_is_a_negative_holding(alice: Person, portfolio: str) -> None:
    body = {"security": "ETH", "qty": 2, "side": "sell", "portfolio_id": int(portfolio.rpartition("/")[2])}
    order = alice.made("/orders", body)
    assert alice("POST", f"/orders/{order['id']}/execute", {"executed_qty": 2}).status == 200
    valued = alice("GET", f"{portfolio}/valuation").json
    price = alice("GET", "/prices").json["ETH"]
    assert [(line["quantity"], line["value"]) for line in valued["lines"]] == [(-2, -2 * price)]
    assert valued["total_value"] == -2 * price


def test_what_has_not_changed_is_not_sent_again(alice: Person, portfolio: str) -> None:
    first = alice("GET", f"{portfolio}/valuation")
    etag = first.headers["etag"]
    again = alice("GET", f"{portfolio}/valuation", headers={"if-none-match": etag})
    assert (again.status, again.text, again.headers["etag"]) == (304, "", etag)
    assert "no-store" not in first.headers["cache-control"]
    for change in (
        lambda: declare(alice, portfolio, "ETH", "1"),
        lambda: alice("PUT", "/prices/ETH", {"price": 5}),
        lambda: alice("DELETE", "/prices/ETH"),
    ):
        change()
        answer = alice("GET", f"{portfolio}/valuation", headers={"if-none-match": etag})
        assert answer.status == 200
        assert answer.headers["etag"] != etag
        etag = answer.headers["etag"]


@pytest.mark.parametrize("form", ["W/{0}", '"other", {0}', "*"])
def test_an_etag_is_found_in_every_form_of_the_header(alice: Person, portfolio: str, form: str) -> None:
    etag = alice("GET", f"{portfolio}/valuation").headers["etag"]
    asked = alice("GET", f"{portfolio}/valuation", headers={"if-none-match": form.format(etag)})
    assert asked.status == 304


def test_no_worker_gives_an_older_value_than_was_acknowledged(
    alice: Person, portfolio: str, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(alice)
    for count in range(1, 21):
        declare(here, portfolio, "ETH", "1")
        (line,) = there("GET", f"{portfolio}/valuation").json["lines"]
        assert line["quantity"] == count
        here, there = there, here


def test_a_new_portfolio_never_shows_the_value_of_a_removed_one(
    alice: Person, bob: Person, portfolio: str, each_worker: Callable[[Person], list[Person]]
) -> None:
    declare(alice, portfolio, "BTC", "7")
    for worker in each_worker(alice):
        assert worker("GET", f"{portfolio}/valuation").json["lines"][0]["quantity"] == 7
    assert alice("DELETE", portfolio).status == 204
    made = bob.made("/portfolios", {"name": "p"})
    for worker in each_worker(bob):
        assert worker("GET", f"/portfolios/{made['id']}/valuation").json["lines"] == []
        assert worker("GET", f"{portfolio}/valuation").status == 404
