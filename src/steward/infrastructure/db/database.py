"""The one port through which statements reach an engine, and what a driver's failure means."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from steward.domain.errors import Unavailable
from steward.infrastructure.db.statements import Params, Row, Statement


class Retry(Exception):
    """The whole transaction lost a race with another: nothing is kept, doing it again is right."""


class LockTimeout(Unavailable):
    """Somebody else held a needed row for too long."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__("Somebody else is changing the same thing: try again in a moment.")


class DatabaseDown(Unavailable):
    """The database does not answer."""

    code = "database-unavailable"

    def __init__(self) -> None:
        super().__init__("The database does not answer now: try again in a moment.", retry_after_seconds=2)


def refusal(ran: Sequence[tuple[Statement, Params]], constraint: str) -> Exception | None:
    """Find what the violated `constraint` means to one of the statements that ran."""
    for statement, params in ran:
        meaning = statement.refusals.get(constraint)
        if meaning is not None:
            return meaning(params)
    return None


class Reading(Protocol):
    """Something that runs queries."""

    async def fetch(self, statement: Statement, params: Params) -> list[Row]:
        """Run a query and give its rows."""


class Transaction(Reading, Protocol):
    """An open transaction. Writes are deferred and sent together: one round trip on PostgreSQL."""

    async def fetch(self, statement: Statement, params: Params) -> list[Row]:
        """Send what is deferred, then run a query and give its rows."""

    async def together(self, *readings: Awaitable[Any]) -> list[Any]:
        """Give what readings of this transaction find, each by one query that locks nothing at most.

        On PostgreSQL all these queries are one round trip.
        """

    def defer(self, statement: Statement, params: Params) -> None:
        """Keep a write for the next round trip; deferred writes must not touch one row twice."""

    async def flush(self) -> list[Row]:
        """Send what is deferred; give the rows of the last statement that returns any."""

    async def many(self, statement: Statement, rows: Sequence[Params]) -> None:
        """Run one write for each row, or keep them for the next round trip; no row may be meant twice."""

    async def begin(self) -> None:
        """Begin now; otherwise it begins when a statement first needs others to stand with it."""

    async def conclude(self) -> list[Row]:
        """Send what is deferred as the last of the transaction: one that sent nothing before needs no more.

        Nothing may follow, unless the transaction had begun already.
        """


class Database(Protocol):
    """One engine."""

    engine: str

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""

    async def open(self) -> None:
        """Connect; raise DatabaseDown."""

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        """Run one query on the newest committed state."""

    def snapshot(self) -> AbstractAsyncContextManager[Reading]:
        """Open a reader that sees one moment, however long it takes."""

    def transaction(self, *, optimistic: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Begin; commit when the block ends, durably before it returns; roll back if it raises.

        An optimistic one takes no versioned lock: it raises Retry when it should have.
        """

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
