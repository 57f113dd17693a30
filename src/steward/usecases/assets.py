"""Declaring holdings by hand, and taking declarations back."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from steward.domain import assets
from steward.domain.money import positive
from steward.domain.text import checked_symbol
from steward.domain.transactions import Transaction
from steward.usecases.bookings import append_apart, considered, lacking
from steward.usecases.named_lots import check_lots
from steward.usecases.ports import WriteUnit


async def declare(
    unit: WriteUnit, *, owner_id: UUID, portfolio_id: int, symbol: str, quantity: Decimal, at: datetime
) -> Transaction:
    """Append a transfer in without cost. Raises PortfolioNotFound, InvalidValue."""
    entry = assets.declared(
        checked_symbol(symbol, pointer="/symbol"), positive(quantity, pointer="/quantity"), at=at
    )
    return await unit.transactions.append_next_one(owner_id, portfolio_id, entry, at=at, assets=1)


async def withdraw(
    unit: WriteUnit, *, owner_id: UUID, portfolio_id: int, asset_id: int, at: datetime
) -> None:
    """Append the reversal of a declaration. Raises PortfolioNotFound, AssetNotFound, LotNamed, AssetSold."""
    # Locked, not versioned: no corporate action may come between reading them and appending.
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    asset = await unit.transactions.asset(portfolio, asset_id)
    if asset is None:
        raise assets.AssetNotFound
    change = await considered(unit, portfolio, gone=[asset], at=at)
    misnamed = await check_lots(unit, change)
    if misnamed is not None:
        raise misnamed[1]
    if await lacking(unit, change) is not None:
        raise assets.AssetSold
    await append_apart(unit, change, change.reversals(at=at), at=at)
