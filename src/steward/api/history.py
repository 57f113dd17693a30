"""History over HTTP: what was held was worth, had cost, and how it grew, day by day or more coarsely."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from steward.api import figures
from steward.api.analyses import Scoped, analysis, checked_benchmark, checked_period, loaded
from steward.api.call import Call
from steward.api.figures import MethodShape, MissingSpan, day, word
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Day, Exact, Shape
from steward.domain.benchmarks import followed, missed
from steward.domain.money import FRACTION_DIGITS
from steward.domain.records import Fx, Teller
from steward.domain.scopes import Crossing
from steward.usecases.analysis import Frame

if TYPE_CHECKING:
    from steward.domain.days import History, Missing

operations = Operations("history")

_ONE: Final = 10**FRACTION_DIGITS
_INTERVALS: Final[Mapping[str, Callable[[date], object]]] = {
    "day": lambda on: on,
    "week": lambda on: on.isocalendar()[:2],
    "month": lambda on: (on.year, on.month),
    "year": lambda on: on.year,
}
_DAY: Final = (
    '{"on":"%s","value":%s,"securities":%s,"cash":%s,"cost":%s,"money_in":%s,"money_out":%s,"coverage":%s,'
    '"time_weighted":%s,"benchmark":%s}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery(Scoped):
    """From the day before the first transaction until today, unless days are named."""

    from_: Day | None = None
    to: Day | None = None
    interval: Literal["day", "week", "month", "year"] = "day"
    benchmark: str | None = None


class DayOfHistory(Shape):
    """The last day of an interval: values at its close, money of the whole interval, growth since `from`.

    `benchmark` is the growth of the benchmark since `from`, by its price alone; null unless one is named.
    """

    on: Day
    value: Exact
    securities: Exact
    cash: Exact
    cost: Exact | None
    money_in: Exact | None
    money_out: Exact | None
    coverage: float | None
    time_weighted: float | None
    benchmark: float | None


class HistoryShape(Shape):
    """Values are sums of what is known: `coverage` is the share of what was held that has a value."""

    portfolio_id: int | None
    start: Day = Field(alias="from")
    to: Day
    interval: Literal["day", "week", "month", "year"]
    scope: Literal["portfolio", "securities", "symbol"]
    symbol: str | None
    benchmark: str | None
    currency: str
    method: MethodShape
    days: list[DayOfHistory]
    missing: list[MissingSpan]


@analysis(operations, "/history", query=HistoryQuery, answers=HistoryShape)
async def show(call: Call, portfolio_id: int | None, query: HistoryQuery) -> Answer:
    """Tell what everything was worth at the close of each day, or the last day of each interval."""
    start, end = checked_period(call, query.from_, query.to, names=("from", "to"))
    crossing = query.crossing()
    also = checked_benchmark(query.benchmark, start or end)
    told = await call.system.historian.tell(
        call.read(),
        owner_id=call.user_id,
        portfolio_id=portfolio_id,
        asked=query.asked(),
        crossing=crossing,
        first=start,
        last=end,
        at=call.at,
    )
    compared = None
    if also is not None:
        known = await loaded(call, portfolio_id, query.asked(also=also))
        compared = _Benchmark(also[0], Teller(known.story.market, known.currency, Fx.TRANSACTION_DATE, end))
    written = partial(_written, told.frame, told.days, crossing, query.interval, compared)
    return Answer(200, (await asyncio.to_thread(written)).encode(), ())


@dataclass(frozen=True, slots=True)
class _Benchmark:
    """A symbol to compare with, and who tells its price."""

    symbol: str
    teller: Teller


def _written(
    found: Frame, made: "History", crossing: Crossing, interval: str, compared: _Benchmark | None
) -> str:
    days, spans = made.days, list(made.missing)
    places = [[*some] for _, some in groupby(range(len(days)), lambda at: _INTERVALS[interval](days[at]))]
    growth: list[float | None] = [None] * len(places)
    if compared is not None:
        shown = [days[some[-1]] for some in places]
        growth = followed(compared.teller, compared.symbol, start=days[0], days=shown)
        spans += [
            one
            for one in missed(compared.teller, sorted({days[0], *shown}))
            if not any(known.has(one) for known in made.missing)
        ]
    return figures.document(
        {
            "portfolio_id": "null" if found.portfolio_id is None else str(found.portfolio_id),
            "from": day(days[0]),
            "to": day(days[-1]),
            "interval": word(interval),
            "scope": word(crossing.scope.level),
            "symbol": word(crossing.scope.symbol or None),
            "benchmark": word(None if compared is None else compared.symbol),
            "currency": word(made.currency),
            "method": figures.method(found, crossing),
            "days": figures.listed(_days(made, days, places, growth)),
            "missing": figures.listed(map(span, spans)),
        }
    )


def _days(
    made: "History", days: Sequence[date], places: Sequence[Sequence[int]], theirs: Sequence[float | None]
) -> Iterator[str]:
    from steward.domain.performance import cumulative  # noqa: PLC0415 - brings numpy

    growth = cumulative(made)
    for some, benchmark in zip(places, theirs, strict=True):
        first, last = some[0], some[-1]
        held = made.held[last]
        yield _DAY % (
            days[last],
            steps(made.securities[last] + made.cash[last]),
            steps(made.securities[last]),
            steps(made.cash[last]),
            steps(made.cost[last]),
            steps(_sum(made.money_in[first : last + 1])),
            steps(_sum(made.money_out[first : last + 1])),
            figures.ratio(made.valued[last] / held if held else None),
            figures.ratio(growth[last]),
            figures.ratio(benchmark),
        )


def _sum(flows: Sequence[int | None]) -> int | None:
    if len(flows) == 1:
        return flows[0]
    known = [one for one in flows if one is not None]
    return sum(known) if len(known) == len(flows) else None


def steps(count: int | None) -> str:
    """Write an amount that is counted in steps of 10^-18, as `plain` does: there are tens of thousands."""
    if not count:
        return "0" if count == 0 else "null"
    whole, part = divmod(abs(count), _ONE)
    sign = "-" if count < 0 else ""
    return f"{sign}{whole}.{part:0{FRACTION_DIGITS}}".rstrip("0").rstrip(".")


def span(one: "Missing") -> str:
    """Write what is missing from one day to another."""
    return figures.document(
        {
            "what": word(one.what),
            "subject": word(one.subject),
            "first": day(one.first),
            "last": day(one.last),
        }
    )
