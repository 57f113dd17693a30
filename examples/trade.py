"""Place, execute, amend and cancel an order so that no failure of the network can do anything twice.

STEWARD_URL=http://127.0.0.1:8000 STEWARD_EMAIL=… STEWARD_PASSWORD=… python examples/trade.py
"""

import json
import os
import time
import uuid
from decimal import Decimal
from typing import Any

import httpx2

ATTEMPTS = 5
TRY_AGAIN = (429, 503)


def send(steward: httpx2.Client, method: str, path: str, body: Any = None) -> Any:
    """Send until there is an answer, always under the same key: it takes effect at most once."""
    key = str(uuid.uuid4())
    for attempt in range(ATTEMPTS):
        pause = 2.0**attempt / 10
        try:
            answer = steward.request(method, path, json=body, headers={"idempotency-key": key})
        except httpx2.TransportError as error:
            print(f"no answer ({type(error).__name__}): trying again")
        else:
            if answer.status_code not in TRY_AGAIN:
                return json.loads(answer.raise_for_status().text, parse_float=Decimal)
            pause = float(answer.headers["retry-after"])
        time.sleep(pause)
    raise SystemExit(f"{method} {path}: no answer after {ATTEMPTS} attempts")


def report(order: Any) -> None:
    price = "" if order["average_price"] is None else f" at {order['average_price']}"
    print(f"{order['status']}: {order['executed_qty']} of {order['original_qty']} {order['security']}{price}")


def main() -> None:
    url = os.environ.get("STEWARD_URL", "http://127.0.0.1:8000")
    credentials = {"username": os.environ["STEWARD_EMAIL"], "password": os.environ["STEWARD_PASSWORD"]}
    with httpx2.Client(base_url=f"{url}/api/v1", timeout=30) as steward:
        token = steward.post("/login", data=credentials).raise_for_status().json()["access_token"]
        steward.headers["authorization"] = f"Bearer {token}"
        order = send(steward, "POST", "/orders", {"security": "NVDA", "qty": 10})
        report(order)
        path = f"/orders/{order['id']}"
        report(send(steward, "POST", f"{path}/execute", {"executed_qty": "2.5", "price": "188.40"}))
        report(send(steward, "POST", f"{path}/execute", {"executed_qty": "1.5", "price": "190.00"}))
        report(send(steward, "PUT", path, {"qty": 8}))
        report(send(steward, "DELETE", path))


if __name__ == "__main__":
    main()
