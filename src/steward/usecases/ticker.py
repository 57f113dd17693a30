"""The ticker: time passes at the desks of the exchange, also where nobody asks for anything.

Every worker has one. What a desk has lived through already, another worker's included, is not done again: a
batch finds out behind the lock of its row.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from steward.domain.desk_hours import is_behind
from steward.domain.listings import DeskState, Listing, TradingStatus
from steward.domain.terms import BOOK_VENUE
from steward.usecases.desk_commands import Tick
from steward.usecases.desk_facts import Asked
from steward.usecases.lane import Lane
from steward.usecases.makers import Maker
from steward.usecases.ports import Units
from steward.usecases.values import DeskKey

EVERY_SECONDS: Final = 1


@dataclass(slots=True)
class Ticker:
    """Sends the lane to every desk that is due, and the market maker to those of the book."""

    units: Units
    lane: Lane
    now: Callable[[], datetime]
    maker: Maker | None
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Tick at once: the clock was changed."""
        self._woken.set()

    async def rest(self) -> None:
        """Wait for the next second, or until it is woken."""
        try:
            await asyncio.wait_for(self._woken.wait(), EVERY_SECONDS)
        except TimeoutError:
            return
        self._woken.clear()

    async def tick(self) -> None:
        """Let time pass at every desk that is due. Raises Unavailable."""
        unit = self.units.read()
        moment = (await unit.clocks.get()).now(self.now())
        desks = await unit.desks.all()
        due = [key for key, (listing, state) in desks.items() if self._is_due(key, listing, state, moment)]
        await asyncio.gather(*(self.lane.do(Asked(Tick(key))) for key in due))
        if self.maker is not None:
            books = (listing for listing, _ in desks.values() if listing.venue == BOOK_VENUE)
            await self.maker.quote([one for one in books if self.lane.around.price(one, moment) is not None])

    def _is_due(self, key: DeskKey, listing: Listing, state: DeskState, moment: datetime) -> bool:
        around, desk = self.lane.around, self.lane.memory.desks.get(key)
        if is_behind(state, around.calendar(listing), at=moment):
            return True
        if desk is None or desk.state.version != state.version:
            # What is open there, and until when, this worker does not know yet.
            return state.version > 0
        if (expiry := desk.next_expiry) is not None and expiry <= moment:
            return True
        trades = desk.has_orders and state.status is TradingStatus.CONTINUOUS
        return trades and not around.fresh(state, moment) and around.quote(listing, moment) is not None
