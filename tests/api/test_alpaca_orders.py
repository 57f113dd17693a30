"""Orders through alpaca-py as it comes from PyPI: every type and class, replaced, cancelled, listed."""

import pytest
from alpaca.trading.enums import OrderClass, OrderStatus, OrderType, QueryOrderStatus, TimeInForce
from alpaca.trading.models import Order
from alpaca.trading.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    OrderRequest,
    ReplaceOrderRequest,
    StopLimitOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
)

from tests.api.brokerage import (
    ABOVE,
    BELOW,
    BUY,
    DAY,
    GTC,
    SELL,
    Trader,
    a_trader,
    order,
    orders,
    placed,
    refused,
)
from tests.people import Person


@pytest.fixture
def trader(alice: Person) -> Trader:
    return a_trader(alice)


@pytest.fixture
def holder(trader: Trader) -> Trader:
    """Somebody who has bought ten AAPL."""
    placed(trader, MarketOrderRequest(symbol="AAPL", qty=10, side=BUY, time_in_force=DAY))
    return trader


def test_a_symbol_that_the_book_has_first_trades_at_the_market_all_the_same(trader: Trader) -> None:
    resting = {"venue": "book", "type": "limit", "limit_price": 1, "portfolio_id": trader.portfolio_id}
    assert trader.person("POST", "/orders", {"security": "MSFT", "qty": 1, **resting}).status == 201
    made = placed(trader, MarketOrderRequest(symbol="MSFT", qty=1, side=BUY, time_in_force=DAY))
    assert made.status is OrderStatus.FILLED


def test_a_market_order_is_filled_at_the_market(trader: Trader) -> None:
    made = placed(trader, MarketOrderRequest(symbol="AAPL", qty=3, side=BUY, time_in_force=DAY))
    assert (made.symbol, made.type, made.order_class) == ("AAPL", OrderType.MARKET, OrderClass.SIMPLE)
    assert made.client_order_id
    found = order(trader, made.id)
    assert (found.status, found.qty, found.filled_qty) == (OrderStatus.FILLED, "3", "3")
    assert 269 < float(found.filled_avg_price or 0) < 271
    assert found.filled_at is not None
    assert found.canceled_at is None


def test_an_amount_of_money_buys_what_it_pays(trader: Trader) -> None:
    made = placed(trader, MarketOrderRequest(symbol="AAPL", notional=1000, side=BUY, time_in_force=DAY))
    assert (made.notional, made.qty, made.status) == ("1000", None, OrderStatus.FILLED)
    assert 3.6 < float(made.filled_qty or 0) < 3.8


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (LimitOrderRequest(limit_price=BELOW, symbol="AAPL", qty=1, side=BUY, time_in_force=GTC), {}),
        (StopOrderRequest(stop_price=ABOVE, symbol="AAPL", qty=1, side=BUY, time_in_force=GTC), {}),
        (
            StopLimitOrderRequest(
                stop_price=ABOVE, limit_price=360, symbol="AAPL", qty=1, side=BUY, time_in_force=DAY
            ),
            {"limit_price": "360", "stop_price": "350"},
        ),
        (
            TrailingStopOrderRequest(trail_price=5, symbol="AAPL", qty=1, side=BUY, time_in_force=GTC),
            {"trail_price": "5", "trail_percent": None},
        ),
        (
            TrailingStopOrderRequest(trail_percent=2.5, symbol="AAPL", qty=1, side=BUY, time_in_force=GTC),
            {"trail_percent": "2.5", "trail_price": None, "hwm": None},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_order_that_waits_shows_as_it_was_asked_for(
    trader: Trader, asked: OrderRequest, shown: dict[str, str]
) -> None:
    made = placed(trader, asked)
    found = order(trader, made.id)
    assert (found.type, found.time_in_force, found.side) == (asked.type, asked.time_in_force, BUY)
    assert (found.status, found.filled_qty, found.qty) == (OrderStatus.NEW, "0", "1")
    assert {name: getattr(found, name) for name in shown} == shown


def test_a_trailing_stop_shows_the_best_price_it_has_seen(holder: Trader) -> None:
    made = placed(
        holder, TrailingStopOrderRequest(trail_price=5, symbol="AAPL", qty=1, side=SELL, time_in_force=GTC)
    )
    found = order(holder, made.id)
    assert float(found.hwm or 0) - float(found.stop_price or 0) == pytest.approx(5)


@pytest.mark.parametrize(("limit", "status"), [(BELOW, OrderStatus.CANCELED), (ABOVE, OrderStatus.FILLED)])
@pytest.mark.parametrize("time_in_force", [TimeInForce.IOC, TimeInForce.FOK])
def test_what_never_rests_is_filled_or_cancelled(
    trader: Trader, limit: int, status: OrderStatus, time_in_force: TimeInForce
) -> None:
    asked = LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, limit_price=limit, time_in_force=time_in_force)
    assert order(trader, placed(trader, asked).id).status is status


def test_exits_wait_for_the_entry_of_their_bracket_and_stand_under_it(trader: Trader) -> None:
    waiting = placed(
        trader,
        LimitOrderRequest(
            symbol="NVDA",
            qty=2,
            side=BUY,
            limit_price=100,
            time_in_force=GTC,
            order_class=OrderClass.BRACKET,
            take_profit=TakeProfitRequest(limit_price=250),
            stop_loss=StopLossRequest(stop_price=50, limit_price=49),
        ),
    )
    assert waiting.order_class is OrderClass.BRACKET
    for found in (waiting, order(trader, waiting.id, nested=True)):
        legs = {leg.type: leg for leg in found.legs or ()}
        assert {leg.status for leg in legs.values()} == {OrderStatus.HELD}
        assert {leg.side for leg in legs.values()} == {SELL}
        assert legs[OrderType.LIMIT].limit_price == "250"
        assert (legs[OrderType.STOP_LIMIT].stop_price, legs[OrderType.STOP_LIMIT].limit_price) == ("50", "49")
    assert order(trader, waiting.id).legs is None
    (whole,) = orders(trader, nested=True)
    assert (whole.id, len(whole.legs or ())) == (waiting.id, 2)
    assert len(orders(trader)) == 3
    trader.trading.cancel_order_by_id(waiting.id)
    assert {leg.status for leg in order(trader, waiting.id, nested=True).legs or ()} == {OrderStatus.CANCELED}


def test_the_exits_of_a_filled_entry_work_and_are_listed_under_it(trader: Trader) -> None:
    entry = placed(
        trader,
        MarketOrderRequest(
            symbol="NVDA",
            qty=2,
            side=BUY,
            time_in_force=GTC,
            order_class=OrderClass.BRACKET,
            take_profit=TakeProfitRequest(limit_price=250),
            stop_loss=StopLossRequest(stop_price=50),
        ),
    )
    (whole,) = orders(trader, status=QueryOrderStatus.OPEN, nested=True)
    assert (whole.id, whole.status) == (entry.id, OrderStatus.FILLED)
    assert {leg.status for leg in whole.legs or ()} == {OrderStatus.NEW}


def test_an_entry_with_one_exit(trader: Trader) -> None:
    made = placed(
        trader,
        LimitOrderRequest(
            symbol="NVDA",
            qty=1,
            side=BUY,
            limit_price=100,
            time_in_force=GTC,
            order_class=OrderClass.OTO,
            stop_loss=StopLossRequest(stop_price=50),
        ),
    )
    assert [leg.type for leg in made.legs or ()] == [OrderType.STOP]


def test_of_two_exits_one_leads_and_cancels_the_other(holder: Trader) -> None:
    made = placed(
        holder,
        LimitOrderRequest(
            symbol="AAPL",
            qty=2,
            side=SELL,
            time_in_force=GTC,
            order_class=OrderClass.OCO,
            take_profit=TakeProfitRequest(limit_price=ABOVE),
            stop_loss=StopLossRequest(stop_price=BELOW),
        ),
    )
    assert (made.type, made.limit_price) == (OrderType.LIMIT, "350")
    (other,) = order(holder, made.id, nested=True).legs or []
    assert (other.type, other.stop_price) == (OrderType.STOP, "200")
    (whole,) = orders(holder, nested=True)
    assert [leg.id for leg in whole.legs or ()] == [other.id]
    holder.trading.cancel_order_by_id(other.id)
    assert order(holder, made.id).status is OrderStatus.CANCELED


def test_a_replaced_order_is_linked_to_the_new_one(trader: Trader) -> None:
    first = placed(
        trader, LimitOrderRequest(symbol="AAPL", qty=2, side=BUY, limit_price=BELOW, time_in_force=DAY)
    )
    asked = ReplaceOrderRequest(qty=3, limit_price=201.5, time_in_force=GTC, client_order_id="mine")
    second = trader.trading.replace_order_by_id(first.id, asked)
    assert isinstance(second, Order)
    assert (second.replaces, second.qty, second.limit_price) == (first.id, "3", "201.5")
    assert (second.time_in_force, second.client_order_id) == (GTC, "mine")
    before = order(trader, first.id)
    assert (before.status, before.replaced_by) == (OrderStatus.REPLACED, second.id)
    assert before.replaced_at is not None
    named = trader.trading.get_order_by_client_id("mine")
    assert isinstance(named, Order)
    assert named.id == second.id
    status, code, message = refused(lambda: trader.trading.replace_order_by_id(first.id, asked))
    assert (status, code) == (422, 42210000)
    assert "not cancelable or replaceable" in message


def test_a_trail_is_replaced(trader: Trader) -> None:
    first = placed(
        trader, TrailingStopOrderRequest(trail_price=5, symbol="AAPL", qty=1, side=BUY, time_in_force=GTC)
    )
    second = trader.trading.replace_order_by_id(first.id, ReplaceOrderRequest(trail=7))
    assert isinstance(second, Order)
    assert second.trail_price == "7"


def test_every_open_order_is_cancelled_at_once(holder: Trader) -> None:
    for price in (100, 101, 102):
        placed(
            holder, LimitOrderRequest(symbol="AAPL", qty=1, side=BUY, limit_price=price, time_in_force=DAY)
        )
    raw = holder.trading._one_request(
        "DELETE", f"{holder.url}/v2/orders", {"headers": holder.trading._get_default_headers()}, 0
    )
    assert {one["status"] for one in raw} == {200}
    assert len(raw) == 3
    assert orders(holder) == []
    assert holder.trading.cancel_orders() == []
