"""What the exchange refuses over HTTP: named, at its field, and without any effect."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.trading import Trader, a_trader, trade
from tests.people import Person

PAST = "2020-01-01T00:00:00Z"
BRACKET = {"order_class": "bracket", "take_profit": {"limit_price": 120}, "stop_loss": {"stop_price": 90}}
MARKET: dict[str, Any] = {"type": "market", "limit_price": None, "time_in_force": "day"}


@pytest.fixture
def trader(alice: Person, bob: Person) -> Iterator[Trader]:
    """Somebody who has 1,000 units, where the last trade was at 100."""
    found, other = a_trader(alice), a_trader(bob)
    trade(other, found)
    other.place(qty=1, limit_price=50)
    other.place(qty=1, side="sell", limit_price=150)
    yield found
    found.leave()
    other.leave()


REFUSED: list[tuple[dict[str, Any], int, str | None, str | None]] = [
    ({"limit_price": "100.001"}, 422, "off-tick", "/limit_price"),
    ({"limit_price": None}, 422, "price-missing", "/limit_price"),
    ({"limit_price": 0}, 422, "not-positive", "/limit_price"),
    ({"limit_price": -5}, 422, "not-positive", "/limit_price"),
    ({"qty": "0.0000000001"}, 422, "off-lot", "/qty"),
    ({"qty": 0}, 422, None, "/qty"),
    ({"qty": -1}, 422, None, "/qty"),
    ({"qty": None}, 422, None, "/qty"),
    ({"qty": 1, "amount": 100}, 422, None, "/amount"),
    ({"type": "stop", "limit_price": None, "stop_price": 99}, 409, "stop-on-wrong-side", "/stop_price"),
    ({"type": "stop_limit", "stop_price": 101, "limit_price": None}, 422, "price-missing", "/limit_price"),
    ({**MARKET, "limit_price": 100}, 422, "price-not-wanted", "/limit_price"),
    ({"type": "trailing_stop", "limit_price": None}, 422, "terms-do-not-fit", "/trail_amount"),
    ({"time_in_force": "gtd"}, 422, "terms-do-not-fit", "/expires_at"),
    ({"time_in_force": "gtd", "expires_at": PAST}, 422, "terms-do-not-fit", "/expires_at"),
    ({"time_in_force": "opg"}, 422, "terms-do-not-fit", "/time_in_force"),
    ({"post_only": True, "limit_price": 150}, 409, "post-only-would-trade", "/post_only"),
    ({"reduce_only": True}, 409, "nothing-to-reduce", None),
    ({"display_qty": 11}, 422, "terms-do-not-fit", "/display_qty"),
    ({**BRACKET, "take_profit": None}, 422, "legs-do-not-fit", "/order_class"),
    ({**BRACKET, "stop_loss": {"stop_price": 110}}, 422, "legs-do-not-fit", "/stop_loss/stop_price"),
    ({**BRACKET, "take_profit": {"limit_price": -1}}, 422, None, "/take_profit/limit_price"),
    ({**BRACKET, "stop_loss": {"stop_price": -1}}, 422, None, "/stop_loss/stop_price"),
    ({"qty": 1_000_000}, 409, "insufficient-buying-power", None),
    ({"side": "sell", "qty": 1001, "limit_price": 130}, 409, "insufficient-position", "/qty"),
    ({"security": "NO.SUCH"}, 404, "symbol-not-listed", None),
    ({"security": "A B"}, 422, "invalid-symbol", "/security"),
    ({"client_order_id": "x" * 129}, 422, None, "/client_order_id"),
    ({"portfolio_id": 2**53}, 404, "account-not-found", None),
    ({"portfolio_id": 2**64}, 404, "portfolio-not-found", None),
    ({"portfolio_id": 10**15}, 404, "account-not-found", None),
    ({"type": "swap"}, 422, None, "/type"),
    ({"venue": "moon"}, 422, None, "/venue"),
]


@pytest.mark.parametrize(("fields", "status", "code", "pointer"), REFUSED, ids=str)
def test_a_refusal_names_its_rule_and_its_field_and_changes_nothing(
    trader: Trader, fields: dict[str, Any], status: int, code: str | None, pointer: str | None
) -> None:
    before = trader.account, trader.person("GET", "/orders").text
    answer = trader.ask(**{"client_order_id": "free", **fields})
    assert answer.status == status, answer
    problem = answer.json
    assert code in (None, problem["code"]), problem
    assert problem["code"] not in ("insufficient-buying-power", "off-tick") or any(
        letter.isdigit() for letter in problem["detail"]
    )
    if pointer is not None:
        assert pointer in [error["pointer"] for error in problem["errors"]], problem
    assert (trader.account, trader.person("GET", "/orders").text) == before
    # A refused order has not used up its name.
    assert trader.place(client_order_id="free", limit_price=60)["client_order_id"] == "free"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"limit_price": "100.001"}, "off-tick"),
        ({"limit_price": -1}, None),
        ({"limit_price": 0}, None),
        ({"qty": 0}, None),
        ({"qty": 1_000_000}, "insufficient-buying-power"),
        ({"stop_price": 120}, "terms-do-not-fit"),
        ({"client_order_id": "first"}, "client-order-id-taken"),
    ],
    ids=str,
)
def test_a_replacement_that_is_refused_leaves_the_order(
    trader: Trader, fields: dict[str, Any], code: str | None
) -> None:
    order = trader.place(limit_price=60, client_order_id="first")
    before = trader.account
    answer = trader.replace(order, **fields)
    assert answer.status in (409, 422), answer
    assert code in (None, answer.code)
    assert (trader.order(order), trader.account) == (order, before)


def test_a_cash_account_sells_nothing_that_it_has_not(alice: Person) -> None:
    trader = a_trader(alice, units=0)
    answer = trader.ask(side="sell", limit_price=200)
    assert (answer.status, answer.code) == (409, "short-not-allowed")


def test_an_account_trades_in_its_own_currency(alice: Person) -> None:
    portfolio = alice.made("/portfolios", {"name": "Euros", "base_currency": "EUR"})["id"]
    assert alice("PUT", f"/portfolios/{portfolio}/account", {"starting_balance": 100}).status == 201
    answer = Trader(alice, portfolio).ask()
    assert (answer.status, answer.code) == (409, "account-currency")


def test_nobody_without_an_account_trades(alice: Person) -> None:
    assert Trader(alice, 0).ask(portfolio_id=None).code == "account-not-found"
    portfolio = alice.made("/portfolios", {"name": "Quiet"})["id"]
    answer = Trader(alice, portfolio).ask()
    assert (answer.status, answer.code) == (404, "account-not-found")


@pytest.mark.parametrize("field", ["type", "limit_price", "amount", "post_only", "order_class"])
def test_the_manual_venue_takes_nothing_of_it(alice: Person, field: str) -> None:
    value = {"type": "limit", "post_only": True, "order_class": "simple"}.get(field, 1)
    answer = alice("POST", "/orders", {"security": "ETH", "qty": 1, field: value})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, f"/{field}")
    answer = alice("POST", "/orders", {"security": "ETH"})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/qty")
