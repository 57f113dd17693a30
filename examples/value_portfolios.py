"""Sign in and print what every portfolio is worth, to the last digit.

STEWARD_URL=http://127.0.0.1:8000 STEWARD_EMAIL=… STEWARD_PASSWORD=… python examples/value_portfolios.py
"""

import json
import os
from decimal import Decimal
from typing import Any

import httpx2


def exact(answer: httpx2.Response) -> Any:
    """Read the numbers as decimals: a float would lose digits."""
    return json.loads(answer.raise_for_status().text, parse_float=Decimal)


def main() -> None:
    url = os.environ.get("STEWARD_URL", "http://127.0.0.1:8000")
    credentials = {"username": os.environ["STEWARD_EMAIL"], "password": os.environ["STEWARD_PASSWORD"]}
    with httpx2.Client(base_url=f"{url}/api/v1", timeout=30) as steward:
        token = exact(steward.post("/login", data=credentials))["access_token"]
        steward.headers["authorization"] = f"Bearer {token}"
        page, pages = 1, 1
        while page <= pages:
            found = exact(steward.get("/portfolios", params={"page": page, "items_per_page": 100}))
            for portfolio in found["items"]:
                report(portfolio["name"], exact(steward.get(f"/portfolios/{portfolio['id']}/valuation")))
            page, pages = page + 1, found["pagination_response"]["total_pages"]


def report(name: str, valuation: Any) -> None:
    simulated = ", at simulated prices" if valuation["simulated"] else ""
    print(f"{name}: {valuation['total_value']} {valuation['currency']}{simulated}")
    for line in valuation["lines"]:
        print(f"  {line['symbol']}: {line['quantity']} at {line['price']} = {line['value']}")
    for missing in valuation["missing"]:
        print(f"  {missing['symbol']}: {missing['quantity']}, not in the total: {missing['reason']}")


if __name__ == "__main__":
    main()
