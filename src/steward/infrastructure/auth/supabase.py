"""Supabase Auth (GoTrue) as the provider of identities, through its documented REST API.

It proves who somebody is and no more: the session that follows is Steward's own. Whatever keeps the
provider from answering, or makes its answer doubtful, is `Unavailable`, never "wrong password".
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx2
import jwt

from steward.domain.errors import Conflict, InvalidValue, Refusal, Unavailable
from steward.domain.users import (
    EmailNotConfirmed,
    InvalidCredentials,
    InvalidEmail,
    InvalidPassword,
    LoginTaken,
    checked_email,
)

_ALGORITHMS: Final = ("ES256", "RS256")
_SYMMETRIC: Final = "HS256"
_LEEWAY_SECONDS: Final = 30
_KEYS_FETCHED_EVERY_SECONDS: Final = 60
_KEYS_KEPT_SECONDS: Final = 600
_RETRY_MAXIMUM_SECONDS: Final = 60


class SignUpClosed(Conflict):
    """The project at the provider takes no new users with e-mail and password."""

    code = "sign-up-closed"

    def __init__(self) -> None:
        super().__init__("The sign-in provider takes no new users.")


class ProviderRefused(InvalidValue):
    """The provider has a stricter rule than Steward for what was typed."""

    code = "provider-refused"


def _weak_password() -> Refusal:
    return InvalidPassword("The sign-in provider asks for a stronger password.", pointer="/password")


def _same_password() -> Refusal:
    return InvalidPassword("The new password must differ from the present one.", pointer="/password")


def _bad_email() -> Refusal:
    return InvalidEmail("The sign-in provider does not accept this e-mail address.", pointer="/email")


def _bad_value() -> Refusal:
    return ProviderRefused("The sign-in provider does not accept this e-mail or password.")


# Error codes of Supabase Auth, and the messages that versions before the codes sent instead.
_REFUSALS: Final[Mapping[str, Callable[[], Refusal]]] = {
    "invalid_credentials": InvalidCredentials,
    "current_password_invalid": InvalidCredentials,
    "user_banned": InvalidCredentials,
    "user_not_found": InvalidCredentials,
    "Invalid login credentials": InvalidCredentials,
    "email_not_confirmed": EmailNotConfirmed,
    "Email not confirmed": EmailNotConfirmed,
    "user_already_exists": LoginTaken,
    "email_exists": LoginTaken,
    "User already registered": LoginTaken,
    "weak_password": _weak_password,
    "same_password": _same_password,
    "email_address_invalid": _bad_email,
    "email_address_not_authorized": _bad_email,
    "validation_failed": _bad_value,
    "signup_disabled": SignUpClosed,
    "email_provider_disabled": SignUpClosed,
}


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """Somebody, as the provider knows them: (issuer, subject) is who they are, the e-mail may change."""

    issuer: str
    subject: str
    email: str
    email_verified: bool


class Supabase:
    """The project at `url`, asked with its public (anon or publishable) key.

    Each question gets at most `timeout_seconds` in all. The client is closed by `aclose`.
    """

    def __init__(
        self, url: str, anon_key: str, *, client: httpx2.AsyncClient, timeout_seconds: float = 3
    ) -> None:
        self._issuer = f"{url.rstrip('/')}/auth/v1"
        self._anon_key = anon_key
        self._client = client
        self._timeout_seconds = timeout_seconds
        self._keys: dict[str, jwt.PyJWK] = {}
        self._keys_fetched_at: float | None = None
        self._keys_lock = asyncio.Lock()

    async def sign_up(self, email: str, password: str) -> ProviderIdentity:
        """Register at the provider.

        Raises:
            InvalidValue: the e-mail is malformed, or the provider wants another e-mail or password.
            LoginTaken: the address is registered there.
            EmailNotConfirmed: registered now, and a link was sent. With confirmation on, the provider
                answers this for a taken address too.
            SignUpClosed: the project takes no new users.
            Unavailable: no answer, or none that can be trusted.
        """
        body = {"email": checked_email(email), "password": password}
        answer = await self._ask("POST", "/signup", body=body)
        if "access_token" not in answer and "id" in answer:
            raise EmailNotConfirmed
        return await self._identity(answer)

    async def sign_in(self, email: str, password: str) -> ProviderIdentity:
        """Prove an identity by e-mail and password.

        Raises:
            InvalidCredentials: no such user, wrong password, or either malformed.
            EmailNotConfirmed: the link that was sent has not been followed.
            Unavailable: no answer, or none that can be trusted.
        """
        return await self._identity(await self._grant(email, password))

    async def change_password(self, email: str, password: str, new_password: str) -> ProviderIdentity:
        """Change the password of the user who proves themselves with the present one.

        Raises:
            InvalidValue: the provider wants another password.
            InvalidCredentials, EmailNotConfirmed, Unavailable: as for `sign_in`.
        """
        grant = await self._grant(email, password)
        identity = await self._identity(grant)
        body = {"password": new_password, "current_password": password}
        await self._ask("PUT", "/user", body=body, token=grant["access_token"])
        return identity

    async def healthy(self) -> bool:
        """Tell whether the provider says that it is well."""
        try:
            await self._ask("GET", "/health")
        except Refusal:
            return False
        return True

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        await self._client.aclose()

    async def _grant(self, email: str, password: str) -> dict[str, Any]:
        try:
            body = {"email": checked_email(email), "password": password}
            return await self._ask("POST", "/token?grant_type=password", body=body)
        except InvalidValue:
            # A malformed sign-in is a wrong one: the rules for new passwords are not told here.
            raise InvalidCredentials from None

    async def _ask(
        self, method: str, path: str, *, body: Mapping[str, str] | None = None, token: str | None = None
    ) -> dict[str, Any]:
        """Return the JSON object that answers; raise the refusal that the answer stands for."""
        headers = {"apikey": self._anon_key, "Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        # ASCII with escapes, so that a lone surrogate in a password is merely a wrong password.
        content = json.dumps(body).encode() if body is not None else None
        url, seconds = self._issuer + path, self._timeout_seconds
        try:
            # The client's own timeouts are for each read: a byte a second would never end.
            async with asyncio.timeout(seconds):
                response = await self._client.request(
                    method, url, headers=headers, content=content, timeout=seconds
                )
        except (httpx2.HTTPError, TimeoutError):
            raise Unavailable("The sign-in provider does not answer.") from None
        answer = _json(response)
        if response.status_code == HTTPStatus.OK and isinstance(answer, dict):
            return answer
        raise _refusal(response, answer)

    async def _identity(self, grant: Mapping[str, Any]) -> ProviderIdentity:
        """Believe an access token only after it has been verified."""
        token: Any = grant.get("access_token")
        user: Any = grant.get("user")
        try:
            if jwt.get_unverified_header(token)["alg"] == _SYMMETRIC:
                # Only the provider has that secret, so the provider is asked whose token it is.
                user = await self._ask("GET", "/user", token=token)
                subject = user["id"]
            else:
                subject = (await self._claims(token))["sub"]
            if not subject or not isinstance(subject, str) or user["id"] != subject:
                raise _doubtful()
            # Not from the token's user_metadata, which users may write themselves.
            verified = bool(user.get("email_confirmed_at"))
            return ProviderIdentity(self._issuer, subject, checked_email(user["email"]), verified)
        except Unavailable:
            raise
        except (jwt.PyJWTError, Refusal, LookupError, ValueError, TypeError, AttributeError, OverflowError):
            raise _doubtful() from None

    async def _claims(self, token: str) -> dict[str, Any]:
        key = await self._key(jwt.get_unverified_header(token)["kid"])
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience="authenticated",
            issuer=self._issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["iss", "aud", "sub", "exp"]},
        )

    async def _key(self, key_id: str) -> jwt.PyJWK:
        """Return the public key of that name, fetching the set when it is unknown or old."""
        async with self._keys_lock:
            age = time.monotonic() - self._keys_fetched_at if self._keys_fetched_at is not None else None
            unknown = key_id not in self._keys
            if age is None or age > _KEYS_KEPT_SECONDS or (unknown and age > _KEYS_FETCHED_EVERY_SECONDS):
                answer = await self._ask("GET", "/.well-known/jwks.json")
                self._keys = dict(_usable_keys(answer.get("keys")))
                self._keys_fetched_at = time.monotonic()
            return self._keys[key_id]


def _usable_keys(keys: object) -> list[tuple[str, jwt.PyJWK]]:
    """Keep the public keys whose algorithm is on our list: the token's own header decides nothing."""
    usable = []
    for one in keys if isinstance(keys, list) else ():
        try:
            key = jwt.PyJWK(one)
        except (jwt.PyJWTError, AttributeError, TypeError, ValueError):
            continue
        if key.algorithm_name in _ALGORITHMS and isinstance(key.key_id, str):
            usable.append((key.key_id, key))
    return usable


def _json(response: httpx2.Response) -> object:
    """Return the body as JSON, or None: garbage is judged like any other unexpected answer."""
    try:
        answer: object = response.json()
    except (ValueError, RecursionError):
        return None
    return answer


def _refusal(response: httpx2.Response, answer: object) -> Refusal:
    status = response.status_code
    if isinstance(answer, dict) and HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        # `code` is the status in older versions; newer ones put there what was `error_code`.
        for name in ("error_code", "code", "msg", "message", "error_description"):
            said = answer.get(name)
            if isinstance(said, str) and said in _REFUSALS:
                return _REFUSALS[said]()
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        after = response.headers.get("Retry-After", "")
        seconds = int(after) if re.fullmatch("[0-9]{1,4}", after) else 1
        detail = "The sign-in provider is overloaded or out of order."
        return Unavailable(detail, retry_after_seconds=min(max(seconds, 1), _RETRY_MAXIMUM_SECONDS))
    return _doubtful()


def _doubtful() -> Unavailable:
    return Unavailable("The sign-in provider gave an answer that cannot be trusted.")
