"""The core and the slow matcher: 50,000 operations here, 1,000,000 by `make book`."""

import pytest

from steward.domain.book import Book
from tests.book_player import Player
from tests.long.book import played


@pytest.mark.parametrize("seed", range(10))
def test_the_core_does_what_the_slow_matcher_does(seed: int) -> None:
    player = Player(seed)
    player.play(5_000)
    # All that can happen has happened.
    happened = ("filled", "rested", "no_liquidity", "fill_or_kill", "post_only", "self_trade", "gave way")
    assert min(player.counts[one] for one in (*happened, "auction trades", "restored", "ask")) > 20


def test_a_broken_law_is_told_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Book, "depth", lambda self, levels: ([], []))
    _, told = played(3, 1_000)
    assert told is not None
    assert told.startswith("seed 3: operation ")
    assert "depth" in told
