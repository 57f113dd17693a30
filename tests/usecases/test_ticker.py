"""Time at the desks of an exchange on a database, by the hands of two workers."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from steward.domain.clocks import ClockChange
from steward.domain.listings import Listing, ListingHasOrders, TradingStatus
from steward.domain.orders import Side, Status, placed
from steward.domain.terms import PAPER_VENUE, TimeInForce
from steward.domain.users import NotAdmin
from steward.usecases import cancelling, clocks
from steward.usecases.books import depth_text, look
from steward.usecases.desk_batch import SymbolNotListed
from steward.usecases.desk_commands import CancelAll, Halt, Resume, Tick
from steward.usecases.desk_facts import Asked
from steward.usecases.lane import Lane
from steward.usecases.ports import WriteUnit
from steward.usecases.ticker import EVERY_SECONDS
from steward.usecases.values import DeskKey
from tests.factories import new_id
from tests.usecases.market_floor import TRADING, MarketFloor

S = TradingStatus


async def test_a_desk_is_turned_once_by_whichever_worker_comes_first(market: MarketFloor) -> None:
    key = await market.listed()
    first, second = market.ticker(), market.ticker(market.new_lane())
    await first.tick()
    state = await market.state(key)
    assert (state.status, state.turned_at, state.version) == (S.CONTINUOUS, TRADING, 1)
    for _ in range(3):
        await second.tick()
        await first.tick()
    assert await market.state(key) == state
    market.pass_time(hours=5)
    await asyncio.gather(first.tick(), second.tick())
    turned = await market.state(key)
    assert (turned.status, turned.version) == (S.CLOSED, 2)


async def test_what_expires_at_a_desk_that_a_worker_does_not_know_expires_there_too(
    market: MarketFloor,
) -> None:
    key = await market.listed()
    until = TRADING + timedelta(minutes=5)
    order = await market.place(key, time_in_force=TimeInForce.GTD, expires_at=until)
    worker = market.new_lane()
    other = market.ticker(worker)
    await other.tick()
    assert worker.memory.desks[key].next_expiry == until
    market.pass_time(minutes=5, milliseconds=900)
    await other.tick()
    ended = await market.order(order)
    assert (ended.status, ended.updated_at) == (Status.EXPIRED, until)


async def test_open_paper_orders_get_a_quote_each_second_once(market: MarketFloor) -> None:
    key = await market.listed(PAPER_VENUE)
    market.prices.symbols.add(key.symbol)
    tickers = [market.ticker(), market.ticker(market.new_lane())]
    for one in tickers:
        await one.tick()
    assert (await market.state(key)).quote is None
    order = await market.place(key, "99")
    assert order.status is Status.PENDING
    assert (found := (await market.state(key)).quote) is not None
    assert (found.at, found.ask) == (TRADING, Decimal("100.01"))
    version = (await market.state(key)).version
    for one in tickers:
        await one.tick()
    assert (await market.state(key)).version == version
    market.pass_time(seconds=1, milliseconds=300)
    for one in tickers:
        await one.tick()
    quoted = await market.state(key)
    assert quoted.quote is not None
    assert quoted.quote.at == TRADING + timedelta(seconds=1)


async def test_a_paper_market_without_a_price_in_its_currency_has_no_quote(market: MarketFloor) -> None:
    key, foreign = [await market.listed(PAPER_VENUE, currency=one) for one in ("USD", "EUR")]
    order = await market.place(key)
    assert order.status is Status.PENDING
    await market.ticker().tick()
    market.prices.symbols.add(foreign.symbol)
    for one in (key, foreign):
        seen = await look(market.units.read(), market.lane, one, 5, at=market.at)
        assert seen is not None
        assert (seen.bids, seen.asks) == ([], [])


async def test_the_exchange_goes_by_its_own_clock(market: MarketFloor) -> None:
    key = await market.listed()
    order = await market.place(key)
    change = ClockChange(step_seconds=Decimal(6 * 3600), speed=Decimal(0))
    await market.do(lambda unit: clocks.change(unit, user_id=market.admin, change=change, at=market.at))
    ticker = market.ticker()
    ticker.wake()
    await asyncio.wait_for(ticker.rest(), EVERY_SECONDS / 2)
    await ticker.tick()
    assert (await market.order(order)).status is Status.EXPIRED
    back = ClockChange(real=True, resets=True)
    await market.do(lambda unit: clocks.change(unit, user_id=market.admin, change=back, at=market.at))
    await ticker.tick()
    assert (await market.state(key)).status is S.CONTINUOUS


async def test_a_ticker_rests_a_second(market: MarketFloor) -> None:
    started = asyncio.get_running_loop().time()
    await market.ticker().rest()
    assert asyncio.get_running_loop().time() - started >= EVERY_SECONDS * 0.9


async def test_a_desk_halts_and_resumes(market: MarketFloor) -> None:
    key = await market.listed()
    around = market.lane.around
    for command, status in (
        (Resume(key, around), S.CONTINUOUS),
        (Halt(key), S.HALTED),
        (Halt(key), S.HALTED),
        (Resume(key, around), S.CONTINUOUS),
    ):
        assert await market.ask(command) == []
        assert (await market.state(key)).status is status
    with pytest.raises(SymbolNotListed):
        await market.ask(Halt(DeskKey("book", "ABSENT")))


async def test_a_book_is_seen_as_it_was_committed_last(market: MarketFloor) -> None:
    key = await market.listed()
    worker = market.new_lane()

    async def seen_by(lane: Lane, asked: DeskKey = key) -> str | None:
        found = await look(market.units.read(), lane, asked, 5, at=market.at)
        return None if found is None else depth_text(found)

    await market.place(key, "49")
    first = await seen_by(worker)
    assert first == await seen_by(worker) == await seen_by(market.lane)
    assert first is not None
    assert '"best_bid":49,"best_ask":null,"bids":[{"price":49,"qty":10,"orders":1}],"asks":[]' in first
    assert await seen_by(worker, DeskKey("book", "ABSENT")) is None
    market.prices.symbols.add("KNOWN")
    unlisted, quoted = [await seen_by(worker, DeskKey(venue, "KNOWN")) for venue in ("book", "paper")]
    assert unlisted is not None
    assert '"status":"continuous"' in unlisted
    assert quoted is not None
    assert '"best_bid":99.99' in quoted


async def test_the_size_that_was_taken_of_a_quote_stays_taken_for_its_second(market: MarketFloor) -> None:
    key = await market.listed(PAPER_VENUE)
    market.prices.symbols.add(key.symbol)
    before = await look(market.units.read(), market.lane, key, 5, at=market.at)
    bought = await market.place(key, None, time_in_force=TimeInForce.IOC)
    assert bought.status is Status.EXECUTED
    after = await look(market.units.read(), market.lane, key, 5, at=market.at)
    assert before is not None
    assert after is not None
    assert before.asks[0][1] - after.asks[0][1] == 10
    assert after.state.last_price == bought.average_price


async def test_a_listing_that_orders_rest_on_is_not_changed(market: MarketFloor) -> None:
    key = await market.listed()
    order = await market.place(key)
    (listing, _) = (await market.units.read().desks.of({key}))[key]
    with pytest.raises(NotAdmin):
        await market.relist(listing, market.trader.user_id)
    with pytest.raises(ListingHasOrders, match="1 open orders"):
        await market.relist(replace(listing, lot=Decimal(2)))
    assert await market.ask(CancelAll(key, market.portfolio_id, (order.id, new_id())))
    await market.relist(replace(listing, lot=Decimal(2)))
    await market.ask(Tick(key))
    assert market.lane.memory.desks[key].listing.lot == 2


async def test_many_orders_are_cancelled_in_steps_wherever_they_are(
    market: MarketFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cancelling, "TOGETHER", 2)
    key, owner_id = await market.listed(), market.trader.user_id
    at_desk = [await market.place(key, str(price)) for price in (50, 51, 52)]
    by_hand = [
        placed(
            order_id=new_id(),
            owner_id=owner_id,
            portfolio_id=market.portfolio_id,
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

    await market.do(keep)
    found = await market.units.read().orders.open_ones(owner_id)
    assert [one[0] for one in found] == [one.id for one in (*at_desk, *by_hand)]
    steps = [*cancelling.steps(found)]
    assert [len(one.order_ids) for one in steps] == [2, 1]
    assert [len(await market.ask(one)) for one in steps] == [2, 1]
    ended = []
    for ids in (*cancelling.steps_by_hand(found), (new_id(), by_hand[0].id)):
        done = await market.do(
            lambda unit, ids=ids: cancelling.cancel_by_hand(  # type: ignore[misc]  # bound now
                unit, owner_id=owner_id, order_ids=ids, at=TRADING
            )
        )
        ended.append(len(done))
    assert ended == [2, 1, 0]
    assert await market.units.read().orders.open_ones(owner_id) == []


async def test_an_unlisted_symbol_is_listed_as_its_source_has_it(market: MarketFloor) -> None:
    key = DeskKey("book", f"U{new_id().hex[:8].upper()}")
    assert market.lane.around.listing(key, TRADING) is None
    market.prices.symbols.add(key.symbol)
    assert market.lane.around.listing(key, TRADING) == Listing(
        venue="book", symbol=key.symbol, currency="USD"
    )
    await market.lane.do(Asked(Tick(key)))
    assert (await market.state(key)).status is S.CONTINUOUS
