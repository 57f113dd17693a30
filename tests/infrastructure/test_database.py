"""Both drivers behind `Database`: what a transaction promises on either engine."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import bindparam, func, insert, literal_column, select

from steward.domain.errors import Unavailable
from steward.domain.transactions import Transaction, seal
from steward.infrastructure.db.database import Database, Retry
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.infrastructure.db.users import users
from tests.factories import AT, TRACE, a_user, an_entry, new_id
from tests.infrastructure.databases import an_owner, outside

ADD = Statement(insert(users).values({column: bindparam(column.name) for column in users.c}))
ONE = Statement(select(users.c.subject).where(users.c.id == bindparam("user_id")))


def row(user_id: UUID) -> dict[str, object]:
    """Give the parameters of a user's row."""
    return {
        "id": user_id,
        "login": None,
        "email": None,
        "username": None,
        "password_hash": None,
        "issuer": "tests",
        "subject": str(user_id),
        "created_at": AT,
        "portfolio_count": 0,
        "prices_version": 0,
        "history_version": 0,
        "is_admin": 0,
        "is_first": 0,
    }


async def add(database: Database, user_id: UUID) -> None:
    async with database.transaction() as transaction:
        transaction.defer(ADD, row(user_id))


async def is_kept(url: str, user_id: UUID) -> bool:
    """Tell whether a connection of somebody else sees the user."""
    return bool(await outside(url, f"SELECT 1 FROM users WHERE id = '{user_id}'"))  # noqa: S608 - a UUID


# What a transaction promises


async def test_d1_what_a_block_wrote_is_committed_when_it_ends(database: Database, migrated_url: str) -> None:
    user_id = new_id()
    async with database.transaction() as transaction:
        transaction.defer(ADD, row(user_id))
        await transaction.flush()
        assert not await is_kept(migrated_url, user_id)
    assert await is_kept(migrated_url, user_id)


async def test_d2_a_block_that_raises_leaves_nothing(database: Database, migrated_url: str) -> None:
    user_id, next_id = new_id(), new_id()

    async def work() -> None:
        async with database.transaction() as transaction:
            transaction.defer(ADD, row(user_id))
            await transaction.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await work()
    await add(database, next_id)
    assert not await is_kept(migrated_url, user_id)
    assert await is_kept(migrated_url, next_id)


async def test_d2_a_cancelled_block_leaves_nothing(database: Database, migrated_url: str) -> None:
    user_id = new_id()
    inside = asyncio.Event()

    async def work() -> None:
        async with database.transaction() as transaction:
            transaction.defer(ADD, row(user_id))
            await transaction.flush()
            inside.set()
            await asyncio.sleep(30)

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await add(database, new_id())
    assert not await is_kept(migrated_url, user_id)


async def test_a_transaction_sees_its_own_writes_and_others_do_not(database: Database) -> None:
    user_id = new_id()
    async with database.transaction() as transaction:
        transaction.defer(ADD, row(user_id))
        assert await transaction.fetch(ONE, {"user_id": user_id}) == [(str(user_id),)]
        assert await database.read(ONE, {"user_id": user_id}) == []
    assert [tuple(found) for found in await database.read(ONE, {"user_id": user_id})] == [(str(user_id),)]


async def test_readings_together_give_what_each_gives_alone(sql_units: Units) -> None:
    owner_id, portfolio_ids = await an_owner(sql_units), []
    for name in ("One", "Two"):

        async def opened(unit: WriteUnit, name: str = name) -> int:
            return (await unit.portfolios.add(owner_id=owner_id, name=name, base_currency="USD", at=AT)).id

        portfolio_ids.append(await sql_units.write(opened, trace=TRACE, at=AT))

    async def nothing_to_ask() -> str:
        return "no query"

    async def work(unit: WriteUnit) -> None:
        clock = await unit.clocks.get()
        unit.clocks.save(replace(clock, speed=Decimal("1.50")))
        # What was deferred before is seen.
        found = await unit.together(
            unit.clocks.get(),
            nothing_to_ask(),
            unit.users.get(owner_id),
            unit.portfolios.default_id(owner_id),
        )
        assert found == [
            replace(clock, speed=Decimal("1.50")),
            "no query",
            await unit.users.get(owner_id),
            None,
        ]
        assert isinstance(found[0].speed, Decimal)
        assert await unit.together() == []
        # A query alone is asked at once again.
        assert [await unit.portfolios.default_id(owner_id)] == [None]
        raise LookupError

    with pytest.raises(LookupError):
        await sql_units.exchange(work)


async def test_a_reading_that_fails_fails_those_beside_it(sql_units: Units) -> None:
    wrong = Statement(select(literal_column("nothing_of_this_name")))

    async def work(unit: WriteUnit) -> None:
        await unit.together(unit.clocks.get(), unit.fetch(wrong, {}))

    with pytest.raises(Exception, match=r"nothing_of_this_name|does not answer"):
        await sql_units.exchange(work)
    assert (await sql_units.read().clocks.get()).version >= 0


async def test_a_snapshot_sees_one_moment_and_writes_nothing(database: Database) -> None:
    user_id = new_id()
    count = Statement(select(func.count()).select_from(users))
    async with database.snapshot() as snapshot:
        before = await snapshot.fetch(count, {})
        await add(database, user_id)
        assert await snapshot.fetch(count, {}) == before
        assert await snapshot.fetch(ONE, {"user_id": user_id}) == []
    assert await database.read(count, {}) != before


async def test_many_writers_at_once_lose_nothing(database: Database, migrated_url: str) -> None:
    ids = [new_id() for _ in range(60)]
    await asyncio.gather(*(add(database, user_id) for user_id in ids))
    kept = {str(found[0]) for found in await outside(migrated_url, "SELECT id FROM users")}
    assert {str(user_id) for user_id in ids} <= kept
    assert database.waiting == 0


@pytest.mark.parametrize("lock", ["lock", "lock_ledger"])
async def test_one_writer_at_a_time_decides_on_a_locked_portfolio(
    sql_units: Units, migrated_url: str, lock: str
) -> None:
    owner_id = await an_owner(sql_units)
    portfolio = await sql_units.write(
        lambda unit: unit.portfolios.add(owner_id=owner_id, name="A", base_currency="USD", at=AT),
        trace=TRACE,
        at=AT,
    )

    async def declare(_: int) -> int:
        async def work(unit: WriteUnit) -> int:
            locked = await getattr(unit.portfolios, lock)(owner_id, portfolio.id)
            sealed = seal(locked, [an_entry()], at=AT)
            unit.transactions.append(locked, sealed, assets=1)
            return sealed[0].seq

        return await sql_units.write(work, trace=TRACE, at=AT)

    assert sorted(await asyncio.gather(*map(declare, range(30)))) == list(range(1, 31))
    (held,) = await outside(migrated_url, f"SELECT quantity FROM positions WHERE owner_id = '{owner_id}'")  # noqa: S608 - of ours
    assert Decimal(held[0]) == 75


async def test_who_decides_nothing_on_a_ledger_appends_to_it_without_a_race(
    sql_units: Units, migrated_url: str
) -> None:
    owner_id = await an_owner(sql_units)
    portfolio = await sql_units.write(
        lambda unit: unit.portfolios.add(owner_id=owner_id, name="A", base_currency="USD", at=AT),
        trace=TRACE,
        at=AT,
    )
    tries = 0

    async def declare(_: int) -> Transaction:
        async def work(unit: WriteUnit) -> Transaction:
            nonlocal tries
            tries += 1
            return await unit.transactions.append_next_one(owner_id, portfolio.id, an_entry(), at=AT)

        return await sql_units.write(work, trace=TRACE, at=AT)

    made = sorted(await asyncio.gather(*map(declare, range(30))), key=lambda one: one.seq)
    assert tries == 30
    assert [one.digest for one in made] == [one.digest for one in seal(portfolio, [an_entry()] * 30, at=AT)]
    (held,) = await outside(migrated_url, f"SELECT quantity FROM positions WHERE owner_id = '{owner_id}'")  # noqa: S608 - of ours
    assert Decimal(held[0]) == 75


# A lost race is done again, whole


async def test_a_lost_race_is_done_again_whole(sql_units: Units, migrated_url: str) -> None:
    tried: list[UUID] = []

    async def work(unit: WriteUnit) -> UUID:
        user = a_user()
        tried.append(user.id)
        unit.users.add(user, "hash")
        await unit.flush()
        if len(tried) < 5:
            raise Retry
        return user.id

    assert await sql_units.write(work, trace=TRACE, at=AT) == tried[-1]
    assert [await is_kept(migrated_url, user_id) for user_id in tried] == [False] * 4 + [True]


async def test_a_race_is_lost_five_times_at_most(sql_units: Units) -> None:
    tries = 0

    async def work(_: WriteUnit) -> None:
        nonlocal tries
        tries += 1
        raise Retry

    with pytest.raises(Unavailable):
        await sql_units.write(work, trace=TRACE, at=AT)
    assert tries == 5


async def test_two_first_orders_at_once_share_one_default_portfolio(sql_units: Units) -> None:
    owner_id = await an_owner(sql_units)

    async def first_order(_: int) -> int:
        async def work(unit: WriteUnit) -> int:
            found = await unit.portfolios.default_id(owner_id)
            if found is None:
                made = await unit.portfolios.add(
                    owner_id=owner_id, name="Default", base_currency="USD", at=AT, is_default=True
                )
                found = made.id
            return found

        return await sql_units.write(work, trace=TRACE, at=AT)

    assert len(set(await asyncio.gather(*map(first_order, range(6))))) == 1
