"""Refusals on the wire: application/problem+json (RFC 9457). The only place that maps to HTTP."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.types import Receive, Send

from steward.api.json import quoted
from steward.domain.errors import (
    Conflict,
    Forbidden,
    InvalidValue,
    NotFound,
    PreconditionFailed,
    Refusal,
    TooMany,
    Unauthenticated,
    Unavailable,
)

Header = tuple[bytes, bytes]
Stream = Callable[[Receive, Send, Any], Awaitable[None]]
"""Writes a body that has no end yet; the last argument is the connection's transport, if it is known."""

_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (PreconditionFailed, 412),
    (InvalidValue, 422),
    (TooMany, 429),
    (Unavailable, 503),
)
_BEARER = b'Bearer error="invalid_token"'
_TYPE = (b"content-type", b"application/problem+json")


class Answer(NamedTuple):
    """A whole answer: status, body bytes, headers besides those that every answer carries.

    With a stream it is that which writes the body.
    """

    status: int
    body: bytes
    headers: tuple[Header, ...]
    stream: Stream | None = None


class ErrorForm(NamedTuple):
    """How refusals, and defects of ours, are written: given also the id of the request."""

    refused: Callable[[Refusal, str], Answer]
    unexpected: Callable[[str], Answer]


class HttpRefusal(Refusal):
    """What only HTTP can get wrong: a method, a header, the shape of a body."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        pointer: str | None = None,
        headers: tuple[Header, ...] = (),
    ) -> None:
        super().__init__(detail, pointer=pointer)
        self.status = status
        self.code = code  # type: ignore[misc]  # one class carries every code of HTTP's own
        self.headers = headers


class InvalidInput(InvalidValue):
    """One or more values of the request are wrong; `errors` are (pointer, detail) pairs."""

    def __init__(self, code: str, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("Some values of the request are wrong: see errors.")
        self.code = code  # type: ignore[misc]  # the code of the first error
        self.errors = errors


def status_of(refusal: Refusal) -> int:
    """Give the HTTP status of a refusal."""
    if isinstance(refusal, HttpRefusal):
        return refusal.status
    return next(status for kind, status in _STATUS if isinstance(refusal, kind))


def problem(refusal: Refusal, request_id: str) -> Answer:
    """Write a refusal."""
    status = status_of(refusal)
    headers: list[Header] = [_TYPE]
    if isinstance(refusal, HttpRefusal):
        headers += refusal.headers
    if isinstance(refusal, Unauthenticated):
        headers.append((b"www-authenticate", _BEARER))
    if refusal.retry_after_seconds is not None:
        headers.append((b"retry-after", str(refusal.retry_after_seconds).encode()))
    body = body_of(status, refusal.code, refusal.detail, request_id, refusal.errors)
    return Answer(status, body, tuple(headers))


def unexpected(request_id: str) -> Answer:
    """Write the answer to a defect of ours: it says nothing but where to look."""
    detail = "Something went wrong on our side; the log has it under this request_id."
    return Answer(500, body_of(500, "internal-error", detail, request_id), (_TYPE,))


def body_of(
    status: int, code: str, detail: str, request_id: str, errors: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Write the problem document."""
    members: Mapping[str, str] = {
        "type": quoted(f"urn:steward:problem:{code}"),
        "title": quoted(HTTPStatus(status).phrase),
        "status": str(status),
        "detail": quoted(detail),
        "instance": quoted(f"urn:steward:request:{request_id}"),
        "code": quoted(code),
        "request_id": quoted(request_id),
    }
    text = ",".join(f'"{name}":{value}' for name, value in members.items())
    if errors:
        listed = ",".join(f'{{"pointer":{quoted(p)},"detail":{quoted(d)}}}' for p, d in errors)
        text += f',"errors":[{listed}]'
    return f"{{{text}}}".encode()


PROBLEMS = ErrorForm(problem, unexpected)
"""The form of everything but the wires of others."""
