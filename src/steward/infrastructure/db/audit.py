"""The audit: one row for each accepted change of state and each refused attempt to sign in."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Table, Text, bindparam, insert

from steward.infrastructure.db.database import Transaction
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.types import Id, Instant, Serial, metadata
from steward.usecases.identity import ACCEPTED
from steward.usecases.values import Caller, Trace

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False),
    # No foreign key: what was done stays on record when the person is gone.
    Column("user_id", Id),
    Column("operation", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Index("ix_audit_events_user_id", "user_id", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
_GIVEN = [column for column in audit_events.c if column.name != "id"]
_ADD = Statement(insert(audit_events).values({one: bindparam(one.name) for one in _GIVEN}))
_OF_CALLER = {"at": "caller_at", "user_id": "caller_id"}
ADD_OF_CALLER = Statement(
    insert(audit_events).values({one: bindparam(_OF_CALLER.get(one.name, one.name)) for one in _GIVEN})
)
"""Keeps the event of a caller, whose id and moment have the names that they have in the session check."""


def noted(trace: Trace, outcome: str) -> dict[str, object]:
    """Give the parameters that keep an event, but for who it was and when."""
    return {
        "operation": trace.operation,
        "subject": trace.subject,
        "outcome": outcome,
        "address": trace.address,
        "request_id": trace.request_id,
    }


class Audit:
    """Append to the audit."""

    def __init__(self, unit: Transaction) -> None:
        self._unit = unit

    def add(self, trace: Trace, *, user_id: UUID | None, outcome: str, at: datetime) -> None:
        """Keep one event."""
        self._unit.defer(_ADD, {**noted(trace, outcome), "user_id": user_id, "at": at})

    async def add_all(self, accepted: Iterable[tuple[Trace, Caller]]) -> None:
        """Keep the events of many callers whose work was done."""
        rows = [
            {**noted(trace, ACCEPTED), "user_id": caller.user_id, "at": caller.at}
            for trace, caller in accepted
        ]
        await self._unit.many(_ADD, rows)
