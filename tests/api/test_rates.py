from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.people import Answer, Person


def put(person: Person, pair: str, rates: dict[str, object]) -> Answer:
    return person("PUT", f"/api/v1/rates/{pair}", {"rates": rates})


def test_the_central_bank_s_rates_are_known_inverted_and_crossed(alice: Person) -> None:
    found = alice("GET", "/api/v1/rates/USDCHF?on=2021-11-14").json
    assert [(leg["pair"], leg["inverted"], leg["on"]) for leg in found["legs"]] == [
        ("EURUSD", True, "2021-11-12"),
        ("EURCHF", False, "2021-11-12"),
    ]
    usd, chf = (leg["rate"] for leg in found["legs"])
    assert abs(found["rate"] - chf / usd) < Decimal("1e-17")
    assert (found["pair"], found["on"], found["source"]) == ("USDCHF", "2021-11-12", "ecb")


def test_ones_own_rates_come_first_in_either_direction(alice: Person, bob: Person) -> None:
    answer = put(alice, "USDEUR", {"2021-11-10": "0.5", "2020-01-01": Decimal("0.123456789012345678")})
    assert (answer.status, answer.json) == (200, {"pair": "USDEUR", "count": 2})
    found = alice("GET", "/rates/EURUSD?on=2021-11-12")
    assert found.text == (
        '{"pair":"EURUSD","rate":2,"on":"2021-11-10","source":"user",'
        '"legs":[{"pair":"USDEUR","rate":0.5,"on":"2021-11-10","source":"user","inverted":true}]}'
    )
    assert alice("GET", "/rates/USDCHF?on=2021-11-12").json["source"] == "user+ecb"
    assert bob("GET", "/rates/EURUSD?on=2021-11-12").json["source"] == "ecb"
    assert put(alice, "USDEUR", {"2021-11-10": None}).status == 200
    assert alice("GET", "/rates/EURUSD?on=2021-11-12").json["source"] == "ecb"


def test_today_is_meant_when_no_day_is_named(alice: Person) -> None:
    today = datetime.now(UTC).date()
    assert put(alice, "USDXOF", {(today - timedelta(days=7)).isoformat(): 600}).status == 200
    assert alice("GET", "/rates/USDXOF").json["rate"] == 600


def test_c7_a_rate_that_is_too_old_or_unknown_is_none(alice: Person) -> None:
    assert put(alice, "USDXOF", {"2024-01-01": 600}).status == 200
    assert alice("GET", "/rates/USDXOF?on=2024-01-08").status == 200
    for path in (
        "USDXOF?on=2024-01-09",
        "USDXOF?on=2023-12-31",
        "USDAFN?on=2024-01-01",
        "USDEUR?on=1998-12-31",
    ):
        refused = alice("GET", f"/rates/{path}")
        assert (refused.status, refused.code) == (404, "rate-not-found")


@pytest.mark.parametrize(
    "pair", ["USDUSD", "usdeur", "USD", "USDXXX", "XXXUSD", "USDEURCHF", "USD-EUR", "GBpUSD"]
)
def test_a_pair_is_two_different_currencies(alice: Person, pair: str) -> None:
    for answer in (put(alice, pair, {"2024-01-01": 1}), alice("GET", f"/rates/{pair}")):
        assert (answer.status, answer.code) == (422, "invalid-pair")
        assert answer.json["errors"][0]["pointer"] == "/path/pair"


@pytest.mark.parametrize(
    ("rates", "code"),
    [
        ({"2024-01-01": 0}, "not-positive"),
        ({"2024-01-01": "1,5"}, "invalid-number"),
        ({"2024-13-01": 1}, "invalid-date"),
        ({"1899-12-31": 1}, "date-out-of-range"),
    ],
)
def test_a_bad_rate_is_refused_by_name(alice: Person, rates: dict[str, object], code: str) -> None:
    answer = put(alice, "USDEUR", rates)
    assert (answer.status, answer.code) == (422, code)
    assert alice("GET", "/rates/USDEUR?on=2024-01-02").json["source"] == "ecb"


def test_a_day_is_one_of_which_something_can_be_known(alice: Person) -> None:
    assert alice("GET", "/rates/USDEUR?on=1899-12-31").code == "date-out-of-range"
    assert alice("GET", "/rates/USDEUR?on=today").code == "invalid-date"
