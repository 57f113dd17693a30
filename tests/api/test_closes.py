from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.people import Answer, Person

CSV = {"content-type": "text/csv"}
HEADER = "symbol,date,price,currency\n"
LARGEST = Decimal("99999999999999999999.999999999999999999")


def put(person: Person, symbol: str, prices: dict[str, object], **more: object) -> Answer:
    return person("PUT", f"/api/v1/instruments/{symbol}/prices", {"prices": prices, **more})


def closes(person: Person, symbol: str, query: str = "") -> dict[str, Decimal]:
    found: dict[str, Decimal] = person("GET", f"/api/v1/instruments/{symbol}/prices{query}").json["prices"]
    return found


def load(person: Person, text: str | bytes) -> Answer:
    raw = text.encode() if isinstance(text, str) else text
    return person("POST", "/api/v1/prices/import", raw=raw, headers=CSV)


def test_n1_closes_come_back_digit_for_digit_in_the_order_of_days(alice: Person) -> None:
    stated = {"2024-02-29": LARGEST, "2023-12-29": Decimal("0.000000000000000001"), "2024-01-02": "12.50"}
    answer = put(alice, "abc", stated, currency="EUR")
    assert (answer.status, answer.json) == (200, {"symbol": "ABC", "currency": "EUR", "count": 3})
    found = alice("GET", "/instruments/ABC/prices")
    assert found.text == (
        '{"symbol":"ABC","currency":"EUR","prices_adjusted":false,"prices":{"2023-12-29":0.000000000000000001,'
        '"2024-01-02":12.5,"2024-02-29":99999999999999999999.999999999999999999}}'
    )
    assert list(closes(alice, "ABC", "?from=2024-01-01&to=2024-01-31")) == ["2024-01-02"]
    assert list(closes(alice, "ABC", "?from=2024-01-03")) == ["2024-02-29"]
    assert list(closes(alice, "ABC", "?to=2023-12-29")) == ["2023-12-29"]


def test_a_close_takes_the_place_of_the_one_before_and_null_removes_it(alice: Person) -> None:
    assert put(alice, "ABC", {"2024-01-02": 5, "2024-01-03": 6, "2023-01-03": 7}).status == 200
    assert put(alice, "ABC", {"2024-01-02": "5.25", "2024-01-03": None, "2020-01-01": None}).status == 200
    assert closes(alice, "ABC") == {"2023-01-03": 7, "2024-01-02": Decimal("5.25")}
    assert put(alice, "ABC", {"2024-01-02": None, "2023-01-03": None}).status == 200
    assert alice("GET", "/instruments/ABC/prices").code == "instrument-not-found"
    assert alice("PUT", "/instruments/ABC", {"currency": "EUR"}).status == 200
    assert alice("GET", "/instruments/ABC/prices").json["currency"] == "EUR"


def test_closes_are_ones_own(alice: Person, bob: Person) -> None:
    assert put(alice, "ABC", {"2024-01-02": 5}).status == 200
    assert bob("GET", "/instruments/ABC/prices").status == 404
    assert put(bob, "ABC", {"2024-01-02": 6}, currency="EUR").status == 200
    assert load(bob, HEADER + "ABC,2024-01-02,7,EUR\n").status == 200
    assert closes(alice, "ABC") == {"2024-01-02": 5}


def test_the_currency_is_that_of_the_instrument_or_of_the_first_close(alice: Person) -> None:
    assert alice("PUT", "/instruments/VOD", {"currency": "GBp"}).status == 200
    assert put(alice, "VOD", {"2024-01-02": 70}).json["currency"] == "GBp"
    assert put(alice, "ABC", {"2024-01-02": 70}).json["currency"] == "USD"
    for symbol, currency in (("VOD", "GBP"), ("ABC", "EUR")):
        refused = put(alice, symbol, {"2024-01-03": 70}, currency=currency)
        assert (refused.status, refused.code) == (422, "currency-mismatch")
        assert refused.json["errors"][0]["pointer"] == "/currency"


def test_the_latest_close_becomes_the_entered_price(alice: Person) -> None:
    assert put(alice, "ABC", {"2024-01-02": 5, "2024-01-03": 6}).status == 200
    price = alice("GET", "/prices/ABC").json
    assert (price["price"], price["source"], price["as_of"]) == (6, "user", "2024-01-03T21:00:00.000000Z")
    assert put(alice, "ABC", {"2024-01-02": 4}).status == 200
    assert alice("GET", "/prices/ABC").json["price"] == 6
    assert put(alice, "ABC", {"2024-01-03": "6.5"}).status == 200
    assert alice("GET", "/prices/ABC").json["price"] == Decimal("6.5")
    assert alice("PUT", "/prices/ABC", {"price": 9}).status == 200
    assert put(alice, "ABC", {"2024-01-04": 7}).status == 200
    assert alice("GET", "/prices/ABC").json["price"] == 9


def test_a_close_in_a_minor_unit_becomes_a_price_in_its_currency(alice: Person) -> None:
    assert put(alice, "VOD", {"2024-01-02": "70.25"}, currency="GBX").status == 200
    assert put(alice, "TINY", {"2024-01-02": "0.000000000000000001"}, currency="GBp").status == 200
    price = alice("GET", "/prices/VOD").json
    assert (price["price"], price["currency"]) == (Decimal("0.7025"), "GBP")
    assert alice("GET", "/prices/TINY").status == 404


@pytest.mark.parametrize(
    ("prices", "code", "pointers"),
    [
        ({"2024-01-02": 0}, "not-positive", ["/prices/2024-01-02"]),
        ({"2024-01-02": -1, "2024-01-03": "x"}, "not-positive", ["/prices/2024-01-02", "/prices/2024-01-03"]),
        ({"2024-01-02": True}, "invalid-number", ["/prices/2024-01-02"]),
        ({"2024-01-02": "1" * 21}, "number-out-of-range", ["/prices/2024-01-02"]),
        ({"2023-02-29": 1}, "invalid-date", ["/prices"]),
        ({"20240102": 1}, "invalid-date", ["/prices"]),
        ({"10000-01-01": 1}, "invalid-date", ["/prices"]),
        ({"1899-12-31": 1}, "date-out-of-range", ["/prices/1899-12-31"]),
        ({"9999-12-31": 1}, "date-out-of-range", ["/prices/9999-12-31"]),
        ({}, "number-of-days", ["/prices"]),
    ],
)
def test_a_bad_close_is_refused_by_name_and_nothing_is_kept(
    alice: Person, prices: dict[str, object], code: str, pointers: list[str]
) -> None:
    answer = put(alice, "ABC", {"2024-01-01": 1, **prices} if prices else {})
    assert (answer.status, answer.code) == (422, code)
    assert [one["pointer"] for one in answer.json["errors"]] == pointers
    assert alice("GET", "/instruments/ABC/prices").status == 404


def test_at_most_900_days_are_stated_at_once(alice: Person) -> None:
    days = [(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat() for day in range(901)]
    refused = put(alice, "ABC", dict.fromkeys(days, 1))
    assert (refused.status, refused.code) == (422, "number-of-days")
    assert put(alice, "ABC", dict.fromkeys(days[:900], 1)).json["count"] == 900


def test_tomorrow_has_begun_somewhere_and_the_day_after_has_not(alice: Person) -> None:
    today = datetime.now(UTC).date()
    tomorrow, after = (today + timedelta(days=days) for days in (1, 3))
    assert put(alice, "ABC", {tomorrow.isoformat(): 1}).status == 200
    assert put(alice, "ABC", {after.isoformat(): 1}).code == "date-out-of-range"


def test_a_period_does_not_end_before_it_begins(alice: Person) -> None:
    refused = alice("GET", "/instruments/ABC/prices?from=2024-01-02&to=2024-01-01")
    assert (refused.status, refused.code) == (422, "period-reversed")


# Files


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_is_entered_whole(alice: Person, end: str, mark: str) -> None:
    text = HEADER + 'abc,2024-01-02,12.50,USD\n"XYZ",2023-12-29,1,GBp\n\nABC,2023-12-29,11,USD\n'
    answer = load(alice, mark + text.replace("\n", end))
    assert (answer.status, answer.json) == (200, {"count": 3, "symbols": 2})
    assert closes(alice, "ABC") == {"2023-12-29": 11, "2024-01-02": Decimal("12.5")}
    assert closes(alice, "XYZ") == {"2023-12-29": 1}
    assert alice("GET", "/prices/XYZ").json["price"] == Decimal("0.01")


def test_n1_a_file_loses_no_digit(alice: Person) -> None:
    rows = {"2024-01-02": str(LARGEST), "2024-01-03": "0.000000000000000001", "2024-01-04": "007.10"}
    assert (
        load(alice, HEADER + "".join(f"ABC,{day},{price},USD\n" for day, price in rows.items())).status == 200
    )
    assert closes(alice, "ABC") == {day: Decimal(price) for day, price in rows.items()}


def test_d5_the_same_file_again_changes_nothing(alice: Person) -> None:
    text = HEADER + "ABC,2024-01-02,12.50,USD\nXYZ,2023-12-29,1.125,USD\nXYZ,2022-12-29,1,USD\n"
    made = alice.made("/portfolios", {"name": "p"})
    valuation = f"/portfolios/{made['id']}/valuation"
    assert load(alice, text).status == 200
    etag = alice("GET", valuation).headers["etag"]
    again = load(alice, text)
    assert again.status == 200
    assert alice("GET", valuation).headers["etag"] == etag
    assert load(alice, text.replace("1.125", "1.126")).status == 200
    assert alice("GET", valuation).headers["etag"] != etag


def test_a_header_alone_enters_nothing(alice: Person) -> None:
    for text in (HEADER, HEADER.strip(), HEADER + "\n\n"):
        assert load(alice, text).json == {"count": 0, "symbols": 0}


@pytest.mark.parametrize(
    ("row", "code", "pointer"),
    [
        ("ABC,2024-01-03,1", "invalid-row", "/lines/3"),
        ("ABC,2024-01-03,1,USD,", "invalid-row", "/lines/3"),
        ("=HYPERLINK(1),2024-01-03,1,USD", "invalid-symbol", "/lines/3/symbol"),
        ("@SUM,2024-01-03,1,USD", "invalid-symbol", "/lines/3/symbol"),
        (",2024-01-03,1,USD", "invalid-symbol", "/lines/3/symbol"),
        ("ABC,2023-02-29,1,USD", "invalid-date", "/lines/3/date"),
        ("ABC,03.01.2024,1,USD", "invalid-date", "/lines/3/date"),
        ("ABC,9999-01-01,1,USD", "date-out-of-range", "/lines/3/date"),
        ("ABC,1899-12-31,1,USD", "date-out-of-range", "/lines/3/date"),
        ("ABC,2024-01-03,0,USD", "not-positive", "/lines/3/price"),
        ("ABC,2024-01-03,-1,USD", "not-positive", "/lines/3/price"),
        ("ABC,2024-01-03,+1,USD", "invalid-number", "/lines/3/price"),
        ('ABC,2024-01-03,"1,5",USD', "invalid-number", "/lines/3/price"),
        ("ABC,2024-01-03,1e5,USD", "invalid-number", "/lines/3/price"),
        ("ABC,2024-01-03,,USD", "invalid-number", "/lines/3/price"),
        ("ABC,2024-01-03,\uff11,USD", "invalid-number", "/lines/3/price"),
        (f"ABC,2024-01-03,{'1' * 21},USD", "number-out-of-range", "/lines/3/price"),
        ("ABC,2024-01-03,1,usd", "unknown-currency", "/lines/3/currency"),
        ("ABC,2024-01-03,1,EUR", "currency-mismatch", "/lines/3/currency"),
        ("ABC,2024-01-02,1,USD", "repeated-row", "/lines/3/date"),
    ],
)
def test_d5_one_bad_row_is_named_and_nothing_is_entered(
    alice: Person, row: str, code: str, pointer: str
) -> None:
    answer = load(alice, HEADER + "ABC,2024-01-02,1,USD\n" + row + "\nXYZ,2024-01-02,1,USD\n")
    assert (answer.status, answer.code) == (422, code)
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    for symbol in ("ABC", "XYZ"):
        assert alice("GET", f"/instruments/{symbol}/prices").status == 404


def test_of_many_bad_rows_the_first_hundred_are_named(alice: Person) -> None:
    answer = load(alice, HEADER + "A,2024-01-02,x,USD\n" * 1000)
    pointers = [one["pointer"] for one in answer.json["errors"]]
    assert (answer.status, pointers) == (422, [f"/lines/{line}/price" for line in range(2, 102)])


def test_a_file_in_another_currency_than_what_is_known_is_refused(alice: Person) -> None:
    assert put(alice, "ABC", {"2024-01-02": 5}, currency="EUR").status == 200
    refused = load(alice, HEADER + "XYZ,2024-01-02,1,USD\nABC,2024-01-03,1,USD\n")
    assert (refused.status, refused.code) == (422, "currency-mismatch")
    assert refused.json["errors"][0]["pointer"] == "/lines/3/currency"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "invalid-header"),
        (b"symbol;date;price;currency\n", 422, "invalid-header"),
        (b"symbol\tdate\tprice\tcurrency\n", 422, "invalid-header"),
        (b"symbol,date,price,price\n", 422, "invalid-header"),
        (HEADER.encode("utf-16"), 400, "bad-csv"),
        (HEADER.encode() + b"\xff,2024-01-02,1,USD\n", 400, "bad-csv"),
        (HEADER.encode() + b"A\0,2024-01-02,1,USD\n", 400, "bad-csv"),
        (HEADER.encode() + b'"ABC,2024-01-02,1,USD\n', 400, "bad-csv"),
        (HEADER.encode() + b"x" * 10_000_000, 400, "bad-csv"),
    ],
)
def test_what_is_no_file_of_closes_is_refused(alice: Person, raw: bytes, status: int, code: str) -> None:
    answer = load(alice, raw)
    assert (answer.status, answer.code) == (status, code)


def test_a_file_of_more_than_50_mib_is_too_large(alice: Person) -> None:
    answer = load(alice, b"x" * (50 * 1024 * 1024 + 1))
    assert (answer.status, answer.code) == (413, "body-too-large")


def test_a_large_file_holds_nobody_up(alice: Person, each_worker: Callable[[Person], list[Person]]) -> None:
    days = [(datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=day)).date() for day in range(10_000)]
    rows = [
        f"S{symbol},{day},{symbol + 1}.{place % 90 + 10},USD"
        for symbol in range(20)
        for place, day in enumerate(days)
    ]
    answer = load(alice, HEADER + "\n".join(rows))
    assert (answer.status, answer.json) == (200, {"count": 200_000, "symbols": 20})
    for worker in each_worker(alice):
        assert len(closes(worker, "S7")) == 10_000
