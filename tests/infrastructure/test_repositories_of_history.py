"""One contract for the history of years that are over: in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date

import pytest

from steward.domain.days import History, Missing
from steward.domain.history_years import Footing, HistoryYear
from steward.domain.portfolios import CostMethod
from steward.usecases.ports import Units, WriteUnit
from tests.conftest import ENGINES
from tests.infrastructure.contract import a_kept_portfolio, a_person, do

LARGEST = 10**38 - 1
_FOOTING = Footing({7: 3, 1: 0}, 2, 7, CostMethod.AVERAGE, "steward 1, static")
_MISSING = (Missing("price", "BRK.B", date(2023, 1, 1), date(2023, 12, 31)),)
_DAYS = History(
    date(2023, 1, 1), "USD", [LARGEST, 0], [-1, 0], [None, 10], [0, 0], [None, None], [2, 1], [1, 0], _MISSING
)
KEPT = HistoryYear(2023, date(2020, 2, 29), _FOOTING, _DAYS)


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_years_come_back_digit_for_digit_and_to_their_owner_alone(units: Units) -> None:
    portfolio, other = await a_kept_portfolio(units), await a_kept_portfolio(units)
    before = replace(KEPT, year=2022, days=replace(_DAYS, first=date(2022, 1, 1), missing=()))
    owner_id = portfolio.owner_id
    await do(units, lambda one: one.history_years.keep(owner_id, portfolio.id, [KEPT, before]))
    assert await units.read().history_years.of(owner_id, portfolio.id) == [before, KEPT]
    assert await units.read().history_years.of(other.owner_id, portfolio.id) == []
    assert await units.read().history_years.of(other.owner_id, other.id) == []


async def test_a_year_takes_the_place_of_the_one_before(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    newer: HistoryYear = replace(KEPT, footing=replace(_FOOTING, owner_version=3), begins=date(2019, 1, 1))

    async def keep(unit: WriteUnit, year: HistoryYear) -> None:
        await unit.history_years.keep(portfolio.owner_id, portfolio.id, [year])

    await do(units, lambda one: keep(one, KEPT))
    await do(units, lambda one: keep(one, newer))
    assert await units.read().history_years.of(portfolio.owner_id, portfolio.id) == [newer]


async def test_owners_of_portfolios_are_found_page_by_page(units: Units) -> None:
    await a_person(units)
    mine = {(await a_kept_portfolio(units)).owner_id for _ in range(3)}
    found, after = list[object](), None
    while page := await units.read().portfolios.owners(after, limit=2):
        found += page
        after = page[-1]
    assert mine <= set(found)
    assert len(found) == len(set(found))
