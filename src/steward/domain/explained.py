"""Explained: every figure of an answer under its path, each made into a tree when it is asked for."""

from datetime import date

from steward.domain.errors import NotFound
from steward.domain.explain import Node
from steward.domain.explain_allocation import figures as figures_of_allocation
from steward.domain.explain_appraisal import Figures, Valued
from steward.domain.explain_balances import Balances
from steward.domain.explain_benchmarks import figures as figures_of_benchmark
from steward.domain.explain_days import Days
from steward.domain.explain_gains import figures as figures_of_gains
from steward.domain.explain_holdings import Held
from steward.domain.explain_lots import TracedBook
from steward.domain.explain_returns import Returned
from steward.domain.explain_statements import Told
from steward.domain.explain_units import Units
from steward.domain.history import history
from steward.domain.holdings import report
from steward.domain.performance import performance
from steward.domain.records import Fx, Teller
from steward.domain.scopes import Crossing
from steward.domain.statements import Period
from steward.domain.story import Method, Story


class FigureNotFound(NotFound):
    """The answer has no figure of this name."""

    code = "figure-not-found"

    def __init__(self) -> None:
        super().__init__(
            "There is no such figure. A figure is named by its path: holdings.AAPL.cost_basis, "
            "holdings.AAPL.lots.0.return, holdings.totals.net_worth, valuation.AAPL.value, "
            "valuation.net_worth, gains.2024.gain_net, performance.fees, performance.AAPL.realized_gains, "
            "performance.returns.time_weighted, performance.returns.by_month.2024-02, "
            "performance.days.2024-02-29.value, performance.benchmark.excess, "
            "allocation.by_sector.named.Energy.value, allocation.by_country.cash.weight, "
            "allocation.by_class.unclassified.coverage."
        )


def of_report(
    story: Story, *, at: date, since: date | None, currency: str, method: Method
) -> tuple[Held, Figures]:
    """Give every figure of holdings, gains, an allocation and a dated valuation."""
    made = report(story, at=at, since=since, currency=currency, method=method, books=TracedBook)
    book = _traced(made.book)
    records = book.teller.told(story.until(at))
    units = Units(story, records, at)
    balances = Balances(story, book.recorded, units, (records, [*book.earlier, *book.payments]))
    valued = Valued(story, book.recorded, made.appraisal, units, balances)
    held = Held(story, made, book, valued)
    told = {**valued.figures(), **held.figures(), **figures_of_gains(held)}
    return held, {**told, **figures_of_allocation(valued)}


def of_period(
    story: Story, *, start: date, end: date, currency: str, method: Method, crossing: Crossing
) -> tuple[Told, Figures]:
    """Give every line of a period's statement, in whole and by instrument."""
    period = Period.of(story, start=start, end=end, currency=currency, method=method, books=TracedBook)
    book = _traced(period.book)
    records = book.teller.told(one for one in story.until(end) if one.portfolio_id in story.portfolio_ids)
    units = Units(story, records, end)
    balances = Balances(story, book.recorded, units, (records, [*book.earlier, *book.payments]), start)
    opening, closing = (
        Valued(story, book.recorded, one.appraisal, units, balances)
        for one in (period.opening, period.closing)
    )
    told = Told(period, book, opening, closing)
    return told, told.figures(crossing.scope)


def of_returns(
    story: Story,
    *,
    start: date,
    end: date,
    currency: str,
    method: Method,
    crossing: Crossing,
    benchmark: str | None = None,
) -> Figures:
    """Give every return of a period, and how it compares with the symbol of a benchmark."""
    found = history(story, first=start, last=end, currency=currency, method=method, crossing=crossing)
    days = Days(story, start, end, currency, method, crossing)
    returned = Returned(found, performance(found), days)
    if benchmark is None:
        return returned.figures()
    teller = Teller(story.market, currency, Fx.TRANSACTION_DATE, end)
    compared = figures_of_benchmark(returned.gained, teller, benchmark, start=start, end=end)
    return {**returned.figures(), **compared}


def found(figures: Figures, figure: str) -> Node:
    """Explain a figure. Raises FigureNotFound."""
    if figure not in figures:
        raise FigureNotFound
    return figures[figure]().named(figure)


def _traced(book: object) -> TracedBook:
    assert isinstance(book, TracedBook)  # noqa: S101 - both folds were told to use it
    return book
