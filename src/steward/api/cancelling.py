"""Cancelling all open orders over HTTP, on whatever venue they are."""

from collections.abc import Awaitable, Iterable, Sequence
from uuid import UUID

from steward.api.call import Call
from steward.api.figures import document, listed
from steward.api.operations import Operations
from steward.api.orders_shapes import OrderShape
from steward.api.problems import Answer, status_of
from steward.api.values import PortfolioId, Shape, Uuid
from steward.domain.errors import Refusal
from steward.domain.orders import Order, OrderNotOpen
from steward.domain.text import checked_symbol
from steward.usecases import cancelling
from steward.usecases.desk_commands import CancelAll
from steward.usecases.desk_facts import Asked
from steward.usecases.order_text import order_text, word
from steward.usecases.ports import WriteUnit
from steward.usecases.values import Kept

operations = Operations("orders")


class CancelledShape(Shape):
    """What became of one order: `status` and `code` are those that cancelling it alone would answer."""

    id: Uuid
    status: int
    code: str | None
    order: OrderShape | None


@operations.add("DELETE", "/orders", answers=list[CancelledShape])
async def cancel_all(
    call: Call, portfolio_id: PortfolioId | None = None, security: str | None = None
) -> Answer:
    """Cancel all open orders of the caller, or those of a portfolio or a symbol."""
    if security is not None:
        security = checked_symbol(security, pointer="/query/security")
    found = [
        one
        for one in await call.read().orders.open_ones(call.user_id)
        if portfolio_id in (None, one[3]) and security in (None, one[2])
    ]
    told: dict[UUID, str] = {}
    for ids in cancelling.steps_by_hand(found):
        told |= await _results(ids, _by_hand(call, ids))
    for step in cancelling.steps(found):
        told |= await _results(step.order_ids, _at_desk(call, step))
    return Answer(200, listed(told[one[0]] for one in found).encode(), ())


async def _by_hand(call: Call, ids: Sequence[UUID]) -> Sequence[Order]:
    async def work(unit: WriteUnit) -> Sequence[Order]:
        return await cancelling.cancel_by_hand(unit, owner_id=call.user_id, order_ids=ids, at=call.at)

    return await call.system.units.write(work, trace=call.trace, at=call.at, caller=call.signed_in)


async def _at_desk(call: Call, step: CancelAll) -> Sequence[Order]:
    done = await call.system.lane.do(Asked(step, call.signed_in, call.trace))
    assert not isinstance(done, Kept)  # noqa: S101 - it carries no idempotency key
    return done


async def _results(ids: Iterable[UUID], asked: Awaitable[Sequence[Order]]) -> dict[UUID, str]:
    """Write what became of some orders; what refuses a step refuses each of its orders."""
    refusal: Refusal = OrderNotOpen("The order is final by now.")
    cancelled: dict[UUID, Order] = {}
    try:
        cancelled = {one.id: one for one in await asked}
    except Refusal as refused:
        refusal = refused
    return {order_id: _result(order_id, cancelled.get(order_id), refusal) for order_id in ids}


def _result(order_id: UUID, order: Order | None, refusal: Refusal) -> str:
    status = 200 if order is not None else status_of(refusal)
    return document(
        {
            "id": word(order_id),
            "status": str(status),
            "code": word(None if order is not None else refusal.code),
            "order": "null" if order is None else order_text(order),
        }
    )
