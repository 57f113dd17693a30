"""Write all orders as CSV, newest first, by following the Link header from page to page.

STEWARD_URL=http://127.0.0.1:8000 STEWARD_EMAIL=… STEWARD_PASSWORD=… python examples/export_orders.py [LIMIT]
"""

import csv
import json
import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx2

COLUMNS = (
    *("id", "created_at", "security", "side", "status", "original_qty", "executed_qty"),
    *("average_price", "portfolio_id", "client_order_id"),
)


def orders(steward: httpx2.Client, limit: int) -> Iterator[dict[str, Any]]:
    """Give every order; the cursor keeps its place while new orders arrive."""
    answer = steward.get("/orders", params={"limit": limit})
    while True:
        yield from json.loads(answer.raise_for_status().text, parse_float=Decimal)
        if "next" not in answer.links:
            return
        answer = steward.get(answer.url.join(answer.links["next"]["url"]))


def cell(value: object) -> str:
    """Write one value; a spreadsheet would run text that begins like a formula."""
    if isinstance(value, Decimal):
        return format(value, "f")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def main() -> None:
    url = os.environ.get("STEWARD_URL", "http://127.0.0.1:8000")
    credentials = {"username": os.environ["STEWARD_EMAIL"], "password": os.environ["STEWARD_PASSWORD"]}
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with httpx2.Client(base_url=f"{url}/api/v1", timeout=30) as steward:
        token = steward.post("/login", data=credentials).raise_for_status().json()["access_token"]
        steward.headers["authorization"] = f"Bearer {token}"
        rows = csv.writer(sys.stdout)
        rows.writerow(COLUMNS)
        rows.writerows([cell(order[name]) for name in COLUMNS] for order in orders(steward, limit))


if __name__ == "__main__":
    main()
