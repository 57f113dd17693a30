from datetime import date
from decimal import Decimal

import pytest

from steward.domain.accounts import (
    OPEN_ORDERS_MAXIMUM,
    AccountKind,
    Holding,
    InsufficientBuyingPower,
    InsufficientPosition,
    ShortNotAllowed,
    TooManyOpenOrders,
)
from steward.domain.errors import Refusal
from steward.domain.fees import fee_of
from steward.domain.listings import FeeSchedule
from steward.domain.money import plain
from steward.domain.orders import Side
from steward.domain.terms import TimeInForce
from tests.trading import SYMBOL, Room, an_account


def numbers(holding: Holding) -> tuple[str, str, str]:
    return plain(holding.qty), plain(holding.cost), plain(holding.realized)


def test_cost_is_by_moving_average_and_turns_with_the_position() -> None:
    holding = Holding()
    assert holding.average_price is None
    holding.traded(Decimal(10), Decimal(100))
    holding.traded(Decimal(10), Decimal(140))
    assert holding.average_price == Decimal(12)
    holding.traded(Decimal(-5), Decimal(-75))
    assert numbers(holding) == ("15", "180", "15")
    holding.traded(Decimal(-20), Decimal(-300))
    assert numbers(holding) == ("-5", "-75", "60")
    holding.traded(Decimal(5), Decimal(80))
    assert numbers(holding) == ("0", "0", "55")


@pytest.mark.parametrize(
    ("side", "qty", "value", "fee"),
    [
        (Side.BUY, "0", "0", "0"),
        (Side.BUY, "10", "1000", "3.1"),
        (Side.BUY, "1", "10", "2.02"),
        (Side.BUY, "1000", "100000", "50"),
        (Side.SELL, "1", "1.5", "1.5"),
    ],
)
def test_a_fee_is_within_its_bounds_and_a_sale_never_costs_money(
    side: Side, qty: str, value: str, fee: str
) -> None:
    schedule = FeeSchedule(
        per_order=Decimal(1),
        rate=Decimal("0.002"),
        per_unit=Decimal("0.01"),
        minimum=Decimal("2.02"),
        maximum=Decimal(50),
    )
    assert fee_of(schedule, side, Decimal(qty), Decimal(value)) == Decimal(fee)


def test_a_fee_without_a_maximum_is_what_it_adds_up_to() -> None:
    assert fee_of(FeeSchedule(rate=Decimal("0.01")), Side.BUY, Decimal(1), Decimal(10_000)) == 100


def test_a_cash_account_has_what_is_settled_and_not_reserved() -> None:
    room = Room()
    seller = room.accounts[1]
    seller.settlement_days = 2
    room.place(9, "buy", "10", "50")
    room.place(1, "sell", "10", "50")
    # AT is a Sunday: two weekdays later is Tuesday.
    assert (seller.cash, seller.unsettled) == (Decimal(10_500), {date(2026, 3, 3): Decimal(500)})
    assert seller.available == seller.buying_power == Decimal(10_000)
    seller.settle(date(2026, 3, 2))
    assert seller.available == Decimal(10_000)
    seller.settle(date(2026, 3, 3))
    assert seller.available == Decimal(10_500)
    room.place(1, "buy", "10", "30")
    assert (seller.reserved, seller.available) == (Decimal(300), Decimal(10_200))


def test_a_margin_account_puts_up_half_of_what_it_buys_and_half_on_top_of_what_it_sells_short() -> None:
    room = Room()
    margin = room.accounts[3]
    assert (margin.available, margin.buying_power) == (Decimal(10_000), Decimal(20_000))
    room.place(9, "sell", "200", "100")
    room.place(3, "buy", "200", "100")
    assert (margin.cash, margin.available) == (Decimal(-10_000), Decimal(0))
    room.place(9, "buy", "200", "100")
    room.place(3, "sell", "200", "100")
    assert margin.available == Decimal(10_000)
    room.place(9, "buy", "100", "100")
    room.place(3, "sell", "100", "100")
    assert (margin.cash, margin.available) == (Decimal(20_000), Decimal(5_000))


def test_refusals_say_by_how_much() -> None:
    room = Room()
    with pytest.raises(InsufficientBuyingPower, match="10100 USD of what is available, 100 more than"):
        room.place(1, "buy", "101", "100")
    with pytest.raises(InsufficientPosition, match="100 ACME can be closed and 103 were asked for: 3 too"):
        room.place(1, "sell", "103", "100")
    room.place(1, "sell", "60", "100")
    with pytest.raises(InsufficientPosition, match="40 ACME can be closed and 41"):
        room.place(1, "sell", "41")
    room.accounts[1].open_orders = OPEN_ORDERS_MAXIMUM
    with pytest.raises(TooManyOpenOrders, match="cancel 1 first"):
        room.place(1, "buy", "1", "100")
    with pytest.raises(ShortNotAllowed, match="no ACME"):
        an_account(4).reserve_rate(SYMBOL, Side.SELL, Decimal(1))
    assert an_account(4, kind=AccountKind.HOUSE).reserve_rate(SYMBOL, Side.SELL, Decimal(1)) is None


def test_a_refused_order_leaves_everything_as_it_was() -> None:
    room = Room()
    room.desk.take()
    for fields in ({"qty": "101", "limit": "100"}, {"qty": "1", "time_in_force": TimeInForce.GTD}):
        with pytest.raises(Refusal):
            room.place(1, "buy", **fields)
    changes = room.desk.take()
    assert not changes.events
    assert not changes.created
    assert room.accounts[1].available == Decimal(10_000)
