"""What the use cases need from outside to know people: who they are, and what they may do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from steward.domain.api_keys import ApiKey
from steward.domain.errors import Refusal
from steward.domain.users import Session, User
from steward.usecases.values import (
    Caller,
    IssuedKey,
    Kept,
    Limit,
    PresentedKey,
    Row,
    Trace,
)


class Claims(Protocol):
    """What a token says."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def session_id(self) -> UUID: ...


class ProviderIdentity(Protocol):
    """Who an outside provider says somebody is: (issuer, subject), never the e-mail alone."""

    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def email_verified(self) -> bool: ...


class Provider(Protocol):
    """An outside provider of identities, by e-mail and password."""

    async def sign_up(self, email: str, password: str) -> ProviderIdentity: ...
    async def sign_in(self, email: str, password: str) -> ProviderIdentity: ...
    async def change_password(self, email: str, password: str, new_password: str) -> ProviderIdentity: ...


class Tokens(Protocol):
    """Signs sessions into tokens, and reads them; `read` raises Unauthenticated."""

    def issue(self, *, user_id: UUID, session_id: UUID, token_id: UUID, at: datetime) -> str: ...
    def read(self, token: str, *, at: datetime) -> Claims: ...


class KeyRing(Protocol):
    """Makes API keys, and reads those that are presented; `read` raises KeyRefused."""

    def issue(self, *, owner_id: UUID, portfolio_id: int | None) -> IssuedKey: ...
    def read(self, key_id: str, secret: str, *, scope: str) -> tuple[UUID, PresentedKey]: ...


class Passwords(Protocol):
    """Hashes passwords, off the event loop."""

    async def hash(self, password: str) -> str:
        """Hash a password."""

    async def verify(self, password: str, hash_: str | None) -> bool:
        """Compare; takes the same time, and says no, when there is nothing to compare with."""

    def needs_rehash(self, hash_: str) -> bool:
        """Tell whether the hash was made with weaker parameters than today's."""


class UserReads(Protocol):
    """Finds people. Rows: id, e-mail, username, created at, is admin, and of a page number of portfolios."""

    async def row(self, user_id: UUID) -> Row | None: ...
    async def page(self, before: UUID | None, *, limit: int) -> Sequence[Row]: ...
    async def get(self, user_id: UUID) -> User | None: ...
    async def by_login(self, login: str) -> tuple[User, str] | None: ...
    async def by_email(self, email: str) -> User | None: ...
    async def by_subject(self, issuer: str, subject: str) -> User | None: ...
    async def password_hash(self, user_id: UUID) -> str | None: ...
    async def is_admin(self, user_id: UUID) -> bool: ...


class Users(UserReads, Protocol):
    """Keeps people."""

    def add(self, user: User, password_hash: str | None) -> None: ...
    def set_password_hash(self, user_id: UUID, password_hash: str) -> None: ...
    def set_admin(self, user_id: UUID, *, is_admin: bool) -> None: ...


class SessionReads(Protocol):
    """Finds sign-ins."""

    async def open_of(self, user_id: UUID, *, at: datetime) -> Sequence[Session]: ...


class Sessions(SessionReads, Protocol):
    """Keeps sign-ins."""

    def add(self, session: Session) -> None: ...
    async def revoke(self, user_id: UUID, session_id: UUID, *, at: datetime) -> bool: ...
    def revoke_others(self, user_id: UUID, session_id: UUID, *, at: datetime) -> None: ...


class ApiKeyReads(Protocol):
    """Finds API keys, newest first; `refusals` says which of many callers by key are not let in, and why."""

    async def of(self, owner_id: UUID) -> Sequence[ApiKey]: ...
    async def refusals(self, callers: Collection[Caller], *, at: datetime) -> dict[Caller, Refusal]: ...


class ApiKeys(ApiKeyReads, Protocol):
    """Keeps API keys; `hold_count` counts those of a user, to which nobody else adds until the unit ends."""

    async def hold_count(self, owner_id: UUID) -> int: ...
    def add(self, key: ApiKey, issued: IssuedKey) -> None: ...
    async def remove(self, owner_id: UUID, key_id: str) -> bool: ...
    def used(self, owner_id: UUID, key_id: str, *, at: datetime) -> None: ...


class Calls(Protocol):
    """Counts calls in windows that all workers share. `count` raises TooMany."""

    async def count(self, limit: Limit, who: str, *, at: datetime) -> None: ...
    def forgive(self, limit: Limit, who: str, *, at: datetime) -> None: ...


class Audit(Protocol):
    """Keeps what was done and what was refused."""

    def add(self, trace: Trace, *, user_id: UUID | None, outcome: str, at: datetime) -> None: ...


class KeyReads(Protocol):
    """Finds answers that are kept under idempotency keys."""

    async def find(self, owner_id: UUID, key: str) -> Kept | None: ...


class Keys(KeyReads, Protocol):
    """Keeps answers under idempotency keys; `claim` gives the first answer when there is one."""

    async def claim(
        self, owner_id: UUID, key: str, fingerprint: str, *, at: datetime, expired: datetime
    ) -> Kept | None: ...
    def keep(self, owner_id: UUID, key: str, status: int, body: str) -> None: ...
