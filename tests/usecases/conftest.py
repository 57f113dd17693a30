"""Fixtures: units of work in memory, and a person with a portfolio in them."""

import pytest

from steward.domain.portfolios import Portfolio
from steward.usecases import portfolios
from tests.factories import AT, OWNER
from tests.fakes import FakeUnits
from tests.usecases.run import run


@pytest.fixture
def units() -> FakeUnits:
    return FakeUnits()


@pytest.fixture
async def pension(units: FakeUnits) -> Portfolio:
    return await run(units, portfolios.create, owner_id=OWNER, name="Pension", base_currency="USD", at=AT)
