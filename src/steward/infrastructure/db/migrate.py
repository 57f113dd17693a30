"""Migrations: brings a database to the schema of this version. One runner at a time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from steward.infrastructure.db.schema import MIGRATIONS
from steward.infrastructure.db.writer_lock import WriterLock

_ADVISORY_LOCK = 0x57E3A2D
_LOCK_TIMEOUT = "30s"


async def migrate(url: str, revision: str = "head", *, said: Callable[[str], None] = lambda _: None) -> None:
    """Go to `revision`: up, or down to an older one or `base`. Tells `said` each step."""
    await _run(url, lambda connection: _go(connection, revision, said))


async def differences(url: str) -> list[Any]:
    """List what the tables declare and the migrated database lacks, or the reverse."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - only for `steward check`
    from alembic.migration import MigrationContext  # noqa: PLC0415

    from steward.infrastructure.db.schema import METADATA  # noqa: PLC0415

    found: list[Any] = []

    def compare(connection: Connection) -> None:
        found.extend(compare_metadata(MigrationContext.configure(connection), METADATA))

    await _run(url, compare)
    return found


async def _run(url: str, work: Callable[[Connection], None]) -> None:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, poolclass=NullPool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        lock = WriterLock(path)
        lock.acquire()
        try:
            with engine.begin() as connection:
                work(connection)
        finally:
            lock.release()
            lock.close()
        return
    base, _, query = url.partition("?")
    options = f"?{query.replace('sslmode=', 'ssl=')}" if query else ""
    remote = create_async_engine(
        base.replace("postgresql://", "postgresql+asyncpg://", 1) + options, poolclass=NullPool
    )
    async with remote.begin() as started:
        await started.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
        await started.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        await started.run_sync(work)
    await remote.dispose()


def _go(connection: Connection, revision: str, said: Callable[[str], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    current = ""
    if connection.dialect.has_table(connection, "alembic_version"):
        current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    said(f"schema {current or 'empty'} → {revision}")
    # Revisions are numbered: what is below the present one, or `base`, lies downwards.
    down = revision == "base" or (revision != "head" and revision < current)
    (command.downgrade if down else command.upgrade)(config, revision)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
    # The driver must not begin or commit by itself: the schema changes all at once or not at all.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 30000")
