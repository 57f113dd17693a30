"""Cursors: where the next page of a list begins, as a text that the Link header gives."""

import base64
import binascii
import re
from urllib.parse import urlencode

from steward.api.call import Call
from steward.api.problems import Header, HttpRefusal

_AFTER = re.compile(r"after:([A-Z0-9.^=:/_-]{1,32})", re.ASCII)


def next_page(call: Call, after: str, limit: int) -> tuple[Header, ...]:
    """Make the Link to what comes behind the symbol `after`."""
    cursor = base64.urlsafe_b64encode(f"after:{after}".encode()).decode().rstrip("=")
    query = urlencode({"limit": limit, "cursor": cursor})
    return ((b"link", f'<{call.path}?{query}>; rel="next"'.encode()),)


def symbol_of(cursor: str) -> str:
    """Read the symbol behind which a page begins. Raises HttpRefusal."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    found = _AFTER.fullmatch(text)
    if found is None:
        detail = "This cursor is not one that a Link header gave."
        raise HttpRefusal(400, "bad-cursor", detail)
    return found[1]
