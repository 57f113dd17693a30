"""Transfers over HTTP: between two portfolios of one person."""

from typing import Annotated

from annotated_types import MinLen
from pydantic import Field

from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer, HttpRefusal
from steward.api.transactions_shapes import NewLot, TransactionShape, lots_of, written
from steward.api.values import BIGGEST_ID, Body, Day, Instant, Number, Shape, Uuid
from steward.usecases import transfers
from steward.usecases.ports import WriteUnit

operations = Operations("transfers")


class NewTransfer(Body):
    """What moves: units of a symbol, or an amount of a currency."""

    from_portfolio_id: int
    to_portfolio_id: int
    trade_date: Day | None = None
    occurred_at: Instant | None = None
    symbol: str | None = None
    quantity: Number | None = None
    lots: Annotated[list[NewLot], MinLen(1)] | None = None
    amount: Number | None = None
    currency: str | None = None
    note: str | None = None


class Transferred(Shape):
    """Both sides: what went out of one ledger, and what came into the other."""

    transfer_id: Uuid
    out: TransactionShape
    into: TransactionShape = Field(alias="in")


@operations.add("POST", "/transfers", answers=Transferred, status=201, refuses=(404, 409))
async def transfer(call: Call, body: NewTransfer) -> Answer:
    """Move units with their lots, or cash, from one portfolio to another."""
    for portfolio_id in (body.from_portfolio_id, body.to_portfolio_id):
        if not 0 < portfolio_id <= BIGGEST_ID:
            raise HttpRefusal(404, "portfolio-not-found", "There is no such portfolio.")
    transfer_id = call.new_id()

    async def work(unit: WriteUnit) -> Answer:
        out, into = await transfers.transfer(
            unit,
            owner_id=call.user_id,
            transfer_id=transfer_id,
            from_portfolio_id=body.from_portfolio_id,
            to_portfolio_id=body.to_portfolio_id,
            moved=transfers.Moved(
                trade_date=body.trade_date,
                occurred_at=body.occurred_at,
                symbol=body.symbol,
                quantity=body.quantity,
                lots=lots_of(body.lots),
                amount=body.amount,
                currency=body.currency,
                note=body.note,
            ),
            at=call.at,
        )
        text = f'{{"transfer_id":"{transfer_id}","out":{written(out, None)},"in":{written(into, None)}}}'
        return Answer(201, text.encode(), ())

    return await call.write(work)
