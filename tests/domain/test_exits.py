from decimal import Decimal

import pytest

from steward.domain.accounts import NothingToReduce
from steward.domain.listings import TradingStatus
from steward.domain.orders import Order
from steward.domain.terms import OrderClass, OrderType, Phase, TimeInForce
from steward.domain.tickets import LegsDoNotFit, Replacement, TermsDoNotFit
from tests.trading import SYMBOL, Room, phase, stands

GTC = TimeInForce.GTC


def bracket(room: Room, qty: str = "10", limit: str = "50") -> list[Order]:
    return room.place_all(
        2,
        "buy",
        qty,
        limit,
        time_in_force=GTC,
        order_class=OrderClass.BRACKET,
        take_profit="60",
        stop_loss="45",
        stop_loss_limit="44",
    )


def now(room: Room, orders: list[Order]) -> list[tuple[str, str, str | None]]:
    return [stands(room.now(order)) for order in orders]


def test_exits_are_for_what_the_entry_has_filled() -> None:
    room = Room()
    orders = entry, profit, loss = bracket(room)
    assert [phase(one) for one in orders] == [Phase.WORKING, Phase.HELD, Phase.HELD]
    assert (entry.terms.group_id, profit.terms.parent_id, loss.terms.group_id) == (None, entry.id, entry.id)
    for qty, filled in (("4", 4), ("3", 7)):
        room.place(9, "sell", qty, "50")
        exits = [room.now(one) for one in (profit, loss)]
        assert [one.original_qty for one in exits] == [filled, filled]
        assert [phase(one) for one in exits] == [Phase.WORKING, Phase.ARMED]
        assert room.accounts[2].holding(SYMBOL).reserved_qty == filled
    room.place(9, "buy", "2", "60")
    assert [room.now(one).pending_qty for one in (profit, loss)] == [5, 5]
    room.place(9, "buy", "5", "60")
    assert now(room, orders) == [
        ("cancelled", "7", "exit_filled"),
        ("executed", "7", None),
        ("cancelled", "0", "exit_filled"),
    ]
    assert room.accounts[2].holding(SYMBOL).reserved_qty == 0


def test_a_stop_loss_that_is_set_off_ends_the_take_profit_before_it_trades() -> None:
    room = Room()
    orders = bracket(room)
    room.place(9, "sell", "10", "50")
    room.place(9, "buy", "1", "45")
    room.place(1, "sell", "1", "45")
    room.place(9, "buy", "6", "44")
    assert now(room, orders) == [
        ("executed", "10", None),
        ("cancelled", "0", "exit_triggered"),
        ("partial", "6", None),
    ]
    assert room.accounts[2].holding(SYMBOL).reserved_qty == 4


def test_exits_end_with_their_entry_or_with_each_other() -> None:
    room = Room()
    held = bracket(room)
    room.desk.cancel(held[0].id, at=room.at)
    assert [one[2] for one in now(room, held)] == ["requested", "entry_ended", "entry_ended"]
    free = bracket(room)
    room.place(9, "sell", "5", "50")
    room.desk.cancel(free[0].id, at=room.at)
    assert [one[0] for one in now(room, free)] == ["cancelled", "pending", "pending"]
    room.desk.cancel(free[2].id, at=room.at)
    assert [one[2] for one in now(room, free)] == ["requested", "exit_ended", "requested"]


def test_an_exit_or_an_entry_that_is_replaced_ends_nothing() -> None:
    room = Room()
    entry, profit, loss = bracket(room)
    account = room.accounts[2]
    with pytest.raises(TermsDoNotFit, match="follows its entry"):
        room.desk.replace(profit.id, Replacement(qty=Decimal(3)), account, at=room.at)
    nearer = room.desk.replace(profit.id, Replacement(limit_price=Decimal(55)), account, at=room.at)
    loss = room.desk.replace(loss.id, Replacement(stop_price=Decimal(46)), account, at=room.at)
    entry = room.desk.replace(entry.id, Replacement(limit_price=Decimal(51)), account, at=room.at)
    assert [room.now(one).terms.parent_id for one in (nearer, loss)] == [entry.id, entry.id]
    room.place(9, "sell", "10", "51")
    assert [phase(room.now(one)) for one in (nearer, loss)] == [Phase.WORKING, Phase.ARMED]
    nearer = room.desk.replace(nearer.id, Replacement(limit_price=Decimal(56)), account, at=room.at)
    assert account.holding(SYMBOL).reserved_qty == 10
    room.place(9, "buy", "10", "56")
    assert now(room, [entry, nearer, loss]) == [
        ("executed", "10", None),
        ("executed", "10", None),
        ("cancelled", "0", "exit_filled"),
    ]


def test_two_exits_alone_reserve_once_and_end_each_other() -> None:
    room = Room()
    fields = {"order_class": OrderClass.OCO, "take_profit": "60", "stop_loss": "45", "time_in_force": GTC}
    profit, loss = room.place_all(1, "sell", "100", name="both", **fields)
    assert (profit.client_order_id, loss.client_order_id) == ("both", None)
    assert profit.terms.group_id == loss.terms.group_id == profit.id
    assert room.accounts[1].holding(SYMBOL).reserved_qty == 100
    room.place(9, "buy", "100", "60")
    assert now(room, [profit, loss]) == [("executed", "100", None), ("cancelled", "0", "exit_filled")]
    with pytest.raises(NothingToReduce, match="no long position"):
        room.place_all(3, "sell", "1", **fields)


def test_an_oco_that_trades_at_once_ends_its_other_exit_at_once() -> None:
    room = Room()
    room.place(9, "buy", "10", "60")
    fields = {"order_class": OrderClass.OCO, "take_profit": "60", "stop_loss": "45"}
    orders = room.place_all(1, "sell", "10", **fields)
    assert [stands(one)[0] for one in orders] == ["executed", "cancelled"]


def test_one_exit_follows_its_entry_on_the_short_side_too() -> None:
    room = Room()
    fields = {"order_class": OrderClass.OTO, "stop_loss": "55", "time_in_force": GTC}
    entry, loss = room.place_all(3, "sell", "10", "50", **fields)
    room.place(9, "buy", "10", "50")
    assert phase(room.now(loss)) is Phase.ARMED
    room.place(9, "sell", "10", "56")
    room.trade("55")
    assert now(room, [entry, loss]) == [("executed", "10", None), ("executed", "10", None)]
    assert room.accounts[3].holding(SYMBOL).qty == room.desk.state.short_qty == 0


def test_an_order_that_closes_has_no_exits() -> None:
    room = Room()
    with pytest.raises(LegsDoNotFit, match="closes a position"):
        room.place_all(1, "sell", "1", "50", order_class=OrderClass.OTO, stop_loss="55")


def test_exits_of_the_house_reserve_nothing() -> None:
    room = Room()
    orders = room.place_all(9, "buy", "5", "50", order_class=OrderClass.OTO, take_profit="60")
    room.place(1, "sell", "5", "50")
    room.place(2, "buy", "5", "60")
    assert [stands(room.now(one))[0] for one in orders] == ["executed", "executed"]
    assert room.accounts[9].holding(SYMBOL).reserved_qty == 0


def test_an_entry_that_fills_at_the_close_has_exits_that_wait_for_the_open() -> None:
    room = Room()
    _, profit, loss = bracket(room)
    room.place(9, "sell", "4", "50")
    room.turn(TradingStatus.CLOSING)
    room.place(9, "sell", "6", "50", time_in_force=TimeInForce.CLS)
    room.turn(TradingStatus.CLOSED)
    exits = [room.now(one) for one in (profit, loss)]
    assert [phase(one) for one in exits] == [Phase.QUEUED, Phase.ARMED]
    assert [one.original_qty for one in exits] == [10, 10]
    room.turn(TradingStatus.CONTINUOUS)
    assert phase(room.now(profit)) is Phase.WORKING


def test_a_stop_limit_that_was_set_off_can_be_replaced_at_another_limit_only() -> None:
    room = Room()
    room.trade("50")
    order = room.place(
        1, "sell", "5", type=OrderType.STOP_LIMIT, stop_price="45", limit_price="44.50", time_in_force=GTC
    )
    room.place(9, "buy", "1", "44")
    room.place(2, "sell", "1", "44")
    assert phase(room.now(order)) is Phase.WORKING
    with pytest.raises(TermsDoNotFit, match="set off already"):
        room.desk.replace(order.id, Replacement(stop_price=Decimal(43)), room.accounts[1], at=room.at)
    moved = room.desk.replace(order.id, Replacement(limit_price=Decimal(46)), room.accounts[1], at=room.at)
    assert phase(moved) is Phase.WORKING
    room.place(9, "buy", "5", "46")
    assert stands(room.now(moved)) == ("executed", "5", None)


def test_a_stop_loss_whose_other_exit_trades_first_is_not_set_off() -> None:
    room = Room()
    orders = bracket(room)
    fields = {"type": OrderType.LIMIT_IF_TOUCHED, "stop_price": "45", "limit_price": "60"}
    # It is touched by the price that sets the stop loss off, came first, and takes the take profit.
    eager = room.place(3, "buy", "10", time_in_force=GTC, **fields)
    room.place(9, "sell", "10", "50")
    room.place(9, "buy", "1", "45")
    room.place(1, "sell", "1", "45")
    assert stands(room.now(eager)) == ("executed", "10", None)
    assert now(room, orders)[1:] == [("executed", "10", None), ("cancelled", "0", "exit_filled")]
