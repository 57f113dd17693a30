"""Fixtures: a migrated database of its own for each module and engine, opened anew for each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from steward.infrastructure.db.database import Database
from steward.infrastructure.db.migrate import migrate
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases.ports import Units as UnitsPort
from steward.usecases.values import Limit
from tests.fakes import FakeUnits
from tests.infrastructure.databases import opened
from tests.postgres import drop_database, fresh_database


@pytest.fixture(scope="module")
def migrated_url(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the URL of a database at the newest schema."""
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database')}/steward.db"
    else:
        url = fresh_database(request.getfixturevalue("admin_url"))
    asyncio.run(migrate(url))
    yield url
    if engine == "postgresql":
        drop_database(url)


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """Give that database, open."""
    async with opened(migrated_url) as database:
        yield database


@pytest.fixture
def sql_units(database: Database) -> Units:
    """Give units of work on it, with no limit in the way."""
    return Units(database, writes=Limit("writes", 1_000_000, 60))


@pytest.fixture
def units(engine: str, request: pytest.FixtureRequest) -> UnitsPort:
    """Give units of work: a module that counts "memory" among its engines gets the fakes too."""
    found: UnitsPort = FakeUnits() if engine == "memory" else request.getfixturevalue("sql_units")
    return found
