"""Answers kept as bytes under the version of everything that they depend on."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

KEPT_BYTES = 16 * 1024 * 1024


class Kept(NamedTuple):
    """An answer's body and its version."""

    version: Hashable
    body: bytes


class KeptAnswers:
    """The latest answer for each key, the least recently used dropped beyond KEPT_BYTES."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, version: Hashable) -> bytes | None:
        """Give the body that was kept for exactly this version."""
        kept = self._kept.get(key)
        if kept is None or kept.version != version:
            return None
        self._kept.move_to_end(key)
        return kept.body

    def put(self, key: Hashable, version: Hashable, body: bytes) -> None:
        """Keep a body in place of the one before."""
        before = self._kept.pop(key, None)
        self._bytes += len(body) - (len(before.body) if before else 0)
        self._kept[key] = Kept(version, body)
        while self._bytes > KEPT_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.body)
