"""The lane: all commands to the exchange that wait in this worker, decided together and committed once.

One lane per worker. While a batch is written the next one gathers: there is no timer. Between workers the
locked rows of the desks keep order (docs/decisions/0010).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from steward.domain.errors import Refusal, Unavailable
from steward.domain.orders import Order
from steward.usecases.desk_batch import Batch, Memory, Result
from steward.usecases.desk_facts import Asked
from steward.usecases.ports_exchange import ExchangeUnit, ExchangeUnits
from steward.usecases.surroundings import Surroundings
from steward.usecases.values import DeskKey, Kept, Limit

BATCH_MAXIMUM: Final = 256
PLACED_MAXIMUM: Final = 50_000

Woken = Callable[[Collection[int], Collection[DeskKey]], None]
"""Hears which portfolios and desks a batch has changed, once it is committed."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an order that this worker has dealt with is: that never changes, so it is not asked for again."""

    key: DeskKey
    portfolio_id: int
    owner_id: UUID


@dataclass(slots=True)
class Lane:
    """Takes commands and gives their results once they are durable."""

    units: ExchangeUnits
    writes: Limit
    now: Callable[[], datetime]
    new_id: Callable[[datetime], UUID]
    around: Surroundings
    woken: Woken
    memory: Memory = field(default_factory=Memory)
    placed: "OrderedDict[UUID, Placed]" = field(default_factory=OrderedDict)
    _waiting: "list[tuple[Asked, asyncio.Future[Sequence[Order] | Kept]]]" = field(default_factory=list)
    _running: "asyncio.Task[None] | None" = None

    async def do(self, asked: Asked) -> Sequence[Order] | Kept:
        """Have a command decided and kept; give what it was answered first when it was done before.

        Raises its refusal, or Unavailable.
        """
        done: asyncio.Future[Sequence[Order] | Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())
        # Who goes away does not take back what is already being decided.
        return await asyncio.shield(done)

    def _remember(self, orders: Sequence[Order]) -> None:
        for one in orders:
            self.placed[one.id] = Placed(DeskKey(one.venue, one.security), one.portfolio_id, one.owner_id)
        while len(self.placed) > PLACED_MAXIMUM:
            self.placed.popitem(last=False)

    async def close(self) -> None:
        """Finish what waits."""
        while self._running is not None:
            await self._running

    async def _run(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:BATCH_MAXIMUM], self._waiting[BATCH_MAXIMUM:]
                for (_, done), result in zip(
                    some, await self._together([one for one, _ in some]), strict=True
                ):
                    if isinstance(result, BaseException):
                        done.set_exception(result)
                    else:
                        done.set_result(result)
        finally:
            self._running = None

    async def _together(self, asked: Sequence[Asked]) -> Sequence[Result | Exception]:
        async def work(unit: ExchangeUnit) -> tuple[Batch, list[Result], set[int]]:
            batch = Batch(unit, self.now, self.new_id, self.writes, self.around)
            # What this batch works on is in memory again only once it is committed.
            await batch.load(asked, self.memory)
            results = batch.decide(asked)
            done = zip(asked, results, strict=True)
            accepted = [one for one, result in done if not isinstance(result, Refusal)]
            return batch, results, await batch.write(accepted)

        try:
            batch, results, portfolio_ids = await self.units.exchange(work)
        except Unavailable as error:
            return [error] * len(asked)
        except Exception as error:  # noqa: BLE001 - told to whoever asked for it, and to nobody else
            if len(asked) == 1:
                return [error]
            return [result for one in asked for result in await self._together([one])]
        self.memory.keep(batch)
        for orders in results:
            if not isinstance(orders, Refusal | Kept):
                self._remember(orders)
        self.woken(portfolio_ids, batch.desks.keys())
        return results
