"""Moving units and cash between two portfolios of one owner."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.booking import InvalidTransaction
from steward.domain.errors import Refusal
from steward.domain.money import NotPositive
from steward.domain.named_lots import UnknownLot
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.shorts import BeyondPosition
from steward.domain.transactions import Kind, LotChoice, Transaction
from steward.usecases import portfolios, transactions
from steward.usecases.transfers import Moved, transfer
from tests.factories import AT, OWNER, an_action, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run
from tests.usecases.test_transactions import acted, held, record, reverse, stated

D = Decimal
UNITS = {"symbol": "ABC", "quantity": D(4), "lots": (), "amount": None, "currency": None}
CASH = {"symbol": None, "quantity": None, "lots": (), "amount": D(50), "currency": "EUR"}
WHEN = {"trade_date": AT.date(), "occurred_at": None, "note": "moved"}


@pytest.fixture
async def other(units: FakeUnits) -> Portfolio:
    return await run(units, portfolios.create, owner_id=OWNER, name="B", base_currency="EUR", at=AT)


async def move(
    units: FakeUnits, one: Portfolio, other: Portfolio, moved: dict[str, Any], **more: Any
) -> tuple[Transaction, Transaction]:
    usual = {
        "owner_id": OWNER,
        "transfer_id": new_id(),
        "from_portfolio_id": one.id,
        "to_portfolio_id": other.id,
        "moved": Moved(**(WHEN | moved)),
        "at": AT,
    }
    made: tuple[Transaction, Transaction] = await run(units, transfer, **(usual | more))
    return made


async def test_units_go_with_their_lots(units: FakeUnits, pension: Portfolio, other: Portfolio) -> None:
    lot = await record(units, pension, stated())
    lots = (LotChoice(lot.id, D(4)),)
    out, into = await move(units, pension, other, UNITS | {"lots": lots})
    assert (out.portfolio_id, into.portfolio_id) == (pension.id, other.id)
    assert (out.entry.kind, into.entry.kind) == (Kind.TRANSFER_OUT, Kind.TRANSFER_IN)
    assert (out.entry.terms.lots, into.entry.terms.lots) == (lots, ())
    assert out.entry.terms.transfer_id == into.entry.terms.transfer_id is not None
    assert (held(units, pension), held(units, other)) == (D(6), D(4))
    assert units.memory.portfolios[other.id].asset_count == 0


async def test_cash_goes_in_its_currency(units: FakeUnits, pension: Portfolio, other: Portfolio) -> None:
    out, into = await move(units, other, pension, CASH)
    assert (out.entry.kind, into.entry.kind) == (Kind.WITHDRAWAL, Kind.DEPOSIT)
    assert (out.portfolio_id, into.portfolio_id) == (other.id, pension.id)
    assert {(one.entry.gross_amount, one.entry.currency) for one in (out, into)} == {(D(50), "EUR")}


async def test_a_transfer_is_taken_back_on_both_sides(
    units: FakeUnits, pension: Portfolio, other: Portfolio
) -> None:
    await record(units, pension, stated())
    out, into = await move(units, pension, other, UNITS)
    back = await reverse(units, other, into.id)
    assert (back.portfolio_id, back.entry.reverses) == (other.id, into.id)
    assert (held(units, pension), held(units, other)) == (D(10), D(0))
    with pytest.raises(transactions.AlreadyReversed):
        await reverse(units, pension, out.id)


async def test_a_transfer_stays_when_its_units_are_sold(
    units: FakeUnits, pension: Portfolio, other: Portfolio
) -> None:
    await record(units, pension, stated())
    out, into = await move(units, pension, other, UNITS)
    await record(units, other, stated(Kind.SELL, 1))
    with pytest.raises(BeyondPosition):
        await reverse(units, pension, out.id)
    assert held(units, pension) == 6
    with pytest.raises(transactions.OfATransfer):
        await transactions_corrected(units, other, into.id)


async def transactions_corrected(units: FakeUnits, portfolio: Portfolio, id_: int) -> None:
    await run(
        units,
        transactions.correct,
        owner_id=OWNER,
        portfolio_id=portfolio.id,
        transaction_id=id_,
        stated=stated(),
        at=AT,
    )


async def test_units_moved_before_a_split_are_split_where_they_are(
    units: FakeUnits, pension: Portfolio, other: Portfolio
) -> None:
    day = date(2025, 6, 1)
    await record(units, pension, stated(day=day))
    await acted(units, an_action(ex_date=date(2025, 9, 1)))
    await move(units, pension, other, UNITS | {"trade_date": day})
    assert (held(units, pension), held(units, other)) == (D(12), D(8))


@pytest.mark.parametrize(
    ("moved", "refusal", "pointer"),
    [
        (UNITS | {"quantity": D(11)}, BeyondPosition, "/quantity"),
        (UNITS | {"quantity": D(0)}, NotPositive, "/quantity"),
        (UNITS | {"quantity": None}, InvalidTransaction, "/quantity"),
        (UNITS | {"symbol": None}, InvalidTransaction, "/symbol"),
        (UNITS | {"currency": "USD"}, InvalidTransaction, "/currency"),
        (UNITS | {"lots": (LotChoice(99, D(4)),)}, UnknownLot, "/lots/0/transaction_id"),
        (UNITS | {"trade_date": None}, InvalidTransaction, "/trade_date"),
        (CASH | {"amount": D(0)}, NotPositive, "/amount"),
        (CASH | {"symbol": "ABC"}, InvalidTransaction, "/symbol"),
        (CASH | {"quantity": D(1)}, InvalidTransaction, "/quantity"),
        (CASH | {"lots": (LotChoice(1, D(1)),)}, InvalidTransaction, "/lots"),
    ],
)
async def test_what_cannot_be_moved(
    units: FakeUnits,
    pension: Portfolio,
    other: Portfolio,
    *,
    moved: dict[str, Any],
    refusal: type[Refusal],
    pointer: str,
) -> None:
    await record(units, pension, stated())
    with pytest.raises(refusal) as refused:
        await move(units, pension, other, moved)
    assert refused.value.pointer == pointer
    assert len(units.memory.ledger) == 1


async def test_a_transfer_is_between_two_portfolios_of_one_owner(
    units: FakeUnits, pension: Portfolio, other: Portfolio
) -> None:
    await record(units, pension, stated())
    with pytest.raises(InvalidTransaction):
        await move(units, pension, pension, UNITS)
    with pytest.raises(PortfolioNotFound):
        await move(units, pension, other, UNITS, owner_id=new_id())
    with pytest.raises(PortfolioNotFound):
        await move(units, pension, other, UNITS, to_portfolio_id=99)
    assert len(units.memory.ledger) == 1
