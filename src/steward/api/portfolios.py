"""Portfolios over HTTP."""

from collections.abc import Sequence
from typing import Any, Literal

from steward.api.call import Call
from steward.api.json import quoted
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Instant, Page, PageSize, Pagination, PortfolioId, Shape, Uuid
from steward.domain.instants import instant_text
from steward.domain.portfolios import CostMethod
from steward.domain.portfolios import Portfolio as Kept
from steward.usecases import portfolios
from steward.usecases.ports import WriteUnit

operations = Operations("portfolios")

_PORTFOLIO = (
    '{"id":%s,"owner_id":"%s","name":%s,"base_currency":"%s","created_at":"%s","shorts_allowed":%s,'
    '"cost_method":"%s","history_version":%s}'
)
_PAGE = (
    '{"items":[%s],"pagination_response":{"total_items":%d,"total_pages":%d,"current_page":%d,'
    '"items_per_page":%d}}'
)


CostWord = Literal["fifo", "lifo", "hifo", "average"]


class Portfolio(Shape):
    """A named ledger of one owner; `history_version` counts the changes to years that were over."""

    id: int
    owner_id: Uuid
    name: str
    base_currency: str
    created_at: Instant
    shorts_allowed: bool
    cost_method: CostMethod
    history_version: int


class PortfolioPage(Shape):
    """One page of portfolios, newest first."""

    items: list[Portfolio]
    pagination_response: Pagination


class NewPortfolio(Body):
    """What a portfolio is made from."""

    name: str
    base_currency: str = "USD"
    shorts_allowed: bool = False
    cost_method: CostWord = "fifo"


class PortfolioChange(Body):
    """What may be changed; a field that is absent stays as it is."""

    name: str = ""
    shorts_allowed: bool = False
    cost_method: CostWord = "fifo"


def page_of(items: Sequence[str], total: int, page: int, size: int) -> Answer:
    """Write one page of a list with its pagination."""
    text = _PAGE % (",".join(items), total, -(-total // size), page, size)
    return Answer(200, text.encode(), ())


def _written(row: tuple[Any, ...]) -> str:
    shorts_allowed = "true" if row[5] else "false"
    return _PORTFOLIO % (row[0], row[1], quoted(row[2]), row[3], row[4], shorts_allowed, row[6], row[7])


def _text(made: Kept) -> str:
    return _written(
        (
            made.id,
            made.owner_id,
            made.name,
            made.base_currency,
            instant_text(made.created_at),
            made.shorts_allowed,
            made.cost_method.value,
            made.history_version,
        )
    )


@operations.add("POST", "/portfolios", answers=Portfolio, status=201)
async def create(call: Call, body: NewPortfolio) -> Answer:
    """Make an empty portfolio."""

    async def work(unit: WriteUnit) -> Answer:
        made = await portfolios.create(
            unit,
            owner_id=call.user_id,
            name=body.name,
            base_currency=body.base_currency,
            at=call.at,
            shorts_allowed=body.shorts_allowed,
            cost_method=CostMethod(body.cost_method),
        )
        return Answer(201, _text(made).encode(), ())

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
    given = body.model_fields_set

    async def work(unit: WriteUnit) -> Answer:
        kept = await portfolios.change(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            name=body.name if "name" in given else None,
            shorts_allowed=body.shorts_allowed if "shorts_allowed" in given else None,
            cost_method=CostMethod(body.cost_method) if "cost_method" in given else None,
        )
        return Answer(200, _text(kept).encode(), ())

    return await call.write(work)


@operations.add("DELETE", "/portfolios/{portfolio_id}", status=204, refuses=(404, 409))
async def remove(call: Call, portfolio_id: PortfolioId) -> Answer:
    """Remove a portfolio with everything in it, unless orders of it are open on the exchange."""

    async def work(unit: WriteUnit) -> Answer:
        await portfolios.remove(unit, owner_id=call.user_id, portfolio_id=portfolio_id)
        return Answer(204, b"", ())

    return await call.write(work)
