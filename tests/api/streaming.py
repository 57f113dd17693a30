"""Streams in tests: what happens to orders, written as another worker would, and clients that read."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.infrastructure.databases import outside
from tests.people import Person
from tests.servers import Server

SECONDS = 20
_HAPPEN = {
    "sqlite": """
        WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {count})
        INSERT INTO order_events (portfolio_id, seq, owner_id, order_id, kind, payload, at)
        SELECT p.id, h.seq + n, p.owner_id, p.owner_id, 'accepted', {payload}, '2026-01-05T12:00:00.000000Z'
        FROM counted, portfolios AS p, (SELECT coalesce(max(seq), 0) AS seq FROM order_events
        WHERE portfolio_id = {portfolio}) AS h WHERE p.id = {portfolio} ORDER BY n
    """,
    "postgresql": """
        WITH added AS (
        INSERT INTO order_events (portfolio_id, seq, owner_id, order_id, kind, payload, at)
        SELECT p.id, h.seq + n, p.owner_id, p.owner_id, 'accepted', {payload}, '2026-01-05T12:00:00Z'
        FROM generate_series(1, {count}) AS n, portfolios AS p, (SELECT coalesce(max(seq), 0) AS seq
        FROM order_events WHERE portfolio_id = {portfolio}) AS h WHERE p.id = {portfolio} ORDER BY n)
        SELECT pg_notify('steward_exchange', 'p:{portfolio}')
    """,
}
_PAYLOAD = '\'{{"portfolio_id":{portfolio},"seq":\' || (h.seq + n) || \',"note":"{note}"}}\''
_FIRST = """
    INSERT INTO order_events (portfolio_id, seq, owner_id, order_id, kind, payload, at)
    SELECT id, 1, owner_id, owner_id, 'accepted', '{{"portfolio_id":' || id || '}}', created_at
    FROM portfolios WHERE id BETWEEN {first_id} AND {last_id}
"""
_FIRST_TOLD = """
    WITH added AS ({sql} RETURNING portfolio_id)
    SELECT pg_notify('steward_exchange', 'p:' || portfolio_id) FROM added
"""
TRADE = """
    INSERT INTO trades (venue, symbol, seq, qty, price, buy_order_id, at)
    SELECT venue, symbol, trade_seq + 1, '2.5', '101.25', '0197a6c0-1f2e-7000-8000-000000000000',
    '2026-01-05T12:00:00.000000Z' FROM desks WHERE symbol = '{symbol}'
"""
DESK = """
    INSERT INTO desks (venue, symbol, currency, tick, lot, multiplier, calendar, fees, version, trade_seq,
    status, short_qty) VALUES ('book', '{symbol}', 'USD', '0.01', '1', '1', '24/7', '{{}}', 0, 0,
    'continuous', '0')
"""
STEP = """
    UPDATE desks SET version = version + 1, trade_seq = trade_seq + {trades}, quote = '{quote}'
    WHERE symbol = '{symbol}'
"""


TIDY = (
    """
    DELETE FROM trades WHERE NOT EXISTS (
    SELECT 1 FROM orders WHERE orders.id IN (trades.buy_order_id, trades.sell_order_id))
    """,
    """
    UPDATE desks SET trade_seq = 0 WHERE NOT EXISTS (
    SELECT 1 FROM trades WHERE trades.venue = desks.venue AND trades.symbol = desks.symbol)
    """,
)


def database_of(server: Server) -> str:
    return server.environment.get("DATABASE_URL") or f"sqlite:///{server.folder}/steward.db"


def run(server: Server, sql: str) -> None:
    asyncio.run(outside(database_of(server), sql))


def happen(server: Server, portfolio_id: int, count: int = 1, note: str = "") -> None:
    """Write that many order events in one transaction, as a worker would that is none of the server's."""
    url = database_of(server)
    payload = _PAYLOAD.format(portfolio=portfolio_id, note=note)
    template = _HAPPEN["sqlite" if url.startswith("sqlite") else "postgresql"]
    run(server, template.format(portfolio=portfolio_id, count=count, payload=payload))


def happen_in(url: str, first_id: int, last_id: int) -> None:
    """Write the first event of each of these portfolios in one transaction, and wake everybody for each."""
    sql = _FIRST.format(first_id=first_id, last_id=last_id)
    asyncio.run(outside(url, sql if url.startswith("sqlite") else _FIRST_TOLD.format(sql=sql)))


def list_symbol(server: Server, symbol: str) -> None:
    run(server, DESK.format(symbol=symbol))


def trade(server: Server, symbol: str, bid: str) -> None:
    """Write one trade and a new quote."""
    run(server, TRADE.format(symbol=symbol))
    quote = {"bid": bid, "ask": "9", "bid_size": "1", "ask_size": "1", "at": "2026-01-05T12:00:00Z"}
    run(server, STEP.format(symbol=symbol, trades=1, quote=json.dumps(quote)))
    if not database_of(server).startswith("sqlite"):
        run(server, f"SELECT pg_notify('steward_exchange', 's:book/{symbol}')")


def connected(person: Person, **more: Any) -> ClientConnection:
    """Open a WebSocket as somebody."""
    url = person.url.replace("http://", "ws://") + "/api/v1/exchange/stream"
    headers = {"authorization": f"Bearer {person.token}"} if person.token else {}
    headers |= more.pop("headers", {})
    made: ClientConnection = connect(url, additional_headers=headers, compression=None, proxy=None, **more)
    return made


def asked(stream: ClientConnection, action: str = "subscribe", **wish: Any) -> Any:
    """Send a wish, and give the answer to it."""
    stream.send(json.dumps({"action": action, **wish}))
    return received(stream)


def received(stream: ClientConnection) -> Any:
    """Give the next message that is no heartbeat."""
    while (message := json.loads(stream.recv(timeout=SECONDS)))["channel"] == "heartbeat":
        pass
    return message


def numbers(stream: ClientConnection, count: int) -> list[int]:
    """Give the numbers of the next messages."""
    return [received(stream)["data"]["seq"] for _ in range(count)]


@contextmanager
def events(person: Person, query: str, **headers: str) -> Iterator[Iterator[dict[str, str]]]:
    """Read server-sent events as they come."""
    sent = {"authorization": f"Bearer {person.token}", **headers}
    with person.client.stream(
        "GET", f"/api/v1/exchange/events?{query}", headers=sent, timeout=SECONDS
    ) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"] == "text/event-stream"
        yield _events(answer.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        else:
            if "data" in event:
                yield event
            event = {}


def narrow(port: int) -> socket.socket:
    """Connect with as little room for what is not read as there can be."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.settimeout(SECONDS)
    made.connect(("127.0.0.1", port))
    return made


def portfolio_of(person: Person) -> int:
    made: int = person.made("/api/v1/portfolios", {"name": "Trading", "base_currency": "USD"})["id"]
    return made


def worker(stream: ClientConnection) -> str:
    assert stream.response is not None
    return stream.response.headers["x-request-id"][:16]


def tidy(server: Server) -> None:
    """Take back what was written past the exchange: a check of the server's books would find it."""
    for sql in TIDY:
        run(server, sql)
