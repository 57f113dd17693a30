"""What happened to an account, the clock and the calendar, through alpaca-py."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alpaca.trading.enums import (
    OrderSide,
)
from alpaca.trading.models import (
    Calendar,
    Clock,
    NonTradeActivity,
    Order,
    TradeActivity,
)
from alpaca.trading.requests import (
    GetCalendarRequest,
)

from tests.api.brokerage import TODAY, YESTERDAY, Trader, a_holder, a_trader, account, refused
from tests.people import Person


@pytest.fixture
def trader(alice: Person) -> Trader:
    return a_trader(alice)


@pytest.fixture
def holder(trader: Trader) -> Trader:
    return a_holder(trader)


def test_fills_and_everything_else_that_happened(holder: Trader) -> None:
    coin, stock, deposit = holder.get("/account/activities")
    bought_coin, bought_stock = TradeActivity(**coin), TradeActivity(**stock)
    assert (bought_coin.symbol, bought_coin.qty, bought_coin.leaves_qty) == ("BTC/USD", 0.01, 0)
    assert (bought_stock.symbol, bought_stock.cum_qty, bought_stock.side) == ("AAPL", 10, OrderSide.BUY)
    order = holder.trading.get_order_by_id(bought_stock.order_id)
    assert isinstance(order, Order)
    assert float(order.filled_avg_price or 0) == bought_stock.price
    paid = NonTradeActivity(**deposit)
    assert (paid.activity_type.value, paid.net_amount, paid.date) == ("CSD", 100_000, TODAY)
    assert paid.account_id == account(holder).id


def test_activities_by_type_day_and_page(holder: Trader) -> None:
    every = holder.get("/account/activities")
    assert holder.get("/account/activities/FILL") == every[:2]
    assert holder.get("/account/activities", activity_types="CSD,DIV") == every[2:]
    assert holder.get("/account/activities", category="trade_activity") == every[:2]
    assert holder.get("/account/activities", category="non_trade_activity") == every[2:]
    assert holder.get("/account/activities", date=str(TODAY)) == every
    assert holder.get("/account/activities", date=str(YESTERDAY)) == []
    assert holder.get("/account/activities", until=str(TODAY)) == []
    assert holder.get("/account/activities", direction="asc") == every[::-1]
    assert holder.get("/account/activities", page_size=1) == every[:1]
    assert holder.get("/account/activities", page_token=every[0]["id"]) == every[1:]
    assert holder.get("/account/activities", direction="asc", page_token=every[1]["id"]) == every[:1]


def test_a_transaction_that_no_order_brought_and_one_taken_back(trader: Trader) -> None:
    ledger = f"/api/v1/portfolios/{trader.portfolio_id}/transactions"
    buy = {"kind": "buy", "symbol": "AAPL", "quantity": 2, "price": 5, "trade_date": str(TODAY)}
    made = trader.person.made(ledger, buy)
    assert trader.person("POST", f"{ledger}/{made['id']}/reversal").status == 201
    undone, done, _ = trader.get("/account/activities")
    told = [(one["activity_type"], one["status"], one["net_amount"], one["qty"]) for one in (undone, done)]
    assert told == [("JNLS", "correct", "10", "-2"), ("JNLS", "canceled", "-10", "2")]


@pytest.mark.parametrize(
    "params",
    [
        {"activity_types": "FILL", "category": "trade_activity"},
        {"date": str(TODAY), "until": str(TODAY)},
        {"page_token": "x"},
        {"page_size": 101},
    ],
)
def test_what_is_no_list_of_activities(trader: Trader, params: dict[str, Any]) -> None:
    assert refused(lambda: trader.get("/account/activities", **params))[:2] == (422, 42210000)


def test_the_clock_is_new_york_s(trader: Trader) -> None:
    found = trader.trading.get_clock()
    assert isinstance(found, Clock)
    assert abs(found.timestamp - datetime.now(UTC)) < timedelta(seconds=30)
    assert found.next_open > found.timestamp < found.next_close
    assert (found.next_close < found.next_open) == found.is_open


def test_the_calendar_has_holidays_and_early_closes(trader: Trader) -> None:
    asked = GetCalendarRequest(start=date(2025, 11, 26), end=date(2025, 11, 30))
    days = [one for one in trader.trading.get_calendar(asked) if isinstance(one, Calendar)]
    assert [(one.date, f"{one.open:%H:%M}", f"{one.close:%H:%M}") for one in days] == [
        (date(2025, 11, 26), "09:30", "16:00"),
        (date(2025, 11, 28), "09:30", "13:00"),
    ]
    assert len(trader.trading.get_calendar()) > 400
    far = GetCalendarRequest(start=date(2000, 1, 1), end=date(2090, 1, 1))
    assert refused(lambda: trader.trading.get_calendar(far))[:2] == (422, 42210000)
