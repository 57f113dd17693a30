"""Sign in and print how each portfolio's value came about, and what it returned.

STEWARD_URL=http://127.0.0.1:8000 STEWARD_EMAIL=… STEWARD_PASSWORD=… python examples/performance.py 2026-01-01
"""

import json
import os
import sys
from decimal import Decimal
from typing import Any

import httpx2

GAINED = ("contributions", "realized_gains", "unrealized_gains", "currency_gains", "dividends", "interest")
LOST = ("withdrawals", "fees", "taxes")


def exact(answer: httpx2.Response) -> Any:
    """Read the numbers as decimals: a float would lose digits."""
    return json.loads(answer.raise_for_status().text, parse_float=Decimal)


def main() -> None:
    url = os.environ.get("STEWARD_URL", "http://127.0.0.1:8000")
    credentials = {"username": os.environ["STEWARD_EMAIL"], "password": os.environ["STEWARD_PASSWORD"]}
    period = dict(zip(("from", "to"), sys.argv[1:], strict=False))
    with httpx2.Client(base_url=f"{url}/api/v1", timeout=30) as steward:
        token = exact(steward.post("/login", data=credentials))["access_token"]
        steward.headers["authorization"] = f"Bearer {token}"
        page, pages = 1, 1
        while page <= pages:
            found = exact(steward.get("/portfolios", params={"page": page, "items_per_page": 100}))
            for portfolio in found["items"]:
                path = f"/portfolios/{portfolio['id']}/performance"
                report(portfolio["name"], exact(steward.get(path, params=period)))
            page, pages = page + 1, found["pagination_response"]["total_pages"]


def report(name: str, performance: Any) -> None:
    statement, returns = performance["statement"], performance["returns"]
    print(f"{name}, {performance['from']} to {performance['to']}, in {performance['currency']}")
    print(f"  opening value {told(statement['opening_value'])}")
    for sign, lines in (("+", GAINED), ("-", LOST)):
        for line in lines:
            if statement[line] != 0:
                print(f"  {sign} {line.replace('_', ' ')} {told(statement[line])}")
    print(f"  = closing value {told(statement['closing_value'])}")
    for figure in ("time_weighted", "money_weighted", "max_drawdown"):
        value = returns[figure]
        print(f"  {figure.replace('_', ' ')}: {'unknown' if value is None else f'{value:.2%}'}")
    for missing in performance["missing"]:
        days = " to ".join(dict.fromkeys((missing["first"], missing["last"])))
        print(f"  missing: {missing['what']} of {missing['subject']}, {days}")


def told(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount}"


if __name__ == "__main__":
    main()
