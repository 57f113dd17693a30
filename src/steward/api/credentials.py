"""Credentials: who asks, as the headers of a request say; whether it is so, the first query finds out."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from starlette.types import Scope

from steward.api.problems import HttpRefusal
from steward.api.system import System
from steward.domain.api_keys import KeyRefused, KeyScope
from steward.domain.errors import Unauthenticated
from steward.usecases.values import Caller

COOKIE: Final = "access_token"
KEY_ID: Final = b"apca-api-key-id"
KEY_SECRET: Final = b"apca-api-secret-key"
_ONCE: Final = (b"authorization", b"cookie", KEY_ID, KEY_SECRET)
_KEY_PREFIX: Final = "ST"


def caller_of(
    system: System, scope: Scope, headers: Mapping[bytes, bytes], *, needs: KeyScope, at: datetime
) -> Caller:
    """Read the session, the API key, or both, of a request that `needs` a scope.

    Of a key and a session of one user the key counts: it may do less.

    Raises Unauthenticated, and HttpRefusal when they are of different users.
    """
    if len(headers) != len(scope["headers"]):
        _check_repeated(scope)
    bearer, cookie = _authorization(headers), _cookie(headers)
    if KEY_ID in headers or KEY_SECRET in headers or (bearer is not None and bearer.startswith(_KEY_PREFIX)):
        return _caller_by_key(system, headers, bearer, cookie, needs=needs, at=at)
    if bearer is None and cookie is None:
        raise _nobody()
    read = system.tokens.read
    claims = read(bearer if bearer is not None else cookie or "", at=at)
    if bearer is not None and cookie is not None and read(cookie, at=at).user_id != claims.user_id:
        raise _two_identities()
    return Caller(claims.user_id, claims.session_id, at)


def is_safe_from_other_sites(headers: Mapping[bytes, bytes]) -> bool:
    """Say whether a browser sends these credentials for no other site: a page must name them itself.

    A name and password (Basic) it remembers, like a cookie.
    """
    given = headers.get(b"authorization")
    return KEY_ID in headers or (given is not None and given[:6].lower() != b"basic ")


def _caller_by_key(
    system: System,
    headers: Mapping[bytes, bytes],
    bearer: str | None,
    cookie: str | None,
    *,
    needs: KeyScope,
    at: datetime,
) -> Caller:
    given = set()
    if KEY_ID in headers or KEY_SECRET in headers:
        given.add(
            (headers.get(KEY_ID, b"").decode("latin-1"), headers.get(KEY_SECRET, b"").decode("latin-1"))
        )
    sessions = [] if cookie is None else [cookie]
    if bearer is not None and bearer.startswith(_KEY_PREFIX):
        key_id, _, secret = bearer.partition(".")
        given.add((key_id, secret))
    elif bearer is not None:
        sessions.append(bearer)
    read = [system.key_maker.ring.read(key_id, secret, scope=needs) for key_id, secret in given]
    owner_id, key = read[0]
    users = {user_id for user_id, _ in read} | {system.tokens.read(one, at=at).user_id for one in sessions}
    if len(read) > 1 or users != {owner_id}:
        raise _two_identities()
    return Caller(owner_id, None, at, key)


def _two_identities() -> HttpRefusal:
    detail = "The credentials of this request are of different users, or different keys."
    return HttpRefusal(400, "two-identities", detail)


def _nobody() -> Unauthenticated:
    return Unauthenticated("Sign in first: this request carries no session.")


def _check_repeated(scope: Scope) -> None:
    seen = [name for name, _ in scope["headers"] if name in _ONCE]
    if len(seen) != len(set(seen)):
        raise _nobody()


def _authorization(headers: Mapping[bytes, bytes]) -> str | None:
    """Give the bearer token, or an API key as `id.secret`; None without the header."""
    given = headers.get(b"authorization")
    if given is None:
        return None
    scheme, _, token = given.decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    # Another scheme names nobody here, which is an answer too: 401.
    return _basic(token) if scheme.lower() == "basic" else ""


def _basic(token: str) -> str:
    try:
        key_id, colon, secret = base64.b64decode(token, validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        raise KeyRefused from None
    if not colon or not key_id.startswith(_KEY_PREFIX):
        raise KeyRefused
    return f"{key_id}.{secret}"


def _cookie(headers: Mapping[bytes, bytes]) -> str | None:
    given = headers.get(b"cookie")
    if given is None:
        return None
    found = [
        value
        for name, _, value in (part.strip().partition("=") for part in given.decode("latin-1").split(";"))
        if name == COOKIE
    ]
    if len(found) > 1:
        raise _nobody()
    return found[0] if found else None
