"""Readers: what waits for one has a bound, and one who does not read is sent away."""

from collections.abc import Iterator
from itertools import takewhile

import pytest

from steward.usecases import streams_readers
from steward.usecases.streams import PAGE
from steward.usecases.streams_messages import HEARTBEAT, Closing, Message
from steward.usecases.streams_readers import CHARACTERS_MAXIMUM, MESSAGES_MAXIMUM, Reader
from tests.usecases.streaming import ME, ORDERS, QUOTES, FakeSink, World, closings, settle


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    with made.inside:
        yield made


async def test_a_state_that_waits_is_replaced(world: World) -> None:
    reader, sink = world.enter()
    reader.deliver(Message(ORDERS, 1, "{}"))
    for data in ("1", "22", "3"):
        reader.deliver(Message(QUOTES, 0, data))
    await settle()
    assert [one.data for one in sink.written] == ["{}", "3"]


async def test_a_slow_reader_is_sent_away_and_the_others_are_not_held_up(world: World) -> None:
    slow, stuck = world.enter()
    quick, told = world.enter()
    for reader in (slow, quick):
        await world.follow(reader, ORDERS)
    stuck.room.clear()
    for _ in range(MESSAGES_MAXIMUM // PAGE + 2):
        world.happen(count=PAGE)
        await settle()
    assert told.seqs() == list(range(1, PAGE * (MESSAGES_MAXIMUM // PAGE + 2) + 1))
    assert (quick.closing, slow.closing) == (None, Closing.SLOW_READER)
    stuck.room.set()
    await settle()
    assert stuck.closed is Closing.SLOW_READER
    assert stuck.seqs() == list(range(1, PAGE + 1))


async def test_big_messages_fill_a_reader_too(world: World) -> None:
    reader, sink = world.enter()
    sink.room.clear()
    big = "x" * (CHARACTERS_MAXIMUM // 2)
    for _ in range(2):
        reader.deliver(Message(None, 0, big))
    assert closings(reader) == [None]
    reader.deliver(Message(None, 0, "x"))
    assert closings(reader) == [Closing.SLOW_READER]
    reader.deliver(Message(None, 0, "too late"))
    reader.close(Closing.STOPPING)
    sink.room.set()
    await settle()
    assert (sink.closed, sink.written) == (Closing.SLOW_READER, [])


async def test_a_backlog_waits_for_who_reads_it(world: World) -> None:
    """However long it is, it fills no queue."""
    world.feed.add(ORDERS, MESSAGES_MAXIMUM * 2)
    reader, sink = world.enter()
    await world.follow(reader, ORDERS, after=0)
    assert sink.seqs() == list(range(1, MESSAGES_MAXIMUM * 2 + 1))


async def test_a_reader_that_is_closed_ends_its_backlog(world: World) -> None:
    world.feed.add(ORDERS, PAGE * 3)

    async def stop() -> None:
        world.hub.stop()

    reader, sink = world.enter()
    world.feed.before = stop
    await world.follow(reader, ORDERS, after=0)
    assert (sink.closed, sink.seqs()) == (Closing.STOPPING, [])


async def test_who_has_gone_is_written_to_no_more(world: World) -> None:
    reader, sink = world.enter()
    sink.gone = True
    reader.deliver(Message(None, 0, "1"))
    await settle()
    assert reader.closing is Closing.CLIENT_GONE
    other, told = world.enter()
    told.gone = True
    other.deliver(Message(None, 0, "1"))
    other.close(Closing.SIGNED_OUT)
    await settle()
    assert (other.closing, told.closed) == (Closing.SIGNED_OUT, Closing.SIGNED_OUT)


async def test_a_reader_that_is_closed_when_its_client_goes_stays_closed_as_it_was() -> None:
    sink = FakeSink()
    reader = Reader(ME, sink)
    sink.room.clear()
    reader.deliver(Message(None, 0, "1"))
    await settle()
    reader.close(Closing.SIGNED_OUT)
    sink.gone = True
    sink.room.set()
    await settle()
    assert (reader.closing, sink.closed) == (Closing.SIGNED_OUT, None)


def test_a_message_is_written_once_for_all() -> None:
    written: list[Message] = []

    def write(message: Message) -> bytes:
        written.append(message)
        return message.data.encode()

    message = Message(ORDERS, 1, "{}")
    assert [message.form(write) for _ in range(3)] == [b"{}"] * 3
    assert written == [message]


async def test_a_quiet_stream_is_told_that_it_lives_and_looked_for(world: World) -> None:
    reader, sink = world.enter()
    await world.follow(reader, ORDERS)
    await settle()
    assert [reader.visit() for _ in range(4)] == [False] * 4
    assert reader.visit()
    await settle()
    assert sink.written == [HEARTBEAT]


async def test_a_reader_that_stalls_is_sent_away_and_then_cut_off() -> None:
    sink = FakeSink()
    reader = Reader(ME, sink)
    sink.room.clear()
    reader.deliver(Message(None, 0, "1"))
    visits = list(takewhile(lambda _: reader.closing is None, iter(reader.visit, None)))
    assert len(visits) == 10
    assert closings(reader) == [Closing.SLOW_READER]
    for _ in range(2):
        reader.visit()
    assert (sink.was_cut, reader.visit(), sink.was_cut) == (False, False, True)
    await settle()


def test_visits_are_what_the_bounds_on_time_are_made_of() -> None:
    """A revoked session is seen within 5 seconds."""
    assert streams_readers.VISIT_SECONDS <= 3
