"""Requests that must be refused: made from the OpenAPI document, sent as they are, their answers judged."""

import http.client
import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlencode

from tests.catalogue import CSV, JSON
from tests.people import Person
from tests.refusals_operations import Operation, operations
from tests.servers import Server

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}
# Where a body may have all of these, a valid one has one group: that of a field that is tried, or the first.
ALTERNATIVES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("trade_date",), ("occurred_at",)),
    (("symbol", "quantity"), ("symbol", "quantity", "lots"), ("amount", "currency")),
    ((), ("lots",)),
    # An order has few of all terms.
    (("qty", "type"), ("amount", "type")),
    *(
        ((), (name,))
        for name in (
            "limit_price",
            "stop_price",
            "trail_amount",
            "trail_percent",
            "trail",
            "display_qty",
            "expires_at",
            "take_profit",
            "stop_loss",
            "post_only",
            "reduce_only",
        )
    ),
)
SHORTEST_ECHO = 5
# Ours before they were the caller's: they stand in the sentences of every problem.
OUR_WORDS = {"Infinity", "status", "true "}
THREADS = 4
Right = frozenset[tuple[int, str | None]]


@dataclass(frozen=True)
class Cell:
    """One request that must be refused, and what may come back."""

    operation: Operation
    address: str
    body: bytes | None
    headers: Mapping[str, str]
    right: Right
    raw: str = ""


@dataclass(frozen=True)
class Wire:
    """Sends bytes as they are, one kept connection per thread."""

    server: Server
    kept: threading.local = field(default_factory=threading.local)
    links: list[http.client.HTTPConnection] = field(default_factory=list)

    def __call__(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send, and give status, headers in lower case, and body."""
        link: http.client.HTTPConnection | None = getattr(self.kept, "link", None)
        if link is None:
            self.kept.link = link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
            self.links.append(link)
        link.request(method, target, body, dict(headers))
        answer = link.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


@dataclass
class World:
    """Somebody who has one of everything, and the operations of the server's document."""

    server: Server
    owner: Person
    wire: Wire

    def __post_init__(self) -> None:
        """Make the things that the addresses name."""
        owner = self.owner
        self.portfolio = owner.made("/api/v1/portfolios", {"name": "Mine"})["id"]
        self.other = owner.made("/api/v1/portfolios", {"name": "Other"})["id"]
        self.transaction = owner.made(
            f"/api/v1/portfolios/{self.portfolio}/transactions",
            {"kind": "deposit", "trade_date": "2026-01-02", "gross_amount": 5},
        )["id"]
        self.asset = owner.made(
            f"/api/v1/portfolios/{self.portfolio}/assets", {"symbol": "ETH", "quantity": 2}
        )["id"]
        order = {"security": "BTC", "qty": 5, "portfolio_id": self.portfolio}
        self.order = owner.made("/api/v1/orders", order)["id"]
        assert (
            owner("POST", f"/api/v1/orders/{self.order}/execute", {"executed_qty": 2, "price": 7}).status
            == 200
        )
        closes, rates = {"prices": {"2024-01-02": 3}}, {"rates": {"2024-01-02": 3}}
        assert owner("PUT", "/api/v1/instruments/ETH", {"currency": "USD"}).status == 200
        assert owner("PUT", "/api/v1/instruments/ETH/prices", closes).status == 200
        assert owner("PUT", "/api/v1/rates/USDEUR", rates).status == 200
        assert owner("PUT", "/api/v1/prices/ETH", {"price": "1.5"}).status == 200
        split = {"kind": "split", "ex_date": "2026-01-02", "new": 2}
        self.action = owner.made("/api/v1/instruments/ETH/actions", split)["id"]
        self.key = owner.made("/api/v1/api-keys", {"name": "Key", "scopes": ["read"]})["key_id"]
        self.session = owner("GET", "/api/v1/auth/sessions").json[0]["id"]

    @cached_property
    def operations(self) -> list[Operation]:
        """Every operation."""
        return list(operations(self.owner("GET", "/openapi.json").json))

    @property
    def bearer(self) -> dict[str, str]:
        """What signs a request."""
        return {"authorization": f"Bearer {self.owner.token}"}

    def state(self) -> list[str]:
        """Everything that the owner can see."""
        mine = (
            "auth/me", "auth/sessions", "api-keys", "portfolios", f"portfolios/{self.portfolio}/assets",
            "prices",
            f"portfolios/{self.portfolio}/transactions", f"portfolios/{self.other}/transactions",
            f"portfolios/{self.portfolio}/valuation", "orders", "portfolio",
            f"orders/{self.order}/executions", "instruments", "instruments/ETH/prices",
            "rates/USDEUR?on=2024-01-02", "instruments/ETH/actions",
        )  # fmt: skip
        answers = [self.owner("GET", f"/api/v1/{path}") for path in mine]
        assert [answer.status for answer in answers] == [200] * len(mine)
        return [answer.text for answer in answers]

    def address(self, operation: Operation, **changed: str) -> str:
        """Fill the path in with what is the owner's, but for what is changed."""
        names = {"portfolio_id": self.portfolio, "asset_id": self.asset, "order_id": self.order}
        names |= {"transaction_id": self.transaction, "action_id": self.action}
        names |= {"key_id": self.key, "name": "XNYS", "venue": "book"}
        names |= {"session_id": self.session, "symbol": "ETH", "pair": "USDEUR"}
        return operation.path.format(**{**names, **changed})

    def body(self, operation: Operation, **changed: str) -> bytes | None:
        """Write a body that is valid but for what is changed; values are JSON text."""
        if operation.body_type is None:
            return None
        if operation.body_type == CSV:
            return b"symbol,date,price,currency\nETH,2024-01-02,1,USD\n"
        parts = {
            one.name: one.valid for one in operation.fields if one.required or operation.body_type == JSON
        }
        ours = {"portfolio_id": self.portfolio, "from_portfolio_id": self.portfolio}
        ours |= {"to_portfolio_id": self.other}
        parts |= {name: str(id_) for name, id_ in ours.items() if name in parts}
        for groups in ALTERNATIVES:
            if all(name in parts for group in groups for name in group):
                tried = next((group for group in groups if set(group) & changed.keys()), groups[0])
                for name in {name for group in groups for name in group} - set(tried):
                    del parts[name]
        parts |= changed
        if operation.body_type == JSON:
            return ("{" + ",".join(f"{json.dumps(k)}:{v}" for k, v in parts.items()) + "}").encode()
        return urlencode({name: json.loads(text) for name, text in parts.items()}).encode()

    def cell(self, operation: Operation, right: Right, **changes: Any) -> Cell:
        """Make a cell from the valid request, but for the changes."""
        headers = dict(self.bearer) if operation.signed_in else {}
        if operation.body_type is not None:
            headers["content-type"] = operation.body_type
        valid = Cell(operation, self.address(operation), self.body(operation), headers, right)
        return replace(valid, **changes)

    def complaint(self, cell: Cell) -> str:
        """Check the cell, and give what is wrong with the answer, or nothing."""
        try:
            self.check(cell)
        except AssertionError as error:
            return str(error).partition("\n")[0]
        return ""

    def check(self, cell: Cell) -> None:
        """Send the cell, and judge what comes back."""
        status, headers, body = self.wire(cell.operation.method, cell.address, cell.body, cell.headers)
        seen = (
            f"{cell.operation.name} {cell.raw[:80]!r} {(cell.body or b'')[:200]!r}: {status} {body[:400]!r}"
        )
        assert headers["content-type"] == "application/problem+json", seen
        problem = json.loads(body)
        assert (status, problem["code"]) in cell.right or (status, None) in cell.right, seen
        assert problem.keys() - {"errors"} == MEMBERS, seen
        assert problem["status"] == status, seen
        assert problem["request_id"] == headers["x-request-id"], seen
        assert headers["x-content-type-options"] == "nosniff", seen
        assert headers["cache-control"] == "no-store", seen
        for one in problem.get("errors", ()):
            assert one.keys() == {"pointer", "detail"}, seen
            assert not one["pointer"] or one["pointer"].startswith("/"), seen
        shown = body.replace(problem["request_id"].encode(), b"")
        for form in {cell.raw, unquote(cell.raw), cell.raw.strip('"')} - OUR_WORDS:
            assert len(form) < SHORTEST_ECHO or form.encode("utf-8", "replace") not in shown, f"echo: {seen}"


def refused(world: World, cells: list[Cell], at_least: int) -> None:
    """Check every cell, and that all of them together had no effect."""
    before = world.state()
    with ThreadPoolExecutor(THREADS) as pool:
        wrong = [complaint for complaint in pool.map(world.complaint, cells) if complaint]
    assert not wrong, f"{len(wrong)} of {len(cells)}:\n" + "\n".join(wrong[:40])
    assert world.state() == before
    print(f"{len(cells)} cells on {len({cell.operation.name for cell in cells})} operations")
    assert len(cells) >= at_least
