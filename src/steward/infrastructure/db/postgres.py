"""PostgreSQL through asyncpg: a small pool of prepared connections, writes batched into one statement."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from operator import is_
from typing import Any

import asyncpg

from steward.infrastructure.db.batches import batch
from steward.infrastructure.db.database import DatabaseDown
from steward.infrastructure.db.joined import joined
from steward.infrastructure.db.places import Places
from steward.infrastructure.db.postgres_connection import Connection, connected, explain
from steward.infrastructure.db.rows import of_rows
from steward.infrastructure.db.statements import Lock, Params, Row, Statement

_POOL_WAIT_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
_CANCEL_SECONDS = 1
_WATCH_SECONDS = 1.0
_SESSION = {
    "application_name": "steward",
    "timezone": "UTC",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "10000",
    # Every statement here is short: compiling one would cost more than running it.
    "jit": "off",
}


class PostgreSQL:
    """A database on PostgreSQL 15 or newer; `size` connections at most per worker."""

    engine = "postgresql"

    def __init__(self, url: str, *, size: int, statement_timeout_seconds: int = 5) -> None:
        self._url = url
        self._session = {**_SESSION, "statement_timeout": str(statement_timeout_seconds * 1000)}
        # A server that still lives ends a statement itself; beyond that, nobody is there any more.
        self._command_seconds = statement_timeout_seconds + _CANCEL_SECONDS
        self._idle: list[Connection] = []
        self._used: set[Connection] = set()
        self._watch: asyncio.TimerHandle | None = None
        self._places = Places(size, patience_seconds=_POOL_WAIT_SECONDS)
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many requests wait for a connection."""
        return self._places.waiting

    async def open(self) -> None:
        """Connect once, so that a wrong address shows at the start."""
        self.give_back(await self.take())

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        """Run one query in a transaction of its own."""
        compiled = statement.postgresql
        connection = await self.take()
        try:
            return await connection.fetch(compiled.sql, compiled.arguments(params))
        except Exception as error:
            explain(error, [(statement, params)])
            raise
        finally:
            self.give_back(connection)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["PostgreSQLTransaction"]:
        """Read one moment."""
        connection = await self.take()
        try:
            transaction = PostgreSQLTransaction(connection, optimistic=False)
            await transaction.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield transaction
        finally:
            await _rolled_back(connection)
            self.give_back(connection)

    def transaction(self, *, optimistic: bool = False) -> "_Opened":
        """Run a transaction, then commit or roll back."""
        return _Opened(self, optimistic=optimistic)

    async def close(self) -> None:
        """Disconnect; a connection in use is closed when it comes back."""
        self._closed = True
        for connection in self._idle:
            await connection.raw.close(timeout=2)
        self._idle.clear()

    async def take(self) -> Connection:
        """Take a connection. Raises DatabaseDown."""
        if self._closed:
            raise DatabaseDown
        await self._places.take()
        while self._idle:
            connection = self._idle.pop()
            if not connection.raw.is_closed():
                break
        else:
            connection = await self._connected()
        self._used.add(connection)
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(_WATCH_SECONDS, self._end_late)
        return connection

    async def _connected(self) -> Connection:
        try:
            raw = await asyncpg.connect(
                self._url,
                server_settings=self._session,
                timeout=_CONNECT_SECONDS,
                statement_cache_size=0,
            )
            return await connected(raw)
        except BaseException as error:
            self._places.give()
            if isinstance(error, Exception):
                explain(error, [])
            raise

    def _end_late(self) -> None:
        """End what has waited too long for an answer: one look at all costs less than a timer for each."""
        self._watch = None
        late = time.monotonic() - self._command_seconds
        for connection in self._used:
            if connection.asked_at is not None and connection.asked_at < late:
                connection.raw.terminate()
        if self._used:
            self._watch = asyncio.get_running_loop().call_later(_WATCH_SECONDS, self._end_late)

    def give_back(self, connection: Connection) -> None:
        """Give a connection to whoever waits longest."""
        self._used.discard(connection)
        if self._closed:
            connection.raw.terminate()
        elif not connection.raw.is_closed():
            self._idle.append(connection)
        self._places.give()


async def _rolled_back(connection: Connection) -> None:
    """Leave no transaction open; a connection that cannot even do that is dropped."""
    try:
        await asyncio.shield(connection.raw.execute("ROLLBACK", timeout=2))
    except BaseException:  # noqa: BLE001 - whatever it was, the connection is of no more use
        connection.raw.terminate()


class PostgreSQLTransaction:
    """A transaction on one connection. It begins when a statement first needs others to stand with it."""

    def __init__(self, connection: Connection, *, optimistic: bool) -> None:
        self._connection = connection
        self._optimistic = optimistic
        self._deferred: list[tuple[Statement, Params]] = []
        self._asked: list[tuple[Statement, Params, asyncio.Future[list[Row]]]] | None = None
        self._concluded = False
        self.begun = False

    async def begin(self, characteristics: str = "") -> None:
        """Begin, unless it has begun."""
        if not self.begun:
            await self._execute(f"BEGIN {characteristics}")
            self.begun = True

    async def commit(self) -> None:
        """Send what is deferred and commit."""
        if self._deferred:
            await self.conclude()
        if self.begun:
            await self._execute("COMMIT")

    async def fetch(self, statement: Statement, params: Params) -> list[Row]:
        """Send what is deferred, then run a query."""
        if self._asked is not None:
            self._asked.append((statement, params, asyncio.get_running_loop().create_future()))
            return await self._asked[-1][2]
        if self._deferred:
            await self.flush()
        if statement.lock is Lock.VERSIONED and self._optimistic and not self.begun:
            statement = statement.unlocked
        if statement.changes or statement.lock is not Lock.NONE:
            await self.begin()
        compiled = statement.postgresql
        return await self._run(compiled.sql, compiled.arguments(params), [(statement, params)])

    async def together(self, *readings: Awaitable[Any]) -> list[Any]:
        """Give what readings find, the first queries of all in one round trip."""
        if self._deferred:
            await self.flush()
        self._asked = []
        tasks = [asyncio.ensure_future(one) for one in readings]
        try:
            await asyncio.sleep(0)  # each runs up to its query, if it has one
            asked, self._asked = self._asked, None
            if asked:
                await self._answer(asked)
            return await asyncio.gather(*tasks)
        finally:
            self._asked = None
            for task in tasks:
                task.cancel()

    async def _answer(self, asked: Sequence[tuple[Statement, Params, asyncio.Future[list[Row]]]]) -> None:
        statements, params, answers = zip(*asked, strict=True)
        whole = joined(statements)
        ran = list(zip(statements, params, strict=True))
        ((*found,),) = await self._run(whole.sql, whole.arguments(params), ran)
        for answer, rows in zip(answers, whole.rows(tuple(found)), strict=True):
            answer.set_result(rows)

    async def many(self, statement: Statement, rows: Sequence[Params]) -> None:
        """Keep one write of many rows for the next round trip."""
        if rows:
            whole = of_rows(statement)
            self.defer(whole, whole.params(rows))

    def defer(self, statement: Statement, params: Params) -> None:
        """Keep a write for the next round trip."""
        self._deferred.append((statement, params))

    async def flush(self) -> list[Row]:
        """Send all deferred writes as one statement."""
        if not self._deferred:
            return []
        await self.begin()
        return await self._send()

    async def conclude(self) -> list[Row]:
        """Send all deferred writes as one statement, which commits itself if nothing has begun."""
        rows = await self._send()
        self._concluded = not self.begun
        return rows

    async def _send(self) -> list[Row]:
        deferred, self._deferred = self._deferred, []
        statements, params = zip(*deferred, strict=True)
        whole = batch(
            tuple([statement.postgresql for statement in statements]), tuple(map(is_, params[1:], params))
        )
        return await self._run(whole.sql, whole.arguments(params), deferred)

    async def _run(
        self, sql: str, arguments: Sequence[object], ran: Sequence[tuple[Statement, Params]]
    ) -> list[Row]:
        if self._concluded:
            message = "this transaction was concluded: flush what others are to follow"
            raise RuntimeError(message)
        try:
            return await self._connection.fetch(sql, arguments)
        except Exception as error:
            explain(error, ran)
            raise

    async def _execute(self, sql: str) -> None:
        try:
            await self._connection.execute(sql)
        except Exception as error:
            explain(error, [])
            raise


class _Opened:
    """Takes a connection for one transaction; a class, because a generator costs twice as much."""

    def __init__(self, database: PostgreSQL, *, optimistic: bool) -> None:
        self._database = database
        self._optimistic = optimistic

    async def __aenter__(self) -> PostgreSQLTransaction:
        self._connection = await self._database.take()
        self._transaction = PostgreSQLTransaction(self._connection, optimistic=self._optimistic)
        return self._transaction

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        committed = False
        try:
            if kind is None:
                await self._transaction.commit()
                committed = True
        finally:
            if self._transaction.begun and not committed:
                await _rolled_back(self._connection)
            self._database.give_back(self._connection)
