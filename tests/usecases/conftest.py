"""Fixtures: units of work in memory, and a person with a portfolio in them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from steward.domain.portfolios import Portfolio
from steward.infrastructure.db.migrate import migrate
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases import portfolios
from steward.usecases.values import Limit
from tests.factories import AT, OWNER
from tests.fakes import FakeUnits
from tests.infrastructure.databases import opened
from tests.usecases.exchange import Floor
from tests.usecases.market_floor import MarketFloor, a_floor
from tests.usecases.run import run


@pytest.fixture
def units() -> FakeUnits:
    return FakeUnits()


@pytest.fixture
async def pension(units: FakeUnits) -> Portfolio:
    return await run(units, portfolios.create, owner_id=OWNER, name="Pension", base_currency="USD", at=AT)


@pytest.fixture(scope="module")
def exchange_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the URL of a database for the lane: what it does is mostly what a database makes of it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('exchange')}/steward.db"
    asyncio.run(migrate(url))
    return url


@pytest.fixture
async def floor(exchange_url: str) -> AsyncIterator[Floor]:
    async with opened(exchange_url) as database:
        yield Floor(Units(database, writes=Limit("writes", 1_000_000, 60)))


@pytest.fixture
async def market(exchange_url: str) -> AsyncIterator[MarketFloor]:
    async with opened(exchange_url) as database:
        yield await a_floor(Units(database, writes=Limit("writes", 1_000_000, 60)))
