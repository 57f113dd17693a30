"""One connection to SQLite, and what the driver's errors mean."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from steward.domain.instants import instant_text
from steward.domain.money import add, plain
from steward.domain.transactions import digest_of_text
from steward.infrastructure.db.database import DatabaseDown, LockTimeout, refusal
from steward.infrastructure.db.statements import Compiled, Convert, Params, Row, Statement
from steward.infrastructure.db.types import metadata

sqlite3.register_adapter(Decimal, plain)
sqlite3.register_adapter(UUID, str)
sqlite3.register_adapter(datetime, instant_text)
sqlite3.register_adapter(date, date.isoformat)

_BUSY_MILLISECONDS = 5000
_SESSION = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}",
    "PRAGMA cache_size = -8000",
)


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection with the house's settings; the caller serializes its use over threads."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in _SESSION:
        connection.execute(pragma)
    connection.create_function("exact_add", 2, _exact_add, deterministic=True)
    connection.create_function("chained", 4, digest_of_text, deterministic=True)
    return connection


def _exact_add(one: str, other: str) -> str:
    return plain(add(Decimal(one), Decimal(other)))


@cache
def _unique_constraints() -> dict[str, str]:
    """Names of unique constraints and indexes by the words of SQLite's message."""
    found = {}
    for table in metadata.tables.values():
        unique = [index for index in table.indexes if index.unique]
        kinds = UniqueConstraint, PrimaryKeyConstraint
        keys = [rule for rule in table.constraints if isinstance(rule, kinds)]
        for rule in (*unique, *keys):
            found[", ".join(f"{table.name}.{column.name}" for column in rule.columns)] = str(rule.name)
    return found


@contextmanager
def translated(statement: Statement | None = None, params: Params | None = None) -> Iterator[None]:
    """Raise what the driver's error means, if it means something."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        kind, _, what = str(error).partition(" constraint failed")
        what = what.removeprefix(": ")
        constraint = _unique_constraints().get(what, what)
        if kind == "FOREIGN KEY" and statement is not None:
            # SQLite does not say which: a statement that expects one failing names just that one.
            constraint = next((name for name in statement.refusals if name.startswith("fk_")), "")
        meaning = refusal([(statement, params or {})], constraint) if statement is not None else None
        if meaning is None:
            raise
        raise meaning from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LockTimeout from error
        raise DatabaseDown from error


def run(connection: sqlite3.Connection, statement: Statement, params: Params) -> list[Row]:
    """Run a statement and give its rows."""
    compiled: Compiled = statement.sqlite
    with translated(statement, params):
        rows: list[Row] = connection.execute(compiled.sql, compiled.arguments(params)).fetchall()
    if not compiled.converters:
        return rows
    return [_converted(row, compiled.converters) for row in rows]


def _converted(row: Row, converters: tuple[tuple[int, Convert], ...]) -> Row:
    fields = list(row)
    for place, convert in converters:
        if fields[place] is not None:
            fields[place] = convert(fields[place])
    return tuple(fields)


def run_many(connection: sqlite3.Connection, statement: Statement, rows: Sequence[Params]) -> None:
    """Run one write for each row."""
    compiled = statement.sqlite
    # SQLite does not say which row it was: what it means is said of the first.
    with translated(statement, rows[0] if rows else {}):
        connection.executemany(compiled.sql, map(compiled.arguments, rows))
