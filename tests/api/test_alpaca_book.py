"""People who trade with each other through alpaca-py: what is listed at the venue book alone goes there."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alpaca.data.requests import StockLatestQuoteRequest, StockLatestTradeRequest
from alpaca.trading.enums import OrderSide, OrderStatus, TimeInForce
from alpaca.trading.models import TradeActivity
from alpaca.trading.requests import LimitOrderRequest, MarketOrderRequest
from websockets.sync.client import connect

from tests.api.brokerage import Trader, a_trader, order, placed
from tests.api.conftest import NewServer
from tests.people import registered

WAIT_SECONDS = 15
BUY, SELL = OrderSide.BUY, OrderSide.SELL


@pytest.fixture
def traders(new_server: NewServer) -> Iterator[tuple[Trader, Trader]]:
    """Give two people on a server where XYZ is listed at the book, by the first of them."""
    people = [registered(url) for url in [new_server(workers=2).url] * 2]
    listed = people[0]("PUT", "/api/v1/exchange/listings/book/XYZ", {"currency": "USD", "tick": "0.5"})
    assert listed.status == 200, listed
    yield a_trader(people[0]), a_trader(people[1], kind="margin")
    for person in people:
        person.client.close()


def limit(trader: Trader, side: OrderSide, qty: float, price: float) -> Any:
    return placed(
        trader,
        LimitOrderRequest(symbol="XYZ", qty=qty, side=side, limit_price=price, time_in_force=TimeInForce.GTC),
    )


def quoted(trader: Trader) -> Any:
    found = trader.stocks.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols="XYZ"))
    return found.get("XYZ")


def test_two_people_trade_with_each_other(traders: tuple[Trader, Trader]) -> None:
    buyer, seller = traders
    asset = buyer.trading.get_asset("XYZ")
    assert (asset.symbol, asset.price_increment, asset.tradable) == ("XYZ", 0.5, True)
    with connect(f"{buyer.url.replace('http', 'ws', 1)}/stream", proxy=None) as stream:
        keys = {"key_id": buyer.key_id, "secret_key": buyer.secret}
        for message in (
            {"action": "authenticate", "data": keys},
            {"action": "listen", "data": {"streams": ["trade_updates"]}},
        ):
            stream.send(json.dumps(message))
            stream.recv(WAIT_SECONDS)
        bid = limit(buyer, BUY, 5, 10)
        assert quoted(buyer) is None
        ask = limit(seller, SELL, 3, 9.5)
        assert ask.status is OrderStatus.FILLED
        assert float(ask.filled_avg_price) == 10
        found = order(buyer, bid.id)
        assert (found.status, found.filled_qty) == (OrderStatus.PARTIALLY_FILLED, "3")
        updates = [json.loads(stream.recv(WAIT_SECONDS))["data"] for _ in range(2)]
    assert [one["event"] for one in updates] == ["new", "partial_fill"]
    assert (updates[1]["price"], updates[1]["qty"], updates[1]["position_qty"]) == ("10", "3", "3")
    assert updates[1]["order"]["filled_qty"] == "3"
    (fill,) = [TradeActivity(**one) for one in buyer.get("/account/activities/FILL")]
    assert (fill.type.value, fill.qty, fill.leaves_qty, fill.cum_qty) == ("partial_fill", 3, 2, 3)
    trade = buyer.stocks.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols="XYZ"))["XYZ"]
    assert (trade.price, trade.size, trade.id, trade.exchange) == (10, 3, 1, "book")
    limit(seller, SELL, 4, 12)
    quote = quoted(buyer)
    assert (quote.bid_price, quote.bid_size, quote.ask_price, quote.ask_size) == (10, 2, 12, 4)


def test_what_nobody_sells_is_not_bought(traders: tuple[Trader, Trader]) -> None:
    buyer, _ = traders
    asked = MarketOrderRequest(symbol="XYZ", qty=1, side=BUY, time_in_force=TimeInForce.DAY)
    made = buyer.trading.submit_order(asked)
    assert order(buyer, made.id).status is OrderStatus.CANCELED
