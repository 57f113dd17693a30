import random

import pytest

from steward.domain.terms import BOOK_VENUE, PAPER_VENUE
from tests.exchange_player import Player, play

STEPS = 400
SEEDS = 16


@pytest.mark.parametrize("venue", [BOOK_VENUE, PAPER_VENUE])
@pytest.mark.parametrize("part", range(4))
def test_every_law_holds_after_each_of_fifty_thousand_commands(venue: str, part: int) -> None:
    counts = play(venue, range(part * SEEDS, (part + 1) * SEEDS), STEPS)
    done = {"place", "cancel", "replaced", "turned"}
    assert all(counts[name] > 50 for name in done), counts
    assert sum(counts.values()) == SEEDS * STEPS


@pytest.mark.parametrize("venue", [BOOK_VENUE, PAPER_VENUE])
def test_workers_that_take_each_others_changes_over_do_what_one_alone_does(venue: str) -> None:
    for seed in range(1000, 1008):
        alone, shared = Player(seed, venue), Player(seed, venue, workers=3)
        for _ in range(STEPS):
            assert shared.step() == alone.step()
            assert shared.desk.state == alone.desk.state


def test_a_player_draws_the_same_from_the_same_seed() -> None:
    random.seed(1)
    first = play(BOOK_VENUE, range(1), 50)
    random.seed(2)
    assert play(BOOK_VENUE, range(1), 50) == first
