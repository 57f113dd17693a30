"""Cancelling many orders at once, on whatever venue they are."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from steward.domain.orders import MANUAL_VENUE, Order, OrderNotFound, OrderNotOpen
from steward.usecases import orders
from steward.usecases.desk_commands import CancelAll
from steward.usecases.ports import WriteUnit
from steward.usecases.values import DeskKey

TOGETHER: Final = 500
"""So many are cancelled in one step: others go on in between."""

Open = tuple[UUID, str, str, int]
"""An open order: id, venue, security, portfolio."""


def steps(found: Sequence[Open]) -> Iterator[CancelAll]:
    """Give the commands that cancel orders of the exchange, those of one desk and account together."""
    ordered = sorted((one for one in found if one[1] != MANUAL_VENUE), key=lambda one: one[1:])
    for (venue, security, portfolio_id), some in groupby(ordered, key=lambda one: one[1:]):
        ids = [one[0] for one in some]
        for start in range(0, len(ids), TOGETHER):
            yield CancelAll(DeskKey(venue, security), portfolio_id, tuple(ids[start : start + TOGETHER]))


def steps_by_hand(found: Sequence[Open]) -> Iterator[tuple[UUID, ...]]:
    """Give the orders of the manual venue, so many as are cancelled in one transaction."""
    ids = [one[0] for one in found if one[1] == MANUAL_VENUE]
    for start in range(0, len(ids), TOGETHER):
        yield tuple(ids[start : start + TOGETHER])


async def cancel_by_hand(
    unit: WriteUnit, *, owner_id: UUID, order_ids: Sequence[UUID], at: datetime
) -> list[Order]:
    """End orders of the manual venue; those that are final by now, or gone, stay out."""
    cancelled = []
    for order_id in order_ids:
        with suppress(OrderNotFound, OrderNotOpen):
            cancelled.append(
                await orders.cancel(unit, owner_id=owner_id, order_id=order_id, version=None, at=at)
            )
    return cancelled
