"""Orders as they stand on the wire."""

from collections.abc import Sequence
from typing import Any

from steward.api.exchange_orders import TermsShape
from steward.api.json import optional, quoted
from steward.api.problems import Answer
from steward.api.values import Exact, Instant, Shape, Uuid
from steward.domain.orders import Order, Side, Status
from steward.domain.terms import Phase
from steward.usecases.order_text import ORDER, STANDING, order_text

_CLIENT_ORDER_ID = 9
_VERSION = 13
_TERMS = 14


class OrderShape(Shape):
    """An order; `pending_qty` is what of `original_qty` is not executed.

    What follows `version` is there for orders on the exchange alone; `legs` where one is placed with exits.
    """

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
    terms: TermsShape | None = None
    phase: Phase | None = None
    trigger_price: Exact | None = None
    reserved_cash: Exact | None = None
    reserved_qty: Exact | None = None
    reason: str | None = None
    replaced_by_id: Uuid | None = None
    legs: list["OrderShape"] | None = None


def text_of(row: tuple[Any, ...]) -> str:
    """Write an order of a row for the wire, without its leading seq."""
    known = list(row[: _VERSION + 1])
    known[_CLIENT_ORDER_ID] = optional(quoted, known[_CLIENT_ORDER_ID])
    stands = ""
    if row[_TERMS] is not None:
        terms, phase, trigger, cash, qty, reason, replaced_by = row[_TERMS:]
        words = optional(quoted, reason), optional(quoted, replaced_by)
        stands = STANDING % (terms, phase, trigger, cash, qty, *words)
    return ORDER % (*known, stands)


def written(orders: Sequence[Order], status: int = 200) -> Answer:
    """Answer with an order, and with its exits where it has just been placed with them."""
    first, *legs = map(order_text, orders)
    if legs:
        first = f'{first[:-1]},"legs":[{",".join(legs)}]}}'
    return Answer(status, first.encode(), ((b"etag", f'"{orders[0].version}"'.encode()),))


def made(orders: Sequence[Order]) -> Answer:
    """Answer with an order that has just been placed."""
    return written(orders, 201)


def shown(row: tuple[Any, ...]) -> Answer:
    """Answer with one order of a row for the wire, without its leading seq."""
    return Answer(200, text_of(row).encode(), ((b"etag", f'"{row[_VERSION]}"'.encode()),))
