"""Whether a change to ledgers leaves every sale that names its lots with what it names."""

import asyncio
from collections.abc import Mapping, Sequence

from steward.domain.corporate_actions import related
from steward.domain.errors import Refusal
from steward.domain.instants import EARLIEST_DAY
from steward.domain.named_lots import Coming, misnamed
from steward.domain.portfolios import CostMethod
from steward.domain.transactions import Transaction, standing
from steward.usecases.bookings import Change
from steward.usecases.corporate_actions import ledgers_of
from steward.usecases.ports import WriteUnit


async def check_lots(
    unit: WriteUnit, *changes: Change, pointer: str | None = None
) -> tuple[int, Refusal] | None:
    """Find what the lots that sales name refuse of changes that belong together; with the place to blame.

    Nothing is read unless a sale that comes names lots, or one that stands and is not earlier does.
    `pointer` names what the change states of units.
    """
    come = [Coming(change.portfolio.id, entry) for change in changes for entry in change.come]
    if not any(change.named for change in changes) and not any(one.entry.terms.lots for one in come):
        return None
    kept, methods = await _ledgers(unit, changes)
    gone = {one.id for change in changes for one in change.gone}
    return await asyncio.to_thread(
        misnamed, kept, gone, come, actions=changes[0].actions, methods=methods, pointer=pointer
    )


async def _ledgers(
    unit: WriteUnit, changes: Sequence[Change]
) -> tuple[Sequence[Transaction], Mapping[int, CostMethod]]:
    """Give what stands in the instruments that change, and the cost methods of the portfolios.

    Of other portfolios only where units moved between them, and then nobody changes those either.
    """
    first, symbols = changes[0], related(changes[0].symbols, changes[0].actions)
    kept = [
        one
        for change in changes
        for one in await unit.transactions.since(change.portfolio, symbols, EARLIEST_DAY)
    ]
    entries = [*(one.entry for one in kept), *(entry for change in changes for entry in change.come)]
    if all(entry.terms.transfer_id is None for entry in entries):
        return kept, {change.portfolio.id: change.portfolio.cost_method for change in changes}
    owner_id = first.portfolio.owner_id
    methods = {one.id: one.cost_method for one in await unit.portfolios.lock_all(owner_id)}
    ledgers = await ledgers_of(unit, owner_id, symbols)
    return standing([one for ledger in ledgers.values() for one in ledger]), methods
