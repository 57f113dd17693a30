"""Daily closes over HTTP: entered day by day, or from a file."""

import asyncio
from array import array
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from steward.api.call import Call
from steward.api.closes_file import read
from steward.api.operations import CSV, Operations
from steward.api.problems import Answer, InvalidInput
from steward.api.values import DAYS_MAXIMUM, Body, Daily, Day, Exact, Shape
from steward.domain.closes import Change, Series, SeriesKind, columns
from steward.domain.errors import InvalidValue
from steward.domain.instants import EARLIEST_DAY, checked_day, parsed_day
from steward.domain.instruments import InstrumentNotFound, checked_quote_currency
from steward.domain.money import parsed, plain, positive
from steward.domain.text import checked_symbol
from steward.usecases import closes
from steward.usecases.ports import WriteUnit
from steward.usecases.prices import SOURCE

operations = Operations("closes")

FILE_MAXIMUM = 50 * 1024 * 1024
_ERRORS_TOLD = 100
_CLOSES = '{"symbol":"%s","currency":"%s","prices_adjusted":%s,"prices":{%s}}'
_ENTERED = '{"symbol":"%s","currency":"%s","count":%d}'


class EnteredCloses(Body):
    """Closes by day; null removes one. Without a currency they are in that of the instrument."""

    prices: Daily
    currency: str | None = None


class CountOfCloses(Shape):
    """How many days were stated, and in which currency."""

    symbol: str
    currency: str
    count: int


class Closes(Shape):
    """Closes that the caller entered, by day. `prices_adjusted`: adjusted for later splits."""

    symbol: str
    currency: str
    prices_adjusted: bool
    prices: dict[str, Exact]


class ImportedFile(Shape):
    """How many rows of how many symbols a file had."""

    count: int
    symbols: int


def stated(daily: Mapping[str, Any], pointer: str, *, latest: date) -> dict[date, Decimal | None]:
    """Read a number or null for each day. Raises InvalidInput with the first hundred errors."""
    if not 1 <= len(daily) <= DAYS_MAXIMUM:
        raise InvalidInput("number-of-days", [(pointer, f"A call states 1 to {DAYS_MAXIMUM} days.")])
    found: dict[date, Decimal | None] = {}
    errors: list[tuple[str, str]] = []
    code = ""
    for written, raw in daily.items():
        # A day that is none is the caller's own text: it is not echoed.
        where = pointer
        try:
            day = parsed_day(written)
            where = f"{pointer}/{written}"
            checked_day(day, latest=latest, pointer=where)
            found[day] = None if raw is None else positive(parsed(raw), pointer=where)
        except InvalidValue as refusal:
            errors.append((where, refusal.detail))
            code = code or refusal.code
    if errors:
        raise InvalidInput(code, errors[:_ERRORS_TOLD])
    return found


def change_of(key: str, currency: str, daily: Mapping[date, Decimal | None]) -> Change:
    """Make the change to a series: what has no number is removed."""
    numbers = [(day, number) for day, number in sorted(daily.items()) if number is not None]
    removed = tuple(day.toordinal() for day, number in daily.items() if number is None)
    return Change(Series(key, currency, SOURCE, *columns(numbers)), removed)


def tomorrow(at: datetime) -> date:
    """Give the last day of which something can be known: somewhere it has begun."""
    return at.date() + timedelta(days=1)


@operations.add("PUT", "/instruments/{symbol}/prices", answers=CountOfCloses)
async def enter(call: Call, symbol: str, body: EnteredCloses) -> Answer:
    """Enter closes of a symbol by day, each in place of the one before; null removes one."""
    symbol = checked_symbol(symbol, pointer="/path/symbol")
    daily = stated(body.prices, "/prices", latest=tomorrow(call.at))
    if body.currency is not None:
        checked_quote_currency(body.currency, pointer="/currency")

    async def work(unit: WriteUnit) -> Answer:
        await unit.closes.hold(call.user_id)
        currency = body.currency or await closes.currency_of(unit, call.user_id, symbol)
        entry = closes.Entry(change_of(symbol, currency, daily))
        await closes.enter(unit, owner_id=call.user_id, kind=SeriesKind.CLOSE, entries=[entry], at=call.at)
        return Answer(200, (_ENTERED % (symbol, currency, len(daily))).encode(), ())

    return await call.write(work)


@operations.add("GET", "/instruments/{symbol}/prices", answers=Closes, refuses=(404,))
async def index(call: Call, symbol: str, from_: Day | None = None, to: Day | None = None) -> Answer:
    """Give the closes that the caller entered for a symbol, from one day to another, both included."""
    symbol = checked_symbol(symbol, pointer="/path/symbol")
    latest = tomorrow(call.at)
    first = checked_day(from_ or EARLIEST_DAY, latest=latest, pointer="/query/from")
    last = checked_day(to or latest, latest=latest, pointer="/query/to")
    if last < first:
        detail = "A period ends on or after the day on which it begins."
        raise InvalidInput("period-reversed", [("/query/to", detail)])
    reads = call.read()
    found = await reads.closes.of(call.user_id, [symbol], first.year, last.year)
    recorded = await reads.instruments.of(call.user_id, [symbol])
    if not found and not recorded:
        raise InstrumentNotFound
    series = found[0] if found else Series(symbol, str(recorded[0].currency), SOURCE, 0, array("q"), ())
    prices = ",".join(
        f'"{day}":{plain(series.stated(place))}'
        for place in range(len(series.days))
        if first <= (day := series.day(place)) <= last
    )
    adjusted = "true" if recorded and recorded[0].prices_adjusted else "false"
    return Answer(200, (_CLOSES % (symbol, series.currency, adjusted, prices)).encode(), ())


@operations.add("POST", "/prices/import", answers=ImportedFile, file=CSV, body_maximum=FILE_MAXIMUM)
async def load(call: Call) -> Answer:
    """Enter the closes of a CSV file with the header `symbol,date,price,currency`: all of them or none."""
    count, entries = await asyncio.to_thread(read, call.body, latest=tomorrow(call.at))

    async def work(unit: WriteUnit) -> Answer:
        await closes.enter(unit, owner_id=call.user_id, kind=SeriesKind.CLOSE, entries=entries, at=call.at)
        return Answer(200, f'{{"count":{count},"symbols":{len(entries)}}}'.encode(), ())

    return await call.write(work)
