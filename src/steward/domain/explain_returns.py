"""What the returns of a period came from: the value and the flows of each of its days."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby, islice
from typing import Any

from steward.domain.columns import amount_of
from steward.domain.days import Amount, History
from steward.domain.explain import (
    Figure,
    Node,
    Operation,
    Value,
    constant,
    factors,
    leaf,
    made,
    measured,
    missing,
)
from steward.domain.explain_appraisal import Figures
from steward.domain.explain_days import WHATS, Days, path_of
from steward.domain.explain_open_lots import pace
from steward.domain.money import ZERO, add, negated
from steward.domain.money_weighted import Flow, modified_dietz, money_weighted
from steward.domain.performance import Performance
from steward.domain.records import Gap
from steward.domain.returns import Chain, simple
from steward.domain.risk import annualized_volatility, drawdown, first_with_value, semi_deviation, volatility

LONG = 62


class Returned:
    """Explains what a history returned; `days` explains its days."""

    def __init__(self, history: History, performance: Performance, days: Days) -> None:
        self._days, self._known = history.days, performance.time_weighted is not None
        self._history, self._unit, self._explained = history, history.currency, days
        columns = history.values, history.money_in, history.money_out
        self._columns: dict[str, Sequence[Amount]] = dict(zip(WHATS, columns, strict=True))
        self._amounts: dict[tuple[int, str], Node] = {}

    def figures(self) -> Figures:
        """Give every return by its path."""
        found: dict[str, Callable[[], Node]] = {
            "time_weighted": self.time_weighted,
            "time_weighted_annualized": self.annualized,
            "money_weighted": self.money_weighted,
            "modified_dietz": self.modified_dietz,
            "daily_linked": self.daily_linked,
            "simple": self.simple,
            "volatility": partial(self._risk, volatility),
            "volatility_annualized": partial(self._risk, annualized_volatility),
            "semi_deviation": partial(self._risk, semi_deviation),
            "max_drawdown": self.max_drawdown,
            "longest_drawdown_days": self.longest_drawdown_days,
        }
        if not self._known:
            return {
                f"performance.returns.{name}": partial(self._named, name, self._unknown) for name in found
            }
        for kind, form in (("month", "%Y-%m"), ("year", "%Y")):
            for span, inside in groupby(range(1, len(self._days)), partial(self._span, form)):
                found[f"by_{kind}.{span}"] = partial(self._chain, Operation.GROWTH, list(inside))
        return {
            f"performance.returns.{name}": partial(self._named, name, make) for name, make in found.items()
        }

    def _span(self, form: str, place: int) -> str:
        return self._days[place].strftime(form)

    def gained(self) -> Node:
        """Explain the time-weighted return, or what is missing for it."""
        return self.figures()["performance.returns.time_weighted"]()

    @staticmethod
    def _named(name: str, make: Callable[[], Node]) -> Node:
        return make().named(f"performance.returns.{name}")

    def _unknown(self) -> Node:
        """Name what is missing: spans of days, and the first flow in and out that nobody knows."""
        spans = self._history.missing
        inputs = [missing(Gap(one.what, one.subject, one.first), self._unit) for one in spans]
        for what in WHATS[1:]:
            unknown = (place for place, one in enumerate(self._columns[what]) if one is None and place)
            inputs += [self._explained.figure(self._days[place], what) for place in islice(unknown, 1)]
        return measured("unknown", inputs, lambda _: None)

    def _amount(self, place: int, what: str) -> Node:
        """State a figure of a day, which is opened when somebody looks at it."""
        if (place, what) not in self._amounts:
            day, path = self._days[place], path_of(self._days[place], what)
            make = partial(self._explained.figure, day, what)
            source = Figure(path, amount_of(self._columns[what][place] or 0), make)
            self._amounts[place, what] = leaf(path, self._unit, source, "value")
        return self._amounts[place, what]

    def _day(self, operation: Operation, place: int) -> Node:
        return made(
            f"growth on {self._days[place]}",
            "ratio",
            operation,
            self._amount(place, "value"),
            self._amount(place, "money_out"),
            self._amount(place - 1, "value"),
            self._amount(place, "money_in"),
        )

    def _chain(self, operation: Operation, places: Iterable[int]) -> Node:
        """Chain days, month by month when they are many."""
        days = [(self._days[place], self._day(operation, place)) for place in places]
        nodes = [day for _, day in days]
        if len(days) > LONG:
            nodes = [
                Node(f"return of {month}", "ratio", Operation.CHAIN, tuple(day for _, day in inside))
                for month, inside in groupby(days, lambda one: f"{one[0]:%Y-%m}")
            ]
        return Node("return", "ratio", Operation.CHAIN, tuple(nodes))

    def time_weighted(self) -> Node:
        """Explain the chain of day returns."""
        return self._chain(Operation.GROWTH, range(1, len(self._days)))

    def daily_linked(self) -> Node:
        """Explain the chain of daily Modified Dietz returns."""
        return self._chain(Operation.LINKED, range(1, len(self._days)))

    def annualized(self) -> Node:
        """Explain the same at its yearly pace."""
        length = Decimal((self._days[-1] - self._days[0]).days)
        days = constant("days of the period", length, "days")
        return measured("annualized", (self.time_weighted(), days), pace)

    def _flows(self) -> list[tuple[date, Node]]:
        """Give what was paid in (negative) and received, day by day."""
        found = []
        for place in range(1, len(self._days)):
            for what, sign in (("money_in", Operation.NEGATED), ("money_out", Operation.SUM)):
                if self._columns[what][place]:
                    node = self._amount(place, what)
                    node = node if sign is Operation.SUM else made(node.figure, node.unit, sign, node)
                    found.append((self._days[place], node))
        return found

    def _ends(self) -> tuple[Node, Node]:
        return self._amount(0, "value"), self._amount(len(self._days) - 1, "value")

    def money_weighted(self) -> Node:
        """Explain the rate at which the flows cancel out."""
        (opening, closing), flows = self._ends(), self._flows()
        paid = made("opening value paid in", self._unit, Operation.NEGATED, opening)
        dates = [self._days[0], *(day for day, _ in flows), self._days[-1]]

        def rate(inputs: tuple[Node, ...]) -> float | None:
            dated = zip(dates, inputs, strict=True)
            found = money_weighted(Flow(day, one.amount) for day, one in dated)
            return found if isinstance(found, float) else None

        return measured("money-weighted", (paid, *(one for _, one in flows), closing), rate)

    def modified_dietz(self) -> Node:
        """Explain the gain in units of the money that was at work on average."""
        (opening, closing), flows = self._ends(), self._flows()
        dates, first, last = [day for day, _ in flows], self._days[0], self._days[-1]

        def dietz(inputs: tuple[Node, ...]) -> float | None:
            dated = zip(dates, inputs[2:], strict=True)
            inside = [Flow(day, one.amount) for day, one in dated]
            return modified_dietz(inputs[0].amount, inputs[1].amount, inside, first, last)

        return measured("modified Dietz", (opening, closing, *(one for _, one in flows)), dietz)

    def simple(self) -> Node:
        """Explain the gain in units of all that was ever at work."""
        (opening, closing), flows = self._ends(), self._flows()

        def gained(inputs: tuple[Node, ...]) -> float | None:
            came, went = ZERO, ZERO
            for one in inputs[2:]:
                came = add(came, negated(min(one.amount, ZERO)))
                went = add(went, max(one.amount, ZERO))
            return simple(inputs[0].amount, inputs[1].amount, came, went)

        return measured("simple", (opening, closing, *(one for _, one in flows)), gained)

    def _risk(self, measure: Callable[[Sequence[float]], float | None]) -> Node:
        """Explain how uneven the day returns were."""

        def measures(inputs: tuple[Node, ...]) -> float | None:
            return measure([factor - 1 for factor in factors(inputs)])

        return measured("risk", (self.time_weighted(),), measures)

    def max_drawdown(self) -> Node:
        """Explain the deepest fall of the chain."""
        return measured("drawdown", (self.time_weighted(),), lambda inputs: self._fall(inputs, "depth"))

    def longest_drawdown_days(self) -> Node:
        """Explain the longest time without a new high."""

        def days(inputs: tuple[Node, ...]) -> Value:
            found = self._fall(inputs, "longest_days")
            return None if found is None else Decimal(found)

        return measured("drawdown", (self.time_weighted(),), days, "days")

    def _fall(self, inputs: tuple[Node, ...], part: str) -> Any:  # noqa: ANN401 - a part of a Drawdown
        begin = first_with_value(self._history.values)
        levels = Chain(self._days, [1.0, *factors(inputs)]).cumulative()[begin:]
        found = drawdown(self._days[begin:], levels)
        return found and getattr(found, part)
