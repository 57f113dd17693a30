"""Cursors: where the next page of a list without bounds begins, and the Link header that says so."""

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from steward.api.call import Call
from steward.api.problems import Header, HttpRefusal
from steward.api.values import BIGGEST_ID

_POSITION = re.compile(r"v1:([0-9]+)", re.ASCII)
# A symbol may look like a number, or an id: no kind of cursor is taken for the other.
_SYMBOL = re.compile(r"s1:([A-Z0-9.^=:/_-]{1,32})", re.ASCII)
_UUID = re.compile(r"u1:([0-9a-f]{32})", re.ASCII)
_KINDS = {int: "v1", str: "s1", UUID: "u1"}


def link_to_next(
    call: Call, position: int | str | UUID, limit: int, filters: Mapping[str, object | None] | None = None
) -> tuple[Header, ...]:
    """Make the header that leads to what comes after `position`, by the same filters."""
    text = position.hex if isinstance(position, UUID) else position
    cursor = base64.urlsafe_b64encode(f"{_KINDS[type(position)]}:{text}".encode()).decode().rstrip("=")
    kept = {name: value for name, value in (filters or {}).items() if value is not None}
    query = urlencode({**kept, "limit": limit, "cursor": cursor})
    return ((b"link", f'<{call.path}?{query}>; rel="next"'.encode()),)


def position_of(cursor: str) -> int:
    """Read a cursor that is a number. Raises HttpRefusal when no Link header gave it."""
    return min(int(_read(cursor, _POSITION)[:20]), BIGGEST_ID)


def symbol_of(cursor: str) -> str:
    """Read a cursor that is a symbol. Raises HttpRefusal when no Link header gave it."""
    return _read(cursor, _SYMBOL)


def uuid_of(cursor: str) -> UUID:
    """Read a cursor that is an id. Raises HttpRefusal when no Link header gave it."""
    return UUID(_read(cursor, _UUID))


def _read(cursor: str, form: re.Pattern[str]) -> str:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    found = form.fullmatch(text)
    if found is None:
        detail = "This cursor is not one that a Link header gave."
        raise HttpRefusal(400, "bad-cursor", detail)
    return found[1]
