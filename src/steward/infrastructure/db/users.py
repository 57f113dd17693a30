"""People: the table and its repository."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    case,
    exists,
    insert,
    select,
    update,
)

from steward.domain.users import LoginTaken, User
from steward.infrastructure.db.database import Reading, Retry, Transaction
from steward.infrastructure.db.statements import Lock, Row, Statement
from steward.infrastructure.db.types import Id, Instant, Serial, metadata, wire

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", Text),
    Column("email", Text),
    Column("username", Text),
    Column("password_hash", Text),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("portfolio_count", Integer, nullable=False),
    Column("prices_version", Serial, nullable=False, autoincrement=False),
    Column("history_version", Serial, nullable=False, autoincrement=False, server_default="0"),
    CheckConstraint("(login IS NULL) = (password_hash IS NULL)", "local"),
    CheckConstraint("portfolio_count >= 0", "portfolio_count"),
    # The first to register is the administrator; an operator may make others so.
    Column("is_admin", Integer, nullable=False, server_default="0"),
    # One user at most: of two that register first at once, the other finds that it is not.
    Column("is_first", Integer, nullable=False, server_default="0"),
    Index("uq_users_login", "login", unique=True),
    Index("uq_users_subject", "issuer", "subject", unique=True),
    sqlite_strict=True,
)
_FIRST = users.c.is_first == 1
Index("uq_users_is_first", users.c.is_first, unique=True, postgresql_where=_FIRST, sqlite_where=_FIRST)
_others = users.alias("others")
_is_first = case((exists(select(_others.c.id)), 0), else_=1)

_LAST: Final = UUID(int=2**128 - 1)
_FOUND = ("is_admin", "is_first")
_PUBLIC = (
    users.c.id,
    users.c.login,
    users.c.email,
    users.c.username,
    users.c.issuer,
    users.c.subject,
    users.c.created_at,
)
_WIRE = (
    wire(users.c.id).label("w_id"),
    users.c.email,
    users.c.username,
    wire(users.c.created_at).label("w_created_at"),
)
_ROW = Statement(select(*_WIRE, users.c.is_admin).where(users.c.id == bindparam("user_id")))
_PAGE = Statement(
    select(*_WIRE, users.c.is_admin, users.c.portfolio_count)
    .where(users.c.id < bindparam("before"))
    # Ids are in the order of time.
    .order_by(users.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_BY_ID = Statement(select(*_PUBLIC).where(users.c.id == bindparam("user_id")))
_BY_LOGIN = Statement(select(*_PUBLIC, users.c.password_hash).where(users.c.login == bindparam("login")))
_BY_SUBJECT = Statement(
    select(*_PUBLIC).where(users.c.issuer == bindparam("issuer"), users.c.subject == bindparam("subject"))
)
_BY_EMAIL = Statement(
    select(*_PUBLIC).where(users.c.email == bindparam("email")).order_by(users.c.created_at).limit(1)
)
_HASH = Statement(select(users.c.password_hash).where(users.c.id == bindparam("user_id")))
_ADD = Statement(
    insert(users).values(
        {column: bindparam(column.name) for column in users.c if column.name not in _FOUND}
        | dict.fromkeys((users.c.is_admin, users.c.is_first), _is_first)
    ),
    refusals={
        "uq_users_login": lambda _: LoginTaken(),
        "uq_users_subject": lambda _: LoginTaken(),
        "uq_users_is_first": lambda _: Retry(),
    },
)
_IS_ADMIN = Statement(select(users.c.is_admin).where(users.c.id == bindparam("user_id")))
_SET_ADMIN = Statement(
    update(users).where(users.c.id == bindparam("user_id")).values(is_admin=bindparam("now_admin"))
)
_SET_HASH = Statement(
    update(users)
    .where(users.c.id == bindparam("user_id"))
    .values(password_hash=bindparam("new_password_hash"))
)
LOCK = Statement(select(users.c.id).where(users.c.id == bindparam("user_id")), lock=Lock.ALWAYS)
_changed = update(users).where(users.c.id == bindparam("changed_owner_id"))
# What the owner states of prices has changed: a kept valuation is an older one.
PRICES_CHANGED = Statement(_changed.values(prices_version=users.c.prices_version + 1))
# What the owner states about instruments has changed: every kept figure that rests on it is an older one.
INSTRUMENTS_CHANGED = Statement(
    _changed.values(prices_version=users.c.prices_version + 1, history_version=users.c.history_version + 1)
)


def _user(row: Row) -> User:
    return User(*row[:7])


class UserReads:
    """Look people up."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def get(self, user_id: UUID) -> User | None:
        """Find a user by id."""
        rows = await self._unit.fetch(_BY_ID, {"user_id": user_id})
        return _user(rows[0]) if rows else None

    async def row(self, user_id: UUID) -> Row | None:
        """Give a user for the wire: id, e-mail, username, created at, whether an administrator (0 or 1)."""
        rows = await self._unit.fetch(_ROW, {"user_id": user_id})
        return rows[0] if rows else None

    async def page(self, before: UUID | None, *, limit: int) -> Sequence[Row]:
        """Give users as `row` and with their number of portfolios, newest first, those before one."""
        return await self._unit.fetch(_PAGE, {"before": before or _LAST, "limit": limit})

    async def by_login(self, login: str) -> tuple[User, str] | None:
        """Find a local user and the hash of the password by the canonical login."""
        rows = await self._unit.fetch(_BY_LOGIN, {"login": login})
        return (_user(rows[0]), rows[0][7]) if rows else None

    async def by_email(self, email: str) -> User | None:
        """Find the user of an e-mail in its canonical form, whoever vouches for it."""
        rows = await self._unit.fetch(_BY_EMAIL, {"email": email})
        return _user(rows[0]) if rows else None

    async def by_subject(self, issuer: str, subject: str) -> User | None:
        """Find a provider's user."""
        rows = await self._unit.fetch(_BY_SUBJECT, {"issuer": issuer, "subject": subject})
        return _user(rows[0]) if rows else None

    async def is_admin(self, user_id: UUID) -> bool:
        """Tell whether a user may do what concerns everybody."""
        rows = await self._unit.fetch(_IS_ADMIN, {"user_id": user_id})
        return [row[0] for row in rows] == [1]

    async def password_hash(self, user_id: UUID) -> str | None:
        """Give the stored hash, None for a provider's user."""
        rows = await self._unit.fetch(_HASH, {"user_id": user_id})
        return rows[0][0] if rows else None


class Users(UserReads):
    """Keep people."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    def add(self, user: User, password_hash: str | None) -> None:
        """Keep a new user. Raises LoginTaken when the unit is written."""
        params: dict[str, Any] = {name: getattr(user, name) for name in _FIELDS}
        self._writing.defer(
            _ADD,
            {
                **params,
                "password_hash": password_hash,
                "portfolio_count": 0,
                "prices_version": 0,
                "history_version": 0,
            },
        )

    def set_admin(self, user_id: UUID, *, is_admin: bool) -> None:
        """Make a user an administrator, or one no more."""
        self._writing.defer(_SET_ADMIN, {"user_id": user_id, "now_admin": int(is_admin)})

    def set_password_hash(self, user_id: UUID, password_hash: str) -> None:
        """Keep another password."""
        self._writing.defer(_SET_HASH, {"user_id": user_id, "new_password_hash": password_hash})


_FIELDS = tuple(column.name for column in _PUBLIC)
