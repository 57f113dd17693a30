"""The audit: one row for each accepted change of state and each refused attempt to sign in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Table, Text, bindparam, insert

from steward.infrastructure.db.database import Transaction
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.types import Id, Instant, Serial, metadata
from steward.usecases.values import Trace

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
_ADD = Statement(
    insert(audit_events).values({c: bindparam(c.name) for c in audit_events.c if c.name != "id"})
)


class Audit:
    """Append to the audit."""

    def __init__(self, unit: Transaction) -> None:
        self._unit = unit

    def add(self, trace: Trace, *, user_id: UUID | None, outcome: str, at: datetime) -> None:
        """Keep one event."""
        self._unit.defer(
            _ADD,
            {
                "at": at,
                "user_id": user_id,
                "operation": trace.operation,
                "subject": trace.subject,
                "outcome": outcome,
                "address": trace.address,
                "request_id": trace.request_id,
            },
        )
