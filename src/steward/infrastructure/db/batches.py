"""Several writes as one statement of PostgreSQL: one round trip, one moment, all or nothing."""

import re

from steward.infrastructure.db.statements import Compiled

_PLACEHOLDER = re.compile(r"\$(\d+)")

_batches: dict[tuple[int, ...], tuple[tuple[Compiled, ...], str]] = {}


def batch(parts: tuple[Compiled, ...]) -> str:
    """Join writes into one statement of common table expressions; the last RETURNING one answers.

    A part with a name returns what other parts read.
    """
    key = tuple(map(id, parts))
    known = _batches.get(key)
    if known is None:
        # The parts are kept beside the text: as long as they live, their ids are theirs.
        known = _batches[key] = (parts, _joined(parts))
    return known[1]


def _joined(parts: tuple[Compiled, ...]) -> str:
    if len(parts) == 1:
        return parts[0].sql
    texts, answering, offset = [], None, 0
    for index, part in enumerate(parts):
        name = part.name or f"part_{index}"
        texts.append(f"{name} AS ({_shifted(part.sql, offset)})")
        offset += len(part.names)
        if "RETURNING" in part.sql and not part.name:
            answering = name
    answer = "SELECT 1 WHERE false" if answering is None else f"SELECT * FROM {answering}"  # noqa: S608 - a name of ours
    # PostgreSQL runs the parts that nothing reads in the reverse of their order. In the order in which
    # they were deferred they take row locks as every other transaction does: in one order, no deadlock.
    # RECURSIVE only lets a part read one that stands behind it.
    return f"WITH RECURSIVE {', '.join(reversed(texts))} {answer}"


def _shifted(sql: str, by: int) -> str:
    return _PLACEHOLDER.sub(lambda match: f"${int(match[1]) + by}", sql)
