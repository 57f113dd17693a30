"""Drops what has no more use: old idempotency keys, windows of counted calls, ended sessions."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from steward.domain.errors import Unavailable
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.usecases.values import Trace

_EVERY_SECONDS = 3600
_KEYS_KEPT = timedelta(hours=24)
_WINDOWS_KEPT = timedelta(hours=2)
_SESSIONS_KEPT = timedelta(days=30)
_TRACE = Trace("janitor.tidy", "", "", "")
_log = structlog.get_logger("steward.janitor")


async def tidy(units: Units, at: datetime) -> None:
    """Drop it now."""

    async def work(unit: WriteUnit) -> None:
        unit.keys.forget(at - _KEYS_KEPT)
        unit.calls.forget(at - _WINDOWS_KEPT)
        unit.sessions.forget(at - _SESSIONS_KEPT)

    await units.write(work, trace=_TRACE, at=at)


async def tidy_for_ever(units: Units, now: Callable[[], datetime]) -> None:
    """Drop it every hour, until cancelled. Every worker does: doing it twice changes nothing."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            await tidy(units, now())
        except Unavailable:
            _log.warning("tidying put off", reason="the database does not answer")
