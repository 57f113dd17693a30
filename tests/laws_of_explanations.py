"""Every figure explains itself: its tree gives the reported value, from leaves that are in the story."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from steward.domain.appraisal import Appraisal, Subtotal
from steward.domain.corporate_actions import CorporateAction
from steward.domain.explain import Constant, Node, Operation, Value, evaluated
from steward.domain.explain_returns import Returned
from steward.domain.explained import of_period, of_report
from steward.domain.gains import Gains
from steward.domain.history import history
from steward.domain.holdings import Report, report
from steward.domain.lots import Lot
from steward.domain.market import Close, Rate
from steward.domain.money import UNKNOWN, add, divided, total
from steward.domain.performance import Performance, performance
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.statements import Period
from steward.domain.story import Method, Story
from steward.domain.totals import totals
from steward.domain.trades import trades_of
from steward.domain.transactions import Transaction
from tests.tales import LAST, Tale

ASKED = Mapping[str, Callable[[], Node]]
RATIOS: dict[str, Callable[[Gains], tuple[Decimal, Decimal]]] = {
    "gain_gross_over_cost": lambda one: (one.gain_gross, one.purchases_gross),
    "gain_net_over_cost": lambda one: (one.gain_net, one.purchases_gross),
    "unrealized_net_over_cost": lambda one: (one.unrealized_gain_net, one.cost_basis),
    "dividends_over_cost": lambda one: (one.dividends_gross, one.cost_basis),
    "absolute_gain_over_paid_in": lambda one: (one.absolute_gain, add(one.opening_value, one.purchases_paid)),
    "day_change_over_previous_value": lambda one: (one.day_change, one.previous_value),
}


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same to the last digit, unknown ones too."""
    one, other = (None if _unknown(value) else value for value in (one, other))
    return one == other and type(one) is type(other)


def _unknown(value: Value) -> bool:
    return value is None or (value.is_nan() if isinstance(value, Decimal) else not isfinite(value))


def explanations_are_exact(tale: Tale) -> None:
    """Every figure's tree gives the reported value again from leaves of the story."""
    for ids in ((), (1,)):
        story = tale.story(*ids)
        for since in (None, tale.since):
            explains_report(story, at=LAST, since=since, currency=tale.currency, method=tale.method)
        scope = (Scope(), Scope(Level.SECURITIES), Scope(Level.SYMBOL, "USA"))[tale.choice % 3]
        explains_period(
            story, start=tale.since, end=LAST, currency=tale.currency, method=tale.method, scope=scope
        )


def explains_report(
    story: Story, *, at: date, since: date | None, currency: str, method: Method
) -> dict[str, Node]:
    """Hold the figures of a report to what is reported."""
    made = report(story, at=at, since=since, currency=currency, method=method)
    _, found = of_report(story, at=at, since=since, currency=currency, method=method)
    due = {**_valued(made.appraisal), **_held(made), **_gained(made)}
    sums = totals(made, together=len(story.portfolio_ids) > 1)
    due |= {f"holdings.totals.{name}": value for name, value in sums.items()}
    due |= {f"gains.totals.{name}": sums[name] for name in sums if name.split("_")[0] in _GAINS}
    return _hold(story, found, due)


_GAINS = ("realized", "unrealized", "gain")


def explains_period(
    story: Story, *, start: date, end: date, currency: str, method: Method, scope: Scope
) -> dict[str, Node]:
    """Hold the lines of a statement, and the returns, to what is reported."""
    crossing = Crossing(scope)
    period = Period.of(story, start=start, end=end, currency=currency, method=method)
    _, found = of_period(story, start=start, end=end, currency=currency, method=method, crossing=crossing)
    due = _lines(period, scope, "performance")
    if scope.level is not Level.SYMBOL:
        for symbol in period.symbols():
            due |= _lines(period, Scope(Level.SYMBOL, symbol), f"performance.{symbol}")
    days = history(story, first=start, last=end, currency=currency, method=method, crossing=crossing)
    measured = performance(days)
    made = _hold(story, found, due)
    return made | _hold(story, Returned(days, measured).figures(), _returned(measured))


def _hold(story: Story, found: ASKED, due: Mapping[str, Value]) -> dict[str, Node]:
    assert found.keys() == due.keys(), sorted(found.keys() ^ due.keys())
    made = {name: make() for name, make in found.items()}
    for name, node in made.items():
        assert same(node.value, due[name]), (name, node.value, due[name])
        assert same(evaluated(node), node.value), name
        for one in node.every():
            assert bool(one.inputs) + bool(one.source) < 2
            if one.source is not None:
                assert _is_real(one.source, story), (name, one)
        if isinstance(node.value, Decimal) and node.value.is_nan():
            assert any(one.gap is not None or one.operation is Operation.QUOTIENT for one in node.every()), (
                name
            )
    return made


def _is_real(source: Any, story: Story) -> bool:
    match source:
        case Transaction():
            return source in story.transactions
        case CorporateAction():
            return source in story.actions
        case Close():
            return (
                any(
                    source.source == one.source and one.day(place) == source.on
                    for one in story.market.series(source.symbol)
                    for place in range(len(one.days))
                )
                or source.source == "trade"
            )
        case Rate():
            return all(
                any(
                    series.key == leg.pair
                    and series.stated(place) == leg.rate
                    and series.day(place) == leg.on
                    for series, _ in story.market.rate_series(leg.pair[:3], leg.pair[3:])
                    for place in range(len(series.days))
                )
                for leg in source.legs
            )
    return isinstance(source, Constant)


def _valued(made: Appraisal) -> dict[str, Value]:
    due: dict[str, Value] = {
        "valuation.total_value": made.market_value,
        "valuation.cash_value": made.cash_value,
        "valuation.net_worth": made.net_worth,
        "valuation.coverage": made.coverage,
    }
    for one in made.holdings:
        due[f"valuation.{one.symbol}.quantity"] = one.quantity
        due[f"valuation.{one.symbol}.value"] = UNKNOWN if one.value is None else one.value
    for kind, subtotals in (("securities", made.securities), ("cash", made.cash)):
        for sub in subtotals:
            due |= _subtotal(f"valuation.{kind}.{sub.currency}", sub)
    return due


def _subtotal(path: str, one: Subtotal) -> dict[str, Value]:
    return {f"{path}.amount": one.amount, f"{path}.value": UNKNOWN if one.value is None else one.value}


def _held(made: Report) -> dict[str, Value]:
    due: dict[str, Value] = {"holdings.coverage": made.appraisal.coverage}
    for symbol, one in made.by_symbol.items():
        path = f"holdings.{symbol}"
        for name in _AMOUNTS:
            value = getattr(one, name)
            due[f"{path}.{name}"] = UNKNOWN if value is None else value
        for name, of in RATIOS.items():
            top, bottom = of(one)
            unknown = top.is_nan() or bottom.is_nan() or not bottom
            due[f"{path}.ratios.{name}"] = None if unknown else float(divided(top, bottom))
        for place, lot in enumerate(one.lots):
            due |= {f"{path}.lots.{place}.{name}": value for name, value in _lot(lot, made.method).items()}
    return due


_AMOUNTS = (
    "quantity", "market_value", "cost_basis", "average_cost", "cost_per_unit_gross", "unrealized_gain_gross",
    "unrealized_gain_net", "realized_gain_gross", "realized_gain_net", "gain_gross", "gain_net",
    "realized_currency_gain", "unrealized_currency_gain", "fees", "taxes", "dividends_gross", "dividends_net",
    "absolute_gain", "opening_value", "day_change",
)  # fmt: skip


def _lot(lot: Lot, method: Method) -> dict[str, Value]:
    return {
        "cost_basis": lot.basis.cost(fees=method.fees_in_cost, taxes=method.taxes_in_cost),
        "cost_gross": lot.basis.gross,
        "fees": lot.basis.fee,
        "taxes": lot.basis.tax,
    }


def _gained(made: Report) -> dict[str, Value]:
    due: dict[str, Value] = {}
    for symbol, one in made.by_symbol.items():
        for place, trade in enumerate(trades_of(one, made.at)):
            for name in ("entry_value", "exit_value", "gain_gross", "gain_net"):
                due[f"gains.{symbol}.{place}.{name}"] = getattr(trade, name)
    closings = [closing for one in made.by_symbol.values() for closing in one.closings]
    for year in {one.on.year for one in closings}:
        closed = [one for one in closings if one.on.year == year]
        due[f"gains.{year}.gain_gross"] = total(one.gain_gross for one in closed)
        due[f"gains.{year}.gain_net"] = total(one.gain_net for one in closed)
    return due


def _lines(period: Period, scope: Scope, path: str) -> dict[str, Value]:
    lines = period.statement(scope).lines
    names = (*type(lines).__slots__, "residual")
    return {f"{path}.{name}": getattr(lines, name) for name in names}


def _returned(made: Performance) -> dict[str, Value]:
    chain, rate, linked, fall = made.time_weighted, made.money_weighted, made.daily_linked, made.drawdown
    due: dict[str, Value] = {
        "time_weighted": chain.total() if chain else None,
        "time_weighted_annualized": chain.annualized() if chain else None,
        "money_weighted": rate if isinstance(rate, float) else None,
        "modified_dietz": made.modified_dietz,
        "daily_linked": linked.total() if linked else None,
        "simple": made.simple,
        "max_drawdown": fall.depth if fall else None,
    }
    return {f"performance.returns.{name}": value for name, value in due.items()}
