"""Refusals in Alpaca's form: `{"code": 40310000, "message": "…"}`, the HTTP status leading the code."""

from typing import Final

from steward.api.json import quoted
from steward.api.problems import Answer, Header, HttpRefusal, status_of
from steward.domain.errors import Refusal

_TYPE: Final = (b"content-type", b"application/json")
_STEPS: Final = 100_000
_GENERAL: Final = 10_000
_FORBIDDEN: Final = 40310000
_UNPROCESSABLE: Final = 42210000
# Where Alpaca answers otherwise than the kind of the refusal says: by Steward's code.
_CODES: Final = {
    "client-order-id-taken": 42210001,
    "order-not-open": _UNPROCESSABLE,
    "watchlist-name-taken": _UNPROCESSABLE,
    "insufficient-buying-power": _FORBIDDEN,
    "insufficient-position": _FORBIDDEN,
    "short-not-allowed": _FORBIDDEN,
    "nothing-to-borrow": _FORBIDDEN,
    "too-many-open-orders": _FORBIDDEN,
}


class Absent(HttpRefusal):
    """Something that was asked for by name is not there."""

    def __init__(self, detail: str) -> None:
        super().__init__(404, "absent", detail)


class NotOffered(HttpRefusal):
    """Alpaca has this, Steward does not."""

    def __init__(self, what: str) -> None:
        super().__init__(404, "not-offered", f"Steward does not offer {what}.")


class Unprocessable(HttpRefusal):
    """A value that Alpaca would take, or refuse, but for which there is no answer here."""

    def __init__(self, detail: str) -> None:
        super().__init__(422, "unprocessable", detail)


def code_of(refusal: Refusal) -> int:
    """Give Alpaca's code of a refusal; without its last five digits it is the HTTP status."""
    return _CODES.get(refusal.code) or status_of(refusal) * _STEPS + _GENERAL


def status_of_code(code: int) -> int:
    """Give the HTTP status of a code of Alpaca's."""
    return code // _STEPS


def body_of(code: int, message: str) -> str:
    """Write an error."""
    return f'{{"code":{code},"message":{quoted(message)}}}'


def message_of(refusal: Refusal) -> str:
    """Say everything that is wrong in one sentence for each value to blame."""
    if not refusal.errors:
        return refusal.detail
    return " ".join(f"{_name(pointer)}: {detail}" for pointer, detail in refusal.errors)


def refused(refusal: Refusal, request_id: str) -> Answer:  # noqa: ARG001 - the header carries the id
    """Write a refusal."""
    code = code_of(refusal)
    headers: list[Header] = [_TYPE]
    if isinstance(refusal, HttpRefusal):
        headers += refusal.headers
    if refusal.retry_after_seconds is not None:
        headers.append((b"retry-after", str(refusal.retry_after_seconds).encode()))
    return Answer(status_of_code(code), body_of(code, message_of(refusal)).encode(), tuple(headers))


def unexpected(request_id: str) -> Answer:
    """Write the answer to a defect of ours: it says nothing but where to look."""
    message = f"Something went wrong on our side; the log has it under request id {request_id}."
    return Answer(500, body_of(50010000, message).encode(), (_TYPE,))


def _name(pointer: str) -> str:
    """Give what a JSON pointer leads to without where it stands: `/query/limit` is `limit`.

    >>> _name("/query/limit"), _name("/take_profit/limit_price"), _name("")
    ('limit', 'take_profit.limit_price', 'body')
    """
    return pointer.removeprefix("/query").removeprefix("/path").strip("/").replace("/", ".") or "body"
