"""Recording transactions, taking them back, correcting them."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.booking import NotListed, Stated
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.errors import Refusal
from steward.domain.instruments import Instrument
from steward.domain.named_lots import UnknownLot
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.shorts import BeyondPosition
from steward.domain.transactions import (
    ExternalIdTaken,
    Kind,
    LotChoice,
    Transaction,
    TransactionNotFound,
)
from steward.usecases import portfolios, transactions
from tests.factories import AT, OWNER, an_action, an_entry, new_id
from tests.fakes import FakeUnits
from tests.infrastructure.contract import appended
from tests.usecases.run import run

D = Decimal
TODAY = AT.date()
PAST = date(2025, 6, 1)


def stated(kind: Kind = Kind.BUY, quantity: int | None = 10, day: date = TODAY, **more: Any) -> Stated:
    units = {"symbol": "ABC", "quantity": None if quantity is None else D(quantity), "price": D(3)}
    usual: dict[str, Any] = units if quantity is not None else {"gross_amount": D(100)}
    return Stated(kind, **(usual | {"trade_date": day} | more))


async def record(units: FakeUnits, portfolio: Portfolio, one: Stated, **more: Any) -> Transaction:
    usual = {"owner_id": OWNER, "portfolio_id": portfolio.id, "stated": one, "at": AT}
    made: Transaction = await run(units, transactions.record, **(usual | more))
    return made


async def reverse(units: FakeUnits, portfolio: Portfolio, id_: int, **more: Any) -> Transaction:
    usual = {"owner_id": OWNER, "portfolio_id": portfolio.id, "transaction_id": id_, "note": None, "at": AT}
    made: Transaction = await run(units, transactions.reverse, **(usual | more))
    return made


async def correct(
    units: FakeUnits, portfolio: Portfolio, id_: int, one: Stated, **more: Any
) -> tuple[Transaction, Transaction]:
    usual = {"owner_id": OWNER, "portfolio_id": portfolio.id, "transaction_id": id_, "stated": one, "at": AT}
    made: tuple[Transaction, Transaction] = await run(units, transactions.correct, **(usual | more))
    return made


async def acted(units: FakeUnits, action: CorporateAction) -> None:
    async def work(unit: Any) -> None:
        await unit.actions.add(OWNER, action, at=AT)

    await run(units, work)


def held(units: FakeUnits, portfolio: Portfolio, symbol: str = "ABC") -> Decimal:
    return units.memory.positions[portfolio.id, symbol].quantity


def head(units: FakeUnits, portfolio: Portfolio) -> Portfolio:
    return units.memory.portfolios[portfolio.id]


def ids_of(*made: Transaction) -> Sequence[int]:
    return [one.id for one in made]


# One


async def test_a_transaction_is_appended_with_its_position(units: FakeUnits, pension: Portfolio) -> None:
    made = await record(units, pension, stated(fee=D(1)))
    assert units.memory.ledger == {made.id: made}
    assert held(units, pension) == 10
    assert head(units, pension).ledger_digest == made.digest
    cash = await record(units, pension, stated(Kind.DEPOSIT, None))
    assert (cash.seq, cash.entry.quantity) == (2, None)
    assert head(units, pension).history_version == 0


async def test_a_portfolio_of_somebody_else_is_not_there(units: FakeUnits, pension: Portfolio) -> None:
    for one in (stated(), stated(Kind.DEPOSIT, None)):
        with pytest.raises(PortfolioNotFound):
            await record(units, pension, one, owner_id=new_id())


async def test_the_history_has_a_new_version_when_a_year_that_was_over_changes(
    units: FakeUnits, pension: Portfolio
) -> None:
    made = await record(units, pension, stated(day=PAST))
    assert head(units, pension).history_version == 1
    await record(units, pension, stated(day=date(2026, 1, 1)))
    assert head(units, pension).history_version == 1
    await reverse(units, pension, made.id)
    assert head(units, pension).history_version == 2


async def test_what_is_recorded_of_the_instrument_counts(units: FakeUnits, pension: Portfolio) -> None:
    option = Instrument("ABC", "USD", multiplier=D(100), listed_on=PAST)

    async def work(unit: Any) -> None:
        unit.instruments.put(OWNER, option)

    await run(units, work)
    assert (await record(units, pension, stated(symbol=" abc "))).entry.gross_amount == 3000
    with pytest.raises(NotListed):
        await record(units, pension, stated(day=PAST - timedelta(days=1)))


async def test_a_transfer_in_of_unknown_cost_is_an_asset(units: FakeUnits, pension: Portfolio) -> None:
    made = await record(units, pension, stated(Kind.TRANSFER_IN, price=None))
    await record(units, pension, stated(Kind.TRANSFER_IN))
    assert head(units, pension).asset_count == 1
    await reverse(units, pension, made.id)
    assert head(units, pension).asset_count == 0


# Units that are there


async def test_no_more_leaves_than_is_held_on_that_day(units: FakeUnits, pension: Portfolio) -> None:
    await record(units, pension, stated(day=PAST))
    for sale in (stated(Kind.SELL, 11), stated(Kind.TRANSFER_OUT, 10, PAST - timedelta(days=1), price=None)):
        with pytest.raises(BeyondPosition) as refused:
            await record(units, pension, sale)
        assert refused.value.pointer == "/quantity"
    await record(units, pension, stated(Kind.SELL, 10))
    with pytest.raises(BeyondPosition):
        await record(units, pension, stated(Kind.SELL, 1, PAST))
    assert held(units, pension) == 0


async def test_shorts_are_the_owner_s_to_allow(units: FakeUnits, pension: Portfolio) -> None:
    await run(units, portfolios.change, owner_id=OWNER, portfolio_id=pension.id, shorts_allowed=True)
    await record(units, pension, stated(Kind.SELL, 3))
    assert held(units, pension) == -3


async def test_a_corporate_action_that_comes_later_rebuilds_the_positions(
    units: FakeUnits, pension: Portfolio
) -> None:
    await acted(units, an_action(ex_date=date(2025, 9, 1)))
    await record(units, pension, stated(day=PAST))
    assert held(units, pension) == 20
    with pytest.raises(BeyondPosition):
        await record(units, pension, stated(Kind.SELL, 11, PAST))
    bought = await record(units, pension, stated(quantity=1))
    assert held(units, pension) == 21
    sold = await record(units, pension, stated(Kind.SELL, 10, PAST))
    assert held(units, pension) == 1
    await reverse(units, pension, sold.id)
    await reverse(units, pension, bought.id)
    assert held(units, pension) == 20


# Lots and external ids


async def test_a_sale_names_lots_that_are_there(units: FakeUnits, pension: Portfolio) -> None:
    first = await record(units, pension, stated(day=PAST))
    second = await record(units, pension, stated(symbol="OLD", day=PAST))
    await acted(
        units, an_action(ActionKind.SYMBOL_CHANGE, symbol="OLD", into="ABC", ex_date=PAST + timedelta(days=1))
    )
    lots = tuple(LotChoice(id_, D(5)) for id_ in ids_of(first, second))
    sold = await record(units, pension, stated(Kind.SELL, 10, lots=lots))
    assert sold.entry.terms.lots == lots
    later = await record(units, pension, stated(day=TODAY))
    other = await record(units, pension, stated(symbol="XYZ", day=PAST))
    gone = await record(units, pension, stated(day=PAST))
    await reverse(units, pension, gone.id)
    day = TODAY - timedelta(days=1)
    for unknown in (*ids_of(sold, later, other, gone), 99):
        lot = (LotChoice(first.id, D(1)), LotChoice(unknown, D(1)))
        with pytest.raises(UnknownLot) as refused:
            await record(units, pension, stated(Kind.SELL, 2, day, lots=lot))
        assert refused.value.pointer == "/lots/1/transaction_id"


async def test_an_external_id_is_used_once_in_a_portfolio(units: FakeUnits, pension: Portfolio) -> None:
    made = await record(units, pension, stated(external_id="x"))
    with pytest.raises(ExternalIdTaken):
        await record(units, pension, stated(external_id="x"))
    _, other = await correct(units, pension, made.id, stated(external_id="x"))
    assert other.entry.terms.external_id == "x"
    _, other = await correct(units, pension, other.id, stated(external_id="y"))
    for taken in ("x", "y"):
        with pytest.raises(ExternalIdTaken):
            await record(units, pension, stated(external_id=taken))
    await record(units, pension, stated(external_id="z"))
    with pytest.raises(ExternalIdTaken):
        await correct(units, pension, other.id, stated(external_id="z"))


# Taking back


async def test_a_reversal_has_the_opposite_effect_and_a_note_of_its_own(
    units: FakeUnits, pension: Portfolio
) -> None:
    made = await record(units, pension, stated(note="bought"))
    back = await reverse(units, pension, made.id, note=" wrong ")
    assert (back.entry.reverses, back.entry.terms.note) == (made.id, "wrong")
    assert held(units, pension) == 0
    assert units.memory.ledger[made.id] == made


async def test_what_cannot_be_taken_back(units: FakeUnits, pension: Portfolio) -> None:
    made = await record(units, pension, stated())
    back = await reverse(units, pension, made.id)
    await appended(units, pension, an_entry(kind=Kind.BUY, fill_id=new_id()))
    fill = max(units.memory.ledger)
    refused: list[tuple[int, type[Refusal]]] = [
        (made.id, transactions.AlreadyReversed),
        (back.id, transactions.IsAReversal),
        (fill, transactions.OfAnOrder),
        (99, TransactionNotFound),
    ]
    for id_, refusal in refused:
        with pytest.raises(refusal):
            await reverse(units, pension, id_)
        with pytest.raises(refusal):
            await correct(units, pension, id_, stated())
    with pytest.raises(TransactionNotFound):
        await reverse(units, pension, fill, owner_id=new_id())


async def test_a_purchase_that_was_sold_since_is_not_taken_back(units: FakeUnits, pension: Portfolio) -> None:
    made = await record(units, pension, stated())
    await record(units, pension, stated(Kind.SELL, 1))
    with pytest.raises(BeyondPosition):
        await reverse(units, pension, made.id)
    assert held(units, pension) == 9


# Correcting


async def test_a_correction_is_a_reversal_and_what_stands_in_its_place(
    units: FakeUnits, pension: Portfolio
) -> None:
    made = await record(units, pension, stated())
    await record(units, pension, stated(Kind.SELL, 8))
    reversal, other = await correct(units, pension, made.id, stated(quantity=9))
    assert (reversal.entry.reverses, other.entry.terms.replaces) == (made.id, made.id)
    assert (reversal.seq, other.seq) == (3, 4)
    assert held(units, pension) == 1
    with pytest.raises(BeyondPosition):
        await correct(units, pension, other.id, stated(quantity=7))
    with pytest.raises(TransactionNotFound):
        await correct(units, pension, 99, stated())
