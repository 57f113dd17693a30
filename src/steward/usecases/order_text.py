"""Orders on the exchange as JSON: the same words in an answer and in the event that is kept."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any, Final
from uuid import UUID

from steward.domain.instants import instant_text
from steward.domain.money import multiply, plain
from steward.domain.orders import Fill, Order, Side, Status
from steward.domain.terms import (
    OrderClass,
    OrderType,
    Phase,
    Role,
    SelfTrade,
    Standing,
    Terms,
    TimeInForce,
)
from steward.domain.trading import OrderEvent

ORDER: Final = (
    '{"id":"%s","security":"%s","side":"%s","original_qty":%s,"executed_qty":%s,"pending_qty":%s,'
    '"status":"%s","average_price":%s,"portfolio_id":%s,"client_order_id":%s,"venue":"%s",'
    '"created_at":"%s","updated_at":"%s","version":%s%s}'
)
STANDING: Final = (
    ',"terms":%s,"phase":"%s","trigger_price":%s,"reserved_cash":%s,"reserved_qty":%s,"reason":%s,'
    '"replaced_by_id":%s'
)
_FILL: Final = (
    '{"id":"%s","order_id":"%s","qty":%s,"price":%s,"currency":%s,"price_source":%s,"executed_at":"%s"%s}'
)
_TRADED: Final = ',"fee":%s,"trade_seq":%s'
_EVENT: Final = '{"portfolio_id":%s,"seq":%s,"kind":"%s","at":"%s","order":%s,"fill":%s,"position_qty":%s}'
_WORDS: Final[Mapping[str, type[Enum]]] = {
    "type": OrderType,
    "time_in_force": TimeInForce,
    "self_trade": SelfTrade,
    "order_class": OrderClass,
    "role": Role,
}
_IDS: Final = frozenset(("parent_id", "group_id", "replaces_id"))
_FLAGS: Final = frozenset(("post_only", "reduce_only"))
_FIELDS: Final = tuple((one.name, one.default) for one in fields(Terms))


def order_text(order: Order) -> str:
    """Write an order; one on the exchange says besides what was asked for and where it stands.

    The text is kept in the instance: the answer and the event that is kept have the same one.
    """
    kept = vars(order)
    if "text" not in kept:
        kept["text"] = _written(order)
    text: str = kept["text"]
    return text


def _written(order: Order) -> str:
    return ORDER % (
        order.id,
        order.security,
        order.side,
        plain(order.original_qty),
        plain(order.executed_qty),
        plain(order.pending_qty),
        order.status,
        number(order.average_price),
        order.portfolio_id,
        word(order.client_order_id),
        order.venue,
        instant_text(order.created_at),
        instant_text(order.updated_at),
        order.version,
        _standing_text(order),
    )


def _standing_text(order: Order) -> str:
    standing = order.standing
    if standing is None:
        return ""
    return STANDING % (
        terms_text(order.terms),
        standing.phase,
        number(standing.trigger_price),
        plain(standing.reserved_cash),
        plain(standing.reserved_qty),
        word(standing.reason),
        word(standing.replaced_by_id),
    )


@lru_cache(maxsize=4096)
def terms_text(terms: Terms) -> str:
    """Write what was asked for: the type, the time in force, and what differs from the plain terms."""
    told: dict[str, Any] = {"type": terms.type.value, "time_in_force": terms.time_in_force.value}
    for name, default in _FIELDS:
        value = getattr(terms, name)
        if value != default:
            told[name] = value if isinstance(value, bool) else _text(value)
    return json.dumps(told, separators=(",", ":"))


def read_terms(told: Mapping[str, Any]) -> Terms:
    """Read terms as `terms_text` writes them."""
    return Terms(**{name: _value(name, value) for name, value in told.items()})


def _value(name: str, told: Any) -> Any:  # noqa: ANN401 - a field of Terms
    if name in _WORDS:
        return _WORDS[name](told)
    if name in _IDS:
        return UUID(told)
    if name in _FLAGS:
        return told
    return datetime.fromisoformat(told) if name == "expires_at" else Decimal(told)


def read_order(told: Mapping[str, Any], *, owner_id: UUID) -> Order:
    """Read an order on the exchange as `order_text` writes it, numbers as int or Decimal.

    What is not told is not there: its fills are not counted, nor is its place at its desk known.
    """
    average = _exact(told["average_price"])
    executed = Decimal(told["executed_qty"])
    return Order(
        id=UUID(told["id"]),
        owner_id=owner_id,
        portfolio_id=told["portfolio_id"],
        security=told["security"],
        side=Side(told["side"]),
        original_qty=Decimal(told["original_qty"]),
        executed_qty=executed,
        executed_value=None if average is None else multiply(average, executed),
        fill_count=0,
        status=Status(told["status"]),
        client_order_id=told["client_order_id"],
        venue=told["venue"],
        created_at=datetime.fromisoformat(told["created_at"]),
        updated_at=datetime.fromisoformat(told["updated_at"]),
        version=told["version"],
        terms=read_terms(told["terms"]),
        standing=Standing(
            phase=Phase(told["phase"]),
            trigger_price=_exact(told["trigger_price"]),
            reserved_cash=Decimal(told["reserved_cash"]),
            reserved_qty=Decimal(told["reserved_qty"]),
            reason=told["reason"],
            replaced_by_id=None if told["replaced_by_id"] is None else UUID(told["replaced_by_id"]),
        ),
    )


def _exact(told: Decimal | int | None) -> Decimal | None:
    return None if told is None else Decimal(told)


def _text(value: object) -> str:
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return instant_text(value)
        case Enum():
            return str(value.value)
    return str(value)


def fill_text(fill: Fill) -> str:
    """Write an execution; one on the exchange says besides what it cost and which trade it is a side of."""
    return _FILL % (
        fill.id,
        fill.order_id,
        plain(fill.qty),
        number(fill.price),
        word(fill.currency),
        word(fill.price_source),
        instant_text(fill.executed_at),
        "" if fill.trade_seq is None else _TRADED % (plain(fill.fee), fill.trade_seq),
    )


def event_text(event: OrderEvent) -> str:
    """Write what happened to an order."""
    return _EVENT % (
        event.portfolio_id,
        event.seq,
        event.kind,
        instant_text(event.at),
        order_text(event.order),
        "null" if event.fill is None else fill_text(event.fill),
        number(event.position_qty),
    )


def number(value: Decimal | None) -> str:
    """Write an exact number, or null."""
    return "null" if value is None else plain(value)


def word(value: object) -> str:
    """Write text, or null."""
    return "null" if value is None else quoted(str(value))
