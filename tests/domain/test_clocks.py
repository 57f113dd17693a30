from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.clocks import (
    LATEST,
    BadClockChange,
    Clock,
    ClockChange,
    ClockOutOfRange,
    ClockWouldGoBack,
    InvalidSpeed,
)

AT = datetime(2026, 7, 15, 12, tzinfo=UTC)
THEN = datetime(2020, 2, 28, 14, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def changed(clock: Clock, at: datetime = AT, *, has_orders: bool = False, **change: Any) -> Clock:
    return clock.changed(ClockChange(**change), has_orders=has_orders, at=at)


def test_a_clock_that_nobody_has_set_shows_real_time() -> None:
    assert Clock().is_real
    assert Clock().now(AT) == AT


def test_a_clock_that_is_set_runs_on_from_there() -> None:
    clock = changed(Clock(), time=THEN)
    assert (clock.version, clock.is_real, clock.speed) == (1, False, Decimal(1))
    assert clock.now(AT) == THEN
    assert clock.now(AT + 90 * SECOND) == THEN + 90 * SECOND


@pytest.mark.parametrize(
    ("speed", "gone"),
    [("0", "0"), ("0.5", "5"), ("60", "600"), ("0.0000033", "0.000033"), ("1000000", "1e7")],
)
def test_a_clock_runs_at_any_speed(speed: str, gone: str) -> None:
    clock = changed(Clock(), time=THEN, speed=Decimal(speed))
    assert clock.now(AT + 10 * SECOND) == THEN + timedelta(microseconds=int(Decimal(gone) * 1_000_000))


def test_a_change_of_speed_does_not_move_the_time() -> None:
    clock = changed(Clock(), time=THEN, speed=Decimal(60))
    later = AT + 10 * SECOND
    stopped = changed(clock, later, speed=Decimal(0))
    assert stopped.now(later) == stopped.now(later + 1000 * SECOND) == clock.now(later)
    # Real time that is given a speed goes on from now.
    assert changed(Clock(), speed=Decimal(2)).now(AT + SECOND) == AT + 2 * SECOND


def test_a_step_leaves_the_speed_as_it_is() -> None:
    clock = changed(Clock(), time=THEN, speed=Decimal(0))
    stepped = changed(clock, AT + SECOND, step_seconds=Decimal("60.5"))
    assert (stepped.speed, stepped.version) == (Decimal(0), 2)
    assert stepped.now(AT + 5 * SECOND) == THEN + 60.5 * SECOND
    assert changed(Clock(), step_seconds=Decimal(60)).now(AT) == AT + 60 * SECOND


def test_a_step_and_a_speed_may_come_together() -> None:
    clock = changed(Clock(), time=THEN, speed=Decimal(0))
    assert changed(clock, step_seconds=Decimal(1), speed=Decimal(3)).now(AT + SECOND) == THEN + 4 * SECOND


def test_real_time_may_come_back() -> None:
    clock = changed(changed(Clock(), time=THEN), real=True)
    assert (clock.is_real, clock.version, clock.now(AT)) == (True, 2, AT)


def test_time_does_not_go_back_once_there_are_orders() -> None:
    clock = changed(Clock(), time=THEN, speed=Decimal(0))
    backwards: list[dict[str, Any]] = [{"time": THEN - SECOND}, {"step_seconds": Decimal(-1)}]
    for back in backwards:
        with pytest.raises(ClockWouldGoBack, match=r"1\.0 seconds before"):
            changed(clock, has_orders=True, **back)
        assert changed(clock, **back).now(AT) == THEN - SECOND
        assert changed(clock, has_orders=True, resets=True, **back).now(AT) == THEN - SECOND
    assert changed(clock, has_orders=True, time=THEN).now(AT) == THEN
    assert changed(clock, has_orders=True, real=True).now(AT) == AT


def test_real_time_that_lies_before_the_simulated_one_is_going_back_too() -> None:
    clock = changed(Clock(), time=AT + SECOND)
    with pytest.raises(ClockWouldGoBack):
        changed(clock, has_orders=True, real=True)
    assert changed(clock, has_orders=True, real=True, resets=True).is_real


def test_a_worker_whose_own_clock_is_behind_waits() -> None:
    clock = changed(Clock(), time=THEN)
    assert clock.now(AT - 5 * SECOND) == THEN


def test_the_clock_stops_where_calendars_end() -> None:
    clock = changed(Clock(), time=LATEST - SECOND, speed=Decimal(1_000_000))
    assert clock.now(AT + timedelta(days=10_000)) == LATEST


@pytest.mark.parametrize("change", [{}, {"resets": True}, {"real": True, "speed": Decimal(1)}])
def test_a_change_says_one_thing(change: dict[str, Any]) -> None:
    with pytest.raises(BadClockChange):
        changed(Clock(), **change)


def test_a_time_and_a_step_exclude_each_other() -> None:
    with pytest.raises(BadClockChange) as caught:
        changed(Clock(), time=THEN, step_seconds=Decimal(1))
    assert caught.value.pointer == "/step_seconds"


@pytest.mark.parametrize(
    "change",
    [
        {"time": datetime(1999, 12, 31, 23, tzinfo=UTC)},
        {"time": datetime(2100, 1, 1, tzinfo=UTC)},
        {"step_seconds": Decimal("9e19")},
        {"step_seconds": Decimal(-2_000_000_000)},
    ],
)
def test_the_clock_shows_what_calendars_know(change: dict[str, Any]) -> None:
    with pytest.raises(ClockOutOfRange) as caught:
        changed(Clock(), **change)
    assert caught.value.pointer == f"/{next(iter(change))}"


@pytest.mark.parametrize("speed", [Decimal(-1), Decimal("-0.000001"), Decimal("1000000.1")])
def test_a_speed_has_limits(speed: Decimal) -> None:
    with pytest.raises(InvalidSpeed, match="1000000"):
        changed(Clock(), speed=speed)
