"""Orders over HTTP: on the manual venue, where the caller plays the broker, and on the exchange."""

from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from steward.api.call import Call
from steward.api.cursors import link_to_next, position_of
from steward.api.exchange_orders import (
    OrderReplacement,
    OrderTerms,
    Venue,
    ask,
    replacement_of,
    ticket_of,
)
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.orders_shapes import OrderShape, made, shown, text_of, written
from steward.api.problems import Answer, Header, HttpRefusal
from steward.api.values import (
    BIGGEST_ID,
    Body,
    Cursor,
    Exact,
    Instant,
    Limit,
    Number,
    PortfolioId,
    Shape,
    Uuid,
)
from steward.domain.errors import Conflict, InvalidValue
from steward.domain.money import ZERO, add, plain
from steward.domain.orders import MANUAL_VENUE, Side
from steward.domain.text import checked_symbol
from steward.usecases import orders
from steward.usecases.accounts import AccountNotFound
from steward.usecases.desk_commands import Cancel, Place, Replace
from steward.usecases.ports import WriteUnit
from steward.usecases.values import DeskKey

operations = Operations("orders")


class NotOnExchange(Conflict):
    """The order is on the manual venue, where orders are amended in place."""

    code = "not-on-exchange"


_FILL = '{"id":"%s","order_id":"%s","qty":%s,"price":%s,"currency":%s,"price_source":%s,"executed_at":"%s"}'


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


class NewOrder(OrderTerms):
    """What is ordered; without a portfolio it goes to the caller's default one.

    On the manual venue an order has a quantity and nothing of what the other venues offer.
    """

    security: str
    qty: Number = ZERO
    side: Literal["buy", "sell"] = "buy"
    portfolio_id: int | None = None
    client_order_id: str | None = None
    venue: Venue = "manual"


class Amendment(Body):
    """The new total quantity."""

    qty: Number


class Execution(Body):
    """What is executed now; without a price the latest known one is used."""

    executed_qty: Number
    price: Number | None = None


@operations.add("POST", "/orders", answers=OrderShape, status=201, refuses=(404, 409))
async def place(call: Call, body: NewOrder) -> Answer:
    """Place an order: on the manual venue, unless another is named."""
    if body.portfolio_id is not None and not 0 < body.portfolio_id <= BIGGEST_ID:
        raise HttpRefusal(404, "portfolio-not-found", "There is no such portfolio.")
    if body.venue != MANUAL_VENUE:
        ticket = ticket_of(body, body.venue)
        placed = Place(await _account_of(call, body.portfolio_id), ticket)
        return await ask(call, placed, made)
    qty = _manual_qty(body)

    async def work(unit: WriteUnit) -> Answer:
        order = await orders.place(
            unit,
            owner_id=call.user_id,
            order_id=call.new_id(),
            security=body.security,
            qty=qty,
            side=Side(body.side),
            portfolio_id=body.portfolio_id,
            client_order_id=body.client_order_id,
            at=call.at,
        )
        return written([order], 201)

    return await call.write(work)


def _manual_qty(body: NewOrder) -> Decimal:
    """Give the quantity of an order on the manual venue. Raises for what is only offered elsewhere."""
    given = sorted(body.model_fields_set & OrderTerms.model_fields.keys())
    if given:
        detail = f"The manual venue has no {given[0]}: name the venue paper or book."
        raise InvalidValue(detail, pointer=f"/{given[0]}")
    if "qty" not in body.model_fields_set:
        raise InvalidValue("An order on the manual venue has a qty.", pointer="/qty")
    return body.qty


async def _account_of(call: Call, portfolio_id: int | None) -> int:
    """Give the portfolio that an order is for: the one that is named, or the default one."""
    found = await call.read().portfolios.default_id(call.user_id) if portfolio_id is None else portfolio_id
    if found is None:
        raise AccountNotFound
    return found


async def _found(call: Call, order_id: UUID) -> tuple[DeskKey, int]:
    """Give the desk and the portfolio of the caller's order on the exchange."""
    row = await call.read().orders.row(call.user_id, order_id)
    venue, security, portfolio_id = row[11], row[2], row[9]
    if venue == MANUAL_VENUE:
        raise NotOnExchange("An order on the manual venue is amended with PUT, not replaced.")
    return DeskKey(venue, security), portfolio_id


@operations.add("GET", "/orders", answers=list[OrderShape])
async def index(
    call: Call,
    *,
    status: Literal["pending", "partial", "executed", "cancelled", "expired", "rejected"] | None = None,
    security: str | None = None,
    portfolio_id: PortfolioId | None = None,
    venue: Venue | None = None,
    limit: Limit = 500,
    cursor: Cursor | None = None,
) -> Answer:
    """List the caller's orders, newest first; the Link header leads to the next ones."""
    if security is not None:
        security = checked_symbol(security, pointer="/query/security")
    before = BIGGEST_ID if cursor is None else position_of(cursor)
    asked = {"status": status, "security": security, "portfolio_id": portfolio_id, "venue": venue}
    filters = {name: value for name, value in asked.items() if value is not None}
    rows = await call.read().orders.page(call.user_id, filters=filters, before=before, limit=limit + 1)
    headers: tuple[Header, ...] = ()
    if len(rows) > limit:
        rows = rows[:limit]
        headers = link_to_next(call, rows[-1][0], limit, filters)
    body = f"[{','.join([text_of(row[1:]) for row in rows])}]"
    return Answer(200, body.encode(), headers)


@operations.add("GET", "/orders/{order_id}", answers=OrderShape, refuses=(404,))
async def show(call: Call, order_id: Uuid) -> Answer:
    """Give one order."""
    row = await call.read().orders.row(call.user_id, order_id)
    return shown(row[1:])


@operations.add("PUT", "/orders/{order_id}", answers=OrderShape, refuses=(404, 409, 412))
async def amend(call: Call, order_id: Uuid, body: Amendment) -> Answer:
    """Change the total quantity; exactly what is executed closes the order."""
    version = call.expected_version

    async def work(unit: WriteUnit) -> Answer:
        order = await orders.amend(
            unit, owner_id=call.user_id, order_id=order_id, qty=body.qty, version=version, at=call.at
        )
        return written([order])

    return await call.write(work)


@operations.add("DELETE", "/orders/{order_id}", answers=OrderShape, refuses=(404, 409, 412))
async def cancel(call: Call, order_id: Uuid) -> Answer:
    """Cancel what is still pending; what was executed stays."""
    version = call.expected_version
    placed = call.system.lane.placed.get(order_id)
    if placed is not None and placed.owner_id == call.user_id:
        return await ask(call, Cancel(placed.key, placed.portfolio_id, order_id, version), written)

    async def work(unit: WriteUnit) -> Answer:
        order = await orders.cancel(
            unit, owner_id=call.user_id, order_id=order_id, version=version, at=call.at
        )
        return written([order])

    try:
        return await call.write(work)
    except orders.OnExchange as found:
        order = found.order
        key = DeskKey(order.venue, order.security)
        return await ask(call, Cancel(key, order.portfolio_id, order.id, version), written)


@operations.add("POST", "/orders/{order_id}/replace", answers=OrderShape, status=201, refuses=(404, 409, 412))
async def replace(call: Call, order_id: Uuid, body: OrderReplacement) -> Answer:
    """Put another order in the place of one on the exchange; it is linked to the old one."""
    replacement, version = replacement_of(body), call.expected_version
    call.once(made)  # what is no key is refused before the order is looked for
    key, portfolio_id = await _found(call, order_id)
    return await ask(call, Replace(key, portfolio_id, order_id, replacement, version), made)


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
        return written([order])

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
