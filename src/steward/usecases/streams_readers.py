"""Readers: what waits to be written to each open stream, within bounds."""

import asyncio

from steward.usecases.ports_streams import Sink
from steward.usecases.streams_messages import HEARTBEAT, Closing, Message, Topic
from steward.usecases.values import Caller

MESSAGES_MAXIMUM = 4096
CHARACTERS_MAXIMUM = 1024 * 1024
"""What may wait for one reader beyond what its connection holds already."""

# Counted in visits, of which the hub makes one every VISIT_SECONDS: no reader has a timer of its own.
VISIT_SECONDS = 3
_QUIET_VISITS = 5
_STALLED_VISITS = 10
_CLOSING_VISITS = 2


class Reader:
    """One open stream. A task writes to it only while something waits."""

    __slots__ = (
        "_characters",
        "_pending",
        "_quiet",
        "_sink",
        "_stalled",
        "_writing",
        "caller",
        "closing",
        "topics",
    )

    def __init__(self, caller: Caller, sink: Sink) -> None:
        self.caller = caller
        self.closing: Closing | None = None
        self.topics: set[Topic] = set()
        self._sink = sink
        self._pending: dict[object, Message] = {}
        self._characters = 0
        self._writing: asyncio.Task[None] | None = None
        self._quiet = 0
        self._stalled = 0

    def deliver(self, message: Message) -> None:
        """Have a message written; of a state, only the last one that waits.

        A reader for whom too much waits is closed: what it would cost the others has a bound.
        """
        if self.closing is not None:
            return
        topic = message.topic
        place = message if topic is None or topic.channel.numbered else topic
        replaced = self._pending.get(place)
        self._pending[place] = message
        self._characters += len(message.data) - (len(replaced.data) if replaced is not None else 0)
        self._quiet = 0
        if len(self._pending) > MESSAGES_MAXIMUM or self._characters > CHARACTERS_MAXIMUM:
            self.close(Closing.SLOW_READER)
        else:
            self._write_soon()

    def close(self, reason: Closing) -> None:
        """End the stream, telling why; what waits is dropped: whoever comes back says what it has."""
        if self.closing is None:
            self.closing = reason
            self._pending = {}
            self._stalled = 0
            self._write_soon()

    async def written(self) -> None:
        """Wait until nothing waits to be written."""
        while self._writing is not None:
            await asyncio.wait((self._writing,))

    def visit(self) -> bool:
        """Look after the stream every VISIT_SECONDS: end one that stalls, tell a quiet one that it lives.

        Give whether it was quiet.
        """
        if self._writing is None:
            self._quiet += 1
            if self._quiet < _QUIET_VISITS:
                return False
            self.deliver(HEARTBEAT)
            return True
        self._stalled += 1
        if self.closing is not None and self._stalled > _CLOSING_VISITS:
            self._sink.cut()
        elif self._stalled > _STALLED_VISITS:
            self.close(Closing.SLOW_READER)
        return False

    def _write_soon(self) -> None:
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._pending:
                pending, self._pending, self._characters = self._pending, {}, 0
                await self._sink.send(pending.values())
                self._stalled = 0
            if self.closing is not None:
                await self._sink.close(self.closing)
        except OSError:
            # The client has gone; whoever waits for its next message is told so by the server.
            self._pending = {}
            self.closing = self.closing or Closing.CLIENT_GONE
        finally:
            self._writing = None
            self._stalled = 0
