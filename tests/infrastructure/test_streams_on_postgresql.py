"""Wakes that hold on PostgreSQL alone."""

import pytest

from tests.infrastructure.databases import outside
from tests.infrastructure.waking import heard

LOSE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'steward streams'
"""


@pytest.fixture(scope="module")
def engine() -> str:
    return "postgresql"


async def test_a_connection_that_is_lost_is_made_anew_and_all_is_looked_for(migrated_url: str) -> None:
    async with heard(migrated_url) as told:
        await outside(migrated_url, LOSE)
        await told.next()
        assert (told.portfolios, told.desks) == ({None}, {None})
