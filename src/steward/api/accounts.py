"""Accounts of the exchange over HTTP: a portfolio that trades."""

from collections.abc import Sequence
from typing import Literal

from steward.api.call import Call
from steward.api.figures import document, listed
from steward.api.operations import Operations
from steward.api.orders import FillShape
from steward.api.orders_shapes import OrderShape
from steward.api.problems import Answer
from steward.api.values import Body, Exact, Instant, Limit, Number, PortfolioId, Shape
from steward.api.values import Sequence as Seq
from steward.domain.accounts import AccountKind, Holding
from steward.domain.instants import instant_text
from steward.domain.money import ZERO, plain, total
from steward.domain.trading import OrderEventKind
from steward.usecases import accounts
from steward.usecases.accounts import AccountNotFound
from steward.usecases.order_text import number, word
from steward.usecases.ports import WriteUnit
from steward.usecases.values import OpenedAccount

operations = Operations("accounts")


class HoldingShape(Shape):
    """What an account has of one symbol; negative units and cost are a short position."""

    symbol: str
    qty: Exact
    reserved_qty: Exact
    cost: Exact
    average_price: Exact | None
    realized_gain: Exact


class AccountShape(Shape):
    """What an account has, and what of it orders may still use.

    `available` is what a new order may cost: cash less unsettled proceeds and what open orders reserve.
    """

    portfolio_id: int
    kind: AccountKind
    currency: str
    cash: Exact
    unsettled: Exact
    reserved: Exact
    available: Exact
    buying_power: Exact
    settlement_days: int
    starting_balance: Exact
    opened_at: Instant
    open_orders: int
    last_event: int
    holdings: list[HoldingShape]


class BookedFillShape(FillShape):
    """An execution on the exchange: with its fee, and the trade of its desk that it is a side of."""

    fee: Exact
    trade_seq: int


class OrderEventShape(Shape):
    """What happened to an order: `order` is as it stood after it, `position_qty` the units after a fill."""

    portfolio_id: int
    seq: int
    kind: OrderEventKind
    at: Instant
    order: OrderShape
    fill: BookedFillShape | None
    position_qty: Exact | None


class NewAccount(Body):
    """How an account trades, and what it begins with besides what its portfolio has."""

    kind: Literal["cash", "margin"] = "cash"
    starting_balance: Number = ZERO
    settlement_days: int = 0


class FreshStart(Body):
    """What an account begins anew with."""

    starting_balance: Number


def _holding(symbol: str, held: Holding) -> str:
    return document(
        {
            "symbol": word(symbol),
            "qty": plain(held.qty),
            "reserved_qty": plain(held.reserved_qty),
            "cost": plain(held.cost),
            "average_price": number(held.average_price),
            "realized_gain": plain(held.realized),
        }
    )


def _account(opened: OpenedAccount) -> str:
    account = opened.account
    held: Sequence[tuple[str, Holding]] = sorted(account.holdings.items())
    return document(
        {
            "portfolio_id": str(account.portfolio_id),
            "kind": word(account.kind.value),
            "currency": word(account.currency),
            "cash": plain(account.cash),
            "unsettled": plain(total(account.unsettled.values())),
            "reserved": plain(account.reserved),
            "available": plain(account.available),
            "buying_power": plain(account.buying_power),
            "settlement_days": str(account.settlement_days),
            "starting_balance": plain(opened.starting_balance),
            "opened_at": word(instant_text(opened.opened_at)),
            "open_orders": str(account.open_orders),
            "last_event": str(account.event_seq),
            "holdings": listed(_holding(*one) for one in held),
        }
    )


def _written(opened: OpenedAccount, status: int = 200) -> Answer:
    return Answer(status, _account(opened).encode(), ())


@operations.add(
    "PUT", "/portfolios/{portfolio_id}/account", answers=AccountShape, status=201, refuses=(404, 409)
)
async def create(call: Call, portfolio_id: PortfolioId, body: NewAccount) -> Answer:
    """Let a portfolio trade on the exchange."""

    async def work(unit: WriteUnit) -> Answer:
        opened = await accounts.open_account(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            kind=AccountKind(body.kind),
            starting_balance=body.starting_balance,
            settlement_days=body.settlement_days,
            at=call.at,
        )
        return _written(opened, 201)

    return await call.write(work)


@operations.add("POST", "/portfolios/{portfolio_id}/account/reset", answers=AccountShape, refuses=(404, 409))
async def reset(call: Call, portfolio_id: PortfolioId, body: FreshStart) -> Answer:
    """Begin anew: what is held leaves the portfolio, its cash too, and a new balance comes in."""

    async def work(unit: WriteUnit) -> Answer:
        opened = await accounts.reset(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            starting_balance=body.starting_balance,
            at=call.at,
        )
        return _written(opened)

    return await call.write(work)


@operations.add("GET", "/portfolios/{portfolio_id}/account", answers=AccountShape, refuses=(404,))
async def show(call: Call, portfolio_id: PortfolioId) -> Answer:
    """Tell what the account of a portfolio has."""
    found = (await _mine(call)).get(portfolio_id)
    if found is None:
        raise AccountNotFound
    return _written(found)


async def _mine(call: Call) -> dict[int, OpenedAccount]:
    unit = call.read()
    found = await unit.accounts.mine(call.user_id)
    await accounts.brought_up(unit, found)
    return found


@operations.add(
    "GET", "/portfolios/{portfolio_id}/account/events", answers=list[OrderEventShape], refuses=(404,)
)
async def events(call: Call, portfolio_id: PortfolioId, after: Seq = 0, limit: Limit = 500) -> Answer:
    """Tell what has happened to the orders of an account, in sequence, without a gap."""
    rows = await call.read().desks.events_after(call.user_id, portfolio_id, after=after, limit=limit)
    if not rows and portfolio_id not in await call.read().accounts.mine(call.user_id):
        raise AccountNotFound
    return Answer(200, listed(payload for _, payload in rows).encode(), ())


@operations.add("GET", "/accounts", answers=list[AccountShape])
async def index(call: Call) -> Answer:
    """List the caller's accounts on the exchange."""
    found = await _mine(call)
    return Answer(200, listed(map(_account, found.values())).encode(), ())
