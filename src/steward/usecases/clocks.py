"""The exchange's clock: what it shows, and setting it."""

from datetime import datetime
from uuid import UUID

from steward.domain.clocks import Clock, ClockChange
from steward.domain.users import NotAdmin
from steward.usecases.ports import WriteUnit


async def change(unit: WriteUnit, *, user_id: UUID, change: ClockChange, at: datetime) -> Clock:
    """Set, step, run or reset the clock of the exchange, for everybody.

    Raises NotAdmin, BadClockChange, ClockOutOfRange, InvalidSpeed, ClockWouldGoBack.
    """
    if not await unit.users.is_admin(user_id):
        raise NotAdmin
    clock = await unit.clocks.lock()
    clock = clock.changed(change, has_orders=await unit.clocks.has_orders(), at=at)
    unit.clocks.save(clock)
    return clock
