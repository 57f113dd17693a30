"""Orders over HTTP: the mock exchange's manual venue."""

from typing import Any, Literal

from steward.api.call import Call
from steward.api.cursors import link_to_next, position_of
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.problems import Answer, Header, HttpRefusal
from steward.api.values import BIGGEST_ID, Body, Cursor, Exact, Instant, Limit, Number, Shape, Uuid
from steward.domain.instants import instant_text
from steward.domain.money import ZERO, add, plain
from steward.domain.orders import Order, Side, Status
from steward.domain.text import checked_symbol
from steward.usecases import orders
from steward.usecases.ports import WriteUnit

operations = Operations("orders")

_ORDER = (
    '{"id":"%s","security":"%s","side":"%s","original_qty":%s,"executed_qty":%s,"pending_qty":%s,'
    '"status":"%s","average_price":%s,"portfolio_id":%s,"client_order_id":%s,"venue":"%s",'
    '"created_at":"%s","updated_at":"%s","version":%s}'
)
_CLIENT_ORDER_ID = 9
_VERSION = 13
_FILL = '{"id":"%s","order_id":"%s","qty":%s,"price":%s,"currency":%s,"price_source":%s,"executed_at":"%s"}'


class OrderShape(Shape):
    """An order; `pending_qty` is what of `original_qty` is not executed."""

    id: Uuid
    security: str
    side: Side
    original_qty: Exact
    executed_qty: Exact
    pending_qty: Exact
    status: Status
    average_price: Exact | None
    portfolio_id: int
    client_order_id: str | None
    venue: str
    created_at: Instant
    updated_at: Instant
    version: int


class FillShape(Shape):
    """One execution. `price_source` is `caller`, `user`, or the price source; null without a price."""

    id: Uuid
    order_id: Uuid
    qty: Exact
    price: Exact | None
    currency: str | None
    price_source: str | None
    executed_at: Instant


class NetQuantity(Shape):
    """What orders brought of one security: bought less sold."""

    security: str
    qty: Exact


class NewOrder(Body):
    """What is ordered; without a portfolio it goes to the caller's default one."""

    security: str
    qty: Number
    side: Literal["buy", "sell"] = "buy"
    portfolio_id: int | None = None
    client_order_id: str | None = None


class Amendment(Body):
    """The new total quantity."""

    qty: Number


class Execution(Body):
    """What is executed now; without a price the latest known one is used."""

    executed_qty: Number
    price: Number | None = None


def _row(order: Order) -> tuple[Any, ...]:
    average = order.average_price
    return (
        order.id,
        order.security,
        order.side,
        plain(order.original_qty),
        plain(order.executed_qty),
        plain(order.pending_qty),
        order.status,
        "null" if average is None else plain(average),
        order.portfolio_id,
        order.client_order_id,
        order.venue,
        instant_text(order.created_at),
        instant_text(order.updated_at),
        order.version,
    )


def _text(row: tuple[Any, ...]) -> str:
    if row[_CLIENT_ORDER_ID] is None:
        return _ORDER % (*row[:_CLIENT_ORDER_ID], "null", *row[_CLIENT_ORDER_ID + 1 :])
    return _ORDER % (*row[:_CLIENT_ORDER_ID], quoted(row[_CLIENT_ORDER_ID]), *row[_CLIENT_ORDER_ID + 1 :])


def _written(row: tuple[Any, ...], status: int = 200) -> Answer:
    return Answer(status, _text(row).encode(), ((b"etag", f'"{row[_VERSION]}"'.encode()),))


@operations.add("POST", "/orders", answers=OrderShape, status=201, refuses=(404, 409))
async def place(call: Call, body: NewOrder) -> Answer:
    """Place an order on the manual venue."""
    if body.portfolio_id is not None and not 0 < body.portfolio_id <= BIGGEST_ID:
        raise HttpRefusal(404, "portfolio-not-found", "There is no such portfolio.")

    async def work(unit: WriteUnit) -> Answer:
        order = await orders.place(
            unit,
            owner_id=call.user_id,
            order_id=call.new_id(),
            security=body.security,
            qty=body.qty,
            side=Side(body.side),
            portfolio_id=body.portfolio_id,
            client_order_id=body.client_order_id,
            at=call.at,
        )
        return _written(_row(order), 201)

    return await call.write(work)


@operations.add("GET", "/orders", answers=list[OrderShape])
async def index(
    call: Call,
    status: Literal["pending", "partial", "executed", "cancelled", "expired", "rejected"] | None = None,
    security: str | None = None,
    limit: Limit = 500,
    cursor: Cursor | None = None,
) -> Answer:
    """List the caller's orders, newest first; the Link header leads to the next ones."""
    if security is not None:
        security = checked_symbol(security, pointer="/query/security")
    before = BIGGEST_ID if cursor is None else position_of(cursor)
    rows = await call.read().orders.page(
        call.user_id, status=status, security=security, before=before, limit=limit + 1
    )
    headers: tuple[Header, ...] = ()
    if len(rows) > limit:
        rows = rows[:limit]
        headers = link_to_next(call, rows[-1][0], limit, {"status": status, "security": security})
    body = f"[{','.join([_text(row[1:]) for row in rows])}]"
    return Answer(200, body.encode(), headers)


@operations.add("GET", "/orders/{order_id}", answers=OrderShape, refuses=(404,))
async def show(call: Call, order_id: Uuid) -> Answer:
    """Give one order."""
    row = await call.read().orders.row(call.user_id, order_id)
    return _written(row[1:])


@operations.add("PUT", "/orders/{order_id}", answers=OrderShape, refuses=(404, 409, 412))
async def amend(call: Call, order_id: Uuid, body: Amendment) -> Answer:
    """Change the total quantity; exactly what is executed closes the order."""
    version = call.expected_version

    async def work(unit: WriteUnit) -> Answer:
        order = await orders.amend(
            unit, owner_id=call.user_id, order_id=order_id, qty=body.qty, version=version, at=call.at
        )
        return _written(_row(order))

    return await call.write(work)


@operations.add("DELETE", "/orders/{order_id}", answers=OrderShape, refuses=(404, 409, 412))
async def cancel(call: Call, order_id: Uuid) -> Answer:
    """Cancel what is still pending; what was executed stays."""
    version = call.expected_version

    async def work(unit: WriteUnit) -> Answer:
        order = await orders.cancel(
            unit, owner_id=call.user_id, order_id=order_id, version=version, at=call.at
        )
        return _written(_row(order))

    return await call.write(work)


@operations.add("POST", "/orders/{order_id}/execute", answers=OrderShape, refuses=(404, 409, 412))
async def execute(call: Call, order_id: Uuid, body: Execution) -> Answer:
    """Execute part or all of an order; the ledger of its portfolio takes the trade at once."""
    version = call.expected_version
    quotes = call.system.prices.quotes(call.at)

    async def work(unit: WriteUnit) -> Answer:
        order = await orders.execute(
            unit,
            owner_id=call.user_id,
            order_id=order_id,
            fill_id=call.new_id(),
            qty=body.executed_qty,
            price=body.price,
            quotes=quotes,
            version=version,
            at=call.at,
        )
        return _written(_row(order))

    return await call.write(work)


@operations.add("GET", "/orders/{order_id}/executions", answers=list[FillShape], refuses=(404,))
async def fills(call: Call, order_id: Uuid, limit: Limit = 500, cursor: Cursor | None = None) -> Answer:
    """List the fills of an order, oldest first; the Link header leads to the next ones."""
    after = 0 if cursor is None else position_of(cursor)
    rows = await call.read().orders.fills(call.user_id, order_id, after=after, limit=limit + 1)
    headers: tuple[Header, ...] = ()
    if len(rows) > limit:
        rows = rows[:limit]
        headers = link_to_next(call, rows[-1][0], limit, {})
    body = f"[{','.join([_fill(row[1:]) for row in rows])}]"
    return Answer(200, body.encode(), headers)


@operations.add("GET", "/portfolio", answers=list[NetQuantity])
async def summary(call: Call) -> Answer:
    """Give the net executed quantity per security over all the caller's orders."""
    net: dict[str, Any] = {}
    for security, qty in await call.read().positions.traded(call.user_id):
        net[security] = add(net.get(security, ZERO), qty)
    lines = [f'{{"security":"{security}","qty":{plain(qty)}}}' for security, qty in net.items() if qty]
    return Answer(200, f"[{','.join(lines)}]".encode(), ())


def _fill(row: tuple[Any, ...]) -> str:
    return _FILL % (*row[:4], optional(quoted, row[4]), optional(quoted, row[5]), row[6])
