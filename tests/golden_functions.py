"""Golden cases of functions: a case with `inputs` and no activities, run through the domain.

`computed` answers under the names that the cases use. A series of values may state its flows as money
in and out, as a net flow per day, or as contributions so far; all are told apart by their names.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from steward.domain.money_weighted import Flow, money_weighted, mwr_daily_linked, period_flows
from steward.domain.returns import annualized, time_weighted
from steward.domain.risk import drawdown, first_with_value, semi_deviation, volatility
from tests.golden_cases import stated

ABOUT = {"name", "inputs", "tolerance", "derived", "notes", "method", "currency", "scope", "period", "at"}


class Check(NamedTuple):
    """One block of expected values with everything it starts from."""

    label: str
    function: str
    inputs: dict[str, Any]
    expected: dict[str, Any]


def checks() -> Iterator[Check]:
    """Give each block of each case that is about a function of this part."""
    for one in stated():
        case = one.stated
        given = case.get("inputs", {})
        if given.get("function") in FUNCTIONS:
            for block in case["expected"]:
                inputs = {**given, **block.get("inputs", {})}
                yield Check(f"{case['id']}:{block['name']}", given["function"], inputs, block)


def mismatches(check: Check) -> list[str]:
    """Compare every expected number, also those of a series; one that is not computed is a mismatch."""
    found = FUNCTIONS[check.function](check.inputs)
    tolerance = check.expected["tolerance"]
    wrong = []
    for name, expected in _numbers(check.expected):
        allowed = tolerance.get("irr" if name == "irr" else "ratio", tolerance.get("ratio", "0"))
        got = found.get(name)
        if got is None or abs(got - float(expected)) > float(allowed):
            wrong.append(f"{name}: {got} is not {expected}")
    return wrong


def _numbers(block: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in block.items():
        if name in ABOUT or name.startswith("peer_specific"):
            continue
        if name == "series":
            for series, points in value.items():
                yield from ((f"{series}.{key}", point) for key, point in points.items())
        else:
            yield name, value


def _xirr(inputs: dict[str, Any]) -> dict[str, Any]:
    flows = [Flow(date.fromisoformat(one["date"]), Decimal(one["amount"])) for one in inputs["flows"]]
    return {"irr": money_weighted(flows)}


def _annualize(inputs: dict[str, Any]) -> dict[str, Any]:
    return {"annualized": annualized(float(inputs["period_return"]), int(inputs["days"]))}


def _volatility(inputs: dict[str, Any]) -> dict[str, Any]:
    returns = [float(one) for one in inputs["returns"]]
    return {"volatility": volatility(returns), "semi_deviation": semi_deviation(returns)}


def _drawdown(inputs: dict[str, Any]) -> dict[str, Any]:
    name = next(one for one in ("cumulative", "cumulative_returns", "values") if one in inputs)
    series = inputs[name]
    days = list(series) if isinstance(series, dict) else inputs.get("dates")
    points = [float(one) for one in (series.values() if isinstance(series, dict) else series)]
    first = date(2000, 1, 1)
    dates = [*map(date.fromisoformat, days)] if days else [first + timedelta(at) for at in range(len(points))]
    found = drawdown(dates, points if name != "values" else [one / points[0] - 1 for one in points])
    return {"max_drawdown": found and found.depth, "max_drawdown_days": found and found.longest_days}


def _returns_from_valuations(inputs: dict[str, Any]) -> dict[str, Any]:
    rows = next(one for one in inputs.values() if isinstance(one, list))
    dates = [date.fromisoformat(row["date"]) for row in rows]
    values = [_of(row, "value", "total_value", "portfolio_value") for row in rows]
    money_in, money_out = zip(*_flows(rows), strict=True)
    chain = time_weighted(dates, values, money_in, money_out)
    linked = mwr_daily_linked(dates, values, money_in, money_out)
    nets = zip(dates, money_in, money_out, strict=True)
    flows = [Flow(day, went - came) for day, came, went in nets]
    since = first_with_value(values)
    fall = drawdown(dates[since:], chain.cumulative()[since:])
    found: dict[str, Any] = {
        "twr": chain.total(),
        "twr_annualized": chain.annualized(),
        "mwr_daily_linked": linked.total(),
        "irr": money_weighted(period_flows(values[0], values[-1], flows, dates[0], dates[-1])),
        "volatility": volatility(chain.returns()[1:]),
        "max_drawdown": fall and fall.depth,
        "max_drawdown_days": fall and fall.longest_days,
    }
    for name, points in (("twr_daily", chain.returns()), ("twr_cumulative", chain.cumulative())):
        found |= {f"{name}.{day}": point for day, point in zip(dates, points, strict=True)}
    weekly = {dates[0]: 0.0} | chain.by_week()
    return found | {f"twr_weekly.{day}": point for day, point in weekly.items()}


def _of(row: dict[str, Any], *names: str) -> Decimal:
    return next((Decimal(row[name]) for name in names if name in row), Decimal(0))


def _flows(rows: list[dict[str, Any]]) -> Iterator[tuple[Decimal, Decimal]]:
    before = Decimal(0)
    for row in rows:
        so_far = _of(row, "net_contributions", "net_contribution")
        net = so_far - before + _of(row, "flow", "net_flow", "cash_flow")
        before = so_far
        zero = Decimal(0)
        yield max(net, zero) + _of(row, "money_in", "in"), max(-net, zero) + _of(row, "money_out", "out")


FUNCTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "xirr": _xirr,
    "annualize": _annualize,
    "volatility": _volatility,
    "drawdown": _drawdown,
    "returns_from_valuations": _returns_from_valuations,
}
