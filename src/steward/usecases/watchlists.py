"""Watchlists of an account: every change decides on all of them, behind the lock of their portfolio."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from steward.domain.watchlists import (
    LISTS_MAXIMUM,
    TooManyWatchlists,
    Watchlist,
    WatchlistNameTaken,
    WatchlistNotFound,
    checked_symbols,
    checked_watchlist_name,
)
from steward.usecases.ports import WriteUnit


def named(watchlists: Iterable[Watchlist], which: UUID | str) -> Watchlist:
    """Find one by its id or its name. Raises WatchlistNotFound."""
    for one in watchlists:
        if which in (one.id, one.name):
            return one
    raise WatchlistNotFound


async def create(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    portfolio_id: int,
    watchlist_id: UUID,
    name: str,
    symbols: Iterable[str],
    at: datetime,
) -> Watchlist:
    """Make a watchlist. Raises PortfolioNotFound, WatchlistNameTaken, TooManyWatchlists, InvalidValue."""
    made = Watchlist(
        id=watchlist_id,
        name=checked_watchlist_name(name),
        symbols=checked_symbols(symbols),
        created_at=at,
        updated_at=at,
    )
    others = await _locked(unit, owner_id, portfolio_id)
    if len(others) >= LISTS_MAXIMUM:
        raise TooManyWatchlists
    return _kept(unit, owner_id, portfolio_id, made, others)


async def change(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    portfolio_id: int,
    which: UUID | str,
    changed: Callable[[Watchlist], Watchlist],
) -> Watchlist:
    """Change the watchlist with that id or name.

    Raises PortfolioNotFound, WatchlistNotFound, WatchlistNameTaken, and what `changed` raises.
    """
    found = await _locked(unit, owner_id, portfolio_id)
    before = named(found, which)
    others = [one for one in found if one is not before]
    return _kept(unit, owner_id, portfolio_id, changed(before), others)


async def remove(unit: WriteUnit, *, owner_id: UUID, portfolio_id: int, which: UUID | str) -> None:
    """Delete the watchlist with that id or name. Raises PortfolioNotFound, WatchlistNotFound."""
    found = await _locked(unit, owner_id, portfolio_id)
    unit.watchlists.remove(owner_id, portfolio_id, named(found, which))


async def _locked(unit: WriteUnit, owner_id: UUID, portfolio_id: int) -> list[Watchlist]:
    await unit.portfolios.lock(owner_id, portfolio_id)
    return await unit.watchlists.of(owner_id, portfolio_id)


def _kept(
    unit: WriteUnit, owner_id: UUID, portfolio_id: int, made: Watchlist, others: Iterable[Watchlist]
) -> Watchlist:
    if any(one.name == made.name for one in others):
        raise WatchlistNameTaken
    unit.watchlists.put(owner_id, portfolio_id, made)
    return made
