"""Keeping watchlists."""

from typing import Any
from uuid import UUID

import pytest

from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.watchlists import (
    LISTS_MAXIMUM,
    TooManyWatchlists,
    Watchlist,
    WatchlistNameTaken,
    WatchlistNotFound,
)
from steward.usecases import watchlists
from tests.factories import AT, LATER, OWNER, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run


async def created(
    units: FakeUnits, portfolio: Portfolio, name: str, *symbols: str, **other: Any
) -> Watchlist:
    usual = {"owner_id": OWNER, "portfolio_id": portfolio.id, "watchlist_id": new_id(), "at": AT}
    return await run(units, watchlists.create, **{**usual, "name": name, "symbols": symbols, **other})


async def changed(units: FakeUnits, portfolio: Portfolio, which: UUID | str, **to: Any) -> Watchlist:
    to = {"name": None, "symbols": None, **to}
    return await run(
        units,
        watchlists.change,
        owner_id=OWNER,
        portfolio_id=portfolio.id,
        which=which,
        changed=lambda one: one.changed(at=LATER, **to),
    )


async def test_a_watchlist_is_found_by_its_id_and_by_its_name(units: FakeUnits, pension: Portfolio) -> None:
    tech = await created(units, pension, "Tech", "aapl", "MSFT")
    assert (tech.name, tech.symbols, tech.created_at, tech.updated_at) == ("Tech", ("AAPL", "MSFT"), AT, AT)
    renamed = await changed(units, pension, tech.id, name="Big")
    assert await changed(units, pension, "Big", symbols=[]) == renamed.changed(
        name=None, symbols=[], at=LATER
    )
    with pytest.raises(WatchlistNotFound):
        await changed(units, pension, "Tech", name="Other")


async def test_a_name_is_taken_once(units: FakeUnits, pension: Portfolio) -> None:
    tech, coins = await created(units, pension, "Tech"), await created(units, pension, "Coins")
    with pytest.raises(WatchlistNameTaken):
        await created(units, pension, " Tech ")
    with pytest.raises(WatchlistNameTaken):
        await changed(units, pension, coins.id, name="Tech")
    assert await changed(units, pension, tech.id, name="Tech")


async def test_a_removed_watchlist_is_gone(units: FakeUnits, pension: Portfolio) -> None:
    tech = await created(units, pension, "Tech")
    arguments = {"owner_id": OWNER, "portfolio_id": pension.id, "which": tech.id}
    await run(units, watchlists.remove, **arguments)
    assert not units.memory.watchlists
    with pytest.raises(WatchlistNotFound):
        await run(units, watchlists.remove, **arguments)


async def test_an_account_has_so_many_watchlists_at_most(units: FakeUnits, pension: Portfolio) -> None:
    for number in range(LISTS_MAXIMUM):
        await created(units, pension, f"List {number}")
    with pytest.raises(TooManyWatchlists):
        await created(units, pension, "One more")


async def test_another_s_account_is_not_there(units: FakeUnits, pension: Portfolio) -> None:
    await created(units, pension, "Tech")
    with pytest.raises(PortfolioNotFound):
        await created(units, pension, "Tech", owner_id=UUID(int=2))
    assert len(units.memory.watchlists) == 1
