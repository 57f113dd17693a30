"""People who use the server in tests: each with a client of their own."""

import json
import uuid
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx2

PASSWORD = "correct horse 42 battery"


def exact(text: str) -> Any:
    """Read JSON with every digit of its numbers."""
    return json.loads(text, parse_float=Decimal, parse_int=int)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: httpx2.Headers
    text: str

    @property
    def json(self) -> Any:
        """The body, every digit kept."""
        return exact(self.text)

    @property
    def code(self) -> str | None:
        """The code of a problem."""
        is_problem = self.headers.get("content-type", "").startswith("application/problem+json")
        return self.json["code"] if is_problem else None


@dataclass
class Person:
    """Somebody with a client; signed in by bearer token, or by cookie, or not at all."""

    url: str
    email: str = ""
    token: str = ""
    client: httpx2.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open a client that keeps its connections and its cookies."""
        # Plain HTTP on loopback: loading certificates would take most of the time of a test.
        self.client = httpx2.Client(base_url=self.url, timeout=30, trust_env=False, verify=False)

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Ask; `body` is sent as JSON (Decimals as they are written), `raw` as it is."""
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("authorization", f"Bearer {self.token}")
        if body is not None:
            raw = written(body).encode()
        if raw is not None:
            sent.setdefault("content-type", "application/json")
        response = self.client.request(method, path, content=raw, headers=sent)
        return Answer(response.status_code, response.headers, response.text)

    def made(self, path: str, body: object) -> Any:
        """POST something that must succeed, and give it."""
        answer = self("POST", path, body)
        assert answer.status == 201, answer
        return answer.json


def written(value: object) -> str:
    """Write JSON, a Decimal as a number with all its digits."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value)


def registered(url: str) -> Person:
    """Make a new person, signed in by bearer token."""
    email = f"u{uuid.uuid4().hex}@example.com"
    person = Person(url, email)
    answer = person("POST", "/api/v1/auth/register", {"email": email, "password": PASSWORD})
    assert answer.status == 201, answer
    person.token = person.client.cookies["access_token"]
    person.client.cookies.clear()
    return person


class Crowd:
    """People who register while others are still at work: a password takes its time to be hashed."""

    def __init__(self, url: str, ahead: int = 4) -> None:
        self._url = url
        self._thread = ThreadPoolExecutor(1)
        self._ready = deque(self._thread.submit(registered, url) for _ in range(ahead))

    def next(self) -> Person:
        """Give somebody whom nobody has met."""
        self._ready.append(self._thread.submit(registered, self._url))
        return self._ready.popleft().result()

    def close(self) -> None:
        """Send away who is not needed."""
        for one in self._ready:
            if not one.cancel():
                one.result().client.close()
        self._thread.shutdown()
