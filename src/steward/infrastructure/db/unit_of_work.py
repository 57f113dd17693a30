"""Units of work: one per request, command or job. The only place that decides when to commit."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from steward.domain.errors import Refusal, Unavailable
from steward.infrastructure.db.accounts import Accounts
from steward.infrastructure.db.api_keys import ApiKeys
from steward.infrastructure.db.audit import ADD_OF_CALLER, Audit, noted
from steward.infrastructure.db.calls import COUNT_OF_KEY, COUNT_OF_SESSION, Calls, counted
from steward.infrastructure.db.clocks import Clocks
from steward.infrastructure.db.closes import Closes
from steward.infrastructure.db.corporate_actions import Actions
from steward.infrastructure.db.database import Database, Retry, Transaction
from steward.infrastructure.db.desk_orders import DeskOrders
from steward.infrastructure.db.desks import DeskWrites
from steward.infrastructure.db.guards import Guard, credential_of, refusal_of
from steward.infrastructure.db.history_years import HistoryYears
from steward.infrastructure.db.idempotency import Keys
from steward.infrastructure.db.instruments import Instruments
from steward.infrastructure.db.orders import Orders
from steward.infrastructure.db.portfolios import Portfolios
from steward.infrastructure.db.positions import Positions
from steward.infrastructure.db.prices import Prices
from steward.infrastructure.db.read_units import ReadUnit
from steward.infrastructure.db.sessions import Sessions
from steward.infrastructure.db.statements import Params, Row, Statement
from steward.infrastructure.db.transactions import Transactions
from steward.infrastructure.db.users import Users
from steward.infrastructure.db.watchlists import Watchlists
from steward.usecases.identity import ACCEPTED
from steward.usecases.values import Caller, Limit, Trace

_ATTEMPTS = 5
T = TypeVar("T")
Entry = Callable[["WriteUnit"], None]


class WriteUnit:
    """Repositories that write, in one transaction."""

    def __init__(self, transaction: Transaction, caller: Caller | None, entry: Entry | None = None) -> None:
        self._transaction = transaction
        self._guard = Guard(caller)
        self._entry = entry
        self.defer = transaction.defer
        """Keep a write for the next round trip."""
        self.many = transaction.many
        """Run one write for each row."""
        self.together = transaction.together
        """Give what several readings find, in one round trip."""

    async def fetch(self, statement: Statement, params: Params) -> list[Row]:
        """Run a query; the first one checks the caller's session."""
        return await self._guard.fetch(self._transaction.fetch, statement, params)

    async def flush(self) -> list[Row]:
        """Send what is deferred; the first time, what every signed-in write owes goes along."""
        self.finish()
        return await self._transaction.flush()

    async def begin(self) -> None:
        """Have everything in this unit stand or fall together, also what follows the first insert."""
        await self._transaction.begin()

    async def conclude(self) -> list[Row]:
        """Send what is deferred as the last of this unit."""
        self.finish()
        return await self._transaction.conclude()

    def finish(self) -> None:
        """Add what the unit still owes; the transaction sends it and commits."""
        if self._entry is not None:
            self._entry(self)
            self._entry = None

    @property
    def api_keys(self) -> ApiKeys:
        """API keys."""
        return ApiKeys(self)

    @property
    def clocks(self) -> Clocks:
        """The exchange's clock."""
        return Clocks(self)

    @property
    def users(self) -> Users:
        """People."""
        return Users(self)

    @property
    def sessions(self) -> Sessions:
        """Sign-ins."""
        return Sessions(self)

    @property
    def portfolios(self) -> Portfolios:
        """Portfolios."""
        return Portfolios(self)

    @property
    def transactions(self) -> Transactions:
        """The ledger."""
        return Transactions(self)

    @property
    def prices(self) -> Prices:
        """Entered prices."""
        return Prices(self)

    @property
    def instruments(self) -> Instruments:
        """Instruments."""
        return Instruments(self)

    @property
    def closes(self) -> Closes:
        """Entered closes and rates."""
        return Closes(self)

    @property
    def history_years(self) -> HistoryYears:
        """The history of years that are over."""
        return HistoryYears(self)

    @property
    def orders(self) -> Orders:
        """Orders."""
        return Orders(self)

    @property
    def watchlists(self) -> Watchlists:
        """Watchlists."""
        return Watchlists(self)

    @property
    def positions(self) -> Positions:
        """Positions; appending to the ledger adds to them."""
        return Positions(self)

    @property
    def actions(self) -> Actions:
        """Corporate actions."""
        return Actions(self)

    @property
    def desks(self) -> DeskWrites:
        """Desks of the exchange."""
        return DeskWrites(self)

    @property
    def desk_orders(self) -> DeskOrders:
        """Orders on the exchange."""
        return DeskOrders(self)

    @property
    def accounts(self) -> Accounts:
        """Accounts of the exchange."""
        return Accounts(self)

    @property
    def calls(self) -> Calls:
        """Counts of calls."""
        return Calls(self)

    @property
    def keys(self) -> Keys:
        """Idempotency keys."""
        return Keys(self)

    @property
    def audit(self) -> Audit:
        """The audit."""
        return Audit(self)


class Units:
    """Opens units of work on one database."""

    def __init__(self, database: Database, *, writes: Limit) -> None:
        self.database = database
        self._writes = writes

    def read(self, caller: Caller | None = None) -> ReadUnit:
        """Open a unit that only reads. With a caller, its session must be open, or its key valid."""
        return ReadUnit(self.database, caller)

    async def write(
        self,
        work: Callable[[WriteUnit], Awaitable[T]],
        *,
        trace: Trace,
        at: datetime,
        caller: Caller | None = None,
    ) -> T:
        """Run `work` in one transaction, committed before this returns, with its audit row.

        With a caller, its session or key must be valid and its writes stay within the limit; without one, the
        work writes its own audit row, because who it was is only known at its end. A transaction
        that lost a race is done again, whole, at most five times.
        """

        def entry(unit: WriteUnit) -> None:
            if caller is not None:
                one = counted(self._writes, str(caller.user_id), at)
                owed = {**one, **credential_of(caller), **noted(trace, ACCEPTED)}
                unit.defer(COUNT_OF_SESSION if caller.key is None else COUNT_OF_KEY, owed)
                unit.defer(ADD_OF_CALLER, owed)

        async def signed_in(transaction: Transaction) -> T:
            unit = WriteUnit(transaction, caller, entry)
            result = await work(unit)
            unit.finish()
            return result

        try:
            return await self._tried(signed_in)
        except Unavailable:
            raise
        except Refusal as refusal:
            # What is found here may be told only to who is let in, which is checked at the first
            # flush: a refusal before it has not been.
            if caller is not None and (shut := await refusal_of(self.database.read, caller)):
                raise shut from refusal
            raise

    async def exchange(self, work: Callable[[WriteUnit], Awaitable[T]]) -> T:
        """Run a batch of the exchange, which lets its callers in itself, in one transaction."""
        return await self._tried(lambda transaction: work(WriteUnit(transaction, None)))

    async def _tried(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        for attempt in range(_ATTEMPTS):
            try:
                async with self.database.transaction(optimistic=attempt == 0) as transaction:
                    return await work(transaction)
            except Retry:
                if attempt == 0:
                    continue  # the first attempt took no lock, the next one does
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter is no secret
        detail = "Too many others change the same thing at once: try again."
        raise Unavailable(detail)
