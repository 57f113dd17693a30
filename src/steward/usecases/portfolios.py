"""Keeping portfolios."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from steward.domain.money import checked_currency
from steward.domain.portfolios import CostMethod, Portfolio
from steward.domain.text import checked_name
from steward.usecases.accounts import expect_no_orders
from steward.usecases.ports import WriteUnit


async def create(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    name: str,
    base_currency: str,
    at: datetime,
    shorts_allowed: bool = False,
    cost_method: CostMethod = CostMethod.FIFO,
) -> Portfolio:
    """Make an empty portfolio. Raises InvalidValue for a bad name or currency."""
    return await unit.portfolios.add(
        owner_id=owner_id,
        name=checked_name(name, pointer="/name"),
        base_currency=checked_currency(base_currency, pointer="/base_currency"),
        at=at,
        shorts_allowed=shorts_allowed,
        cost_method=cost_method,
    )


async def change(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    portfolio_id: int,
    name: str | None = None,
    shorts_allowed: bool | None = None,
    cost_method: CostMethod | None = None,
) -> Portfolio:
    """Change what is given; None keeps what is. Raises PortfolioNotFound, InvalidValue."""
    checked = None if name is None else checked_name(name, pointer="/name")
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    changed = replace(
        portfolio,
        name=portfolio.name if checked is None else checked,
        shorts_allowed=portfolio.shorts_allowed if shorts_allowed is None else shorts_allowed,
        cost_method=cost_method or portfolio.cost_method,
    )
    if changed != portfolio:
        unit.portfolios.save(changed)
    return changed


async def remove(unit: WriteUnit, *, owner_id: UUID, portfolio_id: int) -> None:
    """Remove a portfolio with everything in it. Raises PortfolioNotFound, AccountHasOrders."""
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    # Its orders would stay on the books of workers that have read them.
    expect_no_orders(await unit.accounts.of([portfolio_id]))
    unit.portfolios.remove(portfolio)
