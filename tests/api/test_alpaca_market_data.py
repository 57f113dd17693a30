"""Market data through the historical clients of alpaca-py."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alpaca.common.enums import Sort
from alpaca.data.enums import Adjustment
from alpaca.data.models import Bar, BarSet, TradeSet
from alpaca.data.requests import (
    CryptoBarsRequest,
    CryptoLatestBarRequest,
    CryptoLatestOrderbookRequest,
    CryptoLatestQuoteRequest,
    CryptoLatestTradeRequest,
    CryptoSnapshotRequest,
    CryptoTradesRequest,
    StockBarsRequest,
    StockLatestBarRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockQuotesRequest,
    StockSnapshotRequest,
    StockTradesRequest,
)
from alpaca.data.timeframe import TimeFrame, TimeFrameUnit
from alpaca.trading.enums import OrderSide, TimeInForce
from alpaca.trading.requests import MarketOrderRequest

from tests.api.brokerage import Trader, a_trader, refused
from tests.api.conftest import NewServer
from tests.people import Person, registered

# A week and a day: Monday, two days of it, and the Monday after.
CLOSES = {"2026-01-05": 10, "2026-01-06": 12, "2026-01-09": 9, "2026-01-12": 11}
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture
def trader(alice: Person) -> Trader:
    trader = a_trader(alice)
    for symbol in ("ABC", "ETH", "OLD"):
        path = f"/api/v1/instruments/{symbol}/prices"
        assert alice("PUT", path, {"currency": "USD", "prices": CLOSES}).status == 200
    return trader


def bars(trader: Trader, symbols: str | list[str] = "ABC", **asked: Any) -> dict[str, list[Bar]]:
    usual = {"timeframe": TimeFrame.Day, "start": START, "end": END}
    found = trader.stocks.get_stock_bars(StockBarsRequest(symbol_or_symbols=symbols, **{**usual, **asked}))
    assert isinstance(found, BarSet)
    return found.data


def told(found: list[Bar]) -> list[tuple[str, float, float, float, float]]:
    return [(f"{one.timestamp:%m-%d}", one.open, one.high, one.low, one.close) for one in found]


def test_a_close_makes_the_bar_of_its_day(trader: Trader) -> None:
    found = bars(trader)["ABC"]
    assert told(found) == [
        ("01-05", 10, 10, 10, 10),
        ("01-06", 12, 12, 12, 12),
        ("01-09", 9, 9, 9, 9),
        ("01-12", 11, 11, 11, 11),
    ]
    # Midnight in New York.
    assert found[0].timestamp == datetime(2026, 1, 5, 5, tzinfo=UTC)
    assert (found[0].volume, found[0].trade_count, found[0].vwap) == (0, 0, None)


def test_weeks_and_months_are_made_of_the_closes_in_them(trader: Trader) -> None:
    assert told(bars(trader, timeframe=TimeFrame.Week)["ABC"]) == [
        ("01-05", 10, 12, 9, 9),
        ("01-12", 11, 11, 11, 11),
    ]
    assert told(bars(trader, timeframe=TimeFrame.Month)["ABC"]) == [("01-01", 10, 12, 9, 11)]
    quarter = TimeFrame(3, TimeFrameUnit.Month)
    assert told(bars(trader, timeframe=quarter)["ABC"]) == [("01-01", 10, 12, 9, 11)]


def test_bars_of_a_window_of_several_symbols_in_pages(trader: Trader) -> None:
    window = {"start": datetime(2026, 1, 6, 5, tzinfo=UTC), "end": datetime(2026, 1, 10, tzinfo=UTC)}
    found = bars(trader, ["OLD", "ABC", "NONE"], **window)
    assert {symbol: [one.close for one in made] for symbol, made in found.items()} == {
        "ABC": [12, 9],
        "OLD": [12, 9],
    }
    assert [one.close for one in bars(trader, sort=Sort.DESC)["ABC"]] == [11, 9, 12, 10]
    assert [one.close for one in bars(trader, limit=3)["ABC"]] == [10, 12, 9]
    pages: list[list[tuple[str, float]]] = []
    token = None
    while token is not None or not pages:
        params = {"symbols": "ABC,OLD", "timeframe": "1Day", "start": "2026-01-01", "limit": 3}
        page = trader.stocks.get("/stocks/bars", {**params, "page_token": token})
        pages.append([(symbol, one["c"]) for symbol, made in page["bars"].items() for one in made])
        token = page["next_page_token"]
    assert list(map(len, pages)) == [3, 3, 2]
    assert [one for page in pages for one in page] == [
        (s, c) for s in ("ABC", "OLD") for c in (10, 12, 9, 11)
    ]


def test_bars_are_adjusted_for_splits_when_asked(trader: Trader) -> None:
    split = {"kind": "split", "ex_date": "2026-01-09", "new": 2, "old": 1}
    trader.person.made("/api/v1/instruments/ABC/actions", split)
    assert [one.close for one in bars(trader)["ABC"]] == [10, 12, 9, 11]
    assert [one.close for one in bars(trader, adjustment=Adjustment.SPLIT)["ABC"]] == [5, 6, 9, 11]


def test_crypto_is_asked_for_as_a_pair_and_its_day_begins_at_midnight(trader: Trader) -> None:
    asked = CryptoBarsRequest(
        symbol_or_symbols="ETH/USD", timeframe=TimeFrame.Day, start=START + timedelta(days=2), end=END
    )
    found = trader.coins.get_crypto_bars(asked)
    assert isinstance(found, BarSet)
    assert told(found["ETH/USD"])[0] == ("01-05", 10, 10, 10, 10)
    assert found["ETH/USD"][0].timestamp == datetime(2026, 1, 5, tzinfo=UTC)


def test_the_latest_of_what_nobody_has_traded_is_its_price(trader: Trader) -> None:
    for symbol, get, asked in (
        ("ABC", trader.stocks.get_stock_latest_bar, StockLatestBarRequest(symbol_or_symbols=["ABC", "NONE"])),
        ("ETH/USD", trader.coins.get_crypto_latest_bar, CryptoLatestBarRequest(symbol_or_symbols="ETH/USD")),
    ):
        found = get(asked)
        assert {name: bar.close for name, bar in found.items()} == {symbol: 11}
    latest = trader.stocks.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols="ABC"))
    assert (latest["ABC"].price, latest["ABC"].size) == (11, 0)
    wanted = StockLatestQuoteRequest(symbol_or_symbols=["ABC", "ETH/USD"])
    quotes = trader.stocks.get_stock_latest_quote(wanted)
    assert [*quotes] == ["ETH/USD"]
    assert quotes["ETH/USD"].bid_price < 3100 < quotes["ETH/USD"].ask_price


def test_trades_and_quotes_of_the_exchange(trader: Trader) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    for qty in (1, 2):
        trader.trading.submit_order(
            MarketOrderRequest(symbol="MSFT", qty=qty, side=OrderSide.BUY, time_in_force=TimeInForce.DAY)
        )
    asked = StockTradesRequest(symbol_or_symbols="MSFT", start=before)
    found = trader.stocks.get_stock_trades(asked)
    assert isinstance(found, TradeSet)
    mine = [one for one in found["MSFT"] if one.size in (1, 2)][-2:]
    assert [one.size for one in mine] == [1, 2]
    assert mine[0].price == pytest.approx(475, rel=0.01)
    latest = trader.stocks.get_stock_latest_trade(StockLatestTradeRequest(symbol_or_symbols="MSFT"))
    assert latest["MSFT"].id == found["MSFT"][-1].id
    backwards = StockTradesRequest(symbol_or_symbols="MSFT", start=before, sort=Sort.DESC)
    turned = trader.stocks.get_stock_trades(backwards)
    assert [one.id for one in turned["MSFT"]] == [one.id for one in found["MSFT"]][::-1]
    params = {"symbols": "MSFT", "start": before.isoformat(), "limit": 1}
    first = trader.stocks.get("/stocks/trades", params)
    second = trader.stocks.get("/stocks/trades", {**params, "page_token": first["next_page_token"]})
    ids = [one["i"] for page in (first, second) for one in page["trades"]["MSFT"]]
    assert ids == [one.id for one in found["MSFT"]][:2]
    quotes = trader.stocks.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols="MSFT"))
    quote = quotes["MSFT"]
    assert quote.bid_price < 475 < quote.ask_price
    assert min(quote.bid_size, quote.ask_size) > 0


def test_trades_and_quotes_of_crypto(trader: Trader) -> None:
    trader.trading.submit_order(
        MarketOrderRequest(symbol="BTC/USD", qty=0.01, side=OrderSide.BUY, time_in_force=TimeInForce.GTC)
    )
    before = datetime.now(UTC) - timedelta(minutes=1)
    coins = trader.coins
    found = coins.get_crypto_trades(CryptoTradesRequest(symbol_or_symbols="BTC/USD", start=before))
    assert 0.01 in [one.size for one in found["BTC/USD"]]
    assert "BTC/USD" in coins.get_crypto_latest_trade(CryptoLatestTradeRequest(symbol_or_symbols="BTC/USD"))
    assert "BTC/USD" in coins.get_crypto_latest_quote(CryptoLatestQuoteRequest(symbol_or_symbols="BTC/USD"))
    snapshot = coins.get_crypto_snapshot(CryptoSnapshotRequest(symbol_or_symbols="BTC/USD"))
    assert snapshot["BTC/USD"].latest_trade.price > 0


def test_a_snapshot_has_all_that_is_latest(trader: Trader) -> None:
    today = datetime.now(UTC).date()
    prices = {str(today): 22, str(today - timedelta(days=1)): 20}
    assert trader.person("PUT", "/api/v1/instruments/ABC/prices", {"prices": prices}).status == 200
    found = trader.stocks.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols=["ABC", "NONE"]))
    assert [*found] == ["ABC"]
    snapshot: Any = found["ABC"]
    assert (snapshot.latest_trade.price, snapshot.minute_bar.close) == (22, 22)
    assert (snapshot.daily_bar.close, snapshot.previous_daily_bar.close) == (22, 20)
    assert snapshot.latest_quote is None


def test_nothing_is_told_of_what_is_yet_to_come_by_the_exchange_s_clock(new_server: NewServer) -> None:
    admin = registered(new_server().url)
    trader = a_trader(admin)
    assert admin("PUT", "/api/v1/instruments/ABC/prices", {"currency": "USD", "prices": CLOSES}).status == 200
    friday = {"time": "2026-01-09T15:00:00Z", "speed": 0}
    assert admin("PUT", "/api/v1/exchange/clock", friday).status == 200
    assert [one.close for one in bars(trader)["ABC"]] == [10, 12, 9]
    clock = trader.trading.get_clock()
    assert (clock.is_open, clock.timestamp) == (True, datetime(2026, 1, 9, 15, tzinfo=UTC))
    order = trader.trading.submit_order(
        MarketOrderRequest(symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY)
    )
    assert order.submitted_at == clock.timestamp
    found = trader.stocks.get_stock_trades(StockTradesRequest(symbol_or_symbols="AAPL", start=START))
    assert [one.size for one in found["AAPL"]] == [1]
    admin.client.close()


@pytest.mark.parametrize("unit", [TimeFrame.Minute, TimeFrame.Hour, TimeFrame(5, TimeFrameUnit.Minute)])
def test_bars_finer_than_what_is_known_are_refused(trader: Trader, unit: TimeFrame) -> None:
    status, code, message = refused(lambda: bars(trader, timeframe=unit))
    assert (status, code) == (422, 42210000)
    assert "ask for 1Day" in message


def test_what_is_no_request_for_market_data(trader: Trader) -> None:
    asked = {"symbols": "ABC", "timeframe": "1Day"}
    for params in (
        {**asked, "symbols": ""},
        {**asked, "timeframe": "1Year"},
        {**asked, "timeframe": "2Week"},
        {**asked, "timeframe": "5Month"},
        {**asked, "adjustment": "dividend"},
        {**asked, "limit": 10_001},
        {**asked, "start": "soon"},
        {**asked, "page_token": "ABC|never"},
        {**asked, "symbols": "AAPL", "currency": "EUR"},
        {**asked, "unheard_of": 1},
    ):
        assert refused(trader.stocks.get, "/stocks/bars", params)[:2] == (422, 42210000)
    token = {"symbols": "AAPL", "page_token": "AAPL|never"}
    assert refused(lambda: trader.stocks.get("/stocks/trades", token))[:2] == (422, 42210000)


def test_quotes_of_the_past_are_not_offered(trader: Trader) -> None:
    past = StockQuotesRequest(symbol_or_symbols="ABC", start=START)
    status, code, message = refused(trader.stocks.get_stock_quotes, past)
    assert (status, code) == (404, 40410000)
    assert message.startswith("Steward does not offer quotes of the past")


def test_the_order_book_of_crypto_has_the_best_levels(trader: Trader) -> None:
    wanted = CryptoLatestOrderbookRequest(symbol_or_symbols=["ETH/USD", "NONE/USD"])
    found = trader.coins.get_crypto_latest_orderbook(wanted)
    assert [*found] == ["ETH/USD"]
    (bid,), (ask,) = found["ETH/USD"].bids, found["ETH/USD"].asks
    assert bid.price < 3100 < ask.price
    assert min(bid.size, ask.size) > 0
