import base64
from decimal import Decimal

import pytest

from tests.people import Person

WHOLE = {
    "name": "Vodafone",
    "kind": "stock",
    "currency": "GBp",
    "isin": "GB00BH4HKS39",
    "figi": "BBG000C6K6G9",
    "multiplier": Decimal("1.5"),
    "listed_on": "1988-10-11",
    "delisted_on": "2040-02-29",
    "prices_adjusted": True,
    "sector": "Telecommunications",
    "country": "GB",
}


def test_what_is_recorded_of_a_symbol_is_given_back(alice: Person) -> None:
    recorded = alice("PUT", "/api/v1/instruments/vod.l", WHOLE)
    assert (recorded.status, recorded.json) == (200, {"symbol": "VOD.L", **WHOLE})
    assert alice("GET", "/api/v1/instruments/VOD.L").text == recorded.text
    plain = alice("PUT", "/instruments/ABC", {"currency": "USD"}).json
    assert plain == {
        **dict.fromkeys(WHOLE),
        "symbol": "ABC",
        "currency": "USD",
        "kind": "other",
        "multiplier": 1,
        "prices_adjusted": False,
    }
    assert [one["symbol"] for one in alice("GET", "/instruments").json] == ["ABC", "VOD.L"]


def test_a_sector_is_kept_trimmed_and_in_one_form(alice: Person) -> None:
    given = {"currency": "USD", "sector": "  E\u0301nergie  ", "country": "FR"}
    kept = alice("PUT", "/instruments/ABC", given).json
    assert (kept["sector"], kept["country"]) == ("\u00c9nergie", "FR")


def test_a_record_takes_the_place_of_the_one_before_and_can_be_forgotten(alice: Person) -> None:
    assert alice("PUT", "/instruments/VOD", WHOLE).status == 200
    assert alice("PUT", "/instruments/VOD", {"currency": "EUR"}).json["name"] is None
    assert alice("DELETE", "/instruments/VOD").status == 204
    for method in ("GET", "DELETE"):
        again = alice(method, "/instruments/VOD")
        assert (again.status, again.code) == (404, "instrument-not-found")


def test_instruments_are_ones_own(alice: Person, bob: Person) -> None:
    assert alice("PUT", "/instruments/VOD", WHOLE).status == 200
    assert bob("GET", "/instruments/VOD").status == bob("DELETE", "/instruments/VOD").status == 404
    assert bob("GET", "/instruments").json == []
    assert bob("PUT", "/instruments/VOD", {"currency": "EUR"}).status == 200
    assert alice("GET", "/instruments/VOD").json["currency"] == "GBp"


def test_a_long_list_comes_in_pages(alice: Person) -> None:
    names = [f"S{number}" for number in range(5)]
    for name in names:
        assert alice("PUT", f"/instruments/{name}", {"currency": "USD"}).status == 200
    found, path = list[str](), "/api/v1/instruments?limit=2"
    while path:
        page = alice("GET", path)
        found += [one["symbol"] for one in page.json]
        path = page.headers.get("link", "").partition("<")[2].partition(">")[0]
    assert found == names


def test_a_cursor_of_a_symbol_is_not_one_of_a_number(alice: Person) -> None:
    number, symbol = (base64.b64encode(text).decode().rstrip("=") for text in (b"v1:15", b"s1:15"))
    assert alice("GET", f"/instruments?cursor={symbol}").status == 200
    assert alice("GET", f"/orders?cursor={number}").status == 200
    for path in (f"/instruments?cursor={number}", f"/orders?cursor={symbol}"):
        refused = alice("GET", path)
        assert (refused.status, refused.code) == (400, "bad-cursor")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"currency": "GBx"}, "unknown-currency", "/currency"),
        ({"isin": "GB00BH4HKS38"}, "invalid-isin", "/isin"),
        ({"isin": "gb00bh4hks39"}, "invalid-isin", "/isin"),
        ({"isin": ""}, "invalid-isin", "/isin"),
        ({"figi": "BBG000C6K6G8"}, "invalid-figi", "/figi"),
        ({"figi": "BBG000C6K6G9 "}, "invalid-figi", "/figi"),
        ({"multiplier": 0}, "not-positive", "/multiplier"),
        ({"name": " "}, "invalid-text", "/name"),
        ({"kind": "share"}, "literal-error", "/kind"),
        ({"listed_on": "2023-02-29"}, "invalid-date", "/listed_on"),
        ({"listed_on": "1899-12-31"}, "date-out-of-range", "/listed_on"),
        ({"listed_on": "2999-01-01"}, "date-out-of-range", "/listed_on"),
        ({"delisted_on": "1988-10-10"}, "invalid-listing", "/delisted_on"),
        ({"sector": " "}, "invalid-text", "/sector"),
        ({"sector": "x" * 65}, "invalid-text", "/sector"),
        ({"sector": "Bio\ntech"}, "invalid-text", "/sector"),
        ({"country": "gb"}, "invalid-country", "/country"),
        ({"country": "UK"}, "invalid-country", "/country"),
        ({"country": ""}, "invalid-country", "/country"),
    ],
)
def test_a_bad_record_is_refused_by_name(
    alice: Person, change: dict[str, object], code: str, pointer: str
) -> None:
    answer = alice("PUT", "/instruments/VOD", {**WHOLE, **change})
    assert (answer.status, answer.code) == (422, code)
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert alice("GET", "/instruments/VOD").status == 404


def test_the_currency_is_that_of_the_closes(alice: Person) -> None:
    body = {"currency": "EUR", "prices": {"2024-01-02": 5}}
    assert alice("PUT", "/instruments/VOD/prices", body).status == 200
    refused = alice("PUT", "/instruments/VOD", {"currency": "USD"})
    assert (refused.status, refused.code) == (422, "currency-mismatch")
    assert alice("PUT", "/instruments/VOD", {"currency": "EUR"}).status == 200
