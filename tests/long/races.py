"""Races: 8 to 16 simultaneous operations on one order, over both workers, checked against contract §4.

Every round's answers must be those of some serial order of its operations, and the order, its
executions, the portfolio summary and the valuation must agree, for readers in between as well.
"""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import uvloop

from tests.long.wire import Line, Reply, Violation, engines, lines, options, registered, serving
from tests.servers import Server

LINES = 16
FEWEST = 8
ROUNDS_PER_PERSON = 25
DIGITS = 18
# A machine that stands still for two seconds makes whoever waits for a lock give up, which may happen
# now and then; deadlocks between the operations would do so in most rounds.
BUSY_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Operation:
    """One request of a round; `version` is what it expects to find (If-Match)."""

    kind: str
    qty: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal: nothing has changed."""

    status: int
    code: str


BUSY = Refused(503, "busy")


@dataclass(frozen=True, slots=True)
class State:
    """An order as an answer shows it."""

    ordered: Decimal
    executed: Decimal
    status: str
    average: Fraction | None
    version: int
    value: Fraction = field(default=Fraction(0), compare=False)

    def after(self, operation: Operation) -> "State | Refused":
        """Apply an operation by contract §4."""
        if refused := self._refusal(operation):
            return refused
        if operation.kind == "cancel":
            return replace(self, status="cancelled", version=self.version + 1)
        if operation.kind == "amend":
            return self._with(ordered=operation.qty)
        value = self.value + Fraction(operation.qty) * Fraction(operation.price)
        return self._with(executed=self.executed + operation.qty, value=value)

    def _refusal(self, operation: Operation) -> Refused | None:
        if operation.kind == "place":
            return Refused(409, "client-order-id-taken")
        if operation.version not in (None, self.version):
            return Refused(412, "stale-version")
        if self.status not in ("pending", "partial"):
            return Refused(409, "order-not-open")
        if operation.kind == "amend" and operation.qty < self.executed:
            return Refused(422, "below-executed")
        if operation.kind == "execute" and operation.qty > self.ordered - self.executed:
            return Refused(422, "above-pending")
        return None

    def _with(
        self, ordered: Decimal | None = None, executed: Decimal | None = None, value: Fraction | None = None
    ) -> "State":
        ordered = self.ordered if ordered is None else ordered
        executed = self.executed if executed is None else executed
        value = self.value if value is None else value
        status = "executed" if executed == ordered else "partial" if executed else "pending"
        # Python rounds a Fraction half to even, as the contract does.
        average = round(value / Fraction(executed), DIGITS) if executed else None
        return State(ordered, executed, status, average, self.version + 1, value)


Outcome = tuple[Operation, State | Refused]


def serial(state: State, outcomes: Sequence[Outcome]) -> list[tuple[State, Operation]] | None:
    """Find an order in which the operations give these outcomes: the steps that changed something.

    A refusal that fits where we are can always come first, since it changes nothing; busy fits anywhere.
    """
    left = [
        (done, seen)
        for done, seen in outcomes
        if isinstance(seen, State) or seen not in (BUSY, state.after(done))
    ]
    if not left:
        return []
    for index, (operation, seen) in enumerate(left):
        following = state.after(operation)
        if isinstance(following, State) and following == seen:
            rest = serial(following, left[:index] + left[index + 1 :])
            if rest is not None:
                return [(following, operation), *rest]
    return None


def seen_state(order: Any) -> State:
    """Read an order from an answer. Raises Violation when its figures contradict each other."""
    ordered, executed = Decimal(order["original_qty"]), Decimal(order["executed_qty"])
    if not 0 <= executed <= ordered or order["pending_qty"] != ordered - executed:
        raise Violation(f"an order that cannot be: {order}")
    average = None if order["average_price"] is None else Fraction(order["average_price"])
    return State(ordered, executed, order["status"], average, order["version"])


def outcome(reply: Reply) -> State | Refused:
    """Read what an operation answered."""
    if reply.status in (200, 201):
        return seen_state(reply.json)
    return Refused(reply.status, reply.code)


@dataclass
class Round:
    """One order and those who race for it: one line per operation, one reader per worker."""

    dice: random.Random
    racing: list[Line]
    readers: list[Line]
    symbol: str
    client_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    order: dict[str, Any] = field(default_factory=dict)
    seen: list[State] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    async def run(self) -> Counter[str]:
        """Place, race, check. Raises Violation."""
        await self._place()
        operations = [self._operation(index) for index in range(self.dice.randint(FEWEST, LINES))]
        self.dice.shuffle(operations)
        over = asyncio.Event()
        watching = [asyncio.create_task(self._watch(line, over)) for line in self.readers]
        replies = await asyncio.gather(*map(self._send, self.racing, operations))
        over.set()
        await asyncio.gather(*watching)
        outcomes = [(done, outcome(reply)) for done, reply in zip(operations, replies, strict=False)]
        steps = serial(self._first, outcomes)
        if steps is None:
            told = "\n".join(f"  {done} -> {seen}" for done, seen in outcomes)
            raise Violation(f"no serial order of these gives these answers, from {self._first}:\n{told}")
        await self._check(steps)
        self.counts["operations"] += len(operations)
        self.counts["accepted"] += len(steps)
        self.counts["busy"] += sum(seen == BUSY for _, seen in outcomes)
        return self.counts

    async def _place(self) -> None:
        placing = Operation("place", Decimal(self.dice.randint(40, 120)) / 8)
        replies = await asyncio.gather(*(self._send(line, placing) for line in self.racing[:4]))
        placed = [reply for reply in replies if reply.status == 201]
        others = {outcome(reply) for reply in replies if reply.status != 201}
        if len(placed) != 1 or others != {Refused(409, "client-order-id-taken")}:
            raise Violation(f"one of four equal orders was to be placed: {replies}")
        self.order = placed[0].json
        self._first = seen_state(self.order)

    def _operation(self, index: int) -> Operation:
        kind = self.dice.choices(("execute", "amend", "cancel", "place"), (55, 25, 6, 14))[0]
        version = self.dice.randint(1, 3) if self.dice.random() < 0.1 else None
        # Every fill has a price of its own, by which it is known again.
        price = Decimal(index + 1) + Decimal(self.dice.randint(0, 999)) / 1000
        return Operation(kind, Decimal(self.dice.randint(1, 80)) / 16, price, version)

    async def _send(self, line: Line, operation: Operation) -> Reply:
        path = "/api/v1/orders"
        if operation.kind == "place":
            side = "sell" if self.symbol.endswith("S") else "buy"
            body = {"security": self.symbol, "qty": operation.qty, "side": side}
            return await line.ask("POST", path, body | {"client_order_id": self.client_id})
        path += f"/{self.order['id']}"
        headers = {} if operation.version is None else {"if-match": f'"{operation.version}"'}
        if operation.kind == "amend":
            return await line.ask("PUT", path, {"qty": operation.qty}, headers)
        if operation.kind == "cancel":
            return await line.ask("DELETE", path, headers=headers)
        body = {"executed_qty": operation.qty, "price": operation.price}
        return await line.ask("POST", f"{path}/execute", body, headers)

    async def _watch(self, line: Line, over: asyncio.Event) -> None:
        # The last look begins after everything was acknowledged.
        while not over.is_set():
            await self._look(line)
        await self._look(line)

    async def _look(self, line: Line) -> State:
        """Read everything, one after the other: as fills only add up, no figure is below the one before."""
        before = await self._read(line)
        path = f"/api/v1/orders/{self.order['id']}/executions"
        filled = sum(Decimal(one["qty"]) for one in (await line.ask("GET", path)).expect(200))
        summary = (await line.ask("GET", "/api/v1/portfolio")).expect(200)
        net = {one["security"]: one["qty"] for one in summary}.get(self.symbol, 0)
        path = f"/api/v1/portfolios/{self.order['portfolio_id']}/valuation"
        valued = (await line.ask("GET", path)).expect(200)
        held = {one["symbol"]: one["quantity"] for one in valued["lines"] + valued["missing"]}
        after = await self._read(line)
        sign = -1 if self.symbol.endswith("S") else 1
        figures = (before.executed, filled, sign * net, sign * held.get(self.symbol, 0), after.executed)
        if sorted(figures) != list(figures) or before.version > after.version:
            raise Violation(f"executed, its fills, summary, valuation, executed again: {figures}")
        self.counts["looks"] += 1
        self.counts["looks at rest"] += before == after
        return after

    async def _read(self, line: Line) -> State:
        state = seen_state((await line.ask("GET", f"/api/v1/orders/{self.order['id']}")).expect(200))
        self.seen.append(state)
        return state

    async def _check(self, steps: list[tuple[State, Operation]]) -> None:
        states = [self._first, *(state for state, _ in steps)]
        if strange := [state for state in self.seen if state not in states]:
            raise Violation(f"readers saw what never was: {strange}, in {states}")
        for line in self.readers:
            if await self._look(line) != states[-1]:
                raise Violation(f"the order is not as it was left: {self.seen[-1]}, not {states[-1]}")
        path = f"/api/v1/orders/{self.order['id']}/executions"
        rows = (await self.readers[0].ask("GET", path)).expect(200)
        fills = [(Decimal(row["qty"]), Decimal(row["price"])) for row in rows]
        due = [(done.qty, done.price) for _, done in steps if done.kind == "execute"]
        if fills != due:
            raise Violation(f"the acknowledged fills, in their order, were {due}, but kept are {fills}")


async def race(server: Server, *, rounds: int, seed: int) -> Counter[str]:
    """Run that many rounds and count. Raises Violation."""
    counts: Counter[str] = Counter()
    async with lines(server.port, LINES) as racing, lines(server.port, 2) as readers:
        for number in range(rounds):
            if number % ROUNDS_PER_PERSON == 0:
                token = await registered(racing[0])
                for line in (*racing, *readers):
                    line.token = token
            dice = random.Random(f"{seed} {number}")
            symbol = f"R{number}{dice.choice('BS')}"
            try:
                counts += await Round(dice, racing, readers, symbol).run()
            except Violation as violation:
                raise Violation(f"round {number} of seed {seed}: {violation}") from violation
            counts["rounds"] += 1
            if counts["rounds"] % 100 == 0:
                print(f"  {counts['rounds']} of {rounds} rounds", flush=True)
    if counts["busy"] > BUSY_SHARE * counts["operations"]:
        raise Violation(f"too often too busy to answer: {counts}")
    return counts


def main(arguments: list[str]) -> int:
    """Race on each engine and print the figures."""
    parser = options(__doc__, rounds=(1000, "rounds on each engine"))
    chosen = parser.parse_args(arguments)
    for engine in engines(chosen.engine):
        with serving(engine) as server:
            started = time.monotonic()
            counts = uvloop.run(race(server, rounds=chosen.rounds, seed=chosen.seed))
            seconds = time.monotonic() - started
        figures = ", ".join(f"{count} {what}" for what, count in counts.items())
        print(f"races, {engine}: {figures}, 0 violations, {seconds:.0f} s", flush=True)
    return 0
