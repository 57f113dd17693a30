"""Kills: workers end by kill -9 under load; no acknowledged write is lost, none is doubled.

The load retries whatever was not answered, with the same Idempotency-Key. In between the parent is
killed alone, and the whole server at once; both are then started again.
"""

import asyncio
import os
import random
import signal
import statistics
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from tests.long.wire import WORKERS, Line, Reply, Unanswered, Violation, engines, options, registered, serving
from tests.servers import START_SECONDS, STOP_SECONDS, Server

WRITERS = 8
BACK_SECONDS = 5
RETRY_SECONDS = 0.02
# In turn; the whole server at once is what a power cut does to its processes.
VICTIMS = ("a worker", "a worker", "a worker", "the parent", "a worker", "a worker", "a worker", "the server")
# A new worker would have nothing to do if every connection stayed where it is.
RECONNECT = 0.05


@dataclass
class Writer:
    """Somebody who declares assets, places orders and executes them, and remembers every answer."""

    line: Line
    dice: random.Random
    portfolio: int = 0
    assets: dict[int, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    longest: float = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, over: asyncio.Event) -> None:
        """Write until told to stop; what was begun is brought to its answer. Raises Violation."""
        self.line.token = await registered(self.line)
        self.portfolio = (await self._done("/api/v1/portfolios", {"name": "Kills"}, 201))["id"]
        while not over.is_set():
            number = len(self.assets) + 1
            body = {"symbol": f"K{number % 50}", "quantity": number}
            asset = await self._done(f"/api/v1/portfolios/{self.portfolio}/assets", body, 201)
            self.assets[asset["id"]] = number
            new = {"security": "BTC", "qty": number + 1, "portfolio_id": self.portfolio}
            order = await self._done("/api/v1/orders", new, 201)
            for fills in range(1, self.dice.randint(1, 3)):
                fill = {"executed_qty": number if fills == 1 else 1}
                order = await self._done(f"/api/v1/orders/{order['id']}/execute", fill, 200)
            self.orders[order["id"]] = order["executed_qty"]

    async def _done(self, path: str, body: object, status: int) -> Any:
        return (await self._answered("POST", path, body)).expect(status)

    async def _answered(self, method: str, path: str, body: object = None) -> Reply:
        headers = {"idempotency-key": uuid.uuid4().hex}
        began = time.monotonic()
        if self.dice.random() < RECONNECT:
            await self.line.close()
        while True:
            try:
                reply = await self.line.ask(method, path, body, headers)
                if reply.status != 503:
                    break
                self.counts["answers 503"] += 1
            except Unanswered:
                self.counts["requests unanswered"] += 1
            await asyncio.sleep(RETRY_SECONDS)
        self.answered.set()
        self.longest = max(self.longest, time.monotonic() - began)
        self.counts["writes"] += 1
        self.counts["found done on retry"] += "idempotency-replayed" in reply.headers
        return reply

    async def check(self) -> None:
        """Compare what the server holds with what it acknowledged. Raises Violation."""
        path = f"/api/v1/portfolios/{self.portfolio}/assets?items_per_page=100&page="
        found = [await self._get(f"{path}{page + 1}") for page in range(-(-len(self.assets) // 100) or 1)]
        assets = [(one["id"], one["quantity"]) for page in found for one in page["items"]]
        _same("assets", assets, self.assets.items())
        _same("number of assets", [found[0]["pagination_response"]["total_items"]], [len(self.assets)])
        orders: list[Any] = []
        path = "/api/v1/orders?limit=1000"
        while path:
            reply = await self.line.ask("GET", path)
            orders += reply.expect(200)
            path = reply.headers.get("link", "").partition(">")[0].removeprefix("<")
        _same("orders", [(one["id"], one["executed_qty"]) for one in orders], self.orders.items())
        for order_id in self.dice.sample(sorted(self.orders), min(20, len(self.orders))):
            fills = await self._get(f"/api/v1/orders/{order_id}/executions")
            _same("fills", [sum(fill["qty"] for fill in fills)], [self.orders[order_id]])
        summary = await self._get("/api/v1/portfolio")
        _same(
            "summary",
            [one["qty"] for one in summary],
            [executed] if (executed := sum(self.orders.values())) else [],
        )

    async def _get(self, path: str) -> Any:
        return (await self.line.ask("GET", path)).expect(200)


def _same(what: str, found: Iterable[Any], acknowledged: Iterable[Any]) -> None:
    kept, due = Counter(found), Counter(acknowledged)
    if kept != due:
        raise Violation(f"{what}: lost {list(due - kept)[:5]}, doubled or invented {list(kept - due)[:5]}")


def workers(server: Server) -> list[int]:
    """Give the ids of the workers that live; the parent has other children too."""
    return [pid for pid in server.processes()[1:] if _is_worker(pid)]


def _is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


@dataclass
class Siege:
    """A server under load and under attack; `seconds` keeps how long each recovery took.

    What took more than `back` seconds is `late`.
    """

    server: Server
    dice: random.Random
    back: float
    writers: Sequence[Writer]
    over: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    late: list[str] = field(default_factory=list)

    async def run(self, kills: int) -> None:
        """Kill that often under load, then compare everything. Raises Violation."""
        self.writing = [asyncio.create_task(writer.write(self.over)) for writer in self.writers]
        try:
            await self._within(START_SECONDS, time.monotonic(), self._all_answered())
            for number in range(kills):
                await asyncio.sleep(self.dice.uniform(0.05, 0.3))
                await self._kill(VICTIMS[number % len(VICTIMS)])
                if (number + 1) % 10 == 0:
                    print(f"  {number + 1} of {kills} kills", flush=True)
            self.over.set()
            await asyncio.gather(*self.writing)
            for writer in self.writers:
                await writer.check()
        finally:
            for task in self.writing:
                task.cancel()
            await asyncio.gather(*self.writing, return_exceptions=True)
            for writer in self.writers:
                await writer.line.close()

    async def _kill(self, victim: str) -> None:
        """Kill, and note the seconds until every writer goes on and until both workers answer."""
        began = time.monotonic()
        if victim == "the server":
            self.server.kill()
        elif victim == "the parent":
            await self._kill_parent(began)
        else:
            os.kill(self.dice.choice(workers(self.server)), signal.SIGKILL)
        for writer in self.writers:
            writer.answered.clear()
        if victim != "a worker":
            began = time.monotonic()
            await asyncio.to_thread(self.server.start)
        took = await self._within(START_SECONDS, began, self._all_answered())
        self.seconds[f"all writers answered after the end of {victim}"].append(took)
        if took > self.back:
            self.late.append(f"{took:.1f} s after the end of {victim}")
        took = await self._within(START_SECONDS, began, self._all_workers_answer())
        self.seconds[f"both workers answer after the end of {victim}"].append(took)

    async def _kill_parent(self, began: float) -> None:
        """Kill the parent alone: its workers must finish what they do and let the port go."""
        orphans = workers(self.server)
        os.kill(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()
        took = await self._within(STOP_SECONDS, began, _ended(orphans))
        self.seconds["workers end after their parent"].append(took)

    async def _all_answered(self) -> None:
        await asyncio.gather(*(writer.answered.wait() for writer in self.writers))

    async def _all_workers_answer(self) -> None:
        answering: set[str] = set()
        while len(answering) < WORKERS:
            for line in [Line(self.server.port) for _ in range(4)]:
                try:
                    answering.add((await line.ask("GET", "/livez")).worker)
                except Unanswered:
                    await asyncio.sleep(RETRY_SECONDS)
                await line.close()

    async def _within(self, limit: float, began: float, coming: Awaitable[None]) -> float:
        try:
            async with asyncio.timeout(limit - (time.monotonic() - began)):
                await coming
        except TimeoutError as error:
            for task in self.writing:
                if task.done():
                    task.result()  # a writer met a violation: that is the story
            raise Violation(f"not back within {limit} s:\n{self.server.log[-2000:]}") from error
        return time.monotonic() - began


async def _ended(pids: list[int]) -> None:
    while any(map(_is_worker, pids)):  # noqa: ASYNC110 - no event tells of the end of another's child
        await asyncio.sleep(RETRY_SECONDS)


async def killing(server: Server, *, kills: int, seed: int, back: float = BACK_SECONDS) -> dict[str, Any]:
    """Kill that often under load, compare, and give figures. Raises Violation.

    The service must be back within `back` seconds of a worker's end, or of the server's new start.
    """
    writers = [Writer(Line(server.port), random.Random(f"{seed} {index}")) for index in range(WRITERS)]
    return await besieged(server, writers, kills=kills, seed=seed, back=back)


async def besieged(
    server: Server, writers: Sequence[Writer], *, kills: int, seed: int, back: float
) -> dict[str, Any]:
    """Let these write while workers are killed, as `killing` says."""
    siege = Siege(server, random.Random(seed), back, writers)
    await siege.run(kills)
    checked = await asyncio.to_thread(server.steward, "check")
    if checked.returncode:
        raise Violation(f"steward check: {checked.stdout}{checked.stderr}")
    counts: Counter[str] = sum((writer.counts for writer in writers), Counter())
    longest = max(writer.longest for writer in writers)
    figures = {"kills": kills, **counts, **_told(siege.seconds, longest)}
    if siege.late:
        raise Violation(f"nothing lost, nothing doubled, but back too late: {siege.late}; {figures}")
    return figures


def _told(seconds: dict[str, list[float]], longest: float) -> dict[str, str]:
    told = {
        name: f"in {statistics.median(found):.2f} s (longest {max(found):.2f})"
        for name, found in seconds.items()
    }
    return {**told, "longest wait for an answer": f"{longest:.2f} s"}


def main(arguments: list[str]) -> int:
    """Kill on each engine and print the figures."""
    parser = options(
        __doc__,
        kills=(100, "kills on each engine"),
        back=(BACK_SECONDS, "seconds within which the service must be back; a busy machine needs more"),
    )
    chosen = parser.parse_args(arguments)
    for engine in engines(chosen.engine):
        with serving(engine) as server:
            figures = uvloop.run(killing(server, kills=chosen.kills, seed=chosen.seed, back=chosen.back))
        told = ", ".join(f"{name} {figure}" for name, figure in figures.items())
        print(f"kills, {engine}: {told}; nothing lost, nothing doubled, steward check clean", flush=True)
    return 0
