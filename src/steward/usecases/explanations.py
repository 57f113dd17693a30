"""Explanations: any figure of an analysis as the tree that it came from."""

from dataclasses import dataclass
from datetime import date, timedelta

from steward.domain.explain import FigureNotFound, Node
from steward.domain.explained import found, of_period, of_report
from steward.domain.scopes import Crossing
from steward.usecases.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure, from the close of `start` (None: from the beginning) to the close of `end`."""

    figure: str
    start: date | None
    end: date
    crossing: Crossing


def explain(analysis: Analysis, asked: Question) -> Node:
    """Explain a figure. Raises FigureNotFound."""
    story, currency, method = analysis.story, analysis.currency, analysis.method
    kind = asked.figure.partition(".")[0]
    if kind == "performance":
        first = analysis.first
        usual = asked.end if first is None or first > asked.end else first - timedelta(days=1)
        start = usual if asked.start is None else asked.start
        return _of_period(analysis, asked, start)
    if kind not in ("valuation", "holdings", "gains"):
        raise FigureNotFound
    since = None if kind == "valuation" else asked.start
    _, figures = of_report(story, at=asked.end, since=since, currency=currency, method=method)
    return found(figures, asked.figure)


def _of_period(analysis: Analysis, asked: Question, start: date) -> Node:
    story, currency, method, end = analysis.story, analysis.currency, analysis.method, asked.end
    if asked.figure.startswith("performance.returns."):
        # Bring numpy, which a worker that is never asked does without.
        from steward.domain.explain_returns import Returned  # noqa: PLC0415
        from steward.domain.history import history  # noqa: PLC0415
        from steward.domain.performance import performance  # noqa: PLC0415

        days = history(
            story, first=start, last=end, currency=currency, method=method, crossing=asked.crossing
        )
        return found(Returned(days, performance(days)).figures(), asked.figure)
    _, figures = of_period(
        story, start=start, end=end, currency=currency, method=method, crossing=asked.crossing
    )
    return found(figures, asked.figure)
