"""Accounts over HTTP: opened on a portfolio, told with what they hold, and begun anew."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.api.booking import booked
from tests.api.trading import Trader, a_trader, trade
from tests.people import Person


def a_portfolio(person: Person, **fields: object) -> int:
    number: int = person.made("/portfolios", {"name": "Trading", **fields})["id"]
    return number


def test_an_account_has_what_its_ledger_says_and_a_deposit(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    booked(alice, portfolio, "deposit", trade_date="2026-01-05", gross_amount=500)
    booked(alice, portfolio, "buy", trade_date="2026-01-06", symbol="ABC", quantity=4, price=25, fee=1)
    body = {"kind": "margin", "starting_balance": "1000.5", "settlement_days": 2}
    opened = alice("PUT", f"/portfolios/{portfolio}/account", body)
    assert opened.status == 201
    account = opened.json
    assert (account["kind"], account["currency"], account["settlement_days"]) == ("margin", "USD", 2)
    assert (account["cash"], account["starting_balance"]) == (Decimal("1399.5"), Decimal("1000.5"))
    assert account["available"] == Decimal("1399.5") + 101 - Decimal("50.5")
    assert account["buying_power"] == 2 * account["available"]
    assert (account["open_orders"], account["last_event"], account["reserved"]) == (0, 0, 0)
    held = {"symbol": "ABC", "qty": 4, "cost": 101, "average_price": Decimal("25.25")}
    assert account["holdings"] == [held | {"reserved_qty": 0, "realized_gain": 0}]
    assert alice("GET", f"/portfolios/{portfolio}/account").json == account
    assert alice("GET", "/accounts").json == [account]
    (deposit, *_) = alice("GET", f"/portfolios/{portfolio}/transactions?kind=deposit").json
    assert deposit["gross_amount"] == Decimal("1000.5")


def test_what_the_ledger_has_had_since_shows_at_once(alice: Person) -> None:
    trader = a_trader(alice)
    booked(alice, trader.portfolio, "withdrawal", trade_date="2026-01-05", gross_amount=999_000)
    booked(alice, trader.portfolio, "transfer_in", trade_date="2026-01-06", symbol="XYZ", quantity=3)
    account = trader.account
    assert (account["cash"], account["available"]) == (1000, 1000)
    assert {one["symbol"]: one["qty"] for one in account["holdings"]} == {trader.symbol: 1000, "XYZ": 3}
    assert alice("GET", "/accounts").json == [account]
    assert trader.ask(qty=11).code == "insufficient-buying-power"
    order = trader.place(qty=10)
    assert trader.account["available"] == 0
    assert trader.cancel(order).status == 200


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"starting_balance": -1}, "/starting_balance"),
    ({"settlement_days": 11}, "/settlement_days"),
    ({"settlement_days": -1}, "/settlement_days"),
    ({"kind": "house"}, "/kind"),
    ({"kind": "other"}, "/kind"),
]


@pytest.mark.parametrize(("body", "pointer"), REFUSED, ids=str)
def test_a_wrong_account_is_not_opened(alice: Person, body: dict[str, Any], pointer: str) -> None:
    portfolio = a_portfolio(alice)
    answer = alice("PUT", f"/portfolios/{portfolio}/account", body)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)
    missing = alice("GET", f"/portfolios/{portfolio}/account")
    assert (missing.status, missing.code) == (404, "account-not-found")
    assert alice("GET", f"/portfolios/{portfolio}/transactions").json == []


def test_a_portfolio_has_one_account_and_anothers_is_not_there(alice: Person, bob: Person) -> None:
    trader = a_trader(alice)
    path = f"/portfolios/{trader.portfolio}/account"
    again = alice("PUT", path, {"starting_balance": 5})
    assert (again.status, again.code) == (409, "account-exists")
    assert bob("GET", path).code == "account-not-found"
    assert bob("PUT", path, {}).code == "portfolio-not-found"
    assert bob("POST", f"{path}/reset", {"starting_balance": 1}).code == "portfolio-not-found"
    assert bob("GET", "/accounts").json == []
    empty = a_portfolio(bob)
    answer = bob("POST", f"/portfolios/{empty}/account/reset", {"starting_balance": 1})
    assert (answer.status, answer.code) == (404, "account-not-found")
    assert trader.account["cash"] == 1_000_000


def test_a_reset_empties_the_portfolio_and_begins_anew(alice: Person, bob: Person) -> None:
    trader, other = a_trader(alice), a_trader(bob)
    trade(trader, other, 100, 3)
    order = trader.place()
    path = f"/portfolios/{trader.portfolio}/account/reset"
    refused = alice("POST", path, {"starting_balance": 50})
    assert (refused.status, refused.code) == (409, "account-has-orders")
    trader.cancel(order)
    wrong = alice("POST", path, {"starting_balance": -1})
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "/starting_balance")
    booked(alice, trader.portfolio, "deposit", trade_date="2026-01-05", gross_amount=7)
    answer = alice("POST", path, {"starting_balance": 50})
    assert answer.status == 200
    account = answer.json
    assert (account["cash"], account["starting_balance"], account["available"]) == (50, 50, 50)
    assert [one["qty"] for one in account["holdings"]] == [0]
    assert trader.account == account
    held = alice("GET", f"/portfolios/{trader.portfolio}/valuation").json
    assert held["lines"] == []
    # The ledger keeps what was before, and orders count on.
    kinds = {one["kind"] for one in alice("GET", f"/portfolios/{trader.portfolio}/transactions").json}
    assert {"buy", "transfer_out", "withdrawal", "deposit"} <= kinds
    assert account["last_event"] == 4
    assert trader.ask(qty=1).code == "insufficient-buying-power"


def test_a_short_position_is_handed_in_by_a_reset(alice: Person, bob: Person) -> None:
    trader, other = a_trader(alice, units=0, kind="margin"), a_trader(bob)
    trade(other, trader, 100, 5)
    held = trader.holding()
    assert (held["qty"], held["cost"], held["average_price"]) == (-5, -500, 100)
    path = f"/portfolios/{trader.portfolio}/account/reset"
    account = alice("POST", path, {"starting_balance": 0}).json
    assert (account["cash"], [one["qty"] for one in account["holdings"]]) == (0, [0])


def test_proceeds_that_have_not_settled_buy_nothing(alice: Person, bob: Person) -> None:
    trader, other = a_trader(alice, starting_balance=0, settlement_days=2), a_trader(bob)
    trade(other, trader, 100, 5)
    account = trader.account
    assert (account["cash"], account["unsettled"], account["available"]) == (500, 500, 0)
    assert trader.ask(qty=1).code == "insufficient-buying-power"


def test_a_portfolio_with_an_account_can_be_deleted_and_its_orders_with_it(
    alice: Person, bob: Person
) -> None:
    trader, other = a_trader(alice), a_trader(bob)
    resting = trader.place(limit_price=70, qty=2)
    answer = alice("DELETE", f"/portfolios/{trader.portfolio}")
    gone = Trader(alice, trader.portfolio)
    if answer.status == 409:
        assert answer.code == "account-has-orders"
        trader.cancel(resting)
        assert alice("DELETE", f"/portfolios/{trader.portfolio}").status == 204
    assert gone.person("GET", f"/orders/{resting['id']}").status == 404
    # Nobody trades with an order that is no more.
    sale = other.place(side="sell", limit_price=70, qty=1)
    assert sale["status"] == "pending", sale
    other.cancel(sale)


def test_dividends_and_splits_while_holding_and_on_resting_orders(alice: Person, bob: Person) -> None:
    trader, other = a_trader(alice, units=0), a_trader(bob)
    booked(alice, trader.portfolio, "buy", symbol=trader.symbol, quantity=4, price=100)
    booked(alice, trader.portfolio, "dividend", symbol=trader.symbol, gross_amount=8, tax=2)
    assert trader.account["cash"] == 1_000_000 - 400 + 6
    waiting = trader.place(side="sell", qty=4, limit_price=180)
    split = {"kind": "split", "new": 2, "ex_date": datetime.now(UTC).date().isoformat()}
    path = f"/instruments/{trader.symbol}/actions"
    refused = alice("POST", path, split)
    assert (refused.status, refused.code) == (409, "action-has-orders")
    assert trader.holding()["qty"] == 4
    trader.cancel(waiting)
    made = alice("POST", path, split)
    assert made.status == 201, made
    held = trader.holding()
    assert (held["qty"], held["cost"], held["average_price"]) == (8, 400, 50)
    assert trader.place(side="sell", qty=8, limit_price=180)["reserved_qty"] == 8
    # What is bought on the ex-date is in new units already.
    trade(trader, other, 60, 1)
    assert trader.holding()["qty"] == 9
    trader.leave()
    action = made.json["id"]
    assert alice("DELETE", f"{path}/{action}").status == 204
    assert trader.holding()["qty"] == 5
