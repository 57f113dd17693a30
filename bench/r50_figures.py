"""Measure R50, and print each figure with the floor, the peers' loop and the goal: `python -m bench r50`."""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench import r50_floor, servers
from bench.figures import Figures
from bench.operations import Person
from bench.r50 import Reference, reference
from bench.seed import registered
from steward.domain.board import Board
from steward.domain.history import told
from steward.domain.records import Teller
from steward.domain.returns import time_weighted
from steward.domain.scopes import Crossing, Scope
from steward.domain.story import Method
from steward.domain.walk import Walk, walked

if TYPE_CHECKING:
    from bench.__main__ import Store

COUNT = 50_000
_REBUILD_SECONDS, _APPEND_MS, _VALUATION_MS, _HISTORY_MS, _LIVE_MS = 10.0, 100.0, 20.0, 200.0, 50.0
_FLOORS, _MEBIBYTES = 5.0, 512.0
# Ten times the transactions may take this many times the seconds.
_GROWTH = 12.0


def main(arguments: list[str]) -> None:
    """Measure in this process, then on a server."""
    from bench.__main__ import stores  # noqa: PLC0415 - that module calls this one

    parser = argparse.ArgumentParser(prog="python -m bench r50", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and growth to 50,000 alone")
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), help="this one alone")
    chosen = parser.parse_args(arguments)
    figures, rounds = Figures(), 20 if chosen.quick else 100
    print(f"R50: {COUNT:,} transactions, 300 instruments, 6 currencies, 20 years, 12 portfolios")
    counts = (5_000,) if chosen.quick else (5_000, 500_000)
    seconds = [_computed(figures, COUNT), *(_growth(count) for count in counts)]
    figures.row("fold and value, 50,000 for 5,000 transactions", seconds[0] / seconds[1], "x", _GROWTH)
    if not chosen.quick:
        figures.row("fold and value, 500,000 for 50,000", seconds[2] / seconds[0], "x", _GROWTH)
    for engine in (chosen.engine,) if chosen.engine else ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="steward-r50-") as name, stores(Path(name), engine) as store:
            print(f"\n{engine}", flush=True)
            _served(figures, store, Path(name), rounds)
    busy = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"\n{sum(figures.met)} of {len(figures.met)} goals of R50 met, {busy}")


def _walk(made: Reference) -> tuple[Walk, float]:
    """Fold all portfolios together; give the CPU seconds too."""
    story, method = made.story(), Method()
    began = time.process_time()
    teller = Teller(story.market, "EUR", method.fx, made.last, valued=True)
    walk = walked(story, teller, method, Crossing(Scope()), last=made.last)
    return walk, time.process_time() - began


def _computed(figures: Figures, count: int) -> float:
    made = reference(count)
    walk, folding = _walk(made)
    market = made.market()
    given, board = r50_floor.arrays(made, walk), Board(market, made.first, made.last)
    began = time.process_time()
    told(walk, board, "EUR")
    first = time.process_time() - began

    def ours() -> None:
        found = told(walk, board, "EUR")
        flows = ([one or 0 for one in column] for column in (found.money_in, found.money_out))
        time_weighted(found.days, found.values, *flows)

    floor, mine = _cpu(lambda: r50_floor.floor(given)), _cpu(ours)
    every = 100
    began = time.process_time()
    r50_floor.peers(made, walk, every)
    peers = (time.process_time() - began) * every
    beside = f"floor {floor * 1e3:.1f} ms, ours {mine * 1e3:.1f} ms exact, a loop in Decimal {peers:.0f} s"
    figures.row(
        "daily values and return of all portfolios, in memory", mine / floor, "x floor", _FLOORS, beside
    )
    print(
        f"  beside it: prices and rates laid out once {first * 1e3:.0f} ms, the lots folded {folding:.2f} s"
    )
    return folding + mine


def _growth(count: int) -> float:
    made = reference(count)
    walk, seconds = _walk(made)
    board = Board(made.market(), made.first, made.last)
    told(walk, board, "EUR")
    seconds += _cpu(lambda: told(walk, board, "EUR"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {count:>7,} transactions: folded and valued in {seconds:.2f} s, peak so far {peak:.0f} MiB")
    return seconds


def _cpu(work: Callable[[], object], times: int = 9) -> float:
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return median(found)


def filled(store: "Store", folder: Path) -> tuple[str, Person, list[int]]:
    """Make a database with R50 in it; give its address, whose it is, and the portfolios."""
    url = store.fresh("r50")
    servers.migrate(url, folder)
    with servers.steward(url, folder) as server:
        person = registered(server, 0)
    loaded = subprocess.run(
        [sys.executable, "-m", "bench.r50_load", url, str(COUNT)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return url, person, [int(one) for one in loaded.stdout.split()]


def _served(figures: Figures, store: "Store", folder: Path, rounds: int) -> None:
    url, person, ids = filled(store, folder)
    with servers.steward(url, folder) as server:
        lives, stop = list[float](), threading.Event()
        watching = threading.Thread(target=_watch, args=(server.port, lives, stop))
        watching.start()
        began = time.monotonic()
        used = servers.command(url, folder, "rebuild")
        beside = f"CPU {used.cpu_seconds:.1f} s, peak {used.peak_bytes / 2**20:.0f} MiB"
        took = time.monotonic() - began
        figures.row("cold rebuild of everything", took, "s", _REBUILD_SECONDS, beside)
        figures.row("its resident memory at most", used.peak_bytes / 2**20, "MiB", _MEBIBYTES)
        # What the server itself computes: everything together, which nobody has asked for yet.
        _timed(server.port, [person.request("GET", "/history?interval=year")])
        stop.set()
        watching.join()
        figures.row(f"/livez p99 of {len(lives)} while both run", quantiles(lives, n=100)[-1], "ms", _LIVE_MS)
        _writes(figures, server.port, person, ids, rounds)
        _reads(figures, server.port, person, ids, rounds)
        figures.row("resident memory of the worker", server.resident_bytes / 2**20, "MiB", _MEBIBYTES)
    servers.command(url, folder, "check")
    print("  steward check: no findings", flush=True)
    store.drop(url)


def _writes(figures: Figures, port: int, person: Person, ids: list[int], rounds: int) -> None:
    today = datetime.now(UTC).date()
    body = f'{{"kind":"buy","trade_date":"{today}","symbol":"R001","quantity":1,"price":2,"currency":"EUR"}}'
    posts = [person.request("POST", f"/portfolios/{one}/transactions", body) for one in ids]
    reads = [person.request("GET", f"/portfolios/{one}/valuation") for one in ids]
    appended, valued = [], []
    for number in range(rounds):
        appended += _timed(port, [posts[number % len(ids)]], status=b"201")
        valued += _timed(port, [reads[number % len(ids)]])
    figures.row("append of one transaction with its positions, p95", _p95(appended), "ms", _APPEND_MS)
    figures.row("valuation now, right after an append, p95", _p95(valued), "ms", _VALUATION_MS)


def _reads(figures: Figures, port: int, person: Person, ids: list[int], rounds: int) -> None:
    reads = [person.request("GET", f"/portfolios/{one}/history") for one in ids[:3]]
    cold = _timed(port, reads)
    # Each begins on another day: to the same question the server gives the answer that it kept.
    asked = [
        person.request("GET", f"/portfolios/{ids[number % 3]}/history?from={_first_day(number)}")
        for number in range(max(rounds // 2, 10))
    ]
    found = _timed(port, asked)
    again = _timed(port, asked[-1:] * 10)
    beside = f"median {median(found):.0f} ms; the same question again {median(again):.1f} ms; "
    beside += f"the first after an append {max(cold):.0f} ms"
    figures.row("20 years of days with return, p95 from kept years", _p95(found), "ms", _HISTORY_MS, beside)


def _first_day(number: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=20 * 365 - number)


def _timed(port: int, requests: list[bytes], status: bytes = b"200") -> list[float]:
    found = []
    for request in requests:
        began = time.perf_counter()
        answer = servers.exchange(port, request)
        found.append((time.perf_counter() - began) * 1e3)
        if not answer.startswith(b"HTTP/1.1 " + status):
            raise RuntimeError(answer[:2000].decode("latin-1"))
    return found


def _watch(port: int, lives: list[float], stop: threading.Event) -> None:
    while not stop.is_set():
        lives += _timed(port, [b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"])
        time.sleep(0.01)


def _p95(found: list[float]) -> float:
    return quantiles(found, n=20)[-1]
