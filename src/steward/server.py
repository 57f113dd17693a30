"""Runs the workers: uvicorn with uvloop and httptools, drained on SIGTERM."""

import asyncio
import signal

import uvicorn

from steward.api.protocol import Protocol, WebSocket
from steward.api.streams import MESSAGE_MAXIMUM
from steward.bootstrap import database_of
from steward.domain.errors import Unavailable
from steward.infrastructure import logging, telemetry
from steward.infrastructure.db.schema import is_current
from steward.settings import Settings

_BACKLOG = 2048


async def prepare(settings: Settings) -> None:
    """Migrate the database unless it is at this version's schema already."""
    database = database_of(settings)
    await database.open()
    try:
        current = await is_current(database)
    except Unavailable:
        current = False
    finally:
        await database.close()
    if not current:
        from steward.infrastructure.db.migrate import migrate  # noqa: PLC0415 - Alembic is slow to load

        await migrate(settings.database_url)


def serve(settings: Settings, *, port: int) -> None:
    """Serve until told to stop. SQLite is migrated first: it has nobody else to do it."""
    logging.configure(settings.log_level, json=settings.app_env != "dev")
    if settings.database_url.startswith("sqlite"):
        asyncio.run(prepare(settings))
    # uvicorn drains, then raises the signal again: being told to stop is no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    config = {
        "factory": True,
        "host": settings.host,
        "port": port,
        "workers": settings.workers,
        "loop": "uvloop",
        "http": Protocol,
        "ws": WebSocket,
        "ws_max_size": MESSAGE_MAXIMUM,
        # The hub's heartbeats do for all streams what these would do with a timer and a buffer for each.
        "ws_ping_interval": None,
        "ws_per_message_deflate": False,
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "backlog": _BACKLOG,
        "timeout_keep_alive": 75,
        "timeout_graceful_shutdown": settings.shutdown_timeout_seconds,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": ",".join(settings.trusted_proxies) or None,
    }
    if settings.workers == 1:
        uvicorn.run("steward.main:create", **config)  # type: ignore[arg-type]
        return
    with telemetry.shared_by_workers():
        uvicorn.run("steward.main:create", **config)  # type: ignore[arg-type]
