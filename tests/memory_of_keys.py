"""In-memory twins of the repositories of API keys and of the exchange's clock."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from steward.domain.api_keys import ApiKey, KeyRefused, OutOfScope
from steward.domain.clocks import Clock
from steward.domain.errors import Refusal
from steward.domain.orders import MANUAL_VENUE
from steward.domain.portfolios import PortfolioNotFound
from steward.usecases.api_keys import NOTED_EVERY
from steward.usecases.values import Caller, IssuedKey
from tests.memory import Part


class ApiKeys(Part):
    """API keys."""

    async def of(self, owner_id: UUID) -> Sequence[ApiKey]:
        mine = [key for key, _ in self.memory.api_keys.values() if key.owner_id == owner_id]
        return sorted(mine, key=lambda one: one.created_at, reverse=True)

    async def refusals(self, callers: Collection[Caller], *, at: datetime) -> dict[Caller, Refusal]:
        refused: dict[Caller, Refusal] = {}
        for one in callers:
            if one.key is None:
                continue
            key, hashed = self.memory.api_keys.get(one.key.id, (None, ""))
            ours = key is not None and (key.owner_id, hashed) == (one.user_id, one.key.secret_hash)
            if key is None or not ours or (key.expires_at is not None and key.expires_at <= at):
                refused[one] = KeyRefused()
            elif one.key.scope not in key.scopes:
                refused[one] = OutOfScope(one.key.scope)
        return refused

    async def hold_count(self, owner_id: UUID) -> int:
        return len(await self.of(owner_id))

    def add(self, key: ApiKey, issued: IssuedKey) -> None:
        portfolio = self.memory.portfolios.get(key.portfolio_id or 0)
        if key.portfolio_id is not None and (portfolio is None or portfolio.owner_id != key.owner_id):
            raise PortfolioNotFound
        self.memory.api_keys[key.id] = (key, issued.secret_hash)

    async def remove(self, owner_id: UUID, key_id: str) -> bool:
        found = [key.id for key in await self.of(owner_id) if key.id == key_id]
        for one in found:
            del self.memory.api_keys[one]
        return bool(found)

    def used(self, owner_id: UUID, key_id: str, *, at: datetime) -> None:
        key, hashed = self.memory.api_keys.get(key_id, (None, ""))
        if key is None or key.owner_id != owner_id:
            return
        if key.last_used_at is None or at - key.last_used_at >= NOTED_EVERY:
            self.memory.api_keys[key_id] = (replace(key, last_used_at=at), hashed)


class Clocks(Part):
    """The exchange's clock."""

    async def get(self) -> Clock:
        return self.memory.clocks.get(1, Clock())

    async def lock(self) -> Clock:
        return await self.get()

    async def has_orders(self) -> bool:
        return any(order.venue != MANUAL_VENUE for order in self.memory.orders.values())

    def save(self, clock: Clock) -> None:
        self.memory.clocks[1] = clock
