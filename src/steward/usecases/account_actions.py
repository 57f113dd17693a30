"""What corporate actions do to accounts of the exchange."""

from collections.abc import Collection
from uuid import UUID

from steward.domain.account_fold import exchange
from steward.domain.corporate_actions import CorporateAction
from steward.domain.errors import Conflict
from steward.usecases.accounts import brought_up
from steward.usecases.ports import WriteUnit
from steward.usecases.values import OpenedAccount


class ActionHasOrders(Conflict):
    """Orders of an instrument are open, in the units of before the action."""

    code = "action-has-orders"


async def held_before(
    unit: WriteUnit, owner_id: UUID, portfolio_ids: Collection[int], involved: Collection[str]
) -> dict[int, OpenedAccount]:
    """Give the accounts of locked portfolios up to date, before an action of their owner is applied.

    Raises ActionHasOrders: an order is for units and at a price of its time.
    """
    found = await unit.accounts.of(portfolio_ids)
    if not found:
        return found
    count = await unit.accounts.open_orders(owner_id, involved)
    if count:
        where = ", ".join(sorted(involved))
        detail = f"{count} orders in {where} are open on the exchange: cancel them first."
        raise ActionHasOrders(detail)
    await brought_up(unit, found)
    return found


async def restate(
    unit: WriteUnit,
    before: dict[int, OpenedAccount],
    involved: Collection[str],
    action: CorporateAction,
) -> None:
    """Give these accounts the units that the action has left in their portfolios."""
    symbols = set()
    for portfolio_id, one in before.items():
        units = await unit.positions.held(portfolio_id, involved)
        exchange(one.account, {symbol: units[symbol] for symbol in sorted(units)}, action)
        # Whoever has decided on the units of before decides again.
        one.account.version += 1
        symbols |= {(portfolio_id, symbol) for symbol in {*units, *one.folded}}
    await unit.accounts.save(list(before.values()), symbols)
