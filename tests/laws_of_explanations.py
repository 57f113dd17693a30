"""Every figure explains itself: its tree gives the reported value, from leaves that are in the story."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from steward.domain.benchmarks import compared
from steward.domain.corporate_actions import CorporateAction
from steward.domain.explain import Constant, Figure, Node, Operation, Value
from steward.domain.explain_days import Days
from steward.domain.explained import of_period, of_report, of_returns
from steward.domain.history import history
from steward.domain.holdings import report
from steward.domain.market import Close, Rate
from steward.domain.performance import performance
from steward.domain.records import Fx, Teller
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.statements import Period
from steward.domain.story import Method, Story
from steward.domain.totals import totals
from steward.domain.transactions import Transaction
from tests.figures_due import allocated, gained, held, lines, returned, told_daily, valued
from tests.tales import LAST, Tale

ASKED = Mapping[str, Callable[[], Node]]


def evaluated(node: Node) -> Value:
    """Compute a value again from the leaves alone, every figure opened."""
    known: dict[int, tuple[Node, Node]] = {}

    def again(one: Node) -> Node:
        if id(one) not in known:
            if isinstance(one.source, Figure):
                known[id(one)] = one, again(one.source.opened())
            else:
                known[id(one)] = one, replace(one, inputs=tuple(map(again, one.inputs)))
        return known[id(one)][1]

    return again(node).value


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
        counted = Crossing(scope, fees=tale.choice % 2 == 0, taxes=len(ids) == 0)
        explains_period(
            story, start=tale.since, end=LAST, currency=tale.currency, method=tale.method, crossing=counted
        )


def explains_report(
    story: Story, *, at: date, since: date | None, currency: str, method: Method
) -> dict[str, Node]:
    """Hold the figures of a report to what is reported."""
    made = report(story, at=at, since=since, currency=currency, method=method)
    _, found = of_report(story, at=at, since=since, currency=currency, method=method)
    due = {**valued(made.appraisal, story.market), **held(made), **gained(made)}
    due |= allocated(made.appraisal, story.market)
    sums = totals(made, together=len(story.portfolio_ids) > 1)
    due |= {f"holdings.totals.{name}": value for name, value in sums.items()}
    due |= {f"gains.totals.{name}": sums[name] for name in sums if name.split("_")[0] in _GAINS}
    return _hold(story, found, due)


_GAINS = ("realized", "unrealized", "gain")


def explains_period(
    story: Story, *, start: date, end: date, currency: str, method: Method, crossing: Crossing
) -> dict[str, Node]:
    """Hold the lines of a statement, the days, the returns and a benchmark to what is reported."""
    scope = crossing.scope
    period = Period.of(story, start=start, end=end, currency=currency, method=method)
    _, found = of_period(story, start=start, end=end, currency=currency, method=method, crossing=crossing)
    due = lines(period, scope, "performance")
    if scope.level is not Level.SYMBOL:
        for symbol in period.symbols():
            due |= lines(period, Scope(Level.SYMBOL, symbol), f"performance.{symbol}")
    made = _hold(story, found, due)
    days = history(story, first=start, last=end, currency=currency, method=method, crossing=crossing)
    made |= _hold(story, Days(story, start, end, currency, method, crossing).figures(), told_daily(days))
    due = returned(performance(days))
    gain = due["performance.returns.time_weighted"]
    teller = Teller(story.market, currency, Fx.TRANSACTION_DATE, end)
    against = compared(gain if isinstance(gain, float) else None, teller, BENCHMARK, start=start, end=end)
    for name in ("time_weighted", "excess", "relative"):
        due[f"performance.benchmark.{name}"] = getattr(against, name)
    asked = of_returns(
        story,
        start=start,
        end=end,
        currency=currency,
        method=method,
        crossing=crossing,
        benchmark=BENCHMARK,
    )
    return made | _hold(story, asked, due)


BENCHMARK = "USA"


def _hold(story: Story, found: ASKED, due: Mapping[str, Value]) -> dict[str, Node]:
    assert found.keys() == due.keys(), sorted(found.keys() ^ due.keys())
    made = {name: make() for name, make in found.items()}
    for name, node in made.items():
        assert same(node.value, due[name]), (name, node.value, due[name])
        assert same(evaluated(node), node.value), name
        for one in _opened(node):
            assert bool(one.inputs) + bool(one.source) < 2
            if one.source is not None:
                assert _is_real(one, story), (name, one)
        if isinstance(node.value, Decimal) and node.value.is_nan():
            assert any(one.gap is not None or one.operation is Operation.QUOTIENT for one in node.every()), (
                name
            )
    return made


def _opened(node: Node) -> Iterator[Node]:
    """Give every node below, in place of a figure those that it is made of."""
    for one in node.every():
        if isinstance(one.source, Figure):
            yield from _opened(one.source.opened())
        else:
            yield one


def _is_real(node: Node, story: Story) -> bool:
    source: Any = node.source
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
    # What stands by itself is a number of units or days, a multiplier, or nothing; never an amount.
    return isinstance(source, Constant) and (node.unit in ("units", "ratio", "days") or not source.value)
