"""An asset: a holding declared by hand. In the ledger it is a transfer in without cost."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from steward.domain.corporate_actions import CorporateAction, in_order
from steward.domain.errors import Conflict, NotFound
from steward.domain.transactions import Entry, Kind


class AssetNotFound(NotFound):
    """There is no such asset in this portfolio."""

    code = "asset-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such asset in this portfolio.")


class AssetSold(Conflict):
    """Units of the asset have been sold."""

    code = "asset-sold"

    def __init__(self) -> None:
        super().__init__("Part of this asset has been sold since: sell or reverse the rest instead.")


def declared(symbol: str, quantity: Decimal, *, at: datetime) -> Entry:
    """Make the entry that declares `quantity` (> 0) of `symbol` as held."""
    return Entry(kind=Kind.TRANSFER_IN, symbol=symbol, quantity=quantity, occurred_at=at)


def is_asset(entry: Entry) -> bool:
    """Whether the entry declares a holding: a transfer in from outside, of unknown cost."""
    return (
        entry.kind is Kind.TRANSFER_IN
        and entry.reverses is None
        and entry.price is None
        and entry.fill_id is None
        and entry.terms.transfer_id is None
    )


def as_of_now(declared: Entry, actions: Iterable[CorporateAction]) -> tuple[str, Decimal]:
    """Give the symbol and the units that a declaration stands for after the owner's `actions`.

    What a spin-off or rights issue brought besides is no part of it; units that have gone are 0.
    """
    symbol, quantity = declared.symbol or "", declared.change
    for action in in_order(actions):
        if action.symbol == symbol and action.ex_date > declared.trade_date:
            symbol, quantity = action.followed(quantity)
    return symbol, quantity
