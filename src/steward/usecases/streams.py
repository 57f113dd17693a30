"""Streams: one hub for each worker brings what is new to whoever follows it.

What is streamed are rows, numbered without a gap in the transaction of the change that they tell, and states.
A wake only says where to look: what nobody was woken for is found by a later look.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from steward.domain.errors import InvalidValue, Unavailable
from steward.usecases.ports_streams import Feed, Wakes
from steward.usecases.streams_messages import Channel, Closing, Message, Topic
from steward.usecases.streams_readers import VISIT_SECONDS, Reader
from steward.usecases.values import DeskKey

PAGE = 250
_TOPICS_AT_ONCE = 1000
_RETRY_SECONDS = 0.5
# Readers are visited group by group, so that no moment has all the work.
_GROUPS = 12
_OF_SYMBOLS = (Channel.TRADES, Channel.QUOTES, Channel.DEPTH)


class UnknownSequence(InvalidValue):
    """A number that the sequence has not come to yet: whoever has it did not get it here."""

    code = "unknown-sequence"

    def __init__(self, after: int, newest: int, *, pointer: str) -> None:
        detail = (
            f"This sequence has come to {newest}, not to {after}: begin after {newest} or an earlier one."
        )
        super().__init__(detail, pointer=pointer)


class _Room:
    """A topic that somebody follows: what has been told, and to whom, each with the number it came with."""

    __slots__ = ("followers", "seq", "shown")

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.shown: str | None = None
        self.followers: dict[Reader, int] = {}


class Hub:
    """The streams of one worker; it works only while somebody reads."""

    def __init__(self, feed: Feed, wakes: Wakes, now: Callable[[], datetime]) -> None:
        self._feed = feed
        self._wakes = wakes
        self._now = now
        self._rooms: dict[Topic, _Room] = {}
        self._groups: tuple[set[Reader], ...] = tuple(set() for _ in range(_GROUPS))
        self._dirty: set[Topic] = set()
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopped = False

    @property
    def readers(self) -> Iterator[Reader]:
        """Everybody who reads."""
        return (reader for group in self._groups for reader in group)

    @contextmanager
    def reading(self, reader: Reader) -> Iterator[None]:
        """Let somebody in, and out at the end; when the server is told to stop, to be sent away at once."""
        group = min(self._groups, key=len)
        group.add(reader)
        if not self._tasks:
            self._tasks = [self._begun(one) for one in (self._pump(), self._tend(), self._watch())]
        if self._stopped:
            reader.close(Closing.STOPPING)
        try:
            yield
        finally:
            self.unfollow(reader, tuple(reader.topics))
            group.discard(reader)
            if not any(self._groups):
                self._rest()

    async def starts(self, wanted: Mapping[Topic, int | None], *, pointer: str) -> dict[Topic, int]:
        """Say from which number on each numbered topic is told: after the one given, or from now on.

        Raises UnknownSequence for a number that is not there yet.
        """
        numbered = [topic for topic in wanted if topic.channel.numbered]
        newest = await self._feed.newest(numbered) if numbered else {}
        found = {}
        for topic in numbered:
            after, last = wanted[topic], newest.get(topic, 0)
            if after is not None and after > last:
                raise UnknownSequence(after, last, pointer=pointer)
            found[topic] = last if after is None else after
        return found

    async def follow(self, reader: Reader, topics: Iterable[Topic], starts: Mapping[Topic, int]) -> None:
        """Tell a reader what lies behind its numbers, then what is new, without a gap or a repetition."""
        behind = {}
        for topic in topics:
            if topic.channel.numbered:
                behind[topic] = starts[topic]
            else:
                self._join(reader, topic, -1)
                self._mark(topic)
        while behind and reader.closing is None:
            await self._catch_up(reader, behind)
            await reader.written()

    async def _catch_up(self, reader: Reader, behind: dict[Topic, int]) -> None:
        told = {topic: self._rooms[topic].seq for topic in behind if topic in self._rooms}
        limit = max(1, PAGE // len(behind))
        found = await self._feed.since(behind, limit=limit)
        for topic, had in tuple(behind.items()):
            rows = found.get(topic, ())
            for seq, data in rows:
                reader.deliver(Message(topic, seq, data))
            # Where nothing came, nothing lies between its number and what had been told before the question.
            behind[topic] = rows[-1][0] if rows else max(had, told.get(topic, 0))
            if len(rows) < limit and self._join(reader, topic, behind[topic]):
                del behind[topic]

    def _join(self, reader: Reader, topic: Topic, had: int) -> bool:
        """Have a reader told all that follows `had`; False when others were told more meanwhile."""
        room = self._rooms.get(topic)
        if room is None:
            room = self._rooms[topic] = _Room(had)
            # What was committed since the reader asked woke nobody: nobody was here.
            self._mark(topic)
        if room.seq > had and topic.channel.numbered:
            return False
        room.followers[reader] = had
        reader.topics.add(topic)
        return True

    def unfollow(self, reader: Reader, topics: Collection[Topic]) -> None:
        """Tell a reader no more of these topics."""
        for topic in reader.topics.intersection(topics):
            reader.topics.discard(topic)
            room = self._rooms[topic]
            del room.followers[reader]
            if not room.followers:
                del self._rooms[topic]

    def wake(self, portfolio_ids: Collection[int] | None, symbols: Collection[DeskKey] | None) -> None:
        """Look soon for what is new of these accounts and symbols; None stands for all of a kind."""
        if portfolio_ids is None:
            self._mark(*(one for one in self._rooms if one.channel is Channel.ORDERS))
        else:
            self._mark(*(Topic(Channel.ORDERS, one) for one in portfolio_ids))
        if symbols is None:
            self._mark(*(one for one in self._rooms if one.channel is not Channel.ORDERS))
        else:
            self._mark(*(Topic(channel, one) for one in symbols for channel in _OF_SYMBOLS))

    def stop(self) -> None:
        """Send everybody away, and let nobody in any more."""
        self._stopped = True
        for reader in self.readers:
            reader.close(Closing.STOPPING)

    def _mark(self, *topics: Topic) -> None:
        followed = self._rooms.keys() & topics
        if followed:
            self._dirty |= followed
            self._woken.set()

    async def _pump(self) -> None:
        """Look where something may be new, as long as there is somebody to tell."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            dirty, self._dirty = self._dirty, set()
            try:
                await self._refresh(dirty)
            except Unavailable:
                await asyncio.sleep(_RETRY_SECONDS)
                self._mark(*dirty)
            # Not every engine makes one wait: what was told is written before the next look.
            await asyncio.sleep(0)

    async def _refresh(self, topics: Collection[Topic]) -> None:
        numbered = iter([topic for topic in topics if topic.channel.numbered])
        while part := tuple(islice(numbered, _TOPICS_AT_ONCE)):
            after = {topic: self._rooms[topic].seq for topic in part if topic in self._rooms}
            for topic, rows in (await self._feed.since(after, limit=PAGE)).items():
                self._tell(topic, rows)
        for topic in topics:
            if topic in self._rooms and not isinstance(topic.of, int) and not topic.channel.numbered:
                self._show(topic, await self._feed.state(topic.channel, topic.of))

    def _tell(self, topic: Topic, rows: Sequence[tuple[int, str]]) -> None:
        room = self._rooms.get(topic)
        if room is None:
            return
        for seq, data in rows:
            message = Message(topic, seq, data)
            for reader, had in room.followers.items():
                if seq > had:
                    reader.deliver(message)
            room.seq = max(room.seq, seq)
        if len(rows) == PAGE:
            self._mark(topic)

    def _show(self, topic: Topic, state: str | None) -> None:
        room = self._rooms.get(topic)
        if room is None or state is None:
            return
        message = Message(topic, 0, state)
        for reader, had in room.followers.items():
            if had < 0 or state != room.shown:
                reader.deliver(message)
                room.followers[reader] = 0
        room.shown = state

    async def _tend(self) -> None:
        """Visit one group after the other."""
        while True:
            for group in self._groups:
                await asyncio.sleep(VISIT_SECONDS / _GROUPS)
                if group:
                    await self._visit(tuple(group))

    async def _visit(self, readers: Sequence[Reader]) -> None:
        for reader in readers:
            if reader.visit():
                self._mark(*reader.topics)
        try:
            admitted = await self._feed.admitted({one.caller for one in readers}, at=self._now())
        except Unavailable:
            return  # the next visit asks again
        for reader in readers:
            if reader.caller not in admitted:
                reader.close(Closing.SIGNED_OUT)

    async def _watch(self) -> None:
        await self._wakes.watch(self.wake)

    def _begun(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Send everybody away when a task of ours fails: silence would look like peace."""
        if not task.cancelled():
            for reader in self.readers:
                reader.close(Closing.STOPPING)

    def _rest(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._dirty = set()
        self._woken.clear()
