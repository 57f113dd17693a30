from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from steward.domain.clocks import ClockChange, ClockWouldGoBack
from steward.domain.users import NotAdmin
from steward.usecases import clocks
from tests.factories import AT, a_user, an_order, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run

BACK = ClockChange(time=AT - timedelta(days=1), speed=Decimal(0))


@pytest.fixture
async def admin(units: FakeUnits) -> UUID:
    first, second = a_user(), a_user()
    for user in (first, second):
        await run(units, kept, user=user)
    return first.id


async def kept(unit: object, *, user: object) -> None:
    unit.users.add(user, "hash")  # type: ignore[attr-defined]  # the unit of a fake


async def test_an_administrator_sets_the_clock(units: FakeUnits, admin: UUID) -> None:
    clock = await run(units, clocks.change, user_id=admin, change=BACK, at=AT)
    assert clock == await units.read().clocks.get()
    assert (clock.version, clock.now(AT)) == (1, BACK.time)


async def test_nobody_else_does(units: FakeUnits, admin: UUID) -> None:
    other = next(user for user in units.memory.users if user != admin)
    for user_id in (other, new_id()):
        with pytest.raises(NotAdmin):
            await run(units, clocks.change, user_id=user_id, change=BACK, at=AT)
    assert (await units.read().clocks.get()).is_real


async def test_orders_of_the_exchange_keep_time_from_going_back(units: FakeUnits, admin: UUID) -> None:
    manual = an_order()
    units.memory.orders[manual.id] = manual
    await run(units, clocks.change, user_id=admin, change=BACK, at=AT)
    placed = an_order(id=new_id(), venue="book")
    units.memory.orders[placed.id] = placed
    further = ClockChange(step_seconds=Decimal(-1))
    with pytest.raises(ClockWouldGoBack):
        await run(units, clocks.change, user_id=admin, change=further, at=AT)
