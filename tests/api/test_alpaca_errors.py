"""What is refused on the Alpaca wire is refused in Alpaca's form, whatever is wrong."""

import json
from typing import Any

import pytest
from alpaca.trading.client import TradingClient
from alpaca.trading.requests import GetOptionContractsRequest

from steward.api.alpaca.routes import FEATURES
from tests.api.brokerage import Trader, a_trader, refused, with_key
from tests.people import Answer, Person

ORDER = {"symbol": "AAPL", "qty": 1, "side": "buy", "type": "limit", "limit_price": 9, "time_in_force": "day"}
ROUTES = [(one.method, one.path) for feature in FEATURES for one in feature.operations.declared]


@pytest.fixture
def trader(alice: Person) -> Trader:
    return a_trader(alice)


def asked(
    trader: Trader, method: str, path: str, body: object = None, *, raw: bytes | None = None, **headers: str
) -> Answer:
    """Ask with the key, by hand: what the library would not send."""
    keys = {"APCA-API-KEY-ID": trader.key_id, "APCA-API-SECRET-KEY": trader.secret}
    client = Person(trader.person.url)
    try:
        return client(method, f"/alpaca{path}", body, raw=raw, headers={**keys, **headers})
    finally:
        client.client.close()


def in_alpacas_form(answer: Answer) -> bool:
    told = json.loads(answer.text)
    is_json = answer.headers["content-type"] == "application/json"
    return is_json and {*told} == {"code", "message"} and told["code"] // 100_000 == answer.status


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda value: value)
def test_nobody_is_let_in_without_a_key(trader: Trader, method: str, path: str) -> None:
    body: object = {} if method in {"POST", "PUT", "PATCH"} and not path.endswith("exercise") else None
    nobody = Person(trader.person.url)
    answer = nobody(method, path.replace("{", "").replace("}", ""), body)
    nobody.client.close()
    assert answer.status == 401, answer
    assert in_alpacas_form(answer)


def test_a_wrong_secret_lets_nobody_in(trader: Trader) -> None:
    for key, secret in ((trader.key_id, "x"), ("STX", trader.secret), ("x", "y")):
        client = TradingClient(key, secret, url_override=trader.url)
        assert refused(client.get_account)[:2] == (401, 40110000)


def test_a_revoked_key_lets_nobody_in(trader: Trader) -> None:
    assert trader.trading.get_account()
    assert trader.person("DELETE", f"/api/v1/api-keys/{trader.key_id}").status == 204
    assert refused(trader.trading.get_account)[:2] == (401, 40110000)
    assert refused(trader.trading.cancel_orders)[:2] == (401, 40110000)


def test_a_key_without_an_account_is_told_how_to_have_one(trader: Trader) -> None:
    status, code, message = refused(with_key(trader.person, None).trading.get_account)
    assert (status, code) == (403, 40310000)
    assert "portfolio_id" in message
    portfolio = trader.person.made("/api/v1/portfolios", {"name": "No account"})
    status, code, message = refused(with_key(trader.person, portfolio["id"]).trading.get_account)
    assert (status, code) == (404, 40410000)
    assert "account" in message


def test_a_key_that_only_reads_places_no_order(trader: Trader) -> None:
    reader = with_key(trader.person, trader.portfolio_id, "read")
    assert reader.trading.get_account() == trader.trading.get_account()
    assert refused(lambda: reader.trading.post("/orders", ORDER))[:2] == (403, 40310000)
    assert trader.trading.get_orders() == []


def test_a_session_is_no_account(trader: Trader) -> None:
    answer = trader.person("GET", "/alpaca/v2/account")
    assert answer.status == 403
    assert in_alpacas_form(answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"symbol": None}, "symbol: "),
        ({"side": None}, "side: "),
        ({"side": "hold"}, "side: "),
        ({"qty": "many"}, "qty: "),
        ({"qty": 1, "notional": 5}, ""),
        ({"qty": -1}, "qty: "),
        ({"type": "guess"}, "type: "),
        ({"limit_price": None}, "limit_price: "),
        ({"time_in_force": "gtd"}, "time_in_force: "),
        ({"unheard_of": 1}, "There is no such field here."),
        ({"order_class": "bracket"}, "order_class: "),
        ({"client_order_id": ""}, "client_order_id: "),
        ({"qty": 1e-10}, "qty: "),
        ({"limit_price": 0}, "limit_price: "),
    ],
)
def test_a_bad_order_is_unprocessable(trader: Trader, change: dict[str, Any], said: str) -> None:
    answer = asked(trader, "POST", "/v2/orders", {**ORDER, **change})
    assert (answer.status, answer.json["code"]) == (422, 42210000)
    assert said in answer.json["message"]
    assert trader.trading.get_orders() == []


def test_what_http_itself_gets_wrong(trader: Trader) -> None:
    keys = {"content-type": "text/plain"}
    for answer, status in (
        (asked(trader, "POST", "/v2/orders", raw=b"{"), 400),
        (asked(trader, "POST", "/v2/orders", raw=b"{}", **keys), 415),
        (asked(trader, "GET", "/v2/nowhere"), 404),
        (asked(trader, "PUT", "/v2/orders"), 405),
        (asked(trader, "GET", "/v2/orders/x"), 422),
        (asked(trader, "GET", "/v2/orders?status=some"), 422),
        (asked(trader, "GET", "/v2/orders?limit=501"), 422),
        (asked(trader, "GET", "/v2/orders?nested=perhaps"), 422),
    ):
        assert answer.status == status, answer
        assert in_alpacas_form(answer)
    assert asked(trader, "PUT", "/v2/orders").headers["allow"] == "DELETE, GET, POST"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("account/portfolio/history?period=9999A", 200),
        ("account/portfolio/history?end=0001-01-01", 200),
        ("stocks/bars?symbols=AAPL&timeframe=1Day&start=0001-01-01", 200),
        ("account/activities?date=9999-12-31", 200),
        ("account/activities?page_token=x::ffffffff-ffff-ffff-ffff-ffffffffffff", 422),
        (f"stocks/trades?symbols=AAPL&page_token=AAPL|{'9' * 20}", 422),
        (f"stocks/trades?symbols=AAPL&page_token=AAPL|{'9' * 5000}", 422),
        ("stocks/bars?symbols=A%00B&timeframe=1Day", 422),
        ("stocks/snapshots?symbols=A%00B", 422),
        ("orders?symbols=A%00B", 422),
        ("orders:by_client_order_id?client_order_id=A%00B", 422),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_lies_beyond_every_day_number_and_text_is_no_defect(
    trader: Trader, path: str, status: int
) -> None:
    answer = asked(trader, "GET", f"/v2/{path}")
    assert answer.status == status, answer


def test_problems_stay_what_they_are_elsewhere(trader: Trader) -> None:
    assert trader.person("GET", "/api/v1/nowhere").code == "not-found"
    assert trader.person("GET", "/alpaca").code == "not-found"


@pytest.mark.parametrize("order_class", ["mleg", "legs"])
def test_orders_of_several_legs_are_not_offered(trader: Trader, order_class: str) -> None:
    legs = [{"symbol": "AAPL", "ratio_qty": 1, "side": "buy"}]
    more = {"order_class": "mleg"} if order_class == "mleg" else {"legs": legs}
    answer = asked(trader, "POST", "/v2/orders", {**ORDER, **more})
    assert (answer.status, answer.json["code"]) == (404, 40410000)
    assert "mleg" in answer.json["message"]


def test_options_are_not_offered(trader: Trader) -> None:
    wanted = GetOptionContractsRequest(underlying_symbols=["AAPL"])
    for call in (
        lambda: trader.trading.get_option_contracts(wanted),
        lambda: trader.trading.get_option_contract("AAPL260116C00200000"),
        lambda: trader.trading.exercise_options_position("AAPL260116C00200000"),
    ):
        status, code, message = refused(call)
        assert (status, code) == (404, 40410000)
        assert message.startswith("Steward does not offer options")
