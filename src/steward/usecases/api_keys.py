"""API keys: making and revoking them, and noting when they are used or refused."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from steward.domain.api_keys import (
    MOST_PER_USER,
    ApiKey,
    KeyNotFound,
    OutOfScope,
    TooManyKeys,
    checked_expiry,
    checked_scopes,
)
from steward.domain.errors import Refusal
from steward.domain.text import checked_name
from steward.usecases.ports import Units, WriteUnit
from steward.usecases.ports_people import KeyRing
from steward.usecases.values import Caller, Limit, PresentedKey, Trace

NOTED_EVERY: Final = timedelta(minutes=1)
"""So often at most the use of a key is noted: a worker asks its own memory first, then the row."""
_NOTED_MAXIMUM: Final = 10_000


@dataclass(frozen=True, slots=True)
class KeyMaker:
    """What new keys are made with, and how many a user may make."""

    ring: KeyRing
    creations: Limit


async def create(
    unit: WriteUnit,
    maker: KeyMaker,
    *,
    owner_id: UUID,
    name: str,
    scopes: Sequence[str],
    portfolio_id: int | None,
    expires_at: datetime | None,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key for programs of `owner_id`; give it with its secret, which nobody can give again.

    Raises InvalidText, ExpiryPassed, TooManyKeys, PortfolioNotFound, TooMany.
    """
    name = checked_name(name, pointer="/name")
    expires_at = checked_expiry(expires_at, at=at)
    # What the unit owes is counted by another limit: each is refused by its own name.
    await unit.flush()
    await unit.calls.count(maker.creations, str(owner_id), at=at)
    if await unit.api_keys.hold_count(owner_id) >= MOST_PER_USER:
        raise TooManyKeys
    issued = maker.ring.issue(owner_id=owner_id, portfolio_id=portfolio_id)
    key = ApiKey(issued.id, owner_id, name, checked_scopes(scopes), portfolio_id, at, expires_at)
    unit.api_keys.add(key, issued)
    return key, issued.secret


async def revoke(unit: WriteUnit, *, owner_id: UUID, key_id: str) -> None:
    """End a key on every worker at once. Raises KeyNotFound."""
    if not await unit.api_keys.remove(owner_id, key_id):
        raise KeyNotFound


class KeyLog:
    """Keeps on record when a key was last used, and each one that was refused, after the answer has left.

    A use is written at most once a minute, a refusal as often as the limit on failed sign-ins allows.
    """

    def __init__(self, units: Units, refusals: Limit) -> None:
        self._units = units
        self._refusals = refusals
        self._noted: dict[str, datetime] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    def used(self, caller: Caller, key: PresentedKey, trace: Trace) -> None:
        """Note that a key has let somebody in."""
        last = self._noted.get(key.id)
        if last is not None and caller.at - last < NOTED_EVERY:
            return
        if len(self._noted) >= _NOTED_MAXIMUM:
            self._noted.clear()
        self._noted[key.id] = caller.at

        async def note(unit: WriteUnit) -> None:
            unit.api_keys.used(caller.user_id, key.id, at=caller.at)

        self._write(note, trace, caller.at)

    def refused(self, caller: Caller, key: PresentedKey, refusal: Refusal, trace: Trace) -> None:
        """Note that a key has let nobody in; whose it is counts only when its secret was right."""
        known = isinstance(refusal, OutOfScope)
        trace = Trace(trace.operation, f"key {key.id}", trace.address, trace.request_id)

        async def note(unit: WriteUnit) -> None:
            await unit.calls.count(self._refusals, trace.address, at=caller.at)
            user_id = caller.user_id if known else None
            unit.audit.add(trace, user_id=user_id, outcome=refusal.code, at=caller.at)

        self._write(note, trace, caller.at)

    def _write(self, note: Callable[[WriteUnit], Awaitable[None]], trace: Trace, at: datetime) -> None:
        async def write() -> None:
            # Beyond the limit, or with no database, there is nothing on record: nobody waits for it.
            with suppress(Refusal):
                await self._units.write(note, trace=trace, at=at)

        task = asyncio.create_task(write())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._under_way)
