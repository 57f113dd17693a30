"""What is streamed, as it is read, and who is woken for it."""

from datetime import timedelta

import pytest

from steward.domain.users import Session
from steward.infrastructure.db.streams import Feed
from steward.infrastructure.db.streams_wakes import payloads, read
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.usecases.streams_messages import Channel, Topic
from steward.usecases.values import Caller, DeskKey, PresentedKey
from tests.api.streaming import DESK, STEP, TRADE
from tests.factories import AT, new_id
from tests.infrastructure.databases import an_owner, outside, write
from tests.infrastructure.waking import a_portfolio, happen, heard

ABC = DeskKey("book", "ABC")


async def no_book(key: DeskKey) -> str | None:
    return f"the book of {key.symbol}"


@pytest.fixture
def feed(sql_units: Units) -> Feed:
    return Feed(sql_units, no_book)


async def test_rows_are_read_behind_each_number_and_no_more_than_asked(
    feed: Feed, sql_units: Units, migrated_url: str
) -> None:
    one, other, third = [await a_portfolio(sql_units) for _ in range(3)]
    await happen(migrated_url, one, 1, 2, 3, 4)
    await happen(migrated_url, other, 1)
    await outside(migrated_url, DESK.format(symbol="ABC"))
    for bid in (1, 2):
        await outside(migrated_url, TRADE.format(symbol="ABC"))
        quote = f'{{"bid":"{bid}"}}'
        await outside(migrated_url, STEP.format(symbol="ABC", trades=1, quote=quote))
    topics = [Topic(Channel.ORDERS, portfolio_id) for portfolio_id in (one, other, third)]
    trades = Topic(Channel.TRADES, ABC)
    nowhere = Topic(Channel.TRADES, DeskKey("paper", "ABC"))
    assert await feed.newest([*topics, trades, nowhere]) == {
        **dict(zip(topics, (4, 1, 0), strict=True)),
        trades: 2,
        nowhere: 0,
    }
    after = {topics[0]: 1, topics[1]: 1, topics[2]: 0, trades: 1, nowhere: 0}
    assert await feed.since(after, limit=2) == {
        topics[0]: [(2, '{"n":2}'), (3, '{"n":3}')],
        trades: [(2, '{"seq":2,"qty":2.5,"price":101.25,"at":"2026-01-05T12:00:00.000000Z"}')],
    }
    assert (await feed.since({}, limit=2), await feed.newest([])) == ({}, {})
    assert await feed.state(Channel.QUOTES, ABC) == '{"bid":"2"}'
    assert await feed.state(Channel.QUOTES, DeskKey("paper", "ABC")) is None
    assert await feed.state(Channel.DEPTH, ABC) == "the book of ABC"


async def test_those_with_an_open_session_are_admitted(feed: Feed, sql_units: Units) -> None:
    user_id = await an_owner(sql_units)
    ids = [new_id() for _ in range(4)]
    callers = [Caller(user_id, one, AT) for one in ids]
    until = (AT + timedelta(hours=1), AT + timedelta(hours=1), AT)
    for id_, expires_at, revoked_at in zip(ids, until, (None, AT, None), strict=False):
        session = Session(id_, user_id, AT, expires_at, revoked_at, "", "")
        await write(sql_units, lambda unit, session=session: unit.sessions.add(session))  # type: ignore[misc]
    absent = PresentedKey("STABSENT", "", "read", None)
    by_key = Caller(user_id, None, AT, absent)
    assert await feed.admitted([*callers, by_key], at=AT) == {callers[0]}
    assert await feed.admitted([by_key], at=AT) == set()


async def test_whoever_writes_wakes_those_who_listen(sql_units: Units, migrated_url: str) -> None:
    one, other = await a_portfolio(sql_units), await a_portfolio(sql_units)
    await outside(migrated_url, DESK.format(symbol="XYZ"))
    key = DeskKey("book", "XYZ")
    async with heard(migrated_url) as told:
        for portfolio_id in (one, other):
            await happen(migrated_url, portfolio_id, 1)

            async def tell(unit: WriteUnit, portfolio_id: int = portfolio_id) -> None:
                unit.desks.tell([portfolio_id], [key])

            await sql_units.exchange(tell)
        await outside(migrated_url, STEP.format(symbol="XYZ", trades=0, quote='{"bid":"1"}'))
        while not (told.portfolios >= {one, other} and key in told.desks):
            await told.next()
        assert None not in told.portfolios | told.desks


def test_payloads_say_all_and_none_is_longer_than_postgresql_takes() -> None:
    keys = [DeskKey("book", f"SYMBOL/{number:025}") for number in range(500)]
    told = list(payloads(range(3000), keys))
    assert len(told) > 1
    assert max(map(len, told)) < 8000
    portfolio_ids, desks = zip(*map(read, told), strict=True)
    assert [one for some in portfolio_ids for one in some] == list(range(3000))
    assert [one for some in desks for one in some] == keys
    assert list(payloads([12, 13], [ABC])) == ["p:12,13;s:book/ABC"]
    assert list(payloads([], [])) == []
