"""Streams in tests of use cases: a hub on fakes, and who reads."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from steward.domain.errors import Unavailable
from steward.usecases.streams import Hub
from steward.usecases.streams_messages import Channel, Closing, Message, Topic
from steward.usecases.streams_readers import Reader
from steward.usecases.values import Caller, DeskKey
from tests.factories import AT

ME = Caller(UUID(int=1), UUID(int=2), AT)
ABC = DeskKey("book", "ABC")
ORDERS, TRADES = Topic(Channel.ORDERS, 7), Topic(Channel.TRADES, ABC)
QUOTES, DEPTH = Topic(Channel.QUOTES, ABC), Topic(Channel.DEPTH, ABC)


@dataclass
class FakeFeed:
    """Rows and states in memory; `before` runs before each look at rows, as if something came between."""

    rows: dict[Topic, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    states: dict[Topic, str] = field(default_factory=dict)
    signed_out: set[Caller] = field(default_factory=set)
    looks: int = 0
    down: int = 0
    before: Callable[[], Awaitable[None]] | None = None

    def add(self, topic: Topic, count: int = 1) -> None:
        rows = self.rows[topic]
        rows += [(seq, f'{{"seq":{seq}}}') for seq in range(len(rows) + 1, len(rows) + count + 1)]

    async def newest(self, topics: Collection[Topic]) -> Mapping[Topic, int]:
        return {topic: self.rows[topic][-1][0] for topic in topics if self.rows[topic]}

    async def since(
        self, after: Mapping[Topic, int], *, limit: int
    ) -> Mapping[Topic, Sequence[tuple[int, str]]]:
        self.looks += 1
        if self.down:
            self.down -= 1
            raise Unavailable("down")
        found = {
            topic: [row for row in self.rows[topic] if row[0] > seq][:limit] for topic, seq in after.items()
        }
        if self.before is not None:
            before, self.before = self.before, None
            await before()
        return {topic: rows for topic, rows in found.items() if rows}

    async def state(self, channel: Channel, key: DeskKey) -> str | None:
        return self.states.get(Topic(channel, key))

    async def admitted(self, callers: Collection[Caller], *, at: datetime) -> Collection[Caller]:
        assert at == AT
        if self.down:
            raise Unavailable("down")
        return set(callers) - self.signed_out


class FakeWakes:
    """Wakes nobody by itself."""

    watching = 0

    async def watch(self, woken: object) -> None:
        self.watching += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.watching -= 1


@dataclass
class FakeSink:
    """Keeps what is written; `room` is set while there is room for more."""

    written: list[Message] = field(default_factory=list)
    closed: Closing | None = None
    was_cut: bool = False
    gone: bool = False
    room: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.room.set()

    async def send(self, messages: Collection[Message]) -> None:
        await self.room.wait()
        if self.gone:
            raise ConnectionError
        self.written += messages

    async def close(self, reason: Closing) -> None:
        await self.room.wait()
        self.closed = reason

    def cut(self) -> None:
        self.was_cut = True
        self.room.set()

    def seqs(self, topic: Topic = ORDERS) -> list[int]:
        return [one.seq for one in self.written if one.topic == topic]


class World:
    """A hub on fakes, and readers who have come in."""

    def __init__(self) -> None:
        self.feed, self.wakes = FakeFeed(), FakeWakes()
        self.hub = Hub(self.feed, self.wakes, lambda: AT)
        self.inside = ExitStack()

    def enter(self, caller: Caller = ME) -> tuple[Reader, FakeSink]:
        sink = FakeSink()
        reader = Reader(caller, sink)
        self.inside.enter_context(self.hub.reading(reader))
        return reader, sink

    async def follow(self, reader: Reader, *topics: Topic, after: int | None = None) -> None:
        starts = await self.hub.starts(dict.fromkeys(topics, after), pointer="/after")
        await self.hub.follow(reader, topics, starts)

    def happen(self, topic: Topic = ORDERS, count: int = 1) -> None:
        self.feed.add(topic, count)
        portfolio_ids = [topic.of] if isinstance(topic.of, int) else []
        self.hub.wake(portfolio_ids, [topic.of] if isinstance(topic.of, DeskKey) else [])


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not done():  # noqa: ASYNC110 - what the hub does next is what is waited for
            await asyncio.sleep(0)


def closings(*readers: Reader) -> list[Closing | None]:
    return [reader.closing for reader in readers]
