from datetime import date, timedelta
from decimal import Decimal

import pytest

from steward.domain.closes import Policy
from steward.domain.explained import FigureNotFound
from steward.domain.market import Market
from steward.domain.scopes import Crossing, Scope
from steward.domain.story import Method, Story
from steward.domain.transactions import Entry, Kind
from steward.usecases.analysis import Analysis
from steward.usecases.explanations import Question, explain
from tests.factories import AT, a_transaction

DAY = AT.date()
ENTRY = Entry(Kind.DEPOSIT, None, None, AT, gross_amount=Decimal(100), currency="USD")
STORY = Story((a_transaction(ENTRY),), (), Market(Policy(7)), frozenset((7,)))
ANALYSIS = Analysis(7, STORY, "USD", Method(), Policy(7))


def asked(figure: str, start: date | None = None, end: date = DAY) -> Question:
    return Question(figure, start, end, Crossing(Scope()))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (asked("valuation.net_worth"), 100),
        (asked("holdings.totals.net_contributions", DAY), 0),
        (asked("gains.totals.gain_net"), 0),
        (asked("performance.contributions"), 100),
        (asked("performance.contributions", DAY), 0),
        (asked("performance.opening_value", end=DAY - timedelta(1)), 0),
        (asked("performance.returns.simple"), 0),
        (asked(f"performance.days.{DAY}.money_in"), 100),
    ],
)
def test_a_figure_is_explained_by_its_own_answer(question: Question, value: int) -> None:
    node = explain(ANALYSIS, question)
    assert (node.figure, node.value) == (question.figure, value)


@pytest.mark.parametrize("figure", ["", "other.x", "performance.x"])
def test_an_unknown_figure_is_refused(figure: str) -> None:
    with pytest.raises(FigureNotFound):
        explain(ANALYSIS, asked(figure))
