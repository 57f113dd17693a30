"""SQLite: one write connection whose waiting transactions share a commit, and one for short reads.

Every write transaction and every checkpoint of every process holds one lock file, so no two
connections ever write or checkpoint at the same instant (SQLite before 3.51.3 can lose a commit
then), and waiting costs no polling. A process that dies gives the lock back.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from steward.infrastructure.db.database import DatabaseDown
from steward.infrastructure.db.sqlite_connection import connect, run, run_many, translated
from steward.infrastructure.db.statements import Params, Row, Statement
from steward.infrastructure.db.writer_lock import WriterLock


class SQLite:
    """A database in one file."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-commit")
        self._turn = asyncio.Lock()
        self._begun = False
        self._batch: list[asyncio.Future[None]] = []
        self._committing: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many transactions wait for the next commit."""
        return len(self._batch)

    async def open(self) -> None:
        """Open the file and both connections."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = WriterLock(self._path)
        with translated():
            self._writer = connect(self._path)
            self._reader = connect(self._path)
            self._reader.execute("PRAGMA query_only = ON")

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        """Run one short query on the loop: it costs less than handing it to a thread."""
        return run(self._reader, statement, params)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["SQLiteTransaction"]:
        """Read one moment, on a connection of its own."""
        with translated():
            connection = connect(self._path)
        try:
            connection.execute("BEGIN")
            yield SQLiteTransaction(connection)
        finally:
            connection.close()

    @asynccontextmanager
    async def transaction(
        self,
        *,
        optimistic: bool = False,  # noqa: ARG002 - there is one writer, who waits for nobody
    ) -> AsyncIterator["SQLiteTransaction"]:
        """Run a savepoint inside the commit that the waiting transactions share."""
        async with self._turn:
            if not self._begun:
                await self._begin()
            self._writer.execute("SAVEPOINT unit")
            transaction = SQLiteTransaction(self._writer)
            try:
                yield transaction
                await transaction.flush()
            except BaseException as error:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK TO unit")
                    self._writer.execute("RELEASE unit")
                    self._commit_soon()
                else:
                    self._abandon(error)
                raise
            self._writer.execute("RELEASE unit")
            durable = asyncio.get_running_loop().create_future()
            self._batch.append(durable)
            self._commit_soon()
        # A cancelled request must not cancel the commit of its neighbours.
        await asyncio.shield(durable)

    async def close(self) -> None:
        """Commit what waits, then close; the last connection to close checkpoints, under the lock."""
        if self._committing is not None:
            await self._committing
        self._reader.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._lock.acquire)
        self._writer.close()
        self._lock.release()
        self._lock.close()
        self._thread.shutdown()

    async def _begin(self) -> None:
        if not self._lock.try_acquire():
            waiting = asyncio.get_running_loop().run_in_executor(self._thread, self._lock.acquire)
            try:
                await asyncio.shield(waiting)
            except asyncio.CancelledError:
                await waiting
                self._lock.release()
                raise
        try:
            with translated():
                self._writer.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock.release()
            raise
        self._begun = True

    def _commit_soon(self) -> None:
        if self._committing is None:
            self._committing = asyncio.get_running_loop().create_task(self._commit())

    async def _commit(self) -> None:
        # The lock is first come first served: every transaction that waited before runs before this
        # commit and shares it, with no timer.
        async with self._turn:
            self._committing = None
            if not self._begun:
                return
            self._begun = False
            batch, self._batch = self._batch, []
            failure: BaseException | None = None
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._commit_blocking)
            except BaseException as error:  # noqa: BLE001 - told to everyone whose write it was
                failure = error
        _settle(batch, failure)

    def _abandon(self, failure: BaseException) -> None:
        """SQLite has rolled everything back itself (a full disk, say): nothing of the batch is kept."""
        self._begun = False
        self._lock.release()
        batch, self._batch = self._batch, []
        down = DatabaseDown()
        down.__cause__ = failure
        _settle(batch, down)

    def _commit_blocking(self) -> None:
        try:
            self._writer.execute("COMMIT")
        except BaseException:
            # After a failed write the connection's state is not to be trusted: start with a new one.
            self._writer.close()
            self._writer = connect(self._path)
            raise
        finally:
            self._lock.release()


def _settle(batch: list[asyncio.Future[None]], failure: BaseException | None) -> None:
    for durable in batch:
        if durable.cancelled():
            continue
        if failure is None:
            durable.set_result(None)
        else:
            durable.set_exception(_told(failure))


def _told(failure: BaseException) -> BaseException:
    if isinstance(failure, sqlite3.OperationalError):
        down = DatabaseDown()
        down.__cause__ = failure
        return down
    return failure


class SQLiteTransaction:
    """An open savepoint."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._deferred: list[tuple[Statement, Params]] = []

    async def fetch(self, statement: Statement, params: Params) -> list[Row]:
        """Send what is deferred, then run a query."""
        await self.flush()
        return run(self._connection, statement, params)

    async def together(self, *readings: Awaitable[Any]) -> list[Any]:
        """Give what readings find, one after the other: there is no way to save."""
        return [await one for one in readings]

    def defer(self, statement: Statement, params: Params) -> None:
        """Keep a write until the next flush, as on PostgreSQL."""
        self._deferred.append((statement, params))

    async def flush(self) -> list[Row]:
        """Run the deferred writes in order."""
        answer: list[Row] = []
        deferred, self._deferred = self._deferred, []
        for statement, params in deferred:
            rows = run(self._connection, statement, params)
            if "RETURNING" in statement.sqlite.sql:
                answer = rows
        return answer

    async def many(self, statement: Statement, rows: Sequence[Params]) -> None:
        """Run one write for each row."""
        await self.flush()
        run_many(self._connection, statement, rows)

    async def begin(self) -> None:
        """Do nothing: the savepoint is there."""

    async def conclude(self) -> list[Row]:
        """Run the deferred writes in order."""
        return await self.flush()
