"""Holidays and early closes of the markets, from the package holidays, which follows their own notices."""

from datetime import date, timedelta
from functools import cache
from typing import Final

from steward.domain.calendars import DaysOff
from steward.domain.listings import ALWAYS_OPEN

_NOTHING: Final = DaysOff({}, {})
_WEEKEND: Final = 5
# The package has the days on which Frankfurt is closed. On its last day of trading in a year, which
# depends on them, continuous trading ends at 14:00.
_EARLY_ON_THE_LAST_DAY: Final = "XETR"


@cache
def days_off(market: str, year: int) -> DaysOff:
    """Give the days of a year on which a market is closed, or closes early, each with its name."""
    if market == ALWAYS_OPEN:
        return _NOTHING
    # Loaded by the first order or question that needs it: a worker without one does without.
    import holidays  # noqa: PLC0415 - as said above

    known = holidays.financial_holidays(market)
    closed, early = (
        dict(holidays.financial_holidays(market, years=year, categories=category))
        if category in known.supported_categories
        else {}
        for category in ("public", "half_day")
    )
    if market == _EARLY_ON_THE_LAST_DAY:
        early[_last_day(year, closed)] = "Last trading day"
    return DaysOff(closed, early)


def _last_day(year: int, closed: dict[date, str]) -> date:
    day = date(year, 12, 31)
    while day.weekday() >= _WEEKEND or day in closed:
        day -= timedelta(days=1)
    return day
