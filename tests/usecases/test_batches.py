"""Many transactions at once: all of them or none."""

from datetime import date

import pytest

from steward.domain.booking import Stated
from steward.domain.portfolios import Portfolio
from steward.domain.transactions import ExternalIdTaken, Kind, LotChoice
from steward.usecases import batches
from tests.factories import AT, OWNER, an_action
from tests.fakes import FakeUnits
from tests.usecases.run import run
from tests.usecases.test_transactions import PAST, D, acted, held, record, stated


async def batch(units: FakeUnits, portfolio: Portfolio, *rows: Stated) -> tuple[int, int]:
    ids: tuple[int, int] = await run(
        units, batches.record_many, owner_id=OWNER, portfolio_id=portfolio.id, rows=rows, at=AT
    )
    return ids


async def test_many_are_appended_in_their_order(units: FakeUnits, pension: Portfolio) -> None:
    ids = await batch(
        units, pension, stated(Kind.SELL, 4, external_id="b"), stated(), stated(Kind.DEPOSIT, None)
    )
    assert ids == (1, 3)
    assert [one.entry.kind for one in units.memory.ledger.values()] == [Kind.SELL, Kind.BUY, Kind.DEPOSIT]
    assert held(units, pension) == 6


async def test_many_before_a_corporate_action_are_folded_through_it(
    units: FakeUnits, pension: Portfolio
) -> None:
    await acted(units, an_action(ex_date=date(2025, 9, 1)))
    await batch(units, pension, stated(day=PAST), stated(Kind.SELL, 15))
    assert held(units, pension) == 5


async def test_one_bad_row_of_many_is_named_and_nothing_is_kept(units: FakeUnits, pension: Portfolio) -> None:
    await record(units, pension, stated(external_id="taken"))
    before = dict(units.memory.ledger)
    bad: list[tuple[list[Stated], list[str]]] = [
        ([stated(), stated(quantity=0), stated(fee=D(-1))], ["/1/quantity", "/2/fee"]),
        ([stated(quantity=0)] * 101, [f"/{place}/quantity" for place in range(100)]),
        ([stated(), stated(Kind.SELL, 21)], ["/1/quantity"]),
        ([stated(Kind.SELL, 1), stated(Kind.SELL, 10), stated(symbol="XYZ")], ["/1/quantity"]),
        ([stated(Kind.SELL, 1, lots=(LotChoice(99, D(1)),))], ["/0/lots/0/transaction_id"]),
    ]
    for rows, pointers in bad:
        with pytest.raises(batches.BadRows) as refused:
            await batch(units, pension, *rows)
        assert [pointer for pointer, _ in refused.value.errors] == [f"/transactions{one}" for one in pointers]
    rows = [stated(external_id="new"), stated(external_id="taken"), stated(external_id="new")]
    with pytest.raises(ExternalIdTaken) as taken:
        await batch(units, pension, *rows)
    places = ["/transactions/1/external_id", "/transactions/2/external_id"]
    assert [pointer for pointer, _ in taken.value.errors] == places
    with pytest.raises(batches.BadRows):
        await batch(units, pension, Stated(Kind.BUY))
    assert units.memory.ledger == before
