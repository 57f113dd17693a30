"""The worked examples of docs/performance-measures.md, recomputed from the page's own numbers.

A block has the name of a measure, a table of what is given, and lines `name = number` of what follows.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from steward.domain.money_weighted import (
    Flow,
    modified_dietz,
    money_weighted,
    mwr_daily_linked,
    period_flows,
)
from steward.domain.returns import Chain, annualized, excess, relative, simple, time_weighted
from steward.domain.risk import annualized_volatility, drawdown, semi_deviation, volatility
from tests.worked_ledgers import ledger

Rows = list[dict[str, str]]
Answers = dict[str, float | str | None]


def told(block: str) -> dict[str, str]:
    """Read what the block says follows."""
    return dict(line.split(" = ") for line in block.splitlines() if " = " in line)


def recomputed(block: str) -> dict[str, str]:
    """Compute it again, written with as many digits as the block has."""
    name, head, *lines = [line for line in block.splitlines() if line and " = " not in line]
    rows = [dict(zip(head.split(), line.split(), strict=True)) for line in lines]
    found = MEASURES[name](rows)
    return {one: _written(found[one], shown) for one, shown in told(block).items()}


def _written(found: float | str | None, shown: str) -> str:
    if not isinstance(found, float):
        return str(found)
    return f"{found:.{len(shown.partition('.')[2])}f}"


def _daily(rows: Rows) -> tuple[list[date], list[Decimal], list[Decimal], list[Decimal]]:
    columns = [[Decimal(row[name]) for row in rows] for name in ("value", "in", "out")]
    return _dates(rows), columns[0], columns[1], columns[2]


def _dates(rows: Rows) -> list[date]:
    return [date.fromisoformat(row["date"]) for row in rows]


def _flows(rows: Rows) -> list[Flow]:
    return [Flow(day, Decimal(row["amount"])) for day, row in zip(_dates(rows), rows, strict=True)]


def _chain(chain: Chain) -> Answers:
    found: Answers = {"total": chain.total(), "annualized": chain.annualized()}
    for day, gained, so_far in zip(chain.dates, chain.returns(), chain.cumulative(), strict=True):
        found |= {f"day {day}": gained, f"cumulative {day}": so_far}
    for name, table in (("week", chain.by_week()), ("month", chain.by_month()), ("year", chain.by_year())):
        found |= {f"{name} {key}": gained for key, gained in table.items()}
    return found


def _money_weighted(rows: Rows) -> Answers:
    return {"rate": money_weighted(_flows(rows))}


def _period(rows: Rows) -> Answers:
    dates, inside = _dates(rows), _flows([row for row in rows if row["amount"] != "-"])
    given = (Decimal(rows[0]["value"]), Decimal(rows[-1]["value"]), inside, dates[0], dates[-1])
    return {"modified Dietz": modified_dietz(*given), "rate": money_weighted(period_flows(*given))}


def _simple(rows: Rows) -> Answers:
    return {"return": simple(*(Decimal(rows[0][name]) for name in ("opening", "closing", "in", "out")))}


def _annualized(rows: Rows) -> Answers:
    return {"annualized": annualized(float(rows[0]["return"]), int(rows[0]["days"]))}


def _benchmark(rows: Rows) -> Answers:
    gained, benchmark = float(rows[0]["return"]), float(rows[0]["benchmark"])
    return {"excess": excess(gained, benchmark), "relative": relative(gained, benchmark)}


def _volatility(rows: Rows) -> Answers:
    returns = [float(row["return"]) for row in rows]
    return {
        "volatility": volatility(returns),
        "semi-deviation": semi_deviation(returns),
        "annualized volatility": annualized_volatility(returns),
    }


def _drawdown(rows: Rows) -> Answers:
    found = drawdown(_dates(rows), [float(row["cumulative"]) for row in rows])
    assert found is not None
    return {
        "depth": found.depth,
        "peak": str(found.peak),
        "trough": str(found.trough),
        "recovered": str(found.recovered),
        "longest days": str(found.longest_days),
        "longest from": str(found.longest_from),
        "longest until": str(found.longest_until),
    }


MEASURES: dict[str, Callable[[Rows], Answers]] = {
    "time-weighted": lambda rows: _chain(time_weighted(*_daily(rows))),
    "daily linked": lambda rows: _chain(mwr_daily_linked(*_daily(rows))),
    "money-weighted": _money_weighted,
    "period": _period,
    "simple": _simple,
    "annualized": _annualized,
    "benchmark": _benchmark,
    "volatility": _volatility,
    "drawdown": _drawdown,
    "ledger": ledger,
}
