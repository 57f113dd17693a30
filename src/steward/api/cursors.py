"""Cursors: where the next page of a list without bounds begins, and the Link header that says so."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import urlencode

from steward.api.call import Call
from steward.api.problems import Header, HttpRefusal
from steward.api.values import BIGGEST_ID


def link_to_next(
    call: Call, position: int, limit: int, filters: Mapping[str, object | None]
) -> tuple[Header, ...]:
    """Make the header that leads to what comes after `position`, by the same filters."""
    cursor = base64.urlsafe_b64encode(f"v1:{position}".encode()).decode().rstrip("=")
    kept = {name: value for name, value in filters.items() if value is not None}
    query = urlencode({**kept, "limit": limit, "cursor": cursor})
    return ((b"link", f'<{call.path}?{query}>; rel="next"'.encode()),)


def position_of(cursor: str) -> int:
    """Read a cursor. Raises HttpRefusal when no Link header gave it."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        version, _, digits = text.partition(":")
        if version == "v1" and digits.isascii() and digits.isdigit():
            return min(int(digits), BIGGEST_ID)
    except (binascii.Error, ValueError):
        pass
    detail = "This cursor is not one that a Link header gave."
    raise HttpRefusal(400, "bad-cursor", detail)
