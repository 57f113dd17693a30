"""Durable orders through HTTP: how many are acknowledged a second, beside one insert and commit at a time.

Thirty-two people, each with an account of his own, place limit orders near the touch (60 %), cancel (20 %)
and trade at the market (20 %); half of them buy, half sell. An answer leaves when the order, its fills and
all that hangs on them are committed.
The yardstick is one small row inserted and committed at a time by the same driver over one connection.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import asyncpg

from bench import seed, servers
from bench.load import Load, Measured
from bench.operations import Person
from bench.servers import Server

if TYPE_CHECKING:
    from bench.__main__ import Store

CLIENTS = 32
GOALS = {"postgresql": 1.0, "sqlite": 0.4}
P99_GOAL_MS = 50.0
_EACH = 400
_SYMBOLS = tuple(f"BOOK{number}" for number in range(16))
_BALANCE = "1000000000000"
_CANCEL = 3
_BODY = "x" * 100


def measure(store: "Store", engine: str, folder: Path, *, rounds: int, seconds: float) -> list[bool]:
    """Measure one engine and print the ratios; give which goals were met."""
    url = store.fresh("orders")
    servers.migrate(url, folder)
    met = []
    try:
        with servers.steward(url, folder) as server, Load() as load:
            people = _people(server, load)
            for symbols in (_SYMBOLS[:1], _SYMBOLS):
                requests = [_orders(person, number, symbols) for number, person in enumerate(people)]
                whole, alone = [], []
                for _ in range(rounds):
                    alone.append(_yardstick(url, seconds))
                    whole.append(
                        load.timed(server.port, server.pid, requests, warm_seconds=0.5, seconds=seconds)
                    )
                met += _row(engine, symbols, whole, alone)
                met += _calm(load, server, requests, whole, seconds=rounds * seconds)
    finally:
        store.drop(url)
    return met


def _row(engine: str, symbols: tuple[str, ...], whole: list[Measured], alone: list[float]) -> list[bool]:
    ratios = [one.rate / bare for one, bare in zip(whole, alone, strict=True)]
    ratio, goal = median(ratios), GOALS[engine]
    judged = len(symbols) == 1
    verdict = "" if not judged else "met" if ratio >= goal else "NOT MET"
    print(
        f"{engine}: {CLIENTS} clients on {len(symbols)} symbols: {median(one.rate for one in whole):.0f} "
        f"durable orders/s, p50 {median(one.p50 for one in whole):.1f} ms, p99 "
        f"{median(one.p99 for one in whole):.1f} ms, {median(one.cpu for one in whole):.0f} us of CPU each; "
        f"single inserts {median(alone):.0f}/s; ratio {ratio:.2f} (goal {goal} on one) {verdict}",
        flush=True,
    )
    return [ratio >= goal] if judged else []


def _calm(
    load: Load, server: Server, requests: list[list[bytes]], whole: list[Measured], *, seconds: float
) -> list[bool]:
    """Measure at half of the peak: everybody rests between two orders for as long as one took."""
    peak = median(one.rate for one in whole)
    pause = 2 * CLIENTS / peak - median(one.p50 for one in whole) / 2000
    calm = load.timed(
        server.port, server.pid, requests, warm_seconds=0.5, seconds=seconds, pause_seconds=pause
    )
    good = calm.p99 < P99_GOAL_MS
    print(
        f"  at {calm.rate / peak:.0%} of that: p50 {calm.p50:.1f} ms, p99 {calm.p99:.1f} ms "
        f"(goal {P99_GOAL_MS:.0f} ms) {'met' if good else 'NOT MET'}",
        flush=True,
    )
    return [good]


def _people(server: Server, load: Load) -> list[Person]:
    people = [seed.registered(server, number) for number in range(CLIENTS)]
    load.once(server.port, [[one.request("POST", "/portfolios", '{"name":"Desk"}')] for one in people])
    # Whoever registered first is the administrator.
    listing = '{"currency":"USD"}'
    listed = [people[0].request("PUT", f"/exchange/listings/book/{one}", listing) for one in _SYMBOLS]
    load.once(server.port, [listed])
    people = [replace(one, open_id=seed.portfolio_ids(server, one)[0]) for one in people]
    account = f'{{"kind":"margin","starting_balance":{_BALANCE}}}'
    opened = [[one.request("PUT", f"/portfolios/{one.open_id}/account", account)] for one in people]
    load.once(server.port, opened)
    return people


def _orders(person: Person, number: int, symbols: tuple[str, ...]) -> list[bytes]:
    """Three limit orders near the touch, the last of them cancelled, and a market order, over and over."""
    chance = random.Random(number)
    side, away = ("buy", -1) if number % 2 else ("sell", 1)
    found = []
    for place in range(_EACH):
        if place % 5 == _CANCEL:
            found.append(person.request("DELETE", "/orders/{last id}"))
            continue
        body: dict[str, object] = {
            "security": chance.choice(symbols),
            "qty": chance.randint(1, 10),
            "side": side,
            "venue": "book",
            "portfolio_id": person.open_id,
        }
        if place % 5 < _CANCEL:
            price = 200 + away * chance.randint(1, 20) / 100
            body |= {"type": "limit", "limit_price": f"{price:.2f}", "time_in_force": "gtc"}
        else:
            body["time_in_force"] = "ioc"
        found.append(person.request("POST", "/orders", json.dumps(body)))
    return found


def _yardstick(url: str, seconds: float) -> float:
    """Give the rows a second that one connection of the engine's driver inserts and commits one by one."""
    if url.startswith("sqlite"):
        return _of_sqlite(Path(url.removeprefix("sqlite:///")).with_name("yardstick.db"), seconds)
    return asyncio.run(_of_postgresql(url, seconds))


def _of_sqlite(path: Path, seconds: float) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS yardstick (id INTEGER PRIMARY KEY, body TEXT)")
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            connection.execute("INSERT INTO yardstick (body) VALUES (?)", (_BODY,))
            count += 1
        return count / (time.perf_counter() - began)


async def _of_postgresql(url: str, seconds: float) -> float:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS yardstick (id BIGSERIAL PRIMARY KEY, body TEXT)")
        insert = await connection.prepare("INSERT INTO yardstick (body) VALUES ($1)")
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            await insert.fetch(_BODY)
            count += 1
        return count / (time.perf_counter() - began)
    finally:
        await connection.close()


def main(arguments: list[str]) -> None:
    """Measure both engines, or the one that is named."""
    parser = argparse.ArgumentParser(prog="python -m bench orders", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), help="this one alone")
    chosen = parser.parse_args(arguments)
    rounds, seconds = (2, 1.0) if chosen.quick else (5, 2.0)
    from bench.__main__ import stores  # noqa: PLC0415 - which asks for this module itself

    met: list[bool] = []
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        for engine in (chosen.engine,) if chosen.engine else ("postgresql", "sqlite"):
            place = Path(folder) / engine
            place.mkdir()
            with stores(place, engine) as store:
                met += measure(store, engine, place, rounds=rounds, seconds=seconds)
    print(f"{sum(met)} of {len(met)} goals met")
