"""The floor: a bare ASGI handler that runs the same SQL in one round trip and writes the same bytes.

It takes the caller's word for who asks (the token's signature is not checked, the session is: that is
SQL), refuses nothing, parses what it needs and keeps no books. uvicorn runs it with the very options of
`steward serve`.
"""

import base64
import decimal
import gc
import itertools
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import uvicorn
from starlette.types import Receive, Scope, Send

from bench.floor_ports import Asked, Engine
from steward import server
from steward.bootstrap import _GC_THRESHOLDS
from steward.domain.instants import instant_text
from steward.domain.money import plain
from steward.domain.prices import Quote
from steward.infrastructure.db import orders_reads, portfolios, positions, transactions_reads, users
from steward.infrastructure.prices.static import AS_OF, StaticPrices
from steward.settings import load_settings

_MOVING = "BENCH_MOVING"
_BEFORE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_JSON = (b"content-type", b"application/json")
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_PRIVATE = (b"cache-control", b"no-store")
_REVALIDATED = (b"cache-control", b"private, no-cache")
_USER = '{"user":{"id":"%s","email":"%s","username":null,"created_at":"%s"},"is_admin":%s}'
_PORTFOLIO = (
    '{"id":%s,"owner_id":"%s","name":"%s","base_currency":"%s","created_at":"%s","shorts_allowed":false,'
    '"cost_method":"fifo","history_version":0}'
)
_ASSET = '{"id":%s,"portfolio_id":%s,"symbol":"%s","quantity":%s,"created_at":"%s"}'
_PAGE = (
    '{"items":[%s],"pagination_response":{"total_items":%d,"total_pages":%d,"current_page":1,'
    '"items_per_page":%d}}'
)
_ORDER = (
    '{"id":"%s","security":"%s","side":"%s","original_qty":%s,"executed_qty":%s,"pending_qty":%s,'
    '"status":"%s","average_price":%s,"portfolio_id":%s,"client_order_id":null,"venue":"%s",'
    '"created_at":"%s","updated_at":"%s","version":%s}'
)
_LINE = (
    '{"symbol":"%s","quantity":%s,"price":%s,"value":%s,"price_source":"%s","price_as_of":"%s",'
    '"simulated":false}'
)
_VALUATION = (
    '{"portfolio_id":%d,"currency":"%s","as_of":"%s","total_value":%s,"coverage":1.0,"simulated":false,'
    '"lines":[%s],"unknown_symbols":[],"missing":[]}'
)
_FIRST_20 = {"limit": 20, "offset": 0}
_FIRST_100 = {"limit": 100, "offset": 0}
# One more than is shown tells whether there is a next page.
_LATEST_100 = {"limit": 101, "before": 2**63 - 1}
_PRICES_VERSION = int(AS_OF.timestamp())


class Reply(NamedTuple):
    """What goes out."""

    body: str | bytes
    etag: str | None = None
    status: int = 200


class Floor:
    """The application."""

    def __init__(self, engine: Engine, *, moving: bool) -> None:
        self._engine = engine
        self._kept: dict[tuple[int, int, int], bytes] = {}
        self._versions = itertools.count(1)
        self._ids = itertools.count()
        self._id_prefix = os.urandom(8).hex()
        self._handlers: dict[tuple[str, str], Callable[[Asked], Any]] = {
            ("GET", "me"): self._me,
            ("GET", "portfolios"): self._portfolios,
            ("GET", "assets"): self._assets,
            ("GET", "orders"): self._orders,
            ("GET", "valuation"): self._computed if moving else self._unchanged,
            ("POST", "orders"): self._place,
            ("POST", "execute"): self._execute,
            ("POST", "assets"): self._add_asset,
            ("POST", "portfolios"): self._create,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._live(receive, send)
            return
        path = scope["path"]
        if path == "/livez":
            await _answer(send, Reply(b"{}"), "")
            return
        token = next(value for name, value in scope["headers"] if name == b"authorization")
        body = None
        if scope["method"] == "POST":
            body = json.loads((await receive())["body"], parse_float=Decimal)
        request_id = f"{self._id_prefix}{next(self._ids):08x}"
        asked = Asked(*_ids_of(token), path, body, datetime.now(UTC), request_id)
        reply = await self._handlers[scope["method"], path.rpartition("/")[2]](asked)
        await _answer(send, reply, request_id)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._engine.open()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _me(self, asked: Asked) -> Reply:
        ((id_, email, _, created_at, is_admin),) = await self._engine.read(
            users._ROW, {**asked.guard, "user_id": asked.user_id}
        )
        return Reply(_USER % (id_, email, created_at, "true" if is_admin else "false"))

    async def _portfolios(self, asked: Asked) -> Reply:
        rows = await self._engine.read(portfolios._PAGE, {**asked.guard, **_FIRST_20})
        return _page([_PORTFOLIO % tuple(row[1:6]) for row in rows], rows[0][0], 20)

    async def _assets(self, asked: Asked) -> Reply:
        params = {**asked.guard, **_FIRST_100, "portfolio_id": asked.portfolio_id}
        rows = await self._engine.read(transactions_reads._ASSETS, params)
        return _page([_ASSET % tuple(row[1:6]) for row in rows], rows[0][0], 100)

    async def _orders(self, asked: Asked) -> Reply:
        statement = orders_reads._PAGES[()]
        rows = await self._engine.read(statement, {**asked.guard, **_LATEST_100})
        return Reply(f"[{','.join([_ORDER % (*row[1:10], *row[11:15]) for row in map(tuple, rows)])}]")

    async def _unchanged(self, asked: Asked) -> Reply:
        portfolio_id = asked.portfolio_id
        params = {**asked.guard, "portfolio_id": portfolio_id}
        seq, entered = (await self._engine.read(positions._VERSION, params))[0]
        body = self._kept.get((portfolio_id, seq, entered))
        if body is None:
            body = (await self._valued(asked))[0].encode()
            self._kept[portfolio_id, seq, entered] = body
        return Reply(body, f"{seq}-{entered}-{_PRICES_VERSION}")

    async def _computed(self, asked: Asked) -> Reply:
        body, seq, entered = await self._valued(asked)
        return Reply(body, f"{seq}-{entered}-{next(self._versions)}")

    async def _valued(self, asked: Asked) -> tuple[str, int, int]:
        portfolio_id = asked.portfolio_id
        rows = await self._engine.read(positions._HOLDINGS, {**asked.guard, "portfolio_id": portfolio_id})
        seq, entered, currency, changed_at = rows[0][:4]
        as_of, total, lines = _time(changed_at), Decimal(0), []
        for row in rows:
            symbol, quantity, price, source, priced_at = row[4], Decimal(row[5]), row[6], "user", row[8]
            if price is None:
                quote = _quotes()[symbol]
                price, source, priced_at = quote.price, quote.source, quote.as_of
            value = quantity * Decimal(price)
            total += value
            said = _time(priced_at)
            as_of = max(as_of, said)
            lines.append(_LINE % (symbol, plain(quantity), plain(Decimal(price)), plain(value), source, said))
        body = _VALUATION % (portfolio_id, currency, as_of, plain(total), ",".join(lines))
        return body, seq, entered

    async def _place(self, asked: Asked) -> Reply:
        order_id, at, qty = _new_id(), instant_text(asked.at), plain(Decimal(asked.body["qty"]))
        portfolio_id = await self._engine.place(asked, order_id)
        row = (order_id, asked.body["security"], "buy", qty, "0", qty, "pending", "null", portfolio_id)
        return Reply(_ORDER % (*row, "manual", at, at, 1), "1", 201)

    async def _execute(self, asked: Asked) -> Reply:
        row = await self._engine.execute(asked, asked.path.split("/")[4], _new_id())
        return Reply(_ORDER % (*row[:9], *row[10:]), str(row[13]))

    async def _add_asset(self, asked: Asked) -> Reply:
        asset_id = await self._engine.add_asset(asked)
        quantity = plain(Decimal(asked.body["quantity"]))
        row = (asset_id, asked.portfolio_id, asked.body["symbol"], quantity, instant_text(asked.at))
        return Reply(_ASSET % row, None, 201)

    async def _create(self, asked: Asked) -> Reply:
        portfolio_id = await self._engine.create(asked)
        row = (portfolio_id, asked.user_id, asked.body["name"], "USD", instant_text(asked.at))
        return Reply(_PORTFOLIO % row, None, 201)


async def _answer(send: Send, reply: Reply, request_id: str) -> None:
    body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
    headers = [*_BEFORE, (b"x-request-id", request_id.encode())]
    if reply.etag is not None:
        headers.append((b"etag", f'"{reply.etag}"'.encode()))
    headers += (_JSON, _POLICY, _PRIVATE if reply.etag is None else _REVALIDATED)
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@cache
def _ids_of(token: bytes) -> tuple[UUID, UUID]:
    payload = token.split(b".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    return UUID(claims["sub"]), UUID(claims["sid"])


@cache
def _quotes() -> Mapping[str, Quote]:
    return StaticPrices().quotes(datetime.now(UTC))


def _new_id() -> UUID:
    return UUID(bytes=os.urandom(16), version=4)


def _time(stored: datetime | str) -> str:
    return stored if isinstance(stored, str) else instant_text(stored)


def _page(items: list[str], total: int, size: int) -> Reply:
    return Reply(_PAGE % (",".join(items), total, -(-total // size), size))


def create() -> Floor:
    """Make the application on the database that the settings name."""
    # Wide enough that no product or sum of the seeded numbers is ever rounded.
    decimal.setcontext(decimal.Context(prec=100))
    url = load_settings().database_url
    engine: Engine
    if url.startswith("sqlite"):
        from bench.floor_sqlite import SQLite  # noqa: PLC0415 - one engine per process

        engine = SQLite(url)
    else:
        from bench.floor_postgresql import PostgreSQL  # noqa: PLC0415 - one engine per process

        engine = PostgreSQL(url)
    return Floor(engine, moving=_MOVING in os.environ)


def main() -> None:
    """Serve on the port that is named."""
    run = uvicorn.run

    def instead(_application: str, **options: Any) -> None:
        run("bench.floor:create", **options)

    uvicorn.run = instead  # type: ignore[assignment]  # the same options, another application
    server.serve(load_settings(), port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
