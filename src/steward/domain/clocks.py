"""The exchange's clock: real, or simulated: set to a moment from which it runs at any speed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from steward.domain.errors import Conflict, InvalidValue
from steward.domain.instants import instant_text
from steward.domain.money import add, multiply

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2099, 12, 31, tzinfo=UTC)
SPEED_MAXIMUM: Final = 1_000_000
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000
_ORDINARY: Final = Decimal(1)


class ClockOutOfRange(InvalidValue):
    """A moment that the exchange's clock cannot show."""

    code = "clock-out-of-range"


class InvalidSpeed(InvalidValue):
    """A speed that the exchange's clock cannot run at."""

    code = "invalid-speed"


class BadClockChange(InvalidValue):
    """Nothing is to be changed, or two things that exclude each other."""

    code = "bad-clock-change"


class ClockWouldGoBack(Conflict):
    """Simulated time must not go back while there are orders of the exchange."""

    code = "clock-would-go-back"

    def __init__(self, now: datetime, wanted: datetime) -> None:
        super().__init__(
            f"Simulated time must not go back: it is {instant_text(now)}, and {instant_text(wanted)} is "
            f"{(now - wanted).total_seconds()} seconds before that. Set a later one, or reset the clock."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """What is to become of the clock; None leaves as it is. A step is in seconds of the exchange.

    `resets` allows time to go back although there are orders.

    Raises BadClockChange, ClockOutOfRange and InvalidSpeed for what no clock can become.
    """

    real: bool = False
    time: datetime | None = None
    step_seconds: Decimal | None = None
    speed: Decimal | None = None
    resets: bool = False

    def __post_init__(self) -> None:
        if self.time is not None:
            checked_time(self.time, "/time")
        if self.speed is not None and not 0 <= self.speed <= SPEED_MAXIMUM:
            detail = f"A speed is from 0, to stand still, to {SPEED_MAXIMUM}."
            raise InvalidSpeed(detail, pointer="/speed")
        changes = [one for one in (self.time, self.step_seconds, self.speed) if one is not None]
        if self.real and changes:
            raise BadClockChange("Real time cannot be set, stepped or run: give nothing beside real.")
        if self.time is not None and self.step_seconds is not None:
            raise BadClockChange("Give a time or a step, not both.", pointer="/step_seconds")
        if not self.real and not changes:
            raise BadClockChange("Say what to change: time or step_seconds, speed, or real.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The clock: real when `speed` is None, else at the real moment `set_at` it showed `time`.

    `speed` is how many of its seconds go by in a real one, 0 when it stands still. `version` counts its
    changes.
    """

    version: int = 0
    set_at: datetime = EARLIEST
    time: datetime = EARLIEST
    speed: Decimal | None = None

    @property
    def is_real(self) -> bool:
        """Whether it shows real time."""
        return self.speed is None

    def now(self, at: datetime) -> datetime:
        """Give what it shows at the real moment `at`, to the microsecond, at most LATEST.

        Where the real clocks of two workers differ, it waits: it never shows less than `time`.
        """
        if self.speed is None:
            return at
        elapsed = max(0, (at - self.set_at) // _MICROSECOND)
        ahead = int(multiply(Decimal(elapsed), self.speed))
        return self.time + min(ahead, (LATEST - self.time) // _MICROSECOND) * _MICROSECOND

    def changed(self, change: ClockChange, *, has_orders: bool, at: datetime) -> "Clock":
        """Give the clock as it runs on from the real moment `at`.

        Raises ClockOutOfRange, and ClockWouldGoBack when there are orders.
        """
        now = self.now(at)
        found = Clock(version=self.version + 1)
        if not change.real:
            speed = change.speed if change.speed is not None else self.speed
            moved = checked_time(now, "/speed") if change.time is None else change.time
            if change.step_seconds is not None:
                moved = _stepped(now, change.step_seconds)
            found = replace(found, set_at=at, time=moved, speed=_ORDINARY if speed is None else speed)
        if has_orders and not change.resets and found.now(at) < now:
            raise ClockWouldGoBack(now, found.now(at))
        return found


def _stepped(now: datetime, seconds: Decimal) -> datetime:
    # Reckoned as a number: a step may be longer than a date can hold.
    micros = add(Decimal((now - EARLIEST) // _MICROSECOND), multiply(seconds, Decimal(_SECOND)))
    if not 0 <= micros <= (LATEST - EARLIEST) // _MICROSECOND:
        raise _out_of_range("/step_seconds")
    return EARLIEST + int(micros) * _MICROSECOND


def checked_time(time: datetime, pointer: str) -> datetime:
    """Give a moment back. Raises ClockOutOfRange for one that the exchange's clock never shows."""
    if not EARLIEST <= time <= LATEST:
        raise _out_of_range(pointer)
    return time


def _out_of_range(pointer: str) -> ClockOutOfRange:
    detail = f"The exchange's clock shows moments from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}."
    return ClockOutOfRange(detail, pointer=pointer)
