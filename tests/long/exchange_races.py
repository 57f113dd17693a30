"""Races on the exchange: 16 people trade on few symbols over two workers, which end by kill -9 in between.

Every acknowledged order is there once, with what was acknowledged of it; cash and units are conserved over
all accounts; `steward check` is clean. Then the worker that last held a desk is killed in the middle of its
batches, and another one must go on with that desk within 5 seconds.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import uvloop

from tests.long.kills import BACK_SECONDS, Writer, _same, besieged, workers
from tests.long.wire import Line, Unanswered, Violation, engines, lines, options, registered, serving
from tests.servers import Server

TRADERS = 16
SYMBOLS = ("NVDA", "AAPL", "MSFT")
UNITS = 1000
BALANCE = 1_000_000
TAKEOVER_SECONDS = 5
_FINAL = ("executed", "cancelled", "expired", "rejected")


@dataclass
class Trader(Writer):
    """Somebody who places, replaces and cancels, and remembers each order as it was last acknowledged."""

    seen: dict[str, Any] = field(default_factory=dict)
    account: Any = None

    async def write(self, over: asyncio.Event) -> None:
        """Trade until told to stop."""
        self.line.token = await registered(self.line)
        self.portfolio = await opened(self)
        while not over.is_set():
            open_orders = [id_ for id_, one in self.seen.items() if one["status"] not in _FINAL]
            move = self.dice.random()
            if not open_orders or move < 0.7:
                await self._place()
            else:
                await (self._cancel if move < 0.85 else self._replace)(self.dice.choice(open_orders))

    async def done(self, path: str, body: object, status: int = 201) -> Any:
        """POST what must succeed."""
        return await self._done(path, body, status)

    def _price(self) -> Decimal:
        return Decimal(self.dice.randint(194, 206)) / 2

    async def _place(self) -> None:
        body = {
            "venue": "book",
            "portfolio_id": self.portfolio,
            "security": self.dice.choice(SYMBOLS),
            "side": self.dice.choice(("buy", "sell")),
            "qty": self.dice.randint(1, 5),
            "type": "limit",
            "limit_price": self._price(),
            "time_in_force": self.dice.choices(("gtc", "ioc"), (9, 1))[0],
        }
        reply = await self._answered("POST", "/api/v1/orders", body)
        if reply.status == 201:
            self._keep(reply.json)
        else:
            self._refused(reply.code, {"insufficient-buying-power", "insufficient-position"})

    async def _cancel(self, order_id: str) -> None:
        reply = await self._answered("DELETE", f"/api/v1/orders/{order_id}")
        if reply.status == 200:
            self._keep(reply.json)
        else:
            self._refused(reply.code, {"order-not-open"})
            self._keep(await self.line_again(f"/api/v1/orders/{order_id}"))

    async def _replace(self, order_id: str) -> None:
        body = {"limit_price": self._price()}
        reply = await self._answered("POST", f"/api/v1/orders/{order_id}/replace", body)
        if reply.status == 201:
            new = reply.json
            if new["terms"]["replaces_id"] != order_id:
                raise Violation(f"{new} does not replace {order_id}")
            self._keep(new)
        else:
            known = {"order-not-open", "insufficient-buying-power", "insufficient-position"}
            self._refused(reply.code, known)
        self._keep(await self.line_again(f"/api/v1/orders/{order_id}"))

    async def line_again(self, path: str) -> Any:
        """Read, however often the answer does not come."""
        while True:
            try:
                reply = await self.line.ask("GET", path)
            except Unanswered:
                await asyncio.sleep(0.02)
                continue
            if reply.status != 503:
                return reply.expect(200)

    def _keep(self, order: Any) -> None:
        before = self.seen.get(order["id"], order)
        if (before["status"] in _FINAL and before != order) or order["executed_qty"] < before["executed_qty"]:
            raise Violation(f"an order went back, from {before} to {order}")
        self.seen[order["id"]] = order
        self.counts["orders acknowledged"] += 1

    def _refused(self, code: str, known: set[str]) -> None:
        if code not in known:
            raise Violation(f"{code} was not to be expected")
        self.counts[f"refused {code}"] += 1

    async def check(self) -> None:
        """Compare every order with what was acknowledged of it, and its fills. Raises Violation."""
        orders: list[Any] = []
        path = "/api/v1/orders?limit=1000"
        while path:
            reply = await self.line.ask("GET", path)
            orders += reply.expect(200)
            path = reply.headers.get("link", "").partition(">")[0].removeprefix("<")
        _same("orders", [one["id"] for one in orders], list(self.seen))
        for order in orders:
            self._keep(order)
        for order_id in self.dice.sample(sorted(self.seen), min(20, len(self.seen))):
            fills = (await self.line.ask("GET", f"/api/v1/orders/{order_id}/executions")).expect(200)
            _same("fills", [sum(one["qty"] for one in fills)], [self.seen[order_id]["executed_qty"]])
        path = f"/api/v1/portfolios/{self.portfolio}/account"
        self.account = (await self.line.ask("GET", path)).expect(200)


async def opened(trader: Trader) -> int:
    """Open an account with units of each symbol."""
    portfolio: int = (await trader.done("/api/v1/portfolios", {"name": "Races"}))["id"]
    for symbol in SYMBOLS:
        body = {"symbol": symbol, "quantity": UNITS}
        await trader.done(f"/api/v1/portfolios/{portfolio}/assets", body)
    path = f"/api/v1/portfolios/{portfolio}/account"
    (await trader._answered("PUT", path, {"starting_balance": BALANCE})).expect(201)
    return portfolio


def conserved(traders: Sequence[Trader]) -> None:
    """Check that no cash and no unit came or went, and that purchases are sales. Raises Violation."""
    units: Counter[str] = Counter()
    for trader in traders:
        units.update({one["symbol"]: one["qty"] for one in trader.account["holdings"]})
    cash = sum(trader.account["cash"] for trader in traders)
    due = BALANCE * len(traders)
    if cash != due or set(units.values()) != {UNITS * len(traders)}:
        raise Violation(f"cash {cash} where {due} was due, units {units}")
    sides: Counter[str] = Counter()
    for order in (one for trader in traders for one in trader.seen.values()):
        sides[order["side"]] += order["executed_qty"]
    if sides["buy"] != sides["sell"] or not sides["buy"]:
        raise Violation(f"purchases and sales differ: {sides}")


async def trading(server: Server, *, kills: int, seed: int, back: float) -> dict[str, Any]:
    """Trade while workers are killed, and compare everything. Raises Violation."""
    traders = [Trader(Line(server.port), random.Random(f"{seed} {index}")) for index in range(TRADERS)]
    figures = await besieged(server, traders, kills=kills, seed=seed, back=back)
    conserved(traders)
    return figures


def _pid_behind(server: Server, port: int) -> int:
    """Find the worker that holds a connection from a port of ours."""
    ends = f":{server.port:04X}", f":{port:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (inode,) = [row[9] for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])]
    for pid in workers(server):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            if str(link.readlink()) == f"socket:[{inode}]":
                return pid
    raise Violation(f"no worker holds the connection from port {port}")


async def takeover(server: Server) -> float:
    """Kill the worker that last held a desk, in the middle; give the seconds until another goes on."""
    async with lines(server.port, 16) as opened_lines:
        holder, other = opened_lines[0::2], opened_lines[1::2]
        traders = [Trader(line, random.Random(index)) for index, line in enumerate((*holder, other[0]))]
        for trader in traders:
            trader.line.token = await registered(trader.line)
            trader.portfolio = await opened(trader)
        mine, last = traders[:-1], traders[-1]
        pid = _pid_behind(server, holder[0].client_port)
        await asyncio.gather(*(trader._place() for trader in mine))
        under_way = [asyncio.create_task(_placing(trader)) for trader in mine]
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        for symbol in SYMBOLS:
            body = {"venue": "book", "portfolio_id": last.portfolio, "security": symbol, "qty": 1}
            await last.done("/api/v1/orders", {**body, "type": "limit", "limit_price": 1})
        took = time.monotonic() - began
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    if took > TAKEOVER_SECONDS:
        raise Violation(f"another worker went on only after {took:.1f} s")
    return took


async def _placing(trader: Trader) -> None:
    while True:
        await trader._place()


def main(arguments: list[str]) -> int:
    """Race on each engine and print the figures."""
    parser = options(
        __doc__,
        kills=(40, "kills on each engine"),
        takeovers=(5, "takeovers on each engine"),
        back=(BACK_SECONDS, "seconds within which the service must be back; a busy machine needs more"),
    )
    chosen = parser.parse_args(arguments)
    for engine in engines(chosen.engine):
        with serving(engine) as server:
            took = trading(server, kills=chosen.kills, seed=chosen.seed, back=chosen.back)
            figures = uvloop.run(took)
            # Afterwards, for what the killed leave at rest others would trade with.
            seconds = [uvloop.run(takeover(server)) for _ in range(chosen.takeovers)]
        longest = f"{max(seconds):.2f} s" if seconds else "none"
        told = ", ".join(f"{name} {figure}" for name, figure in figures.items())
        print(
            f"exchange_races, {engine}: {told}; longest takeover {longest}; nothing lost, nothing doubled,"
            " cash and units conserved, steward check clean",
            flush=True,
        )
    return 0
