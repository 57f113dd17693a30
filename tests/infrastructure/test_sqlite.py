"""What holds on SQLite alone: shared commits, and one writer over all processes."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from steward.infrastructure.db.database import DatabaseDown
from steward.infrastructure.db.migrate import migrate
from steward.infrastructure.db.sqlite import SQLite
from steward.infrastructure.db.writer_lock import WriterLock
from tests.factories import new_id
from tests.infrastructure.databases import opened, outside, path_of
from tests.infrastructure.test_database import ADD, add, is_kept, row

# Another process: it holds a transaction open, or writes one row after the other.
HOLDER = """
import asyncio, sys
from pathlib import Path
from steward.infrastructure.db.sqlite import SQLite

async def main():
    database = SQLite(Path(sys.argv[1]))
    await database.open()
    async with database.transaction():
        print("holding", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
WRITER = """
import asyncio, sys
from pathlib import Path
from steward.infrastructure.db.sqlite import SQLite
from tests.factories import new_id
from tests.infrastructure.test_database import add

async def main():
    database = SQLite(Path(sys.argv[1]))
    await database.open()
    print("writing", flush=True)
    while True:
        await add(database, new_id())

asyncio.run(main())
"""

TAKER = """
import os, sys
from pathlib import Path
from steward.infrastructure.db.writer_lock import WriterLock

path = Path(sys.argv[1])
lock = WriterLock(path)
count = os.open(path.with_suffix(".count"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
print("taking", flush=True)
while True:
    if not lock.try_acquire():
        lock.acquire()
    os.write(count, b".")
    lock.release()
"""


@pytest.fixture(scope="module")
def engine() -> str:
    return "sqlite"


@pytest.fixture
async def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/steward.db"
    await migrate(url)
    return url


@pytest.fixture
async def database(url: str) -> AsyncIterator[SQLite]:
    async with opened(url) as database:
        assert isinstance(database, SQLite)
        yield database


@contextmanager
def another_process(program: str, url: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program on the database, from its first word on; kill it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path_of(url))],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip()
        yield process
    finally:
        process.kill()
        process.communicate()


async def rows(url: str) -> int:
    (found,) = await outside(url, "SELECT count(*) FROM users")
    return int(found[0])


async def test_transactions_that_wait_share_a_commit(database: SQLite, url: str) -> None:
    commits: list[str] = []
    database._writer.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    await asyncio.gather(*(add(database, new_id()) for _ in range(100)))
    assert await rows(url) == 100
    assert 1 <= len(commits) <= 5


async def test_one_that_fails_does_not_take_its_neighbours_along(database: SQLite, url: str) -> None:
    ids = [new_id() for _ in range(20)]

    async def work(number: int, user_id: UUID) -> None:
        async with database.transaction() as transaction:
            transaction.defer(ADD, row(user_id))
            await transaction.flush()
            if number % 2:
                raise LookupError

    done = await asyncio.gather(*(work(*pair) for pair in enumerate(ids)), return_exceptions=True)
    assert [type(one) for one in done] == [type(None), LookupError] * 10
    assert [await is_kept(url, user_id) for user_id in ids] == [True, False] * 10


async def test_a_cancelled_request_does_not_take_its_neighbours_along(database: SQLite, url: str) -> None:
    ids = [new_id() for _ in range(20)]
    tasks = [asyncio.create_task(add(database, user_id)) for user_id in ids]
    while not database.waiting:  # noqa: ASYNC110 - the driver announces nothing
        await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in done] == [asyncio.CancelledError, type(None)] * 10
    assert all([await is_kept(url, user_id) for user_id in ids[1::2]])
    await add(database, new_id())


async def test_d1_nobody_is_told_before_the_commit_is_durable(database: SQLite, url: str) -> None:
    ids = [new_id() for _ in range(20)]
    for done in asyncio.as_completed([told(database, user_id) for user_id in ids]):
        assert await is_kept(url, await done)


async def told(database: SQLite, user_id: UUID) -> UUID:
    await add(database, user_id)
    return user_id


async def test_a_full_disk_refuses_the_write_and_is_survived(database: SQLite, url: str) -> None:
    await add(database, new_id())
    before = await rows(url)
    (pages,) = database._writer.execute("PRAGMA page_count").fetchone()
    database._writer.execute(f"PRAGMA max_page_count = {pages}")
    done = await asyncio.gather(*(add(database, new_id()) for _ in range(500)), return_exceptions=True)
    refused = [one for one in done if one is not None]
    assert refused
    assert {type(one) for one in refused} == {DatabaseDown}
    assert await rows(url) == before + 500 - len(refused)
    database._writer.execute("PRAGMA max_page_count = 1000000")
    await add(database, new_id())
    assert await rows(url) == before + 501 - len(refused)


async def test_d2_after_an_i_o_error_the_whole_commit_is_refused(database: SQLite, url: str) -> None:
    ids = [new_id() for _ in range(5)]

    async def work(user_id: UUID) -> None:
        async with database.transaction() as transaction:
            transaction.defer(ADD, row(user_id))
            await transaction.flush()
            if user_id == ids[2]:
                # What SQLite does by itself when a write to the disk fails.
                database._writer.execute("ROLLBACK")
                raise DatabaseDown

    done = await asyncio.gather(*map(work, ids), return_exceptions=True)
    for user_id, one in zip(ids, done, strict=True):
        assert await is_kept(url, user_id) == (one is None)
    assert isinstance(done[2], DatabaseDown)
    assert {type(one) for one in done} <= {type(None), DatabaseDown}
    await add(database, ids[2])
    assert await is_kept(url, ids[2])


async def test_a_killed_process_gives_the_writer_s_lock_back(database: SQLite, url: str) -> None:
    with another_process(HOLDER, url) as holder:
        writing = asyncio.create_task(add(database, new_id()))
        await asyncio.sleep(0.2)
        assert not writing.done()
        os.kill(holder.pid, signal.SIGKILL)
        async with asyncio.timeout(5):
            await writing
    assert await rows(url) == 1


async def test_a_request_that_stops_waiting_for_the_lock_leaves_it_to_others(
    database: SQLite, url: str
) -> None:
    with another_process(HOLDER, url) as holder:
        writing = [asyncio.create_task(add(database, new_id())) for _ in range(3)]
        await asyncio.sleep(0.1)
        writing[0].cancel()
        holder.kill()
        async with asyncio.timeout(5):
            done = await asyncio.gather(*writing, return_exceptions=True)
    assert [type(one) for one in done] == [asyncio.CancelledError, type(None), type(None)]
    with another_process(WRITER, url):
        await asyncio.sleep(0.2)
    assert await rows(url) > 2


def test_a_busy_process_lets_one_that_waits_in(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    lock, seconds = WriterLock(path), []
    with another_process(TAKER, f"sqlite:///{path}"):
        for _ in range(50):
            time.sleep(0.002)
            started = time.monotonic()
            lock.acquire()
            seconds.append(time.monotonic() - started)
            lock.release()
    lock.close()
    assert path.with_suffix(".count").stat().st_size > 100
    assert max(seconds) < 1


async def test_who_waits_for_the_lock_keeps_newcomers_from_trying(tmp_path: Path) -> None:
    first, second, newcomer = (WriterLock(tmp_path / "steward.db") for _ in range(3))
    assert first.try_acquire()
    waiting = asyncio.create_task(asyncio.to_thread(second.acquire))
    try:
        await asyncio.sleep(0.1)
        with pytest.raises(BlockingIOError):
            fcntl.flock(newcomer._queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        first.release()
        await waiting
    assert not newcomer.try_acquire()
    second.release()
    assert newcomer.try_acquire()
    for lock in (first, second, newcomer):
        lock.close()


async def test_the_loop_is_free_while_a_process_waits_for_the_lock(database: SQLite, url: str) -> None:
    with another_process(HOLDER, url):
        writing = asyncio.create_task(add(database, new_id()))
        started = time.monotonic()
        for _ in range(10):
            await asyncio.sleep(0.01)
            assert await rows(url) == 0
        assert time.monotonic() - started < 1
        assert not writing.done()
    await writing


async def test_closing_commits_what_waits(url: str) -> None:
    ids = [new_id() for _ in range(5)]
    async with opened(url) as database:
        tasks = [asyncio.create_task(add(database, user_id)) for user_id in ids]
        while database.waiting < len(ids):  # noqa: ASYNC110 - the driver announces nothing
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert await rows(url) == len(ids)


async def test_a_database_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "steward.db").mkdir()
    with pytest.raises(DatabaseDown):
        await SQLite(tmp_path / "steward.db").open()
