"""Recording transactions, taking them back, correcting them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from steward.domain.booking import NOTE_MAXIMUM, Stated, booked
from steward.domain.errors import Conflict
from steward.domain.portfolios import Portfolio
from steward.domain.shorts import BeyondPosition
from steward.domain.text import checked_text
from steward.domain.transactions import Entry, ExternalIdTaken, Transaction, seal
from steward.usecases.bookings import (
    Change,
    append_apart,
    check_external_ids,
    considered,
    instruments_of,
    rebuild,
    shorted,
)
from steward.usecases.named_lots import check_lots
from steward.usecases.ports import WriteUnit


class AlreadyReversed(Conflict):
    """The transaction has been taken back before."""

    code = "already-reversed"

    def __init__(self) -> None:
        super().__init__("This transaction has been taken back before.")


class IsAReversal(Conflict):
    """A reversal itself is not taken back: what it took back is entered again."""

    code = "is-a-reversal"

    def __init__(self) -> None:
        super().__init__("A reversal is not taken back: enter the transaction again.")


class OfAnOrder(Conflict):
    """The transaction belongs to the fill of an order, which stands."""

    code = "of-an-order"

    def __init__(self) -> None:
        super().__init__("This transaction belongs to the execution of an order, which stands.")


class OfATransfer(Conflict):
    """One side of a transfer is not corrected alone."""

    code = "of-a-transfer"

    def __init__(self) -> None:
        detail = "One side of a transfer is not corrected alone: take the transfer back and enter it again."
        super().__init__(detail)


async def record(
    unit: WriteUnit, *, owner_id: UUID, portfolio_id: int, stated: Stated, at: datetime
) -> Transaction:
    """Append what is stated. Raises PortfolioNotFound, ExternalIdTaken, LotNamed, InvalidValue."""
    portfolio = await locked(unit, owner_id, portfolio_id, moves=stated.quantity is not None)
    entry = await entered(unit, portfolio, stated, at=at)
    change = await considered(unit, portfolio, come=[entry], at=at)
    await check(unit, change)
    made = await unit.transactions.append_one(
        portfolio, seal(portfolio, [entry], at=at)[0], assets=change.assets, moves=not change.later
    )
    await rebuild(unit, change)
    return made


async def reverse(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    portfolio_id: int,
    transaction_id: int,
    note: str | None,
    at: datetime,
) -> Transaction:
    """Take a transaction back, and with one side of a transfer the other side too.

    Gives the reversal in the portfolio that is named. Raises PortfolioNotFound, TransactionNotFound,
    AlreadyReversed, IsAReversal, OfAnOrder, LotNamed, BeyondPosition.
    """
    if note is not None:
        note = checked_text(note, pointer="/note", maximum=NOTE_MAXIMUM)
    changes: list[Change] = []
    for side in await _sides(unit, owner_id, portfolio_id, transaction_id):
        portfolio = await unit.portfolios.lock(owner_id, side.portfolio_id)
        gone = await _standing(unit, owner_id, side.portfolio_id, side.id)
        changes.append(await considered(unit, portfolio, gone=[gone], at=at))
    misnamed = await check_lots(unit, *changes)
    if misnamed is not None:
        raise misnamed[1]
    made: Transaction | None = None
    for change in changes:
        if await shorted(unit, change) is not None:
            raise BeyondPosition
        reversal = await append_apart(unit, change, change.reversals(at=at, note=note), at=at)
        made = reversal[0] if change.portfolio.id == portfolio_id else made
    assert made is not None  # noqa: S101 - one of the sides is the one that is named
    return made


async def correct(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    portfolio_id: int,
    transaction_id: int,
    stated: Stated,
    at: datetime,
) -> tuple[Transaction, Transaction]:
    """Take a transaction back and append another in its place; give the reversal and the other.

    Raises as `record` and `reverse` do, and OfATransfer.
    """
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    gone = await _standing(unit, owner_id, portfolio_id, transaction_id)
    if gone.entry.terms.transfer_id is not None:
        raise OfATransfer
    entry = await entered(unit, portfolio, stated, at=at)
    entry = replace(entry, terms=replace(entry.terms, replaces=gone.id))
    change = await considered(unit, portfolio, come=[entry], gone=[gone], at=at)
    await check(unit, change)
    reversal, made = await append_apart(unit, change, [*change.reversals(at=at), entry], at=at)
    return reversal, made


async def locked(unit: WriteUnit, owner_id: UUID, portfolio_id: int, *, moves: bool) -> Portfolio:
    """Lock a portfolio; when units move, so that no corporate action comes in between."""
    if moves:
        return await unit.portfolios.lock(owner_id, portfolio_id)
    return await unit.portfolios.lock_ledger(owner_id, portfolio_id)


async def entered(unit: WriteUnit, portfolio: Portfolio, stated: Stated, *, at: datetime) -> Entry:
    """Make the entry of what is stated, by what is recorded about its instrument. Raises InvalidValue."""
    instruments = await instruments_of(unit, portfolio.owner_id, [stated.symbol])
    return booked(stated, instruments, base_currency=portfolio.base_currency, at=at)


async def check(unit: WriteUnit, change: Change) -> None:
    """Check one entry against what is there.

    Raises ExternalIdTaken, UnknownLot, BeyondLot, LotNamed, BeyondPosition.
    """
    if await check_external_ids(unit, change):
        raise ExternalIdTaken
    misnamed = await check_lots(unit, change, pointer="/quantity")
    if misnamed is not None:
        raise misnamed[1]
    if await shorted(unit, change) is not None:
        raise BeyondPosition(pointer="/quantity")


async def _sides(
    unit: WriteUnit, owner_id: UUID, portfolio_id: int, transaction_id: int
) -> Sequence[Transaction]:
    """Give what goes together, in the order in which the portfolios are locked."""
    named = await _standing(unit, owner_id, portfolio_id, transaction_id)
    transfer_id = named.entry.terms.transfer_id
    return [named] if transfer_id is None else await unit.transactions.sides(owner_id, transfer_id)


async def _standing(unit: WriteUnit, owner_id: UUID, portfolio_id: int, transaction_id: int) -> Transaction:
    found, reversed_by = await unit.transactions.one(owner_id, portfolio_id, transaction_id)
    if found.entry.reverses is not None:
        raise IsAReversal
    if reversed_by is not None:
        raise AlreadyReversed
    if found.entry.fill_id is not None:
        raise OfAnOrder
    return found
