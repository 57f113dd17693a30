"""What a ledger does to the account of its portfolio, apart from the fills that the exchange itself books."""

from decimal import Decimal
from typing import Final

from steward.domain.accounts import Account, Holding
from steward.domain.cash import net_amount, settled
from steward.domain.money import ZERO, add, negated, share
from steward.domain.transactions import UNITS_OUT, Kind, Transaction

_TRADES: Final = frozenset((Kind.BUY, Kind.SELL))


def fold(account: Account, transaction: Transaction) -> None:
    """Take one transaction in: its cash, if it moves in the account's currency, and its units.

    A purchase costs what was paid and a sale brings what it brought; units that come in otherwise cost their
    gross amount, or nothing when that is unknown, and units that go out otherwise take their share of the
    cost along, without a gain. An unknown amount of cash moves nothing.
    """
    entry = transaction.entry
    amount = net_amount(entry)
    currency, _ = settled(entry, ZERO)
    paid = ZERO if amount is None or currency != account.currency else amount
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
