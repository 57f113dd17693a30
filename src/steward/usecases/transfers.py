"""Transfers between two portfolios of one owner: one transaction in each ledger, joined by an id."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.booking import InvalidTransaction, Stated, booked
from steward.domain.money import positive
from steward.domain.shorts import BeyondPosition
from steward.domain.transactions import Kind, LotChoice, Transaction
from steward.usecases.bookings import append_apart, considered, instruments_of, shorted
from steward.usecases.named_lots import check_lots
from steward.usecases.ports import WriteUnit


@dataclass(frozen=True, slots=True)
class Moved:
    """What moves, and when: `quantity` units of `symbol`, or an `amount` of a currency."""

    trade_date: date | None
    occurred_at: datetime | None
    symbol: str | None
    quantity: Decimal | None
    lots: tuple[LotChoice, ...]
    amount: Decimal | None
    currency: str | None
    note: str | None


async def transfer(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    transfer_id: UUID,
    from_portfolio_id: int,
    to_portfolio_id: int,
    moved: Moved,
    at: datetime,
) -> tuple[Transaction, Transaction]:
    """Move units or cash; give what goes out and what comes in.

    Raises PortfolioNotFound, LotNamed, UnknownLot, BeyondLot, BeyondPosition, InvalidValue.
    """
    stated = _stated(moved)
    both = sorted((from_portfolio_id, to_portfolio_id))
    locked = {each: await unit.portfolios.lock(owner_id, each) for each in both}
    if from_portfolio_id == to_portfolio_id:
        raise InvalidTransaction("A transfer is between two portfolios.", pointer="/to_portfolio_id")
    instruments = await instruments_of(unit, owner_id, [stated.symbol])
    out = booked(stated, instruments, base_currency=locked[from_portfolio_id].base_currency, at=at)
    out = replace(out, terms=replace(out.terms, transfer_id=transfer_id))
    kind = Kind.TRANSFER_IN if out.kind is Kind.TRANSFER_OUT else Kind.DEPOSIT
    into = replace(out, kind=kind, terms=replace(out.terms, lots=()))
    sides = ((from_portfolio_id, out), (to_portfolio_id, into))
    changes = [await considered(unit, locked[side], come=[entry], at=at) for side, entry in sides]
    misnamed = await check_lots(unit, *changes, pointer="/quantity")
    if misnamed is not None:
        raise misnamed[1]
    made: list[Transaction] = []
    for change in changes:
        if await shorted(unit, change) is not None:
            raise BeyondPosition(pointer="/quantity")
        made += await append_apart(unit, change, change.come, at=at)
    return made[0], made[1]


def _stated(moved: Moved) -> Stated:
    """Give the outgoing side as it would be stated alone."""
    if moved.amount is None:
        if moved.currency is not None:
            raise InvalidTransaction("Units have no currency.", pointer="/currency")
        if moved.symbol is None:
            detail = "A transfer states a symbol and a quantity, or an amount."
            raise InvalidTransaction(detail, pointer="/symbol")
        return Stated(
            Kind.TRANSFER_OUT,
            trade_date=moved.trade_date,
            occurred_at=moved.occurred_at,
            symbol=moved.symbol,
            quantity=moved.quantity,
            lots=moved.lots,
            note=moved.note,
        )
    positive(moved.amount, pointer="/amount")
    for name in ("symbol", "quantity", "lots"):
        if getattr(moved, name):
            raise InvalidTransaction("Cash has no symbol, quantity or lots.", pointer=f"/{name}")
    return Stated(
        Kind.WITHDRAWAL,
        trade_date=moved.trade_date,
        occurred_at=moved.occurred_at,
        gross_amount=moved.amount,
        currency=moved.currency,
        note=moved.note,
    )
