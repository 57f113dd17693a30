"""Exchange: the laws of tests/exchange_laws.py after each of a million random commands, in two processes."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from steward.domain.terms import BOOK_VENUE, PAPER_VENUE
from tests.exchange_player import Player, play
from tests.long.wire import Violation

PROCESSES = 2
STEPS = 400


def some(task: tuple[str, int]) -> Counter[str]:
    """Play one seed at a venue, and again with three workers in turn, which must do the same."""
    venue, seed = task
    counts = play(venue, [seed], STEPS)
    alone, shared = Player(seed, venue), Player(seed, venue, workers=3)
    for number in range(STEPS // 4):
        if alone.step() != shared.step():
            detail = f"{venue}, seed {seed}, step {number}: workers that share a desk do something else"
            raise Violation(detail)
    return counts


def main(arguments: Sequence[str]) -> int:
    """Play as many commands as asked for; a law that is broken raises."""
    parser = argparse.ArgumentParser(prog="python -m tests.long exchange", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    seeds = range(asked.seed, asked.seed + max(asked.count // (2 * STEPS), 1))
    tasks = [(venue, seed) for seed in seeds for venue in (BOOK_VENUE, PAPER_VENUE)]
    began, counts = time.monotonic(), Counter[str]()
    with ProcessPoolExecutor(PROCESSES) as pool:
        for number, done in enumerate(pool.map(some, tasks, chunksize=4), 1):
            counts += done
            if number % 250 == 0:
                print(f"{number * STEPS} commands", file=sys.stderr)
    for name, count in counts.most_common():
        print(f"{count:>9} {name}")
    print(f"{sum(counts.values())} commands, 0 laws broken, {time.monotonic() - began:.0f} s")
    return 0
