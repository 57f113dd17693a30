"""Whether the floor writes the same bytes as the server, but for ids and times."""

import re

from bench.operations import Operation, Person
from bench.servers import Server, exchange

_MASKS = (
    (rb"(?m)^date: .*\r$", b"date: -\r"),
    (rb"x-request-id: [0-9a-f]{24}\r", b"x-request-id: -\r"),
)
# What a write makes is new each time, and a moving market's version is in the ETag; all keep their length
# but the ETag's counter.
_WRITTEN = (
    (rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"UUID"),
    (rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", b"TIME"),
)
_MOVING = ((rb'etag: "(\d+-\d+)-\d+"', rb'etag: "\1-N"'),)


def same_bytes(operation: Operation, person: Person, server: Server, floor: Server) -> None:
    """Ask both the same. Raises RuntimeError, with both around the first difference, when they differ."""
    masks = _MASKS + (_WRITTEN if operation.writes else ()) + (_MOVING if operation.moving else ())
    request = operation.requests(person)[0]
    one, other = (_masked(exchange(asked.port, request), masks) for asked in (server, floor))
    if one != other or not one.startswith(b"HTTP/1.1 20"):
        at = next(
            (place for place, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), 0
        )
        near = slice(max(0, at - 100), at + 100)
        raise RuntimeError(
            f"{operation.name}: the server wrote\n{one[near]!r}\nand the floor\n{other[near]!r}"
        )


def _masked(answer: bytes, masks: tuple[tuple[bytes, bytes], ...]) -> bytes:
    for pattern, instead in masks:
        answer = re.sub(pattern, instead, answer)
    return answer
