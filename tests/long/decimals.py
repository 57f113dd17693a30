"""Decimals: random exact numbers through HTTP into the database and back, digit for digit.

Each number goes in as a JSON number or as a string, as a quantity of an asset or an order, as a price
entered or executed at, and is compared as text: in the answer, in the single read, in the list.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import uvloop

from tests.long.wire import Line, Reply, Violation, all_of, engines, lines, options, registered, serving
from tests.servers import Server

WHOLE_DIGITS = 20
FRACTION_DIGITS = 18
LINES = 8
# As many as one page of a list may hold.
BATCH = 100
EDGES = (
    "1",
    "9",
    "0." + "0" * 17 + "1",
    "1." + "0" * 17 + "1",
    "9" * 20 + "." + "9" * 18,
    "1" + "0" * 19,
    "9" * 20,
    "0." + "9" * 18,
    "12345678901234567890.123456789012345678",
    "0.1",
    "1.10",
    "100",
    "1" + "0" * 18 + "." + "0" * 18,
    "0.123456789012345678",
    "9007199254740993",
    "0.30000000000000004",
)
REFUSED = (
    "-1",
    "-0.000000000000000001",
    "-" + "9" * 20,
    "0",
    "0.000000000000000000",
    "-0",
    "1" + "0" * 20,
    "0." + "0" * 18 + "1",
    "1." + "0" * 18 + "5",
    "9" * 21 + "." + "9" * 19,
)


def canonical(sent: str) -> str:
    """Give the one way in which a positive number is written: no zero that says nothing."""
    whole, _, fraction = sent.strip('"').partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + ("." + fraction if fraction else "")


def numbers(dice: random.Random) -> Iterator[str]:
    """Give numbers as JSON: the edge cases, then random positive ones for ever, of every length.

    As many are JSON numbers as are strings; a string may begin with zeros.
    """
    for edge in EDGES:
        yield from (edge, f'"{edge}"')
    while True:
        whole = "".join(dice.choices("0123456789", k=dice.randint(1, WHOLE_DIGITS)))
        fraction = "".join(dice.choices("0123456789", k=dice.randint(0, FRACTION_DIGITS)))
        point = "." if fraction else ""
        if (whole + fraction).strip("0"):
            as_number = dice.random() < 0.5
            yield (
                f"{whole.lstrip('0') or '0'}{point}{fraction}" if as_number else f'"{whole}{point}{fraction}"'
            )


@dataclass
class Sender:
    """One signed-in line that sends batches of numbers and reads them back."""

    line: Line
    dice: random.Random
    counts: Counter[str] = field(default_factory=Counter)

    async def send(self, wanted: int) -> None:
        """Send at least `wanted` numbers and read each back. Raises Violation."""
        source = numbers(self.dice)
        self.line.token = await registered(self.line)
        await self._refused()
        while self.counts["numbers"] < wanted:
            await self._assets([next(source) for _ in range(BATCH)])
            await self._prices([next(source) for _ in range(BATCH)])
            await self._orders([next(source) for _ in range(BATCH)])
            self.counts["numbers"] += 3 * BATCH

    async def _refused(self) -> None:
        portfolio = (await self._ask("POST", "/api/v1/portfolios", '{"name":"Refused"}'))["id"]
        for number in REFUSED:
            for written in (number, f'"{number}"'):
                for method, path, body in (
                    ("POST", f"/api/v1/portfolios/{portfolio}/assets", '{"symbol":"A","quantity":%s}'),
                    ("PUT", "/api/v1/prices/A", '{"price":%s}'),
                    ("POST", "/api/v1/orders", '{"security":"A","qty":%s}'),
                ):
                    reply = await self.line.ask(method, path, (body % written).encode())
                    if reply.status != 422:
                        raise Violation(f"{path} took {written}: {reply}")
                    self.counts["refused as they must be"] += 1

    async def _assets(self, batch: list[str]) -> None:
        portfolio = (await self._ask("POST", "/api/v1/portfolios", '{"name":"Exact"}'))["id"]
        path = f"/api/v1/portfolios/{portfolio}/assets"
        for index, number in enumerate(batch):
            body = f'{{"symbol":"D{index:02}","quantity":{number}}}'
            self._same(number, (await self._ask("POST", path, body))["quantity"])
        listed = (await self._ask("GET", f"{path}?items_per_page={BATCH}"))["items"]
        for number, asset in zip(batch, reversed(listed), strict=True):
            self._same(number, asset["quantity"])
        valued = await self._ask("GET", f"/api/v1/portfolios/{portfolio}/valuation")
        for number, missing in zip(batch, valued["missing"], strict=True):
            self._same(number, missing["quantity"])

    async def _prices(self, batch: list[str]) -> None:
        for index, number in enumerate(batch):
            path, body = f"/api/v1/prices/P{index:02}", f'{{"price":{number}}}'
            self._same(number, (await self._ask("PUT", path, body))["price"])
            self._same(number, (await self._ask("GET", path))["price"])
        listed = await self._ask("GET", "/api/v1/prices")
        for index, number in enumerate(batch):
            self._same(number, listed[f"P{index:02}"])

    async def _orders(self, batch: list[str]) -> None:
        """Order one number and execute one step at another as its price: an amount keeps within limits."""
        quantities, prices = batch[::2], batch[1::2]
        for index, (qty, price) in enumerate(zip(quantities, prices, strict=True)):
            body = f'{{"security":"E{index:02}","qty":{qty}}}'
            order = await self._ask("POST", "/api/v1/orders", body)
            self._same(qty, order["original_qty"])
            path = f"/api/v1/orders/{order['id']}"
            body = f'{{"executed_qty":0.000000000000000001,"price":{price}}}'
            order = await self._ask("POST", f"{path}/execute", body)
            self._same(price, order["average_price"])
            single = await self._ask("GET", path)
            if single != order:
                raise Violation(f"{order} was answered, {single} is kept")
            self._same(price, (await self._ask("GET", f"{path}/executions"))[0]["price"])
        listed = await self._ask("GET", f"/api/v1/orders?limit={len(quantities)}")
        for qty, price, order in zip(quantities, prices, reversed(listed), strict=True):
            self._same(qty, order["original_qty"])
            self._same(price, order["average_price"])

    async def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        reply = await self.line.ask(method, path, None if body is None else body.encode())
        return _read(reply)

    def _same(self, sent: str, found: object) -> None:
        self.counts["comparisons"] += 1
        if found != canonical(sent):
            raise Violation(f"{sent} went in, {found!r} came back")


def _read(reply: Reply) -> Any:
    """Read a good answer with its numbers as the text they are. Raises Violation."""
    if reply.status not in (200, 201):
        raise Violation(f"not accepted: {reply}")
    return json.loads(reply.text, parse_float=str, parse_int=str)


async def sending(server: Server, *, count: int, seed: int) -> Counter[str]:
    """Send `count` numbers over several lines at once, and count. Raises Violation."""
    async with lines(server.port, LINES) as opened:
        senders = [Sender(line, random.Random(f"{seed} {index}")) for index, line in enumerate(opened)]
        await all_of(*(sender.send(-(-count // LINES)) for sender in senders))
    return sum((sender.counts for sender in senders), Counter())


def main(arguments: list[str]) -> int:
    """Send numbers to each engine and print the figures."""
    chosen = options(__doc__, count=(100_000, "numbers on each engine")).parse_args(arguments)
    for engine in engines(chosen.engine):
        with serving(engine) as server:
            started = time.monotonic()
            counts = uvloop.run(sending(server, count=chosen.count, seed=chosen.seed))
            seconds = time.monotonic() - started
        figures = ", ".join(f"{count} {what}" for what, count in counts.items())
        print(f"decimals, {engine}: {figures}, every digit the same, {seconds:.0f} s", flush=True)
    return 0
