"""Orders on the book over HTTP: two people meet, and both ledgers say so at once, on both workers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.api.trading import SYMBOL, Trader, a_trader, trade
from tests.people import Person

LATER = (datetime.now(UTC) + timedelta(days=7)).isoformat()


@pytest.fixture
def buyer(alice: Person) -> Iterator[Trader]:
    found = a_trader(alice)
    yield found
    found.leave()


@pytest.fixture
def seller(bob: Person) -> Iterator[Trader]:
    found = a_trader(bob)
    yield found
    found.leave()


ORDERS: dict[str, dict[str, Any]] = {
    "limit": {},
    "gtd": {"time_in_force": "gtd", "expires_at": LATER},
    "day": {"time_in_force": "day"},
    "post only": {"post_only": True},
    "iceberg": {"display_qty": 2},
    "stop": {"type": "stop", "limit_price": None, "stop_price": 110},
    "stop limit": {"type": "stop_limit", "stop_price": 110, "limit_price": 111},
    "trailing by amount": {"type": "trailing_stop", "limit_price": None, "trail_amount": 5},
    "trailing by percent": {"type": "trailing_stop", "limit_price": None, "trail_percent": 5},
    "market if touched": {"type": "market_if_touched", "limit_price": None, "stop_price": 90},
    "limit if touched": {"type": "limit_if_touched", "stop_price": 90, "limit_price": 91},
    "reduce only": {"side": "sell", "limit_price": 120, "reduce_only": True},
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_of_every_type_rests_is_read_again_and_is_cancelled(
    buyer: Trader, seller: Trader, name: str
) -> None:
    trade(buyer, seller)
    before = buyer.account
    order = buyer.place(**ORDERS[name])
    assert order["status"] == "pending"
    assert order["phase"] == ("armed" if "stop" in order["terms"]["type"] or "touched" in name else "working")
    assert buyer.order(order) == order
    asked = {key: value for key, value in ORDERS[name].items() if key in ("stop_price", "display_qty")}
    assert {key: Decimal(order["terms"][key]) for key in asked} == asked
    during = buyer.account
    assert during["open_orders"] == before["open_orders"] + 1
    assert during["reserved"] == before["reserved"] + order["reserved_cash"]
    assert order["reserved_cash"] > 0 or order["reserved_qty"] == 10
    answer = buyer.cancel(order)
    assert (answer.status, answer.json["status"], answer.json["reason"]) == (200, "cancelled", "requested")
    assert answer.json["phase"] == "done"
    after = buyer.account
    assert (after["reserved"], after["open_orders"]) == (before["reserved"], before["open_orders"])
    assert buyer.cancel(order).code == "order-not-open"


def test_market_orders_fill_by_quantity_and_by_amount(buyer: Trader, seller: Trader) -> None:
    sale = seller.place(side="sell", qty=50)
    bought = buyer.place(type="market", limit_price=None, time_in_force="day", qty=10)
    assert (bought["status"], bought["average_price"]) == ("executed", 100)
    paid = buyer.place(type="market", limit_price=None, time_in_force="day", qty=None, amount=250)
    assert (paid["status"], paid["executed_qty"]) == ("executed", Decimal("2.5"))
    assert seller.order(sale)["executed_qty"] == Decimal("12.5")
    nothing = seller.place(side="sell", type="market", limit_price=None, time_in_force="ioc", qty=5)
    assert (nothing["status"], nothing["reason"]) == ("cancelled", "no_liquidity")


def test_what_cannot_rest_ends_at_once(buyer: Trader, seller: Trader) -> None:
    seller.place(side="sell", qty=4)
    killed = buyer.place(time_in_force="fok", qty=5)
    assert (killed["status"], killed["executed_qty"], killed["reason"]) == ("cancelled", 0, "fill_or_kill")
    some = buyer.place(time_in_force="ioc", qty=5)
    assert (some["status"], some["executed_qty"]) == ("cancelled", 4)


def test_a_better_price_then_an_earlier_order_goes_first(buyer: Trader, seller: Trader) -> None:
    first, second = (seller.place(side="sell", qty=5, limit_price=101) for _ in range(2))
    best = seller.place(side="sell", qty=5, limit_price=100)
    bought = buyer.place(qty=12, limit_price=101)
    assert bought["status"] == "executed"
    assert [seller.order(one)["executed_qty"] for one in (best, first, second)] == [5, 5, 2]
    fills = buyer.person("GET", f"/orders/{bought['id']}/executions").json
    assert [(one["qty"], one["price"]) for one in fills] == [(5, 100), (5, 101), (2, 101)]


def test_a_stop_is_set_off_by_a_trade(buyer: Trader, seller: Trader) -> None:
    trade(buyer, seller, 100)
    stop = buyer.place(side="sell", type="stop", limit_price=None, stop_price=95, qty=3)
    seller.place(qty=3, limit_price=94)
    trade(buyer, seller, 95)
    done = buyer.order(stop)
    assert (done["status"], done["average_price"]) == ("executed", 94)


def test_a_bracket_follows_what_its_entry_has_filled(buyer: Trader, seller: Trader) -> None:
    trade(buyer, seller)
    bracket = buyer.place(
        order_class="bracket", take_profit={"limit_price": 120}, stop_loss={"stop_price": 90}
    )
    profit, loss = bracket["legs"]
    assert [one["phase"] for one in (profit, loss)] == ["held", "held"]
    seller.place(side="sell", qty=4)
    profit, loss = (buyer.order(one) for one in (profit, loss))
    assert [(one["phase"], one["original_qty"]) for one in (profit, loss)] == [("working", 4), ("armed", 4)]
    assert profit["terms"]["parent_id"] == bracket["id"]
    seller.place(qty=4, limit_price=120)
    assert buyer.order(profit)["status"] == "executed"
    assert (buyer.order(loss)["status"], buyer.order(loss)["reason"]) == ("cancelled", "exit_filled")
    assert buyer.order(bracket)["status"] == "cancelled"


def test_one_exit_alone_and_two_without_an_entry(buyer: Trader, seller: Trader) -> None:
    trade(buyer, seller)
    oto = buyer.place(order_class="oto", take_profit={"limit_price": 120})
    assert [one["terms"]["role"] for one in oto["legs"]] == ["take_profit"]
    oco = buyer.place(
        order_class="oco",
        side="sell",
        limit_price=None,
        take_profit={"limit_price": 130},
        stop_loss={"stop_price": 90, "limit_price": 89},
    )
    assert (oco["terms"]["role"], oco["legs"][0]["terms"]["type"]) == ("take_profit", "stop_limit")
    assert buyer.cancel(oco).status == 200
    assert buyer.order(oco["legs"][0])["reason"] == "exit_ended"


def test_a_replacement_takes_the_rest_and_is_linked(buyer: Trader, seller: Trader) -> None:
    order = buyer.place()
    seller.place(side="sell", qty=4)
    answer = buyer.replace(order, limit_price=99, client_order_id="second")
    assert answer.status == 201
    new, old = answer.json, buyer.order(order)
    assert (new["original_qty"], new["terms"]["replaces_id"]) == (6, order["id"])
    assert (old["status"], old["executed_qty"], old["replaced_by_id"]) == ("cancelled", 4, new["id"])
    assert buyer.replace(order, qty=1).code == "order-not-open"
    assert buyer.account["reserved"] == 594


def test_self_trades_are_prevented(buyer: Trader) -> None:
    sale = buyer.place(side="sell")
    bought = buyer.place(self_trade="cancel_oldest")
    assert (buyer.order(sale)["reason"], bought["status"]) == ("self_trade", "pending")


def test_a_fill_is_a_transaction_in_both_ledgers_on_both_workers(
    buyer: Trader, seller: Trader, each_worker: Callable[[Person], list[Person]]
) -> None:
    bought, sold = trade(buyer, seller, Decimal("100.25"), 3)
    for trader, order, kind, units in ((buyer, bought, "buy", 1003), (seller, sold, "sell", 997)):
        for person in each_worker(trader.person):
            path = f"/portfolios/{trader.portfolio}"
            (last, *_) = person("GET", f"{path}/transactions?kind={kind}").json
            fill = person("GET", f"/orders/{order['id']}/executions").json[0]
            assert (last["quantity"], last["price"]) == (3, Decimal("100.25"))
            assert (fill["qty"], fill["price"], fill["price_source"]) == (3, Decimal("100.25"), "book")
            held = person("GET", f"{path}/holdings").json
            assert [one["quantity"] for one in held["holdings"] if one["symbol"] == SYMBOL] == [units]
            valued = person("GET", f"{path}/valuation").json
            assert [one["quantity"] for one in valued["lines"]] == [units]
            assert person("GET", f"/orders/{order['id']}").json["status"] == "executed"
    assert buyer.account["cash"] == 1_000_000 - Decimal("300.75")
    assert seller.account["cash"] == 1_000_000 + Decimal("300.75")
    assert buyer.holding()["cost"] == Decimal("300.75")


def test_the_other_worker_goes_on_where_one_left_off(
    buyer: Trader, seller: Trader, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(buyer.person)
    mine = [Trader(one, buyer.portfolio) for one in (here, there) * 5]
    for number, trader in enumerate(mine):
        order = trader.place(limit_price=90 + number, qty=1)
        seller.place(side="sell", limit_price=90 + number, qty=1)
        assert mine[number - 1].order(order)["status"] == "executed"
    assert buyer.holding()["qty"] == 1010


def test_another_ones_order_is_not_there(buyer: Trader, seller: Trader) -> None:
    order = buyer.place()
    for answer in (seller.cancel(order), seller.replace(order, qty=1)):
        assert (answer.status, answer.code) == (404, "order-not-found")
    assert seller.ask(portfolio_id=buyer.portfolio).code == "account-not-found"
    assert buyer.order(order) == order


def test_a_cancel_at_another_version_changes_nothing(buyer: Trader) -> None:
    order = buyer.place()
    answer = buyer.cancel(order, **{"if-match": '"7"'})
    assert (answer.status, answer.code) == (412, "stale-version")
    assert buyer.cancel(order, **{"if-match": '"1"'}).status == 200


def test_orders_of_the_manual_venue_are_not_replaced_and_those_of_the_exchange_not_executed(
    buyer: Trader,
) -> None:
    manual = buyer.person.made("/orders", {"security": "ETH", "qty": 1})
    assert buyer.replace(manual, qty=2).code == "not-on-exchange"
    order = buyer.place()
    executed = buyer.person("POST", f"/orders/{order['id']}/execute", {"executed_qty": 1})
    assert executed.code == "order-on-exchange"
    amended = buyer.person("PUT", f"/orders/{order['id']}", {"qty": 5})
    assert amended.code == "order-on-exchange"
