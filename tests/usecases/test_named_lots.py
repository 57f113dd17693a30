"""No change to a ledger leaves a sale that names its lots without them, and nothing else pays for that."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.corporate_actions import ActionKind
from steward.domain.named_lots import BeyondLot, LotNamed, UnknownLot
from steward.domain.portfolios import CostMethod, Portfolio
from steward.domain.transactions import ExternalIdTaken, Kind, LotChoice, Transaction
from steward.usecases import assets, portfolios
from tests.factories import AT, OWNER, an_action, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run
from tests.usecases.test_batches import batch
from tests.usecases.test_transactions import PAST, TODAY, D, acted, correct, held, record, reverse, stated
from tests.usecases.test_transfers import UNITS, move

DAY = timedelta(days=1)


@pytest.fixture
async def other(units: FakeUnits) -> Portfolio:
    return await run(units, portfolios.create, owner_id=OWNER, name="B", base_currency="EUR", at=AT)


def of(lot: Transaction, quantity: int = 10, **more: Any) -> Any:
    return stated(Kind.SELL, quantity, lots=(LotChoice(lot.id, D(quantity)),), **more)


async def refused(units: FakeUnits, work: Awaitable[object], sale: Transaction) -> None:
    """Refused in the name of the sale, with nothing written."""
    before = dict(units.memory.ledger)
    with pytest.raises(LotNamed, match=f"Transaction {sale.id} "):
        await work
    assert units.memory.ledger == before


async def test_a_sale_names_what_is_left_of_a_lot(units: FakeUnits, pension: Portfolio) -> None:
    first, second = [await record(units, pension, stated(day=PAST)) for _ in range(2)]
    await record(units, pension, of(first, 6))
    with pytest.raises(BeyondLot) as beyond:
        await record(units, pension, of(first, 5))
    assert beyond.value.pointer == "/lots/0/quantity"
    await record(units, pension, of(first, 4))
    assert held(units, pension) == D(10)
    await record(units, pension, of(second))


async def test_lots_of_somebody_else_or_elsewhere_are_unknown(
    units: FakeUnits, pension: Portfolio, other: Portfolio
) -> None:
    stranger = new_id()
    theirs = await run(units, portfolios.create, owner_id=stranger, name="C", base_currency="EUR", at=AT)
    lots = [
        await record(units, theirs, stated(day=PAST), owner_id=stranger),
        await record(units, other, stated(day=PAST)),
    ]
    await record(units, pension, stated(day=PAST))
    for lot in lots:
        with pytest.raises(UnknownLot):
            await record(units, pension, of(lot))


async def test_the_purchase_behind_a_sale_stays(units: FakeUnits, pension: Portfolio) -> None:
    lot, spare = [await record(units, pension, stated(day=PAST)) for _ in range(2)]
    sale = await record(units, pension, of(lot, 8))
    await refused(units, reverse(units, pension, lot.id), sale)
    await refused(units, correct(units, pension, lot.id, stated(day=PAST, quantity=20)), sale)
    await refused(units, record(units, pension, stated(Kind.SELL, 3, PAST)), sale)
    await refused(units, batch(units, pension, stated(), stated(Kind.SELL, 3, PAST)), sale)
    await reverse(units, pension, spare.id)
    await reverse(units, pension, sale.id)
    await reverse(units, pension, lot.id)
    assert held(units, pension) == D(0)


async def test_a_batch_names_the_row(units: FakeUnits, pension: Portfolio) -> None:
    lot = await record(units, pension, stated(day=PAST))
    sale = await record(units, pension, of(lot, 8))
    await record(units, pension, stated(quantity=20))
    with pytest.raises(LotNamed) as named:
        await batch(units, pension, stated(), stated(Kind.SELL, 3, PAST))
    assert [pointer for pointer, _ in named.value.errors] == ["/transactions/1/quantity"]
    assert await correct(units, pension, sale.id, of(lot, 9))
    with pytest.raises(ExternalIdTaken):
        await batch(units, pension, stated(external_id="x"), stated(external_id="x"))


async def test_a_declared_holding_behind_a_sale_stays(units: FakeUnits, pension: Portfolio) -> None:
    lot = await record(units, pension, stated(Kind.TRANSFER_IN, price=None, day=PAST))
    await record(units, pension, stated(day=PAST))
    sale = await record(units, pension, of(lot, 8))
    withdraw = run(units, assets.withdraw, owner_id=OWNER, portfolio_id=pension.id, asset_id=lot.id, at=AT)
    await refused(units, withdraw, sale)


async def test_a_sale_names_what_moved_to_its_portfolio(
    units: FakeUnits, pension: Portfolio, other: Portfolio
) -> None:
    await run(units, portfolios.change, owner_id=OWNER, portfolio_id=other.id, cost_method=CostMethod.LIFO)
    lot, spare = [await record(units, pension, stated(day=PAST)) for _ in range(2)]
    out, _ = await move(units, pension, other, UNITS | {"trade_date": PAST + DAY})
    await record(units, other, stated(day=PAST + DAY))
    # By the method of the portfolio that sells, the later of the two had been moved.
    with pytest.raises(BeyondLot):
        await record(units, other, of(lot, 4))
    sale = await record(units, other, of(spare, 4))
    await refused(units, reverse(units, pension, out.id), sale)
    await refused(units, reverse(units, pension, spare.id), sale)
    await refused(units, record(units, pension, stated(day=PAST + DAY)), sale)
    named = UNITS | {"lots": (LotChoice(lot.id, D(4)),)}
    back = await move(units, pension, other, named)
    assert back[0].entry.terms.lots == named["lots"]
    with pytest.raises(BeyondLot):
        await move(units, pension, other, UNITS | {"quantity": D(7), "lots": (LotChoice(lot.id, D(7)),)})


async def test_a_sale_under_a_new_symbol_holds_the_purchase_under_the_old(
    units: FakeUnits, pension: Portfolio
) -> None:
    lot = await record(units, pension, stated(symbol="OLD", day=PAST))
    await record(units, pension, stated(day=PAST))
    await acted(units, an_action(ActionKind.SYMBOL_CHANGE, symbol="OLD", into="ABC", ex_date=PAST + DAY))
    sale = await record(units, pension, of(lot, 8))
    await refused(units, reverse(units, pension, lot.id), sale)


async def test_an_action_entered_later_invents_nothing_and_blocks_nothing(
    units: FakeUnits, pension: Portfolio
) -> None:
    lot = await record(units, pension, stated(day=PAST))
    await record(units, pension, stated(day=PAST))
    sale = await record(units, pension, of(lot))
    await acted(units, an_action(ex_date=PAST + DAY, new=D(1), old=D(2)))
    # The sale names ten, of which five are there; what follows is not refused because of it.
    await record(units, pension, stated(day=PAST))
    await record(units, pension, stated(Kind.SELL, 1, TODAY))
    await refused(units, record(units, pension, stated(Kind.SELL, 1, PAST)), sale)
