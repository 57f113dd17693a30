"""Streams: nobody misses a message, gets one twice, or waits for somebody slow."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from steward.usecases import streams
from steward.usecases.streams import PAGE, UnknownSequence
from steward.usecases.streams_messages import Channel, Closing, Topic
from steward.usecases.values import Caller
from tests.factories import AT
from tests.usecases.streaming import ABC, DEPTH, ME, ORDERS, QUOTES, TRADES, World, settle, until


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visit without waiting, and retry at once."""
    monkeypatch.setattr(streams, "VISIT_SECONDS", 0)
    monkeypatch.setattr(streams, "_RETRY_SECONDS", 0)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    with made.inside:
        yield made


async def test_the_backlog_comes_first_and_then_what_is_new(world: World) -> None:
    world.feed.add(ORDERS, PAGE * 2 + 3)
    reader, sink = world.enter()
    await world.follow(reader, ORDERS, after=1)
    world.happen(count=2)
    await settle()
    assert sink.seqs() == list(range(2, PAGE * 2 + 6))


async def test_what_comes_while_the_backlog_is_read_comes_once(world: World) -> None:
    """Somebody else follows already, and is told first."""
    world.feed.add(ORDERS, 3)
    first, told = world.enter()
    await world.follow(first, ORDERS)

    async def between() -> None:
        world.happen(count=2)
        await settle()

    reader, sink = world.enter()
    world.feed.before = between
    await world.follow(reader, ORDERS, after=0)
    world.happen()
    await settle()
    assert sink.seqs() == [1, 2, 3, 4, 5, 6]
    assert told.seqs() == [4, 5, 6]


async def test_what_was_committed_before_anybody_followed_is_looked_for(world: World) -> None:
    async def between() -> None:
        world.happen()

    reader, sink = world.enter()
    world.feed.before = between
    await world.follow(reader, ORDERS, after=0)
    await settle()
    assert sink.seqs() == [1]


async def test_who_was_further_than_the_others_gets_nothing_twice(world: World) -> None:
    first, told = world.enter()
    await world.follow(first, ORDERS)
    world.feed.add(ORDERS, 2)
    reader, sink = world.enter()
    await world.follow(reader, ORDERS, after=0)
    world.hub.wake([7], [])
    await settle()
    assert told.seqs() == sink.seqs() == [1, 2]


async def test_rows_that_are_gone_hold_up_nobody(world: World) -> None:
    """The portfolio was deleted while somebody else still followed it."""
    first, _ = world.enter()
    await world.follow(first, ORDERS)
    world.happen(count=5)
    await settle()
    world.feed.rows[ORDERS].clear()
    reader, sink = world.enter()
    await world.hub.follow(reader, [ORDERS], {ORDERS: 3})
    assert sink.seqs() == []
    assert ORDERS in reader.topics


async def test_one_look_does_for_all_who_follow_and_all_that_woke(world: World) -> None:
    readers = [world.enter() for _ in range(10)]
    other = Topic(Channel.ORDERS, 8)
    for reader, _ in readers:
        await world.follow(reader, ORDERS, other)
    await settle()
    looks = world.feed.looks
    world.feed.add(other)
    world.happen()
    world.hub.wake([8, 9], [])
    await settle()
    assert world.feed.looks == looks + 1
    assert [(sink.seqs(), sink.seqs(other)) for _, sink in readers] == [([1], [1])] * 10
    assert len({id(sink.written[0]) for _, sink in readers}) == 1


async def test_more_than_a_page_at_once_is_told_to_its_end(world: World) -> None:
    reader, sink = world.enter()
    await world.follow(reader, ORDERS)
    world.happen(count=PAGE + 5)
    await settle()
    assert sink.seqs() == list(range(1, PAGE + 6))


async def test_a_number_that_is_not_there_is_refused(world: World) -> None:
    world.feed.add(ORDERS, 2)
    assert await world.hub.starts({ORDERS: 2, TRADES: None, QUOTES: None}, pointer="/after") == {
        ORDERS: 2,
        TRADES: 0,
    }
    assert await world.hub.starts({QUOTES: None}, pointer="/after") == {}
    with pytest.raises(UnknownSequence, match="come to 2, not to 3"):
        await world.hub.starts({ORDERS: 3}, pointer="/after")


async def test_of_a_state_everybody_gets_the_last_and_nothing_that_he_has(world: World) -> None:
    first, told = world.enter()
    await world.follow(first, QUOTES, DEPTH)
    await settle()
    assert told.written == []
    world.feed.states = {QUOTES: "1"}
    world.hub.wake([], [ABC])
    await settle()
    second, sink = world.enter()
    await world.follow(second, QUOTES)
    await settle()
    world.feed.states = {QUOTES: "2"}
    world.hub.wake(None, None)
    await settle()
    assert [one.data for one in told.written] == [one.data for one in sink.written] == ["1", "2"]


async def test_what_nobody_follows_any_more_is_not_looked_for(world: World) -> None:
    reader, sink = world.enter()
    other, told = world.enter()
    await world.follow(reader, ORDERS, TRADES)
    await world.follow(other, ORDERS)
    await settle()
    world.hub.unfollow(reader, [ORDERS, QUOTES])
    world.happen(ORDERS)
    world.happen(TRADES)
    await settle()
    assert (sink.seqs(ORDERS), sink.seqs(TRADES), told.seqs(ORDERS)) == ([], [1], [1])
    world.hub.unfollow(reader, [TRADES])
    looks = world.feed.looks
    world.happen(TRADES)
    await settle()
    assert world.feed.looks == looks


async def test_who_leaves_while_somebody_looks_is_told_nothing(world: World) -> None:
    reader, sink = world.enter()
    await world.follow(reader, ORDERS, QUOTES)
    await settle()

    async def leave() -> None:
        world.hub.unfollow(reader, [ORDERS, QUOTES])

    world.feed.before = leave
    world.feed.states = {QUOTES: "1"}
    world.happen()
    world.hub.wake([], [ABC])
    await settle()
    assert sink.written == []


async def test_what_nobody_was_woken_for_is_found_later(world: World, quick: None) -> None:
    reader, sink = world.enter()
    await world.follow(reader, ORDERS)
    await settle()
    world.feed.add(ORDERS)
    await until(lambda: bool(sink.seqs()))
    assert sink.seqs() == [1]


async def test_who_is_signed_out_is_sent_away(world: World, quick: None) -> None:
    other = Caller(UUID(int=3), UUID(int=4), AT)
    (_, mine), (_, others) = world.enter(), world.enter(other)
    world.feed.signed_out = {other}
    await until(lambda: others.closed is not None)
    assert (mine.closed, others.closed) == (None, Closing.SIGNED_OUT)


async def test_a_database_that_rests_sends_nobody_away_and_loses_nothing(world: World, quick: None) -> None:
    reader, sink = world.enter()
    await world.follow(reader, ORDERS)
    await settle()
    world.feed.down = 3
    world.happen()
    await until(lambda: bool(sink.seqs()))
    assert (sink.seqs(), sink.closed, world.feed.down) == ([1], None, 0)


async def test_while_the_database_rests_nobody_is_taken_for_signed_out(world: World, quick: None) -> None:
    _, sink = world.enter()
    world.feed.down, world.feed.signed_out = 1, {ME}
    for _ in range(50):
        await settle()
    assert [sink.closed] == [None]
    world.feed.down = 0
    await until(lambda: sink.closed is not None)
    assert sink.closed is Closing.SIGNED_OUT


async def test_a_hub_works_only_while_somebody_reads() -> None:
    world = World()
    for _ in range(2):
        with world.inside:
            world.enter()
            world.enter()
            await settle()
            assert world.wakes.watching == 1
        await settle()
        assert world.wakes.watching == 0


async def test_who_comes_when_the_server_stops_is_sent_away(world: World) -> None:
    _, first = world.enter()
    world.hub.stop()
    _, late = world.enter()
    await settle()
    assert (first.closed, late.closed) == (Closing.STOPPING, Closing.STOPPING)


async def test_when_a_task_of_the_hub_fails_everybody_is_sent_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(woken: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(world.wakes, "watch", fail)
    _, sink = world.enter()
    await settle()
    assert sink.closed is Closing.STOPPING
    assert isinstance(world.hub._tasks[2].exception(), RuntimeError)
