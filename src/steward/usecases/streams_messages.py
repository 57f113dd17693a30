"""What goes over a stream: messages on topics, and why a stream ends."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, TypeVar

from steward.usecases.values import DeskKey

T = TypeVar("T")


class Channel(StrEnum):
    """What kind of thing a topic tells."""

    ORDERS = "orders"
    """Every change of an account's orders, in sequence."""
    TRADES = "trades"
    """Every trade of a symbol, in sequence."""
    QUOTES = "quotes"
    """The best bid and ask of a symbol: a state, of which the last one counts."""
    DEPTH = "depth"
    """The price levels of a symbol's book: a state, too."""

    @property
    def numbered(self) -> bool:
        """Whether each message has its place in a sequence, and none may be left out."""
        return self in (Channel.ORDERS, Channel.TRADES)


class Topic(NamedTuple):
    """Something that can be followed: an account's orders (by portfolio id), or a channel of a symbol."""

    channel: Channel
    of: int | DeskKey


class Closing(StrEnum):
    """Why the server ends a stream."""

    SLOW_READER = "slow-reader"
    """It took too long to take what it had asked for."""
    SIGNED_OUT = "signed-out"
    """The session or the key behind it is revoked or over."""
    BAD_MESSAGES = "bad-messages"
    """Too many messages of the client's, one after the other, could not be understood."""
    CLIENT_GONE = "client-gone"
    """There is nobody any more to tell it to."""
    STOPPING = "server-stopping"
    """The server is told to stop: another one goes on."""


class Message:
    """One message, shared by all who get it; `data` is JSON, `seq` its number where the topic has them.

    Without a topic it belongs to the stream itself.
    """

    __slots__ = ("_forms", "data", "seq", "topic")

    def __init__(self, topic: Topic | None, seq: int, data: str) -> None:
        self.topic = topic
        self.seq = seq
        self.data = data
        self._forms: dict[object, object] = {}

    def form(self, write: Callable[["Message"], T]) -> T:
        """Give what `write` makes of it, made once for all readers."""
        if write not in self._forms:
            self._forms[write] = write(self)
        return self._forms[write]  # type: ignore[return-value]  # made by that very function


HEARTBEAT = Message(None, 0, "{}")
"""Says that the stream still lives; the same one for everybody."""
