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
    """

    real: bool = False
    time: datetime | None = None
    step_seconds: Decimal | None = None
    speed: Decimal | None = None
    resets: bool = False


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

        Raises BadClockChange, ClockOutOfRange, InvalidSpeed, and ClockWouldGoBack when there are orders.
        """
        now = self.now(at)
        if change.real:
            if (change.time, change.step_seconds, change.speed) != (None, None, None):
                raise BadClockChange("Real time cannot be set, stepped or run: give nothing beside real.")
            found = Clock(version=self.version + 1)
        else:
            speed = change.speed if change.speed is not None else self.speed
            found = replace(
                self,
                version=self.version + 1,
                set_at=at,
                time=_moved(now, change),
                speed=_checked_speed(_ORDINARY if speed is None else speed),
            )
        if has_orders and not change.resets and found.now(at) < now:
            raise ClockWouldGoBack(now, found.now(at))
        return found


def _moved(now: datetime, change: ClockChange) -> datetime:
    if change.time is not None and change.step_seconds is not None:
        raise BadClockChange("Give a time or a step, not both.", pointer="/step_seconds")
    if change.time is not None:
        return _checked_time(change.time, "/time")
    if change.step_seconds is not None:
        return _stepped(now, change.step_seconds)
    if change.speed is None:
        raise BadClockChange("Say what to change: time or step_seconds, speed, or real.")
    return _checked_time(now, "/speed")


def _stepped(now: datetime, seconds: Decimal) -> datetime:
    # Reckoned as a number: a step may be longer than a date can hold.
    micros = add(Decimal((now - EARLIEST) // _MICROSECOND), multiply(seconds, Decimal(_SECOND)))
    if not 0 <= micros <= (LATEST - EARLIEST) // _MICROSECOND:
        raise _out_of_range("/step_seconds")
    return EARLIEST + int(micros) * _MICROSECOND


def _checked_time(time: datetime, pointer: str) -> datetime:
    if not EARLIEST <= time <= LATEST:
        raise _out_of_range(pointer)
    return time


def _out_of_range(pointer: str) -> ClockOutOfRange:
    detail = f"The exchange's clock shows moments from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}."
    return ClockOutOfRange(detail, pointer=pointer)


def _checked_speed(speed: Decimal) -> Decimal:
    if not 0 <= speed <= SPEED_MAXIMUM:
        detail = f"A speed is from 0, to stand still, to {SPEED_MAXIMUM}."
        raise InvalidSpeed(detail, pointer="/speed")
    return speed


REAL: Final = Clock()
"""The clock of an exchange that nobody has set."""
