"""Statements: declared with SQLAlchemy Core, compiled once per engine, run by the driver itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    Insert,
    Select,
    Table,
    Text,
    bindparam,
    column,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql.expression import ColumnElement

from steward.infrastructure.db.types import Day, Exact, Id, Instant

Row = tuple[Any, ...]
Params = Mapping[str, object]
Convert = Callable[[Any], Any]

_POSTGRESQL = asyncpg_dialect()  # type: ignore[no-untyped-call]  # untyped there
_SQLITE = sqlite.dialect(paramstyle="qmark")

_CONVERTERS: tuple[tuple[type[object], Convert], ...] = (
    (Exact, Decimal),
    (Instant, datetime.fromisoformat),
    (Day, date.fromisoformat),
    (Id, UUID),
)

# The columns alone: the table itself is declared with its repository, which needs this module.
_SESSIONS = table(
    "sessions",
    column("id", Id),
    column("user_id", Id),
    column("revoked_at", Instant),
    column("expires_at", Instant),
)
_KEYS = table(
    "api_keys",
    column("id", Text),
    column("owner_id", Id),
    column("scopes", Text),
    column("secret_hash", Text),
    column("expires_at", Instant),
)

Upsert = postgresql.Insert | sqlite.Insert


def upsert(engine: str, into: Table) -> Upsert:
    """Make the engine's own INSERT construct, which knows ON CONFLICT."""
    return postgresql.insert(into) if engine == "postgresql" else sqlite.insert(into)


@dataclass(frozen=True)
class Compiled:
    """SQL text, the names of its parameters in order, values that never vary, result converters.

    A converter stands with the place in the row of what it converts.
    """

    sql: str
    names: tuple[str, ...]
    constants: dict[str, object]
    converters: tuple[tuple[int, Convert], ...]
    name: str = ""

    def arguments(self, params: Params) -> Sequence[object]:
        """Put the parameters in their order."""
        return self._ordered({**self.constants, **params} if self.constants else params)

    @cached_property
    def _ordered(self) -> Callable[[Params], Sequence[object]]:
        return in_order(self.names)


def in_order(names: Sequence[str]) -> Callable[[Params], Sequence[object]]:
    """Make what takes the values of these names from parameters."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda params: [params[name] for name in names]


class Lock(Enum):
    """How a query holds the rows that it gives."""

    NONE = "none"
    ALWAYS = "always"
    """Nobody changes them until the transaction ends."""
    VERSIONED = "versioned"
    """The write that follows names their version, and fails if it has moved: a lock is needed only when
    that has happened."""


class Statement:
    """One statement. `clause` is built per engine where the engines' constructs differ.

    `name` is what other parts of a batch may call it. `refusals` says what a violated constraint means,
    by its name and the parameters that violated it.
    """

    def __init__(
        self,
        clause: ClauseElement | Callable[[str], ClauseElement],
        *,
        refusals: Mapping[str, Callable[[Params], Exception]] | None = None,
        lock: Lock = Lock.NONE,
        name: str = "",
    ) -> None:
        self._clause = clause
        self.name = name
        self.lock = lock
        self.refusals = dict(refusals or {})

    def _built(self, engine: str) -> ClauseElement:
        clause = self._clause if isinstance(self._clause, ClauseElement) else self._clause(engine)
        if self.lock is not Lock.NONE and isinstance(clause, Select):
            # NO KEY: who only asks whether the row is there (a foreign key) need not wait.
            return clause.with_for_update(key_share=True)
        return clause

    @cached_property
    def changes(self) -> bool:
        """Whether the statement writes."""
        return not self.guardable

    @cached_property
    def unlocked(self) -> "Statement":
        """The same query, holding nothing."""
        return Statement(self._clause)

    @cached_property
    def postgresql(self) -> Compiled:
        """The statement for asyncpg."""
        return replace(_compiled(self._built("postgresql"), "postgresql"), name=self.name)

    @cached_property
    def sqlite(self) -> Compiled:
        """The statement for sqlite3."""
        return _compiled(self._built("sqlite"), "sqlite")

    @cached_property
    def guardable(self) -> bool:
        """Whether the statement is a query, to which a condition can be added."""
        return isinstance(self._built("postgresql"), Select)

    @cached_property
    def width(self) -> int:
        """How many columns a query gives."""
        return len(_columns(self._built("postgresql")))

    @cached_property
    def exact_places(self) -> tuple[int, ...]:
        """Which of the columns of a query are exact numbers, by place."""
        columns = _columns(self._built("postgresql"))
        return tuple(place for place, one in enumerate(columns) if isinstance(one.type, Exact))

    @cached_property
    def guarded(self) -> "Statement":
        """The same query, answering nothing unless the caller's session is open."""
        return self._where(open_session())

    @cached_property
    def guarded_by_key(self) -> "Statement":
        """The same query, answering nothing unless the caller's API key is good for it."""
        return self._where(valid_key())

    def _where(self, condition: ColumnElement[bool]) -> "Statement":
        clause = self._clause
        if isinstance(clause, Select):
            return Statement(clause.where(condition), lock=self.lock)
        build = cast("Callable[[str], Select[Any]]", clause)
        return Statement(lambda engine: build(engine).where(condition), lock=self.lock)


def open_session() -> ColumnElement[bool]:
    """Make the condition that the caller's session is open now."""
    return (
        select(literal_column("1"))
        .select_from(_SESSIONS)
        .where(
            _SESSIONS.c.id == bindparam("caller_session_id"),
            _SESSIONS.c.user_id == bindparam("caller_id"),
            _SESSIONS.c.revoked_at.is_(None),
            _SESSIONS.c.expires_at > bindparam("caller_at"),
        )
        .exists()
    )


@cache
def session_is_open() -> Statement:
    """Make the query that gives one row when the caller's session is open."""
    return Statement(select(literal_column("1")).where(open_session()))


def _presented() -> ColumnElement[bool]:
    return (
        (_KEYS.c.owner_id == bindparam("caller_id"))
        & (_KEYS.c.id == bindparam("caller_key_id"))
        & (_KEYS.c.secret_hash == bindparam("caller_key_hash"))
        & (_KEYS.c.expires_at.is_(None) | (_KEYS.c.expires_at > bindparam("caller_at")))
    )


def valid_key() -> ColumnElement[bool]:
    """Make the condition that the caller's API key is kept, not over, and good for what is asked."""
    asked = _KEYS.c.scopes.like(bindparam("caller_key_scope"))
    return select(literal_column("1")).select_from(_KEYS).where(_presented(), asked).exists()


@cache
def key_scopes() -> Statement:
    """Make the query that gives what the caller's API key is good for, when it is kept and not over."""
    return Statement(select(_KEYS.c.scopes).where(_presented()))


def _compiled(clause: ClauseElement, engine: str) -> Compiled:
    dialect = _POSTGRESQL if engine == "postgresql" else _SQLITE
    if isinstance(clause, Insert):
        # Else PostgreSQL's dialect has every INSERT return a key that nobody asked for.
        clause = clause.inline()
    compiled: Any = clause.compile(dialect=dialect)
    names = tuple(compiled.positiontup or ())
    constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    converters = () if engine == "postgresql" else _converters(clause)
    return Compiled(str(compiled), names, constants, converters)


def _converters(clause: ClauseElement) -> tuple[tuple[int, Convert], ...]:
    found = ((place, _converter(column)) for place, column in enumerate(_columns(clause)))
    return tuple((place, convert) for place, convert in found if convert is not None)


def _columns(clause: ClauseElement) -> Sequence[ColumnElement[object]]:
    return tuple(getattr(clause, "exported_columns", ()))


def _converter(column: ColumnElement[object]) -> Convert | None:
    for kind, convert in _CONVERTERS:
        if isinstance(column.type, kind):
            return convert
    return None
