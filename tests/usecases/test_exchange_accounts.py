"""Opening accounts of the exchange, beginning anew, and what their ledgers have had since."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.accounts import AccountKind, Holding
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.errors import InvalidValue
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.terms import BOOK_VENUE
from steward.domain.transactions import Entry, Kind, seal
from steward.usecases import accounts, corporate_actions, portfolios
from steward.usecases.account_actions import ActionHasOrders
from steward.usecases.accounts import AccountExists, AccountHasOrders, AccountNotFound
from steward.usecases.ports import WriteUnit
from steward.usecases.values import OpenedAccount
from tests.factories import AT, OWNER, an_entry, an_order, figures, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run

CASH = Entry(Kind.DEPOSIT, None, None, AT, gross_amount=Decimal(70), currency="USD")
SOME = an_entry(gross_amount=Decimal(25), currency="USD")


async def opened(units: FakeUnits, pension: Portfolio, balance: int = 100, **fields: Any) -> OpenedAccount:
    usual = {"kind": AccountKind.CASH, "settlement_days": 0, "at": AT, "owner_id": OWNER}
    given = {"portfolio_id": pension.id, "starting_balance": Decimal(balance), **usual, **fields}
    found: OpenedAccount = await run(units, accounts.open_account, **given)
    return found


async def reset(units: FakeUnits, pension: Portfolio, balance: int = 100, **fields: Any) -> OpenedAccount:
    given = {"owner_id": OWNER, "portfolio_id": pension.id, "at": AT, **fields}
    found: OpenedAccount = await run(units, accounts.reset, starting_balance=Decimal(balance), **given)
    return found


async def kept(units: FakeUnits, pension: Portfolio) -> OpenedAccount:
    async def work(unit: WriteUnit) -> OpenedAccount:
        found = await unit.accounts.of([pension.id])
        await accounts.brought_up(unit, found)
        return found[pension.id]

    one: OpenedAccount = await run(units, work)
    return one


async def booked(units: FakeUnits, pension: Portfolio, *entries: Entry) -> None:
    async def work(unit: WriteUnit) -> None:
        portfolio = await unit.portfolios.lock(OWNER, pension.id)
        unit.transactions.append(portfolio, seal(portfolio, entries, at=AT))

    await run(units, work)


async def kinds(units: FakeUnits, pension: Portfolio) -> list[Kind]:
    found = await run(units, lambda unit: unit.transactions.of(OWNER, pension.id))
    return [one.entry.kind for one in found]


async def altered(units: FakeUnits, pension: Portfolio, **fields: Any) -> None:
    """Leave an account as trading would."""

    async def work(unit: WriteUnit) -> None:
        one = (await unit.accounts.of([pension.id]))[pension.id]
        one.account = replace(one.account, **fields)
        await unit.accounts.save([one], [(pension.id, symbol) for symbol in one.account.holdings])

    await run(units, work)


async def test_an_account_begins_with_its_ledger_and_a_deposit(units: FakeUnits, pension: Portfolio) -> None:
    await booked(units, pension, CASH, SOME)
    made = await opened(units, pension)
    assert figures(made.account.cash, made.ledger_seq, made.starting_balance) == (170, 3, 100)
    assert made.account.holdings == {"ABC": Holding(Decimal("2.5"), Decimal(25))}
    assert await kinds(units, pension) == [Kind.DEPOSIT, Kind.TRANSFER_IN, Kind.DEPOSIT]
    found = await kept(units, pension)
    assert (found.account, found.ledger_seq, found.head_seq) == (made.account, 3, 3)
    with pytest.raises(AccountExists):
        await opened(units, pension)


async def test_an_account_may_begin_with_nothing(units: FakeUnits, pension: Portfolio) -> None:
    assert (await opened(units, pension, 0)).account.cash == 0
    assert await kinds(units, pension) == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"balance": -1}, "/starting_balance"),
        ({"settlement_days": 11}, "/settlement_days"),
        ({"settlement_days": -1}, "/settlement_days"),
    ],
)
async def test_an_account_is_not_opened_with_wrong_figures(
    units: FakeUnits, pension: Portfolio, fields: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        await opened(units, pension, **fields)
    assert refused.value.pointer == pointer


async def test_anothers_portfolio_is_not_there(units: FakeUnits, pension: Portfolio) -> None:
    with pytest.raises(PortfolioNotFound):
        await opened(units, pension, owner_id=new_id())
    with pytest.raises(AccountNotFound):
        await reset(units, pension)


async def test_what_the_ledger_has_had_since_is_folded_in(units: FakeUnits, pension: Portfolio) -> None:
    await opened(units, pension)
    assert (await kept(units, pension)).folded == set()
    await booked(units, pension, CASH, SOME, an_entry(symbol="XYZ"))
    found = await kept(units, pension)
    assert figures(found.account.cash, found.ledger_seq) == (170, 4)
    assert found.folded == {"ABC", "XYZ"}
    assert found.account.holdings["ABC"] == Holding(Decimal("2.5"), Decimal(25))


async def test_a_reset_takes_everything_out_and_puts_a_balance_in(
    units: FakeUnits, pension: Portfolio
) -> None:
    await booked(units, pension, SOME)
    await opened(units, pension)
    await booked(units, pension, CASH)
    begun = await reset(units, pension, 30)
    assert figures(begun.account.cash, begun.starting_balance, begun.account.version) == (30, 30, 2)
    assert begun.account.holdings == {"ABC": Holding()}
    assert (await kinds(units, pension))[-3:] == [Kind.TRANSFER_OUT, Kind.WITHDRAWAL, Kind.DEPOSIT]
    found = await kept(units, pension)
    assert (found.account, found.ledger_seq, found.head_seq) == (begun.account, 6, 6)
    held = await run(units, lambda unit: unit.positions.held(pension.id, ["ABC"]))
    assert held == {"ABC": 0}


async def test_a_reset_hands_short_units_in_and_pays_debts(units: FakeUnits, pension: Portfolio) -> None:
    await opened(units, pension, 0)
    short = {"ABC": Holding(Decimal(-3), Decimal(-30)), "XYZ": Holding()}
    await altered(units, pension, cash=Decimal(-5), holdings=short)
    begun = await reset(units, pension, 0)
    assert await kinds(units, pension) == [Kind.TRANSFER_IN, Kind.DEPOSIT]
    assert figures(begun.account.cash, begun.account.holdings) == (0, {"ABC": Holding(), "XYZ": Holding()})
    # What comes in without a price is an asset, and counts as one.
    assert (await run(units, lambda unit: unit.portfolios.lock(OWNER, pension.id))).asset_count == 1
    assert await reset(units, pension, 0)
    assert len(await kinds(units, pension)) == 2


async def test_an_account_with_open_orders_is_neither_reset_nor_removed(
    units: FakeUnits, pension: Portfolio
) -> None:
    await opened(units, pension)
    await altered(units, pension, open_orders=2)
    with pytest.raises(AccountHasOrders, match="2 orders"):
        await reset(units, pension)
    with pytest.raises(AccountHasOrders):
        await run(units, portfolios.remove, owner_id=OWNER, portfolio_id=pension.id)
    await altered(units, pension, open_orders=0)
    await run(units, portfolios.remove, owner_id=OWNER, portfolio_id=pension.id)
    assert units.memory.accounts == {}


async def test_a_reset_takes_no_balance_below_nothing(units: FakeUnits, pension: Portfolio) -> None:
    await opened(units, pension)
    with pytest.raises(InvalidValue):
        await reset(units, pension, -1)


async def an_action_of_abc(units: FakeUnits) -> CorporateAction:
    parts = ("old", "into", "basis_share", "cash_per_unit", "cash_in_lieu_price", "currency", "note")
    given: dict[str, Any] = {**dict.fromkeys(parts), "kind": ActionKind.SPLIT, "new": Decimal(2)}
    given |= {"owner_id": OWNER, "symbol": "ABC", "ex_date": AT.date(), "at": AT}
    made: CorporateAction = await run(units, corporate_actions.enter, **given)
    return made


async def test_a_split_doubles_what_is_held_and_taken_back_halves_it(
    units: FakeUnits, pension: Portfolio
) -> None:
    await booked(units, pension, replace(SOME, occurred_at=AT - timedelta(days=3)))
    await opened(units, pension)
    await booked(units, pension, CASH)
    action = await an_action_of_abc(units)
    held = (await kept(units, pension)).account
    assert figures(held.holdings["ABC"], held.version) == (Holding(Decimal(5), Decimal(25)), 2)
    gone = {"owner_id": OWNER, "symbol": "ABC", "action_id": action.id, "at": AT}
    await run(units, corporate_actions.withdraw, **gone)
    assert (await kept(units, pension)).account.holdings["ABC"] == Holding(Decimal("2.5"), Decimal(25))


async def test_an_account_opened_after_a_split_has_the_units_of_after_it(
    units: FakeUnits, pension: Portfolio
) -> None:
    await booked(units, pension, replace(SOME, occurred_at=AT - timedelta(days=3)))
    await an_action_of_abc(units)
    assert (await opened(units, pension)).account.holdings["ABC"].qty == 5


async def test_an_action_waits_until_no_order_is_in_units_of_before(
    units: FakeUnits, pension: Portfolio
) -> None:
    await opened(units, pension)
    order = an_order(venue=BOOK_VENUE, portfolio_id=pension.id)

    async def placed(unit: WriteUnit) -> None:
        unit.orders.add(order)

    await run(units, placed)
    with pytest.raises(ActionHasOrders, match="1 orders in ABC"):
        await an_action_of_abc(units)
