"""API keys: one row for each that is good, looked up with every request that presents one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from steward.domain.api_keys import ApiKey, KeyRefused, KeyScope, OutOfScope
from steward.domain.errors import Refusal
from steward.domain.portfolios import PortfolioNotFound
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.portfolios_tables import of_portfolio
from steward.infrastructure.db.statements import Row, Statement
from steward.infrastructure.db.types import Id, Instant, Serial, listed, metadata, written_list
from steward.infrastructure.db.users import LOCK
from steward.usecases.api_keys import NOTED_EVERY
from steward.usecases.values import Caller, IssuedKey

api_keys = Table(
    "api_keys",
    metadata,
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("portfolio_id", Serial, autoincrement=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    # Which of the server's secrets the hash was made with.
    Column("secret_id", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    PrimaryKeyConstraint("owner_id", "id"),
    of_portfolio("api_keys"),
    CheckConstraint("scopes IN ('read', 'trade', 'read trade')", "scopes"),
    sqlite_strict=True,
)
_C = api_keys.c
_MINE = _C.owner_id == bindparam("owner_id")
_SHOWN = (
    _C.id, _C.owner_id, _C.name, _C.scopes, _C.portfolio_id, _C.created_at, _C.expires_at, _C.last_used_at,
)  # fmt: skip
_LIST = Statement(select(*_SHOWN).where(_MINE).order_by(_C.created_at.desc(), _C.id))
_AMONG = Statement(
    select(_C.id, _C.owner_id, _C.secret_hash, _C.scopes).where(
        listed(_C.owner_id, "owner_ids"),
        listed(_C.id, "key_ids"),
        _C.expires_at.is_(None) | (_C.expires_at > bindparam("at")),
    )
)
_COUNT = Statement(select(func.count()).select_from(api_keys).where(_MINE))
_ADD = Statement(
    insert(api_keys).values({column: bindparam(column.name) for column in _C}),
    refusals={"fk_api_keys_portfolios": lambda _: PortfolioNotFound()},
)
_REMOVE = Statement(delete(api_keys).where(_MINE, _C.id == bindparam("key_id")).returning(_C.id))
_USED = Statement(
    update(api_keys)
    .where(
        _MINE,
        _C.id == bindparam("key_id"),
        _C.last_used_at.is_(None) | (_C.last_used_at <= bindparam("used_before")),
    )
    .values(last_used_at=bindparam("used_at"))
)


def _key(row: Row) -> ApiKey:
    id_, owner_id, name, scopes, *rest = row
    return ApiKey(id_, owner_id, name, tuple(map(KeyScope, scopes.split())), *rest)


class ApiKeyReads:
    """Look API keys up."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def of(self, owner_id: UUID) -> Sequence[ApiKey]:
        """List the keys of a user, newest first."""
        return [_key(row) for row in await self._unit.fetch(_LIST, {"owner_id": owner_id})]

    async def refusals(self, callers: Collection[Caller], *, at: datetime) -> dict[Caller, Refusal]:
        """Give those of these callers by key who are not let in, each with why."""
        keyed = {one: one.key for one in callers if one.key is not None}
        if not keyed:
            return {}
        owner_ids = written_list(sorted({str(one.user_id) for one in keyed}))
        ids = written_list(sorted({key.id for key in keyed.values()}))
        rows = await self._unit.fetch(_AMONG, {"owner_ids": owner_ids, "key_ids": ids, "at": at})
        kept = {(id_, owner_id, hashed): scopes.split() for id_, owner_id, hashed, scopes in rows}
        refused: dict[Caller, Refusal] = {}
        for one, key in keyed.items():
            scopes = kept.get((key.id, one.user_id, key.secret_hash))
            if scopes is None:
                refused[one] = KeyRefused()
            elif key.scope not in scopes:
                refused[one] = OutOfScope(key.scope)
        return refused


class ApiKeys(ApiKeyReads):
    """Keep API keys."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    async def hold_count(self, owner_id: UUID) -> int:
        """Count the keys of a user, to which nobody else adds one until the unit ends."""
        await self._writing.fetch(LOCK, {"user_id": owner_id})
        rows = await self._writing.fetch(_COUNT, {"owner_id": owner_id})
        return int(rows[0][0])

    def add(self, key: ApiKey, issued: IssuedKey) -> None:
        """Keep a new key, of its secret the hash alone. Raises PortfolioNotFound when it is written."""
        params: dict[str, Any] = {column.name: getattr(key, column.name) for column in _SHOWN}
        params |= {"scopes": " ".join(key.scopes)}
        params |= {"secret_id": issued.secret_id, "secret_hash": issued.secret_hash}
        self._writing.defer(_ADD, params)

    async def remove(self, owner_id: UUID, key_id: str) -> bool:
        """Revoke a key on every worker at once; False when the user has no such one."""
        return bool(await self._writing.fetch(_REMOVE, {"owner_id": owner_id, "key_id": key_id}))

    def used(self, owner_id: UUID, key_id: str, *, at: datetime) -> None:
        """Note that a key was used, unless that has been noted within the minute."""
        params = {"owner_id": owner_id, "key_id": key_id, "used_at": at, "used_before": at - NOTED_EVERY}
        self._writing.defer(_USED, params)
