"""People with an account on the exchange, and the clients of alpaca-py, as it comes from PyPI, for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
from alpaca.common.exceptions import APIError
from alpaca.data.historical import CryptoHistoricalDataClient, StockHistoricalDataClient
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, OrderStatus, TimeInForce
from alpaca.trading.models import Order, TradeAccount
from alpaca.trading.requests import (
    GetOrderByIdRequest,
    GetOrdersRequest,
    MarketOrderRequest,
    OrderRequest,
)
from alpaca.trading.stream import TradingStream

from tests.people import Person

CASH = 100_000
TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)
BUY, SELL = OrderSide.BUY, OrderSide.SELL
DAY, GTC = TimeInForce.DAY, TimeInForce.GTC
# The price source of the tests has AAPL at 270, NVDA at 190 and BTC at 90,000.
BELOW, ABOVE = 200, 350
TRADED = "AAPL"


@dataclass
class Trader:
    """Somebody whose portfolio trades, with an API key for it.

    What the clients give is a model or raw data, as they were made: to the type checker it is anything.
    """

    person: Person
    portfolio_id: int
    key_id: str
    secret: str

    @property
    def url(self) -> str:
        return f"{self.person.url}/alpaca"

    @cached_property
    def trading(self) -> Any:
        return TradingClient(self.key_id, self.secret, paper=True, url_override=self.url)

    @cached_property
    def stocks(self) -> Any:
        return StockHistoricalDataClient(self.key_id, self.secret, url_override=self.url)

    @cached_property
    def coins(self) -> Any:
        return CryptoHistoricalDataClient(self.key_id, self.secret, url_override=self.url)

    def stream(self) -> TradingStream:
        url = self.url.replace("http", "ws", 1)
        return TradingStream(self.key_id, self.secret, paper=True, url_override=f"{url}/stream")

    def get(self, path: str, **params: Any) -> Any:
        """Ask what the library has no method for, through the library."""
        return self.trading.get(path, params)


def a_trader(person: Person, *, cash: int = CASH, **account: object) -> Trader:
    """Open an account, and make an API key for it."""
    portfolio = person.made("/api/v1/portfolios", {"name": "Trading"})
    path = f"/api/v1/portfolios/{portfolio['id']}/account"
    opened = person("PUT", path, {"starting_balance": cash, **account})
    assert opened.status == 201, opened
    return with_key(person, portfolio["id"])


def placed(trader: Trader, asked: OrderRequest) -> Order:
    made = trader.trading.submit_order(asked)
    assert isinstance(made, Order)
    return made


def order(trader: Trader, order_id: UUID, *, nested: bool = False) -> Order:
    found = trader.trading.get_order_by_id(order_id, GetOrderByIdRequest(nested=nested))
    assert isinstance(found, Order)
    return found


def orders(trader: Trader, **asked: Any) -> list[Order]:
    found = trader.trading.get_orders(GetOrdersRequest(**asked))
    return [one for one in found if isinstance(one, Order)]


def refused(call: Callable[..., object], *given: object) -> tuple[int, int, str]:
    """Ask for what is refused; give HTTP status, Alpaca's code, and what is said."""
    with pytest.raises(APIError) as error:
        call(*given)
    return error.value.status_code or 0, error.value.code, error.value.message


def with_key(person: Person, portfolio_id: int | None, *scopes: str) -> Trader:
    """Make an API key."""
    asked = {"name": "program", "scopes": scopes or ["read", "trade"], "portfolio_id": portfolio_id}
    key = person.made("/api/v1/api-keys", asked)
    return Trader(person, portfolio_id or 0, key["key_id"], key["secret"])


def bought(trader: Trader, symbol: str, qty: float) -> Order:
    """Buy at the market."""
    asked = MarketOrderRequest(symbol=symbol, qty=qty, side=OrderSide.BUY, time_in_force=TimeInForce.GTC)
    made = placed(trader, asked)
    assert made.status is OrderStatus.FILLED
    return made


def a_holder(trader: Trader) -> Trader:
    """Give somebody ten AAPL and 0.01 BTC."""
    for symbol, qty in (("AAPL", 10), ("BTC/USD", 0.01)):
        bought(trader, symbol, qty)
    return trader


def account(trader: Trader) -> TradeAccount:
    """Read the account."""
    found = trader.trading.get_account()
    assert isinstance(found, TradeAccount)
    return found
