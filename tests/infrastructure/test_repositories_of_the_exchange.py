"""What a batch of the exchange reads and writes, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.errors import Unavailable
from steward.domain.listings import DeskState, FeeSchedule, Listing, MarketQuote, TradingStatus
from steward.domain.orders import Order, Side, Status
from steward.domain.portfolios import Portfolio
from steward.domain.terms import (
    BOOK_VENUE,
    PAPER_VENUE,
    OrderClass,
    OrderType,
    Phase,
    Role,
    SelfTrade,
    Standing,
    Terms,
    TimeInForce,
)
from steward.domain.trading import Trade
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.usecases.values import DeskKey, Kept, Limit, ToldEvent
from tests.factories import AT, LATER, a_fill, an_order, new_id, new_text
from tests.infrastructure.contract import a_kept_portfolio, a_person, do

LONG = Decimal("12345678901234567890.123456789012345678")
FEW = Limit("few", 3, 60)


def a_symbol() -> str:
    return new_text("S").upper().replace("-", "")


def a_listing(symbol: str, venue: str = BOOK_VENUE) -> Listing:
    fees = FeeSchedule(per_order=Decimal("0.5"), maximum=Decimal(9))
    return Listing(venue=venue, symbol=symbol, currency="USD", tick=Decimal("0.05"), fees=fees)


async def batch(units: Units, work: Any) -> Any:
    return await units.exchange(work)


async def placed(units: Units, portfolio: Portfolio, symbol: str, **fields: Any) -> Order:
    usual: dict[str, Any] = {
        "id": new_id(),
        "owner_id": portfolio.owner_id,
        "portfolio_id": portfolio.id,
        "security": symbol,
        "venue": BOOK_VENUE,
        "standing": Standing(phase=Phase.WORKING, priority=3),
    }
    order = an_order(**(usual | fields))
    await batch(units, lambda one: one.desk_orders.write([(order, 4)], []))
    return order


async def test_desks_are_opened_once_and_listed_anew_with_their_state(sql_units: Units) -> None:
    symbol, other = a_symbol(), a_symbol()
    book, paper = a_listing(symbol), a_listing(other, PAPER_VENUE)
    keys = {DeskKey(BOOK_VENUE, symbol), DeskKey(PAPER_VENUE, other)}
    await batch(sql_units, lambda one: one.desks.add([book, paper]))
    # Of two venues and two symbols only the pairs that were asked for.
    await batch(sql_units, lambda one: one.desks.add([a_listing(other), a_listing(symbol, PAPER_VENUE)]))
    found = await batch(sql_units, lambda one: one.desks.lock(keys))
    assert found == {
        DeskKey(BOOK_VENUE, symbol): (book, DeskState()),
        DeskKey(PAPER_VENUE, other): (paper, DeskState()),
    }
    quote = MarketQuote(bid=LONG, ask=LONG, bid_size=Decimal(1), ask_size=Decimal("0.5"), at=AT)
    state = DeskState(
        version=7,
        trade_seq=3,
        status=TradingStatus.CLOSED,
        last_price=LONG,
        short_qty=Decimal("2.5"),
        quote=quote,
        turned_at=LATER,
    )
    await batch(sql_units, lambda one: one.desks.save([(DeskKey(BOOK_VENUE, symbol), state)]))
    await batch(sql_units, lambda one: one.desks.add([replace(book, tick=Decimal(1))]))
    changed = replace(book, tick=Decimal(2), borrowable=Decimal(10), fees=FeeSchedule())
    await batch(sql_units, lambda one: one.desks.relist(changed))
    key = DeskKey(BOOK_VENUE, symbol)
    assert await sql_units.read().desks.of([key]) == {key: (changed, state)}
    assert key in await sql_units.read().desks.all()


async def test_trades_and_events_are_read_from_a_number_on(sql_units: Units) -> None:
    symbol, portfolio = a_symbol(), await a_kept_portfolio(sql_units)
    key, order_id = DeskKey(BOOK_VENUE, symbol), new_id()
    trades = [
        Trade(
            venue=BOOK_VENUE,
            symbol=symbol,
            seq=seq,
            qty=Decimal("0.5"),
            price=LONG,
            buy_order_id=order_id,
            sell_order_id=order_id,
            at=AT,
        )
        for seq in (1, 2, 3)
    ]
    told = [
        ToldEvent(portfolio.id, seq, portfolio.owner_id, order_id, "accepted", f'{{"n":{seq}}}', AT)
        for seq in (1, 2, 3)
    ]

    async def work(unit: WriteUnit) -> None:
        await unit.desks.add([a_listing(symbol)])
        await unit.desks.add_trades(trades)
        await unit.desks.add_events(told)

    await batch(sql_units, work)
    read = sql_units.read().desks
    newest, *others = await read.trades(key, before=4, limit=5)
    assert (newest[:3], [row[0] for row in others]) == ((3, "0.5", str(LONG)), [2, 1])
    events = await read.events_after(portfolio.owner_id, portfolio.id, after=1, limit=1)
    assert [tuple(row[:2]) for row in events] == [(2, '{"n":2}')]
    foreign = await a_person(sql_units)
    assert await read.events_after(foreign.id, portfolio.id, after=0, limit=5) == []
    for again in (lambda one: one.desks.add_trades(trades[:1]), lambda one: one.desks.add_events(told[:1])):
        # Somebody else has used the number: decided again and again, and then given up.
        with pytest.raises(Unavailable):
            await batch(sql_units, again)


EVERYTHING = Terms(
    type=OrderType.STOP_LIMIT,
    time_in_force=TimeInForce.GTD,
    limit_price=LONG,
    stop_price=Decimal(2),
    trail_amount=Decimal(3),
    trail_percent=Decimal(4),
    amount=Decimal(5),
    display_qty=Decimal(6),
    post_only=True,
    reduce_only=True,
    self_trade=SelfTrade.CANCEL_BOTH,
    expires_at=LATER,
    order_class=OrderClass.BRACKET,
    role=Role.STOP_LOSS,
    parent_id=new_id(),
    group_id=new_id(),
    replaces_id=new_id(),
)
STANDS = Standing(
    phase=Phase.ARMED,
    priority=5,
    shown_qty=LONG,
    trigger_price=Decimal(2),
    bound_price=Decimal(3),
    reserve_rate=Decimal("0.5"),
    reserved_cash=Decimal(4),
    reserved_qty=Decimal(5),
    reason="a word",
    replaced_by_id=new_id(),
)


async def test_orders_come_back_whole_and_in_their_turn(sql_units: Units) -> None:
    symbol, portfolio = a_symbol(), await a_kept_portfolio(sql_units)
    later = await placed(sql_units, portfolio, symbol, terms=EVERYTHING, standing=STANDS)
    first = await placed(sql_units, portfolio, symbol)
    await placed(sql_units, portfolio, a_symbol())

    async def of(name: str, *more: int) -> list[Order]:
        found: list[Order] = await batch(
            sql_units, lambda one: getattr(one.desk_orders, name)(BOOK_VENUE, symbol, *more)
        )
        return found

    assert await of("open_at") == [first, later]
    done = replace(
        first,
        status=Status.CANCELLED,
        version=2,
        updated_at=LATER,
        standing=Standing(phase=Phase.DONE, priority=3, reason="requested"),
    )
    await batch(sql_units, lambda one: one.desk_orders.write([], [(done, 6)]))
    assert await of("open_at") == [later]
    assert await of("changed_at", 4) == [done]
    assert await of("changed_at", 3) == [done, later]
    assert await of("changed_at", 6) == []


async def test_fills_say_what_they_cost_and_which_trade_they_are(sql_units: Units) -> None:
    symbol, portfolio = a_symbol(), await a_kept_portfolio(sql_units)
    order = await placed(sql_units, portfolio, symbol, side=Side.SELL)
    fills = [
        a_fill(order, 2, fee=Decimal("0.25"), trade_seq=1),
        replace(a_fill(order, 3, trade_seq=2), seq=2),
    ]
    await batch(sql_units, lambda one: one.desk_orders.add_fills([(one_, order.owner_id) for one_ in fills]))
    rows = await sql_units.read().orders.fills(order.owner_id, order.id, after=0, limit=9)
    assert [(row[0], row[3]) for row in rows] == [(1, "2"), (2, "3")]


async def test_client_order_ids_are_taken_owner_by_owner(sql_units: Units) -> None:
    mine, theirs = await a_kept_portfolio(sql_units), await a_kept_portfolio(sql_units)
    one, other = new_text(), new_text()
    await placed(sql_units, mine, a_symbol(), client_order_id=one)
    await placed(sql_units, theirs, a_symbol(), client_order_id=other)
    named = {(mine.owner_id, one), (mine.owner_id, "free"), (theirs.owner_id, other)}

    async def taken(names: set[Any]) -> set[Any]:
        found: set[Any] = await batch(sql_units, lambda unit: unit.desk_orders.taken(names))
        return found & names

    assert await taken(named) == {(mine.owner_id, one), (theirs.owner_id, other)}
    assert await taken({(mine.owner_id, other)}) == set()
    assert await taken(set()) == set()
    with pytest.raises(Unavailable):
        await placed(sql_units, mine, a_symbol(), client_order_id=one)


async def test_answers_are_found_until_they_are_too_old(sql_units: Units) -> None:
    mine, theirs = await a_person(sql_units), await a_person(sql_units)
    kept = {(mine.id, "k"): Kept("print", 201, "{}"), (theirs.id, "k"): Kept("other", 200, "[]")}
    await batch(sql_units, lambda one: one.keys.keep_all(kept, at=AT))
    names = [(mine.id, "k"), (mine.id, "free")]

    async def known(**before: int) -> Any:
        expired = AT - timedelta(**before) if before else LATER
        return await batch(sql_units, lambda one: one.keys.find_all(names, expired=expired))

    found = await known(hours=1)
    assert found[mine.id, "k"] == kept[mine.id, "k"]
    assert (mine.id, "free") not in found
    assert await batch(sql_units, lambda one: one.keys.find_all([], expired=AT)) == {}
    with pytest.raises(Unavailable):
        await batch(sql_units, lambda one: one.keys.keep_all(kept, at=LATER))
    assert await known() == {}
    again = {(mine.id, "k"): Kept("new", 201, "1")}
    await batch(sql_units, lambda one: one.keys.keep_all(again, at=LATER))
    # Another one's key of that name is theirs, however old it is.
    still = await do(sql_units, lambda one: one.keys.find(theirs.id, "k"))
    assert still == kept[theirs.id, "k"]


async def test_calls_are_counted_for_many_and_never_above_the_ceiling(sql_units: Units) -> None:
    one, other = new_text(), new_text()

    async def left() -> Any:
        return await batch(sql_units, lambda unit: unit.calls.left(FEW, [one, other], at=AT))

    assert await left() == {one: 3, other: 3}
    await batch(sql_units, lambda unit: unit.calls.count_all(FEW, {one: 2, other: 1}, at=AT))
    assert await left() == {one: 1, other: 2}
    with pytest.raises(Unavailable):
        await batch(sql_units, lambda unit: unit.calls.count_all(FEW, {one: 2}, at=AT))
    assert await left() == {one: 1, other: 2}
