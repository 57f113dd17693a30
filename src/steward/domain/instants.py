"""Moments in UTC, and their one way of being written; the days that something can have happened on."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from steward.domain.errors import InvalidValue

EARLIEST_DAY: Final = date(1900, 1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class DateOutOfRange(InvalidValue):
    """A day before 1900, or later than such a thing can be known."""

    code = "date-out-of-range"


def checked_day(day: date, *, latest: date, pointer: str) -> date:
    """Give `day` back; raise DateOutOfRange unless it lies between 1900-01-01 and `latest`."""
    if not EARLIEST_DAY <= day <= latest:
        detail = f"A day lies between {EARLIEST_DAY} and {latest}."
        raise DateOutOfRange(detail, pointer=pointer)
    return day


class InvalidDate(InvalidValue):
    """Not a day of the calendar."""

    code = "invalid-date"


def parsed_day(raw: object, *, pointer: str | None = None) -> date:
    """Read a day such as 2026-01-31. Raises InvalidDate."""
    if isinstance(raw, str) and _DAY.fullmatch(raw):
        with suppress(ValueError):
            return date.fromisoformat(raw)
    raise InvalidDate("This is a day of the calendar, such as 2026-01-31.", pointer=pointer)


@lru_cache(maxsize=1024)
def instant_text(moment: datetime) -> str:
    """Write a moment in UTC as RFC 3339 with microseconds, such as 2026-01-31T09:30:00.000000Z."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"
