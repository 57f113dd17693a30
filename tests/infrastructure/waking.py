"""Who is woken in tests, and what for."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress

from steward.infrastructure.db.streams_wakes import wakes_of
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.usecases.values import DeskKey
from tests.factories import AT, TRACE
from tests.infrastructure.databases import an_owner, outside

EVENT = """
    INSERT INTO order_events (portfolio_id, seq, owner_id, order_id, kind, payload, at)
    SELECT id, {seq}, owner_id, owner_id, 'accepted', '{{"n":{seq}}}', created_at
    FROM portfolios WHERE id = {id}
"""


class Heard:
    """What was told so far."""

    def __init__(self) -> None:
        self.portfolios: set[int | None] = set()
        self.desks: set[DeskKey | None] = set()
        self.calls = 0
        self._changed = asyncio.Event()

    def __call__(self, portfolio_ids: Collection[int] | None, desks: Collection[DeskKey] | None) -> None:
        self.calls += 1
        self.portfolios.update([None] if portfolio_ids is None else portfolio_ids)
        self.desks.update([None] if desks is None else desks)
        self._changed.set()

    async def next(self) -> None:
        async with asyncio.timeout(10):
            await self._changed.wait()
        self._changed.clear()

    def forget(self) -> None:
        self.portfolios.clear()
        self.desks.clear()


@asynccontextmanager
async def heard(url: str) -> AsyncIterator[Heard]:
    """Listen for the length of a block, once it is known that what comes will be heard."""
    told = Heard()
    watching = asyncio.create_task(wakes_of(url).watch(told))
    try:
        await told.next()
        told.forget()
        yield told
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def a_portfolio(units: Units) -> int:
    owner_id = await an_owner(units)
    made: list[int] = []

    async def work(unit: WriteUnit) -> None:
        one = await unit.portfolios.add(owner_id=owner_id, name="p", base_currency="USD", at=AT)
        made.append(one.id)

    await units.write(work, trace=TRACE, at=AT)
    return made[0]


async def happen(url: str, portfolio_id: int, *seqs: int) -> None:
    for seq in seqs:
        await outside(url, EVENT.format(id=portfolio_id, seq=seq))
