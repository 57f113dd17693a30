"""Request bodies: bounded in size and time, of one content type."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.types import Receive

from steward.api.problems import HttpRefusal

BODY_MAXIMUM = 1024 * 1024
BODY_SECONDS = 15
CLOSING = ((b"connection", b"close"),)
WHOLE: Final = "steward.whole"
"""In the scope of a request that has arrived whole: the transport of its connection."""


async def body_of_request(
    headers: Mapping[bytes, bytes],
    receive: Receive,
    expected: bytes | None,
    maximum: int,
    *,
    whole: bool = False,
) -> bytes:
    """Read the whole body of the expected content type; nothing where none is. Raises HttpRefusal.

    `whole` says that it is here already: then no timer is set, which costs more than reading it.
    """
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length[:19]) > maximum:
        raise _too_large(maximum)
    if expected is None:
        return b""
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise HttpRefusal(415, "unsupported-encoding", "The body must not be compressed.")
    kind, _, parameters = headers.get(b"content-type", b"").lower().partition(b";")
    charset = parameters.replace(b" ", b"").replace(b'"', b"")
    if kind.strip() != expected or charset not in (b"", b"charset=utf-8"):
        detail = f"The content type must be {expected.decode()}, in UTF-8."
        raise HttpRefusal(415, "unsupported-content-type", detail)
    message = await (receive() if whole else _first(receive))
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        body = await _rest(body, receive, maximum)
    if len(body) > maximum:
        raise _too_large(maximum)
    return body


async def _first(receive: Receive) -> Any:  # noqa: ANN401 - an ASGI message
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await receive()
    except TimeoutError as error:
        raise _too_slow() from error


async def _rest(first: bytes, receive: Receive, maximum: int) -> bytes:
    parts, size = [first], len(first)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _too_slow()
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > maximum:
                    raise _too_large(maximum)
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise _too_slow() from error
    return b"".join(parts)


def _too_large(maximum: int) -> HttpRefusal:
    detail = f"A body has at most {maximum} bytes here."
    return HttpRefusal(413, "body-too-large", detail, headers=CLOSING)


def _too_slow() -> HttpRefusal:
    detail = f"The body did not arrive within {BODY_SECONDS} seconds."
    return HttpRefusal(408, "body-too-slow", detail, headers=CLOSING)
