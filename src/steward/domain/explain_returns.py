"""What the returns of a period came from: the value and the flows of each of its days."""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import groupby

from steward.domain.columns import amount_of
from steward.domain.days import History
from steward.domain.explain import Node, Operation, Value, constant, factors, made, measured, missing
from steward.domain.explain_appraisal import Figures
from steward.domain.money import ZERO, add, negated
from steward.domain.money_weighted import Flow, modified_dietz, money_weighted, mwr_daily_linked
from steward.domain.performance import Performance
from steward.domain.records import Gap
from steward.domain.returns import Chain, annualized, simple, units
from steward.domain.risk import drawdown, first_with_value

LONG = 62


class Returned:
    """Explains what a history returned."""

    def __init__(self, days: History, performance: Performance) -> None:
        self._days, self._known = days.days, performance.time_weighted is not None
        self._history, self._unit = days, days.currency
        if self._known:
            self._came = [0, *(one or 0 for one in days.money_in[1:])]
            self._went = [0, *(one or 0 for one in days.money_out[1:])]

    def figures(self) -> Figures:
        """Give every return by its path."""
        found: dict[str, Callable[[], Node]] = {
            "time_weighted": self.time_weighted,
            "time_weighted_annualized": self.annualized,
            "money_weighted": self.money_weighted,
            "modified_dietz": self.modified_dietz,
            "daily_linked": self.daily_linked,
            "simple": self.simple,
            "max_drawdown": self.max_drawdown,
        }
        return {
            f"performance.returns.{name}": partial(self._named, name, make if self._known else self._unknown)
            for name, make in found.items()
        }

    @staticmethod
    def _named(name: str, make: Callable[[], Node]) -> Node:
        return make().named(f"performance.returns.{name}")

    def _unknown(self) -> Node:
        spans = self._history.missing
        gaps = [missing(Gap(one.what, one.subject, one.first), self._unit) for one in spans]
        return measured("unknown", gaps, lambda _: None)

    def _amount(self, what: str, count: int, day: date) -> Node:
        return constant(f"{what} on {day}", amount_of(count), self._unit)

    def _day(self, place: int) -> Node:
        values, day = self._history.values, self._days[place]
        return made(
            f"growth on {day}",
            "ratio",
            Operation.GROWTH,
            self._amount("closing value", values[place], day),
            self._amount("money out", self._went[place], day),
            self._amount("closing value", values[place - 1], self._days[place - 1]),
            self._amount("money in", self._came[place], day),
        )

    def time_weighted(self) -> Node:
        """Explain the chain of day returns, by month when there are many days."""
        days = [self._day(place) for place in range(1, len(self._days))]
        if len(days) <= LONG:
            return Node("time-weighted", "ratio", Operation.CHAIN, tuple(days))
        dated = zip(self._days[1:], days, strict=True)
        months = [
            Node(f"return of {month}", "ratio", Operation.CHAIN, tuple(day for _, day in inside))
            for month, inside in groupby(dated, lambda one: f"{one[0]:%Y-%m}")
        ]
        return Node("time-weighted", "ratio", Operation.CHAIN, tuple(months))

    def annualized(self) -> Node:
        """Explain the same at its yearly pace."""
        length = (self._days[-1] - self._days[0]).days
        days = constant("days of the period", amount_of(length * 10**18), "days")

        def pace(inputs: tuple[Node, ...]) -> float | None:
            return annualized(_float(inputs[0].value), int(inputs[1].amount))

        return measured("annualized", (self.time_weighted(), days), pace)

    def _flows(self) -> list[tuple[date, Node]]:
        found = []
        for place, day in enumerate(self._days):
            if self._came[place]:
                found.append((day, self._amount("paid in (negative)", -self._came[place], day)))
            if self._went[place]:
                found.append((day, self._amount("received", self._went[place], day)))
        return found

    def _ends(self) -> tuple[Node, Node]:
        values, days = self._history.values, self._days
        opening = self._amount("opening value", values[0], days[0])
        return opening, self._amount("closing value", values[-1], days[-1])

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

    def daily_linked(self) -> Node:
        """Explain the chain of daily Modified Dietz returns."""
        columns = [self._history.values, self._came, self._went]
        nodes = [
            self._amount(what, count, day)
            for what, column in zip(("closing value", "money in", "money out"), columns, strict=True)
            for day, count in zip(self._days, column, strict=True)
        ]

        def linked(inputs: tuple[Node, ...]) -> float | None:
            length = len(inputs) // 3
            amounts = [
                [one.amount for one in inputs[at : at + length]] for at in range(0, 3 * length, length)
            ]
            return mwr_daily_linked(self._days, *units(*amounts)).total()

        return measured("daily linked", nodes, linked)

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

    def max_drawdown(self) -> Node:
        """Explain the deepest fall of the chain."""
        begin = first_with_value(self._history.values)

        def fall(inputs: tuple[Node, ...]) -> float | None:
            chain = Chain(self._days, [1.0, *factors(inputs)])
            found = (
                drawdown(self._days[begin:], chain.cumulative()[begin:]) if begin < len(self._days) else None
            )
            return None if found is None else found.depth

        return measured("drawdown", (self.time_weighted(),), fall)


def _float(value: Value) -> float | None:
    return value if isinstance(value, float) else None
