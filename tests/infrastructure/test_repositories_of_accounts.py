"""One contract for the accounts of the exchange: in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.accounts import Account, AccountKind, Holding
from steward.domain.portfolios import Portfolio
from steward.domain.terms import BOOK_VENUE, PLAIN, Phase, Standing
from steward.usecases.ports import Units
from steward.usecases.values import OpenedAccount
from tests.conftest import ENGINES
from tests.factories import AT, LATER, an_entry, an_order, new_id
from tests.infrastructure.contract import a_kept_portfolio, appended, do, wrote

LONG = Decimal("12345678901234567890.123456789012345678")


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def an_account(portfolio: Portfolio) -> OpenedAccount:
    account = Account(
        portfolio_id=portfolio.id,
        owner_id=portfolio.owner_id,
        currency="USD",
        kind=AccountKind.MARGIN,
        cash=LONG,
        reserved=Decimal("0.5"),
        unsettled={date(2026, 3, 3): Decimal("1.25")},
        holdings={"ABC": Holding(LONG, Decimal(-3), Decimal(2), Decimal("-0.1"))},
        settlement_days=2,
        open_orders=3,
        event_seq=9,
        version=1,
    )
    return OpenedAccount(account, 0, 0, Decimal(5), AT, 1)


async def kept(units: Units, *ids: int) -> dict[int, OpenedAccount]:
    return await do(units, lambda one: one.accounts.of(ids))


async def test_an_account_is_kept_to_the_last_digit_with_what_it_holds(units: Units) -> None:
    portfolio, other = await a_kept_portfolio(units), await a_kept_portfolio(units)
    account = an_account(portfolio)
    await do(units, lambda one: one.accounts.open(account))
    assert await kept(units, portfolio.id, other.id) == {portfolio.id: account}
    assert await kept(units) == {}


async def test_an_account_is_saved_with_the_holdings_that_are_named(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    account = an_account(portfolio)
    await do(units, lambda one: one.accounts.open(account))
    await appended(units, portfolio, an_entry(), an_entry())
    account.account = replace(
        account.account,
        cash=Decimal(-1),
        reserved=Decimal(0),
        unsettled={},
        open_orders=0,
        event_seq=10,
        version=2,
        holdings={"ABC": Holding(Decimal(1)), "XYZ": Holding(Decimal(2)), "QQQ": Holding(Decimal(3))},
    )
    account.ledger_seq, account.starting_balance, account.opened_at = 1, Decimal(6), LATER
    names = [(portfolio.id, "ABC"), (portfolio.id, "XYZ")]
    await do(units, lambda one: one.accounts.save([account], names))
    del account.account.holdings["QQQ"]
    account.read_version, account.head_seq = 2, 2
    assert await kept(units, portfolio.id) == {portfolio.id: account}


async def test_open_orders_on_the_exchange_are_counted_by_owner_and_symbol(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    working = Standing(phase=Phase.WORKING)
    usual: dict[str, Any] = {"owner_id": portfolio.owner_id, "portfolio_id": portfolio.id}
    manual = an_order(id=new_id(), **usual)
    placed = an_order(id=new_id(), venue=BOOK_VENUE, terms=PLAIN, standing=working, **usual)
    await wrote(units, lambda one: one.orders.add(manual))
    await do(units, lambda one: one.desk_orders.write([(placed, 1)], []))  # type: ignore[attr-defined]  # of a batch

    async def counted(owner: Portfolio, *symbols: str) -> int:
        return await do(units, lambda one: one.accounts.open_orders(owner.owner_id, symbols))

    assert await counted(portfolio, "ABC", "XYZ") == 1
    assert await counted(portfolio, "XYZ") == 0
    assert await counted(await a_kept_portfolio(units), "ABC") == 0
