"""A house that makes a market, by the hands of two workers."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.listings import TradingStatus
from steward.domain.makers import MakerModel
from steward.domain.orders import Status
from steward.domain.terms import TimeInForce
from steward.domain.users import LoginTaken
from steward.infrastructure.ids import uuid7
from steward.usecases.accounts import AccountNotFound
from steward.usecases.books import look
from steward.usecases.desk_commands import MakeMarket
from steward.usecases.desk_facts import Asked
from steward.usecases.makers import ISSUER, SUBJECT, Maker
from steward.usecases.ticker import Ticker
from tests.usecases.market_floor import MarketFloor

S = TradingStatus


async def test_one_house_quotes_around_the_price_for_all_workers(market: MarketFloor) -> None:
    key, dark = [await market.listed() for _ in range(2)]
    market.prices.symbols.add(key.symbol)
    model = MakerModel(levels=2, spread_bp=Decimal(10), size=Decimal(100))
    tickers = []
    for lane in (market.lane, market.new_lane()):
        maker = Maker(market.units, lane, model, lambda: market.at, uuid7)
        tickers.append(Ticker(market.units, lane, lambda: market.at, maker))
    await asyncio.gather(*(one.tick() for one in tickers))

    async def bids() -> list[Decimal]:
        seen = await look(market.units.read(), market.lane, key, 5, at=market.at)
        assert seen is not None
        return [price for price, _, _ in seen.bids]

    assert await bids() == [Decimal("99.95"), Decimal("99.90")]
    version = (await market.state(key)).version
    assert (await market.state(dark)).last_price is None
    market.pass_time(seconds=1)
    for one in tickers:
        await one.tick()
    assert (await market.state(key)).version == version
    # The price has gone up by 6 cents: more than a quarter of the spread.
    market.pass_time(seconds=5)
    await asyncio.gather(*(one.tick() for one in tickers))
    assert await bids() == [Decimal("100.00"), Decimal("99.94")]
    bought = await market.place(key, None, time_in_force=TimeInForce.IOC)
    assert (bought.status, bought.average_price) == (Status.EXECUTED, Decimal("100.12"))
    house = await market.do(lambda unit: unit.users.by_subject(ISSUER, SUBJECT))
    assert house is not None
    found = await market.units.read().accounts.mine(house.id)
    assert [one.account.holding(key.symbol).qty for one in found.values()] == [-10]
    assert not await market.units.read().users.is_admin(house.id)
    # At night it quotes no more, and nobody else asks in its name.
    market.pass_time(hours=12)
    await tickers[0].tick()
    assert (await market.state(key)).status is S.CLOSED
    with pytest.raises(AccountNotFound):
        await market.lane.do(Asked(MakeMarket(key, market.portfolio_id, model, market.lane.around)))
    with pytest.raises(AccountNotFound):
        await market.ask(MakeMarket(key, next(iter(found)), model, market.lane.around))


async def test_a_house_has_an_account_in_each_currency(market: MarketFloor) -> None:
    maker = Maker(market.units, market.lane, MakerModel(), lambda: market.at, uuid7)
    for currencies in (("USD", "EUR"), ("EUR",)):
        keys = [await market.listed(currency=currency) for currency in currencies]
        await maker.quote([one for one, _ in (await market.units.read().desks.of(keys)).values()])
    house = await market.do(lambda unit: unit.users.by_subject(ISSUER, SUBJECT))
    assert house is not None
    found = await market.units.read().accounts.mine(house.id)
    assert sorted(one.account.currency for one in found.values()) == ["EUR", "USD"]


async def test_a_house_quotes_at_all_its_desks_in_one_transaction(
    market: MarketFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [await market.listed() for _ in range(3)]
    market.prices.symbols |= {one.symbol for one in keys}
    listings = [one for one, _ in (await market.units.read().desks.of(keys)).values()]
    maker = Maker(market.units, market.lane, MakerModel(), lambda: market.at, uuid7)
    exchange, batches = market.units.exchange, []

    async def counted(work: Any) -> Any:
        batches.append(work)
        return await exchange(work)

    monkeypatch.setattr(market.units, "exchange", counted)
    await maker.quote(listings)
    assert len(batches) == 1
    for key in keys:
        seen = await look(market.units.read(), market.lane, key, 1, at=market.at)
        assert seen is not None
        assert (len(seen.bids), len(seen.asks)) == (1, 1)


async def test_a_worker_that_is_late_finds_the_house(
    market: MarketFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await market.listed()
    (listing, _) = (await market.units.read().desks.of({key}))[key]
    write, refusals = market.units.write, [LoginTaken()]

    async def late(*args: Any, **fields: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return await write(*args, **fields)

    monkeypatch.setattr(market.units, "write", late)
    await Maker(market.units, market.lane, MakerModel(), lambda: market.at, uuid7).quote([listing])
    assert refusals == []
