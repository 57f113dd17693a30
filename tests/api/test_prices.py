import re
import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.api.conftest import NewServer
from tests.people import Person, registered


def test_every_source_knows_five_symbols(alice: Person) -> None:
    prices = alice("GET", "/api/v1/prices").json
    assert {"BTC", "ETH", "MSFT", "NVDA", "AAPL"} <= prices.keys()
    assert all(price > 0 for price in prices.values())


def test_prices_are_for_signed_in_people(alice: Person, new_client: Callable[..., Person]) -> None:
    assert new_client(alice.url)("GET", "/prices").status == 401


def test_a_price_states_its_source_and_time(alice: Person) -> None:
    quote = alice("GET", "/prices/btc").json
    assert quote["price"] == alice("GET", "/prices").json["BTC"]
    assert (quote["symbol"], quote["source"], quote["simulated"]) == ("BTC", "static", False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", quote["as_of"])


def test_an_entered_price_is_exact_and_ones_own(alice: Person, bob: Person) -> None:
    entered = alice("PUT", "/prices/btc", {"price": Decimal("0.123456789012345678")})
    assert '"price":0.123456789012345678,' in entered.text
    assert (entered.status, entered.json["source"]) == (200, "user")
    assert '"BTC":0.123456789012345678' in alice("GET", "/prices").text
    assert alice("GET", "/prices/BTC").text == entered.text
    assert bob("GET", "/prices/BTC").json["source"] == "static"


def test_the_last_entered_price_counts_on_every_worker(
    alice: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(alice)
    for price in (5, 6, 7):
        assert here("PUT", "/prices/ETH", {"price": price}).status == 200
        assert there("GET", "/prices").json["ETH"] == price
        here, there = there, here


def test_a_removed_price_gives_way_to_the_source(alice: Person) -> None:
    before = alice("GET", "/prices/ETH").text
    assert alice("PUT", "/prices/ETH", {"price": 5}).status == 200
    assert alice("DELETE", "/prices/ETH").status == 204
    assert alice("GET", "/prices/ETH").text == before
    again = alice("DELETE", "/prices/ETH")
    assert (again.status, again.code) == (404, "price-not-found")


def test_somebody_elses_price_is_not_removed(alice: Person, bob: Person) -> None:
    assert alice("PUT", "/prices/HOUSE", {"price": 5}).status == 200
    assert bob("DELETE", "/prices/HOUSE").status == 404
    assert bob("GET", "/prices/HOUSE").status == 404
    assert alice("GET", "/prices/HOUSE").json["price"] == 5


def test_a_symbol_may_hold_an_encoded_slash(alice: Person) -> None:
    assert alice("PUT", "/prices/btc%2Fusd", {"price": 5}).json["symbol"] == "BTC/USD"
    assert alice("GET", "/prices/BTC%2FUSD").json["price"] == 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"price": 0}, "not-positive"),
        ({"price": -1}, "not-positive"),
        ({"currency": "XXX"}, "unknown-currency"),
        ({"as_of": "2026-01-31T10:30:00"}, "invalid-time"),
        ({"as_of": "1899-12-31T23:59:59Z"}, "time-out-of-range"),
        ({"as_of": "9999-12-31T23:59:59Z"}, "time-out-of-range"),
    ],
)
def test_a_bad_entry_is_refused_by_name(alice: Person, change: dict[str, object], code: str) -> None:
    answer = alice("PUT", "/prices/ETH", {"price": 1, **change})
    assert (answer.status, answer.code) == (422, code)
    assert alice("GET", "/prices/ETH").json["source"] == "static"


def test_the_simulated_market_moves_and_says_that_it_is_simulated(
    new_server: NewServer, each_worker: Callable[[Person], list[Person]]
) -> None:
    person = registered(new_server(workers=2, PRICE_SOURCE="simulated", MARKET_SEED="7").url)
    portfolio = f"/portfolios/{person.made('/portfolios', {'name': 'p'})['id']}"
    person.made(f"{portfolio}/assets", {"symbol": "BTC", "quantity": 1})
    quotes: list[dict[str, tuple[Decimal, ...]]] = [{}, {}]
    until = time.monotonic() + 20
    while len(quotes[0].keys() & quotes[1].keys()) < 3 and time.monotonic() < until:
        for seen, worker in zip(quotes, each_worker(person), strict=True):
            quote = worker("GET", "/prices/BTC").json
            assert (quote["source"], quote["simulated"]) == ("simulated", True)
            seen[quote["as_of"]] = quote["price"]
        time.sleep(0.2)
    both = quotes[0].keys() & quotes[1].keys()
    assert len(both) >= 3
    assert all(quotes[0][at] == quotes[1][at] for at in both)
    assert len(set(quotes[0].values())) > 1
    valued = person("GET", f"{portfolio}/valuation").json
    assert (valued["simulated"], valued["lines"][0]["simulated"]) == (True, True)
    person.client.close()
