"""Model: random operations of two people, each answer compared with a model in plain Python.

The model (twin.py) shares no code with the server. Every so often, and at the end, all that a person
can see is compared too. A world is a thousand operations of two new people; its choices follow from the
seed and its number alone, so that a divergence happens again.
"""

import json
import random
import time
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import uvloop

from tests.long.play import Player, Step
from tests.long.twin import Twin
from tests.long.wire import Line, Reply, Violation, all_of, engines, lines, options, registered, serving
from tests.people import written
from tests.servers import Server

LANES = 8
WORLD = 1000
ALL_SEEN_EVERY = 100
REMEMBERED = 12
TWICE = 0.1


@dataclass
class World:
    """Two people and a line; `seed` decides everything that they do."""

    line: Line
    seed: str
    dice: random.Random = field(init=False)
    done: int = 0
    used: defaultdict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    last: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    async def run(self, operations: int) -> None:
        """Do that many operations. Raises Violation at the first divergence."""
        players = [await self._player() for _ in range(2)]
        for self.done in range(1, operations + 1):
            one, other = self.dice.sample(players, 2)
            await self._do(one, one.step(other))
            self.counts["operations"] += 1
            if self.done % ALL_SEEN_EVERY == 0 or self.done == operations:
                for player in players:
                    for step in player.everything():
                        await self._do(player, step)
                    self.counts["whole states"] += 1

    async def _player(self) -> Player:
        self.line.token = token = await registered(self.line)
        me = (await self.line.ask("GET", "/api/v1/auth/me")).expect(200)
        return Player(Twin(me["user"]["id"]), token, self.dice)

    async def _do(self, player: Player, step: Step) -> None:
        self.line.token = player.token
        headers = dict(step.headers)
        twice = step.method in ("POST", "PATCH") and self.dice.random() < TWICE
        if twice:
            headers["idempotency-key"] = uuid.uuid4().hex
        reply = await self.line.ask(step.method, f"/api/v1{step.path}", step.body, headers)
        told = json.loads(reply.text, parse_float=Fraction) if reply.text else {}
        due = step.due(told if isinstance(told, dict) else {})
        asked = f"{step.method} {step.path} {'' if step.body is None else written(step.body)} {headers}"
        self.last.append(f"{asked} -> {reply.status} {reply.text[:300]}")
        self._compare(due, reply.status, told)
        self.counts["answers compared"] += 1
        if reply.status >= 400:
            self.refusals[due[1]] += 1
        if reply.status == 201:
            self._new(step.path.rpartition("/")[2], told["id"])
        if twice:
            again = await self.line.ask(step.method, f"/api/v1{step.path}", step.body, headers)
            self._compare_again(reply, again)
            self.counts["sent twice"] += 1

    def _compare(self, due: tuple[int, Any], status: int, told: Any) -> None:
        expected, body = due
        if status != expected or (told["code"] if status >= 400 else told) != body:
            self._diverged(f"due was {expected} {body}")

    def _compare_again(self, first: Reply, again: Reply) -> None:
        if first.status < 300:
            replayed = again.headers.get("idempotency-replayed") == "true"
            same = replayed and (again.status, again.text) == (first.status, first.text)
        else:
            same = (again.status, again.code) == (first.status, first.code)
        if not same:
            self._diverged(f"sent again with the same key it gave {again}")

    def _new(self, kind: str, key: Any) -> None:
        if key in self.used[kind]:
            self._diverged(f"the id {key} was used before")
        self.used[kind].add(key)

    def _diverged(self, how: str) -> None:
        told = "\n".join(f"  {line}" for line in self.last)
        raise Violation(f"world {self.seed} diverged at operation {self.done}: {how}; the last ones:\n{told}")


async def living(
    server: Server, *, operations: int, seed: int, world: int | None = None
) -> tuple[Counter[str], Counter[str]]:
    """Run worlds side by side until that many operations are done; or only the named one.

    Gives counts, and how often each code refused. Raises Violation.
    """
    total: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    whole, rest = divmod(operations, WORLD)
    sizes = [WORLD] * whole + [rest] * (rest > 0)
    numbered = iter(enumerate(sizes) if world is None else [(world, operations)])

    async def lane(line: Line, numbered: Iterator[tuple[int, int]]) -> None:
        for number, size in numbered:
            one = World(line, f"{seed}/{number}")
            await one.run(size)
            total.update(one.counts)
            refusals.update(one.refusals)
            if total["operations"] % 10_000 == 0:
                print(f"  {total['operations']} operations", flush=True)

    async with lines(server.port, LANES) as opened:
        await all_of(*(lane(line, numbered) for line in opened))
    return total, refusals


def main(arguments: list[str]) -> int:
    """Live on each engine and print the figures."""
    parser = options(__doc__, sqlite=(100_000, "operations there"), postgresql=(20_000, "operations there"))
    parser.add_argument("--world", type=int, help="only the world of this number, to see it diverge again")
    chosen = parser.parse_args(arguments)
    for engine in engines(chosen.engine):
        operations = WORLD if chosen.world is not None else getattr(chosen, engine)
        with serving(engine, PRICE_SOURCE="static") as server:
            started = time.monotonic()
            counts, refusals = uvloop.run(
                living(server, operations=operations, seed=chosen.seed, world=chosen.world)
            )
            seconds = time.monotonic() - started
        figures = ", ".join(f"{count} {what}" for what, count in counts.items())
        print(f"model, {engine}, seed {chosen.seed}: {figures}, 0 divergences, {seconds:.0f} s")
        print(
            "  refused, as due: " + ", ".join(f"{count} {code}" for code, count in refusals.most_common()),
            flush=True,
        )
    return 0
