"""Answers kept under the caller's Idempotency-Key, in the transaction that had the effect."""

from collections.abc import Collection, Mapping
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
    insert,
    select,
    update,
)
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.errors import Conflict
from steward.infrastructure.db.database import LockTimeout, Reading, Retry, Transaction
from steward.infrastructure.db.statements import Statement, upsert
from steward.infrastructure.db.types import Id, Instant, listed, metadata, written_list
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
_FIND_ALL = Statement(
    select(_C.owner_id, _C.key, _C.fingerprint, _C.status, _C.body, _C.created_at).where(
        listed(_C.owner_id, "owner_ids"), listed(_C.key, "keys")
    )
)
_DROP = Statement(delete(idempotency_keys).where(_MINE))
# Another worker has kept an answer under the key in between: decided again, this one gets it.
_ADD = Statement(
    insert(idempotency_keys).values({one: bindparam(one.name) for one in _C}),
    refusals={"pk_idempotency_keys": lambda _: Retry()},
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

    async def find_all(
        self, keys: Collection[tuple[UUID, str]], *, expired: datetime
    ) -> dict[tuple[UUID, str], Kept]:
        """Give the answers that are kept under keys of owners; those of before `expired` are dropped."""
        if not keys:
            return {}
        params = {
            "owner_ids": written_list(str(owner_id) for owner_id, _ in keys),
            "keys": written_list(key for _, key in keys),
        }
        found, over = {}, []
        for owner_id, key, fingerprint, status, body, created_at in await self._unit.fetch(_FIND_ALL, params):
            if created_at < expired:
                over.append({"owner_id": owner_id, "key": key})
            else:
                found[owner_id, key] = Kept(fingerprint, status, body)
        await self._unit.many(_DROP, [one for one in over if (one["owner_id"], one["key"]) in keys])
        return found

    async def keep_all(self, kept: Mapping[tuple[UUID, str], Kept], *, at: datetime) -> None:
        """Keep answers with their effects, under keys that have none. Raises Retry when one has by now."""
        await self._unit.many(
            _ADD,
            [
                {
                    "owner_id": owner_id,
                    "key": key,
                    "fingerprint": one.fingerprint,
                    "status": one.status,
                    "body": one.body,
                    "created_at": at,
                }
                for (owner_id, key), one in sorted(kept.items())
            ],
        )

    def forget(self, before: datetime) -> None:
        """Drop keys older than `before`."""
        self._unit.defer(_FORGET, {"before": before})
