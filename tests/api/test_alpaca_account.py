"""The account through alpaca-py: what it has and is worth, its positions, its history and its activities."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from alpaca.trading.enums import (
    AccountStatus,
    AssetClass,
    OrderClass,
    OrderSide,
    PositionSide,
    TimeInForce,
)
from alpaca.trading.models import (
    AccountConfiguration,
    ClosePositionResponse,
    Order,
    PortfolioHistory,
    Position,
)
from alpaca.trading.requests import (
    ClosePositionRequest,
    GetPortfolioHistoryRequest,
    LimitOrderRequest,
    MarketOrderRequest,
)

from tests.api.brokerage import TODAY, YESTERDAY, Trader, a_holder, a_trader, account, refused
from tests.people import Person


@pytest.fixture
def trader(alice: Person) -> Trader:
    return a_trader(alice)


@pytest.fixture
def holder(trader: Trader) -> Trader:
    return a_holder(trader)


def position(trader: Trader, which: str | UUID) -> Position:
    found = trader.trading.get_open_position(which)
    assert isinstance(found, Position)
    return found


def priced(trader: Trader, symbol: str, **days: float) -> None:
    prices = {
        name: days[day] for day, name in (("yesterday", str(YESTERDAY)), ("today", str(TODAY))) if day in days
    }
    path = f"/api/v1/instruments/{symbol}/prices"
    assert trader.person("PUT", path, {"currency": "USD", "prices": prices}).status == 200


def test_an_account_has_what_it_was_opened_with(trader: Trader) -> None:
    found = account(trader)
    assert (found.status, found.currency, found.cash) == (AccountStatus.ACTIVE, "USD", "100000")
    assert (found.equity, found.buying_power, found.portfolio_value) == ("100000", "100000", "100000")
    assert (found.multiplier, found.shorting_enabled, found.trading_blocked) == ("1", False, False)
    assert found.id == account(trader).id != account(a_trader(trader.person)).id


def test_open_orders_take_from_what_may_be_bought(trader: Trader) -> None:
    asked = LimitOrderRequest(
        symbol="AAPL", qty=10, side=OrderSide.BUY, limit_price=100, time_in_force=TimeInForce.DAY
    )
    trader.trading.submit_order(asked)
    found = account(trader)
    assert (found.cash, found.buying_power, found.equity) == ("100000", "99000", "100000")


def test_what_is_held_is_worth_its_price(holder: Trader) -> None:
    found = account(holder)
    assert found.long_market_value == "3600"
    assert found.short_market_value == "0"
    assert Decimal(found.equity or 0) == Decimal(found.cash or 0) + 3600


def test_the_equity_of_yesterday_is_without_what_today_brought(trader: Trader) -> None:
    # The deposit of the opening came after the last close.
    assert account(trader).last_equity == "0"
    ledger = f"/api/v1/portfolios/{trader.portfolio_id}/transactions"
    trader.person.made(ledger, {"kind": "deposit", "gross_amount": 500, "trade_date": str(YESTERDAY)})
    buy = {"kind": "buy", "symbol": "ABC", "quantity": 3, "price": 10, "trade_date": str(YESTERDAY)}
    trader.person.made(ledger, buy)
    assert account(trader).last_equity is None
    priced(trader, "ABC", yesterday=12, today=20)
    trader.person.made(ledger, {**buy, "kind": "sell", "trade_date": str(TODAY)})
    assert account(trader).last_equity == "506"
    assert account(trader).equity == "100500"


def test_no_price_is_invented(holder: Trader) -> None:
    assert holder.person("PUT", "/api/v1/prices/AAPL", {"price": 1, "currency": "EUR"}).status == 200
    found = account(holder)
    assert (found.equity, found.long_market_value) == (None, None)
    held = position(holder, "AAPL")
    assert (held.current_price, held.market_value, held.unrealized_pl) == (None, None, None)


def test_a_deposit_in_the_ledger_is_there_at_once(trader: Trader) -> None:
    today = {"trade_date": str(TODAY)}
    ledger = f"/api/v1/portfolios/{trader.portfolio_id}/transactions"
    trader.person.made(ledger, {"kind": "deposit", "gross_amount": "0.5", **today})
    assert account(trader).cash == "100000.5"


def test_units_recorded_from_before_a_split_count_as_they_are_now(trader: Trader) -> None:
    split = {"kind": "split", "ex_date": str(TODAY), "new": 2, "old": 1}
    trader.person.made("/api/v1/instruments/ABC/actions", split)
    ledger = f"/api/v1/portfolios/{trader.portfolio_id}/transactions"
    buy = {"kind": "buy", "symbol": "ABC", "quantity": 3, "price": 10, "trade_date": str(YESTERDAY)}
    trader.person.made(ledger, buy)
    assert position(trader, "ABC").qty == "6"


def test_positions_with_their_gains(holder: Trader) -> None:
    priced(holder, "AAPL", yesterday=240, today=270)
    stock, coin = holder.trading.get_all_positions()
    assert isinstance(stock, Position)
    assert isinstance(coin, Position)
    assert (stock.symbol, stock.qty, stock.side, stock.asset_class) == (
        "AAPL",
        "10",
        PositionSide.LONG,
        AssetClass.US_EQUITY,
    )
    assert (stock.market_value, stock.current_price, stock.lastday_price) == ("2700", "270", "240")
    assert Decimal(stock.unrealized_pl or 0) == 2700 - Decimal(stock.cost_basis)
    assert Decimal(stock.avg_entry_price) == Decimal(stock.cost_basis) / 10
    assert (stock.unrealized_intraday_pl, stock.change_today) == ("300", "0.125")
    assert (coin.symbol, coin.qty, coin.asset_class) == ("BTCUSD", "0.01", AssetClass.CRYPTO)
    for which in ("AAPL", stock.asset_id):
        assert position(holder, which) == stock
    for which in ("BTCUSD", coin.asset_id):
        assert position(holder, which) == coin
    assert refused(lambda: position(holder, "NVDA"))[:2] == (404, 40410000)


def test_units_that_an_order_will_sell_are_not_available(holder: Trader) -> None:
    asked = LimitOrderRequest(
        symbol="AAPL", qty=4, side=OrderSide.SELL, limit_price=500, time_in_force=TimeInForce.GTC
    )
    holder.trading.submit_order(asked)
    assert position(holder, "AAPL").qty_available == "6"
    status, code, _ = refused(lambda: holder.trading.close_position("AAPL"))
    assert (status, code) == (403, 40310000)


def test_a_position_is_closed_in_part_and_then_wholly(holder: Trader) -> None:
    for asked, left in (
        (ClosePositionRequest(qty="1"), "9"),
        (ClosePositionRequest(percentage="50"), "4.5"),
    ):
        made = holder.trading.close_position("AAPL", asked)
        assert isinstance(made, Order)
        assert (made.side, made.symbol) == (OrderSide.SELL, "AAPL")
        assert position(holder, "AAPL").qty == left
    holder.trading.close_position("AAPL")
    assert refused(lambda: position(holder, "AAPL"))[:2] == (404, 40410000)
    assert refused(lambda: holder.trading.close_position("AAPL"))[:2] == (404, 40410000)


@pytest.mark.parametrize("params", [{"percentage": "0"}, {"percentage": "101"}, {"qty": 1, "percentage": 1}])
def test_a_part_that_is_none_is_refused(holder: Trader, params: dict[str, Any]) -> None:
    assert refused(lambda: holder.trading.delete("/positions/AAPL", params))[:2] == (422, 42210000)


def test_all_positions_are_closed_and_open_orders_with_them(holder: Trader) -> None:
    asked = LimitOrderRequest(
        symbol="AAPL", qty=4, side=OrderSide.SELL, limit_price=500, time_in_force=TimeInForce.GTC
    )
    holder.trading.submit_order(asked)
    first = holder.trading.close_all_positions()
    told = {
        one.symbol: (one.status, type(one.body).__name__)
        for one in first
        if isinstance(one, ClosePositionResponse)
    }
    assert told == {"AAPL": (403, "FailedClosePositionDetails"), "BTC/USD": (200, "Order")}
    (second,) = holder.trading.close_all_positions(cancel_orders=True)
    assert isinstance(second, ClosePositionResponse)
    assert isinstance(second.body, Order)
    assert (second.status, second.order_id) == (200, second.body.id)
    assert holder.trading.get_all_positions() == []
    assert holder.trading.get_orders() == []


def test_a_margin_account_is_short_and_buys_back(alice: Person) -> None:
    trader = a_trader(alice, kind="margin")
    assert (account(trader).multiplier, account(trader).buying_power) == ("2", "200000")
    asked = MarketOrderRequest(symbol="AAPL", qty=2, side=OrderSide.SELL, time_in_force=TimeInForce.DAY)
    trader.trading.submit_order(asked)
    held = position(trader, "AAPL")
    assert (held.side, held.qty, held.qty_available, held.market_value) == (
        PositionSide.SHORT,
        "-2",
        "-2",
        "-540",
    )
    assert account(trader).short_market_value == "-540"
    closed = trader.trading.close_position("AAPL")
    assert isinstance(closed, Order)
    assert closed.side is OrderSide.BUY
    assert trader.trading.get_all_positions() == []


def test_the_configuration_is_shown_and_not_changed(trader: Trader) -> None:
    found = trader.trading.get_account_configurations()
    assert isinstance(found, AccountConfiguration)
    assert (found.no_shorting, found.max_margin_multiplier, found.suspend_trade) == (True, "1", False)
    assert trader.trading.set_account_configurations(found) == found
    found.suspend_trade = True
    status, code, message = refused(lambda: trader.trading.set_account_configurations(found))
    assert (status, code) == (422, 42210000)
    assert message.startswith("suspend_trade: ")


def test_the_history_of_its_value(holder: Trader) -> None:
    for symbol, yesterday, today in (("AAPL", 260, 280), ("BTC", 90_000, 91_000)):
        priced(holder, symbol, yesterday=yesterday, today=today)
    found = holder.trading.get_portfolio_history()
    assert isinstance(found, PortfolioHistory)
    assert [datetime.fromtimestamp(at, UTC).date() for at in found.timestamp] == [YESTERDAY, TODAY]
    held = Decimal(account(holder).cash or 0) + 2800 + 910
    assert found.equity == [0, float(held)]
    assert found.profit_loss == [0, float(held - 100_000)]
    assert found.profit_loss_pct == [None, float((held - 100_000) / 100_000)]
    assert (found.base_value, found.timeframe) == (0, "1D")


def test_a_day_without_a_value_is_left_out_of_the_history(holder: Trader) -> None:
    found = holder.trading.get_portfolio_history()
    assert isinstance(found, PortfolioHistory)
    assert [datetime.fromtimestamp(at, UTC).date() for at in found.timestamp] == [YESTERDAY]


def test_a_window_of_the_history(trader: Trader) -> None:
    for asked in (
        GetPortfolioHistoryRequest(period="1W", timeframe="1D"),
        GetPortfolioHistoryRequest(start=datetime.now(UTC) - timedelta(days=3)),
        GetPortfolioHistoryRequest(period="1A", end=datetime.now(UTC)),
    ):
        found = trader.trading.get_portfolio_history(asked)
        assert isinstance(found, PortfolioHistory)
        assert found.equity == [0, 100_000]
    for refused_one, status in (
        (GetPortfolioHistoryRequest(timeframe="1Min"), 404),
        (GetPortfolioHistoryRequest(period="1X"), 422),
        (GetPortfolioHistoryRequest(start=datetime.now(UTC) + timedelta(days=3)), 422),
    ):
        assert refused(trader.trading.get_portfolio_history, refused_one)[0] == status


def test_an_oco_of_exits_stands_for_the_class_of_its_position(holder: Trader) -> None:
    asked = LimitOrderRequest(
        symbol="BTCUSD", qty=0.005, side=OrderSide.SELL, limit_price=99_000, time_in_force=TimeInForce.GTC
    )
    made = holder.trading.submit_order(asked)
    assert isinstance(made, Order)
    assert (made.symbol, made.asset_class, made.order_class) == (
        "BTC/USD",
        AssetClass.CRYPTO,
        OrderClass.SIMPLE,
    )
