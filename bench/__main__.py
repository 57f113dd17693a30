"""Measure, and print ratios: `make bench`, or `python -m bench PAGE --quick` for one of PAGES or none."""

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench import book, browser, orders_flow, r50_figures, seed, servers, streams
from bench.compare import same_bytes
from bench.crowd import add_crowd
from bench.load import Load, Measured
from bench.operations import OPERATIONS, Operation, Person
from bench.servers import Server
from tests.postgres import _run, drop_database, fresh_database, postgres_server

CONCURRENCY = 32
USERS = 100
CROWD = 100_000
QUICK_CROWD = 10_000
STARTS = 3
MEMORY_GOAL_MB = 120
START_GOAL_SECONDS = 1.5
# What one measurement of the same thing differs from the next by, on a busy machine.
CROWD_GOAL = 1.1
_HEAD = "{:<37}{:>9}{:>8}{:>8}{:>8}   {:>9}{:>8}{:>8}{:>8}   {:>6}{:>6}  {}"
_ROW = "{:<37}{:>9.0f}{:>8.2f}{:>8.2f}{:>8.0f}   {:>9.0f}{:>8.2f}{:>8.2f}{:>8.0f}   {:>6.2f}{:>6.1f}  {}"


@dataclass
class Bench:
    """How many users the crowded database has, the rounds and their length, and which goals were met."""

    load: Load
    crowd: int
    rounds: int
    seconds: float
    warm_seconds: float
    met: list[bool] = field(default_factory=list)

    def verdict(self, *, good: bool) -> str:
        """Count a goal and say whether it is met."""
        self.met.append(good)
        return "met" if good else "NOT MET"

    def both(self, requests: list[list[bytes]], one: Server, other: Server) -> tuple[Measured, Measured]:
        """Measure two servers in turn, A, B, A, B, and give the medians of each."""
        found: tuple[list[Measured], list[Measured]] = ([], [])
        for _ in range(self.rounds):
            for server, rounds in zip((one, other), found, strict=True):
                rounds.append(
                    self.load.timed(
                        server.port,
                        server.pid,
                        requests,
                        warm_seconds=self.warm_seconds,
                        seconds=self.seconds,
                    )
                )
        first, second = (Measured(*map(median, zip(*rounds, strict=True))) for rounds in found)
        return first, second

    def row(self, operation: Operation, people: list[Person], server: Server, floor: Server) -> None:
        """Measure and print one operation."""
        measured, bare = self.both([operation.requests(person) for person in people], server, floor)
        ratio = measured.cpu / bare.cpu
        verdict = self.verdict(good=ratio <= operation.goal)
        print(_ROW.format(operation.name, *measured, *bare, ratio, operation.goal, verdict), flush=True)


PAGES = {"book": book, "browser": browser, "orders": orders_flow, "r50": r50_figures, "streams": streams}


@dataclass(frozen=True)
class Store:
    """Where databases of one engine are made, copied and removed."""

    folder: Path
    admin_url: str | None

    def fresh(self, name: str) -> str:
        """Make an empty database and give its address."""
        if self.admin_url is not None:
            return fresh_database(self.admin_url)
        (self.folder / name).mkdir()
        return f"sqlite:///{self.folder / name / 'steward.db'}"

    def copy(self, url: str, name: str) -> str:
        """Copy a database that nobody uses now."""
        copied = self.fresh(name)
        if self.admin_url is None:
            shutil.copyfile(url.removeprefix("sqlite:///"), copied.removeprefix("sqlite:///"))
            return copied
        source, target = (urlsplit(one).path[1:] for one in (url, copied))
        _run(self.admin_url, f"DROP DATABASE {target}")
        _run(self.admin_url, f"CREATE DATABASE {target} TEMPLATE {source}")
        return copied

    def drop(self, url: str) -> None:
        """Remove a database; SQLite's files go with the folder."""
        if self.admin_url is not None:
            drop_database(url)


@contextmanager
def stores(folder: Path, engine: str) -> Iterator[Store]:
    """Give the place for databases of an engine."""
    if engine == "sqlite":
        yield Store(folder, None)
        return
    with postgres_server() as admin_url:
        yield Store(folder, admin_url)


def measure(bench: Bench, engine: str, folder: Path) -> None:
    """Measure everything on one engine."""
    with stores(folder, engine) as store, ExitStack() as running:
        began = time.monotonic()
        url, people = _seeded(bench, store, folder)
        twin, big = store.copy(url, "twin"), store.copy(url, "big")
        for one in (url, twin, big):
            running.callback(store.drop, one)
        add_crowd(big, bench.crowd - USERS)
        print(f"\n{engine}: seeded in {time.monotonic() - began:.0f} s", flush=True)
        starts = [_started(url, folder) for _ in range(STARTS)]
        server = running.enter_context(servers.steward(url, folder))
        floor = running.enter_context(servers.floor(twin, folder))
        _head()
        for writes in (False, True):
            chosen = [one for one in OPERATIONS if one.writes is writes and not one.moving]
            # All before any is measured: until then both databases have given out the same ids.
            for operation in chosen:
                same_bytes(operation, people[0], server, floor)
            for operation in chosen:
                bench.row(operation, people, server, floor)
            if not writes:
                _moving(bench, people, (url, twin, big), folder)
        _footprint(bench, server, starts)


def _started(url: str, folder: Path) -> tuple[float, float]:
    """Give the seconds, and the CPU seconds, from the start of the process to its first answer."""
    with servers.steward(url, folder) as server:
        return server.start_seconds, server.start_cpu_seconds


def _footprint(bench: Bench, server: Server, starts: list[tuple[float, float]]) -> None:
    memory = server.resident_bytes / 1e6
    verdict = bench.verdict(good=memory <= MEMORY_GOAL_MB)
    print(f"resident memory of the worker after the run: {memory:.0f} MB, goal {MEMORY_GOAL_MB}: {verdict}")
    wall, cpu = (median(each) for each in zip(*starts, strict=True))
    verdict = bench.verdict(good=wall < START_GOAL_SECONDS)
    print(
        f"process start to the first /livez: {wall:.2f} s, of which CPU {cpu:.2f}, "
        f"goal {START_GOAL_SECONDS}: {verdict}",
        flush=True,
    )


def _seeded(bench: Bench, store: Store, folder: Path) -> tuple[str, list[Person]]:
    url = store.fresh("steward")
    servers.migrate(url, folder)
    with servers.steward(url, folder) as server:
        people = seed.people(server, bench.load, CONCURRENCY)
    add_crowd(url, USERS - CONCURRENCY)
    return url, people


def _moving(bench: Bench, people: list[Person], urls: tuple[str, str, str], folder: Path) -> None:
    """Measure reads that nothing kept can answer beside their floor, and reads among many more users."""
    url, twin, big = urls
    with servers.steward(url, folder, moving=True) as server:
        with servers.floor(twin, folder, moving=True) as floor:
            for operation in OPERATIONS:
                if operation.moving:
                    same_bytes(operation, people[0], server, floor)
                    bench.row(operation, people, server, floor)
        with servers.steward(big, folder, moving=True) as other:
            for operation in OPERATIONS:
                if operation.crowded:
                    _crowded(bench, operation, people, server, other)


def _crowded(bench: Bench, operation: Operation, people: list[Person], server: Server, other: Server) -> None:
    few, many = bench.both([operation.requests(person) for person in people], server, other)
    ratio = many.cpu / few.cpu
    verdict = bench.verdict(good=ratio <= CROWD_GOAL)
    print(
        f"{operation.name}, {bench.crowd:,} users for {USERS}: CPU {many.cpu:.0f} µs for {few.cpu:.0f}, "
        f"p50 {many.p50:.2f} ms for {few.p50:.2f}; ratio {ratio:.2f}, goal {CROWD_GOAL}: {verdict}",
        flush=True,
    )


def _head() -> None:
    columns = ("r/s", "p50 ms", "p99 ms", "CPU µs")
    print(_HEAD.format("", "server", "", "", "", "floor", "", "", "", "", "", "").rstrip())
    print(_HEAD.format("", *columns, *columns, "ratio", "goal", "").rstrip(), flush=True)


def main() -> None:
    """Measure both engines and say how many goals are met; some have pages of their own."""
    named = PAGES.get(" ".join(sys.argv[1:2]))
    if named is not None:
        named.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="about a minute, with more noise and a smaller crowd"
    )
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), help="this one alone")
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder, Load() as load:
        bench = (
            Bench(load, crowd=QUICK_CROWD, rounds=2, seconds=0.35, warm_seconds=0.1)
            if chosen.quick
            else Bench(load, crowd=CROWD, rounds=5, seconds=0.6, warm_seconds=0.15)
        )
        for engine in (chosen.engine,) if chosen.engine else ("postgresql", "sqlite"):
            place = Path(folder) / engine
            place.mkdir()
            measure(bench, engine, place)
    print(
        f"\n{sum(bench.met)} of {len(bench.met)} goals met; SQLite {sqlite3.sqlite_version}, "
        f"{time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
