"""One contract for watchlists: in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace

import pytest

from steward.domain.watchlists import Watchlist
from steward.usecases.ports import Units
from tests.conftest import ENGINES
from tests.factories import AT, LATER, new_id
from tests.infrastructure.contract import a_kept_portfolio, a_person, wrote


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def a_watchlist(name: str, *symbols: str) -> Watchlist:
    return Watchlist(id=new_id(), name=name, symbols=symbols, created_at=AT, updated_at=AT)


async def test_watchlists_come_back_to_their_account_alone_oldest_first(units: Units) -> None:
    mine = await a_kept_portfolio(units)
    other = await a_kept_portfolio(units, await a_person(units))
    owner_id = mine.owner_id
    young = replace(a_watchlist("Young"), created_at=LATER)
    old = a_watchlist('Übrige\'s \\ "list"', "BTC", "A/B")
    await wrote(
        units,
        lambda unit: unit.watchlists.put(owner_id, mine.id, young),
        lambda unit: unit.watchlists.put(owner_id, mine.id, old),
    )
    await wrote(units, lambda unit: unit.watchlists.put(other.owner_id, other.id, a_watchlist("Young")))
    reads = units.read().watchlists
    assert await reads.of(owner_id, mine.id) == [old, young]
    assert await reads.of(other.owner_id, mine.id) == []
    changed = replace(old, name="Rest", symbols=(), updated_at=LATER)
    await wrote(units, lambda unit: unit.watchlists.put(owner_id, mine.id, changed))
    await wrote(units, lambda unit: unit.watchlists.remove(owner_id, mine.id, young))
    assert await units.read().watchlists.of(owner_id, mine.id) == [changed]
    assert [one.name for one in await reads.of(other.owner_id, other.id)] == ["Young"]
