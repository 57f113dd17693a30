"""Fees: what the fills of an order cost by the schedule of its listing."""

from decimal import Decimal

from steward.domain.listings import FeeSchedule
from steward.domain.money import ZERO, add, multiply, rounded
from steward.domain.orders import Side


def fee_of(schedule: FeeSchedule, side: Side, qty: Decimal, value: Decimal) -> Decimal:
    """Give the fee of an order of which `qty` units worth `value` are filled, in the currency of `value`.

    per_order + rate x value + per_unit x qty, then at least the minimum and at most the maximum, rounded
    once, half to even; for a sale never more than what it brings, so that a sale cannot cost money. A fill
    pays what its order owes after it less what it owed before.
    """
    if not qty:
        return ZERO
    owed = add(schedule.per_order, multiply(schedule.rate, value))
    owed = max(add(owed, multiply(schedule.per_unit, qty)), schedule.minimum)
    if schedule.maximum is not None:
        owed = min(owed, schedule.maximum)
    return rounded(min(owed, value) if side is Side.SELL else owed)
