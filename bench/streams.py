"""Streams: the memory of ten thousand open ones, and the time from an order to its event."""

import argparse
import asyncio
import json
import random
import resource
import select
import socket
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path
from statistics import quantiles

import asyncpg

from bench import seed, servers
from bench.operations import PREFIX, Person
from bench.servers import Server
from tests.api.streaming import happen_in

STREAMS = 10_000
QUICK_STREAMS = 2_000
MEMORY_GOAL_MIB = 512
ORDERS_PER_SECOND = 500
LATENCY_GOAL_MILLISECONDS = 25
ACCOUNTS = 16
_AT_ONCE = 200
_ASKED = {
    "venue": "book",
    "security": "BTC",
    "qty": 1,
    "type": "limit",
    "limit_price": "1.00",
    "time_in_force": "gtc",
}
_MIB = 1024 * 1024
_UPGRADE = (
    "GET {prefix}/exchange/stream HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
    "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    "sec-websocket-key: c3Rld2FyZCBtZWFzdXJlcw==\r\n\r\n"
)
_PORTFOLIOS = (
    "INSERT INTO portfolios (owner_id, name, base_currency, created_at, changed_at, is_default, ledger_seq, "
    "ledger_digest, asset_count) SELECT users.id, 'Streamed ' || n, 'USD', created_at, created_at, 0, 0, "
    "'', 0 FROM users, {numbers} AS numbers RETURNING id"
)
_NUMBERS = {
    "sqlite": (
        "(WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {})"
        " SELECT n FROM counted)"
    ),
    "postgresql": "(SELECT generate_series(1, {}) AS n)",
}


def _portfolios(url: str, count: int) -> list[int]:
    """Give the only person that many portfolios, by SQL alone."""
    engine = url.partition(":")[0]
    sql = _PORTFOLIOS.format(numbers=_NUMBERS[engine].format(count))
    if engine == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            return [row[0] for row in connection.execute(sql).fetchall()]

    async def insert() -> list[int]:
        connection = await asyncpg.connect(url)
        try:
            return [row[0] for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(insert())


def _frame(text: bytes) -> bytes:
    """Make a client's frame of WebSocket; its mask is zero, which changes nothing."""
    return b"\x81" + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text


@contextmanager
def _opened(
    server: Server, person: Person, portfolio_ids: list[int], kind: str
) -> Iterator[list[socket.socket]]:
    """Open one stream for each portfolio, some at a time, and wait for each until it has begun."""
    with ExitStack() as held:
        sockets = []
        for start in range(0, len(portfolio_ids), _AT_ONCE):
            some = []
            for portfolio_id in portfolio_ids[start : start + _AT_ONCE]:
                one = held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
                if kind == "events":
                    one.sendall(person.request("GET", f"/exchange/events?portfolio_id={portfolio_id}"))
                else:
                    one.sendall(_UPGRADE.format(prefix=PREFIX, token=person.token).encode())
                some.append((one, portfolio_id))
            for one, portfolio_id in some:
                if kind == "events":
                    _until(one, b"event: subscribed")
                else:
                    _until(one, b"\r\n\r\n")
                    one.sendall(
                        _frame(json.dumps({"action": "subscribe", "orders": [portfolio_id]}).encode())
                    )
            for one, _ in some if kind != "events" else ():
                _until(one, b'"subscribed"')
            sockets += [one for one, _ in some]
        yield sockets


def _until(one: socket.socket, mark: bytes) -> None:
    data = b""
    while mark not in data:
        more = one.recv(65536)
        if not more:
            raise ConnectionError(data.decode("latin-1"))
        data += more


def _memory(url: str, folder: Path, kind: str, count: int) -> bool:
    """Open that many streams of one worker, and have each told something."""
    with servers.steward(url, folder) as server:
        person = seed.registered(server, random.getrandbits(40))
        portfolio_ids = _portfolios(url, count)[:count]
        before = server.resident_bytes
        began = time.monotonic()
        with _opened(server, person, portfolio_ids, kind) as sockets:
            opened = time.monotonic() - began
            began = time.monotonic()
            happen_in(url, portfolio_ids[0], portfolio_ids[-1])
            told = _all_told(sockets)
            took = time.monotonic() - began
            after = server.resident_bytes
    each = (after - before) / len(portfolio_ids) / 1024
    good = told == count and after <= MEMORY_GOAL_MIB * _MIB
    print(
        f"{count:,} streams ({kind}): {after / _MIB:.0f} MiB, {each:.1f} KiB each, "
        f"goal {MEMORY_GOAL_MIB} MiB: {'met' if good else 'NOT MET'}; "
        f"opened in {opened:.1f} s, an event to each of {told:,} in {took:.2f} s",
        flush=True,
    )
    return good


def _all_told(sockets: list[socket.socket]) -> int:
    """Count who gets something within a minute."""
    poll = select.epoll()
    waiting = {one.fileno() for one in sockets}
    for fileno in waiting:
        poll.register(fileno, select.EPOLLIN)
    until = time.monotonic() + 60
    while waiting and time.monotonic() < until:
        for fileno, _ in poll.poll(1):
            waiting.discard(fileno)
            poll.unregister(fileno)
    poll.close()
    return len(sockets) - len(waiting)


@asynccontextmanager
async def _connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def _answered(reader: asyncio.StreamReader, expected: bytes) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
    if expected not in head[:16]:
        raise RuntimeError(body.decode())
    return body


class _Latency:
    """When each order was due, and how long after that its event and its answer were there, in ms."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent: dict[str, float] = {}
        self.took: list[float] = []
        self.answered: list[float] = []

    async def listen(self, person: Person, portfolio_id: int, ready: asyncio.Event) -> None:
        async with _connection(self.port) as (reader, writer):
            writer.write(person.request("GET", f"/exchange/events?portfolio_id={portfolio_id}"))
            async for line in reader:
                if line.startswith(b"event: subscribed"):
                    ready.set()
                if line.startswith(b'data: {"portfolio_id"') and b'"client_order_id":"' in line:
                    name = line.partition(b'"client_order_id":"')[2].partition(b'"')[0].decode()
                    self.took.append((time.perf_counter() - self.sent[name]) * 1000)

    async def order(self, person: Person, portfolio_id: int, number: int, count: int, began: float) -> None:
        """Place `count` orders, evenly in time."""
        async with _connection(self.port) as (reader, writer):
            for turn in range(count):
                due = began + (turn * ACCOUNTS + number) / ORDERS_PER_SECOND
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                name = f"{portfolio_id}-{turn}"
                asked = {"portfolio_id": portfolio_id, "client_order_id": name, **_ASKED}
                body = json.dumps(asked)
                # From when it was due: who waits for the answer before waits for this one too.
                self.sent[name] = due
                writer.write(person.request("POST", "/orders", body))
                await _answered(reader, b" 201 ")
                self.answered.append((time.perf_counter() - due) * 1000)


async def _measured(server: Server, person: Person, seconds: float) -> _Latency:
    latency = _Latency(server.port)
    portfolio_ids = []
    async with _connection(server.port) as (reader, writer):
        for number in range(ACCOUNTS):
            writer.write(person.request("POST", "/portfolios", json.dumps({"name": f"Account {number}"})))
            portfolio_ids.append(json.loads(await _answered(reader, b" 201 "))["id"])
            body = json.dumps({"starting_balance": 10**9})
            writer.write(person.request("PUT", f"/portfolios/{portfolio_ids[-1]}/account", body))
            await _answered(reader, b" 201 ")
    ready = [asyncio.Event() for _ in portfolio_ids]
    listening = [
        asyncio.create_task(latency.listen(person, one, event))
        for one, event in zip(portfolio_ids, ready, strict=True)
    ]
    for event in ready:
        await event.wait()
    count = int(ORDERS_PER_SECOND * seconds / ACCOUNTS)
    began = time.perf_counter() + 0.1
    await asyncio.gather(
        *(latency.order(person, one, number, count, began) for number, one in enumerate(portfolio_ids))
    )
    await asyncio.sleep(0.5)
    for task in listening:
        task.cancel()
    if len(latency.took) != count * ACCOUNTS:
        raise RuntimeError(f"{len(latency.took)} events of {count * ACCOUNTS} orders")
    return latency


def _latency(url: str, folder: Path, seconds: float) -> bool:
    with servers.steward(url, folder) as server:
        person = seed.registered(server, random.getrandbits(40))
        latency = asyncio.run(_measured(server, person, seconds))
    # The first second warms up.
    cuts, answers = (quantiles(some[ORDERS_PER_SECOND:], n=100) for some in (latency.took, latency.answered))
    good = cuts[98] < LATENCY_GOAL_MILLISECONDS
    print(
        f"order to stream at {ORDERS_PER_SECOND} orders/s: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, "
        f"goal {LATENCY_GOAL_MILLISECONDS} ms: {'met' if good else 'NOT MET'}; "
        f"to its answer: p50 {answers[49]:.1f} ms, p99 {answers[98]:.1f} ms",
        flush=True,
    )
    return good


def main(arguments: list[str]) -> None:
    """Measure both engines."""
    from bench.__main__ import stores  # noqa: PLC0415 - which asks for this module itself

    parser = argparse.ArgumentParser(prog="python -m bench streams", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer streams, for a shorter time")
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), help="this one alone")
    chosen = parser.parse_args(arguments)
    count, seconds = (QUICK_STREAMS, 4.0) if chosen.quick else (STREAMS, 12.0)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    met: list[bool] = []
    for engine in (chosen.engine,) if chosen.engine else ("postgresql", "sqlite"):
        print(f"\n{engine}", flush=True)
        with (
            tempfile.TemporaryDirectory(prefix="steward-bench-") as name,
            stores(Path(name), engine) as store,
        ):
            for kind in ("events", "websocket"):
                url = store.fresh(kind)
                servers.migrate(url, Path(name))
                met.append(_memory(url, Path(name), kind, count))
                store.drop(url)
            url = store.fresh("latency")
            servers.migrate(url, Path(name))
            met.append(_latency(url, Path(name), seconds))
            store.drop(url)
    print(f"\n{sum(met)} of {len(met)} goals met")
