"""What a ledger does to the account of its portfolio, apart from the fills that the exchange itself books."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from steward.domain.accounts import Account, Holding
from steward.domain.cash import net_amount_in
from steward.domain.corporate_actions import CorporateAction
from steward.domain.money import ZERO, add, multiply, negated, rounded, share, subtract
from steward.domain.transactions import UNITS_OUT, Kind, Transaction

_TRADES: Final = frozenset((Kind.BUY, Kind.SELL))


def fold(account: Account, transaction: Transaction) -> None:
    """Take one transaction in: its cash, if it moves in the account's currency, and its units.

    A purchase costs what was paid and a sale brings what it brought; units that come in otherwise cost their
    gross amount, or nothing when that is unknown, and units that go out otherwise take their share of the
    cost along, without a gain. An unknown amount of cash moves nothing.
    """
    entry = transaction.entry
    paid = net_amount_in(account.currency, entry)
    account.cash = add(account.cash, paid)
    if entry.symbol is not None and entry.quantity is not None:
        held = account.holding(entry.symbol)
        held.traded(entry.change, _money(held, transaction, paid))


def _money(held: Holding, transaction: Transaction, paid: Decimal) -> Decimal:
    entry = transaction.entry
    if entry.kind in _TRADES:
        return negated(paid)
    if entry.kind in UNITS_OUT and held.qty:
        return share(held.cost, entry.change, held.qty)
    gross = entry.gross_amount or ZERO
    return gross if entry.change > 0 else negated(gross)


def exchange(account: Account, units: Mapping[str, Decimal], action: CorporateAction) -> None:
    """Set the units that an action, entered or taken back, left of each symbol, and let their cost follow.

    The cost of what is gone goes to what came for it, or becomes a loss where nothing did; of a spin-off
    `basis_share` goes along. Cash that an action pays is no part of an account.
    """
    freed = ZERO
    parent = account.holding(action.symbol)
    if action.into is not None and action.basis_share is not None and units.get(action.symbol):
        came = units.get(action.into, ZERO).copy_abs() > account.holding(action.into).qty.copy_abs()
        freed = rounded(multiply(parent.cost, action.basis_share)) if came else ZERO
        parent.cost = subtract(parent.cost, freed)
    for symbol, qty in units.items():
        held = account.holding(symbol)
        if held.qty and not qty:
            freed, held.cost = add(freed, held.cost), ZERO
        held.qty = qty
    heirs = [one for one in (action.into, action.symbol) if one is not None and units.get(one)]
    if heirs:
        heir = account.holding(heirs[0])
        heir.cost = add(heir.cost, freed)
    else:
        parent.realized = subtract(parent.realized, freed)
