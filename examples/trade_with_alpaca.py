"""Trade on Steward's exchange with alpaca-py, as a program written for Alpaca does.

pip install alpaca-py
STEWARD_URL=http://127.0.0.1:8000 STEWARD_EMAIL=… STEWARD_PASSWORD=… python examples/trade_with_alpaca.py
"""

import os
import warnings
from typing import Any

import httpx2

with warnings.catch_warnings():
    # alpaca-py speaks WebSocket through what the package websockets calls its legacy.
    warnings.simplefilter("ignore", DeprecationWarning)
    from alpaca.trading.client import TradingClient
from alpaca.common.exceptions import APIError
from alpaca.trading.enums import OrderClass, OrderSide, TimeInForce
from alpaca.trading.requests import (
    GetOrderByIdRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLossRequest,
    TakeProfitRequest,
)


def opened(url: str) -> TradingClient:
    """Open an account with 100,000, and give a client with a key for it."""
    credentials = {"username": os.environ["STEWARD_EMAIL"], "password": os.environ["STEWARD_PASSWORD"]}
    with httpx2.Client(base_url=f"{url}/api/v1", timeout=30) as steward:
        token = steward.post("/login", data=credentials).raise_for_status().json()["access_token"]
        steward.headers["authorization"] = f"Bearer {token}"

        def made(method: str, path: str, body: Any) -> Any:
            return steward.request(method, path, json=body).raise_for_status().json()

        portfolio = made("POST", "/portfolios", {"name": "Algorithm"})
        made("PUT", f"/portfolios/{portfolio['id']}/account", {"starting_balance": 100_000})
        scopes = ["read", "trade"]
        key = made(
            "POST", "/api-keys", {"name": "algorithm", "scopes": scopes, "portfolio_id": portfolio["id"]}
        )
    return TradingClient(key["key_id"], key["secret"], url_override=f"{url}/alpaca")


def main() -> None:
    client: Any = opened(os.environ.get("STEWARD_URL", "http://127.0.0.1:8000"))
    print(f"cash {client.get_account().cash}")

    asked = MarketOrderRequest(symbol="NVDA", qty=10, side=OrderSide.BUY, time_in_force=TimeInForce.DAY)
    order = client.submit_order(asked)
    print(f"{order.status.value}: {order.filled_qty} of {order.qty} at {float(order.filled_avg_price):.0f}")

    entry = client.submit_order(
        LimitOrderRequest(
            symbol="AAPL",
            qty=5,
            side=OrderSide.BUY,
            limit_price=200,
            time_in_force=TimeInForce.GTC,
            order_class=OrderClass.BRACKET,
            take_profit=TakeProfitRequest(limit_price=300),
            stop_loss=StopLossRequest(stop_price=150),
        )
    )
    entry = client.replace_order_by_id(entry.id, ReplaceOrderRequest(limit_price=210))
    entry = client.get_order_by_id(entry.id, GetOrderByIdRequest(nested=True))
    legs = sorted(f"{leg.type.value} {leg.status.value}" for leg in entry.legs)
    print(f"{entry.status.value} at {entry.limit_price}, exits: {', '.join(legs)}")
    client.cancel_order_by_id(entry.id)

    for position in client.get_all_positions():
        print(f"holds {position.qty} {position.symbol}")
    closed = client.close_position("NVDA")
    print(f"closed: {closed.status.value}, {len(client.get_all_positions())} positions left")

    try:
        client.submit_order(asked.model_copy(update={"qty": 10_000_000}))
    except APIError as refusal:
        print(f"refused: {refusal.code}")


if __name__ == "__main__":
    main()
