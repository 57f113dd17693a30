"""Book: random operations on the matching core and on a slow matcher that is right at sight, compared.

A game is 10,000 operations from a seed of its own, in two processes; every law of tests/book_player.py is
held to each, so a game that breaks one can be played again.
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.book_player import Broken, Player
from tests.long.wire import Violation

GAME, PROCESSES = 10_000, 2


def played(seed: int, count: int) -> tuple[Counter[str], str | None]:
    """Play one game. Gives what happened, and the law that broke."""
    player = Player(seed)
    try:
        player.play(count)
    except Broken as broken:
        return player.counts, f"seed {seed}: {broken}"
    return player.counts, None


def main(arguments: list[str]) -> int:
    """Play, and print what happened. Raises Violation."""
    parser = argparse.ArgumentParser(prog="book", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="operations")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    games = [min(GAME, chosen.count - first) for first in range(0, chosen.count, GAME)]
    seeds = [chosen.seed * 1_000_000 + number for number in range(len(games))]
    counts, broken = Counter[str](), list[str]()
    with ProcessPoolExecutor(PROCESSES) as pool:
        for found, how in pool.map(played, seeds, games):
            counts += found
            broken += [how] if how is not None else []
    told = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    print(
        f"book: {sum(games)} operations, seed {chosen.seed}, {len(broken)} broken, "
        f"{time.monotonic() - started:.0f} s\n  {told}"
    )
    if broken:
        raise Violation("\n".join(broken))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
