"""A fixed number of places; who finds none waits in turn, and not for ever."""

import asyncio
from collections import deque

from steward.infrastructure.db.database import DatabaseDown


class Places:
    """`free` places, given out first come first served.

    The queue has one timer, for whoever waits longest: under load nearly everybody waits, and a timer of
    one's own costs more than the wait.
    """

    def __init__(self, free: int, *, patience_seconds: float) -> None:
        self._free = free
        self._patience_seconds = patience_seconds
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    async def take(self) -> None:
        """Take a place. Raises DatabaseDown when none comes free in time."""
        if self._free > 0:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        waiter = (loop.time() + self._patience_seconds, turn)
        self._waiting.append(waiter)
        if self._timer is None:
            self._timer = loop.call_at(waiter[0], self._refuse)
        try:
            await turn
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif not turn.cancelled() and turn.exception() is None:
                self.give()
            raise

    def give(self) -> None:
        """Give a place to whoever waits longest, or back."""
        while self._waiting:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _refuse(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._waiting and self._waiting[0][0] <= loop.time():
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(DatabaseDown())
        if self._waiting:
            self._timer = loop.call_at(self._waiting[0][0], self._refuse)
