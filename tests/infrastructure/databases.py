"""Databases in tests: opened by URL, and reached by a second connection of another make."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from steward.infrastructure.db.database import Database
from steward.infrastructure.db.postgres import PostgreSQL
from steward.infrastructure.db.sqlite import SQLite
from steward.infrastructure.db.sqlite_connection import connect
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from tests.factories import AT, TRACE, a_user


def path_of(url: str) -> Path:
    """Give the file of an SQLite URL."""
    return Path(url.removeprefix("sqlite:///"))


@asynccontextmanager
async def opened(url: str, *, size: int = 4, statement_timeout_seconds: int = 5) -> AsyncIterator[Database]:
    """Open a database for the length of a block."""
    database: Database
    if url.startswith("sqlite"):
        database = SQLite(path_of(url))
    else:
        database = PostgreSQL(url, size=size, statement_timeout_seconds=statement_timeout_seconds)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def outside(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL as somebody else would, on a connection of its own that commits by itself."""
    if url.startswith("sqlite"):
        with closing(connect(path_of(url))) as connection:
            return connection.execute(sql).fetchall()
    remote = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await remote.fetch(sql)]
    finally:
        await remote.close()


REFUSED: Sequence[type[Exception]] = (sqlite3.IntegrityError, asyncpg.PostgresError)
"""What the engines raise when SQL of one's own is refused."""


async def write(units: Units, *steps: Callable[[WriteUnit], None]) -> None:
    """Take steps that write without waiting, in one unit."""

    async def work(unit: WriteUnit) -> None:
        for step in steps:
            step(unit)

    await units.write(work, trace=TRACE, at=AT)


async def an_owner(units: Units) -> UUID:
    """Keep a person."""
    user = a_user()
    await write(units, lambda unit: unit.users.add(user, "hash"))
    return user.id
