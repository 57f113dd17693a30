"""Keeping portfolios."""

from dataclasses import replace

import pytest

from steward.domain.money import UnknownCurrency
from steward.domain.portfolios import CostMethod, Portfolio, PortfolioNotFound
from steward.domain.text import InvalidText
from steward.usecases import assets, portfolios
from tests.factories import AT, OWNER, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run


async def test_a_portfolio_is_kept_under_its_checked_name(units: FakeUnits) -> None:
    made = await run(units, portfolios.create, owner_id=OWNER, name="  Rente ", base_currency="EUR", at=AT)
    assert (made.name, made.base_currency, made.owner_id) == ("Rente", "EUR", OWNER)
    assert units.memory.portfolios == {made.id: made}


@pytest.mark.parametrize(
    ("name", "currency", "refusal"), [(" ", "USD", InvalidText), ("Rente", "usd", UnknownCurrency)]
)
async def test_a_bad_name_or_currency_is_refused(
    units: FakeUnits, name: str, currency: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await run(units, portfolios.create, owner_id=OWNER, name=name, base_currency=currency, at=AT)
    assert not units.memory.portfolios


async def test_a_portfolio_is_renamed(units: FakeUnits, pension: Portfolio) -> None:
    renamed = await run(units, portfolios.change, owner_id=OWNER, portfolio_id=pension.id, name=" Rente")
    assert renamed == replace(pension, name="Rente") == units.memory.portfolios[pension.id]


async def test_no_name_changes_nothing(units: FakeUnits, pension: Portfolio) -> None:
    same = await run(units, portfolios.change, owner_id=OWNER, portfolio_id=pension.id, name=None)
    assert same == pension == units.memory.portfolios[pension.id]


async def test_a_bad_new_name_is_refused(units: FakeUnits, pension: Portfolio) -> None:
    with pytest.raises(InvalidText):
        await run(units, portfolios.change, owner_id=OWNER, portfolio_id=pension.id, name="\x00")
    assert units.memory.portfolios[pension.id] == pension


async def test_a_portfolio_goes_with_everything_in_it(units: FakeUnits, pension: Portfolio) -> None:
    await run(units, assets.declare, owner_id=OWNER, portfolio_id=pension.id, symbol="ABC", quantity=1, at=AT)
    await run(units, portfolios.remove, owner_id=OWNER, portfolio_id=pension.id)
    assert not units.memory.portfolios
    assert not units.memory.ledger


@pytest.mark.parametrize("name", ["Rente", None])
async def test_s2_somebody_else_s_portfolio_is_not_there(
    units: FakeUnits, pension: Portfolio, name: str | None
) -> None:
    stranger = new_id()
    with pytest.raises(PortfolioNotFound):
        await run(units, portfolios.change, owner_id=stranger, portfolio_id=pension.id, name=name)
    with pytest.raises(PortfolioNotFound):
        await run(units, portfolios.remove, owner_id=stranger, portfolio_id=pension.id)
    assert units.memory.portfolios == {pension.id: pension}


async def test_shorts_and_the_cost_method_are_the_owner_s_to_choose(
    units: FakeUnits, pension: Portfolio
) -> None:
    assert (pension.shorts_allowed, pension.cost_method) == (False, CostMethod.FIFO)
    same = {"owner_id": OWNER, "portfolio_id": pension.id}
    changed = await run(units, portfolios.change, **same, shorts_allowed=True, cost_method=CostMethod.HIFO)
    assert changed == replace(pension, shorts_allowed=True, cost_method=CostMethod.HIFO)
    assert await run(units, portfolios.change, **same, shorts_allowed=False) == replace(
        pension, cost_method=CostMethod.HIFO
    )
    assert await run(units, portfolios.change, **same, name="Rente") == replace(
        pension, name="Rente", cost_method=CostMethod.HIFO
    )
    made = await run(
        units,
        portfolios.create,
        owner_id=OWNER,
        name="B",
        base_currency="USD",
        at=AT,
        shorts_allowed=True,
        cost_method=CostMethod.AVERAGE,
    )
    assert (made.shorts_allowed, made.cost_method) == (True, CostMethod.AVERAGE)
