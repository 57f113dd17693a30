"""What holds on PostgreSQL alone: the pool and lost connections."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, literal_column, select, table

from steward.infrastructure.db.database import DatabaseDown, LockTimeout
from steward.infrastructure.db.postgres import PostgreSQL
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.unit_of_work import Units
from tests.factories import new_id
from tests.infrastructure.databases import opened, outside
from tests.infrastructure.test_database import ADD, ONE, add, is_kept, row
from tests.servers import free_port

PID = Statement(select(func.pg_backend_pid()))
SLEEP = Statement(select(func.pg_sleep(literal_column("30"))))


@pytest.fixture(scope="module")
def engine() -> str:
    return "postgresql"


@pytest.fixture
async def single(migrated_url: str) -> AsyncIterator[PostgreSQL]:
    """Give the database through a pool of one connection."""
    async with opened(migrated_url, size=1, statement_timeout_seconds=1) as database:
        assert isinstance(database, PostgreSQL)
        yield database


async def pid(database: PostgreSQL) -> int:
    rows = await database.read(PID, {})
    return int(rows[0][0])


async def end(url: str, backend: int) -> None:
    """End a connection from outside, as a failing network or a restart would."""
    await outside(url, f"SELECT pg_terminate_backend({backend}, 2000)")


async def test_a_connection_is_used_again(single: PostgreSQL) -> None:
    assert len({await pid(single) for _ in range(5)}) == 1


async def test_who_waits_for_the_pool_is_served_in_turn(single: PostgreSQL) -> None:
    served: list[int] = []

    async def ask(number: int) -> None:
        await pid(single)
        served.append(number)

    async with single.transaction():
        waiting = [asyncio.create_task(ask(number)) for number in range(5)]
        await asyncio.sleep(0.01)
        assert single.waiting == 5
        assert served == []
    await asyncio.gather(*waiting)
    assert served == [0, 1, 2, 3, 4]
    assert single.waiting == 0


async def test_waiting_too_long_for_the_pool_is_refused_and_nothing_is_lost(single: PostgreSQL) -> None:
    async with single.transaction():
        started = time.monotonic()
        with pytest.raises(DatabaseDown):
            await pid(single)
        assert 1.9 < time.monotonic() - started < 4
        assert single.waiting == 0
    await pid(single)


async def test_who_stops_waiting_for_the_pool_leaves_the_place_to_others(single: PostgreSQL) -> None:
    async with single.transaction():
        waiting = [asyncio.create_task(pid(single)) for _ in range(3)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        waiting[1].cancel()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in done] == [asyncio.CancelledError, asyncio.CancelledError, int]
    await pid(single)


async def test_cancelled_reads_stand_in_nobody_s_way(single: PostgreSQL) -> None:
    for _ in range(3):
        reading = asyncio.create_task(single.read(SLEEP, {}))
        await asyncio.sleep(0.05)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(0.8):  # the statement itself would go on for a second
            await pid(single)
    assert single.waiting == 0


async def test_broken_connections_are_replaced(database: PostgreSQL, migrated_url: str) -> None:
    async def held() -> int:
        async with database.transaction() as transaction:
            await asyncio.sleep(0.05)
            return int((await transaction.fetch(PID, {}))[0][0])

    backends = set(await asyncio.gather(*(held() for _ in range(4))))
    assert len(backends) == 4
    for backend in backends:
        await end(migrated_url, backend)
    await asyncio.sleep(0.05)
    fresh = set(await asyncio.gather(*(held() for _ in range(4))))
    assert not fresh & backends


async def test_d2_a_connection_lost_inside_a_transaction_leaves_nothing(
    single: PostgreSQL, migrated_url: str
) -> None:
    user_id = new_id()

    async def work() -> None:
        async with single.transaction() as transaction:
            transaction.defer(ADD, row(user_id))
            backend = int((await transaction.fetch(PID, {}))[0][0])
            await end(migrated_url, backend)
            await transaction.fetch(ONE, {"user_id": user_id})

    for _ in range(3):
        with pytest.raises(DatabaseDown):
            await work()
    assert not await is_kept(migrated_url, user_id)
    await add(single, user_id)
    assert await is_kept(migrated_url, user_id)


async def test_a_statement_that_takes_too_long_is_refused(single: PostgreSQL) -> None:
    started = time.monotonic()
    with pytest.raises(LockTimeout):
        await single.read(SLEEP, {})
    assert time.monotonic() - started < 3
    await pid(single)


@asynccontextmanager
async def silenced(url: str) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Give an address that leads to the database until the event is set: then nothing comes back."""
    target, silent = urlsplit(url), asyncio.Event()
    tasks: set[asyncio.Task[None]] = set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not silent.is_set():
                writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(target.hostname, target.port)
        tasks.add(asyncio.create_task(pass_on(reader, there[1])))
        tasks.add(asyncio.create_task(pass_on(there[0], writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    here = "{}:{}".format(*server.sockets[0].getsockname())
    yield url.replace(f"{target.hostname}:{target.port}", here), silent
    for task in tasks:
        task.cancel()
    server.close()


async def test_a_server_that_falls_silent_is_given_up(migrated_url: str) -> None:
    async with (
        silenced(migrated_url) as (url, silent),
        opened(url, size=1, statement_timeout_seconds=1) as database,
    ):
        silent.set()
        started = time.monotonic()
        with pytest.raises(DatabaseDown):
            await database.read(PID, {})
        assert 2 < time.monotonic() - started < 4.5
        silent.clear()
        assert isinstance(database, PostgreSQL)
        await pid(database)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = PostgreSQL(f"postgresql://steward@127.0.0.1:{free_port()}/steward", size=1)
    with pytest.raises(DatabaseDown):
        await database.open()


async def test_a_schema_that_is_not_there_is_unavailable(sql_units: Units) -> None:
    absent = Statement(select(literal_column("1")).select_from(table("no_such_table")))
    with pytest.raises(DatabaseDown):
        await sql_units.database.read(absent, {})


async def test_closing_leaves_no_connection_behind(migrated_url: str) -> None:
    async with opened(migrated_url, size=2) as database:
        assert isinstance(database, PostgreSQL)
        entered, leave = asyncio.Event(), asyncio.Event()

        async def work() -> int:
            async with database.transaction() as transaction:
                found = await transaction.fetch(PID, {})
                entered.set()
                await leave.wait()
                return int(found[0][0])

        task = asyncio.create_task(work())
        await entered.wait()
    leave.set()
    backend = await task
    await asyncio.sleep(0.05)
    assert await outside(migrated_url, f"SELECT 1 FROM pg_stat_activity WHERE pid = {backend}") == []  # noqa: S608 - a number
    with pytest.raises(DatabaseDown):
        await pid(database)
