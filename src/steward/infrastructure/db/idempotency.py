"""Answers kept under the caller's Idempotency-Key, in the transaction that had the effect."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.errors import Conflict
from steward.infrastructure.db.database import LockTimeout, Reading, Transaction
from steward.infrastructure.db.statements import Statement, upsert
from steward.infrastructure.db.types import Id, Instant, metadata
from steward.usecases.values import Kept

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("owner_id", "key"),
    Index("ix_idempotency_keys_created_at", "created_at"),
    sqlite_strict=True,
)
_C = idempotency_keys.c
_MINE = (_C.owner_id == bindparam("owner_id")) & (_C.key == bindparam("key"))


def _claim(engine: str) -> ClauseElement:
    adding = upsert(engine, idempotency_keys).values(
        owner_id=bindparam("owner_id"),
        key=bindparam("key"),
        fingerprint=bindparam("fingerprint"),
        created_at=bindparam("at"),
    )
    # A key older than a day is free again. In flight elsewhere, PostgreSQL waits here for its end.
    return adding.on_conflict_do_update(
        index_elements=[_C.owner_id, _C.key],
        set_={
            "fingerprint": adding.excluded.fingerprint,
            "created_at": adding.excluded.created_at,
            "status": None,
            "body": None,
        },
        where=_C.created_at < bindparam("expired"),
    ).returning(_C.key)


_CLAIM = Statement(_claim)
_GET = Statement(select(_C.fingerprint, _C.status, _C.body).where(_MINE))
_KEEP = Statement(
    update(idempotency_keys).where(_MINE).values(status=bindparam("new_status"), body=bindparam("new_body"))
)
_FORGET = Statement(delete(idempotency_keys).where(_C.created_at < bindparam("before")))


class KeyInFlight(Conflict):
    """The first request with this key is still being answered."""

    code = "idempotency-key-in-flight"
    retry_after_seconds = 1

    def __init__(self) -> None:
        super().__init__("The first request with this Idempotency-Key is still under way: ask again.")


class KeyReads:
    """Find kept answers."""

    def __init__(self, unit: Reading) -> None:
        self._reading = unit

    async def find(self, owner_id: UUID, key: str) -> Kept | None:
        """Give the answer that is kept under a key."""
        rows = await self._reading.fetch(_GET, {"owner_id": owner_id, "key": key})
        return Kept(*rows[0]) if rows else None


class Keys(KeyReads):
    """Claim keys and keep answers."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._unit = unit

    async def claim(
        self, owner_id: UUID, key: str, fingerprint: str, *, at: datetime, expired: datetime
    ) -> Kept | None:
        """Take the key for this request; give the first answer when the key has one already."""
        params = {"owner_id": owner_id, "key": key, "fingerprint": fingerprint, "at": at, "expired": expired}
        try:
            if await self._unit.fetch(_CLAIM, params):
                return None
        except LockTimeout as error:
            raise KeyInFlight from error
        return await self.find(owner_id, key)

    def keep(self, owner_id: UUID, key: str, status: int, body: str) -> None:
        """Keep the answer with its effect."""
        self._unit.defer(_KEEP, {"owner_id": owner_id, "key": key, "new_status": status, "new_body": body})

    def forget(self, before: datetime) -> None:
        """Drop keys older than `before`."""
        self._unit.defer(_FORGET, {"before": before})
