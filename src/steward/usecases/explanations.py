"""Explanations: any figure of an analysis as the tree that it came from."""

from dataclasses import dataclass
from datetime import date, timedelta

from steward.domain.explain import Node
from steward.domain.explain_days import Days
from steward.domain.explained import FigureNotFound, found, of_period, of_report, of_returns
from steward.domain.scopes import Crossing
from steward.usecases.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure, from the close of `start` (None: from the beginning) to the close of `end`.

    `benchmark` is the symbol that returns are compared with, if any.
    """

    figure: str
    start: date | None
    end: date
    crossing: Crossing
    benchmark: str | None = None


def explain(analysis: Analysis, asked: Question) -> Node:
    """Explain a figure. Raises FigureNotFound."""
    story, currency, method = analysis.story, analysis.currency, analysis.method
    kind = asked.figure.partition(".")[0]
    if kind == "performance":
        first = analysis.first
        usual = asked.end if first is None or first > asked.end else first - timedelta(days=1)
        start = usual if asked.start is None else asked.start
        return _of_period(analysis, asked, start)
    if kind not in ("valuation", "holdings", "gains", "allocation"):
        raise FigureNotFound
    since = None if kind == "valuation" else asked.start
    _, figures = of_report(story, at=asked.end, since=since, currency=currency, method=method)
    return found(figures, asked.figure)


def _of_period(analysis: Analysis, asked: Question, start: date) -> Node:
    story, currency, method, end = analysis.story, analysis.currency, analysis.method, asked.end
    crossing, group = asked.crossing, asked.figure.split(".")[1:2]
    if group == ["days"]:
        return found(Days(story, start, end, currency, method, crossing).figures(), asked.figure)
    if group in (["returns"], ["benchmark"]):
        figures = of_returns(
            story,
            start=start,
            end=end,
            currency=currency,
            method=method,
            crossing=crossing,
            benchmark=asked.benchmark,
        )
    else:
        _, figures = of_period(
            story, start=start, end=end, currency=currency, method=method, crossing=crossing
        )
    return found(figures, asked.figure)
