"""Several writes as one statement of PostgreSQL: one round trip, one moment, all or nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from steward.infrastructure.db.statements import Compiled, Params

_PLACEHOLDER = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Batch:
    """The statement, and its parts, each with the names of the parameters that it brings."""

    sql: str
    parts: tuple[Compiled, ...]

    def arguments(self, params: Sequence[Params]) -> list[object]:
        """Put the parameters of all parts in their order."""
        found: list[object] = []
        for part, given in zip(self.parts, params, strict=True):
            if part.names:
                found += part.arguments(given)
        return found


_batches: dict[tuple[tuple[int, ...], tuple[bool, ...]], tuple[tuple[Compiled, ...], Batch]] = {}


def batch(parts: tuple[Compiled, ...], shares: tuple[bool, ...]) -> Batch:
    """Join writes into one statement of common table expressions; the last RETURNING one answers.

    A query among them is run for its effect, and answers instead: PostgreSQL leaves out common table
    expressions that nothing reads. A part with a name returns what other parts read. `shares` says of each
    part but the first whether its parameters are the very ones of the part before: then what both name is
    sent once.
    """
    key = tuple(map(id, parts)), shares
    known = _batches.get(key)
    if known is None:
        # The parts are kept beside the text: as long as they live, their ids are theirs.
        known = _batches[key] = (parts, _joined(parts, shares))
    return known[1]


def _joined(parts: tuple[Compiled, ...], shares: tuple[bool, ...]) -> Batch:
    if len(parts) == 1:
        return Batch(parts[0].sql, parts)
    texts, answering, answer, count = [], None, "", 0
    bringing: list[Compiled] = []
    places: dict[str, int] = {}
    for index, part in enumerate(parts):
        name = part.name or f"part_{index}"
        if not index or not shares[index - 1]:
            places = {}
        # What never varies belongs to its statement alone, whatever it is called.
        places = {one: place for one, place in places.items() if one not in part.constants}
        brought = tuple(one for one in part.names if one not in places)
        places |= {one: place for place, one in enumerate(brought, count + 1)}
        if part.sql.startswith("SELECT "):
            answer = _renumbered(part, places)
        else:
            texts.append(f"{name} AS ({_renumbered(part, places)})")
        bringing.append(replace(part, names=brought))
        count += len(brought)
        if "RETURNING" in part.sql and not part.name:
            answering = name
    if not answer:
        answer = "SELECT 1 WHERE false" if answering is None else f"SELECT * FROM {answering}"  # noqa: S608 - a name of ours
    # PostgreSQL runs the parts that nothing reads in the reverse of their order. In the order in which
    # they were deferred they take row locks as every other transaction does: in one order, no deadlock.
    # RECURSIVE only lets a part read one that stands behind it.
    return Batch(f"WITH RECURSIVE {', '.join(reversed(texts))} {answer}", tuple(bringing))


def _renumbered(part: Compiled, places: dict[str, int]) -> str:
    return _PLACEHOLDER.sub(lambda match: f"${places[part.names[int(match[1]) - 1]]}", part.sql)
