"""Time at the desks of an exchange on a database, by the hands of two workers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.clocks import ClockChange
from steward.domain.listings import Listing, ListingHasOrders, TradingStatus
from steward.domain.makers import MakerModel
from steward.domain.orders import Side, Status, placed
from steward.domain.terms import PAPER_VENUE, TimeInForce
from steward.domain.users import LoginTaken, NotAdmin
from steward.infrastructure.db.migrate import migrate
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.usecases import cancelling, clocks
from steward.usecases.accounts import AccountNotFound
from steward.usecases.books import depth_text, look
from steward.usecases.desk_batch import Asked, SymbolNotListed
from steward.usecases.desk_commands import CancelAll, Halt, MakeMarket, Resume, Tick
from steward.usecases.lane import Lane
from steward.usecases.makers import ISSUER, SUBJECT, Maker
from steward.usecases.ports import WriteUnit
from steward.usecases.ticker import EVERY_SECONDS, Ticker
from steward.usecases.values import DeskKey, Limit
from tests.factories import new_id
from tests.infrastructure.databases import opened
from tests.usecases.market_floor import TRADING, MarketFloor, a_floor

S = TradingStatus


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('market')}/steward.db"
    asyncio.run(migrate(url))
    return url


@pytest.fixture
async def floor(url: str) -> AsyncIterator[MarketFloor]:
    async with opened(url) as database:
        yield await a_floor(Units(database, writes=Limit("writes", 1_000_000, 60)))


async def test_a_desk_is_turned_once_by_whichever_worker_comes_first(floor: MarketFloor) -> None:
    key = await floor.listed()
    first, second = floor.ticker(), floor.ticker(floor.new_lane())
    await first.tick()
    state = await floor.state(key)
    assert (state.status, state.turned_at, state.version) == (S.CONTINUOUS, TRADING, 1)
    for _ in range(3):
        await second.tick()
        await first.tick()
    assert await floor.state(key) == state
    floor.pass_time(hours=5)
    await asyncio.gather(first.tick(), second.tick())
    turned = await floor.state(key)
    assert (turned.status, turned.version) == (S.CLOSED, 2)


async def test_what_expires_at_a_desk_that_a_worker_does_not_know_expires_there_too(
    floor: MarketFloor,
) -> None:
    key = await floor.listed()
    until = TRADING + timedelta(minutes=5)
    order = await floor.place(key, time_in_force=TimeInForce.GTD, expires_at=until)
    worker = floor.new_lane()
    other = floor.ticker(worker)
    await other.tick()
    assert worker.memory.desks[key].next_expiry == until
    floor.pass_time(minutes=5, milliseconds=900)
    await other.tick()
    ended = await floor.order(order)
    assert (ended.status, ended.updated_at) == (Status.EXPIRED, until)


async def test_open_paper_orders_get_a_quote_each_second_once(floor: MarketFloor) -> None:
    key = await floor.listed(PAPER_VENUE)
    floor.prices.symbols.add(key.symbol)
    tickers = [floor.ticker(), floor.ticker(floor.new_lane())]
    for one in tickers:
        await one.tick()
    assert (await floor.state(key)).quote is None
    order = await floor.place(key, "99")
    assert order.status is Status.PENDING
    assert (found := (await floor.state(key)).quote) is not None
    assert (found.at, found.ask) == (TRADING, Decimal("100.01"))
    version = (await floor.state(key)).version
    for one in tickers:
        await one.tick()
    assert (await floor.state(key)).version == version
    floor.pass_time(seconds=1, milliseconds=300)
    for one in tickers:
        await one.tick()
    quoted = await floor.state(key)
    assert quoted.quote is not None
    assert quoted.quote.at == TRADING + timedelta(seconds=1)


async def test_a_paper_market_without_a_price_in_its_currency_has_no_quote(floor: MarketFloor) -> None:
    key, foreign = [await floor.listed(PAPER_VENUE, currency=one) for one in ("USD", "EUR")]
    order = await floor.place(key)
    assert order.status is Status.PENDING
    await floor.ticker().tick()
    floor.prices.symbols.add(foreign.symbol)
    for one in (key, foreign):
        seen = await look(floor.units.read(), floor.lane, one, 5, at=floor.at)
        assert seen is not None
        assert (seen.bids, seen.asks) == ([], [])


async def test_the_exchange_goes_by_its_own_clock(floor: MarketFloor) -> None:
    key = await floor.listed()
    order = await floor.place(key)
    change = ClockChange(step_seconds=Decimal(6 * 3600), speed=Decimal(0))
    await floor.do(lambda unit: clocks.change(unit, user_id=floor.admin, change=change, at=floor.at))
    ticker = floor.ticker()
    ticker.wake()
    await asyncio.wait_for(ticker.rest(), EVERY_SECONDS / 2)
    await ticker.tick()
    assert (await floor.order(order)).status is Status.EXPIRED
    back = ClockChange(real=True, resets=True)
    await floor.do(lambda unit: clocks.change(unit, user_id=floor.admin, change=back, at=floor.at))
    await ticker.tick()
    assert (await floor.state(key)).status is S.CONTINUOUS


async def test_a_ticker_rests_a_second(floor: MarketFloor) -> None:
    started = asyncio.get_running_loop().time()
    await floor.ticker().rest()
    assert asyncio.get_running_loop().time() - started >= EVERY_SECONDS * 0.9


async def test_a_desk_halts_and_resumes(floor: MarketFloor) -> None:
    key = await floor.listed()
    around = floor.lane.around
    for command, status in (
        (Resume(key, around), S.CONTINUOUS),
        (Halt(key), S.HALTED),
        (Halt(key), S.HALTED),
        (Resume(key, around), S.CONTINUOUS),
    ):
        assert await floor.ask(command) == []
        assert (await floor.state(key)).status is status
    with pytest.raises(SymbolNotListed):
        await floor.ask(Halt(DeskKey("book", "ABSENT")))


async def test_a_book_is_seen_as_it_was_committed_last(floor: MarketFloor) -> None:
    key = await floor.listed()
    worker = floor.new_lane()

    async def seen_by(lane: Lane, asked: DeskKey = key) -> str | None:
        found = await look(floor.units.read(), lane, asked, 5, at=floor.at)
        return None if found is None else depth_text(found)

    await floor.place(key, "49")
    first = await seen_by(worker)
    assert first == await seen_by(worker) == await seen_by(floor.lane)
    assert first is not None
    assert '"best_bid":49,"best_ask":null,"bids":[{"price":49,"qty":10,"orders":1}],"asks":[]' in first
    assert await seen_by(worker, DeskKey("book", "ABSENT")) is None
    floor.prices.symbols.add("KNOWN")
    unlisted, quoted = [await seen_by(worker, DeskKey(venue, "KNOWN")) for venue in ("book", "paper")]
    assert unlisted is not None
    assert '"status":"continuous"' in unlisted
    assert quoted is not None
    assert '"best_bid":99.99' in quoted


async def test_the_size_that_was_taken_of_a_quote_stays_taken_for_its_second(floor: MarketFloor) -> None:
    key = await floor.listed(PAPER_VENUE)
    floor.prices.symbols.add(key.symbol)
    before = await look(floor.units.read(), floor.lane, key, 5, at=floor.at)
    bought = await floor.place(key, None, time_in_force=TimeInForce.IOC)
    assert bought.status is Status.EXECUTED
    after = await look(floor.units.read(), floor.lane, key, 5, at=floor.at)
    assert before is not None
    assert after is not None
    assert before.asks[0][1] - after.asks[0][1] == 10
    assert after.state.last_price == bought.average_price


async def test_a_listing_that_orders_rest_on_is_not_changed(floor: MarketFloor) -> None:
    key = await floor.listed()
    order = await floor.place(key)
    (listing, _) = (await floor.units.read().desks.of({key}))[key]
    with pytest.raises(NotAdmin):
        await floor.relist(listing, floor.trader.user_id)
    with pytest.raises(ListingHasOrders, match="1 open orders"):
        await floor.relist(replace(listing, lot=Decimal(2)))
    assert await floor.ask(CancelAll(key, floor.portfolio_id, (order.id, new_id())))
    await floor.relist(replace(listing, lot=Decimal(2)))
    await floor.ask(Tick(key))
    assert floor.lane.memory.desks[key].listing.lot == 2


async def test_many_orders_are_cancelled_in_steps_wherever_they_are(
    floor: MarketFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cancelling, "TOGETHER", 2)
    key, owner_id = await floor.listed(), floor.trader.user_id
    at_desk = [await floor.place(key, str(price)) for price in (50, 51, 52)]
    by_hand = [
        placed(
            order_id=new_id(),
            owner_id=owner_id,
            portfolio_id=floor.portfolio_id,
            security="ABC",
            side=Side.BUY,
            qty=Decimal(1),
            client_order_id=None,
            at=TRADING,
        )
        for _ in range(3)
    ]

    async def keep(unit: WriteUnit) -> None:
        for order in by_hand:
            unit.orders.add(order)

    await floor.do(keep)
    found = await floor.units.read().orders.open_ones(owner_id)
    assert [one[0] for one in found] == [one.id for one in (*at_desk, *by_hand)]
    steps = [*cancelling.steps(found)]
    assert [len(one.order_ids) for one in steps] == [2, 1]
    assert [len(await floor.ask(one)) for one in steps] == [2, 1]
    ended = []
    for ids in (*cancelling.steps_by_hand(found), (new_id(), by_hand[0].id)):
        done = await floor.do(
            lambda unit, ids=ids: cancelling.cancel_by_hand(  # type: ignore[misc]  # bound now
                unit, owner_id=owner_id, order_ids=ids, at=TRADING
            )
        )
        ended.append(len(done))
    assert ended == [2, 1, 0]
    assert await floor.units.read().orders.open_ones(owner_id) == []


async def test_one_house_quotes_around_the_price_for_all_workers(floor: MarketFloor) -> None:
    key, dark = [await floor.listed() for _ in range(2)]
    floor.prices.symbols.add(key.symbol)
    model = MakerModel(levels=2, spread_bp=Decimal(10), size=Decimal(100))
    tickers = []
    for lane in (floor.lane, floor.new_lane()):
        maker = Maker(floor.units, lane, model, lambda: floor.at, uuid7)
        tickers.append(Ticker(floor.units, lane, lambda: floor.at, maker))
    await asyncio.gather(*(one.tick() for one in tickers))

    async def bids() -> list[Decimal]:
        seen = await look(floor.units.read(), floor.lane, key, 5, at=floor.at)
        assert seen is not None
        return [price for price, _, _ in seen.bids]

    assert await bids() == [Decimal("99.95"), Decimal("99.90")]
    version = (await floor.state(key)).version
    assert (await floor.state(dark)).last_price is None
    floor.pass_time(seconds=1)
    for one in tickers:
        await one.tick()
    assert (await floor.state(key)).version == version
    # The price has gone up by 6 cents: more than a quarter of the spread.
    floor.pass_time(seconds=5)
    await asyncio.gather(*(one.tick() for one in tickers))
    assert await bids() == [Decimal("100.00"), Decimal("99.94")]
    bought = await floor.place(key, None, time_in_force=TimeInForce.IOC)
    assert (bought.status, bought.average_price) == (Status.EXECUTED, Decimal("100.12"))
    house = await floor.do(lambda unit: unit.users.by_subject(ISSUER, SUBJECT))
    assert house is not None
    found = await floor.units.read().accounts.mine(house.id)
    assert [one.account.holding(key.symbol).qty for one in found.values()] == [-10]
    assert not await floor.units.read().users.is_admin(house.id)
    # At night it quotes no more, and nobody else asks in its name.
    floor.pass_time(hours=12)
    await tickers[0].tick()
    assert (await floor.state(key)).status is S.CLOSED
    with pytest.raises(AccountNotFound):
        await floor.lane.do(Asked(MakeMarket(key, floor.portfolio_id, model, floor.lane.around)))
    with pytest.raises(AccountNotFound):
        await floor.ask(MakeMarket(key, next(iter(found)), model, floor.lane.around))


async def test_a_house_has_an_account_in_each_currency(floor: MarketFloor) -> None:
    maker = Maker(floor.units, floor.lane, MakerModel(), lambda: floor.at, uuid7)
    for currency in ("USD", "EUR", "EUR"):
        key = await floor.listed(currency=currency)
        await maker.quote((await floor.units.read().desks.of({key}))[key][0])
    house = await floor.do(lambda unit: unit.users.by_subject(ISSUER, SUBJECT))
    assert house is not None
    found = await floor.units.read().accounts.mine(house.id)
    assert sorted(one.account.currency for one in found.values()) == ["EUR", "USD"]


async def test_a_worker_that_is_late_finds_the_house(
    floor: MarketFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await floor.listed()
    (listing, _) = (await floor.units.read().desks.of({key}))[key]
    write, refusals = floor.units.write, [LoginTaken()]

    async def late(*args: Any, **fields: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return await write(*args, **fields)

    monkeypatch.setattr(floor.units, "write", late)
    await Maker(floor.units, floor.lane, MakerModel(), lambda: floor.at, uuid7).quote(listing)
    assert refusals == []


async def test_an_unlisted_symbol_is_listed_as_its_source_has_it(floor: MarketFloor) -> None:
    key = DeskKey("book", f"U{new_id().hex[:8].upper()}")
    assert floor.lane.around.listing(key, TRADING) is None
    floor.prices.symbols.add(key.symbol)
    assert floor.lane.around.listing(key, TRADING) == Listing(venue="book", symbol=key.symbol, currency="USD")
    await floor.lane.do(Asked(Tick(key)))
    assert (await floor.state(key)).status is S.CONTINUOUS
