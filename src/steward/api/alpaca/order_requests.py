"""What Alpaca's clients send to place or replace an order, and the ticket that this asks for."""

from typing import Any, Literal

from steward.api.alpaca.errors import NotOffered, Unprocessable
from steward.api.exchange_orders import OrderReplacement, StopLoss, TakeProfit, named
from steward.api.values import Body, Number
from steward.domain.listings import Listing
from steward.domain.orders import Side
from steward.domain.terms import OrderClass, OrderType, Terms, TimeInForce
from steward.domain.tickets import Ticket

Times = Literal["day", "gtc", "opg", "cls", "ioc", "fok"]


class NewOrder(Body):
    """What Alpaca's clients send to place an order."""

    symbol: str | None = None
    qty: Number | None = None
    notional: Number | None = None
    side: Literal["buy", "sell"] | None = None
    type: Literal["market", "limit", "stop", "stop_limit", "trailing_stop"]
    time_in_force: Times
    limit_price: Number | None = None
    stop_price: Number | None = None
    trail_price: Number | None = None
    trail_percent: Number | None = None
    extended_hours: bool | None = None
    client_order_id: str | None = None
    order_class: Literal["", "simple", "bracket", "oco", "oto", "mleg"] | None = None
    take_profit: TakeProfit | None = None
    stop_loss: StopLoss | None = None
    position_intent: Literal["buy_to_open", "buy_to_close", "sell_to_open", "sell_to_close"] | None = None
    legs: list[dict[str, Any]] | None = None


class ChangedOrder(OrderReplacement):
    """What Alpaca's clients send to replace an order."""

    time_in_force: Times | None = None


def ticket_of(asked: NewOrder, listing: Listing) -> Ticket:
    """Make the ticket that a new order asks for. Raises NotOffered, Unprocessable."""
    if asked.order_class == "mleg" or asked.legs is not None:
        raise NotOffered("orders of several legs (mleg)")
    if asked.side is None:
        raise Unprocessable("side: is required")
    if asked.extended_hours:
        raise NotOffered("extended_hours: an order trades in the sessions of its market")
    terms = Terms(
        type=OrderType(asked.type),
        time_in_force=TimeInForce(asked.time_in_force),
        limit_price=asked.limit_price,
        stop_price=asked.stop_price,
        trail_amount=asked.trail_price,
        trail_percent=asked.trail_percent,
        amount=asked.notional,
        reduce_only=(asked.position_intent or "").endswith("_to_close"),
        order_class=OrderClass(asked.order_class or "simple"),
    )
    profit, loss = asked.take_profit, asked.stop_loss
    return Ticket(
        venue=listing.venue,
        symbol=listing.symbol,
        side=Side(asked.side),
        qty=asked.qty,
        terms=terms,
        client_order_id=named(asked.client_order_id),
        take_profit=None if profit is None else profit.limit_price,
        stop_loss=None if loss is None else loss.stop_price,
        stop_loss_limit=None if loss is None else loss.limit_price,
    )
