"""Positions on the Alpaca wire, and closing them."""

import asyncio
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator

from steward.api.alpaca.access import do, portfolio_of
from steward.api.alpaca.assets import CRYPTO
from steward.api.alpaca.errors import Absent, Unprocessable, code_of, message_of, status_of_code
from steward.api.alpaca.holdings import Held, Position, difference, held
from steward.api.alpaca.order_shapes import order_document
from steward.api.alpaca.orders import cancelled
from steward.api.alpaca.wire import Flag, answer, number
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.domain.errors import Refusal
from steward.domain.money import divided, multiply, parsed, subtract
from steward.domain.orders import Order, Side
from steward.domain.terms import Terms, TimeInForce
from steward.domain.tickets import Ticket
from steward.usecases.desk_commands import Place

operations = Operations("alpaca positions")

_WHOLE = Decimal(100)
Quantity = Annotated[Decimal, PlainValidator(parsed)]


def _document(one: Position) -> dict[str, Any]:
    """Write a position; what rests on a price that nobody knows is null."""
    units, asset, cost = one.held, one.asset, one.held.cost
    gain, today = difference(one.value, cost), difference(one.value, one.value_at_last_close)
    free = subtract(abs(units.qty), units.reserved_qty)
    return {
        "asset_id": asset.id,
        "symbol": asset.symbol.replace("/", "") if asset.asset_class == CRYPTO else asset.symbol,
        "exchange": asset.exchange,
        "asset_class": asset.asset_class,
        "asset_marginable": asset.listing is not None,
        "qty": number(units.qty),
        "qty_available": number(free if units.qty > 0 else -free),
        "side": "long" if units.qty > 0 else "short",
        "avg_entry_price": number(units.average_price),
        "cost_basis": number(cost),
        "market_value": number(one.value),
        "unrealized_pl": number(gain),
        "unrealized_plpc": number(_share(gain, cost)),
        "unrealized_intraday_pl": number(today),
        "unrealized_intraday_plpc": number(_share(today, one.value_at_last_close)),
        "current_price": number(one.price),
        "lastday_price": number(one.last_close),
        "change_today": number(_share(difference(one.price, one.last_close), one.last_close)),
    }


def _share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else divided(part, abs(whole))


@operations.add("GET", "/alpaca/v2/positions", at_root_only=True)
async def index(call: Call) -> Answer:
    """List what the account holds, by symbol."""
    return answer([_document(one) for one in (await held(call)).positions])


@operations.add("GET", "/alpaca/v2/positions/{symbol_or_asset_id}", at_root_only=True)
async def show(call: Call, symbol_or_asset_id: str) -> Answer:
    """Give the position in one asset."""
    return answer(_document(_named(await held(call), symbol_or_asset_id)))


@operations.add("DELETE", "/alpaca/v2/positions/{symbol_or_asset_id}", at_root_only=True)
async def close(
    call: Call, symbol_or_asset_id: str, *, qty: Quantity | None = None, percentage: Quantity | None = None
) -> Answer:
    """Close a position at the market, all of it, a quantity or a percentage."""
    found = await held(call)
    position = _named(found, symbol_or_asset_id)
    order = await _closed(call, position, _part(position, qty, percentage))
    return answer(order_document(order, found.known.of))


@operations.add("DELETE", "/alpaca/v2/positions", at_root_only=True)
async def close_all(call: Call, *, cancel_orders: Flag = False) -> Answer:
    """Close every position at the market; say of each what became of it."""
    if cancel_orders:
        await cancelled(call)
    found = await held(call)

    async def end(position: Position) -> dict[str, Any]:
        told = {"symbol": position.asset.symbol}
        try:
            order = await _closed(call, position, abs(position.held.qty))
        except Refusal as refusal:
            code = code_of(refusal)
            body = {"code": code, "message": message_of(refusal), **told}
            return {**told, "status": status_of_code(code), "body": body}
        document = order_document(order, found.known.of)
        return {**told, "order_id": order.id, "status": 200, "body": document}

    return answer(list(await asyncio.gather(*map(end, found.positions))), 207)


def _named(found: Held, which: str) -> Position:
    """Find a position by symbol or asset id. Raises Absent."""
    symbol = found.known.symbol_named(which)
    for one in found.positions:
        if symbol == one.asset.steward_symbol or which == str(one.asset.id):
            return one
    raise Absent("position does not exist")


def _part(position: Position, qty: Decimal | None, percentage: Decimal | None) -> Decimal:
    """Give how many units to close. Raises Unprocessable."""
    whole = abs(position.held.qty)
    if qty is not None and percentage is not None:
        raise Unprocessable("qty: give qty or percentage, not both")
    if percentage is None:
        return whole if qty is None else qty
    if not 0 < percentage <= _WHOLE:
        raise Unprocessable("percentage: is above 0 and at most 100")
    asked = divided(multiply(whole, percentage), _WHOLE)
    listing = position.asset.listing
    # A part that is no whole number of lots is closed to the lot below it.
    return asked if listing is None else asked - asked % listing.lot


async def _closed(call: Call, position: Position, qty: Decimal) -> Order:
    """Sell, or buy back, at the market. Raises Unprocessable, and the refusals of the exchange."""
    listing = position.asset.listing
    if listing is None:
        raise Unprocessable(f"symbol: {position.asset.symbol} is not traded here any more")
    ticket = Ticket(
        venue=listing.venue,
        symbol=listing.symbol,
        side=Side.SELL if position.held.qty > 0 else Side.BUY,
        qty=qty,
        terms=Terms(time_in_force=TimeInForce.DAY, reduce_only=True),
    )
    (order,) = await do(call, Place(portfolio_of(call), ticket))
    return order
