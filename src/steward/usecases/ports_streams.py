"""What the use cases need from outside to tell what happens while it happens."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from steward.usecases.streams_messages import Channel, Closing, Message, Topic
from steward.usecases.values import (
    Caller,
    DeskKey,
)


class Feed(Protocol):
    """Reads what is streamed, as it is committed now. What is told is JSON as it goes over the wire."""

    async def newest(self, topics: Collection[Topic]) -> Mapping[Topic, int]:
        """Give the number of the last message of each numbered topic; 0 where there is none."""

    async def since(
        self, after: Mapping[Topic, int], *, limit: int
    ) -> Mapping[Topic, Sequence[tuple[int, str]]]:
        """Give what follows each number, in order: at most `limit` messages of each topic."""

    async def state(self, channel: Channel, key: DeskKey) -> str | None:
        """Give the state of a symbol on a channel without numbers; None when nothing is known."""

    async def admitted(self, callers: Collection[Caller], *, at: datetime) -> Collection[Caller]:
        """Give those whose session is open, or whose API key still counts."""


class Wakes(Protocol):
    """Tells when something of these accounts and symbols may be new, whichever worker wrote it."""

    async def watch(
        self, woken: Callable[[Collection[int] | None, Collection[DeskKey] | None], None]
    ) -> None:
        """Call `woken` until cancelled; None stands for all of them."""


class Sink(Protocol):
    """Writes to one open stream. Raises OSError when the client has gone."""

    async def send(self, messages: Collection[Message]) -> None:
        """Write messages; return once the connection has room for more."""

    async def close(self, reason: Closing) -> None:
        """Say why, and end."""

    def cut(self) -> None:
        """End at once, whatever is not written yet."""
