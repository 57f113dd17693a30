"""Bars made of closes: Steward keeps one price of a day, so a day is the finest that a bar can be."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from steward.api.alpaca.errors import Unprocessable
from steward.api.alpaca.wire import moment
from steward.domain.closes import rounded_ratio
from steward.domain.instruments import major
from steward.domain.market import Market
from steward.domain.money import ZERO

_FRAME: Final = re.compile(r"([0-9]{1,2})?(Min|T|Hour|H|Day|D|Week|W|Month|M)", re.ASCII)
_MONTHS: Final = (1, 2, 3, 4, 6, 12)


@dataclass(frozen=True, slots=True)
class Timeframe:
    """How long a bar is: `count` days, weeks or months."""

    unit: str
    count: int

    def start(self, day: date) -> date:
        """Give the first day of the bar that a day lies in."""
        if self.unit == "W":
            return day - timedelta(days=day.weekday())
        if self.unit == "M":
            return date(day.year, (day.month - 1) // self.count * self.count + 1, 1)
        return day


def timeframe_of(text: str) -> Timeframe:
    """Read a timeframe such as 1Day. Raises Unprocessable."""
    found = _FRAME.fullmatch(text)
    if found is None:
        raise Unprocessable(f"timeframe: {text[:20]!r} is none; there are 1Day, 1Week and 1Month")
    count, unit = int(found[1] or 1), found[2][0]
    if found[2] in ("Min", "T") or unit == "H":
        raise Unprocessable(
            f"timeframe: Steward keeps the close of each day, and nothing finer of which {text} bars "
            "could be made: ask for 1Day, 1Week or 1Month"
        )
    if count not in (_MONTHS if unit == "M" else (1,)):
        raise Unprocessable("timeframe: there are 1Day, 1Week, and 1, 2, 3, 4, 6 or 12Month")
    return Timeframe(unit, count)


def daily(
    market: Market, symbol: str, first: date, last: date, *, on: date | None
) -> list[tuple[date, Decimal]]:
    """Give the close of each day that has one: what counts first comes first.

    In units of the day itself, or in those of the day `on`, adjusted for the splits in between.
    """
    found: dict[date, Decimal] = {}
    splits = market.splits(symbol)
    for series in reversed(market.series(symbol)):
        _, minor = major(series.currency)
        begin = bisect_left(series.days, first.toordinal())
        for place in range(begin, bisect_right(series.days, last.toordinal())):
            day = series.day(place)
            if minor == 1 and not splits:
                found[day] = series.stated(place)
            else:
                ratio = market.ratio(symbol, date.max if series.adjusted else day, on or day)
                found[day] = rounded_ratio(series.exact(place) / minor * ratio)
    return sorted(found.items())


def grouped(closes: Iterable[tuple[date, Decimal]], frame: Timeframe) -> Iterator[tuple[date, list[Decimal]]]:
    """Give the first day of each bar, and the closes in it."""
    for start, days in groupby(closes, lambda close: frame.start(close[0])):
        yield start, [price for _, price in days]


def bar(at: datetime, prices: Sequence[Decimal]) -> dict[str, Any]:
    """Write a bar of the prices that are known in it. Of volume and trades nothing is known."""
    return {
        "t": moment(at),
        "o": prices[0],
        "h": max(prices),
        "l": min(prices),
        "c": prices[-1],
        "v": ZERO,
        "n": 0,
        "vw": None,
    }


def opening_of(day: date, zone: ZoneInfo) -> datetime:
    """Give the first moment of a day where its market is: the time that a bar of days has."""
    return datetime.combine(day, time(), zone)
