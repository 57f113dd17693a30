"""In-memory twins of what stands behind the ports of the use cases; the repositories are in `memory.py`."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from steward.domain.errors import Unauthenticated
from steward.domain.users import InvalidCredentials, LoginTaken
from steward.usecases.identity import ACCEPTED
from steward.usecases.ports import ReadUnit, WriteUnit
from steward.usecases.ports_people import ProviderIdentity
from steward.usecases.values import Caller, Limit, Trace
from tests.memory import (
    Audit,
    Calls,
    Memory,
    Orders,
    Portfolios,
    Sessions,
    Users,
)
from tests.memory_of_keys import ApiKeys, Clocks
from tests.memory_of_positions import Actions, Positions
from tests.memory_of_the_exchange import Accounts, DeskOrders
from tests.memory_of_the_ledger import Transactions
from tests.memory_of_the_market import Closes, HistoryYears, Instruments, Prices
from tests.memory_of_watchlists import Watchlists

T = TypeVar("T")


class FakeUnit:
    """The repositories on one memory."""

    def __init__(self, memory: Memory) -> None:
        self.api_keys = ApiKeys(memory)
        self.clocks = Clocks(memory)
        self.users = Users(memory)
        self.sessions = Sessions(memory)
        self.portfolios = Portfolios(memory)
        self.positions = Positions(memory)
        self.actions = Actions(memory)
        self.transactions = Transactions(memory)
        self.prices = Prices(memory)
        self.instruments = Instruments(memory)
        self.closes = Closes(memory)
        self.history_years = HistoryYears(memory)
        self.orders = Orders(memory)
        self.watchlists = Watchlists(memory)
        self.accounts = Accounts(memory)
        self.desk_orders = DeskOrders(memory)
        self.calls = Calls(memory)
        self.audit = Audit(memory)

    async def flush(self) -> None:
        """Do nothing: what is written is there."""


class FakeUnits:
    """Units of work one after the other, each on a copy that counts only when it ends well."""

    def __init__(self, *, writes: Limit | None = None) -> None:
        self.memory = Memory()
        self._writes = writes or Limit("writes", 1_000_000, 60)
        self._turn = asyncio.Lock()

    def read(self, caller: Caller | None = None) -> ReadUnit:
        """Open a unit that only reads what use cases read."""
        assert caller is None, "no use case reads for a caller"
        return cast("ReadUnit", FakeUnit(self.memory.copied()))

    async def write(
        self,
        work: Callable[[WriteUnit], Awaitable[T]],
        *,
        trace: Trace,
        at: datetime,
        caller: Caller | None = None,
    ) -> T:
        """Run `work`; keep everything or nothing."""
        async with self._turn:
            memory = self.memory.copied()
            unit = FakeUnit(memory)
            if caller is not None:
                session = memory.sessions.get(caller.session_id or caller.user_id)
                if session is None or session.user_id != caller.user_id or not session.is_open(at):
                    raise Unauthenticated("Sign in first.")
                await unit.calls.count(self._writes, str(caller.user_id), at=at)
                unit.audit.add(trace, user_id=caller.user_id, outcome=ACCEPTED, at=at)
            result = await work(cast("WriteUnit", unit))
            self.memory = memory
            return result


class FakePasswords:
    """Hashes that can be read, so that tests are quick."""

    async def hash(self, password: str) -> str:
        """Mark the password as hashed by today's parameters."""
        return f"strong:{password}"

    async def verify(self, password: str, hash_: str | None) -> bool:
        """Compare with either kind of hash."""
        return hash_ is not None and hash_.partition(":")[2] == password

    def needs_rehash(self, hash_: str) -> bool:
        """Tell whether the hash is of the weak kind."""
        return hash_.startswith("weak:")


@dataclass(frozen=True)
class FakeIdentity:
    """Somebody whom the provider vouches for."""

    issuer: str
    subject: str
    email: str
    email_verified: bool


@dataclass
class FakeProvider:
    """A provider that knows some people; `verified` says whether it trusts their addresses."""

    verified: bool = True
    passwords: dict[str, str] = field(default_factory=dict)

    async def sign_up(self, email: str, password: str) -> ProviderIdentity:
        """Make an account. Raises LoginTaken."""
        if email in self.passwords:
            raise LoginTaken
        self.passwords[email] = password
        return self._identity(email)

    async def sign_in(self, email: str, password: str) -> ProviderIdentity:
        """Vouch for somebody. Raises InvalidCredentials."""
        if self.passwords.get(email) != password:
            raise InvalidCredentials
        return self._identity(email)

    async def change_password(self, email: str, password: str, new_password: str) -> ProviderIdentity:
        """Change a password. Raises InvalidCredentials."""
        identity = await self.sign_in(email, password)
        self.passwords[email] = new_password
        return identity

    def _identity(self, email: str) -> ProviderIdentity:
        return FakeIdentity("https://provider.example", f"subject of {email}", email, self.verified)
