"""Performance over HTTP: how a period's opening value became its closing value, and what it returned."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from steward.api import figures
from steward.api.analyses import Scoped, analysis, checked_benchmark, checked_period, loaded, usual_start
from steward.api.call import Call
from steward.api.figures import amount, day, document, ratio, word
from steward.api.operations import Operations
from steward.api.performance_shapes import PerformanceShape
from steward.api.problems import Answer
from steward.api.values import Day
from steward.domain.benchmarks import Benchmark, compared
from steward.domain.records import Fx, Gap, Teller
from steward.domain.risk import annualized_volatility, semi_deviation, volatility
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.statements import Lines, Period
from steward.usecases.analysis import Analysis

if TYPE_CHECKING:
    from steward.domain.days import Missing
    from steward.domain.performance import Performance

operations = Operations("performance")


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceQuery(Scoped):
    """In which period; from the day before the first transaction until today, unless days are named."""

    from_: Day | None = None
    to: Day | None = None
    benchmark: str | None = None


@analysis(operations, "/performance", query=PerformanceQuery, answers=PerformanceShape)
async def show(call: Call, portfolio_id: int | None, query: PerformanceQuery) -> Answer:
    """Tell how the opening value of a period became its closing value, and every return and risk figure."""
    start, end = checked_period(call, query.from_, query.to, names=("from", "to"))
    crossing = query.crossing()
    also = checked_benchmark(query.benchmark, start or end)
    found = await loaded(call, portfolio_id, query.asked(also=also))
    first = usual_start(found, end) if start is None else start
    told = _Telling(found, crossing, also[0] if also else None, first, end)
    return Answer(200, await call.system.analyst.tell(found, told, apart=True), ())


@dataclass(frozen=True, slots=True)
class _Telling:
    """Makes and writes the answer, in a thread."""

    found: Analysis
    crossing: Crossing
    benchmark: str | None
    start: date
    end: date

    def __call__(self) -> bytes:
        # Bring numpy, which a worker that is never asked does without.
        from steward.domain.history import history  # noqa: PLC0415
        from steward.domain.performance import performance  # noqa: PLC0415

        story, currency, method = self.found.story, self.found.currency, self.found.method
        scope = self.crossing.scope
        period = Period.of(story, start=self.start, end=self.end, currency=currency, method=method)
        statement = period.statement(scope)
        days = history(
            story,
            first=self.start,
            last=self.end,
            currency=currency,
            method=method,
            crossing=self.crossing,
        )
        measured = performance(days)
        gained = measured.time_weighted.total() if measured.time_weighted else None
        teller = Teller(story.market, currency, Fx.TRANSACTION_DATE, self.end)
        against = self.benchmark and compared(gained, teller, self.benchmark, start=self.start, end=self.end)
        complete = not statement.lines.residual.is_nan() and measured.time_weighted is not None
        symbols = () if scope.level is Level.SYMBOL else period.symbols()
        return document(
            {
                **self._head(),
                "complete": figures.flag(complete),
                "missing": _missing(days.missing, [*statement.gaps, *teller.gaps]),
                "statement": _statement(statement.lines),
                "by_instrument": figures.listed(_instrument(period, symbol) for symbol in symbols),
                "returns": _returns(measured),
                "benchmark": _benchmark(against) if against else "null",
            }
        ).encode()

    def _head(self) -> dict[str, str]:
        portfolio_id, scope = self.found.portfolio_id, self.crossing.scope
        return {
            "portfolio_id": "null" if portfolio_id is None else str(portfolio_id),
            "from": day(self.start),
            "to": day(self.end),
            "scope": word(scope.level),
            "symbol": word(scope.symbol or None),
            "currency": word(self.found.currency),
            "method": figures.method(self.found, self.crossing),
        }


def _missing(spans: Iterable["Missing"], gaps: Iterable[Gap]) -> str:
    """Write spans of days, and the gaps that lie in none of them."""
    known = list(spans)
    others = [
        gap
        for gap in dict.fromkeys(gaps)
        if not any(
            (one.what, one.subject) == (gap.what, gap.subject) and one.first <= gap.on <= one.last
            for one in known
        )
    ]
    found = [(one.what, one.subject, one.first, one.last) for one in known]
    found += [(one.what, one.subject, one.on, one.on) for one in others]
    return figures.listed(
        document({"what": word(what), "subject": word(subject), "first": day(first), "last": day(last)})
        for what, subject, first, last in found
    )


def _statement(lines: Lines) -> str:
    told = {one.name: amount(getattr(lines, one.name)) for one in fields(lines)}
    return document({**told, "residual": amount(lines.residual)})


def _instrument(period: Period, symbol: str) -> str:
    lines = period.statement(Scope(Level.SYMBOL, symbol)).lines
    return document({"symbol": word(symbol), "statement": _statement(lines)})


def _returns(measured: "Performance") -> str:
    chain, rate, fall = measured.time_weighted, measured.money_weighted, measured.drawdown
    linked, returns = measured.daily_linked, chain.returns()[1:] if chain else None

    def risk(measure: Any) -> str:  # noqa: ANN401 - a function of day returns
        return ratio(None if returns is None else measure(returns))

    return document(
        {
            "time_weighted": ratio(chain.total() if chain else None),
            "time_weighted_annualized": ratio(chain.annualized() if chain else None),
            "money_weighted": ratio(rate if isinstance(rate, float) else None),
            "money_weighted_reason": word(rate if isinstance(rate, str) else None),
            "modified_dietz": ratio(measured.modified_dietz),
            "daily_linked": ratio(linked.total() if linked else None),
            "simple": ratio(measured.simple),
            "volatility": risk(volatility),
            "volatility_annualized": risk(annualized_volatility),
            "semi_deviation": risk(semi_deviation),
            "max_drawdown": ratio(fall.depth if fall else None),
            "max_drawdown_from": day(fall.peak if fall else None),
            "max_drawdown_to": day(fall.trough if fall else None),
            "longest_drawdown_days": str(fall.longest_days) if fall else "null",
            "by_month": document({k: ratio(v) for k, v in (chain.by_month() if chain else {}).items()}),
            "by_year": document({str(k): ratio(v) for k, v in (chain.by_year() if chain else {}).items()}),
        }
    )


def _benchmark(one: Benchmark) -> str:
    return document(
        {
            "symbol": word(one.symbol),
            "time_weighted": ratio(one.time_weighted),
            "excess": ratio(one.excess),
            "relative": ratio(one.relative),
        }
    )
