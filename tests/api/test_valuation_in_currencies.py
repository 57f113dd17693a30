from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.people import Person

TODAY = datetime.now(UTC).date()
OWN = {"symbol", "quantity", "price", "value", "price_source", "price_as_of", "simulated"}


@pytest.fixture
def portfolio(alice: Person) -> str:
    made = alice.made("/portfolios", {"name": "p", "base_currency": "CHF"})
    for symbol in ("ABC", "DEF", "GHI", "XYZ"):
        alice.made(f"/portfolios/{made['id']}/assets", {"symbol": symbol, "quantity": 3})
    return f"/api/v1/portfolios/{made['id']}"


def priced(person: Person, **prices: tuple[object, str]) -> None:
    for symbol, (price, currency) in prices.items():
        assert person("PUT", f"/prices/{symbol}", {"price": price, "currency": currency}).status == 200


def rated(person: Person, pair: str, rate: object, days_ago: int = 0) -> None:
    day = (TODAY - timedelta(days=days_ago)).isoformat()
    assert person("PUT", f"/rates/{pair}", {"rates": {day: rate}}).status == 200


def test_lines_in_other_currencies_are_converted_at_the_latest_rate(alice: Person, portfolio: str) -> None:
    priced(alice, ABC=(10, "CHF"), DEF=(10, "XOF"), GHI=(20, "XOF"), XYZ=(1, "XAF"))
    rated(alice, "XOFCHF", "0.25", days_ago=2)
    valued = alice("GET", f"{portfolio}/valuation").json
    lines = {line["symbol"]: line for line in valued["lines"]}
    assert lines["ABC"].keys() == OWN
    day = (TODAY - timedelta(days=2)).isoformat()
    assert {name: lines["DEF"][name] for name in lines["DEF"].keys() - OWN} == {
        "currency": "XOF",
        "rate": Decimal("0.25"),
        "rate_as_of": day,
        "value_base": Decimal("7.5"),
    }
    assert (lines["DEF"]["price"], lines["DEF"]["value"]) == (10, 30)
    assert (valued["currency"], valued["total_value"]) == ("CHF", Decimal("52.5"))
    assert valued["missing"] == [{"symbol": "XYZ", "quantity": 3, "reason": "no rate from XAF to CHF"}]
    assert (valued["unknown_symbols"], valued["coverage"]) == (["XYZ"], Decimal("0.75"))


def test_c7_a_rate_that_is_too_old_is_none(alice: Person, portfolio: str) -> None:
    priced(alice, DEF=(10, "XOF"))
    rated(alice, "XOFCHF", "0.25", days_ago=8)
    valued = alice("GET", f"{portfolio}/valuation").json
    assert (valued["total_value"], len(valued["missing"])) == (0, 4)
    rated(alice, "CHFXOF", 4, days_ago=7)
    assert alice("GET", f"{portfolio}/valuation").json["total_value"] == Decimal("7.5")


def test_c6_another_rate_multiplier_or_close_makes_another_valuation(alice: Person, portfolio: str) -> None:
    priced(alice, DEF=(10, "XOF"))
    rated(alice, "XOFCHF", "0.25")
    first = alice("GET", f"{portfolio}/valuation")
    etag = first.headers["etag"]
    again = alice("GET", f"{portfolio}/valuation", headers={"if-none-match": etag})
    assert (again.status, again.headers["etag"]) == (304, etag)
    rated(alice, "XOFCHF", "0.5")
    assert alice("GET", f"{portfolio}/valuation", headers={"if-none-match": etag}).json["total_value"] == 15
    assert alice("PUT", "/instruments/DEF", {"currency": "XOF", "multiplier": 100}).status == 200
    assert alice("GET", f"{portfolio}/valuation").json["total_value"] == 1500
    # Today's is of this evening, and from then on older than the price that was entered above.
    closes = {"prices": {(TODAY + timedelta(days=1)).isoformat(): 20}}
    assert alice("PUT", "/instruments/DEF/prices", closes).status == 200
    assert alice("GET", f"{portfolio}/valuation").json["total_value"] == 3000
    assert alice("DELETE", "/instruments/DEF").status == 204
    assert alice("GET", f"{portfolio}/valuation").json["total_value"] == 30


def test_a_price_in_a_minor_unit_counts_in_its_currency(alice: Person) -> None:
    made = alice.made("/portfolios", {"name": "p", "base_currency": "GBP"})
    alice.made(f"/portfolios/{made['id']}/assets", {"symbol": "VOD", "quantity": 1000})
    entered = alice("PUT", "/prices/VOD", {"price": "70.25", "currency": "GBp"}).json
    assert (entered["price"], entered["currency"]) == (Decimal("0.7025"), "GBP")
    valued = alice("GET", f"/portfolios/{made['id']}/valuation").json
    assert valued["total_value"] == Decimal("702.5")
    refused = alice("PUT", "/prices/VOD", {"price": "0.000000000000000001", "currency": "GBp"})
    assert (refused.status, refused.code) == (422, "number-out-of-range")


def test_somebody_elses_rates_and_terms_do_not_count(alice: Person, bob: Person, portfolio: str) -> None:
    priced(alice, DEF=(10, "XOF"))
    rated(bob, "XOFCHF", "0.25")
    assert bob("PUT", "/instruments/ABC", {"currency": "CHF", "multiplier": 100}).status == 200
    priced(alice, ABC=(10, "CHF"))
    valued = alice("GET", f"{portfolio}/valuation").json
    assert valued["total_value"] == 30
    assert [one["symbol"] for one in valued["missing"]] == ["DEF", "GHI", "XYZ"]
