"""Entering corporate actions and taking them back."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from steward.domain.assets import AssetSold
from steward.domain.corporate_actions import ActionKind, ActionNotFound, CorporateAction, InvalidAction
from steward.domain.errors import InvalidValue
from steward.domain.instants import DateOutOfRange
from steward.domain.money import NotPositive, NumberOutOfRange, UnknownCurrency
from steward.domain.portfolios import Portfolio
from steward.domain.text import InvalidSymbol, InvalidText
from steward.domain.transactions import Entry, Kind, Transaction, seal
from steward.usecases import assets, corporate_actions, portfolios
from steward.usecases.ports import WriteUnit
from tests.factories import AT, OWNER, TRACE, an_entry, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run

BEFORE = AT - timedelta(days=10)
SPLIT: dict[str, Any] = {"kind": ActionKind.SPLIT, "new": Decimal(2)}
SPIN_OFF: dict[str, Any] = {
    "kind": ActionKind.SPIN_OFF,
    "into": "xyz",
    "new": Decimal(1),
    "old": Decimal(4),
    "basis_share": Decimal("0.1"),
}
REVERSE: dict[str, Any] = {**SPLIT, "new": Decimal(1), "old": Decimal(10)}


async def entered(units: FakeUnits, **arguments: Any) -> CorporateAction:
    parts = ("new", "old", "into", "basis_share", "cash_per_unit", "cash_in_lieu_price", "currency", "note")
    usual = {
        **dict.fromkeys(parts),
        "owner_id": OWNER,
        "symbol": "abc",
        "ex_date": AT.date() - timedelta(days=5),
        "at": AT,
    }
    return await run(units, corporate_actions.enter, **{**usual, **arguments})


async def withdrawn(units: FakeUnits, action: CorporateAction, **arguments: Any) -> None:
    usual = {"owner_id": OWNER, "symbol": action.symbol, "action_id": action.id, "at": AT}
    await run(units, corporate_actions.withdraw, **{**usual, **arguments})


async def another(units: FakeUnits, owner_id: UUID = OWNER) -> Portfolio:
    return await run(units, portfolios.create, owner_id=owner_id, name="B", base_currency="USD", at=AT)


async def kept(units: FakeUnits, portfolio: Portfolio, entry: Entry) -> Transaction:
    async def work(unit: WriteUnit) -> Transaction:
        locked = await unit.portfolios.lock(portfolio.owner_id, portfolio.id)
        return await unit.transactions.append_one(locked, seal(locked, [entry], at=AT)[0], assets=1)

    return await units.write(work, trace=TRACE, at=AT)


def held(units: FakeUnits, portfolio: Portfolio, symbol: str = "ABC") -> Any:
    found = units.memory.positions.get((portfolio.id, symbol))
    return None if found is None else found.quantity


async def test_an_action_is_kept_in_one_form(units: FakeUnits) -> None:
    action = await entered(units, symbol=" brk.b ", **SPIN_OFF, note=" four for one ")
    assert (action.id, action.symbol, action.into, action.note) == (1, "BRK.B", "XYZ", "four for one")
    assert units.memory.actions == {1: (OWNER, action, None)}


async def test_c2_an_action_reaches_every_portfolio_of_its_owner_and_nobody_else(
    units: FakeUnits, pension: Portfolio
) -> None:
    second, empty, foreign = await another(units), await another(units), await another(units, new_id())
    for portfolio in (pension, second, foreign):
        await kept(units, portfolio, an_entry(occurred_at=BEFORE))
        await kept(units, portfolio, an_entry(symbol="OTHER", occurred_at=BEFORE))
    split = await entered(units, **SPLIT)
    assert [held(units, one) for one in (pension, second, foreign)] == [5, 5, Decimal("2.5")]
    spin_off = await entered(units, **SPIN_OFF)
    assert [held(units, one, "XYZ") for one in (pension, second, foreign)] == [
        Decimal("1.25"),
        Decimal("1.25"),
        None,
    ]
    await withdrawn(units, split)
    assert [held(units, one) for one in (pension, foreign)] == [Decimal("2.5"), Decimal("2.5")]
    assert held(units, pension, "XYZ") == Decimal("0.625")
    await withdrawn(units, spin_off)
    assert held(units, pension, "XYZ") == 0
    assert [held(units, one, "OTHER") for one in (pension, foreign)] == [Decimal("2.5"), Decimal("2.5")]
    assert {key[0] for key in units.memory.positions} == {pension.id, second.id, foreign.id}
    assert empty.id not in {key[0] for key in units.memory.positions}
    assert [gone for _, _, gone in units.memory.actions.values()] == [AT, AT]


async def test_an_action_is_taken_back_once_by_its_owner_under_its_symbol(units: FakeUnits) -> None:
    action = await entered(units, **SPIN_OFF)
    for wrong in ({"owner_id": new_id()}, {"symbol": "XYZ"}, {"action_id": 99}):
        with pytest.raises(ActionNotFound):
            await withdrawn(units, action, **wrong)
    await withdrawn(units, action, symbol=" abc ")
    with pytest.raises(ActionNotFound):
        await withdrawn(units, action)


@pytest.mark.parametrize(
    ("wrong", "refusal", "pointer"),
    [
        ({"symbol": "A B"}, InvalidSymbol, "/path/symbol"),
        ({"into": ""}, InvalidSymbol, "/into"),
        ({"into": "abc"}, InvalidAction, "/into"),
        ({"new": None}, NotPositive, "/new"),
        ({"old": Decimal(0)}, NotPositive, "/old"),
        ({"currency": "XXX"}, UnknownCurrency, "/currency"),
        ({"note": ""}, InvalidText, "/note"),
        ({"ex_date": AT.date() + timedelta(days=1)}, DateOutOfRange, "/ex_date"),
        ({"ex_date": date(1899, 12, 31)}, DateOutOfRange, "/ex_date"),
    ],
)
async def test_what_cannot_be_entered(
    units: FakeUnits, wrong: dict[str, Any], refusal: type[InvalidValue], pointer: str
) -> None:
    with pytest.raises(refusal) as refused:
        await entered(units, **{**SPIN_OFF, **wrong})
    assert refused.value.pointer == pointer
    assert not units.memory.actions


async def test_n1_an_action_that_makes_too_many_units_is_refused_whole(
    units: FakeUnits, pension: Portfolio
) -> None:
    await kept(units, pension, an_entry(quantity=Decimal(10**20 - 1), occurred_at=BEFORE))
    with pytest.raises(NumberOutOfRange):
        await entered(units, **SPLIT)
    assert not units.memory.actions
    assert held(units, pension) == 10**20 - 1


# Assets under actions


async def take_back(units: FakeUnits, asset: Transaction) -> None:
    await run(
        units,
        assets.withdraw,
        owner_id=OWNER,
        portfolio_id=asset.portfolio_id,
        asset_id=asset.id,
        at=AT,
    )


async def test_an_asset_is_taken_back_although_a_reverse_split_left_fewer_units(
    units: FakeUnits, pension: Portfolio
) -> None:
    first = await kept(units, pension, an_entry(quantity=Decimal(100), occurred_at=BEFORE))
    second = await kept(units, pension, an_entry(quantity=Decimal(30), occurred_at=AT))
    await entered(units, **REVERSE)
    await entered(units, **SPIN_OFF)
    assert (held(units, pension), held(units, pension, "XYZ")) == (40, Decimal("2.5"))
    await take_back(units, first)
    assert (held(units, pension), held(units, pension, "XYZ")) == (30, 0)
    await take_back(units, second)
    assert held(units, pension) == 0
    assert units.memory.portfolios[pension.id].asset_count == 0


async def test_an_asset_of_which_units_were_sold_after_a_split_stays(
    units: FakeUnits, pension: Portfolio
) -> None:
    asset = await kept(units, pension, an_entry(quantity=Decimal(100), occurred_at=BEFORE))
    await entered(units, **SPLIT)
    await kept(units, pension, an_entry(kind=Kind.SELL, quantity=Decimal(1), fill_id=new_id()))
    with pytest.raises(AssetSold):
        await take_back(units, asset)
    assert held(units, pension) == 199
