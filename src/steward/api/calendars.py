"""Calendars of the markets over HTTP."""

from datetime import timedelta

from steward.api.call import Call
from steward.api.json import optional
from steward.api.operations import Operations
from steward.api.problems import Answer, InvalidInput
from steward.api.values import Day, Instant, Shape
from steward.domain.calendars import FIRST_DAY, LAST_DAY, Calendar, Session
from steward.domain.instants import DateOutOfRange, instant_text
from steward.domain.listings import TradingStatus

operations = Operations("calendars")

DAYS_MAXIMUM = 366
_USUAL_DAYS = 30
_SESSION = '{"day":"%s","gathers_at":"%s","opens_at":"%s","calls_at":"%s","closes_at":"%s","early":%s}'
_CALENDAR = (
    '{"name":"%s","zone":"%s","time":"%s","status":"%s","next_open":%s,"next_close":%s,"sessions":[%s]}'
)


class SessionShape(Shape):
    """A day of trading.

    Orders gather for the opening auction from `gathers_at`, for the closing one from `calls_at`.
    """

    day: Day
    gathers_at: Instant
    opens_at: Instant
    calls_at: Instant
    closes_at: Instant
    early: bool


class CalendarShape(Shape):
    """What a market does at the time of the exchange's clock, and its sessions.

    A market that never closes has no next opening or closing.
    """

    name: str
    zone: str
    time: Instant
    status: TradingStatus
    next_open: Instant | None
    next_close: Instant | None
    sessions: list[SessionShape]


def _written(session: Session) -> str:
    times = (session.gathers, session.opens, session.calls, session.closes)
    return _SESSION % (session.day, *map(instant_text, times), "true" if session.is_early else "false")


@operations.add("GET", "/exchange/calendars/{name}", answers=CalendarShape, refuses=(404,))
async def show(call: Call, name: str, from_: Day | None = None, to: Day | None = None) -> Answer:
    """Give the sessions of a market from one day to another, and what it does now."""
    now = (await call.read().clocks.get()).now(call.at)
    calendar = Calendar(name, call.system.holidays)
    for day, parameter in ((from_, "from"), (to, "to")):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            detail = f"Calendars are known from {FIRST_DAY} to {LAST_DAY}."
            raise DateOutOfRange(detail, pointer=f"/query/{parameter}")
    first = from_ or (calendar.local_day(now) if to is None else max(FIRST_DAY, to - timedelta(_USUAL_DAYS)))
    last = to or min(LAST_DAY, first + timedelta(_USUAL_DAYS))
    if last < first:
        detail = "A period ends on or after the day on which it begins."
        raise InvalidInput("period-reversed", [("/query/to", detail)])
    if (last - first).days >= DAYS_MAXIMUM:
        detail = f"A call gives at most {DAYS_MAXIMUM} days of a calendar."
        raise InvalidInput("period-too-long", [("/query/from", detail)])
    nexts = (calendar.next_open(now), calendar.next_close(now))
    text = _CALENDAR % (
        calendar.name,
        calendar.hours.zone,
        instant_text(now),
        calendar.status(now),
        *(optional(lambda at: f'"{instant_text(at)}"', at) for at in nexts),
        ",".join(map(_written, calendar.sessions(first, last))),
    )
    return Answer(200, text.encode(), ())
