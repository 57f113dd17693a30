"""Wakes: how a worker learns that another has written something that is streamed.

On PostgreSQL the writer notifies in its transaction, and each worker with readers listens on a connection of
its own; on SQLite such a worker looks at the file's version, which costs a few microseconds.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import asyncpg
import structlog

from steward.infrastructure.db.sqlite_connection import connect
from steward.usecases.ports_streams import Wakes
from steward.usecases.values import DeskKey

CHANNEL: Final = "steward_exchange"
"""What a writer on PostgreSQL notifies: pg_notify(CHANNEL, one of `payloads`)."""

_PAYLOAD_MAXIMUM = 7999  # bytes, PostgreSQL's own
_POLL_SECONDS = 0.015
_RETRY_SECONDS = 1.0
_PROBE_SECONDS = 10.0
_CONNECT_SECONDS = 5.0
_SQLITE = "sqlite:///"
_STEPS = "SELECT venue, symbol, version FROM desks"
_log = structlog.get_logger("steward.streams")

Woken = Callable[[Collection[int] | None, Collection[DeskKey] | None], None]


def wakes_of(database_url: str) -> Wakes:
    """Make what wakes on the engine of this address."""
    if database_url.startswith(_SQLITE):
        return SQLiteWakes(Path(database_url.removeprefix(_SQLITE)))
    return PostgreSQLWakes(database_url)


def payloads(portfolio_ids: Collection[int], symbols: Collection[DeskKey]) -> Iterator[str]:
    """Write what has something new, such as p:12,13;s:book/AAPL, in as many payloads as it needs."""
    words = [("p", str(one)) for one in portfolio_ids] + [
        ("s", f"{one.venue}/{one.symbol}") for one in symbols
    ]
    told = ""
    for kind, word in words:
        more = (
            f",{word}" if told.rpartition(";")[2].startswith(kind) else f"{';' if told else ''}{kind}:{word}"
        )
        if len(told) + len(more) > _PAYLOAD_MAXIMUM:
            yield told
            told, more = "", f"{kind}:{word}"
        told += more
    if told:
        yield told


def read(payload: str) -> tuple[list[int], list[DeskKey]]:
    """Read what `payloads` wrote."""
    parts = dict(part.split(":", 1) for part in payload.split(";"))
    portfolio_ids = [int(one) for one in parts.get("p", "").split(",") if one]
    symbols = [one.partition("/") for one in parts.get("s", "").split(",") if one]
    return portfolio_ids, [DeskKey(venue, symbol) for venue, _, symbol in symbols]


class PostgreSQLWakes:
    """Listens, which a pooler that gives each transaction another connection does not do."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def watch(self, woken: Woken) -> None:
        """Call `woken` until cancelled; a lost connection is made anew, and what it missed is looked for."""
        while True:
            try:
                await self._listen(woken)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("the database does not answer", reason=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self, woken: Woken) -> None:
        lost = asyncio.Event()

        def told(_connection: Any, _pid: int, _channel: str, payload: str) -> None:  # noqa: ANN401 - the driver's
            woken(*read(payload))

        connection = await asyncpg.connect(
            self._url, timeout=_CONNECT_SECONDS, server_settings={"application_name": "steward streams"}
        )
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, told)
            woken(None, None)
            while not lost.is_set():
                try:
                    async with asyncio.timeout(_PROBE_SECONDS):
                        await lost.wait()
                except TimeoutError:
                    # A network that fails without a word takes notifications along.
                    await connection.execute("SELECT 1", timeout=_CONNECT_SECONDS)
        finally:
            connection.terminate()


class SQLiteWakes:
    """Looks whether the file has changed, on a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def watch(self, woken: Woken) -> None:
        """Call `woken` until cancelled."""
        while True:
            try:
                with closing(connect(self._path)) as connection:
                    await self._poll(connection, woken)
            except sqlite3.Error as error:
                _log.warning("the database does not answer", reason=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _poll(self, connection: sqlite3.Connection, woken: Woken) -> None:
        version, row, steps = _version(connection), _last_event(connection), _steps(connection)
        woken(None, None)
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            if (now := _version(connection)) != version:
                version, last, moved = now, _last_event(connection), _steps(connection)
                # Row ids grow, but the last ones are given anew after they were removed.
                accounts = _accounts(connection, row) if last >= row else None
                woken(accounts, [DeskKey(*key) for key, step in moved.items() if steps.get(key) != step])
                row, steps = last, moved


def _version(connection: sqlite3.Connection) -> int:
    """Give a number that moves when another connection, of any process, has committed."""
    found: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return found


def _last_event(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("SELECT coalesce(max(rowid), 0) FROM order_events").fetchone()[0]
    return found


def _accounts(connection: sqlite3.Connection, row: int) -> list[int]:
    rows = connection.execute("SELECT DISTINCT portfolio_id FROM order_events WHERE rowid > ?", (row,))
    return [one for (one,) in rows]


def _steps(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    return {(venue, symbol): step for venue, symbol, step in connection.execute(_STEPS)}
