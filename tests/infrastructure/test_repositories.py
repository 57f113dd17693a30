"""One contract for portfolios, ledgers, prices and orders: in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from decimal import Decimal

import pytest

from steward.domain.instruments import Instrument
from steward.domain.money import NumberOutOfRange
from steward.domain.orders import ClientOrderIdTaken, OrderNotFound, Status
from steward.domain.portfolios import CostMethod, PortfolioNotFound
from steward.domain.positions import Position
from steward.domain.prices import PriceNotFound
from steward.domain.transactions import Kind, reversal, seal
from steward.usecases.ports import Units
from steward.usecases.values import Ledger
from tests.conftest import ENGINES
from tests.factories import (
    AT,
    LATER,
    a_fill,
    a_quote,
    a_user,
    an_entry,
    an_order,
    new_id,
)
from tests.infrastructure.contract import (
    a_kept_order,
    a_kept_portfolio,
    a_person,
    appended,
    declared,
    do,
    locked_again,
    position,
    wrote,
)

NUMBER = Decimal("12345678901234567890.123456789012345678")


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# Portfolios


async def test_a_portfolio_is_kept_and_locked_by_its_owner_alone(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    assert (portfolio.name, portfolio.ledger_seq, portfolio.asset_count) == ("Pension", 0, 0)
    assert await locked_again(units, portfolio) == portfolio
    other = await a_person(units)
    for owner_id, portfolio_id in ((other.id, portfolio.id), (portfolio.owner_id, 2**62)):
        with pytest.raises(PortfolioNotFound):
            await do(units, lambda one, o=owner_id, p=portfolio_id: one.portfolios.lock(o, p))  # type: ignore[misc]  # bound now
        with pytest.raises(PortfolioNotFound):
            await do(units, lambda one, o=owner_id, p=portfolio_id: one.portfolios.lock_ledger(o, p))  # type: ignore[misc]  # bound now


async def test_a_renamed_portfolio_keeps_everything_else(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    await appended(units, portfolio, an_entry())
    before = await locked_again(units, portfolio)
    await wrote(units, lambda one: one.portfolios.save(replace(portfolio, name="Rente")))
    assert await locked_again(units, portfolio) == replace(before, name="Rente")


async def test_all_ledgers_of_an_owner_are_known_by_where_they_stand(units: Units) -> None:
    owner = await a_person(units)
    assert (await do(units, lambda one: one.portfolios.ledgers(owner.id))).ledgers == ()
    await a_kept_portfolio(units)
    first, second = [await a_kept_portfolio(units, owner) for _ in range(2)]
    await appended(units, second, an_entry(), an_entry())
    before = await do(units, lambda one: one.portfolios.ledgers(owner.id))
    assert before.ledgers == (
        Ledger(first.id, "USD", CostMethod.FIFO, 0),
        Ledger(second.id, "USD", CostMethod.FIFO, 2),
    )
    await do(units, lambda one: one.closes.advance(owner.id, history=False))
    after = await do(units, lambda one: one.portfolios.ledgers(owner.id))
    assert after.prices_version == before.prices_version + 1


async def test_the_default_portfolio_is_the_one_made_so(units: Units) -> None:
    owner = await a_person(units)
    await a_kept_portfolio(units, owner)
    assert await do(units, lambda one: one.portfolios.default_id(owner.id)) is None
    made = await do(
        units,
        lambda one: one.portfolios.add(
            owner_id=owner.id, name="Default", base_currency="EUR", at=AT, is_default=True
        ),
    )
    assert await do(units, lambda one: one.portfolios.default_id(owner.id)) == made.id
    assert (await locked_again(units, made)).base_currency == "EUR"


async def test_d4_a_removed_portfolio_takes_everything_along_and_its_id_stays_used(units: Units) -> None:
    order = await a_kept_order(units, client_order_id="mine")
    portfolio = await do(units, lambda one: one.portfolios.lock(order.owner_id, order.portfolio_id))
    fill = a_fill(order, 4)
    await wrote(
        units,
        lambda one: one.orders.save(order.filled(fill, currency="USD"), fill),
    )
    await appended(units, portfolio, an_entry(), assets=1)
    await wrote(units, lambda one: one.portfolios.remove(portfolio))
    with pytest.raises(PortfolioNotFound):
        await locked_again(units, portfolio)
    with pytest.raises(OrderNotFound):
        await do(units, lambda one: one.orders.lock(order.owner_id, order.id))
    owner = replace(a_user(), id=order.owner_id)
    assert (await a_kept_portfolio(units, owner)).id > portfolio.id


# The ledger and its positions


async def test_c2_appending_moves_the_head_and_the_positions(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    bought = an_entry(kind=Kind.BUY, quantity=NUMBER, fill_id=new_id())
    sold = an_entry(kind=Kind.SELL, quantity=Decimal(1), fill_id=new_id())
    sealed = seal(portfolio, [bought, an_entry(), sold], at=AT)
    head = await appended(units, portfolio, bought, an_entry(), sold, assets=1)
    assert (head.ledger_seq, head.ledger_digest, head.asset_count) == (3, sealed[-1].digest, 1)
    held, traded = "12345678901234567891.623456789012345678", "12345678901234567889.123456789012345678"
    expected = Position("ABC", Decimal(held), Decimal(traded))
    assert await position(units, portfolio) == expected
    assert await position(units, portfolio, "XYZ") == Position("XYZ")


async def test_n1_a_position_beyond_the_limits_is_refused_whole(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    before = await appended(units, portfolio, an_entry(quantity=Decimal(10**20 - 1)))
    with pytest.raises(NumberOutOfRange):
        await appended(units, portfolio, an_entry(symbol="XYZ"), an_entry(quantity=Decimal(1)))
    assert await locked_again(units, portfolio) == before
    assert await position(units, portfolio, "XYZ") == Position("XYZ")


async def test_c5_what_is_appended_behind_whatever_is_last_is_chained_to_it(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    entries = [an_entry(quantity=NUMBER), an_entry(kind=Kind.SELL, symbol="XYZ", fill_id=new_id())]
    for entry in entries:
        await wrote(
            units,
            lambda one, e=entry: one.transactions.append_next(portfolio.owner_id, portfolio.id, e, at=LATER),  # type: ignore[misc]  # bound now
        )
    made = await declared(units, portfolio, an_entry())
    last = seal(portfolio, entries, at=LATER)[-1]
    before = replace(portfolio, ledger_seq=last.seq, ledger_digest=last.digest)
    sealed = seal(before, [an_entry()], at=AT)[0]
    assert (made.seq, made.digest, made.recorded_at) == (3, sealed.digest, AT)
    head = await locked_again(units, portfolio)
    assert (head.ledger_seq, head.ledger_digest, head.asset_count) == (3, sealed.digest, 1)
    assert await position(units, portfolio, "XYZ") == Position("XYZ", Decimal("-2.5"), Decimal("-2.5"))


async def test_s2_nothing_is_appended_to_a_portfolio_that_is_somebody_else_s_or_absent(units: Units) -> None:
    mine, foreign = await a_kept_portfolio(units), await a_kept_portfolio(units)
    for owner_id, portfolio_id in ((mine.owner_id, foreign.id), (mine.owner_id, 2**62)):
        with pytest.raises(PortfolioNotFound):
            await declared(units, replace(mine, owner_id=owner_id, id=portfolio_id), an_entry())
        with pytest.raises(PortfolioNotFound):
            await wrote(
                units,
                lambda one, o=owner_id, p=portfolio_id: one.transactions.append_next(o, p, an_entry(), at=AT),  # type: ignore[misc]  # bound now
            )
    assert await locked_again(units, foreign) == foreign
    assert await position(units, foreign) == Position("ABC")


async def test_an_asset_comes_back_digit_for_digit_with_its_digest(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    asset = await declared(units, portfolio, an_entry(quantity=NUMBER))
    locked = await locked_again(units, portfolio)
    assert await do(units, lambda one: one.transactions.asset(locked, asset.id)) == asset
    assert asset.digest == locked.ledger_digest
    assert asset.seq == locked.ledger_seq == locked.asset_count == 1


async def test_an_asset_is_found_in_its_own_portfolio_alone_and_until_it_is_reversed(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    asset = await declared(units, portfolio, an_entry())
    bought = await declared(units, portfolio, an_entry(kind=Kind.BUY, fill_id=new_id()))
    other = await a_kept_portfolio(units)
    for where, what in ((other, asset.id), (portfolio, bought.id), (portfolio, 2**62)):
        assert await do(units, lambda one, w=where, i=what: one.transactions.asset(w, i)) is None  # type: ignore[misc]  # bound now
    head = await appended(units, portfolio, reversal(asset, at=LATER), assets=-1)
    assert head.asset_count == 1
    assert await do(units, lambda one: one.transactions.asset(portfolio, asset.id)) is None
    assert await position(units, portfolio) == Position("ABC", Decimal("2.5"), Decimal("2.5"))


# Entered prices


async def test_an_entered_price_takes_the_place_of_the_one_before(units: Units) -> None:
    owner, other = await a_person(units), await a_person(units)
    first, second = a_quote(source="user"), a_quote(price=NUMBER, currency="EUR", source="user", as_of=LATER)
    await wrote(units, lambda one: one.prices.put(owner.id, first))
    await wrote(units, lambda one: one.prices.put(owner.id, second))
    assert await do(units, lambda one: one.prices.entered_one(owner.id, "ABC")) == second
    assert await do(units, lambda one: one.prices.entered_one(other.id, "ABC")) is None
    assert await do(units, lambda one: one.prices.entered(owner.id)) == {"ABC": second}


async def test_c7_a_removed_price_is_unknown_again(units: Units) -> None:
    owner = await a_person(units)
    await wrote(units, lambda one: one.prices.put(owner.id, a_quote()))
    await do(units, lambda one: one.prices.remove(owner.id, "ABC"))
    assert await do(units, lambda one: one.prices.entered_one(owner.id, "ABC")) is None
    with pytest.raises(PriceNotFound):
        await do(units, lambda one: one.prices.remove(owner.id, "ABC"))


# Orders


async def test_an_order_comes_back_as_it_was_and_to_its_owner_alone(units: Units) -> None:
    order = await a_kept_order(units, original_qty=NUMBER, client_order_id="mine")
    assert await do(units, lambda one: one.orders.lock(order.owner_id, order.id)) == order
    assert await do(units, lambda one: one.orders.by_client_id(order.owner_id, "mine")) == order
    other = await a_person(units)
    assert await do(units, lambda one: one.orders.by_client_id(other.id, "mine")) is None
    for owner_id, order_id in ((other.id, order.id), (order.owner_id, new_id())):
        with pytest.raises(OrderNotFound):
            await do(units, lambda one, o=owner_id, i=order_id: one.orders.lock(o, i))  # type: ignore[misc]  # bound now
        with pytest.raises(OrderNotFound):
            await do(units, lambda one, o=owner_id, i=order_id: one.orders.lock_to_execute(o, i))  # type: ignore[misc]  # bound now


async def test_o2_a_filled_order_is_kept_with_its_fill(units: Units) -> None:
    order = await a_kept_order(units)
    fill = a_fill(order, Decimal("3.000000000000000001"), NUMBER)
    filled = order.filled(fill, currency="USD")
    await wrote(units, lambda one: one.orders.save(filled, fill))
    found, *facts = await do(units, lambda one: one.orders.lock_to_execute(order.owner_id, order.id))
    assert found == filled
    assert (found.status, found.fill_count, *facts) == (Status.PARTIAL, 1, "USD", Decimal(1))
    contract = Instrument(order.security, "USD", multiplier=Decimal(100))
    await wrote(units, lambda one: one.instruments.put(order.owner_id, contract))
    _, _, multiplier = await do(units, lambda one: one.orders.lock_to_execute(order.owner_id, order.id))
    assert multiplier == 100


async def test_s2_an_order_goes_into_its_owner_s_portfolio_alone(units: Units) -> None:
    foreign, owner = await a_kept_portfolio(units), await a_person(units)
    order = an_order(id=new_id(), owner_id=owner.id, portfolio_id=foreign.id)
    for asked in (order, replace(order, portfolio_id=2**62)):
        with pytest.raises(PortfolioNotFound):
            await wrote(units, lambda one, asked=asked: one.orders.add(asked))  # type: ignore[misc]  # bound now
    with pytest.raises(OrderNotFound):
        await do(units, lambda one: one.orders.lock(owner.id, order.id))


async def test_o12_a_client_order_id_is_unique_for_its_owner(units: Units) -> None:
    order = await a_kept_order(units, client_order_id="mine")
    with pytest.raises(ClientOrderIdTaken):
        await wrote(units, lambda one: one.orders.add(replace(order, id=new_id())))
    await wrote(units, lambda one: one.orders.add(replace(order, id=new_id(), client_order_id=None)))
    await wrote(units, lambda one: one.orders.add(replace(order, id=new_id(), client_order_id=None)))
    await a_kept_order(units, client_order_id="mine")
