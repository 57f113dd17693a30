"""kill -9 under load, a short run of `make kills`, and the proof that its comparison can find fault."""

import pytest
import uvloop

from tests.long.kills import VICTIMS, _same, killing
from tests.long.wire import Violation
from tests.servers import START_SECONDS, Server


def test_no_acknowledged_write_is_lost_or_doubled(doomed: Server) -> None:
    # Other tests may keep the machine busy here: `make kills` is what holds the server to 5 seconds.
    figures = uvloop.run(killing(doomed, kills=len(VICTIMS), seed=3, back=START_SECONDS))
    assert figures["writes"] > 0


@pytest.mark.parametrize("kept", [[(1, 5)], [(1, 5), (2, 6), (2, 6)], [(1, 5), (2, 7)]])
def test_the_comparison_finds_what_is_lost_doubled_or_changed(kept: list[tuple[int, int]]) -> None:
    with pytest.raises(Violation):
        _same("assets", kept, [(1, 5), (2, 6)])
