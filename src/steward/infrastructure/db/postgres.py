"""PostgreSQL through asyncpg: a small pool of prepared connections, writes batched into one statement."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import structlog

from steward.infrastructure.db.database import DatabaseDown, LockTimeout, Retry, refusal
from steward.infrastructure.db.statements import Compiled, Params, Row, Statement

_log = structlog.get_logger("steward.postgresql")
_POOL_WAIT_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
_SESSION = {
    "application_name": "steward",
    "timezone": "UTC",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "10000",
    # Every statement here is short: compiling one would cost more than running it.
    "jit": "off",
}
_PLACEHOLDER = re.compile(r"\$(\d+)")
_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    # The database, its schema or its role is not there yet, or not any more: readiness says so.
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.UndefinedTableError,
)


@contextmanager
def _translated(ran: Sequence[tuple[Statement, Params]]) -> Iterator[None]:
    try:
        yield
    except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError) as error:
        raise Retry from error
    except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError) as error:
        raise LockTimeout from error
    except asyncpg.IntegrityConstraintViolationError as error:
        meaning = refusal(ran, error.constraint_name or "")
        if meaning is None:
            raise
        raise meaning from error
    except (*_LOST, TimeoutError) as error:
        _log.warning("the database does not answer", reason=type(error).__name__)
        raise DatabaseDown from error


class _Connection:
    """One connection with the statements it has prepared."""

    def __init__(self, raw: "asyncpg.Connection[Any]") -> None:
        self.raw = raw
        self._prepared: dict[str, Any] = {}

    async def fetch(self, sql: str, arguments: list[object]) -> list[Row]:
        prepared = self._prepared.get(sql)
        if prepared is None:
            prepared = self._prepared[sql] = await self.raw.prepare(sql)
        rows: list[Row] = await prepared.fetch(*arguments)
        return rows


class PostgreSQL:
    """A database on PostgreSQL 15 or newer; `size` connections at most per worker."""

    engine = "postgresql"

    def __init__(self, url: str, *, size: int, statement_timeout_seconds: int = 5) -> None:
        self._url = url
        self._session = {**_SESSION, "statement_timeout": str(statement_timeout_seconds * 1000)}
        self._idle: list[_Connection] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._free = size
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many requests wait for a connection."""
        return len(self._waiting)

    async def open(self) -> None:
        """Connect once, so that a wrong address shows at the start."""
        async with self._connection():
            pass

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        """Run one query in a transaction of its own."""
        compiled = statement.postgresql
        with _translated([(statement, params)]):
            async with self._connection() as connection:
                return await connection.fetch(compiled.sql, compiled.arguments(params))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["PostgreSQLTransaction"]:
        """Read one moment."""
        async with self._connection() as connection:
            with _translated([]):
                await connection.raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield PostgreSQLTransaction(connection)
            finally:
                await _rolled_back(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["PostgreSQLTransaction"]:
        """Begin, then commit or roll back."""
        async with self._connection() as connection:
            with _translated([]):
                await connection.raw.execute("BEGIN")
            transaction = PostgreSQLTransaction(connection)
            try:
                yield transaction
                await transaction.flush()
                with _translated([]):
                    await connection.raw.execute("COMMIT")
            except BaseException:
                await _rolled_back(connection)
                raise

    async def close(self) -> None:
        """Disconnect; a connection in use is closed when it comes back."""
        self._closed = True
        for connection in self._idle:
            await connection.raw.close(timeout=2)
        self._idle.clear()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[_Connection]:
        await self._place()
        connection = None
        try:
            while self._idle:
                connection = self._idle.pop()
                if not connection.raw.is_closed():
                    break
                connection = None
            if connection is None:
                with _translated([]):
                    connection = _Connection(
                        await asyncpg.connect(
                            self._url,
                            server_settings=self._session,
                            timeout=_CONNECT_SECONDS,
                            statement_cache_size=0,
                        )
                    )
            yield connection
        finally:
            if connection is not None and self._closed:
                connection.raw.terminate()
            elif connection is not None and not connection.raw.is_closed():
                self._idle.append(connection)
            self._give_place()

    async def _place(self) -> None:
        if self._closed:
            raise DatabaseDown
        if self._free > 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(_POOL_WAIT_SECONDS):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._give_place()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(error, TimeoutError):
                raise DatabaseDown from error
            raise

    def _give_place(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


async def _rolled_back(connection: _Connection) -> None:
    """Leave no transaction open; a connection that cannot even do that is dropped."""
    try:
        await asyncio.shield(connection.raw.execute("ROLLBACK", timeout=2))
    except BaseException:  # noqa: BLE001 - whatever it was, the connection is of no more use
        connection.raw.terminate()


class PostgreSQLTransaction:
    """An open transaction on one connection."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._deferred: list[tuple[Statement, Params]] = []

    async def fetch(self, statement: Statement, params: Params) -> list[Row]:
        """Send what is deferred, then run a query."""
        if self._deferred:
            await self.flush()
        compiled = statement.postgresql
        with _translated([(statement, params)]):
            return await self._connection.fetch(compiled.sql, compiled.arguments(params))

    def defer(self, statement: Statement, params: Params) -> None:
        """Keep a write for the next round trip."""
        self._deferred.append((statement, params))

    async def flush(self) -> list[Row]:
        """Send all deferred writes as one statement."""
        if not self._deferred:
            return []
        deferred, self._deferred = self._deferred, []
        sql = _batch(tuple(statement.postgresql for statement, _ in deferred))
        arguments: list[object] = []
        for statement, params in deferred:
            arguments += statement.postgresql.arguments(params)
        with _translated(deferred):
            return await self._connection.fetch(sql, arguments)


_batches: dict[tuple[int, ...], tuple[tuple[Compiled, ...], str]] = {}


def _batch(parts: tuple[Compiled, ...]) -> str:
    """Join writes into one statement of common table expressions; the last RETURNING one answers."""
    key = tuple(map(id, parts))
    known = _batches.get(key)
    if known is None:
        # The parts are kept beside the text: as long as they live, their ids are theirs.
        known = _batches[key] = (parts, _joined(parts))
    return known[1]


def _joined(parts: tuple[Compiled, ...]) -> str:
    if len(parts) == 1:
        return parts[0].sql
    texts, answering, offset = [], None, 0
    for index, part in enumerate(parts):
        texts.append(f"part_{index} AS ({_shifted(part.sql, offset)})")
        offset += len(part.names)
        if "RETURNING" in part.sql:
            answering = index
    answer = "SELECT 1 WHERE false" if answering is None else f"SELECT * FROM part_{answering}"  # noqa: S608 - a number
    return f"WITH {', '.join(texts)} {answer}"


def _shifted(sql: str, by: int) -> str:
    return _PLACEHOLDER.sub(lambda match: f"${int(match[1]) + by}", sql)
