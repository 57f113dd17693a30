"""The matching core beside a minimal book: `python -m bench book [--quick]`.

The flow is seeded: 60 % limit orders near the touch, of which one in ten reaches across it and one in
twenty is an iceberg, 20 % cancels of any order that rests, 20 % market orders, from 1,000 owners. A core
order is made as its value with UUIDs, then entered. Distances to the middle follow a power law, so a larger
book has more levels, and longer ones.
"""

import argparse
import gc
import os
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from random import Random
from statistics import median
from typing import NamedTuple
from uuid import UUID

from bench.minimal_book import MinimalBook
from steward.bootstrap import _GC_THRESHOLDS
from steward.domain.book import Book, BookOrder

MIDDLE, REACH = 100_000, 20_000
OWNERS = 1_000
SIZES = (1_000, 10_000, 100_000, 1_000_000)
RATIO_GOAL, FLAT_GOAL = 0.5, 0.8
STEPS = 20_000
LIMIT, MARKET, CANCEL = range(3)


class Step(NamedTuple):
    """One command: an order that comes, or the cancel of one."""

    kind: int
    number: int
    owner: int
    buys: bool
    price: int
    lots: int
    display: int = 0


class Draw:
    """Draws steps from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.drawn = 0

    def limit(self, across: float) -> Step:
        """Draw a limit order; a share goes `across` the middle."""
        chance = self.random.random
        distance = min(1 + int(10 / (1 - chance()) - 10), REACH)
        if across and chance() < across:
            distance = -2
        lots = self.random.randint(1, 100)
        display = -(-lots // 5) if chance() < 0.05 else 0
        buys = chance() < 0.5
        self.drawn += 1
        price = MIDDLE - distance if buys else MIDDLE + distance
        return Step(LIMIT, self.drawn, self.random.randrange(OWNERS), buys, price, lots, display)

    def step(self, live: list[int]) -> Step:
        """Draw a step of the flow."""
        chance = self.random.random()
        if chance < 0.6:
            return self.limit(0.1)
        if chance < 0.8 and live:
            return Step(CANCEL, self.random.choice(live), 0, True, 0, 0)
        self.drawn += 1
        buys, lots = self.random.random() < 0.5, self.random.randint(1, 140)
        return Step(MARKET, self.drawn, self.random.randrange(OWNERS), buys, 0, lots)


class Live:
    """The numbers of the orders that rest, of which any can be drawn."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.places: dict[Hashable, int] = {}

    def add(self, number: int) -> None:
        """Take a number in."""
        self.places[number] = len(self.numbers)
        self.numbers.append(number)

    def drop(self, number: Hashable) -> None:
        """Let a number go; the last takes its place."""
        place, last = self.places.pop(number), self.numbers.pop()
        if last != number:
            self.numbers[place], self.places[last] = last, place


def resting_orders(count: int) -> tuple[Draw, Iterator[Step]]:
    """Give those that rest at first, and what draws the steps after them."""
    draw = Draw(count)
    return draw, (draw.limit(0) for _ in range(count))


def flow(resting: int, count: int) -> list[Step]:
    """Draw steps, each with the book as those before leave it: only what rests is cancelled."""
    book, live, steps = Book(), Live(), list[Step]()
    draw, first = resting_orders(resting)
    for step in first:
        book.enter(BookOrder(step.number, step.owner, step.buys, step.price, step.lots, step.display))
        live.add(step.number)
    for _ in range(count):
        step = draw.step(live.numbers)
        steps.append(step)
        if step.kind == CANCEL:
            book.cancel(step.number)
            live.drop(step.number)
            continue
        order = BookOrder(step.number, step.owner, step.buys, step.price, step.lots, step.display)
        done = book.enter(order, market=step.kind == MARKET)
        for gone in {one.id for one, _ in done.fills if not one.open}:
            live.drop(gone)
        if done.rested:
            live.add(step.number)
    return steps


class Core:
    """The book of Steward under the flow."""

    def __init__(self, resting: int) -> None:
        self.book, self.owners = Book(), [UUID(int=number << 64) for number in range(OWNERS)]
        for step in resting_orders(resting)[1]:
            self.book.enter(BookOrder(*self.asked(step)[1:]))

    def asked(self, step: Step) -> tuple[int, UUID, UUID, bool, int, int, int]:
        """Give a step as it comes from the desk."""
        kind, number, owner, buys, price, lots, display = step
        return kind, UUID(int=number), self.owners[owner], buys, price, lots, display

    def play(self, steps: list[Step]) -> float:
        """Give the CPU seconds of the steps."""
        enter, cancel, asked = self.book.enter, self.book.cancel, [self.asked(step) for step in steps]
        with calm():
            began = time.process_time()
            for kind, order_id, owner, buys, price, lots, display in asked:
                if kind == CANCEL:
                    cancel(order_id)
                else:
                    enter(BookOrder(order_id, owner, buys, price, lots, display), market=kind == MARKET)
            return time.process_time() - began


class Minimal:
    """The minimal book under the flow."""

    def __init__(self, resting: int) -> None:
        self.book = MinimalBook()
        for step in resting_orders(resting)[1]:
            self.book.limit(*self.asked(step)[1:])

    def asked(self, step: Step) -> tuple[int, int, bool, Decimal, Decimal]:
        """Give a step in Decimals."""
        return step.kind, step.number, step.buys, Decimal(step.price) / 100, Decimal(step.lots)

    def play(self, steps: list[Step]) -> float:
        """Give the CPU seconds of the steps."""
        book, asked = self.book, [self.asked(step) for step in steps]
        with calm():
            began = time.process_time()
            for kind, number, buys, price, lots in asked:
                if kind == LIMIT:
                    book.limit(number, buys, price, lots)
                elif kind == MARKET:
                    book.market(buys, lots)
                else:
                    book.cancel(number)
            return time.process_time() - began


@contextmanager
def calm() -> Iterator[None]:
    """Collect cycles no more often than the server does."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def rates(books: Sequence[Core | Minimal], flows: Sequence[list[Step]], rounds: int) -> list[float]:
    """Play the flows in parts, the books in turn: A, B, A, B. Gives the median rate of each, in orders/s."""
    found = [list[float]() for _ in books]
    length = len(flows[0]) // (rounds + 1)
    for part in range(rounds + 1):
        for book, steps, seconds in zip(books, flows, found, strict=True):
            seconds.append(book.play(steps[part * length : (part + 1) * length]))
    # The first part warms up.
    return [length / median(seconds[1:]) for seconds in found]


def main(arguments: list[str]) -> None:
    """Measure, and print rates and ratios with their goals."""
    parser = argparse.ArgumentParser(prog="python -m bench book", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and at most 100,000 resting")
    chosen = parser.parse_args(arguments)
    rounds, sizes = (5, SIZES[:3]) if chosen.quick else (11, SIZES)
    steps = flow(SIZES[0], STEPS * (rounds + 1))
    core, minimal = rates([Core(SIZES[0]), Minimal(SIZES[0])], [steps, steps], rounds)
    met = [core / minimal >= RATIO_GOAL]
    print(
        f"core {core:,.0f} orders/s, minimal book {minimal:,.0f}; ratio {core / minimal:.2f}, "
        f"goal {RATIO_GOAL}: {'met' if met[0] else 'NOT MET'}",
        flush=True,
    )
    by_size = rates(
        [Core(size) for size in sizes], [flow(size, STEPS * (rounds + 1)) for size in sizes], rounds
    )
    for size, rate in zip(sizes, by_size, strict=True):
        print(f"core with {size:>9,} resting orders: {rate:,.0f} orders/s")
    flat = by_size[-1] / by_size[0]
    met.append(flat >= FLAT_GOAL)
    print(
        f"{sizes[-1]:,} for {sizes[0]:,}: ratio {flat:.2f}, "
        f"goal {FLAT_GOAL}: {'met' if met[1] else 'NOT MET'}"
    )
    print(f"{sum(met)} of {len(met)} goals of the book met, load average {os.getloadavg()[0]:.1f}")
