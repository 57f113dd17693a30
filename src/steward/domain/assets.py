"""An asset: a holding declared by hand. In the ledger it is a transfer in without cost."""

from datetime import datetime
from decimal import Decimal

from steward.domain.errors import Conflict, NotFound
from steward.domain.positions import Position
from steward.domain.transactions import Entry, Kind, Transaction, reversal


class AssetNotFound(NotFound):
    """There is no such asset in this portfolio."""

    code = "asset-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such asset in this portfolio.")


class AssetSold(Conflict):
    """Fewer units are held than the asset declared."""

    code = "asset-sold"


def declared(symbol: str, quantity: Decimal, *, at: datetime) -> Entry:
    """Make the entry that declares `quantity` (> 0) of `symbol` as held."""
    return Entry(kind=Kind.TRANSFER_IN, symbol=symbol, quantity=quantity, occurred_at=at)


def withdrawn(asset: Transaction, held: Position, *, at: datetime) -> Entry:
    """Make the reversal of a declaration. Raises AssetSold when part of it has been sold since."""
    if held.quantity < asset.entry.change:
        detail = "Part of this asset has been sold since: sell or reverse the rest instead."
        raise AssetSold(detail)
    return reversal(asset, at=at)


def is_asset(entry: Entry) -> bool:
    """Whether the entry declares a holding: a transfer in from outside, of unknown cost."""
    return (
        entry.kind is Kind.TRANSFER_IN
        and entry.reverses is None
        and entry.price is None
        and entry.fill_id is None
        and entry.terms.transfer_id is None
    )
