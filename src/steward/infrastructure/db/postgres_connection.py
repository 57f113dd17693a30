"""One connection to PostgreSQL, and what the driver's errors mean."""

import asyncio
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import asyncpg
import structlog

from steward.infrastructure.db.database import DatabaseDown, LockTimeout, Retry, refusal
from steward.infrastructure.db.statements import Params, Row, Statement

_log = structlog.get_logger("steward.postgresql")
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

# The answer may still come, or never: whoever used the connection next would wait for it.
# After these a connection is of no more use; the last one: a migration has changed what a statement gives.
_GIVEN_UP = (TimeoutError, asyncio.CancelledError, asyncpg.InvalidCachedStatementError)


def explain(error: Exception, ran: Sequence[tuple[Statement, Params]]) -> None:
    """Raise what the driver's error means, if it means something."""
    match error:
        case asyncpg.SerializationError() | asyncpg.DeadlockDetectedError():
            raise Retry from error
        case asyncpg.InvalidCachedStatementError():
            raise DatabaseDown from error
        case asyncpg.LockNotAvailableError() | asyncpg.QueryCanceledError():
            raise LockTimeout from error
        case asyncpg.IntegrityConstraintViolationError():
            meaning = refusal(ran, error.constraint_name or "")
            if meaning is not None:
                raise meaning from error
        case _ if isinstance(error, (*_LOST, TimeoutError)):
            _log.warning("the database does not answer", reason=type(error).__name__)
            raise DatabaseDown from error


async def connected(raw: "asyncpg.Connection[Any]") -> "Connection":
    """Make a new connection of the driver's ready for use."""
    # As text, because the driver takes a number apart digit by digit to send it in binary.
    try:
        await raw.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=Decimal, format="text")
    except BaseException:
        raw.terminate()
        raise
    return Connection(raw)


class Connection:
    """One connection with the statements it has prepared.

    `asked_at` is when, on the monotonic clock, it was asked what is not yet answered.
    """

    def __init__(self, raw: "asyncpg.Connection[Any]") -> None:
        self.raw = raw
        self.asked_at: float | None = None
        self._prepared: dict[str, Any] = {}

    async def fetch(self, sql: str, arguments: Sequence[object]) -> list[Row]:
        """Run a statement, prepared the first time."""
        self.asked_at = time.monotonic()
        try:
            prepared = self._prepared.get(sql)
            if prepared is None:
                prepared = self._prepared[sql] = await self.raw.prepare(sql)
            rows: list[Row] = await prepared.fetch(*arguments)
        except _GIVEN_UP:
            self.raw.terminate()
            raise
        finally:
            self.asked_at = None
        return rows

    async def execute(self, sql: str) -> None:
        """Run a command without parameters or rows."""
        self.asked_at = time.monotonic()
        try:
            await self.raw.execute(sql)
        except _GIVEN_UP:
            self.raw.terminate()
            raise
        finally:
            self.asked_at = None
