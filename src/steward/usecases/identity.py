"""Coming in and going out: registration, sign-in, sign-out, passwords, sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from steward.domain.errors import NotFound, Refusal, TooMany
from steward.domain.users import (
    EmailNotConfirmed,
    InvalidCredentials,
    InvalidEmail,
    LoginTaken,
    Session,
    User,
    canonical_login,
    checked_email,
    checked_password,
    checked_username,
)
from steward.usecases.ports import Units, WriteUnit
from steward.usecases.ports_people import Passwords, Provider, ProviderIdentity
from steward.usecases.values import Limit, Trace

LOCAL_ISSUER = "steward"
ACCEPTED = "accepted"


class SessionNotFound(NotFound):
    """There is no such open session of this user."""

    code = "session-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such open session.")


@dataclass(frozen=True, slots=True)
class Door:
    """How people come in: by local password, or by an outside provider when there is one."""

    units: Units
    passwords: Passwords
    provider: Provider | None
    registrations: Limit
    failures_by_address: Limit
    failures_by_account: Limit
    session_lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Knock:
    """One attempt to come in; `user_id` and `session_id` are the ids to give if it makes new ones."""

    user_id: UUID
    session_id: UUID
    at: datetime
    trace: Trace
    user_agent: str


async def register(
    door: Door, knock: Knock, *, password: str, email: str | None = None, username: str | None = None
) -> tuple[User, Session]:
    """Make an account, by e-mail or by username, and its first session.

    Raises InvalidValue for a bad name or password, LoginTaken, TooMany, and what the provider refuses.
    """
    email = None if email is None else checked_email(email)
    username = None if username is None else checked_username(username)
    name = email or username or ""
    checked_password(password, logins=[name])
    try:

        async def count(unit: WriteUnit) -> None:
            await unit.calls.count(door.registrations, knock.trace.address, at=knock.at)

        await door.units.write(count, trace=knock.trace, at=knock.at)
        if door.provider is not None:
            identity = await door.provider.sign_up(checked_email(name), password)
            return await _of_provider(door, knock, identity, username=username)
        hashed = await door.passwords.hash(password)
        login = canonical_login(name)
        if email is None:
            email = _email_of(name)
        user = User(knock.user_id, login, email, username, LOCAL_ISSUER, str(knock.user_id), knock.at)
        session = _session(door, knock, user)

        async def keep(unit: WriteUnit) -> None:
            unit.users.add(user, hashed)
            _open(unit, knock, session)

        await door.units.write(keep, trace=knock.trace, at=knock.at)
    except Refusal as refusal:
        await _note(door, knock, refusal)
        raise
    return user, session


async def sign_in(door: Door, knock: Knock, *, name: str, password: str) -> tuple[User, Session]:
    """Open a session for whoever proves to be `name`, an e-mail or a username.

    A failed attempt says the same, and takes the same time, whether the account exists or not.
    Raises InvalidCredentials, TooMany, EmailNotConfirmed, Unavailable.
    """
    address, account = knock.trace.address, canonical_login(name)
    limits = ((door.failures_by_address, address), (door.failures_by_account, account))

    async def count(unit: WriteUnit) -> tuple[User, str] | None:
        for limit, who in limits:
            await unit.calls.count(limit, who, at=knock.at)
        return None if door.provider is not None else await unit.users.by_login(account)

    async def forgive(unit: WriteUnit) -> None:
        for limit, who in limits:
            unit.calls.forgive(limit, who, at=knock.at)

    try:
        found = await door.units.write(count, trace=knock.trace, at=knock.at)
        if door.provider is not None:
            identity = await door.provider.sign_in(_email_of(name) or "", password)
            entered = await _of_provider(door, knock, identity)
            await door.units.write(forgive, trace=knock.trace, at=knock.at)
            return entered
        user, hashed = found or (None, None)
        if not await door.passwords.verify(password, hashed) or user is None or hashed is None:
            raise InvalidCredentials
        stronger = await door.passwords.hash(password) if door.passwords.needs_rehash(hashed) else None
        session = _session(door, knock, user)

        async def keep(unit: WriteUnit) -> None:
            await forgive(unit)
            if stronger is not None:
                unit.users.set_password_hash(user.id, stronger)
            _open(unit, knock, session)

        await door.units.write(keep, trace=knock.trace, at=knock.at)
    except Refusal as refusal:
        await _note(door, knock, refusal)
        raise
    return user, session


async def prove_for_change(
    door: Door, knock: Knock, *, user: User, password: str, new_password: str
) -> str | None:
    """Check the present password and give the hash of the next one; a provider keeps its own (None).

    Raises InvalidCredentials, InvalidValue, TooMany, Unavailable.
    """
    checked_password(new_password, logins=[name for name in (user.email, user.username) if name])
    limit, who = door.failures_by_account, _account(user)

    async def count(unit: WriteUnit) -> str | None:
        await unit.calls.count(limit, who, at=knock.at)
        return await unit.users.password_hash(user.id)

    try:
        hashed = await door.units.write(count, trace=knock.trace, at=knock.at)
        if door.provider is not None:
            await door.provider.change_password(user.email or "", password, new_password)
            return None
        if not await door.passwords.verify(password, hashed):
            raise InvalidCredentials
    except Refusal as refusal:
        await _note(door, knock, refusal, user_id=user.id)
        raise
    return await door.passwords.hash(new_password)


async def change_password(
    unit: WriteUnit, door: Door, *, user: User, session_id: UUID, hashed: str | None, at: datetime
) -> None:
    """Keep the next password of somebody who proved the present one; every other session ends."""
    unit.calls.forgive(door.failures_by_account, _account(user), at=at)
    if hashed is not None:
        unit.users.set_password_hash(user.id, hashed)
    unit.sessions.revoke_others(user.id, session_id, at=at)


async def end_session(unit: WriteUnit, *, user_id: UUID, session_id: UUID, at: datetime) -> None:
    """End one session of a user, on every worker at once. Raises SessionNotFound."""
    if not await unit.sessions.revoke(user_id, session_id, at=at):
        raise SessionNotFound


async def _of_provider(
    door: Door, knock: Knock, identity: ProviderIdentity, *, username: str | None = None
) -> tuple[User, Session]:
    """Open a session for somebody whom the provider vouches for; make their account on first sight."""
    if not identity.email_verified:
        raise EmailNotConfirmed

    async def keep(unit: WriteUnit) -> tuple[User, Session]:
        user = await unit.users.by_subject(identity.issuer, identity.subject)
        if user is None:
            user = User(
                knock.user_id, None, identity.email, username, identity.issuer, identity.subject, knock.at
            )
            unit.users.add(user, None)
        session = _session(door, knock, user)
        _open(unit, knock, session)
        return user, session

    try:
        return await door.units.write(keep, trace=knock.trace, at=knock.at)
    except LoginTaken:
        # Another first sight of the same person was quicker: now there is somebody to be found.
        return await door.units.write(keep, trace=knock.trace, at=knock.at)


def _session(door: Door, knock: Knock, user: User) -> Session:
    until = knock.at + door.session_lifetime
    return Session(
        knock.session_id, user.id, knock.at, until, None, knock.trace.address, knock.user_agent[:200]
    )


def _open(unit: WriteUnit, knock: Knock, session: Session) -> None:
    unit.sessions.add(session)
    unit.audit.add(knock.trace, user_id=session.user_id, outcome=ACCEPTED, at=knock.at)


async def _note(door: Door, knock: Knock, refusal: Refusal, *, user_id: UUID | None = None) -> None:
    """Keep a refused attempt on record; one that is beyond the limit would only fill it."""
    if isinstance(refusal, TooMany):
        return

    async def note(unit: WriteUnit) -> None:
        unit.audit.add(knock.trace, user_id=user_id, outcome=refusal.code, at=knock.at)

    await door.units.write(note, trace=knock.trace, at=knock.at)


def _account(user: User) -> str:
    return user.login or f"{user.issuer} {user.subject}"


def _email_of(name: str) -> str | None:
    try:
        return checked_email(name)
    except InvalidEmail:
        return None
