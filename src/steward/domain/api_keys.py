"""API keys: what a program signs in with, on behalf of the person who made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from steward.domain.errors import Conflict, Forbidden, InvalidValue, NotFound, Unauthenticated
from steward.domain.instants import instant_text

MOST_PER_USER: Final = 50


class KeyScope(StrEnum):
    """What an operation is, and so what a key must be good for."""

    READ = "read"
    """It changes nothing."""
    TRADE = "trade"
    """It changes portfolios, orders, prices or what is known of instruments."""
    ACCOUNT = "account"
    """It is about people, passwords, sessions or keys: no key is good for it."""


OFFERED: Final = (KeyScope.READ, KeyScope.TRADE)


class KeyRefused(Unauthenticated):
    """The one answer to every key that lets nobody in, whatever is wrong with it."""

    code = "invalid-api-key"

    def __init__(self) -> None:
        super().__init__("This API key is not valid: it is wrong, over, or was revoked.")


class OutOfScope(Forbidden):
    """The key is valid, but not good for this."""

    code = "out-of-scope"

    def __init__(self, scope: str) -> None:
        detail = "Sign in with the password: no API key is good for this."
        if scope in OFFERED:
            detail = f"This API key has not the scope {scope}: make one that has."
        super().__init__(detail)


class KeyNotFound(NotFound):
    """There is no such API key of this user."""

    code = "api-key-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such API key.")


class TooManyKeys(Conflict):
    """A user has as many API keys as one may have."""

    code = "too-many-api-keys"

    def __init__(self) -> None:
        super().__init__(f"You have {MOST_PER_USER} API keys, the most there may be: revoke one first.")


class ExpiryPassed(InvalidValue):
    """A key was to end before it begins."""

    code = "expiry-passed"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner sees it: its secret is not known to anybody else.

    `portfolio_id` names the portfolio that is the account where a client knows one account alone. With
    `expires_at` the key is over from then on.
    """

    id: str
    owner_id: UUID
    name: str
    scopes: tuple[KeyScope, ...]
    portfolio_id: int | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = None


def checked_scopes(scopes: Sequence[str]) -> tuple[KeyScope, ...]:
    """Give each of these scopes once, in the order in which they are offered."""
    return tuple(scope for scope in OFFERED if scope in scopes)


def checked_expiry(expires_at: datetime | None, *, at: datetime) -> datetime | None:
    """Give `expires_at` back; raise ExpiryPassed unless it lies after the moment `at`."""
    if expires_at is not None and expires_at <= at:
        detail = f"A key ends after it begins: it is {instant_text(at)} now."
        raise ExpiryPassed(detail, pointer="/expires_at")
    return expires_at
