from decimal import Decimal

import pytest

from steward.domain.errors import Refusal
from steward.domain.listings import TradingStatus
from steward.domain.orders import OrderNotFound, Status
from steward.domain.placing import WrongVenue
from steward.domain.terms import OrderType, TimeInForce
from steward.domain.tickets import Replacement, TermsDoNotFit
from steward.domain.trading import OrderEventKind
from tests.trading import Room, a_ticket, an_account, stands

GTC = TimeInForce.GTC


def test_a_replacement_takes_the_place_of_what_is_pending() -> None:
    room = Room()
    old = room.place(1, "sell", "10", "50", name="a")
    room.place(9, "sell", "5", "50")
    room.place(2, "buy", "4", "50")
    new = room.desk.replace(old.id, Replacement(client_order_id="b"), room.accounts[1], at=room.at)
    assert (new.original_qty, new.terms.replaces_id, new.client_order_id) == (Decimal(6), old.id, "b")
    gone = room.now(old)
    assert stands(gone) == ("cancelled", "4", "replaced")
    assert gone.standing is not None
    assert gone.standing.replaced_by_id == new.id
    room.place(2, "buy", "1", "50")
    assert room.now(new).executed_qty == 1, "it kept its place"
    larger = room.desk.replace(new.id, Replacement(qty=Decimal(9)), room.accounts[1], at=room.at)
    room.place(2, "buy", "5", "50")
    assert room.now(larger).executed_qty == 0, "it lost its place"
    room.place(2, "buy", "9", "50")
    assert room.now(larger).status is Status.EXECUTED
    with pytest.raises(OrderNotFound):
        room.desk.replace(larger.id, Replacement(), room.accounts[1], at=room.at)
    with pytest.raises(OrderNotFound):
        room.desk.cancel(larger.id, at=room.at)


def test_a_replacement_is_checked_as_an_order_is() -> None:
    room = Room()
    room.trade("50")
    account = room.accounts[1]
    order = room.place(1, "buy", "10", "40")
    stop = room.place(1, "sell", "10", type=OrderType.STOP, stop_price="45", time_in_force=GTC)
    trail = room.place(1, "sell", "10", type=OrderType.TRAILING_STOP, trail_amount="4", time_in_force=GTC)
    for order_id, asked, code in (
        (order.id, Replacement(qty=Decimal(300)), "insufficient-buying-power"),
        (order.id, Replacement(limit_price=Decimal("40.001")), "off-tick"),
        (order.id, Replacement(stop_price=Decimal(39)), "terms-do-not-fit"),
        (order.id, Replacement(time_in_force=TimeInForce.GTD), "terms-do-not-fit"),
        (stop.id, Replacement(stop_price=Decimal(51)), "stop-on-wrong-side"),
        (stop.id, Replacement(qty=Decimal(92)), "insufficient-position"),
    ):
        with pytest.raises(Refusal) as refusal:
            room.desk.replace(order_id, asked, account, at=room.at)
        assert refusal.value.code == code
    looser = room.desk.replace(trail.id, Replacement(qty=Decimal(9)), account, at=room.at)
    closer = room.desk.replace(looser.id, Replacement(trail=Decimal(1)), account, at=room.at)
    triggers = [one.standing.trigger_price for one in (looser, closer) if one.standing]
    assert triggers == [Decimal(46), Decimal(49)]
    longer = room.desk.replace(order.id, Replacement(time_in_force=GTC), account, at=room.at)
    assert longer.terms.time_in_force is GTC
    room.turn(TradingStatus.CLOSED)
    amount = room.place(2, "buy", None, amount="100", time_in_force=GTC)
    with pytest.raises(Refusal, match="cancel it and place another"):
        room.desk.replace(amount.id, Replacement(), room.accounts[2], at=room.at)


def test_a_ticket_for_another_desk_or_currency_is_refused() -> None:
    room = Room()
    for ticket, account in (
        (a_ticket("buy", "1", "40", venue="paper"), room.accounts[1]),
        (a_ticket("buy", "1", "40"), an_account(4, currency="EUR")),
    ):
        with pytest.raises(WrongVenue, match="in USD"):
            room.desk.place(ticket, account, at=room.at)


def test_what_happens_to_accounts_that_are_not_loaded_waits_for_them() -> None:
    room = Room()
    room.place(1, "sell", "10", "50")
    room.desk.take()
    maker = room.desk.accounts.pop(1)
    room.place(2, "buy", "10", "50")
    assert room.desk.waiting == [1]
    with pytest.raises(LookupError):
        room.desk.take()
    assert maker.cash == 10_000
    room.desk.settle(maker)
    assert (maker.cash, maker.open_orders, room.desk.waiting) == (Decimal(10_500), 0, list[int]())
    assert [event.portfolio_id for event in room.desk.take().events] == [2, 2, 1]


def test_taking_over_what_is_here_already_changes_nothing() -> None:
    room = Room()
    order = room.place(1, "sell", "10", "50")
    before = room.desk.take().state
    room.desk.refresh(before, [order])
    assert room.desk.depth(1)[1] == [(Decimal(50), Decimal(10), 1)]
    with pytest.raises(Refusal):
        room.place(1, "sell", "200", "50")
    changes = room.desk.take()
    assert (changes.state, changes.events) == (before, ()), "a refused command is no step"
    assert list(room.desk.open_orders) == [order.id]
    assert len(room.desk.open_orders) == 1


def test_an_order_goes_no_way_that_the_table_does_not_know() -> None:
    room = Room()
    order = room.place(1, "sell", "10", "50")
    with pytest.raises(AssertionError):
        room.desk._blotter.restate(order, OrderEventKind.TRIGGERED, at=room.at)


def test_an_iceberg_shows_at_least_a_hundredth() -> None:
    room = Room()
    with pytest.raises(TermsDoNotFit, match="a hundredth of its qty: 2 or more"):
        room.place(1, "buy", "200", "40", display_qty="1")
    order = room.place(1, "buy", "100", "40", display_qty="1")
    with pytest.raises(TermsDoNotFit, match="hundredth of its qty"):
        room.desk.replace(order.id, Replacement(qty=Decimal(101)), room.accounts[1], at=room.at)
    assert room.desk.replace(order.id, Replacement(qty=Decimal(99)), room.accounts[1], at=room.at)
