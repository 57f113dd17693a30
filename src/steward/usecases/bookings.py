"""What every change to a ledger needs: units that are there, positions that fit, a place in the chain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from steward.domain.assets import is_asset
from steward.domain.corporate_actions import CorporateAction, related
from steward.domain.instants import EARLIEST_DAY
from steward.domain.instruments import Instrument
from steward.domain.portfolios import Portfolio
from steward.domain.shorts import Shortfall, opening, shortfall
from steward.domain.text import checked_symbol
from steward.domain.transactions import (
    Entry,
    Transaction,
    first_day,
    reversal,
    seal,
)
from steward.usecases.ports import WriteUnit


@dataclass(frozen=True, slots=True)
class Change:
    """Entries that come to a ledger, and transactions of it that go, with what was read to decide.

    `actions` are the corporate actions that bear on the `symbols` whose units move, `later` whether one of
    those comes after the first day that changes: then positions are rebuilt, of the symbols `involved`.
    `named` says whether a sale on that day or later, in any portfolio of the owner, names its lots.
    """

    portfolio: Portfolio
    come: Sequence[Entry]
    gone: Sequence[Transaction]
    since: date
    symbols: Collection[str]
    involved: Collection[str]
    actions: Sequence[CorporateAction]
    later: bool
    named: bool

    @property
    def assets(self) -> int:
        """The change in the number of assets."""
        return sum(map(is_asset, self.come)) - sum(is_asset(one.entry) for one in self.gone)

    def reversals(self, *, at: datetime, note: str | None = None) -> list[Entry]:
        """Make the entries that take back what goes."""
        return [reversal(one, at=at, note=note) for one in self.gone]


async def instruments_of(
    unit: WriteUnit, owner_id: UUID, symbols: Sequence[str | None] | None
) -> dict[str, Instrument]:
    """Give what the owner recorded of these symbols as they were typed, or of all, by symbol."""
    wanted = None
    if symbols is not None:
        wanted = [checked_symbol(symbol, pointer="/symbol") for symbol in symbols if symbol is not None]
        if not wanted:
            return {}
    return {one.symbol: one for one in await unit.instruments.of(owner_id, wanted)}


async def considered(
    unit: WriteUnit,
    portfolio: Portfolio,
    *,
    come: Sequence[Entry] = (),
    gone: Sequence[Transaction] = (),
    at: datetime,
) -> Change:
    """Read what a change to a locked portfolio's ledger has to fit."""
    entries = [*come, *(one.entry for one in gone)]
    symbols = {entry.symbol for entry in entries if entry.quantity is not None and entry.symbol is not None}
    since = first_day(entries) or at.date()
    actions, named = await _bearing(unit, portfolio.owner_id, symbols, since) if symbols else ([], False)
    later = any(action.ex_date > since for action in actions)
    involved = related(symbols, actions) if later else frozenset(symbols)
    return Change(portfolio, come, gone, since, symbols, involved, actions, later, named)


async def _bearing(
    unit: WriteUnit, owner_id: UUID, symbols: Collection[str], since: date
) -> tuple[Sequence[CorporateAction], bool]:
    actions, named = await unit.actions.bearing(owner_id, symbols, since)
    others = related(symbols, actions) - set(symbols)
    if others and not named:
        _, named = await unit.actions.bearing(owner_id, others, since)
    return actions, named


async def shorted(unit: WriteUnit, change: Change) -> Shortfall | None:
    """Find where a position would be below 0 because of the change; nowhere when shorts are allowed."""
    outward = any(entry.change < 0 for entry in change.come)
    outward = outward or any(one.entry.change > 0 for one in change.gone)
    if change.portfolio.shorts_allowed or not outward:
        return None
    return await lacking(unit, change)


async def lacking(unit: WriteUnit, change: Change) -> Shortfall | None:
    """Find where a position would be below 0, and lower than before, whether that is allowed or not."""
    gone = {one.id for one in change.gone}
    if change.later:
        kept = await unit.transactions.since(change.portfolio, change.involved, EARLIEST_DAY)
        return shortfall(kept, gone, change.come, held={}, actions=change.actions)
    kept = await unit.transactions.since(change.portfolio, change.involved, change.since)
    now = await unit.positions.held(change.portfolio.id, change.involved)
    return shortfall(kept, gone, change.come, held=opening(now, kept))


async def check_external_ids(unit: WriteUnit, change: Change) -> list[int]:
    """Give the places of entries whose external id the portfolio has already, or an earlier one carries."""
    wanted = [entry.terms.external_id for entry in change.come]
    names = {name for name in wanted if name is not None}
    if not names:
        return []
    freed = {one.entry.terms.external_id for one in change.gone}
    taken = await unit.transactions.named(change.portfolio, names - freed)
    places = []
    for place, name in enumerate(wanted):
        if name is None:
            continue
        if name in taken:
            places.append(place)
        taken.add(name)
    return places


async def append_apart(
    unit: WriteUnit, change: Change, entries: Sequence[Entry], *, at: datetime
) -> list[Transaction]:
    """Append a few to a locked portfolio, each with its id."""
    made: list[Transaction] = []
    for one in seal(change.portfolio, entries, at=at):
        made.append(
            await unit.transactions.append_one(
                change.portfolio,
                one,
                assets=0 if made else change.assets,
                since=change.since,
                moves=not change.later,
            )
        )
    await rebuild(unit, change)
    return made


async def rebuild(unit: WriteUnit, change: Change) -> None:
    """Set the positions anew when a corporate action comes after what has been appended."""
    if change.later:
        kept = await unit.transactions.since(change.portfolio, change.involved, EARLIEST_DAY)
        unit.positions.rebuild(change.portfolio, kept, change.actions, also=change.involved)
