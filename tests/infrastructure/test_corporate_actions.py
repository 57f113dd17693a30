"""One contract for corporate actions and rebuilt positions: in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.money import NumberOutOfRange
from steward.domain.portfolios import Portfolio
from steward.domain.positions import Position
from steward.domain.transactions import Kind, LotChoice, Terms
from steward.domain.users import User
from steward.usecases.ports import Units, WriteUnit
from tests.conftest import ENGINES
from tests.factories import AT, LATER, an_action, an_entry, new_id
from tests.infrastructure.contract import (
    a_kept_portfolio,
    a_person,
    appended,
    do,
    position,
    wrote,
)

TINY = Decimal("0.000000000000000001")
BEFORE = AT - timedelta(days=10)
EVERY_PART = an_action(
    ActionKind.MERGER,
    ex_date=date(1900, 1, 1),
    new=Decimal("12345678901234567890.123456789012345678"),
    old=TINY,
    into="XYZ",
    basis_share=TINY,
    cash_per_unit=TINY,
    cash_in_lieu_price=TINY,
    currency="USD",
    note="n" * 500,
)


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def kept(units: Units, owner: User, *actions: CorporateAction) -> list[CorporateAction]:
    return [await do(units, lambda one, a=a: one.actions.add(owner.id, a, at=AT)) for a in actions]  # type: ignore[misc]  # bound now


async def standing(units: Units, owner: User, *symbols: str) -> list[CorporateAction]:
    return await do(units, lambda one: one.actions.of(owner.id, symbols or None))


async def rebuilt(
    units: Units, portfolio: Portfolio, actions: Iterable[CorporateAction], *symbols: str, also: str = ""
) -> None:
    async def work(one: WriteUnit) -> None:
        (locked,) = await one.portfolios.lock_all(portfolio.owner_id)
        ledger = [t for symbol in symbols for t in await one.transactions.of_symbol(locked.owner_id, symbol)]
        one.positions.rebuild(locked, ledger, actions, also=[also] if also else [])

    await do(units, work)


async def test_an_action_comes_back_digit_for_digit_to_its_owner_alone(units: Units) -> None:
    owner, other = await a_person(units), await a_person(units)
    split, merger = await kept(units, owner, an_action(), EVERY_PART)
    assert split.id != merger.id
    assert await standing(units, owner) == [merger, split]
    assert await standing(units, other) == []


async def test_actions_come_in_order_and_with_those_that_they_lead_to_or_from(units: Units) -> None:
    owner = await a_person(units)
    first, change, second, other, spin_off = await kept(
        units,
        owner,
        an_action(),
        an_action(ActionKind.SYMBOL_CHANGE, into="XYZ", ex_date=BEFORE.date()),
        an_action(),
        an_action(symbol="OTHER"),
        an_action(ActionKind.SPIN_OFF, symbol="XYZ", into="Q", new=Decimal(1), basis_share=Decimal(0)),
    )
    for symbol in ("ABC", "XYZ", "Q"):
        assert await standing(units, owner, symbol) == [change, first, second, spin_off]
    assert await standing(units, owner, "OTHER") == [other]
    assert await standing(units, owner, "NONE") == []


async def test_an_action_that_is_taken_back_stands_no_more(units: Units) -> None:
    owner = await a_person(units)
    first, second = await kept(units, owner, an_action(), an_action())
    await wrote(units, lambda one: one.actions.withdraw(owner.id, first, at=LATER))
    assert await standing(units, owner) == [second]


async def test_all_portfolios_of_an_owner_are_locked_in_the_order_of_their_ids(units: Units) -> None:
    owner = await a_person(units)
    made = [await a_kept_portfolio(units, owner) for _ in range(3)]
    await a_kept_portfolio(units)
    assert list(await do(units, lambda one: one.portfolios.lock_all(owner.id))) == made
    stranger = await a_person(units)
    assert list(await do(units, lambda one: one.portfolios.lock_all(stranger.id))) == []


async def test_the_ledgers_of_a_symbol_come_in_the_order_of_each(units: Units) -> None:
    owner = await a_person(units)
    one, other = await a_kept_portfolio(units, owner), await a_kept_portfolio(units, owner)
    await appended(units, other, an_entry())
    await appended(units, one, an_entry(symbol="XYZ"), an_entry(), an_entry(kind=Kind.SELL, fill_id=new_id()))
    await appended(units, await a_kept_portfolio(units), an_entry())
    found = await do(units, lambda unit: unit.transactions.of_symbol(owner.id, "ABC"))
    assert [(t.portfolio_id, t.seq) for t in found] == [(one.id, 2), (one.id, 3), (other.id, 1)]


async def test_c2_rebuilding_sets_what_the_ledger_folds_to(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    bought = an_entry(kind=Kind.BUY, quantity=Decimal(3), fill_id=new_id(), occurred_at=BEFORE)
    await appended(units, portfolio, bought, an_entry(symbol="XYZ"), an_entry(symbol="OTHER"))
    spin_off = an_action(
        ActionKind.SPIN_OFF, id=2, into="XYZ", new=Decimal(1), old=Decimal(3), basis_share=Decimal(0)
    )
    await rebuilt(units, portfolio, [an_action(id=1), spin_off], "ABC", "XYZ")
    assert await position(units, portfolio) == Position("ABC", Decimal(6), Decimal(3))
    assert await position(units, portfolio, "XYZ") == Position("XYZ", Decimal("4.5"))
    assert await position(units, portfolio, "OTHER") == Position("OTHER", Decimal("2.5"))
    await rebuilt(units, portfolio, [], "ABC", "XYZ")
    assert await position(units, portfolio) == Position("ABC", Decimal(3), Decimal(3))
    assert await position(units, portfolio, "XYZ") == Position("XYZ", Decimal("2.5"))


async def test_c2_what_came_of_an_action_goes_with_it(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    await appended(units, portfolio, an_entry(occurred_at=BEFORE))
    change = an_action(ActionKind.SYMBOL_CHANGE, into="NEW")
    await rebuilt(units, portfolio, [change], "ABC", "NEW")
    assert await position(units, portfolio) == Position("ABC")
    assert await position(units, portfolio, "NEW") == Position("NEW", Decimal("2.5"))
    await rebuilt(units, portfolio, [], "ABC", "NEW", also="NEW")
    assert await position(units, portfolio) == Position("ABC", Decimal("2.5"))
    assert await position(units, portfolio, "NEW") == Position("NEW")


async def test_n1_an_action_that_makes_too_many_units_is_refused(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    await appended(units, portfolio, an_entry(quantity=Decimal(10**20 - 1), occurred_at=BEFORE))
    with pytest.raises(NumberOutOfRange):
        await rebuilt(units, portfolio, [an_action()], "ABC")


async def test_what_bears_on_a_change_says_whether_a_sale_names_lots(units: Units) -> None:
    owner = await a_person(units)
    here, other = [await a_kept_portfolio(units, owner) for _ in range(2)]
    sale = an_entry(kind=Kind.SELL, terms=Terms(lots=(LotChoice(1, Decimal(1)),)))
    await appended(units, here, sale, an_entry(symbol="XYZ"))
    await appended(units, other, replace(sale, symbol="OLD"))
    day = AT.date()

    async def bearing(
        symbols: list[str], since: date, whose: User = owner
    ) -> tuple[list[CorporateAction], bool]:
        return await do(units, lambda one: one.actions.bearing(whose.id, symbols, since))

    for symbols, since, named in (
        (["ABC"], day, True),
        (["XYZ", "OLD"], day - timedelta(days=1), True),
        (["ABC"], day + timedelta(days=1), False),
        (["XYZ"], day, False),
    ):
        assert await bearing(symbols, since) == ([], named)
    assert await bearing(["ABC"], day, await a_person(units)) == ([], False)
    split, change = await kept(units, owner, an_action(), an_action(ActionKind.SYMBOL_CHANGE, into="XYZ"))
    assert await bearing(["XYZ"], day) == ([split, change], False)
    assert await bearing(["OLD"], day) == ([], True)
