"""The lane of a worker on a database: batches, other workers, races, and what a refusal leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.accounts import Account, AccountKind, InsufficientBuyingPower
from steward.domain.desk import Desk
from steward.domain.listings import FeeSchedule, Listing
from steward.domain.orders import ClientOrderIdTaken, Order, OrderNotOpen, Side, StaleVersion, Status
from steward.domain.terms import BOOK_VENUE, PAPER_VENUE, OrderType, Terms
from steward.domain.tickets import Replacement
from steward.domain.transactions import Entry, Kind, seal
from steward.infrastructure.db.database import DatabaseDown, Retry
from steward.usecases.accounts import AccountNotFound
from steward.usecases.desk_batch import AccountCurrency, SymbolNotListed
from steward.usecases.desk_commands import Cancel, Place, Replace, Tick
from steward.usecases.desk_facts import Asked
from steward.usecases.lane import PLACED_MAXIMUM
from steward.usecases.ports import WriteUnit
from steward.usecases.values import DeskKey
from tests.factories import AT, figures, new_text
from tests.usecases.exchange import Floor, Trader

DAY = Terms(type=OrderType.LIMIT, limit_price=Decimal(1))


async def booked(floor: Floor, trader: Trader, *entries: Entry) -> None:
    """Book something that the exchange knows nothing of."""

    async def work(unit: WriteUnit) -> None:
        portfolio = await unit.portfolios.lock(trader.caller.user_id, trader.portfolio_id)
        unit.transactions.append(portfolio, seal(portfolio, entries, at=AT))

    await floor.do(work)


async def ledger(floor: Floor, trader: Trader) -> list[Entry]:
    whole = await floor.do(lambda unit: unit.transactions.of(trader.caller.user_id, trader.portfolio_id))
    return [one.entry for one in whole]


async def test_two_meet_and_everything_is_kept(floor: Floor) -> None:
    fees = FeeSchedule(per_order=Decimal("0.5"))
    listing = Listing(venue=BOOK_VENUE, symbol=floor.symbol, currency="USD", fees=fees)
    await floor.do(lambda unit: unit.desks.relist(listing))
    seller, buyer = await floor.trader(), await floor.trader(kind=AccountKind.CASH)
    sale = await floor.place(seller, Side.SELL, 10)
    bought = await floor.place(buyer, Side.BUY, 4)
    assert figures(bought.status, bought.average_price) == (Status.EXECUTED, 100)
    deposit, buy = await ledger(floor, buyer)
    assert figures(buy.kind, buy.quantity, buy.price, buy.terms.fee) == (Kind.BUY, 4, 100, Decimal("0.5"))
    assert deposit.kind is Kind.DEPOSIT
    kept = await floor.account(buyer)
    assert (kept.account.cash, kept.ledger_seq, kept.head_seq) == (Decimal("9599.5"), 2, 2)
    assert kept.account.holdings[floor.symbol].qty == 4
    assert (kept.account.open_orders, kept.account.event_seq) == (0, 2)
    short = (await floor.account(seller)).account
    assert figures(short.holdings[floor.symbol].qty, short.open_orders) == (-4, 1)
    both = {seller.portfolio_id, buyer.portfolio_id}
    assert floor.woken == [({seller.portfolio_id}, {floor.key}), (both, {floor.key})]
    assert floor.lane.placed[sale.id].portfolio_id == seller.portfolio_id
    trades = await floor.units.read().desks.trades(floor.key, before=100, limit=10)
    assert [row[:3] for row in trades] == [(1, "4", "100")]


class Poison(Tick):
    """A command that meets a defect of ours."""

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        raise ZeroDivisionError(desk, account, at)


async def test_a_command_that_fails_takes_no_other_along(floor: Floor) -> None:
    trader = await floor.trader()
    done = await asyncio.gather(
        floor.place(trader, Side.BUY, 1),
        floor.lane.do(Asked(Poison(floor.key))),
        floor.place(trader, Side.BUY, 2),
        return_exceptions=True,
    )
    assert isinstance(done[1], ZeroDivisionError)
    assert [one.status for one in (done[0], done[2]) if isinstance(one, Order)] == [Status.PENDING] * 2
    assert (await floor.account(trader)).account.open_orders == 2


async def test_what_comes_at_once_is_decided_together_in_its_order(floor: Floor) -> None:
    seller, buyer = await floor.trader(), await floor.trader()
    asking = [floor.place(seller, Side.SELL, 1) for _ in range(5)]
    asking += [floor.place(buyer, Side.BUY, 1) for _ in range(6)]
    orders = await asyncio.gather(*asking)
    assert [one.status for one in orders[5:]] == [Status.EXECUTED] * 5 + [Status.PENDING]
    assert len(floor.woken) < 4
    await floor.lane.close()
    assert (await floor.account(buyer)).account.open_orders == 1


async def test_a_worker_takes_over_what_another_one_has_done(floor: Floor) -> None:
    seller, buyer = await floor.trader(), await floor.trader()
    here, there = floor.lane, floor.new_lane()
    first = await floor.place(seller, Side.SELL, 3, lane=here)
    await floor.place(buyer, Side.BUY, 1, lane=there)
    (cancelled,) = await floor.ask(seller, Cancel(floor.key, seller.portfolio_id, first.id), lane=here)
    assert figures(cancelled.status, cancelled.executed_qty) == (Status.CANCELLED, 1)
    resting = await floor.place(buyer, Side.BUY, 1, lane=there)
    assert resting.status is Status.PENDING
    # A worker that starts reads what is open, and nothing else.
    (last,) = await floor.ask(buyer, Cancel(floor.key, buyer.portfolio_id, resting.id), lane=floor.new_lane())
    assert last.status is Status.CANCELLED


async def test_an_order_is_replaced_and_a_final_one_is_neither_replaced_nor_cancelled(floor: Floor) -> None:
    buyer = await floor.trader()
    order = await floor.place(buyer)
    asked = Replacement(limit_price=Decimal(99), client_order_id=new_text())
    (new,) = await floor.ask(buyer, Replace(floor.key, buyer.portfolio_id, order.id, asked))
    assert figures(new.terms.replaces_id, new.terms.limit_price) == (order.id, 99)
    for command in (
        Replace(floor.key, buyer.portfolio_id, order.id, Replacement()),
        Cancel(floor.key, buyer.portfolio_id, order.id),
    ):
        with pytest.raises(OrderNotOpen):
            await floor.ask(buyer, command)
    with pytest.raises(StaleVersion):
        await floor.ask(buyer, Cancel(floor.key, buyer.portfolio_id, new.id, version=9))
    with pytest.raises(ClientOrderIdTaken):
        await floor.place(buyer, client_order_id=asked.client_order_id)


async def test_the_market_itself_asks_without_an_account(floor: Floor) -> None:
    buyer = await floor.trader()
    key = DeskKey(PAPER_VENUE, floor.symbol)
    order = await floor.place(buyer, venue=PAPER_VENUE, price=200, qty=1)
    assert (order.status, order.security) == (Status.EXECUTED, floor.symbol)
    lasting = await floor.place(buyer, qty=1, terms=DAY)
    floor.at += timedelta(days=1)
    assert await floor.ask(None, Tick(floor.key)) == []
    later = await floor.again(buyer)
    with pytest.raises(OrderNotOpen):
        await floor.ask(later, Cancel(floor.key, buyer.portfolio_id, lasting.id))
    mine, nothing = await asyncio.gather(floor.place(later, qty=1), floor.ask(None, Tick(floor.key)))
    assert (mine.status, nothing) == (Status.PENDING, [])
    assert key in (await floor.units.read().desks.of([key]))


async def test_a_refused_command_changes_nothing_and_the_others_go_on(floor: Floor) -> None:
    buyer = await floor.trader(cash=1000)
    results = await asyncio.gather(
        floor.place(buyer, qty=5),
        floor.place(buyer, qty=500),
        floor.place(buyer, qty=5),
        return_exceptions=True,
    )
    assert [type(one) for one in results] == [Order, InsufficientBuyingPower, Order]
    assert (await floor.account(buyer)).account.open_orders == 2
    count = len(floor.woken)
    with pytest.raises(InsufficientBuyingPower):
        await floor.place(buyer, qty=500)
    assert floor.woken[count:] in ([], [(set(), {floor.key})])


async def test_nobody_trades_for_another_or_elsewhere_or_in_another_currency(floor: Floor) -> None:
    buyer, other = await floor.trader(), await floor.trader()
    euros = await floor.trader(currency="EUR")
    foreign = replace(other, portfolio_id=buyer.portfolio_id)
    for trader in (foreign, replace(other, portfolio_id=10**9)):
        with pytest.raises(AccountNotFound):
            await floor.place(trader)
    with pytest.raises(AccountCurrency):
        await floor.place(euros)
    with pytest.raises(SymbolNotListed):
        await floor.place(buyer, symbol="NO.SUCH")
    unsigned = Asked(Place(buyer.portfolio_id, floor.ticket()))
    with pytest.raises(AccountNotFound):
        await floor.lane.do(unsigned)


async def test_what_the_ledger_has_had_without_the_exchange_counts_and_is_kept(floor: Floor) -> None:
    buyer, seller = await floor.trader(cash=0), await floor.trader()
    with pytest.raises(InsufficientBuyingPower):
        await floor.place(buyer)
    deposit = Entry(Kind.DEPOSIT, None, None, AT, gross_amount=Decimal(5000), currency="USD")
    units = Entry(Kind.TRANSFER_IN, "OTHER", Decimal(7), AT)
    await booked(floor, buyer, deposit, units)
    with pytest.raises(InsufficientBuyingPower):
        await floor.place(buyer, qty=10_000)
    await floor.place(buyer)
    await floor.place(seller, Side.SELL)
    kept = (await floor.account(buyer)).account
    assert figures(kept.cash, kept.holdings["OTHER"].qty, kept.holdings[floor.symbol].qty) == (4000, 7, 10)


async def test_a_counterparty_is_read_only_when_it_is_touched(floor: Floor) -> None:
    seller, buyer = await floor.trader(), await floor.trader()
    await floor.place(seller, Side.SELL)
    await booked(floor, seller, Entry(Kind.TRANSFER_IN, "OTHER", Decimal(2), AT))
    await floor.place(buyer, lane=floor.new_lane())
    kept = (await floor.account(seller)).account
    assert figures(kept.holdings["OTHER"].qty, kept.holdings[floor.symbol].qty) == (2, -10)


async def test_a_batch_that_loses_a_race_is_done_again_and_one_without_a_database_is_told_to_all(
    floor: Floor,
) -> None:
    buyer = await floor.trader()
    real, fails = floor.lane.units, [Retry(), Retry(), DatabaseDown()]

    class Racing:
        async def exchange(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
            async def raced(unit: Any) -> Any:
                done = await work(unit)
                if fails:
                    raise fails.pop(0)
                return done

            return await real.exchange(raced)

    floor.lane.units = Racing()
    results = await asyncio.gather(floor.place(buyer), floor.place(buyer), return_exceptions=True)
    assert [type(one) for one in results] == [DatabaseDown, DatabaseDown]
    assert (await floor.place(buyer)).status is Status.PENDING
    assert (await floor.account(buyer)).account.open_orders == 1


async def test_only_so_many_places_of_orders_are_remembered(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steward.usecases.lane.PLACED_MAXIMUM", 2)
    buyer = await floor.trader()
    orders = [await floor.place(buyer, qty=1) for _ in range(3)]
    assert list(floor.lane.placed) == [one.id for one in orders[1:]]
    assert PLACED_MAXIMUM > 2


async def test_who_goes_away_does_not_take_back_an_order(floor: Floor) -> None:
    buyer = await floor.trader()
    asking = asyncio.create_task(floor.place(buyer))
    await asyncio.sleep(0)
    asking.cancel()
    await floor.lane.close()
    assert (await floor.account(buyer)).account.open_orders == 1
