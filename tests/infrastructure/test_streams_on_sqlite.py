"""Wakes that hold on SQLite alone."""

import asyncio

import pytest

from steward.infrastructure.db.unit_of_work import Units
from tests.infrastructure.databases import an_owner, outside
from tests.infrastructure.waking import a_portfolio, happen, heard


@pytest.fixture(scope="module")
def engine() -> str:
    return "sqlite"


async def test_a_commit_of_nothing_that_is_streamed_wakes_nobody(sql_units: Units, migrated_url: str) -> None:
    async with heard(migrated_url) as told:
        await an_owner(sql_units)
        await asyncio.sleep(0.1)
        assert not told.portfolios | told.desks
        assert told.calls <= 2


async def test_rows_that_were_removed_make_all_accounts_new(sql_units: Units, migrated_url: str) -> None:
    one = await a_portfolio(sql_units)
    await happen(migrated_url, one, 1, 2)
    async with heard(migrated_url) as told:
        await outside(migrated_url, "DELETE FROM order_events")
        await told.next()
        assert None in told.portfolios
