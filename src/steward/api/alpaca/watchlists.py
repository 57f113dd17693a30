"""Watchlists on the Alpaca wire, by id and by name."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from steward.api.alpaca import assets
from steward.api.alpaca.access import portfolio_of
from steward.api.alpaca.assets import Assets
from steward.api.alpaca.wire import NOTHING, account_uuid, answer, moment
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Uuid
from steward.domain.watchlists import Watchlist
from steward.usecases import watchlists
from steward.usecases.ports import WriteUnit

operations = Operations("alpaca watchlists")

Change = Callable[[Watchlist], Watchlist]


class NewWatchlist(Body):
    """A name, and the symbols to begin with."""

    name: str
    symbols: list[str] | None = None


class ChangedWatchlist(Body):
    """Another name, other symbols, or both."""

    name: str | None = None
    symbols: list[str] | None = None


class OneSymbol(Body):
    """A symbol to add."""

    symbol: str


def _document(portfolio_id: int, watchlist: Watchlist, known: Assets | None) -> dict[str, Any]:
    """Write a watchlist; a list of them names no assets."""
    told = {
        "id": watchlist.id,
        "account_id": account_uuid(portfolio_id),
        "name": watchlist.name,
        "created_at": moment(watchlist.created_at),
        "updated_at": moment(watchlist.updated_at),
    }
    if known is not None:
        told["assets"] = [assets.document(known.of(symbol)) for symbol in watchlist.symbols]
    return told


@operations.add("GET", "/alpaca/v2/watchlists", at_root_only=True)
async def index(call: Call) -> Answer:
    """List the watchlists of the account, oldest first, without their assets."""
    portfolio_id = portfolio_of(call)
    found = await call.read().watchlists.of(call.user_id, portfolio_id)
    return answer([_document(portfolio_id, one, None) for one in found])


@operations.add("POST", "/alpaca/v2/watchlists", at_root_only=True)
async def create(call: Call, body: NewWatchlist) -> Answer:
    """Make a watchlist."""
    portfolio_id = portfolio_of(call)
    known = await assets.load(call, call.read())
    symbols = _symbols(known, body.symbols or [])

    async def work(unit: WriteUnit) -> Answer:
        made = await watchlists.create(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            watchlist_id=call.new_id(),
            name=body.name,
            symbols=symbols,
            at=call.at,
        )
        return answer(_document(portfolio_id, made, known))

    return await call.write(work)


@operations.add("GET", "/alpaca/v2/watchlists/{watchlist_id}", at_root_only=True)
async def show(call: Call, watchlist_id: Uuid) -> Answer:
    """Give one watchlist."""
    return await _shown(call, watchlist_id)


@operations.add("GET", "/alpaca/v2/watchlists:by_name", at_root_only=True)
async def show_named(call: Call, name: str = "") -> Answer:
    """Give one watchlist by its name."""
    return await _shown(call, name)


@operations.add("PUT", "/alpaca/v2/watchlists/{watchlist_id}", at_root_only=True)
async def change(call: Call, watchlist_id: Uuid, body: ChangedWatchlist) -> Answer:
    """Give a watchlist another name, other symbols, or both."""
    return await _rewritten(call, watchlist_id, body)


@operations.add("PUT", "/alpaca/v2/watchlists:by_name", at_root_only=True)
async def change_named(call: Call, body: ChangedWatchlist, name: str = "") -> Answer:
    """Change the watchlist of that name."""
    return await _rewritten(call, name, body)


@operations.add("POST", "/alpaca/v2/watchlists/{watchlist_id}", at_root_only=True)
async def add_symbol(call: Call, watchlist_id: Uuid, body: OneSymbol) -> Answer:
    """Put a symbol at the end of a watchlist."""
    return await _added(call, watchlist_id, body)


@operations.add("POST", "/alpaca/v2/watchlists:by_name", at_root_only=True)
async def add_symbol_to_named(call: Call, body: OneSymbol, name: str = "") -> Answer:
    """Put a symbol at the end of the watchlist of that name."""
    return await _added(call, name, body)


@operations.add("DELETE", "/alpaca/v2/watchlists/{watchlist_id}/{symbol}", at_root_only=True)
async def remove_symbol(call: Call, watchlist_id: Uuid, symbol: str) -> Answer:
    """Take a symbol off a watchlist."""
    known = await assets.load(call, call.read())
    gone = known.symbol_named(symbol)
    return await _changed(call, watchlist_id, known, lambda one: one.without_symbol(gone, at=call.at))


@operations.add("DELETE", "/alpaca/v2/watchlists/{watchlist_id}", at_root_only=True)
async def remove(call: Call, watchlist_id: Uuid) -> Answer:
    """Delete a watchlist."""
    return await _removed(call, watchlist_id)


@operations.add("DELETE", "/alpaca/v2/watchlists:by_name", at_root_only=True)
async def remove_named(call: Call, name: str = "") -> Answer:
    """Delete the watchlist of that name."""
    return await _removed(call, name)


def _symbols(known: Assets, asked: list[str]) -> list[str]:
    """Give Steward's symbols. Raises Absent."""
    return [known.named(symbol).steward_symbol for symbol in asked]


async def _shown(call: Call, which: UUID | str) -> Answer:
    portfolio_id, reads = portfolio_of(call), call.read()
    found = watchlists.named(await reads.watchlists.of(call.user_id, portfolio_id), which)
    return answer(_document(portfolio_id, found, await assets.load(call, reads)))


async def _rewritten(call: Call, which: UUID | str, body: ChangedWatchlist) -> Answer:
    known = await assets.load(call, call.read())
    symbols = None if body.symbols is None else _symbols(known, body.symbols)
    return await _changed(
        call, which, known, lambda one: one.changed(name=body.name, symbols=symbols, at=call.at)
    )


async def _added(call: Call, which: UUID | str, body: OneSymbol) -> Answer:
    known = await assets.load(call, call.read())
    symbol = known.named(body.symbol).steward_symbol
    return await _changed(call, which, known, lambda one: one.with_symbol(symbol, at=call.at))


async def _changed(call: Call, which: UUID | str, known: Assets, changed: Change) -> Answer:
    portfolio_id = portfolio_of(call)

    async def work(unit: WriteUnit) -> Answer:
        made = await watchlists.change(
            unit, owner_id=call.user_id, portfolio_id=portfolio_id, which=which, changed=changed
        )
        return answer(_document(portfolio_id, made, known))

    return await call.write(work)


async def _removed(call: Call, which: UUID | str) -> Answer:
    gone = partial(watchlists.remove, owner_id=call.user_id, portfolio_id=portfolio_of(call), which=which)

    async def work(unit: WriteUnit) -> Answer:
        await gone(unit)
        return NOTHING

    return await call.write(work)
