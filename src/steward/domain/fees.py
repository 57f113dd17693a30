"""Fees: what the fills of an order cost by the schedule of its listing."""

from decimal import Decimal

from steward.domain.listings import FeeSchedule
from steward.domain.money import ZERO, add, multiply, rounded


def fee_of(schedule: FeeSchedule, qty: Decimal, value: Decimal) -> Decimal:
    """Give the fee of an order of which `qty` units worth `value` are filled, in the currency of `value`.

    per_order + rate x value + per_unit x qty, then at least the minimum and at most the maximum, rounded
    once, half to even. A fill pays what its order owes after it less what it owed before.
    """
    if not qty:
        return ZERO
    owed = add(schedule.per_order, multiply(schedule.rate, value))
    owed = max(add(owed, multiply(schedule.per_unit, qty)), schedule.minimum)
    return rounded(owed if schedule.maximum is None else min(owed, schedule.maximum))
