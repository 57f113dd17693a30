"""Answers kept as bytes under the version of everything that they depend on."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import date
from typing import NamedTuple

KEPT_BYTES = 16 * 1024 * 1024


class Kept(NamedTuple):
    """An answer's body, the version of what is stored and of what comes from outside (prices).

    One that rests on rates is of its `day`: the next, they may be too old.
    """

    stored: Hashable
    outside: int
    body: bytes
    day: date | None = None


class KeptAnswers:
    """The latest answer for each key, the least recently used dropped beyond KEPT_BYTES."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, outside: int, day: date) -> Kept | None:
        """Give what is kept if it is of this version outside; whether `stored` is, the database knows."""
        kept = self._kept.get(key)
        if kept is None or kept.outside != outside or kept.day not in (None, day):
            return None
        self._kept.move_to_end(key)
        return kept

    def put(self, key: Hashable, kept: Kept) -> None:
        """Keep an answer in place of the one before."""
        before = self._kept.pop(key, None)
        self._bytes += len(kept.body) - (len(before.body) if before else 0)
        self._kept[key] = kept
        while self._bytes > KEPT_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.body)
