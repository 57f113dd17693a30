import csv
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2

from tests.people import PASSWORD, Person

EXAMPLES = Path(__file__).parent.parent / "examples"


def ran(name: str, person: Person, *arguments: str, url: str = "") -> str:
    """Run one of the programs as the person and give what it printed."""
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONUTF8": "1",
            "STEWARD_URL": url or person.url,
            "STEWARD_EMAIL": person.email,
            "STEWARD_PASSWORD": PASSWORD,
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def forgetful_proxy(url: str) -> Iterator[tuple[str, list[str]]]:
    """Pass everything on, but lose the first answer to each idempotency key; give the keys lost."""
    lost: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            sent = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = httpx2.request(
                self.command, f"{url}{self.path}", content=body, headers=sent, trust_env=False
            )
            key = self.headers.get("idempotency-key")
            if key and key not in lost:
                lost.append(key)
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_POST = do_PUT = do_DELETE = pass_on

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as proxy:
        serving = threading.Thread(target=proxy.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{proxy.server_port}", lost
        proxy.shutdown()
        serving.join()


def test_every_portfolio_is_valued_to_the_last_digit(alice: Person, bob: Person) -> None:
    bob.made("/portfolios", {"name": "Somebody else's"})
    alice("PUT", "/prices/BTC", {"price": "90000.1"})
    alice("PUT", "/prices/NVDA", {"price": "190.25"})
    portfolio = alice.made("/portfolios", {"name": "Savings"})
    for symbol, quantity in (("BTC", "0.123456789012345678"), ("NVDA", 4), ("HOUSE", 1)):
        alice.made(f"/portfolios/{portfolio['id']}/assets", {"symbol": symbol, "quantity": quantity})
    assert ran("value_portfolios.py", alice).splitlines() == [
        "Savings: 11872.123356790012254568 USD",
        "  BTC: 0.123456789012345678 at 90000.1 = 11111.123356790012254568",
        "  NVDA: 4 at 190.25 = 761",
        "  HOUSE: 1, not in the total: no price",
    ]


TRADED = [
    "pending: 0 of 10 NVDA",
    "partial: 2.5 of 10 NVDA at 188.4",
    "partial: 4 of 10 NVDA at 189",
    "partial: 4 of 8 NVDA at 189",
    "cancelled: 4 of 8 NVDA at 189",
]


def test_an_order_is_traded(alice: Person) -> None:
    assert ran("trade.py", alice).splitlines() == TRADED
    assert alice("GET", "/portfolio").json == [{"security": "NVDA", "qty": 4}]


def test_an_order_is_traded_once_when_every_first_answer_is_lost(alice: Person) -> None:
    with forgetful_proxy(alice.url) as (url, lost):
        printed = ran("trade.py", alice, url=url).splitlines()
    assert [line for line in printed if not line.startswith("no answer")] == TRADED
    assert len(lost) == len(printed) - len(TRADED) == len(TRADED)
    (order,) = alice("GET", "/orders").json
    assert (order["status"], order["executed_qty"], order["version"]) == ("cancelled", 4, 5)
    assert len(alice("GET", f"/orders/{order['id']}/executions").json) == 2


def test_all_orders_are_exported_over_many_pages(alice: Person, bob: Person) -> None:
    bob.made("/orders", {"security": "AAPL", "qty": 1})
    placed = [
        alice.made(
            "/orders", {"security": "BTC", "qty": f"{n}.000000000000000001", "client_order_id": f"={n}"}
        )
        for n in range(7)
    ]
    rows = list(csv.DictReader(ran("export_orders.py", alice, "3").splitlines()))
    assert [row["id"] for row in rows] == [order["id"] for order in reversed(placed)]
    assert [row["original_qty"] for row in rows] == [f"{n}.000000000000000001" for n in range(6, -1, -1)]
    assert {row["client_order_id"] for row in rows} == {f"'={n}" for n in range(7)}


def test_the_value_of_a_period_is_explained_and_its_return_told(alice: Person) -> None:
    prices = {"2026-01-05": 10, "2026-01-09": 12, "2026-01-12": 9}
    assert alice("PUT", "/instruments/ABC/prices", {"currency": "USD", "prices": prices}).status == 200
    portfolio = alice.made("/portfolios", {"name": "Savings"})
    ledger = f"/portfolios/{portfolio['id']}/transactions"
    day = {"trade_date": "2026-01-05"}
    alice.made(ledger, {"kind": "deposit", "gross_amount": 120, **day})
    alice.made(ledger, {"kind": "buy", "symbol": "ABC", "quantity": 10, "price": 10, "fee": "0.5", **day})
    printed = ran("performance.py", alice, "2026-01-04", "2026-01-12").splitlines()
    assert printed == [
        "Savings, 2026-01-04 to 2026-01-12, in USD",
        "  opening value 0",
        "  + contributions 120",
        "  + unrealized gains -10",
        "  - fees 0.5",
        "  = closing value 109.5",
        "  time weighted: -8.75%",
        "  money weighted: -99.16%",
        "  max drawdown: 21.51%",
    ]
    short = ran("performance.py", alice, "2026-01-05", "2026-01-20").splitlines()
    assert short[1:] == [
        "  opening value 119.5",
        "  + unrealized gains unknown",
        "  = closing value unknown",
        "  time weighted: unknown",
        "  money weighted: unknown",
        "  max drawdown: unknown",
        "  missing: price of ABC, 2026-01-20",
    ]


def test_a_program_for_alpaca_trades_here(alice: Person) -> None:
    assert ran("trade_with_alpaca.py", alice).splitlines() == [
        "cash 100000",
        "filled: 10 of 10 at 190",
        "new at 210, exits: limit held, stop held",
        "holds 10 NVDA",
        "closed: filled, 0 positions left",
        "refused: 40310000",
    ]
