"""Identity over HTTP: accounts, signing in and out, sessions."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from steward.api.call import Call
from steward.api.figures import flag
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.problems import Answer, Header
from steward.api.system import System
from steward.api.values import Body, Instant, Shape, Uuid
from steward.domain.api_keys import KeyScope
from steward.domain.instants import instant_text
from steward.domain.users import Session, User
from steward.usecases import identity
from steward.usecases.identity import Knock
from steward.usecases.ports import WriteUnit
from steward.usecases.values import Row

operations = Operations("identity", KeyScope.ACCOUNT)

_USER = '{"id":"%s","email":%s,"username":%s,"created_at":"%s"}'
_SESSION = '{"id":"%s","created_at":"%s","expires_at":"%s","address":%s,"user_agent":%s,"current":%s}'
_STATUS_OK = Answer(200, b'{"status":"ok"}', ())
# A field of a sign-in is never refused for its shape: that would tell what a real one looks like.
_LONGEST = 4096


class UserShape(Shape):
    """A person."""

    id: Uuid
    email: str | None
    username: str | None
    created_at: Instant


class UserAnswer(Shape):
    """A person, as the browser's routes wrap it."""

    user: UserShape


class MeAnswer(UserAnswer):
    """Who is signed in, and whether they may do what concerns everybody."""

    is_admin: bool


class StatusAnswer(Shape):
    """It is done."""

    status: Literal["ok"]


class TokenAnswer(Shape):
    """A bearer token."""

    access_token: str
    token_type: Literal["bearer"]


class NewUserAnswer(Shape):
    """A person made by username; the password is never shown."""

    id: Uuid
    username: str
    password: Literal["Hidden"]
    created_at: Instant


class SessionShape(Shape):
    """An open session; `current` is the one that asks."""

    id: Uuid
    created_at: Instant
    expires_at: Instant
    address: str
    user_agent: str
    current: bool


class Registration(Body):
    """An e-mail and a password of 12 to 128 characters."""

    email: str
    password: str


class Credentials(Body):
    """What a person signs in with."""

    email: str = Field(max_length=_LONGEST)
    password: str = Field(max_length=_LONGEST)


class NewUser(Body):
    """A username, which may be an e-mail, and a password of 12 to 128 characters."""

    username: str
    password: str


class PasswordChange(Body):
    """The present password and the next one."""

    password: str = Field(max_length=_LONGEST)
    new_password: str


class SignInForm(BaseModel):
    """The OAuth2 password flow's form; what Steward does not use of it is left alone."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=_LONGEST)
    password: str = Field(max_length=_LONGEST)
    grant_type: Literal["password"] = "password"
    scope: str = ""
    client_id: str | None = None
    client_secret: str | None = None


def _knock(call: Call) -> Knock:
    agent = call.headers.get(b"user-agent", b"").decode("latin-1")
    shown = "".join(character for character in agent if character.isprintable())
    return Knock(call.new_id(), call.new_id(), call.at, call.trace, shown)


def _user(user: User) -> str:
    return _written((user.id, user.email, user.username, instant_text(user.created_at)))


def _written(row: Row) -> str:
    return _USER % (row[0], optional(quoted, row[1]), optional(quoted, row[2]), row[3])


def _token(call: Call, session: Session) -> str:
    return call.system.tokens.issue(
        user_id=session.user_id, session_id=session.id, token_id=call.new_id(), at=session.created_at
    )


def _cookie(system: System, token: str, max_age_seconds: int) -> Header:
    rules = system.cookie
    parts = [
        f"access_token={token}",
        "HttpOnly",
        "Path=/",
        f"Max-Age={max_age_seconds}",
        f"SameSite={rules.same_site.capitalize()}",
    ]
    if rules.secure:
        parts.append("Secure")
    if rules.domain:
        parts.append(f"Domain={rules.domain}")
    return (b"set-cookie", "; ".join(parts).encode())


def _entered(call: Call, user: User, session: Session, status: int) -> Answer:
    cookie = _cookie(call.system, _token(call, session), call.system.cookie.max_age_seconds)
    return Answer(status, f'{{"user":{_user(user)}}}'.encode(), (cookie,))


async def _me(call: Call) -> Row:
    row = await call.read().users.row(call.user_id)
    assert row is not None  # noqa: S101 - a session has a user, by foreign key
    return row


@operations.add(
    "POST", "/auth/register", answers=UserAnswer, status=201, refuses=(409,), signed_in=False, cookie=True
)
async def register(call: Call, body: Registration) -> Answer:
    """Make an account by e-mail and sign in with a cookie."""
    user, session = await identity.register(
        call.system.door, _knock(call), email=body.email, password=body.password
    )
    return _entered(call, user, session, 201)


@operations.add("POST", "/auth/login", answers=UserAnswer, refuses=(401, 409), signed_in=False, cookie=True)
async def login(call: Call, body: Credentials) -> Answer:
    """Sign in with a cookie."""
    user, session = await identity.sign_in(
        call.system.door, _knock(call), name=body.email, password=body.password
    )
    return _entered(call, user, session, 200)


@operations.add("POST", "/auth/logout", answers=StatusAnswer)
async def logout(call: Call) -> Answer:
    """End this session on every worker at once and clear the cookie."""

    async def work(unit: WriteUnit) -> Answer:
        await identity.end_session(unit, user_id=call.user_id, session_id=call.session_id, at=call.at)
        return _STATUS_OK._replace(headers=(_cookie(call.system, "", 0),))

    return await call.write(work)


@operations.add("GET", "/auth/me", answers=MeAnswer, scope=KeyScope.READ)
async def me(call: Call) -> Answer:
    """Say who is signed in, and whether they are an administrator."""
    row = await _me(call)
    return Answer(200, f'{{"user":{_written(row)},"is_admin":{flag(row[4])}}}'.encode(), ())


@operations.add("POST", "/login", answers=TokenAnswer, refuses=(401, 409), signed_in=False, form=True)
async def token(call: Call, body: SignInForm) -> Answer:
    """Sign in by e-mail or username for a bearer token (OAuth2 password flow)."""
    _, session = await identity.sign_in(
        call.system.door, _knock(call), name=body.username, password=body.password
    )
    text = f'{{"access_token":"{_token(call, session)}","token_type":"bearer"}}'
    return Answer(200, text.encode(), ())


@operations.add("POST", "/users", answers=NewUserAnswer, status=201, refuses=(409,), signed_in=False)
async def create(call: Call, body: NewUser) -> Answer:
    """Make an account by username."""
    user, _ = await identity.register(
        call.system.door, _knock(call), username=body.username, password=body.password
    )
    text = '{"id":"%s","username":%s,"password":"Hidden","created_at":"%s"}'
    written = text % (user.id, quoted(user.username or ""), instant_text(user.created_at))
    return Answer(201, written.encode(), ())


@operations.add("GET", "/users/me", answers=UserShape, scope=KeyScope.READ)
async def show(call: Call) -> Answer:
    """Give the caller's account."""
    return Answer(200, _written(await _me(call)).encode(), ())


@operations.add("PATCH", "/users/me", answers=UserShape)
async def change(call: Call, body: PasswordChange) -> Answer:
    """Change the password; every other session ends."""
    user, door = await call.read().users.get(call.user_id), call.system.door
    assert user is not None  # noqa: S101 - a session has a user, by foreign key
    if kept := await call.replayed():
        return kept
    hashed = await identity.prove_for_change(
        door, _knock(call), user=user, password=body.password, new_password=body.new_password
    )
    session_id = call.session_id

    async def work(unit: WriteUnit) -> Answer:
        await identity.change_password(
            unit, door, user=user, session_id=session_id, hashed=hashed, at=call.at
        )
        return Answer(200, _user(user).encode(), ())

    return await call.write(work)


@operations.add("GET", "/auth/sessions", answers=list[SessionShape])
async def sessions(call: Call) -> Answer:
    """List the caller's open sessions, newest first."""
    found = await call.read().sessions.open_of(call.user_id, at=call.at)
    lines = (_session(session, call.session_id) for session in found)
    return Answer(200, f"[{','.join(lines)}]".encode(), ())


@operations.add("DELETE", "/auth/sessions", status=204)
async def end_others(call: Call) -> Answer:
    """End every session of the caller but this one."""

    async def work(unit: WriteUnit) -> Answer:
        unit.sessions.revoke_others(call.user_id, call.session_id, at=call.at)
        return Answer(204, b"", ())

    return await call.write(work)


@operations.add("DELETE", "/auth/sessions/{session_id}", status=204, refuses=(404,))
async def end(call: Call, session_id: Uuid) -> Answer:
    """End one session of the caller, this one too if it is named."""

    async def work(unit: WriteUnit) -> Answer:
        await identity.end_session(unit, user_id=call.user_id, session_id=session_id, at=call.at)
        return Answer(204, b"", ())

    return await call.write(work)


def _session(session: Session, current: UUID) -> str:
    return _SESSION % (
        session.id,
        instant_text(session.created_at),
        instant_text(session.expires_at),
        quoted(session.address),
        quoted(session.user_agent),
        "true" if session.id == current else "false",
    )
