"""Explained: every figure of an answer under its path, each made into a tree when it is asked for."""

from datetime import date

from steward.domain.explain import FigureNotFound, Node
from steward.domain.explain_appraisal import Figures, Valued
from steward.domain.explain_gains import figures as figures_of_gains
from steward.domain.explain_holdings import Held
from steward.domain.explain_lots import TracedBook
from steward.domain.explain_statements import Told
from steward.domain.holdings import report
from steward.domain.scopes import Crossing
from steward.domain.statements import Period
from steward.domain.story import Method, Story


def of_report(
    story: Story, *, at: date, since: date | None, currency: str, method: Method
) -> tuple[Held, Figures]:
    """Give every figure of holdings, gains and a dated valuation."""
    made = report(story, at=at, since=since, currency=currency, method=method, books=TracedBook)
    book = _traced(made.book)
    records = book.teller.told(story.until(at))
    payments = [one for one in (*book.earlier, *book.payments) if one.portfolio_id in story.portfolio_ids]
    valued = Valued(story, book, made.appraisal, records, payments)
    held = Held(story, made, book, records, valued)
    return held, {**valued.figures(), **held.figures(), **figures_of_gains(held)}


def of_period(
    story: Story, *, start: date, end: date, currency: str, method: Method, crossing: Crossing
) -> tuple[Told, Figures]:
    """Give every line of a period's statement, in whole and by instrument."""
    period = Period.of(story, start=start, end=end, currency=currency, method=method, books=TracedBook)
    book = _traced(period.book)
    records = book.teller.told(one for one in story.until(end) if one.portfolio_id in story.portfolio_ids)
    early = [one for one in records if one.on <= start]
    every = [*book.earlier, *book.payments]
    opening = Valued(story, book, period.opening.appraisal, early, book.earlier)
    told = Told(period, book, opening, Valued(story, book, period.closing.appraisal, records, every))
    return told, told.figures(crossing.scope)


def found(figures: Figures, figure: str) -> Node:
    """Explain a figure. Raises FigureNotFound."""
    if figure not in figures:
        raise FigureNotFound
    return figures[figure]().named(figure)


def _traced(book: object) -> TracedBook:
    assert isinstance(book, TracedBook)  # noqa: S101 - both folds were told to use it
    return book
