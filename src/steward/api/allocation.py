"""Allocation over HTTP: the net worth of a day, divided by class, currency, sector and country."""

from dataclasses import dataclass
from typing import Literal

from steward.api import figures
from steward.api.analyses import Market, analysis
from steward.api.appraisals import told_of_appraisal
from steward.api.call import Call
from steward.api.figures import MissingFigure, amount, day, document, listed, ratio, word
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Day, Exact, Shape
from steward.domain.allocation import Division, Slice, SliceKind, divided_by, weight
from steward.domain.appraisal import Appraisal
from steward.usecases.analysis import Analysis

operations = Operations("allocation")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationQuery(Market):
    """At which close."""

    at: Day | None = None


class SliceShape(Shape):
    """A part of the net worth: `symbols` are its holdings, priced or not, `balances` its currencies of cash.

    `name` is null for cash, and for what nothing is recorded of; `value` is the sum of what is known of it,
    null when nothing is, `weight` the same in units of the net worth.
    """

    kind: Literal["named", "cash", "unclassified"]
    name: str | None
    value: Exact | None
    weight: float | None
    coverage: float
    symbols: list[str]
    balances: list[str]


class AllocationShape(Shape):
    """The net worth at the close of `at`, divided in four ways; the known slices of each add up to it."""

    portfolio_id: int | None
    at: Day
    currency: str
    fill: Literal["none", "nearest"]
    max_age_days: int
    net_worth: Exact
    coverage: float | None
    by_class: list[SliceShape]
    by_currency: list[SliceShape]
    by_sector: list[SliceShape]
    by_country: list[SliceShape]
    missing: list[MissingFigure]


@analysis(operations, "/allocation", query=AllocationQuery, answers=AllocationShape)
async def show(call: Call, portfolio_id: int | None, query: AllocationQuery) -> Answer:
    """Divide what everything is worth by class, currency, sector and country."""
    return await told_of_appraisal(call, portfolio_id, query.at, query, _written)


def _written(found: Analysis, made: Appraisal) -> str:
    divided = {one: divided_by(one, made, found.story.market) for one in Division}
    return document(
        {
            "portfolio_id": "null" if found.portfolio_id is None else str(found.portfolio_id),
            "at": day(made.on),
            "currency": word(made.currency),
            "fill": word(found.policy.fill),
            "max_age_days": str(found.policy.max_age_days),
            "net_worth": amount(made.net_worth),
            "coverage": ratio(made.coverage),
            **{f"by_{one}": listed(_slice(part, made) for part in slices) for one, slices in divided.items()},
            "missing": listed(map(figures.gap, made.gaps)),
        }
    )


def _slice(one: Slice, made: Appraisal) -> str:
    return document(
        {
            "kind": word(one.kind),
            "name": word(one.name if one.kind is SliceKind.NAMED else None),
            "value": amount(one.value),
            "weight": ratio(weight(one.value, made.net_worth)),
            "coverage": ratio(one.coverage),
            "symbols": listed(map(word, one.symbols)),
            "balances": listed(word(cash.currency) for cash in one.cash),
        }
    )
