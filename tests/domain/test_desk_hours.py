from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from steward.domain.calendars import Calendar
from steward.domain.desk_hours import is_behind, live, turns
from steward.domain.listings import (
    FeeSchedule,
    ListingHasOrders,
    ListingOutOfRange,
    MarketQuote,
    TradingStatus,
    check_change,
    check_listing,
)
from steward.domain.money import NotPositive
from steward.domain.orders import Order, Status
from steward.domain.terms import OrderClass, TimeInForce
from steward.infrastructure.calendars import days_off
from tests.trading import Room, a_listing, paper_room, stands

NEW_YORK, ALWAYS = Calendar("XNYS", days_off), Calendar("24/7", days_off)
GTC, GTD, OPG, CLS = TimeInForce.GTC, TimeInForce.GTD, TimeInForce.OPG, TimeInForce.CLS
S = TradingStatus


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


TRADING = utc("07-15T15:00")


def lives(room: Room, at: datetime, calendar: Calendar = NEW_YORK, price: str | None = None) -> None:
    """Let time pass at the desk of a room, with the market outside at a price of its own for each hour."""

    def quoted(moment: datetime) -> MarketQuote | None:
        if price is None:
            return None
        bid, size = Decimal(price) + Decimal(moment.hour) / 100, Decimal(100)
        return MarketQuote(bid=bid, ask=bid + 1, bid_size=size, ask_size=size, at=moment)

    room.at = at
    live(room.desk, calendar, quoted, at=at)


def ended(room: Room, order: Order) -> tuple[str, str | None, datetime]:
    now = room.now(order)
    return now.status.value, stands(now)[2], now.updated_at


def test_the_turns_of_a_day_come_in_order_and_those_of_a_market_that_never_closes_never() -> None:
    day = [*turns(NEW_YORK, utc("07-15T00:00"), utc("07-16T00:00"))]
    assert day == [
        (utc("07-15T13:20"), S.OPENING),
        (utc("07-15T13:30"), S.CONTINUOUS),
        (utc("07-15T19:59"), S.CLOSING),
        (utc("07-15T20:00"), S.CLOSED),
    ]
    assert [*turns(NEW_YORK, day[0][0], day[1][0])] == day[1:2]
    assert [*turns(NEW_YORK, utc("07-17T20:00"), utc("07-20T13:19"))] == []
    assert [*turns(ALWAYS, utc("01-01T00:00"), utc("12-31T00:00"))] == []


def test_a_desk_is_first_what_its_market_is() -> None:
    room = Room()
    assert is_behind(room.desk.state, NEW_YORK, at=TRADING)
    lives(room, TRADING)
    assert (room.desk.state.status, room.desk.state.turned_at) == (S.CONTINUOUS, TRADING)
    assert not is_behind(room.desk.state, NEW_YORK, at=TRADING)
    always = Room(calendar="24/7")
    version = always.desk.state.version
    lives(always, TRADING, ALWAYS)
    assert always.desk.state.version == version


def test_orders_live_through_each_turn_at_its_moment() -> None:
    room = Room()
    lives(room, utc("07-15T12:00"))
    day = room.place(1, "buy", "1", "40")
    opening = room.place(1, "buy", "2", "50", time_in_force=OPG)
    sells = room.place(2, "sell", "2", "50", time_in_force=OPG)
    gtc = room.place(1, "buy", "1", "41", time_in_force=GTC)
    until = utc("07-15T17:00")
    gtd = room.place(1, "buy", "1", "42", time_in_force=GTD, expires_at=until)
    lives(room, utc("07-16T15:00"))
    assert ended(room, opening) == ended(room, sells) == ("executed", None, utc("07-15T13:30"))
    assert ended(room, gtd) == ("expired", "expired", until)
    assert ended(room, day) == ("expired", "day_over", utc("07-15T20:00"))
    assert room.now(gtc).status is Status.PENDING
    assert (room.desk.state.status, room.desk.state.turned_at) == (S.CONTINUOUS, utc("07-16T13:30"))


def test_a_desk_without_orders_turns_once() -> None:
    room = Room()
    lives(room, utc("07-13T12:00"))
    version = room.desk.state.version
    at = utc("07-16T15:00")
    lives(room, at)
    assert room.desk.state.turned_at == at
    assert room.desk.state.version == version + 1
    # A day order of this session is not of one before.
    order = room.place(1, "buy", "1", "40")
    lives(room, at + timedelta(minutes=1))
    assert order.status is Status.PENDING
    lives(room, utc("07-16T20:00"))
    assert ended(room, order) == ("expired", "day_over", utc("07-16T20:00"))


def test_years_are_lived_through_in_a_moment() -> None:
    room = Room()
    lives(room, TRADING)
    gtc = room.place(1, "buy", "1", "40", time_in_force=GTC)
    version = room.desk.state.version
    lives(room, TRADING.replace(year=2066))
    assert room.now(gtc).status is Status.PENDING
    assert room.desk.state.version < version + 30


def test_a_halted_desk_ends_days_and_stays_halted() -> None:
    room = Room()
    lives(room, TRADING)
    day, gtc = room.place(1, "buy", "1", "40"), room.place(1, "buy", "1", "40", time_in_force=GTC)
    room.desk.halt(at=room.at)
    lives(room, utc("07-16T15:00"))
    assert (room.desk.state.status, room.desk.state.turned_at) == (S.HALTED, utc("07-16T13:30"))
    assert ended(room, day) == ("expired", "day_over", utc("07-15T20:00"))
    assert not is_behind(room.desk.state, NEW_YORK, at=utc("07-16T16:00"))
    room.desk.cancel(gtc.id, at=room.at)
    lives(room, utc("07-17T15:00"))
    assert (room.desk.state.status, room.desk.state.turned_at) == (S.HALTED, utc("07-17T15:00"))


def test_what_resumes_at_night_waits_for_the_morning() -> None:
    room = Room()
    lives(room, utc("07-15T21:00"))
    order = room.place(1, "buy", "1", "40")
    room.desk.halt(at=room.at)
    room.desk.resume(S.CLOSED, at=room.at)
    assert room.desk.state.status is S.CLOSED
    assert room.now(order).status is Status.PENDING


def test_a_clock_that_was_set_back_turns_the_desk_back_but_not_for_a_little() -> None:
    room = Room()
    lives(room, utc("07-15T20:00:01"))
    assert room.desk.state.status is S.CLOSED
    # Another worker's clock is a little behind: the desk waits.
    lives(room, utc("07-15T19:59:59.5"))
    assert (room.desk.state.status, room.desk.state.turned_at) == (S.CLOSED, utc("07-15T20:00:01"))
    lives(room, TRADING)
    assert (room.desk.state.status, room.desk.state.turned_at) == (S.CONTINUOUS, TRADING)


def test_a_desk_takes_over_the_hours_of_another_calendar() -> None:
    room = Room()
    found = []
    for at, calendar in ((utc("07-18T15:00"), NEW_YORK), (utc("07-18T15:01"), ALWAYS)):
        lives(room, at, calendar)
        found.append(room.desk.state.status)
    assert found == [S.CLOSED, S.CONTINUOUS]


def test_a_paper_market_opens_and_closes_at_the_prices_of_those_moments() -> None:
    room = paper_room()
    lives(room, utc("07-15T12:00"), price="20")
    room.quote("20", "21")
    opening, day, closing = (
        room.place(1, "buy", "1", time_in_force=one) for one in (OPG, TimeInForce.DAY, CLS)
    )
    lives(room, utc("07-15T22:00"), price="20")
    assert [stands(room.now(one))[0] for one in (opening, day, closing)] == ["executed"] * 3
    assert [room.now(one).average_price for one in (opening, day, closing)] == [
        Decimal("21.13"),
        Decimal("21.13"),
        Decimal("21.20"),
    ]


def test_expiries_of_orders_that_are_gone_are_forgotten() -> None:
    room = Room()
    lives(room, TRADING)
    assert room.desk.next_expiry is None
    first, last = (TRADING + timedelta(minutes=one) for one in (5, 9))
    gone = room.place(1, "buy", "1", "40", time_in_force=GTD, expires_at=first)
    room.place(1, "buy", "1", "40", time_in_force=GTD, expires_at=last)
    assert room.desk.next_expiry == first
    room.desk.cancel(gone.id, at=room.at)
    assert room.desk.next_expiry == last
    assert room.desk.has_orders


def test_all_that_are_open_of_some_orders_are_cancelled_and_told() -> None:
    room = Room()
    lives(room, TRADING)
    room.trade("50")
    bracket = room.place_all(
        1,
        "buy",
        "2",
        "40",
        order_class=OrderClass.BRACKET,
        take_profit="60",
        stop_loss="30",
        time_in_force=GTC,
    )
    filled = room.place(1, "buy", "1", "51", time_in_force=GTC)
    room.place(9, "sell", "1", "51")
    room.desk.take()
    found = room.desk.cancel_all([filled.id, *(one.id for one in bracket)], at=room.at)
    assert [one.id for one in found] == [one.id for one in bracket]
    assert {one.status for one in found} == {Status.CANCELLED}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"tick": Decimal(0)}, "/tick"),
        ({"lot": Decimal(-1)}, "/lot"),
        ({"multiplier": Decimal(0)}, "/multiplier"),
        ({"borrowable": Decimal(-1)}, "/borrowable"),
        ({"fees": FeeSchedule(per_order=Decimal(-1))}, "/fees/per_order"),
        ({"fees": FeeSchedule(rate=Decimal("1.1"))}, "/fees/rate"),
        ({"fees": FeeSchedule(minimum=Decimal(2), maximum=Decimal(1))}, "/fees/maximum"),
    ],
)
def test_a_listing_states_what_can_be(wrong: dict[str, object], pointer: str) -> None:
    check_listing(a_listing(borrowable=Decimal(0), fees=FeeSchedule(maximum=Decimal(0))))
    with pytest.raises((ListingOutOfRange, NotPositive)) as refused:
        check_listing(a_listing(**wrong))
    assert refused.value.pointer == pointer


def test_only_the_borrow_changes_under_open_orders() -> None:
    before = a_listing()
    check_change(before, a_listing(borrowable=Decimal(1)), 3)
    check_change(before, a_listing(tick=Decimal(1)), 0)
    with pytest.raises(ListingHasOrders, match="3 open orders rest on the tick"):
        check_change(before, a_listing(tick=Decimal(1)), 3)
