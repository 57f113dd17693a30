"""Gains over HTTP: each trade with what it earned, closed or still open, and each year."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from steward.api import figures
from steward.api.analyses import Conventions, analysis, checked_period, loaded
from steward.api.call import Call
from steward.api.figures import MethodShape, MissingFigure, amount, day, word
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Day, Exact, Shape
from steward.domain.closings import Closing
from steward.domain.corporate_actions import CorporateAction
from steward.domain.holdings import Report, report
from steward.domain.money import total
from steward.domain.records import Record
from steward.domain.scopes import Crossing, Scope
from steward.domain.totals import totals
from steward.usecases.analysis import Analysis

if TYPE_CHECKING:
    from steward.domain.trades import Trade

operations = Operations("gains")

_TOTALS = (
    "realized_gain_gross", "realized_gain_net", "unrealized_gain_gross", "unrealized_gain_net", "gain_gross",
    "gain_net",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GainsQuery(Conventions):
    """In which period, both days at their close; from the beginning when no first day is named."""

    from_: Day | None = None
    to: Day | None = None


class TradeShape(Shape):
    """Units from their purchase to their sale; an open trade ends at the market value of the last day."""

    symbol: str
    portfolio_id: int
    side: Literal["long", "short"]
    status: Literal["closed", "open"]
    quantity: Exact
    start: Day
    end: Day
    holding_days: int
    entry_value: Exact | None
    exit_value: Exact | None
    gain_gross: Exact | None
    gain_net: Exact | None
    gained: float | None = Field(alias="return")
    money_weighted: float | None
    transaction_id: int | None
    action_id: int | None


class YearOfGains(Shape):
    """What was closed in a year."""

    trades: int
    gain_gross: Exact | None
    gain_net: Exact | None


class GainTotals(Shape):
    """Realized in the period, unrealized at its end, and both; null where a part is unknown."""

    realized_gain_gross: Exact | None
    realized_gain_net: Exact | None
    unrealized_gain_gross: Exact | None
    unrealized_gain_net: Exact | None
    gain_gross: Exact | None
    gain_net: Exact | None


class GainsShape(Shape):
    """Trades by symbol, what is closed before what is open."""

    portfolio_id: int | None
    start: Day | None = Field(alias="from")
    to: Day
    currency: str
    method: MethodShape
    coverage: float | None
    missing: list[MissingFigure]
    trades: list[TradeShape]
    by_year: dict[str, YearOfGains]
    totals: GainTotals


@analysis(operations, "/gains", query=GainsQuery, answers=GainsShape)
async def show(call: Call, portfolio_id: int | None, query: GainsQuery) -> Answer:
    """Tell what each trade earned, and what was realized in each year."""
    start, end = checked_period(call, query.from_, query.to, names=("from", "to"))
    found = await loaded(call, portfolio_id, query.asked())
    crossing = Crossing(Scope(), fees=query.fees_in_return, taxes=query.taxes_in_return)

    def told() -> bytes:
        made = report(found.story, at=end, since=start, currency=found.currency, method=found.method)
        return _written(found, made, crossing).encode()

    return Answer(200, await call.system.analyst.tell(found, told, apart=True), ())


def _written(found: Analysis, made: Report, crossing: Crossing) -> str:
    # Brings numpy, which a worker that is never asked does without.
    from steward.domain.trades import trades_of  # noqa: PLC0415

    sums = totals(made, together=len(found.story.portfolio_ids) > 1)
    trades = (trade for one in made.by_symbol.values() for trade in trades_of(one, made.at))
    closings = [closing for one in made.by_symbol.values() for closing in one.closings]
    return figures.document(
        {
            "portfolio_id": "null" if found.portfolio_id is None else str(found.portfolio_id),
            "from": day(made.since),
            "to": day(made.at),
            "currency": word(made.currency),
            "method": figures.method(found, crossing),
            "coverage": figures.ratio(made.appraisal.coverage),
            "missing": figures.listed(map(figures.gap, made.gaps)),
            "trades": figures.listed(map(_trade, trades)),
            "by_year": _years(closings),
            "totals": figures.document({name: amount(sums[name]) for name in _TOTALS}),
        }
    )


def _trade(one: "Trade") -> str:
    from steward.domain.money_weighted import money_weighted  # noqa: PLC0415 - brings numpy

    rate = money_weighted(one.flows) if not (one.entry_value.is_nan() or one.exit_value.is_nan()) else None
    return figures.document(
        {
            "symbol": word(one.symbol),
            "portfolio_id": str(one.portfolio_id),
            "side": word("short" if one.short else "long"),
            "status": word("closed" if one.closed else "open"),
            "quantity": amount(one.quantity),
            "start": day(one.start),
            "end": day(one.end),
            "holding_days": str(one.holding_days),
            "entry_value": amount(one.entry_value),
            "exit_value": amount(one.exit_value),
            "gain_gross": amount(one.gain_gross),
            "gain_net": amount(one.gain_net),
            "return": figures.ratio(one.gained),
            "money_weighted": figures.ratio(rate if isinstance(rate, float) else None),
            "transaction_id": str(one.cause.transaction.id) if isinstance(one.cause, Record) else "null",
            "action_id": str(one.cause.id) if isinstance(one.cause, CorporateAction) else "null",
        }
    )


def _years(closings: Iterable[Closing]) -> str:
    years: dict[int, list[Closing]] = defaultdict(list)
    for one in closings:
        years[one.on.year].append(one)
    return figures.document({str(year): _year(years[year]) for year in sorted(years)})


def _year(closings: list[Closing]) -> str:
    return figures.document(
        {
            "trades": str(sum(bool(one.quantity) for one in closings)),
            "gain_gross": amount(total(one.gain_gross for one in closings)),
            "gain_net": amount(total(one.gain_net for one in closings)),
        }
    )
