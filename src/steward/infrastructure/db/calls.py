"""Counts of calls in fixed windows, shared by all workers; the database itself refuses the excess."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.elements import ClauseElement, ColumnElement

from steward.domain.api_keys import KeyRefused
from steward.domain.errors import TooMany, Unauthenticated
from steward.infrastructure.db.database import Retry, Transaction
from steward.infrastructure.db.statements import Params, Statement, open_session, upsert, valid_key
from steward.infrastructure.db.types import Serial, listed, metadata, written_list
from steward.usecases.values import Limit

calls = Table(
    "calls",
    metadata,
    Column("key", Text, primary_key=True),
    Column("window_start", Serial, nullable=False, autoincrement=False),
    # Nullable, because the CHECK below gives the refusal its name on every engine.
    Column("count", Integer),
    Column("ceiling", Integer, nullable=False),
    CheckConstraint("count IS NOT NULL", "session"),
    CheckConstraint("count <= ceiling", "ceiling"),
    sqlite_strict=True,
)
_C = calls.c


class SessionEnded(Unauthenticated):
    """The token's session is revoked or over."""

    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("Sign in first: there is no open session behind this request.")


class TooManyCalls(TooMany):
    """A limit on callers is reached."""

    code = "too-many-requests"

    def __init__(self, params: Params) -> None:
        until = int(str(params["window_start"])) + int(str(params["window_seconds"]))
        wait = max(1, until - int(str(params["now"])))
        super().__init__(f"Too many of these calls: wait {wait} seconds.", retry_after_seconds=wait)


def counted(limit: Limit, who: str, at: datetime) -> dict[str, object]:
    """Give the parameters that count one call of `who`."""
    now = int(at.timestamp())
    return {
        "key": f"{limit.name}:{who}",
        "window_start": now - now % limit.seconds,
        "window_seconds": limit.seconds,
        "ceiling": limit.ceiling,
        "now": now,
    }


def _count(engine: str, one: ColumnElement[int]) -> ClauseElement:
    values = select(
        bindparam("key", type_=Text()),
        bindparam("window_start", type_=Serial),
        one,
        bindparam("ceiling", type_=Integer()),
    ).where(literal_column("1 = 1"))  # SQLite needs a WHERE before ON CONFLICT
    adding = upsert(engine, calls).from_select(["key", "window_start", "count", "ceiling"], values)
    same_window = _C.window_start == adding.excluded.window_start
    return adding.on_conflict_do_update(
        index_elements=[_C.key],
        set_={
            "count": case((same_window, _C.count + adding.excluded["count"]), else_=adding.excluded["count"]),
            "window_start": adding.excluded.window_start,
            "ceiling": adding.excluded.ceiling,
        },
    )


_REFUSALS = {
    "ck_calls_ceiling": TooManyCalls,
    "ck_calls_session": lambda _: SessionEnded(),
}
_ONE: ColumnElement[int] = literal_column("1")
COUNT = Statement(lambda engine: _count(engine, _ONE), refusals=_REFUSALS)
COUNT_OF_SESSION = Statement(
    lambda engine: _count(engine, case((open_session(), literal_column("1")))), refusals=_REFUSALS
)
"""Counts a call and refuses it when the caller's session is not open."""
COUNT_OF_KEY = Statement(
    lambda engine: _count(engine, case((valid_key(), literal_column("1")))),
    refusals={**_REFUSALS, "ck_calls_session": lambda _: KeyRefused()},
)
"""Counts a call and refuses it when the caller's API key is not good for it."""

# Another worker may have counted up to the ceiling in between: then all is decided anew.
_COUNT_SOME = Statement(
    lambda engine: _count(engine, bindparam("made", type_=Integer())),
    refusals={"ck_calls_ceiling": lambda _: Retry()},
)
_MADE = Statement(
    select(_C.key, _C["count"]).where(listed(_C.key, "keys"), _C.window_start == bindparam("at"))
)
_FORGIVE = Statement(
    update(calls)
    .where(and_(_C.key == bindparam("key"), _C.window_start == bindparam("window_start"), _C.count > 0))
    .values(count=_C.count - 1)
)
_FORGET = Statement(delete(calls).where(_C.window_start < bindparam("before")))


class Calls:
    """Count calls of people who are not signed in."""

    def __init__(self, unit: Transaction) -> None:
        self._unit = unit

    async def count(self, limit: Limit, who: str, *, at: datetime) -> None:
        """Count one call. Raises TooManyCalls."""
        self._unit.defer(COUNT, counted(limit, who, at))
        await self._unit.flush()

    async def left(self, limit: Limit, callers: Collection[str], *, at: datetime) -> dict[str, int]:
        """Give how many calls each of them may still make in this window."""
        keys = {f"{limit.name}:{who}": who for who in callers}
        now = int(at.timestamp())
        params = {"keys": written_list(keys), "at": now - now % limit.seconds}
        made = {row[0]: row[1] for row in await self._unit.fetch(_MADE, params)}
        return {who: limit.ceiling - made.get(key, 0) for key, who in keys.items()}

    async def count_all(self, limit: Limit, made: Mapping[str, int], *, at: datetime) -> None:
        """Count the calls that each of them made."""
        # In one order, as every batch that locks these rows.
        rows = [{**counted(limit, who, at), "made": count} for who, count in sorted(made.items())]
        await self._unit.many(_COUNT_SOME, rows)

    def forgive(self, limit: Limit, who: str, *, at: datetime) -> None:
        """Take one counted call back: it was not of the kind that is limited."""
        self._unit.defer(_FORGIVE, counted(limit, who, at))

    def forget(self, before: datetime) -> None:
        """Drop windows that began before."""
        self._unit.defer(_FORGET, {"before": int(before.timestamp())})
