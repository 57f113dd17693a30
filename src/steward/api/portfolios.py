"""Portfolios over HTTP."""

from collections.abc import Sequence
from typing import Any

from steward.api.call import Call
from steward.api.json import quoted
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Instant, Page, PageSize, Pagination, PortfolioId, Shape, Uuid
from steward.domain.instants import instant_text
from steward.usecases import portfolios
from steward.usecases.ports import WriteUnit

operations = Operations("portfolios")

_PORTFOLIO = '{"id":%s,"owner_id":"%s","name":%s,"base_currency":"%s","created_at":"%s"}'
_PAGE = (
    '{"items":[%s],"pagination_response":{"total_items":%d,"total_pages":%d,"current_page":%d,'
    '"items_per_page":%d}}'
)


class Portfolio(Shape):
    """A named ledger of one owner."""

    id: int
    owner_id: Uuid
    name: str
    base_currency: str
    created_at: Instant


class PortfolioPage(Shape):
    """One page of portfolios, newest first."""

    items: list[Portfolio]
    pagination_response: Pagination


class NewPortfolio(Body):
    """What a portfolio is made from."""

    name: str
    base_currency: str = "USD"


class PortfolioChange(Body):
    """What may be changed; a field that is absent stays as it is."""

    name: str = ""


def page_of(items: Sequence[str], total: int, page: int, size: int) -> Answer:
    """Write one page of a list with its pagination."""
    text = _PAGE % (",".join(items), total, -(-total // size), page, size)
    return Answer(200, text.encode(), ())


def _written(row: tuple[Any, ...]) -> str:
    return _PORTFOLIO % (row[0], row[1], quoted(row[2]), row[3], row[4])


@operations.add("POST", "/portfolios", answers=Portfolio, status=201)
async def create(call: Call, body: NewPortfolio) -> Answer:
    """Make an empty portfolio."""

    async def work(unit: WriteUnit) -> Answer:
        made = await portfolios.create(
            unit, owner_id=call.user_id, name=body.name, base_currency=body.base_currency, at=call.at
        )
        row = (made.id, made.owner_id, made.name, made.base_currency, instant_text(made.created_at))
        return Answer(201, _written(row).encode(), ())

    return await call.write(work)


@operations.add("GET", "/portfolios", answers=PortfolioPage)
async def index(call: Call, page: Page = 1, items_per_page: PageSize = 20) -> Answer:
    """List the caller's portfolios, newest first."""
    total, rows = await call.read().portfolios.page(
        call.user_id, limit=items_per_page, offset=(page - 1) * items_per_page
    )
    return page_of([_written(row) for row in rows], total, page, items_per_page)


@operations.add("GET", "/portfolios/{portfolio_id}", answers=Portfolio, refuses=(404,))
async def show(call: Call, portfolio_id: PortfolioId) -> Answer:
    """Give one portfolio."""
    row = await call.read().portfolios.row(call.user_id, portfolio_id)
    return Answer(200, _written(row).encode(), ())


@operations.add("PATCH", "/portfolios/{portfolio_id}", answers=Portfolio, refuses=(404,))
async def change(call: Call, portfolio_id: PortfolioId, body: PortfolioChange) -> Answer:
    """Change what the body names; an empty body changes nothing."""
    name = body.name if "name" in body.model_fields_set else None

    async def work(unit: WriteUnit) -> Answer:
        kept = await portfolios.rename(unit, owner_id=call.user_id, portfolio_id=portfolio_id, name=name)
        row = (kept.id, kept.owner_id, kept.name, kept.base_currency, instant_text(kept.created_at))
        return Answer(200, _written(row).encode(), ())

    return await call.write(work)


@operations.add("DELETE", "/portfolios/{portfolio_id}", status=204, refuses=(404,))
async def remove(call: Call, portfolio_id: PortfolioId) -> Answer:
    """Remove a portfolio with everything in it."""

    async def work(unit: WriteUnit) -> Answer:
        await portfolios.remove(unit, owner_id=call.user_id, portfolio_id=portfolio_id)
        return Answer(204, b"", ())

    return await call.write(work)
