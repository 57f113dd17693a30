"""Assets over HTTP: holdings declared by hand."""

from collections.abc import Sequence
from decimal import Decimal

from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.portfolios import page_of
from steward.api.problems import Answer
from steward.api.values import (
    AssetId,
    Body,
    Exact,
    Instant,
    Number,
    Page,
    PageSize,
    Pagination,
    PortfolioId,
    Shape,
)
from steward.domain.assets import as_of_now, declared
from steward.domain.corporate_actions import CorporateAction
from steward.domain.instants import instant_text
from steward.domain.money import plain
from steward.domain.portfolios import PortfolioNotFound
from steward.usecases import assets
from steward.usecases.ports import WriteUnit
from steward.usecases.values import Row

operations = Operations("assets")

_ASSET = '{"id":%s,"portfolio_id":%s,"symbol":"%s","quantity":%s,"created_at":"%s"}'


class Asset(Shape):
    """A declared holding."""

    id: int
    portfolio_id: int
    symbol: str
    quantity: Exact
    created_at: Instant


class AssetPage(Shape):
    """One page of assets, newest first."""

    items: list[Asset]
    pagination_response: Pagination


class NewAsset(Body):
    """What is held: a quantity greater than 0 of a symbol."""

    symbol: str
    quantity: Number


@operations.add("POST", "/portfolios/{portfolio_id}/assets", answers=Asset, status=201, refuses=(404,))
async def declare(call: Call, portfolio_id: PortfolioId, body: NewAsset) -> Answer:
    """Declare a holding; the ledger takes it as a transfer in without cost."""

    async def work(unit: WriteUnit) -> Answer:
        made = await assets.declare(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            symbol=body.symbol,
            quantity=body.quantity,
            at=call.at,
        )
        row = (
            made.id,
            portfolio_id,
            made.entry.symbol,
            plain(made.entry.change),
            instant_text(made.recorded_at),
        )
        return Answer(201, (_ASSET % row).encode(), ())

    return await call.write(work)


@operations.add("GET", "/portfolios/{portfolio_id}/assets", answers=AssetPage, refuses=(404,))
async def index(
    call: Call, portfolio_id: PortfolioId, page: Page = 1, items_per_page: PageSize = 20
) -> Answer:
    """List the declared holdings of a portfolio, newest first, in the units of today."""
    reads = call.read()
    found = await reads.transactions.assets(
        call.user_id, portfolio_id, limit=items_per_page, offset=(page - 1) * items_per_page
    )
    if found is None:
        raise PortfolioNotFound
    total, rows = found
    if rows and rows[0][6]:
        actions = await reads.actions.of(call.user_id)
        rows = [_through(row, actions) for row in rows]
    return page_of([_ASSET % row[:5] for row in rows], total, page, items_per_page)


def _through(row: Row, actions: Sequence[CorporateAction]) -> Row:
    entry = declared(row[2], Decimal(row[3]), at=row[5])
    symbol, quantity = as_of_now(entry, actions)
    return (*row[:2], symbol, plain(quantity), *row[4:])


@operations.add("DELETE", "/portfolios/{portfolio_id}/assets/{asset_id}", status=204, refuses=(404, 409))
async def withdraw(call: Call, portfolio_id: PortfolioId, asset_id: AssetId) -> Answer:
    """Take a declaration back; the ledger keeps it, with its reversal."""

    async def work(unit: WriteUnit) -> Answer:
        await assets.withdraw(
            unit, owner_id=call.user_id, portfolio_id=portfolio_id, asset_id=asset_id, at=call.at
        )
        return Answer(204, b"", ())

    return await call.write(work)
