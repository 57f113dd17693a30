"""Sizing: how many units an amount of money buys or brings."""

from datetime import datetime
from decimal import Decimal

from steward.domain.book_floor import BookFloor
from steward.domain.listings import Listing
from steward.domain.money import ZERO, add, multiply, whole_steps
from steward.domain.orders import Order, Side
from steward.domain.paper_floor import PaperFloor
from steward.domain.reserves import fee_left, value_of


def lots_for(order: Order, listing: Listing, floor: BookFloor | PaperFloor, *, at: datetime) -> Decimal:
    """Give the most units whose price, and fee for a purchase, stay within the order's amount.

    At the prices that it would trade at now; a sale is for at most its quantity. 0 when not one lot does.
    """
    best, amount = floor.best(order.side), order.terms.amount
    if best is None or amount is None:
        return ZERO
    # Nothing is sold below the first price to buy at; what is sold is bounded by what the order closes.
    most = amount if order.side is Side.BUY else value_of(listing, order.original_qty, best)
    step = value_of(listing, listing.lot, best)
    fits, beyond = 0, whole_steps(most, step) + 1
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        qty = multiply(Decimal(middle), listing.lot)
        found, value = floor.reachable(order.side, qty, None, owner_id=order.owner_id, at=at)
        fee = fee_left(order, listing, value, qty) if order.side is Side.BUY else ZERO
        cost = add(value, fee)
        if found == qty and cost <= amount:
            fits = middle
        else:
            beyond = middle
    return multiply(Decimal(fits), listing.lot)
