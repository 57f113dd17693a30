"""Orders on the exchange over HTTP: what may be asked for, beside the manual venue."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from steward.api.call import Call, again
from steward.api.problems import Answer
from steward.api.values import Body, Instant, Number, Shape, Uuid
from steward.domain.clocks import checked_time
from steward.domain.money import positive
from steward.domain.orders import Order, Side
from steward.domain.terms import OrderClass, OrderType, SelfTrade, Terms, TimeInForce
from steward.domain.text import checked_symbol, checked_text
from steward.domain.tickets import Replacement, Ticket
from steward.usecases.desk_facts import Asked
from steward.usecases.orders import CLIENT_ORDER_ID_MAXIMUM
from steward.usecases.ports_exchange import Command
from steward.usecases.values import Kept

Venue = Literal["manual", "paper", "book"]
TypeWord = Literal[
    "market", "limit", "stop", "stop_limit", "trailing_stop", "market_if_touched", "limit_if_touched"
]
TimeInForceWord = Literal["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"]
_PRICES = ("limit_price", "stop_price", "trail_amount", "trail_percent", "display_qty")


class TermsShape(Shape):
    """What an order on the exchange asks for; a field that is absent is as in a plain order."""

    type: OrderType
    time_in_force: TimeInForce
    limit_price: str | None = None
    stop_price: str | None = None
    trail_amount: str | None = None
    trail_percent: str | None = None
    amount: str | None = None
    display_qty: str | None = None
    post_only: bool = False
    reduce_only: bool = False
    self_trade: SelfTrade = SelfTrade.CANCEL_NEWEST
    expires_at: Instant | None = None
    order_class: OrderClass = OrderClass.SIMPLE
    role: Literal["entry", "take_profit", "stop_loss"] = "entry"
    parent_id: Uuid | None = None
    group_id: Uuid | None = None
    replaces_id: Uuid | None = None


class TakeProfit(Body):
    """The exit with a gain."""

    limit_price: Number


class StopLoss(Body):
    """The exit with a loss; with a limit it is a stop-limit order."""

    stop_price: Number
    limit_price: Number | None = None


class OrderTerms(Body):
    """What the venues paper and book offer beyond a quantity."""

    type: TypeWord = "market"
    time_in_force: TimeInForceWord = "day"
    limit_price: Number | None = None
    stop_price: Number | None = None
    trail_amount: Number | None = None
    trail_percent: Number | None = None
    amount: Number | None = None
    display_qty: Number | None = None
    post_only: bool = False
    reduce_only: bool = False
    self_trade: Literal["cancel_newest", "cancel_oldest", "cancel_both"] = "cancel_newest"
    expires_at: Instant | None = None
    order_class: Literal["simple", "bracket", "oco", "oto"] = "simple"
    take_profit: TakeProfit | None = None
    stop_loss: StopLoss | None = None


class OrderReplacement(Body):
    """What another order shall have in place of an open one; what is absent stays."""

    qty: Number | None = None
    limit_price: Number | None = None
    stop_price: Number | None = None
    trail: Number | None = None
    time_in_force: TimeInForceWord | None = None
    client_order_id: str | None = None


def terms_of(body: OrderTerms) -> Terms:
    """Make the terms that a body asks for. Raises NotPositive, ClockOutOfRange."""
    _above_zero(body, *_PRICES, "amount")
    if body.expires_at is not None:
        checked_time(body.expires_at, "/expires_at")
    return Terms(
        type=OrderType(body.type),
        time_in_force=TimeInForce(body.time_in_force),
        limit_price=body.limit_price,
        stop_price=body.stop_price,
        trail_amount=body.trail_amount,
        trail_percent=body.trail_percent,
        amount=body.amount,
        display_qty=body.display_qty,
        post_only=body.post_only,
        reduce_only=body.reduce_only,
        self_trade=SelfTrade(body.self_trade),
        expires_at=body.expires_at,
        order_class=OrderClass(body.order_class),
    )


def _above_zero(body: Body, *names: str, under: str = "") -> None:
    for name in names:
        value = getattr(body, name)
        if value is not None:
            positive(value, pointer=f"{under}/{name}")


def ticket_of(body: Any, venue: str) -> Ticket:  # noqa: ANN401 - a NewOrder, which is declared above this module
    """Make the ticket of a new order. Raises InvalidValue."""
    profit, loss = body.take_profit, body.stop_loss
    qty = body.qty if "qty" in body.model_fields_set else None
    if qty is not None:
        positive(qty, pointer="/qty")
    for exits, under, names in (
        (profit, "/take_profit", ("limit_price",)),
        (loss, "/stop_loss", ("stop_price", "limit_price")),
    ):
        if exits is not None:
            _above_zero(exits, *names, under=under)
    return Ticket(
        venue=venue,
        symbol=checked_symbol(body.security, pointer="/security"),
        side=Side(body.side),
        qty=qty,
        terms=terms_of(body),
        client_order_id=named(body.client_order_id),
        take_profit=profit and profit.limit_price,
        stop_loss=loss and loss.stop_price,
        stop_loss_limit=loss and loss.limit_price,
    )


def named(client_order_id: str | None) -> str | None:
    """Check the owner's own name for an order. Raises InvalidValue."""
    if client_order_id is None:
        return None
    return checked_text(client_order_id, pointer="/client_order_id", maximum=CLIENT_ORDER_ID_MAXIMUM)


def replacement_of(body: OrderReplacement) -> Replacement:
    """Make what a body asks to replace. Raises InvalidValue."""
    _above_zero(body, "qty", "limit_price", "stop_price", "trail")
    words = body.time_in_force
    return Replacement(
        qty=body.qty,
        limit_price=body.limit_price,
        stop_price=body.stop_price,
        trail=body.trail,
        time_in_force=None if words is None else TimeInForce(words),
        client_order_id=named(body.client_order_id),
    )


async def ask(call: Call, command: Command, answer: Callable[[Sequence[Order]], Answer]) -> Answer:
    """Have a command of the caller's decided, durably, and answer. Raises its refusal.

    With an Idempotency-Key the same request again gets the answer that the first one got.
    """
    done = await call.system.lane.do(Asked(command, call.signed_in, call.trace, call.once(answer)))
    return again(done) if isinstance(done, Kept) else answer(done)
