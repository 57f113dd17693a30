"""`steward check` over an exchange, on SQLite; and what no database would keep."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from steward.domain.exchange_books import AccountBooks, account_faults, desk_faults
from steward.domain.orders import Status
from steward.domain.terms import Phase
from steward.infrastructure.db.bookkeeping import Bookkeeping
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases.values import Limit
from tests.infrastructure.databases import opened
from tests.tampering import a_scene, each_touch_is_found
from tests.usecases.exchange import Floor


@pytest.fixture
async def database(exchange_url: str) -> AsyncIterator[Database]:
    async with opened(exchange_url) as database:
        yield database


@pytest.fixture
def units(database: Database) -> Units:
    return Units(database, writes=Limit("writes", 1_000_000, 60))


async def test_what_has_happened_is_sound_and_each_touch_is_found(
    units: Units, database: Database, exchange_url: str
) -> None:
    await each_touch_is_found(lambda: Floor(units), database, exchange_url)


async def test_an_order_that_is_final_is_done_and_a_desk_does_not_vanish(
    units: Units, database: Database
) -> None:
    scene = await a_scene(Floor(units))
    async with database.snapshot() as snapshot:
        kept = {one.portfolio.id: one async for one in Bookkeeping(snapshot).books()}
    books = kept[scene.buyer.portfolio_id]
    trading = books.trading
    assert trading is not None

    def invariants(touched: AccountBooks) -> set[str]:
        found = account_faults(touched, books.transactions, books.positions)
        return {one.invariant for one in found}

    assert invariants(trading) == set()
    open_one = next(one for one in trading.orders if one.status is Status.PENDING)
    assert open_one.standing is not None
    done = replace(open_one, standing=replace(open_one.standing, phase=Phase.DONE))
    others = [one for one in trading.orders if one is not open_one]
    assert invariants(replace(trading, orders=[*others, done])) == {"X1"}
    assert invariants(replace(trading, listings={})) == {"X1"}
    # What the ledger has had since is not the account's yet.
    assert invariants(replace(trading, ledger_seq=trading.ledger_seq - 1)) == {"X4"}


async def test_each_side_of_a_trade_has_its_fill(units: Units, database: Database) -> None:
    scene = await a_scene(Floor(units))
    async with database.snapshot() as snapshot:
        desks = {one.listing.symbol: one async for one in Bookkeeping(snapshot).desks()}
    desk = desks[scene.floor.symbol]
    assert list(desk_faults(desk)) == []
    assert {one.invariant for one in desk_faults(replace(desk, fills=()))} == {"X6"}
