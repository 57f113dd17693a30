"""Orders on the Alpaca wire: placed, listed, replaced and cancelled on Steward's exchange."""

from typing import Annotated, Any, Literal
from uuid import UUID

from annotated_types import Ge, Le

from steward.api.alpaca import assets
from steward.api.alpaca.access import do, portfolio_of
from steward.api.alpaca.assets import Assets
from steward.api.alpaca.errors import Unprocessable, code_of, message_of, status_of_code
from steward.api.alpaca.order_requests import ChangedOrder, NewOrder, ticket_of
from steward.api.alpaca.order_shapes import nested_orders, order_document
from steward.api.alpaca.wire import NOTHING, Flag, Moment, Name, Whole, Words, answer
from steward.api.call import Call
from steward.api.exchange_orders import replacement_of
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Uuid
from steward.domain.errors import Refusal
from steward.domain.orders import FINAL, MANUAL_VENUE, Order, OrderNotOpen, Side
from steward.usecases import cancelling
from steward.usecases.desk_commands import Cancel, Place, Replace
from steward.usecases.ports import ReadUnit
from steward.usecases.values import DeskKey, OrderFilter

operations = Operations("alpaca orders")

Count = Annotated[Whole, Ge(1), Le(500)]


@operations.add("POST", "/alpaca/v2/orders", at_root_only=True)
async def place(call: Call, body: NewOrder) -> Answer:
    """Place an order, with its exits."""
    portfolio_id = portfolio_of(call)
    if body.symbol is None:
        raise Unprocessable("symbol: is required")
    known = await assets.load(call, call.read())
    ticket = ticket_of(body, known.listing_named(body.symbol))
    first, *legs = await do(call, Place(portfolio_id, ticket))
    return answer(order_document(first, known.of, legs or None))


@operations.add("GET", "/alpaca/v2/orders", at_root_only=True)
async def index(
    call: Call,
    *,
    status: Literal["open", "closed", "all"] = "open",
    limit: Count = 50,
    after: Moment | None = None,
    until: Moment | None = None,
    direction: Literal["asc", "desc"] = "desc",
    nested: Flag = False,
    side: Literal["buy", "sell"] | None = None,
    symbols: Words | None = None,
) -> Answer:
    """List orders of the account by when they were placed; nested, exits stand under their entry."""
    portfolio_id, reads = portfolio_of(call), call.read()
    known = await assets.load(call, reads)
    asked = OrderFilter(
        is_open=None if status == "all" else status == "open",
        after=after,
        until=until,
        side=None if side is None else Side(side),
        symbols=None if symbols is None else tuple(known.symbol_named(one) for one in symbols),
        ascending=direction == "asc",
        limit=limit,
    )
    found = await reads.account_orders.find(call.user_id, portfolio_id, asked)
    if not nested:
        return answer([order_document(one, known.of) for one in found])
    kin = {one.terms.parent_id or one.id for one in found}
    family = {one.id: one for one in await reads.account_orders.kin(call.user_id, portfolio_id, kin)}
    whole = [*found, *(one for id_, one in family.items() if id_ not in {order.id for order in found})]
    told = nested_orders(whole)
    told.sort(key=lambda one: (one[0].created_at, one[0].id), reverse=direction == "desc")
    return answer([order_document(one, known.of, legs or None) for one, legs in told])


@operations.add("GET", "/alpaca/v2/orders/{order_id}", at_root_only=True)
async def show(call: Call, order_id: Uuid, *, nested: Flag = False) -> Answer:
    """Give one order; nested, with its exits."""
    reads = call.read()
    found = await reads.account_orders.one(call.user_id, portfolio_of(call), order_id)
    return await _shown(call, reads, found, nested=nested)


@operations.add("GET", "/alpaca/v2/orders:by_client_order_id", at_root_only=True)
async def show_named(call: Call, *, client_order_id: Name = "", nested: Flag = False) -> Answer:
    """Give the order with that client order id."""
    reads = call.read()
    found = await reads.account_orders.named(call.user_id, portfolio_of(call), client_order_id)
    return await _shown(call, reads, found, nested=nested)


@operations.add("PATCH", "/alpaca/v2/orders/{order_id}", at_root_only=True)
async def change(call: Call, order_id: Uuid, body: ChangedOrder) -> Answer:
    """Put a new order in the place of an open one, for what of it is still pending unless qty says more."""
    portfolio_id, reads = portfolio_of(call), call.read()
    before = await _open(call, reads, portfolio_id, order_id)
    command = Replace(_desk(before), portfolio_id, order_id, replacement_of(body))
    (made,) = await do(call, command)
    return await _shown(call, reads, made, nested=True)


@operations.add("DELETE", "/alpaca/v2/orders/{order_id}", at_root_only=True)
async def cancel(call: Call, order_id: Uuid) -> Answer:
    """Cancel an open order; what was filled stays."""
    portfolio_id = portfolio_of(call)
    before = await _open(call, call.read(), portfolio_id, order_id)
    await do(call, Cancel(_desk(before), portfolio_id, order_id))
    return NOTHING


@operations.add("DELETE", "/alpaca/v2/orders", at_root_only=True)
async def cancel_all(call: Call) -> Answer:
    """Cancel every open order of the account; say of each what became of it."""
    return answer(await cancelled(call), 207)


async def cancelled(call: Call) -> list[dict[str, Any]]:
    """Cancel the open orders of the account, those of one desk together, and write what became of each."""
    portfolio_id = portfolio_of(call)
    found = [
        one
        for one in await call.read().orders.open_ones(call.user_id)
        if one[3] == portfolio_id and one[1] != MANUAL_VENUE
    ]
    told: dict[UUID, tuple[int, dict[str, Any] | None]] = {}
    for step in cancelling.steps(found):
        result: tuple[int, dict[str, Any] | None] = 200, None
        try:
            # What is final by now went with its entry, or with the other exit.
            await do(call, step)
        except Refusal as refusal:
            code = code_of(refusal)
            result = status_of_code(code), {"code": code, "message": message_of(refusal)}
        told |= dict.fromkeys(step.order_ids, result)
    return [{"id": one[0], "status": told[one[0]][0], "body": told[one[0]][1]} for one in found]


async def _shown(call: Call, reads: ReadUnit, order: Order, *, nested: bool) -> Answer:
    legs = await reads.account_orders.family(order) if nested else []
    known: Assets = await assets.load(call, reads)
    return answer(order_document(order, known.of, legs or None))


async def _open(call: Call, reads: ReadUnit, portfolio_id: int, order_id: UUID) -> Order:
    """Give an open order. Raises OrderNotFound, OrderNotOpen."""
    found = await reads.account_orders.one(call.user_id, portfolio_id, order_id)
    if found.status in FINAL:
        raise OrderNotOpen(f"order is not cancelable or replaceable: it is {found.status.value}")
    return found


def _desk(order: Order) -> DeskKey:
    return DeskKey(order.venue, order.security)
