"""Orders on the manual venue."""

from decimal import Decimal
from typing import Any

import pytest

from steward.domain.errors import Refusal
from steward.domain.instruments import Instrument
from steward.domain.money import NotPositive, NumberOutOfRange
from steward.domain.orders import (
    AbovePending,
    BelowExecuted,
    ClientOrderIdTaken,
    Order,
    OrderNotFound,
    OrderNotOpen,
    Side,
    StaleVersion,
    Status,
)
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.terms import BOOK_VENUE
from steward.domain.text import InvalidSymbol, InvalidText
from steward.domain.transactions import Kind
from steward.usecases import instruments, orders, prices
from steward.usecases.orders import OnExchange
from steward.usecases.ports import WriteUnit
from tests.factories import AT, LATER, OWNER, a_quote, an_order, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run


async def place(units: FakeUnits, **arguments: Any) -> Order:
    usual: dict[str, Any] = {
        "owner_id": OWNER,
        "order_id": new_id(),
        "security": "ABC",
        "qty": Decimal(10),
        "side": Side.BUY,
        "portfolio_id": None,
        "client_order_id": None,
        "at": AT,
    }
    return await run(units, orders.place, **{**usual, **arguments})


async def amend(units: FakeUnits, order: Order, qty: int, **arguments: Any) -> Order:
    usual: dict[str, Any] = {"owner_id": OWNER, "order_id": order.id, "version": None, "at": LATER}
    return await run(units, orders.amend, **{**usual, "qty": Decimal(qty), **arguments})


async def cancel(units: FakeUnits, order: Order, **arguments: Any) -> Order:
    usual: dict[str, Any] = {"owner_id": OWNER, "order_id": order.id, "version": None, "at": LATER}
    return await run(units, orders.cancel, **{**usual, **arguments})


async def execute(units: FakeUnits, order: Order, qty: int, **arguments: Any) -> Order:
    usual: dict[str, Any] = {
        "owner_id": OWNER,
        "order_id": order.id,
        "fill_id": new_id(),
        "qty": Decimal(qty),
        "price": None,
        "quotes": {},
        "version": None,
        "at": LATER,
    }
    return await run(units, orders.execute, **{**usual, **arguments})


async def test_an_order_without_a_portfolio_goes_to_the_default_one_made_once(units: FakeUnits) -> None:
    first, second = await place(units), await place(units)
    assert first.portfolio_id == second.portfolio_id
    made = units.memory.portfolios[first.portfolio_id]
    assert (made.name, made.owner_id, made.base_currency) == ("Default", OWNER, "USD")
    assert len(units.memory.portfolios) == 1


async def test_an_order_is_kept_as_it_was_placed(units: FakeUnits, pension: Portfolio) -> None:
    order = await place(units, security=" abc", portfolio_id=pension.id, client_order_id=" mine ")
    assert (order.security, order.portfolio_id, order.client_order_id) == ("ABC", pension.id, "mine")
    assert units.memory.orders == {order.id: order}


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"security": ""}, InvalidSymbol),
        ({"qty": Decimal(0)}, NotPositive),
        ({"client_order_id": "x" * 129}, InvalidText),
        ({"client_order_id": ""}, InvalidText),
        ({"portfolio_id": 99}, PortfolioNotFound),
    ],
)
async def test_what_cannot_be_placed(
    units: FakeUnits, arguments: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await place(units, **arguments)
    assert not units.memory.orders
    assert not units.memory.portfolios


async def test_s2_nobody_places_into_somebody_else_s_portfolio(units: FakeUnits, pension: Portfolio) -> None:
    with pytest.raises(PortfolioNotFound):
        await place(units, owner_id=new_id(), portfolio_id=pension.id)


async def test_o12_a_client_order_id_is_used_once_by_each_owner(units: FakeUnits) -> None:
    await place(units, client_order_id="mine")
    with pytest.raises(ClientOrderIdTaken):
        await place(units, client_order_id=" mine")
    await place(units, client_order_id="mine", owner_id=new_id())


async def test_o5_amending_changes_the_total(units: FakeUnits) -> None:
    order = await place(units)
    amended = await amend(units, order, 4, version=1)
    assert (amended.original_qty, amended.version) == (Decimal(4), 2)
    assert units.memory.orders[order.id] == amended


@pytest.mark.parametrize(
    ("qty", "arguments", "refusal"),
    [
        (0, {}, NotPositive),
        (1, {}, BelowExecuted),
        (5, {"version": 1}, StaleVersion),
        (5, {"owner_id": new_id()}, OrderNotFound),
        (5, {"order_id": new_id()}, OrderNotFound),
    ],
)
async def test_what_cannot_be_amended(
    units: FakeUnits, qty: int, arguments: dict[str, Any], refusal: type[Refusal]
) -> None:
    order = await execute(units, await place(units), 2)
    with pytest.raises(refusal):
        await amend(units, order, qty, **arguments)
    assert units.memory.orders[order.id] == order


async def test_cancelling_keeps_what_was_executed(units: FakeUnits) -> None:
    order = await execute(units, await place(units), 2)
    cancelled = await cancel(units, order, version=2)
    assert (cancelled.status, cancelled.executed_qty) == (Status.CANCELLED, Decimal(2))
    assert units.memory.orders[order.id] == cancelled


@pytest.mark.parametrize(
    ("arguments", "refusal"), [({"version": 7}, StaleVersion), ({"owner_id": new_id()}, OrderNotFound)]
)
async def test_what_cannot_be_cancelled(
    units: FakeUnits, arguments: dict[str, Any], refusal: type[Refusal]
) -> None:
    order = await place(units)
    with pytest.raises(refusal):
        await cancel(units, order, **arguments)
    assert units.memory.orders[order.id] == order


async def test_o4_a_final_order_changes_no_more(units: FakeUnits) -> None:
    order = await cancel(units, await place(units))
    for again in (cancel(units, order), amend(units, order, 20), execute(units, order, 1)):
        with pytest.raises(OrderNotOpen):
            await again
    assert units.memory.orders == {order.id: order}
    assert not units.memory.ledger


@pytest.mark.parametrize(("side", "kind"), [(Side.BUY, Kind.BUY), (Side.SELL, Kind.SELL)])
async def test_o2_a_fill_its_order_and_the_ledger_say_the_same(
    units: FakeUnits, side: Side, kind: Kind
) -> None:
    order = await execute(units, await place(units, side=side), 4, price=Decimal("2.5"), version=1)
    (fill,), (booked,) = units.memory.fills.values(), units.memory.ledger.values()
    assert units.memory.orders == {order.id: order}
    assert (order.status, order.executed_qty, order.fill_count) == (Status.PARTIAL, Decimal(4), 1)
    assert (fill.order_id, fill.seq, fill.qty, fill.price) == (order.id, 1, Decimal(4), Decimal("2.5"))
    assert (fill.currency, fill.price_source, fill.executed_at) == ("USD", "caller", LATER)
    entry = booked.entry
    assert (entry.kind, entry.symbol, entry.quantity, entry.fill_id) == (kind, "ABC", Decimal(4), fill.id)
    assert (entry.price, entry.gross_amount, entry.currency) == (Decimal("2.5"), Decimal(10), "USD")
    assert units.memory.portfolios[order.portfolio_id].ledger_digest == booked.digest


async def test_a_fill_counts_the_multiplier_of_its_instrument(units: FakeUnits) -> None:
    contract = Instrument("ABC", "USD", multiplier=Decimal(100))
    await run(units, instruments.record, owner_id=OWNER, instrument=contract)
    order = await execute(units, await place(units), 3, price=Decimal(7))
    assert order.average_price == 7
    (kept,) = units.memory.ledger.values()
    assert kept.entry.gross_amount == 2100


async def test_the_last_fill_executes_the_order(units: FakeUnits) -> None:
    order = await execute(units, await place(units), 4)
    order = await execute(units, order, 6)
    assert (order.status, order.fill_count, order.pending_qty) == (Status.EXECUTED, 2, Decimal(0))


async def test_a_price_given_counts_first_then_one_s_own_then_the_source_s(units: FakeUnits) -> None:
    quotes = {"ABC": a_quote(price=100, currency="EUR")}
    order = await place(units)
    await execute(units, order, 1, quotes=quotes)
    await run(
        units, prices.enter, owner_id=OWNER, symbol="ABC", price=Decimal(7), currency="CHF", as_of=None, at=AT
    )
    await execute(units, order, 1, quotes=quotes)
    await execute(units, order, 1, quotes=quotes, price=Decimal(3))
    assert [(fill.price, fill.currency, fill.price_source) for fill in units.memory.fills.values()] == [
        (Decimal(100), "EUR", "static"),
        (Decimal(7), "CHF", "user"),
        (Decimal(3), "USD", "caller"),
    ]


async def test_c7_without_any_price_the_fill_has_none_and_says_so(units: FakeUnits) -> None:
    order = await execute(units, await place(units), 1, quotes={"XYZ": a_quote("XYZ")})
    (fill,), (booked,) = units.memory.fills.values(), units.memory.ledger.values()
    assert (fill.price, fill.currency, fill.price_source) == (None, None, None)
    assert (booked.entry.price, booked.entry.gross_amount) == (None, None)
    assert order.average_price is None


@pytest.mark.parametrize(
    ("qty", "arguments", "refusal", "pointer"),
    [
        (0, {}, NotPositive, "/executed_qty"),
        (11, {}, AbovePending, "/executed_qty"),
        (1, {"price": Decimal(0)}, NotPositive, "/price"),
        (10, {"price": Decimal(10**20 - 1)}, NumberOutOfRange, "/price"),
        (1, {"version": 2}, StaleVersion, None),
        (1, {"owner_id": new_id()}, OrderNotFound, None),
    ],
)
async def test_what_cannot_be_executed_leaves_nothing(
    units: FakeUnits, qty: int, arguments: dict[str, Any], refusal: type[Refusal], pointer: str | None
) -> None:
    order = await place(units)
    with pytest.raises(refusal) as refused:
        await execute(units, order, qty, **arguments)
    assert refused.value.pointer == pointer
    assert units.memory.orders == {order.id: order}
    assert not units.memory.fills
    assert not units.memory.ledger


async def test_orders_on_the_exchange_are_neither_amended_nor_cancelled_nor_executed_here(
    units: FakeUnits, pension: Portfolio
) -> None:
    order = an_order(id=new_id(), portfolio_id=pension.id, venue=BOOK_VENUE)

    async def added(unit: WriteUnit) -> None:
        unit.orders.add(order)

    await run(units, added)
    for asked in (amend(units, order, 5), cancel(units, order), execute(units, order, 1)):
        with pytest.raises(OnExchange) as refused:
            await asked
        assert refused.value.order == order
