"""What holds on PostgreSQL alone when two want the same row: waiting, deadlocks, doing it again."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from steward.infrastructure.db.database import LockTimeout
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.usecases.values import Limit
from tests.factories import AT, TRACE, a_user
from tests.infrastructure.databases import opened


@pytest.fixture(scope="module")
def engine() -> str:
    return "postgresql"


async def test_a_row_that_others_hold_too_long_is_refused_as_busy(
    sql_units: Units, migrated_url: str
) -> None:
    user_id = await a_kept_user(sql_units)
    other = await asyncpg.connect(migrated_url)
    try:
        async with other.transaction():
            await other.execute("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", user_id)
            with pytest.raises(LockTimeout) as refused:
                await sql_units.write(lambda unit: changed(unit, user_id), trace=TRACE, at=AT)
    finally:
        await other.close()
    assert refused.value.code == "busy"
    await sql_units.write(lambda unit: changed(unit, user_id), trace=TRACE, at=AT)


async def a_kept_user(units: Units) -> UUID:
    user = a_user()

    async def work(unit: WriteUnit) -> None:
        unit.users.add(user, "hash")

    await units.write(work, trace=TRACE, at=AT)
    return user.id


async def changed(unit: WriteUnit, user_id: UUID) -> None:
    unit.users.set_password_hash(user_id, "changed")
    await unit.flush()


async def test_a_deadlock_is_survived_by_doing_one_of_the_two_again(sql_units: Units) -> None:
    one, other = await a_kept_user(sql_units), await a_kept_user(sql_units)
    met = asyncio.Barrier(2)
    tries = 0

    async def crossing(first: UUID, then: UUID) -> None:
        first_try = True

        async def work(unit: WriteUnit) -> None:
            nonlocal tries, first_try
            tries += 1
            await changed(unit, first)
            if first_try:
                first_try = False
                await met.wait()
            await changed(unit, then)

        await sql_units.write(work, trace=TRACE, at=AT)

    async with asyncio.timeout(10):
        await asyncio.gather(crossing(one, other), crossing(other, one))
    # PostgreSQL may find the deadlock from both ends at once, and give both up.
    assert tries in {3, 4}
    assert await sql_units.read().users.password_hash(one) == "changed"


async def test_a_serialization_failure_is_done_again(migrated_url: str) -> None:
    met = asyncio.Barrier(2)
    tries = 0

    async def race(units: Units, user_id: UUID) -> None:
        first_try = True

        async def work(unit: WriteUnit) -> None:
            nonlocal tries, first_try
            tries += 1
            await unit.begin()
            await unit.users.get(user_id)
            if first_try:
                first_try = False
                await met.wait()
            await changed(unit, user_id)

        await units.write(work, trace=TRACE, at=AT)

    async with opened(f"{migrated_url}?default_transaction_isolation=serializable") as database:
        units = Units(database, writes=Limit("writes", 100, 60))
        user_id = await a_kept_user(units)
        await asyncio.gather(race(units, user_id), race(units, user_id))
    assert tries == 3
