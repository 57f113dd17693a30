"""Clock and calendar on the Alpaca wire: the hours of New York, at the time of the exchange's clock."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from steward.api.alpaca.access import exchange_time
from steward.api.alpaca.errors import Unprocessable
from steward.api.alpaca.wire import Moment, answer
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.domain.calendars import FIRST_DAY, LAST_DAY, Calendar, Session

operations = Operations("alpaca clock")

_MARKET: Final = "XNYS"
_USUAL: Final = timedelta(days=365)
_DAYS_MAXIMUM: Final = timedelta(days=366 * 30)


def _local(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()


@operations.add("GET", "/alpaca/v2/clock", at_root_only=True)
async def show(call: Call) -> Answer:
    """Say what time it is on the exchange, and when New York opens and closes next."""
    calendar = Calendar(_MARKET, call.system.holidays)
    now, zone = await exchange_time(call, call.read()), ZoneInfo(calendar.hours.zone)
    return answer(
        {
            "timestamp": _local(now, zone),
            "is_open": calendar.is_open(now),
            "next_open": _local(calendar.next_open(now), zone),
            "next_close": _local(calendar.next_close(now), zone),
        }
    )


@operations.add("GET", "/alpaca/v2/calendar", at_root_only=True)
async def sessions(call: Call, *, start: Moment | None = None, end: Moment | None = None) -> Answer:
    """List the days on which New York trades; without start and end, those of a year back and a year on."""
    calendar = Calendar(_MARKET, call.system.holidays)
    now, zone = await exchange_time(call, call.read()), ZoneInfo(calendar.hours.zone)
    first = max(FIRST_DAY, (now - _USUAL).date() if start is None else start.date())
    last = min(LAST_DAY, (now + _USUAL).date() if end is None else end.date())
    if last - first > _DAYS_MAXIMUM:
        raise Unprocessable("start: a call gives 30 years of the calendar at most")

    def day(session: Session) -> dict[str, Any]:
        opens, closes = (at.astimezone(zone) for at in (session.opens, session.closes))
        return {"date": session.day, "open": f"{opens:%H:%M}", "close": f"{closes:%H:%M}"}

    # Holidays of decades take their time.
    return answer(await asyncio.to_thread(lambda: [day(one) for one in calendar.sessions(first, last)]))
