"""A small Supabase Auth on loopback: the documented endpoints, real ES256 signatures, and faults to order."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ANON_KEY = "sb_publishable_for_tests"
LEGACY_SECRET = "the-shared-secret-of-an-old-project-at-the-provider"
CONFIRMED_AT = "2026-01-01T00:00:00Z"
PASSWORD_MINIMUM = 8


@dataclass
class Faults:
    """What is wrong with the provider at the moment; change it at any time."""

    down: bool = False
    """Closes the connection without an answer."""
    slow_seconds: float = 0
    status: int = 200
    """500, 429, …: every answer is that error, with `code`."""
    code: str = "unexpected_failure"
    retry_after: str | None = None
    body: bytes | None = None
    """Every answer is these bytes, with status 200."""
    issuer: str | None = None
    audience: str = "authenticated"
    subject: str | None = None
    expires_in_seconds: int = 3600
    unverified: bool = False
    """Tokens are given for addresses that nobody has confirmed."""
    confirmation: bool = False
    """A link must be followed before the first sign-in."""
    closed: bool = False
    legacy_secret: bool = False
    """HS256 and an empty key set, as in old projects."""
    old_messages: bool = False
    """Errors without `error_code`, as old servers send them."""
    foreign_key: bool = False
    """Tokens are signed with a key that is not in the key set, under a name that is."""


@dataclass
class SupabaseServer:
    """What runs: its address, its users, what it was asked."""

    url: str
    faults: Faults = field(default_factory=Faults)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    key_id: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def rotate(self) -> None:
        """Sign with a new key from now on; the key set holds that one only."""
        self.key_id, self.key = str(uuid4()), ec.generate_private_key(ec.SECP256R1())

    def confirm(self, email: str) -> None:
        """Follow the link that was sent to that address."""
        self.users[email]["email_confirmed_at"] = CONFIRMED_AT

    def keys(self) -> list[dict[str, Any]]:
        """Return the JSON Web Key Set's keys."""
        if self.faults.legacy_secret:
            return []
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return [{**public, "kid": self.key_id, "alg": "ES256", "use": "sig", "key_ops": ["verify"]}]

    def token(self, user: dict[str, Any]) -> str:
        """Return an access token as the provider writes them, with the faults of the moment."""
        now = int(time.time())
        claims = {
            "iss": self.faults.issuer or f"{self.url}/auth/v1",
            "sub": self.faults.subject or user["id"],
            "aud": self.faults.audience,
            "exp": now + self.faults.expires_in_seconds,
            "iat": now,
            "email": user["email"],
            "role": "authenticated",
            "user_metadata": {"email_verified": True},
            "is_anonymous": False,
        }
        if self.faults.legacy_secret:
            return jwt.encode(claims, LEGACY_SECRET, algorithm="HS256")
        key = ec.generate_private_key(ec.SECP256R1()) if self.faults.foreign_key else self.key
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": self.key_id})

    def user_of(self, token: str) -> dict[str, Any] | None:
        """Return whose token this is."""
        key, algorithm = self.key.public_key(), "ES256"
        decoded = (
            jwt.decode(token, LEGACY_SECRET, algorithms=["HS256"], audience="authenticated")
            if self.faults.legacy_secret
            else jwt.decode(token, key, algorithms=[algorithm], audience="authenticated")
        )
        return next((user for user in self.users.values() if user["id"] == decoded["sub"]), None)


class _Handler(BaseHTTPRequestHandler):
    def _handle(self) -> None:
        self.state = cast("_Server", self.server).state
        faults, address = self.state.faults, urlsplit(self.path)
        self.state.asked.append(f"{self.command} {address.path}")
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(faults.slow_seconds)
        if faults.down:
            return
        if faults.body is not None:
            self._send(200, faults.body)
        elif faults.status != 200:
            self._refuse(faults.status, faults.code, "Something went wrong")
        elif self.headers.get("apikey") != ANON_KEY:
            self._send(401, b'{"message":"Invalid API key"}')
        else:
            self._answer(address.path.removeprefix("/auth/v1"), address.query, json.loads(text or b"{}"))

    do_GET = do_POST = do_PUT = _handle

    def _answer(self, path: str, query: str, body: dict[str, str]) -> None:
        match self.command, path, query:
            case "GET", "/health", "":
                self._json(
                    {"version": "v2.180.0", "name": "GoTrue", "description": "a user registration API"}
                )
            case "GET", "/.well-known/jwks.json", "":
                self._json({"keys": self.state.keys()})
            case "POST", "/signup", "":
                self._sign_up(body["email"], body["password"])
            case "POST", "/token", "grant_type=password":
                self._sign_in(body["email"], body["password"])
            case "GET" | "PUT", "/user", "":
                self._user(body)
            case _:
                self._send(404, b"404 page not found")

    def _sign_up(self, email: str, password: str) -> None:
        faults, users = self.state.faults, self.state.users
        if faults.closed:
            self._refuse(422, "signup_disabled", "Signups not allowed for this instance")
        elif len(password) < PASSWORD_MINIMUM:
            self._refuse(422, "weak_password", "Password should be at least 8 characters.")
        elif email in users and not faults.confirmation:
            self._refuse(422, "user_already_exists", "User already registered")
        elif faults.confirmation:
            user = self._new(email, password, None)
            users.setdefault(email, user)
            self._json(_shown(user))
        else:
            users[email] = self._new(email, password, None if faults.unverified else CONFIRMED_AT)
            self._grant(users[email])

    def _sign_in(self, email: str, password: str) -> None:
        user = self.state.users.get(email)
        if user is None or user["password"] != password:
            self._refuse(400, "invalid_credentials", "Invalid login credentials")
        elif user["email_confirmed_at"] is None and not self.state.faults.unverified:
            self._refuse(400, "email_not_confirmed", "Email not confirmed")
        else:
            self._grant(user)

    def _user(self, body: dict[str, str]) -> None:
        user = self.state.user_of(self.headers["Authorization"].removeprefix("Bearer "))
        if user is None:
            self._refuse(403, "user_not_found", "User from sub claim in JWT does not exist")
        elif self.command == "PUT" and body["current_password"] != user["password"]:
            self._refuse(400, "current_password_invalid", "Current password is wrong")
        elif self.command == "PUT" and body["password"] == user["password"]:
            self._refuse(422, "same_password", "New password should be different from the old password.")
        elif self.command == "PUT" and len(body["password"]) < PASSWORD_MINIMUM:
            self._refuse(422, "weak_password", "Password should be at least 8 characters.")
        else:
            user["password"] = body.get("password", user["password"])
            self._json(_shown(user))

    def _new(self, email: str, password: str, confirmed_at: str | None) -> dict[str, Any]:
        return {
            "id": str(uuid4()),
            "aud": "authenticated",
            "role": "authenticated",
            "email": email,
            "email_confirmed_at": confirmed_at,
            "password": password,
        }

    def _grant(self, user: dict[str, Any]) -> None:
        token = self.state.token(user)
        self._json({"access_token": token, "token_type": "bearer", "expires_in": 3600, "user": _shown(user)})

    def _refuse(self, status: int, code: str, message: str) -> None:
        if not self.state.faults.old_messages:
            self._json({"code": status, "error_code": code, "msg": message}, status)
        elif self.path.startswith("/auth/v1/token"):
            self._json({"error": "invalid_grant", "error_description": message}, status)
        else:
            self._json({"code": status, "msg": message}, status)

    def _json(self, body: dict[str, Any], status: int = 200) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if self.state.faults.retry_after is not None:
            self.send_header("Retry-After", self.state.faults.retry_after)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the tests' output quiet."""


class _Server(ThreadingHTTPServer):
    state: SupabaseServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who went away before the slow answer."""


def _shown(user: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in user.items() if name != "password"}


@contextmanager
def supabase_server() -> Iterator[SupabaseServer]:
    """Run the provider on a free port for as long as the block lasts."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.state = SupabaseServer(f"http://127.0.0.1:{server.server_port}")
        server.state.rotate()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.state
        finally:
            server.shutdown()
            thread.join()
