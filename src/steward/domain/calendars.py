"""Calendars: on which days a market trades, and in which hours, whatever the zone of who asks.

Hours are those of today; holidays and early closes are given, year by year.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from steward.domain.errors import NotFound
from steward.domain.listings import ALWAYS_OPEN, TradingStatus

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
"""No calendar has a session outside these days."""
_DAY: Final = timedelta(days=1)
_WORKING_DAYS: Final = 5
_ALL_DAYS: Final = 7


class CalendarNotFound(NotFound):
    """No calendar has this name."""

    code = "calendar-not-found"

    def __init__(self) -> None:
        super().__init__(f"There is no calendar of that name: there are {', '.join(HOURS)}.")


@dataclass(frozen=True, slots=True)
class DaysOff:
    """What is out of the ordinary in a year: days without a session, and with one that closes early.

    Each with its name.
    """

    closed: Mapping[date, str]
    early: Mapping[date, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a market in its own zone; one that closes at 00:00 closes at the end of the day.

    Orders gather for the opening auction in the `opening_minutes` before it opens, and for the closing
    auction in the last `closing_minutes` of the session. It is known since the day `since`.
    """

    zone: str
    opens: time
    closes: time
    closes_early: time
    opening_minutes: int
    closing_minutes: int
    days_a_week: int = _WORKING_DAYS
    since: date = FIRST_DAY


HOURS: Final[Mapping[str, Hours]] = {
    ALWAYS_OPEN: Hours(
        zone="UTC",
        opens=time(0),
        closes=time(0),
        closes_early=time(0),
        opening_minutes=0,
        closing_minutes=0,
        days_a_week=_ALL_DAYS,
    ),
    # New York trades on while orders gather for the close; here its last minute is the call.
    "XNYS": Hours(
        zone="America/New_York",
        opens=time(9, 30),
        closes=time(16),
        closes_early=time(13),
        opening_minutes=10,
        closing_minutes=1,
    ),
    # In London and Frankfurt the session ends with the auction, five minutes after continuous trading.
    "XLON": Hours(
        zone="Europe/London",
        opens=time(8),
        closes=time(16, 35),
        closes_early=time(12, 35),
        opening_minutes=10,
        closing_minutes=5,
    ),
    "XETR": Hours(
        zone="Europe/Berlin",
        opens=time(9),
        closes=time(17, 35),
        closes_early=time(14, 5),
        opening_minutes=10,
        closing_minutes=5,
        since=date(2016, 1, 1),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One day of trading, all moments in UTC: `gathers` <= `opens` < `calls` <= `closes`.

    From `gathers` on orders gather for the opening auction, from `calls` on for the closing one.
    """

    day: date
    gathers: datetime
    opens: datetime
    calls: datetime
    closes: datetime
    is_early: bool

    def status(self, at: datetime) -> TradingStatus:
        """Give what the market does at the moment `at`, as far as this session says."""
        if not self.gathers <= at < self.closes:
            return TradingStatus.CLOSED
        if at < self.opens:
            return TradingStatus.OPENING
        return TradingStatus.CONTINUOUS if at < self.calls else TradingStatus.CLOSING


@dataclass(frozen=True, slots=True)
class Calendar:
    """The sessions of one market; `days_off` gives what is out of the ordinary in a year of it.

    Raises CalendarNotFound for a name that HOURS does not have.
    """

    name: str
    days_off: Callable[[str, int], DaysOff]

    def __post_init__(self) -> None:
        if self.name not in HOURS:
            raise CalendarNotFound

    @property
    def hours(self) -> Hours:
        """The hours of the market."""
        return HOURS[self.name]

    @property
    def never_closes(self) -> bool:
        """Whether each session begins where the one before it ends."""
        return self.hours.days_a_week == _ALL_DAYS and self.hours.opens == self.hours.closes

    def session(self, day: date) -> Session | None:
        """Give the session of a day in the zone of the market; None when it is closed."""
        hours = self.hours
        if day.weekday() >= hours.days_a_week or not hours.since <= day <= LAST_DAY:
            return None
        off = self.days_off(self.name, day.year)
        if day in off.closed:
            return None
        is_early = day in off.early
        zone, ends = ZoneInfo(hours.zone), hours.closes_early if is_early else hours.closes
        opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
        closes = datetime.combine(day if ends > hours.opens else day + _DAY, ends, zone).astimezone(UTC)
        return Session(
            day=day,
            gathers=opens - timedelta(minutes=hours.opening_minutes),
            opens=opens,
            calls=closes - timedelta(minutes=hours.closing_minutes),
            closes=closes,
            is_early=is_early,
        )

    def sessions(self, first: date, last: date) -> Iterator[Session]:
        """Give the sessions from one day to another, both included, in order."""
        day, last = max(first, self.hours.since), min(last, LAST_DAY)
        while day <= last:
            if (session := self.session(day)) is not None:
                yield session
            day += _DAY

    def local_day(self, at: datetime) -> date:
        """Give the day that it is in the zone of the market."""
        return at.astimezone(ZoneInfo(self.hours.zone)).date()

    def session_from(self, at: datetime) -> Session | None:
        """Give the session that `at` lies in, else the next one; None after the last."""
        sessions = self.sessions(self.local_day(at), LAST_DAY)
        return next((session for session in sessions if at < session.closes), None)

    def status(self, at: datetime) -> TradingStatus:
        """Give what the market does at the moment `at`: CLOSED, OPENING, CONTINUOUS or CLOSING."""
        if self.never_closes:
            # Asked for with every batch of the exchange; each session begins where the one before ends.
            known = self.hours.since <= at.date() <= LAST_DAY
            return TradingStatus.CONTINUOUS if known else TradingStatus.CLOSED
        session = self.session(self.local_day(at))
        return TradingStatus.CLOSED if session is None else session.status(at)

    def is_open(self, at: datetime) -> bool:
        """Whether orders can trade at the moment `at`: the closing auction belongs to the session."""
        return self.status(at) in (TradingStatus.CONTINUOUS, TradingStatus.CLOSING)

    def next_open(self, at: datetime) -> datetime | None:
        """Give the first moment after `at` at which the market opens; None when it never does."""
        if self.never_closes:
            return None
        sessions = self.sessions(self.local_day(at), LAST_DAY)
        return next((session.opens for session in sessions if at < session.opens), None)

    def next_close(self, at: datetime) -> datetime | None:
        """Give the first moment after `at` at which the market closes; None when it never does."""
        session = None if self.never_closes else self.session_from(at)
        return None if session is None else session.closes
