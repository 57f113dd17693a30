"""Sessions: one row per sign-in, looked up on every request, so that signing out holds everywhere."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Table, Text, bindparam, delete, insert, select, update

from steward.domain.users import Session
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.types import Id, Instant, listed, metadata, written_list

MOST_PER_USER = 20

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Index("ix_sessions_user_id", "user_id", "created_at"),
    sqlite_strict=True,
)

_MINE = sessions.c.user_id == bindparam("user_id")
_OPEN = sessions.c.revoked_at.is_(None) & (sessions.c.expires_at > bindparam("at"))
_LIST = Statement(select(*sessions.c).where(_MINE, _OPEN).order_by(sessions.c.created_at.desc()))
_ADD = Statement(insert(sessions).values({column: bindparam(column.name) for column in sessions.c}))
_revoke = update(sessions).where(_MINE, sessions.c.revoked_at.is_(None)).values(revoked_at=bindparam("now"))
_REVOKE = Statement(_revoke.where(sessions.c.id == bindparam("session_id")).returning(sessions.c.id))
_REVOKE_OTHERS = Statement(_revoke.where(sessions.c.id != bindparam("session_id")))
_TOO_OLD = (
    select(sessions.c.id)
    .where(_MINE, sessions.c.revoked_at.is_(None))
    .order_by(sessions.c.created_at.desc())
    .limit(1000)
    .offset(MOST_PER_USER - 1)
)
_REVOKE_OLDEST = Statement(_revoke.where(sessions.c.id.in_(_TOO_OLD)))

_SOME = Statement(select(sessions.c.id).where(listed(sessions.c.id, "session_ids"), _OPEN))
_FORGET = Statement(delete(sessions).where(sessions.c.expires_at < bindparam("before")))


class SessionReads:
    """Look sessions up."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def open_of(self, user_id: UUID, *, at: datetime) -> Sequence[Session]:
        """List the open sessions of a user, newest first."""
        return [Session(*row) for row in await self._unit.fetch(_LIST, {"user_id": user_id, "at": at})]

    async def open_among(self, ids: Collection[UUID], *, at: datetime) -> set[UUID]:
        """Give those of these sessions that are open."""
        if not ids:
            return set()
        params = {"session_ids": written_list(map(str, ids)), "at": at}
        return {row[0] for row in await self._unit.fetch(_SOME, params)}


class Sessions(SessionReads):
    """Keep sessions."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    def add(self, session: Session) -> None:
        """Keep a new session; of more than twenty open ones the oldest end."""
        self._writing.defer(_REVOKE_OLDEST, {"user_id": session.user_id, "now": session.created_at})
        self._writing.defer(_ADD, {column.name: getattr(session, column.name) for column in sessions.c})

    async def revoke(self, user_id: UUID, session_id: UUID, *, at: datetime) -> bool:
        """End one session; False when the user has no such open session."""
        params = {"user_id": user_id, "session_id": session_id, "now": at}
        # What the unit owes for this call asks for the very session that may end here: it goes first.
        await self._writing.flush()
        return bool(await self._writing.fetch(_REVOKE, params))

    def revoke_others(self, user_id: UUID, session_id: UUID, *, at: datetime) -> None:
        """End all sessions of a user but one."""
        self._writing.defer(_REVOKE_OTHERS, {"user_id": user_id, "session_id": session_id, "now": at})

    def forget(self, before: datetime) -> None:
        """Drop sessions that were over before."""
        self._writing.defer(_FORGET, {"before": before})
