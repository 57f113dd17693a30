"""Triggers: armed orders, and the price that sets each of them off."""

import heapq
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from steward.domain.listings import Listing
from steward.domain.money import ZERO, add, divided, multiply, negated, subtract, whole_steps
from steward.domain.orders import Order, Side
from steward.domain.reserves import PROTECTION_PERCENT, standing_of
from steward.domain.terms import OrderType, Phase, Terms
from steward.domain.tickets import TOUCHED, TRIGGERED, WHOLE_PERCENT


def waits_for_price(terms: Terms) -> bool:
    """Say whether an order of this type is armed before it can trade."""
    return terms.type in TRIGGERED


def rises(side: Side, kind: OrderType) -> bool:
    """Say whether a price at the trigger or above sets the order off, rather than one at or below it."""
    return (side is Side.BUY) != (kind in TOUCHED)


def reached(side: Side, kind: OrderType, trigger: Decimal, price: Decimal) -> bool:
    """Say whether a price sets an order off."""
    return price >= trigger if rises(side, kind) else price <= trigger


def trail_of(terms: Terms, side: Side, price: Decimal, listing: Listing) -> Decimal:
    """Give the trigger of a trailing stop that has just seen `price`, on a tick at the trail or nearer."""
    if terms.trail_amount is not None:
        trail = terms.trail_amount
    else:
        assert terms.trail_percent is not None  # noqa: S101 - a trailing stop has one of the two
        trail = divided(multiply(price, terms.trail_percent), WHOLE_PERCENT)
    if side is Side.BUY:
        return on_tick(add(price, trail), listing)
    return on_tick(subtract(price, trail), listing, up=True)


def bound_of(side: Side, price: Decimal, listing: Listing) -> Decimal:
    """Give the price 5 % above one, on a tick: the worst to buy at, the highest to keep margin for."""
    beyond = divided(multiply(price, WHOLE_PERCENT + PROTECTION_PERCENT), WHOLE_PERCENT)
    return on_tick(beyond, listing, up=side is Side.SELL)


def on_tick(price: Decimal, listing: Listing, *, up: bool = False) -> Decimal:
    """Give the price of the tick at or next below `price`, or next above it; 0 when there is none below."""
    if price <= 0:
        return ZERO
    count = whole_steps(price, listing.tick)
    below = multiply(Decimal(count), listing.tick)
    return add(below, listing.tick) if up and below != price else below


class Triggers:
    """Armed orders by the price that they wait for. What is here no longer counts once its order moved on."""

    def __init__(self) -> None:
        self._heaps: dict[tuple[Side, bool], list[tuple[Decimal, int, UUID]]] = {
            (side, up): [] for side in Side for up in (False, True)
        }
        self._trailing: dict[UUID, None] = {}

    def arm(self, order: Order) -> None:
        """Wait for the price of an order, or for its new one."""
        standing, kind = standing_of(order), order.terms.type
        assert standing.trigger_price is not None  # noqa: S101 - an armed order has one
        up = rises(order.side, kind)
        key = standing.trigger_price if up else negated(standing.trigger_price)
        heapq.heappush(self._heaps[order.side, up], (key, standing.priority, order.id))
        if kind is OrderType.TRAILING_STOP:
            self._trailing[order.id] = None

    def fired(self, orders: Mapping[UUID, Order], prices: Mapping[Side, Decimal]) -> list[Order]:
        """Take out the orders that these prices set off, in the order in which they were armed."""
        found: dict[UUID, Order] = {}
        for (side, up), heap in self._heaps.items():
            limit = prices[side] if up else negated(prices[side])
            while heap and heap[0][0] <= limit:
                key, _, order_id = heapq.heappop(heap)
                order = orders.get(order_id)
                trigger = key if up else negated(key)
                if order is not None and _waits(order) and standing_of(order).trigger_price == trigger:
                    found[order_id] = order
        return sorted(found.values(), key=lambda one: standing_of(one).priority)

    def trailed(
        self, orders: Mapping[UUID, Order], prices: Mapping[Side, Decimal], listing: Listing
    ) -> list[tuple[Order, Decimal]]:
        """Give the trailing stops that these prices move, with their new triggers."""
        moved = []
        for order_id in list(self._trailing):
            order = orders.get(order_id)
            if order is None or not _waits(order):
                del self._trailing[order_id]
            else:
                trigger = trail_of(order.terms, order.side, prices[order.side], listing)
                before = _trigger(order)
                if trigger < before if order.side is Side.BUY else trigger > before:
                    moved.append((order, trigger))
        return sorted(moved, key=lambda one: standing_of(one[0]).priority)


def _waits(order: Order) -> bool:
    return standing_of(order).phase is Phase.ARMED


def _trigger(order: Order) -> Decimal:
    trigger = standing_of(order).trigger_price
    assert trigger is not None  # noqa: S101 - an armed order has one
    return trigger
