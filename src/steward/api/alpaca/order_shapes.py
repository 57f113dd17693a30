"""Orders as they show on the Alpaca wire, with their legs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from steward.api.alpaca.assets import Asset
from steward.api.alpaca.wire import moment, number
from steward.domain.money import add, subtract
from steward.domain.orders import Order, Side, Status
from steward.domain.terms import OrderClass, OrderType, Phase, Role, TimeInForce

REPLACED: Final = "replaced"
_KNOWN_TYPES: Final = {
    OrderType.MARKET,
    OrderType.LIMIT,
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.TRAILING_STOP,
}
_STATUSES: Final = {
    Status.PENDING: "new",
    Status.PARTIAL: "partially_filled",
    Status.EXECUTED: "filled",
    Status.CANCELLED: "canceled",
    Status.EXPIRED: "expired",
    Status.REJECTED: "rejected",
}
AssetOf = Callable[[str], Asset]
_WAITING: Final = {Phase.HELD: "held", Phase.QUEUED: "accepted"}
_ENDED_AT: Final = {
    "filled": "filled_at",
    "canceled": "canceled_at",
    "expired": "expired_at",
    "rejected": "failed_at",
    "replaced": "replaced_at",
}


def status_of(order: Order) -> str:
    """Say where an order is in its life in Alpaca's words."""
    standing = order.standing
    if standing is None:
        return _STATUSES[order.status]
    if order.status is Status.CANCELLED and standing.reason == REPLACED:
        return REPLACED
    if order.status is Status.PENDING:
        return _WAITING.get(standing.phase, _STATUSES[order.status])
    return _STATUSES[order.status]


def nested_orders(orders: Iterable[Order]) -> list[tuple[Order, list[Order]]]:
    """Put exits under the order that they belong to, all in the order in which they came.

    Those of an OCO, which has no entry, are led by the one that takes the profit. An exit whose leader is
    not among them leads itself.
    """
    found = list(orders)
    led: dict[UUID | None, tuple[Order, list[Order]]] = {
        one.id: (one, []) for one in found if not _follows(one)
    }
    leader_of_group: dict[UUID | None, UUID] = {
        one.terms.group_id: one.id for one in found if one.terms.group_id is not None and not _follows(one)
    }
    for one in found:
        if _follows(one):
            leader = one.terms.parent_id or leader_of_group.get(one.terms.group_id)
            if leader in led:
                led[leader][1].append(one)
            else:
                led[one.id] = (one, [])
    return list(led.values())


def _follows(order: Order) -> bool:
    terms = order.terms
    return terms.parent_id is not None or (
        terms.order_class is OrderClass.OCO and terms.role is Role.STOP_LOSS and terms.group_id is not None
    )


def order_document(order: Order, asset_of: AssetOf, legs: Sequence[Order] | None = None) -> dict[str, Any]:
    """Write an order as it shows there; `legs` None leaves them out."""
    terms, status, asset = order.terms, status_of(order), asset_of(order.security)
    ended: dict[str, datetime | None] = dict.fromkeys(_ENDED_AT.values())
    if status in _ENDED_AT:
        ended[_ENDED_AT[status]] = order.updated_at
    type_ = terms.type.value if terms.type in _KNOWN_TYPES else None
    return {
        "id": order.id,
        "client_order_id": order.client_order_id or str(order.id),
        "created_at": moment(order.created_at),
        "updated_at": moment(order.updated_at),
        "submitted_at": moment(order.created_at),
        **{name: moment(at) for name, at in ended.items()},
        "expires_at": moment(terms.expires_at),
        "replaced_by": None if order.standing is None else order.standing.replaced_by_id,
        "replaces": terms.replaces_id,
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "asset_class": asset.asset_class,
        "notional": number(terms.amount),
        "qty": number(order.original_qty) if terms.amount is None else None,
        "filled_qty": number(order.executed_qty),
        "filled_avg_price": number(order.average_price),
        "order_class": terms.order_class.value,
        "order_type": type_,
        "type": type_,
        "side": order.side.value,
        "position_intent": None,
        "time_in_force": _time_in_force(terms.time_in_force),
        "limit_price": number(terms.limit_price),
        "stop_price": number(_stop_price(order)),
        "status": status,
        "extended_hours": False,
        "legs": None if legs is None else [order_document(leg, asset_of) for leg in legs],
        "trail_percent": number(terms.trail_percent),
        "trail_price": number(terms.trail_amount),
        "hwm": number(_extreme(order)),
    }


def _time_in_force(asked: TimeInForce) -> str:
    # Alpaca has no word for it; `expires_at` says until when.
    return "gtc" if asked is TimeInForce.GTD else asked.value


def _stop_price(order: Order) -> Decimal | None:
    if order.terms.type is OrderType.TRAILING_STOP and order.standing is not None:
        return order.standing.trigger_price
    return order.terms.stop_price


def _extreme(order: Order) -> Decimal | None:
    """Give the best price that a stop which trails by an amount has seen; by a percentage it is rounded."""
    amount, standing = order.terms.trail_amount, order.standing
    if amount is None or standing is None or standing.trigger_price is None:
        return None
    return (add if order.side is Side.SELL else subtract)(standing.trigger_price, amount)
