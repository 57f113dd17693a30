"""Declaring assets and taking declarations back."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.assets import AssetNotFound, AssetSold
from steward.domain.money import NotPositive, NumberOutOfRange
from steward.domain.orders import Side
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.positions import fold
from steward.domain.text import InvalidSymbol
from steward.domain.transactions import Kind, Transaction
from steward.usecases import assets, orders, portfolios
from tests.factories import AT, LATER, OWNER, an_action, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run
from tests.usecases.test_transactions import acted, head, held, record, reverse, stated


async def declared(units: FakeUnits, portfolio: Portfolio, **arguments: Any) -> Transaction:
    usual: dict[str, Any] = {"symbol": "ABC", "quantity": Decimal(3), "owner_id": OWNER, "at": AT}
    return await run(units, assets.declare, **{**usual, "portfolio_id": portfolio.id, **arguments})


async def withdraw(units: FakeUnits, portfolio: Portfolio, asset_id: int, **arguments: Any) -> None:
    usual: dict[str, Any] = {
        "owner_id": OWNER,
        "portfolio_id": portfolio.id,
        "asset_id": asset_id,
        "at": LATER,
    }
    await run(units, assets.withdraw, **{**usual, **arguments})


async def test_an_asset_is_a_transfer_in_under_its_canonical_symbol(
    units: FakeUnits, pension: Portfolio
) -> None:
    asset = await declared(units, pension, symbol=" brk.b ")
    assert (asset.entry.kind, asset.entry.symbol) == (Kind.TRANSFER_IN, "BRK.B")
    assert units.memory.ledger == {asset.id: asset}
    head = units.memory.portfolios[pension.id]
    assert (head.ledger_seq, head.ledger_digest, head.asset_count) == (1, asset.digest, 1)


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"symbol": "A B"}, InvalidSymbol),
        ({"quantity": Decimal(0)}, NotPositive),
        ({"quantity": Decimal(-1)}, NotPositive),
        ({"owner_id": new_id()}, PortfolioNotFound),
        ({"portfolio_id": 99}, PortfolioNotFound),
    ],
)
async def test_what_cannot_be_declared(
    units: FakeUnits, pension: Portfolio, arguments: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await declared(units, pension, **arguments)
    assert not units.memory.ledger


async def test_n1_more_units_than_a_position_may_have_are_refused(
    units: FakeUnits, pension: Portfolio
) -> None:
    most = await declared(units, pension, quantity=Decimal(10**20 - 1))
    with pytest.raises(NumberOutOfRange):
        await declared(units, pension, quantity=Decimal(1))
    assert units.memory.ledger == {most.id: most}


async def test_c5_a_withdrawn_asset_is_reversed_not_removed(units: FakeUnits, pension: Portfolio) -> None:
    asset = await declared(units, pension)
    await withdraw(units, pension, asset.id)
    first, second = units.memory.ledger.values()
    assert first == asset
    assert second.entry.reverses == asset.id
    assert fold(one.entry for one in (first, second))["ABC"].quantity == 0
    assert units.memory.portfolios[pension.id].asset_count == 0


async def test_an_asset_is_withdrawn_once_from_its_own_portfolio_by_its_owner(
    units: FakeUnits, pension: Portfolio
) -> None:
    asset = await declared(units, pension)
    other = await run(units, portfolios.create, owner_id=OWNER, name="B", base_currency="USD", at=AT)
    with pytest.raises(AssetNotFound):
        await withdraw(units, other, asset.id)
    with pytest.raises(PortfolioNotFound):
        await withdraw(units, pension, asset.id, owner_id=new_id())
    with pytest.raises(AssetNotFound):
        await withdraw(units, pension, 99)
    assert len(units.memory.ledger) == 1
    await withdraw(units, pension, asset.id)
    with pytest.raises(AssetNotFound):
        await withdraw(units, pension, asset.id)
    assert len(units.memory.ledger) == 2


async def test_an_asset_that_has_been_sold_since_stays(units: FakeUnits, pension: Portfolio) -> None:
    asset = await declared(units, pension)
    order = await run(
        units,
        orders.place,
        owner_id=OWNER,
        order_id=new_id(),
        security="ABC",
        qty=Decimal(1),
        side=Side.SELL,
        portfolio_id=pension.id,
        client_order_id=None,
        at=AT,
    )
    await run(
        units,
        orders.execute,
        owner_id=OWNER,
        order_id=order.id,
        fill_id=new_id(),
        qty=Decimal(1),
        price=None,
        quotes={},
        version=None,
        at=AT,
    )
    with pytest.raises(AssetSold):
        await withdraw(units, pension, asset.id)
    assert len(units.memory.ledger) == 2


async def test_an_asset_is_withdrawn_through_a_split(units: FakeUnits, pension: Portfolio) -> None:
    same = {"owner_id": OWNER, "portfolio_id": pension.id}
    early = datetime(2025, 6, 1, tzinfo=AT.tzinfo)
    asset = await run(units, assets.declare, **same, symbol="ABC", quantity=Decimal(10), at=early)
    merged = replace(an_action(ex_date=date(2025, 9, 1)), new=Decimal(1), old=Decimal(5))
    await acted(units, merged)
    sold = await record(units, pension, stated(Kind.SELL, 1, price=Decimal(1)), at=LATER)
    with pytest.raises(AssetSold):
        await run(units, assets.withdraw, **same, asset_id=asset.id, at=LATER)
    await reverse(units, pension, sold.id)
    await run(units, assets.withdraw, **same, asset_id=asset.id, at=LATER)
    assert held(units, pension) == 0
    assert head(units, pension).history_version == 1
