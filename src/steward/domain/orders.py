"""Orders on the manual venue, where the caller plays the broker. One literal table rules their life."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from steward.domain.altered import altered
from steward.domain.errors import Conflict, InvalidValue, NotFound, PreconditionFailed
from steward.domain.money import ZERO, add, divided, multiply, subtract
from steward.domain.terms import PLAIN, Standing, Terms


class Side(StrEnum):
    """Which way units go."""

    BUY = "buy"
    SELL = "sell"


def other(side: Side) -> Side:
    """Give the opposite side."""
    return Side.SELL if side is Side.BUY else Side.BUY


class Status(StrEnum):
    """Where an order is in its life; the last four are final."""

    PENDING = "pending"
    PARTIAL = "partial"
    EXECUTED = "executed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"


class Event(StrEnum):
    """What can happen to an order."""

    FILL = "fill"
    FILL_REST = "fill_rest"
    AMEND = "amend"
    CLOSE = "close"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REJECT = "reject"


TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.PENDING, Event.FILL): Status.PARTIAL,
    (Status.PENDING, Event.FILL_REST): Status.EXECUTED,
    (Status.PENDING, Event.AMEND): Status.PENDING,
    (Status.PENDING, Event.CANCEL): Status.CANCELLED,
    (Status.PENDING, Event.EXPIRE): Status.EXPIRED,
    (Status.PENDING, Event.REJECT): Status.REJECTED,
    (Status.PARTIAL, Event.FILL): Status.PARTIAL,
    (Status.PARTIAL, Event.FILL_REST): Status.EXECUTED,
    (Status.PARTIAL, Event.AMEND): Status.PARTIAL,
    (Status.PARTIAL, Event.CLOSE): Status.EXECUTED,
    (Status.PARTIAL, Event.CANCEL): Status.CANCELLED,
    (Status.PARTIAL, Event.EXPIRE): Status.EXPIRED,
}
FINAL = frozenset(Status) - {status for status, _ in TRANSITIONS}
MANUAL_VENUE = "manual"


class OrderNotFound(NotFound):
    """There is no such order of this owner."""

    code = "order-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such order.")


class OrderNotOpen(Conflict):
    """The order is executed, cancelled, expired or rejected: it changes no more."""

    code = "order-not-open"


class ClientOrderIdTaken(Conflict):
    """Another order of this owner already carries this client order id."""

    code = "client-order-id-taken"

    def __init__(self) -> None:
        super().__init__("Another order of yours already has this client_order_id.")


class BelowExecuted(InvalidValue):
    """An order cannot be for less than is already executed."""

    code = "below-executed"


class AbovePending(InvalidValue):
    """An execution cannot be for more than is still pending."""

    code = "above-pending"


class StaleVersion(PreconditionFailed):
    """The order has changed since the version that the caller named."""

    code = "stale-version"


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution: the `seq`-th of its order. Without a known price both price fields are None.

    One on the exchange is a side of the trade `trade_seq` of its venue and symbol, and may cost a fee.
    """

    id: UUID
    order_id: UUID
    seq: int
    qty: Decimal
    price: Decimal | None
    currency: str | None
    price_source: str | None
    executed_at: datetime
    fee: Decimal = ZERO
    trade_seq: int | None = None


@dataclass(frozen=True)  # without slots: the average price, once it is worked out, is kept in the instance
class Order:
    """An order and what became of it. On the manual venue it has no standing and no terms but the plain ones.

    `executed_value` is the exact sum of quantity times price over its fills, in the portfolio's base
    currency; None as soon as one fill has no price in that currency. `version` counts its changes and
    `fill_count` its fills.
    """

    id: UUID
    owner_id: UUID
    portfolio_id: int
    security: str
    side: Side
    original_qty: Decimal
    executed_qty: Decimal
    executed_value: Decimal | None
    fill_count: int
    status: Status
    client_order_id: str | None
    venue: str
    created_at: datetime
    updated_at: datetime
    version: int
    terms: Terms = PLAIN
    standing: Standing | None = None

    @property
    def pending_qty(self) -> Decimal:
        """What may still be executed if the order is open."""
        return subtract(self.original_qty, self.executed_qty)

    @cached_property
    def average_price(self) -> Decimal | None:
        """Quantity-weighted mean price of the fills, rounded once; None where a price is unknown."""
        if self.executed_value is None or not self.executed_qty:
            return None
        return divided(self.executed_value, self.executed_qty)

    def expect_version(self, version: int | None) -> None:
        """Raise StaleVersion unless `version` is None or the current one."""
        if version is not None and version != self.version:
            detail = f"The order is at version {self.version} by now: read it again, then decide."
            raise StaleVersion(detail)

    def amended(self, qty: Decimal, *, at: datetime) -> "Order":
        """Change the total quantity (> 0); exactly what is executed closes the order.

        Raises OrderNotOpen, BelowExecuted.
        """
        self._expect_open()
        if qty < self.executed_qty:
            detail = "The new quantity is below what is already executed."
            raise BelowExecuted(detail, pointer="/qty")
        event = Event.CLOSE if qty == self.executed_qty else Event.AMEND
        return self._moved(event, at, qty, self.executed_qty, self.executed_value, self.fill_count)

    def cancelled(self, *, at: datetime) -> "Order":
        """End the order; what was executed stays. Raises OrderNotOpen."""
        self._expect_open()
        return self._moved(
            Event.CANCEL, at, self.original_qty, self.executed_qty, self.executed_value, self.fill_count
        )

    def filled(self, fill: Fill, *, currency: str) -> "Order":
        """Take one execution in; `currency` is the portfolio's. Raises OrderNotOpen, AbovePending."""
        self._expect_open()
        pending = self.pending_qty
        if fill.qty > pending:
            detail = "The executed quantity is above what is still pending."
            raise AbovePending(detail, pointer="/executed_qty")
        value = None
        if fill.price is not None and fill.currency == currency and self.executed_value is not None:
            value = add(self.executed_value, multiply(fill.qty, fill.price))
        event = Event.FILL_REST if fill.qty == pending else Event.FILL
        executed = add(self.executed_qty, fill.qty)
        return self._moved(event, fill.executed_at, self.original_qty, executed, value, fill.seq)

    def stepped(
        self,
        event: Event,
        standing: Standing,
        *,
        at: datetime,
        original_qty: Decimal | None = None,
        terms: Terms | None = None,
    ) -> "Order":
        """Take an event of the exchange in, and where the order stands after it. Raises OrderNotOpen."""
        self._expect_open()
        return altered(
            self,
            status=TRANSITIONS[self.status, event],
            standing=standing,
            original_qty=self.original_qty if original_qty is None else original_qty,
            terms=terms or self.terms,
            updated_at=at,
            version=self.version + 1,
        )

    def _expect_open(self) -> None:
        if self.status in FINAL:
            detail = f"The order is {self.status.value}: it changes no more."
            raise OrderNotOpen(detail)

    def _moved(  # noqa: PLR0917 - what may change, in the order of the fields
        self,
        event: Event,
        at: datetime,
        original_qty: Decimal,
        executed_qty: Decimal,
        executed_value: Decimal | None,
        fill_count: int,
    ) -> "Order":
        # By hand: `replace` takes twice as long, and executing an order is the dearest request.
        return Order(
            self.id,
            self.owner_id,
            self.portfolio_id,
            self.security,
            self.side,
            original_qty,
            executed_qty,
            executed_value,
            fill_count,
            TRANSITIONS[self.status, event],
            self.client_order_id,
            self.venue,
            self.created_at,
            at,
            self.version + 1,
            self.terms,
            self.standing,
        )


def placed(
    *,
    order_id: UUID,
    owner_id: UUID,
    portfolio_id: int,
    security: str,
    side: Side,
    qty: Decimal,
    client_order_id: str | None,
    at: datetime,
) -> Order:
    """Make a new order on the manual venue; `qty` > 0."""
    return Order(
        id=order_id,
        owner_id=owner_id,
        portfolio_id=portfolio_id,
        security=security,
        side=side,
        original_qty=qty,
        executed_qty=ZERO,
        executed_value=ZERO,
        fill_count=0,
        status=Status.PENDING,
        client_order_id=client_order_id,
        venue=MANUAL_VENUE,
        created_at=at,
        updated_at=at,
        version=1,
    )
