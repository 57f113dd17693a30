"""What a setting may not be, beyond its kind and bounds.

A check takes the value and the settings decided before it, and answers what to do about it, or None.
No answer repeats a value: it may be a secret.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr

SECRET_MIN_CHARACTERS = 32
SECRET_MIN_DISTINCT_CHARACTERS = 8
ENCRYPTED_SSLMODES = ("require", "verify-ca", "verify-full")
SSLMODES = ("disable", "allow", "prefer", *ENCRYPTED_SSLMODES)
GUESSABLE_PASSWORDS = frozenset(
    ("admin", "changeme", "change-me", "example", "pass", "password", "postgres", "secret", "steward", "test")
)
_HOST = r"([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])"
_ORIGIN = re.compile(rf"(http://{_HOST}(?!:80$)|https://{_HOST}(?!:443$))(:[1-9][0-9]{{0,4}})?")

_Decided: TypeAlias = Mapping[str, Any]


def _app_debug(value: bool, decided: _Decided) -> str | None:  # noqa: FBT001 - every check is called the same way
    return "refused in production; leave it out" if value and _in_production(decided) else None


def _trusted_proxies(value: tuple[str, ...], _decided: _Decided) -> str | None:
    try:
        for part in value:
            ipaddress.ip_network(part)
    except ValueError:
        return "give addresses or networks such as 10.0.0.0/8, separated by commas"
    return None


def _db_password(value: SecretStr, decided: _Decided) -> str | None:
    return _guessable(value.get_secret_value(), decided.get("db_user", ""), decided)


def _database_url(value: SecretStr, decided: _Decided) -> str | None:
    text = value.get_secret_value()
    scheme, _, rest = text.partition("://")
    if not text or (scheme == "sqlite" and rest.startswith("/") and rest not in ("/", "/:memory:")):
        return None
    if scheme.partition("+")[0] not in ("postgresql", "postgres"):
        return "start with sqlite:/// and a file, or with postgresql://"
    try:
        url = urlsplit(text)
        port_is_possible = url.port != 0
    except ValueError:
        port_is_possible = False
    if (
        not port_is_possible
        or "#" in rest
        or not (url.hostname or "host=" in url.query)
        or len(url.path) <= 1
    ):
        return "write postgresql://user:password@host:port/name, special characters percent-encoded"
    query = parse_qs(url.query)
    if query.get("sslmode", ["prefer"])[-1] not in SSLMODES:
        return f"sslmode is one of {', '.join(SSLMODES)}"
    password = query.get("password", [unquote(url.password or "")])[-1]
    return _guessable(password, unquote(url.username or ""), decided)


def _supabase_url(value: str, decided: _Decided) -> str | None:
    if decided.get("auth_mode") != "supabase":
        return None
    if not _ORIGIN.fullmatch(value) or (value.startswith("http:") and decided.get("app_env") != "dev"):
        return "with AUTH_MODE=supabase, give the address of the project: https://, a host, no path"
    return None


def _supabase_anon_key(value: SecretStr, decided: _Decided) -> str | None:
    return (
        "required with AUTH_MODE=supabase" if decided.get("auth_mode") == "supabase" and not value else None
    )


def _jwt_secret(value: SecretStr, _decided: _Decided) -> str | None:
    if not value:
        return "required outside development; make one: openssl rand -base64 48"
    text = value.get_secret_value()
    if len(text) < SECRET_MIN_CHARACTERS or len(set(text)) < SECRET_MIN_DISTINCT_CHARACTERS:
        return (
            f"too weak, {SECRET_MIN_CHARACTERS} random characters at least "
            f"({SECRET_MIN_DISTINCT_CHARACTERS} different ones); make one: openssl rand -base64 48"
        )
    return None


def _jwt_previous_secrets(value: tuple[SecretStr, ...], decided: _Decided) -> str | None:
    if decided.get("jwt_secret") in value:
        return "holds JWT_SECRET itself; only former secrets belong here"
    return next(filter(None, (_jwt_secret(secret, decided) for secret in value)), None)


def _cookie_secure(value: bool, decided: _Decided) -> str | None:  # noqa: FBT001 - every check is called the same way
    return "must be true in production" if not value and _in_production(decided) else None


def _cookie_samesite(value: str, decided: _Decided) -> str | None:
    return "none needs COOKIE_SECURE=true" if value == "none" and not decided.get("cookie_secure") else None


def _cors_origins(value: tuple[str, ...], _decided: _Decided) -> str | None:
    if all(_ORIGIN.fullmatch(origin) for origin in value):
        return None
    return "give exact origins as a browser sends them (https://app.example.org): no *, path, or usual port"


def _in_production(decided: _Decided) -> bool:
    return bool(decided.get("app_env") == "production")


def _guessable(password: str, user: str, decided: _Decided) -> str | None:
    if not _in_production(decided) or not password:
        return None
    guesses = (*GUESSABLE_PASSWORDS, user.lower())
    return "has a default or guessable password; choose another" if password.lower() in guesses else None


CHECKS: Mapping[str, Callable[[Any, _Decided], str | None]] = {
    "app_debug": _app_debug,
    "trusted_proxies": _trusted_proxies,
    "db_password": _db_password,
    "given_database_url": _database_url,
    "supabase_url": _supabase_url,
    "supabase_anon_key": _supabase_anon_key,
    "jwt_secret": _jwt_secret,
    "jwt_previous_secrets": _jwt_previous_secrets,
    "cookie_secure": _cookie_secure,
    "cookie_samesite": _cookie_samesite,
    "cors_origins": _cors_origins,
}
