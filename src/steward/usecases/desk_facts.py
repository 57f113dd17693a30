"""What a batch of the exchange must know of its callers and their accounts before it decides anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from steward.domain.clocks import Clock
from steward.domain.errors import Refusal, TooMany, Unauthenticated
from steward.usecases.ports_exchange import Command, ExchangeUnit
from steward.usecases.values import KEPT_FOR, Caller, Kept, Limit, Once, Trace

_OVER: Final = "Sign in first: there is no open session behind this request."


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A command and who asked; the exchange itself asks without a caller."""

    command: Command
    caller: Caller | None = None
    trace: Trace | None = None
    once: Once | None = None

    @property
    def claim(self) -> tuple[UUID, str] | None:
        """Whose idempotency key it carries, and which."""
        return None if self.once is None or self.caller is None else (self.caller.user_id, self.once.key)

    @property
    def name(self) -> tuple[UUID, str] | None:
        """Whose client order id it carries, and which."""
        name = self.command.client_order_id
        return None if name is None or self.caller is None else (self.caller.user_id, name)


@dataclass(frozen=True, slots=True)
class Facts:
    """The exchange's clock; of the callers, who is signed in, whose key is refused and what calls are left.

    Also the `versions` of the accounts that ask, which client order ids are `taken`, and the answers that are
    `kept` under idempotency keys. What the batch itself takes, keeps and uses up is added here.
    """

    clock: Clock
    versions: Mapping[int, tuple[int, int]]
    open_sessions: set[UUID]
    key_refusals: Mapping[Caller, Refusal]
    calls_left: dict[str, int]
    taken: set[tuple[UUID, str]]
    kept: dict[tuple[UUID, str], Kept]

    def refusal(self, one: Asked) -> Refusal | None:
        """Refuse who is signed in no more, and who makes too many calls; who is let in has one call less."""
        if one.caller is None:
            return None
        if (refused := self.key_refusals.get(one.caller)) is not None:
            return refused
        if one.caller.key is None and one.caller.session_id not in self.open_sessions:
            return Unauthenticated(_OVER)
        who = str(one.caller.user_id)
        # Below 0 when the limit has been lowered within its window.
        if self.calls_left[who] <= 0:
            return TooMany("Too many of these calls: wait a minute.", retry_after_seconds=60)
        self.calls_left[who] -= 1
        return None


async def facts(unit: ExchangeUnit, asked: Sequence[Asked], writes: Limit, *, at: datetime) -> Facts:
    """Look up what these commands must be judged by, in one round trip."""
    callers = {one.caller for one in asked if one.caller is not None}
    sessions = {one.session_id for one in callers if one.session_id is not None}
    asking = {one.command.portfolio_id for one in asked}
    return Facts(
        *await unit.together(
            unit.clocks.get(),
            unit.accounts.versions({one for one in asking if one is not None}),
            unit.sessions.open_among(sessions, at=at),
            unit.api_keys.refusals(callers, at=at),
            unit.calls.left(writes, {str(one.user_id) for one in callers}, at=at),
            unit.desk_orders.taken({name for one in asked if (name := one.name) is not None}),
            unit.keys.find_all(
                {claim for one in asked if (claim := one.claim) is not None}, expired=at - KEPT_FOR
            ),
        )
    )
