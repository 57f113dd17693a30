"""Steps of the contract suite: what every kind of repository is asked."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from steward.domain.orders import Order
from steward.domain.portfolios import Portfolio
from steward.domain.positions import Position
from steward.domain.transactions import Entry, Transaction, seal
from steward.domain.users import User
from steward.usecases.ports import Units, WriteUnit
from steward.usecases.values import Caller
from tests.factories import (
    AT,
    TRACE,
    a_user,
    an_order,
    new_id,
)

T = TypeVar("T")
HASH = "hash of a password"


async def do(units: Units, work: Callable[[WriteUnit], Awaitable[T]], caller: Caller | None = None) -> T:
    return await units.write(work, trace=TRACE, at=AT, caller=caller)


async def wrote(units: Units, *steps: Callable[[WriteUnit], None]) -> None:
    """Take steps that write without waiting, in one unit."""

    async def work(one: WriteUnit) -> None:
        for step in steps:
            step(one)

    await do(units, work)


async def a_person(units: Units) -> User:
    user = a_user()
    await wrote(units, lambda one: one.users.add(user, HASH))
    return user


async def a_kept_portfolio(units: Units, owner: User | None = None) -> Portfolio:
    owner = owner or await a_person(units)
    return await do(
        units,
        lambda one: one.portfolios.add(owner_id=owner.id, name="Pension", base_currency="USD", at=AT),
    )


async def a_kept_order(units: Units, **fields: object) -> Order:
    portfolio = await a_kept_portfolio(units)
    order = an_order(id=new_id(), owner_id=portfolio.owner_id, portfolio_id=portfolio.id, **fields)
    await wrote(units, lambda one: one.orders.add(order))
    return order


async def appended(units: Units, portfolio: Portfolio, *entries: Entry, assets: int = 0) -> Portfolio:
    async def work(one: WriteUnit) -> Portfolio:
        locked = await one.portfolios.lock(portfolio.owner_id, portfolio.id)
        one.transactions.append(locked, seal(locked, entries, at=AT), assets=assets)
        return locked

    await do(units, work)
    return await locked_again(units, portfolio)


async def declared(units: Units, portfolio: Portfolio, entry: Entry) -> Transaction:
    return await do(
        units,
        lambda one: one.transactions.append_next_one(
            portfolio.owner_id, portfolio.id, entry, at=AT, assets=1
        ),
    )


async def locked_again(units: Units, portfolio: Portfolio) -> Portfolio:
    return await do(units, lambda one: one.portfolios.lock(portfolio.owner_id, portfolio.id))


async def position(units: Units, portfolio: Portfolio, symbol: str = "ABC") -> Position:
    return await do(units, lambda one: one.positions.one(portfolio, symbol))
