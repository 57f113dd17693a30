"""Reserves: what an account keeps back for an open order, so that it can always be filled."""

from decimal import Decimal
from typing import Final

from steward.domain.fees import fee_of
from steward.domain.listings import Listing
from steward.domain.money import ZERO, add, multiply, subtract
from steward.domain.orders import Order, Side
from steward.domain.terms import Phase, Role, Standing

PROTECTION_PERCENT: Final = 5
"""How far from the price that it waited for a market order may trade, in percent of it."""


def standing_of(order: Order) -> Standing:
    """Give where an order of the exchange stands; one of the manual venue stands nowhere."""
    assert order.standing is not None  # noqa: S101 - every order of a desk has one
    return order.standing


def value_of(listing: Listing, qty: Decimal, price: Decimal) -> Decimal:
    """Give what `qty` units are worth at a price: quantity x price x multiplier."""
    return multiply(multiply(qty, price), listing.multiplier)


def fee_left(order: Order, listing: Listing, value: Decimal, qty: Decimal) -> Decimal:
    """Give the fee that an order owes yet when `qty` more trade for `value` in all; the house pays none."""
    if standing_of(order).reserve_rate is None:
        return ZERO
    executed = multiply(order.executed_value or ZERO, listing.multiplier)
    owed = fee_of(listing.fees, order.side, add(order.executed_qty, qty), add(executed, value))
    return subtract(owed, fee_of(listing.fees, order.side, order.executed_qty, executed))


def limit_of(order: Order) -> Decimal | None:
    """Give the worst price that a working order may trade at; None at any.

    A purchase that had to wait may cost no more than is reserved for it.
    """
    standing = standing_of(order)
    return order.terms.limit_price or (standing.bound_price if order.side is Side.BUY else None)


def need_of(order: Order, listing: Listing, value: Decimal) -> Decimal:
    """Give what the rest of an order that opens takes of what is available when it trades for `value`.

    That is its rate of the value, and the fee; an order that closes takes nothing.
    """
    rate = standing_of(order).reserve_rate
    assert rate is not None  # noqa: S101 - an order that opens has one
    return add(multiply(rate, value), fee_left(order, listing, value, order.pending_qty))


def reserves(order: Order, listing: Listing) -> tuple[Decimal, Decimal]:
    """Give the cash and the units that an open order has to have reserved.

    An order that opens reserves at its limit or its bound, by quantity or its whole amount of money. Of
    two exits that cancel each other the take profit reserves for both until the stop loss is set off. What
    is held, and a market order that is being matched at this moment, reserves nothing.
    """
    terms, standing = order.terms, standing_of(order)
    rate = standing.reserve_rate
    twin = standing.phase is Phase.ARMED and terms.role is Role.STOP_LOSS and terms.group_id is not None
    if rate is None or standing.phase is Phase.HELD or twin:
        return ZERO, ZERO
    if not rate:
        return ZERO, order.pending_qty
    if terms.amount is not None:
        return (ZERO if standing.phase is Phase.WORKING else terms.amount), ZERO
    price = standing.bound_price or terms.limit_price
    if price is None:
        return ZERO, ZERO
    return need_of(order, listing, value_of(listing, order.pending_qty, price)), ZERO
