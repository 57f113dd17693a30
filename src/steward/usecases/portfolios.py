"""Keeping portfolios."""

from datetime import datetime
from uuid import UUID

from steward.domain.money import checked_currency
from steward.domain.portfolios import Portfolio
from steward.domain.text import checked_name
from steward.usecases.ports import WriteUnit


async def create(
    unit: WriteUnit, *, owner_id: UUID, name: str, base_currency: str, at: datetime
) -> Portfolio:
    """Make an empty portfolio. Raises InvalidValue for a bad name or currency."""
    return await unit.portfolios.add(
        owner_id=owner_id,
        name=checked_name(name, pointer="/name"),
        base_currency=checked_currency(base_currency, pointer="/base_currency"),
        at=at,
    )


async def rename(unit: WriteUnit, *, owner_id: UUID, portfolio_id: int, name: str | None) -> Portfolio:
    """Give a portfolio another name; None keeps the present one. Raises PortfolioNotFound, InvalidValue."""
    checked = None if name is None else checked_name(name, pointer="/name")
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    if checked is not None:
        portfolio = portfolio.renamed(checked)
        unit.portfolios.rename(portfolio)
    return portfolio


async def remove(unit: WriteUnit, *, owner_id: UUID, portfolio_id: int) -> None:
    """Remove a portfolio with everything in it. Raises PortfolioNotFound."""
    unit.portfolios.remove(await unit.portfolios.lock(owner_id, portfolio_id))
