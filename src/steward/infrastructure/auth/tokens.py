"""Steward's own access tokens: JWTs (RFC 9068's `at+jwt`) signed with HS256, with keys that rotate."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NoReturn
from uuid import UUID

import jwt

from steward.domain.errors import Unauthenticated

LENGTH_MAXIMUM = 4096
LEEWAY = timedelta(seconds=30)
_ALGORITHM = "HS256"
_TYPE = "at+jwt"
_SECRET_BYTES_MINIMUM = 32
_CACHED_MAXIMUM = 10_000
_YEAR_9999 = 253_370_764_800
_HEADERS = {"alg", "kid", "typ"}
_SIGNATURES = jwt.PyJWS()


class InvalidToken(Unauthenticated):
    """Whatever is wrong with a token: the caller learns only that it is not accepted."""

    code = "invalid-token"

    def __init__(self) -> None:
        super().__init__("The access token is not valid.")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says: this session, of this user, until then (UTC)."""

    user_id: UUID
    session_id: UUID
    expires_at: datetime


class TokenRing:
    """Signs with one secret, and accepts tokens signed with it or with one of the previous ones.

    Each secret has at least 32 bytes. `kid` is a digest of the secret, so that no other name for it
    has to be kept. Verified signatures are remembered (the 10,000 latest); times never are.
    """

    def __init__(
        self,
        secret: str,
        previous: Sequence[str],
        *,
        issuer: str = "steward",
        audience: str = "steward",
        lifetime: timedelta,
    ) -> None:
        if any(len(one.encode()) < _SECRET_BYTES_MINIMUM for one in (secret, *previous)):
            message = f"a secret that signs tokens has at least {_SECRET_BYTES_MINIMUM} bytes"
            raise ValueError(message)
        self._secrets = {secret_id(one): one for one in (*previous, secret)}
        self._kid = secret_id(secret)
        self._issuer = issuer
        self._audience = audience
        self._lifetime = lifetime
        self._verified = lru_cache(_CACHED_MAXIMUM)(self._verify)

    def issue(self, *, user_id: UUID, session_id: UUID, token_id: UUID, at: datetime) -> str:
        """Return a new token, valid from `at` for the ring's lifetime."""
        issued = int(at.timestamp())
        claims: dict[str, str | int] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": str(token_id),
            "iat": issued,
            "nbf": issued,
            "exp": int((at + self._lifetime).timestamp()),
        }
        headers = {"kid": self._kid, "typ": _TYPE}
        return jwt.encode(claims, self._secrets[self._kid], algorithm=_ALGORITHM, headers=headers)

    def read(self, token: str, *, at: datetime) -> Claims:
        """Return what the token says, if it is ours and valid at the moment `at`.

        Raises:
            InvalidToken: for every other input whatever.
        """
        # One token has one spelling: PyJWT would also take it with padding.
        if len(token) > LENGTH_MAXIMUM or "=" in token:
            raise InvalidToken
        try:
            not_before, claims = self._verified(token)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError):
            raise InvalidToken from None
        if not not_before <= at < claims.expires_at:
            raise InvalidToken
        return claims

    def _verify(self, token: str) -> tuple[datetime, Claims]:
        """Check all but the times; raise anything that `read` turns into InvalidToken."""
        header = jwt.get_unverified_header(token)
        # Exactly these: so `crit`, `jku`, `jwk`, `x5u` and whatever comes next are refused.
        if header.keys() != _HEADERS or header["typ"] != _TYPE:
            raise InvalidToken
        payload = _SIGNATURES.decode(token, self._secrets[header["kid"]], algorithms=[_ALGORITHM])
        claims = json.loads(payload, parse_constant=_refuse)
        if claims["iss"] != self._issuer or claims["aud"] != self._audience:
            raise InvalidToken
        _uuid(claims["jti"])
        issued, not_before, expires = (_instant(claims[name]) for name in ("iat", "nbf", "exp"))
        read = Claims(_uuid(claims["sub"]), _uuid(claims["sid"]), expires)
        return max(issued, not_before) - LEEWAY, read


def secret_id(secret: str) -> str:
    """Give the name under which a secret is known: 16 hexadecimal digits of a digest."""
    return hashlib.sha256(b"steward kid " + secret.encode()).hexdigest()[:16]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _uuid(claim: Any) -> UUID:  # noqa: ANN401 - from JSON, judged here
    value = UUID(claim) if isinstance(claim, str) else None
    if value is None or str(value) != claim:
        raise InvalidToken
    return value


def _instant(claim: Any) -> datetime:  # noqa: ANN401 - from JSON, judged here
    # bool is an int, and neither 1.5 nor "1" is what `issue` writes.
    if type(claim) is not int or not 0 <= claim < _YEAR_9999:
        raise InvalidToken
    return datetime.fromtimestamp(claim, UTC)
