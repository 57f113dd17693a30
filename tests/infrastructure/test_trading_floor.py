"""The ticker goes on whatever happens to it."""

import asyncio
from typing import Any, cast

import pytest

from steward.domain.errors import Unavailable
from steward.trading_floor import tick_for_ever
from steward.usecases.ticker import Ticker


class Ticks:
    """A ticker of no exchange: it fails as it is told to, and then ends the test."""

    def __init__(self, *failures: Exception | None) -> None:
        self.left = list(failures)

    async def tick(self) -> None:
        if not self.left:
            raise asyncio.CancelledError
        failure = self.left.pop(0)
        if failure is not None:
            raise failure

    async def rest(self) -> None:
        await asyncio.sleep(0)


async def test_what_puts_ticking_off_is_said_once_and_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[tuple[str, Any]] = []

    class Log:
        def warning(self, event: str, **more: Any) -> None:
            said.append((event, more["exc_info"]))

    monkeypatch.setattr("steward.trading_floor._log", Log())
    down = Unavailable("The database does not answer.")
    ticks = Ticks(down, down, None, ValueError("a defect"), None, down)
    with pytest.raises(asyncio.CancelledError):
        await tick_for_ever(cast("Ticker", ticks))
    assert said == [("ticking put off", False), ("ticking put off", True), ("ticking put off", False)]
