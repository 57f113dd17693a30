"""What each portfolio of the caller was worth at the close of a day, in one answer."""

from typing import Literal

from steward.api import figures
from steward.api.analyses import Market, checked_at, kept, loaded
from steward.api.call import Call
from steward.api.figures import MissingFigure, amount, day, word
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Day, Exact, Shape
from steward.domain.appraisal import Appraisal
from steward.domain.appraisals import appraisals
from steward.domain.closes import Fill
from steward.usecases.analysis import Asked

operations = Operations("valuations")


class PortfolioWorth(Shape):
    """What one portfolio was worth: the totals of its own valuation."""

    portfolio_id: int
    total_value: Exact
    cash_value: Exact
    net_worth: Exact
    coverage: float | None
    missing: list[MissingFigure]


class Valuations(Shape):
    """All portfolios of the caller at the close of `at`, in the order of their ids."""

    at: Day
    currency: str
    fill: Literal["none", "nearest"]
    max_age_days: int
    portfolios: list[PortfolioWorth]


@operations.add("GET", "/valuations", answers=Valuations)
async def show(
    call: Call,
    *,
    at: Day | None = None,
    currency: str | None = None,
    fill: Literal["none", "nearest"] = "none",
) -> Answer:
    """Value every portfolio at the close of a day, with its cash, each as its own valuation does."""
    on, market = checked_at(call, at, "at"), Market(currency=currency, fill=fill)
    asked = Asked(currency=market.checked_currency(), fill=Fill(fill))

    async def tell() -> Answer:
        found = await loaded(call, None, asked)
        ids = sorted(found.story.portfolio_ids)

        def told() -> bytes:
            groups = [frozenset({one}) for one in ids]
            made = appraisals(found.story, groups, at=on, currency=found.currency, method=found.method)
            members = {
                "at": day(on),
                "currency": word(found.currency),
                "fill": word(found.policy.fill),
                "max_age_days": str(found.policy.max_age_days),
                "portfolios": figures.listed(map(_worth, ids, made)),
            }
            return figures.document(members).encode()

        return Answer(200, await call.system.analyst.tell(found, told), ())

    return await kept(call, ("/valuations", on, market), tell)


def _worth(portfolio_id: int, appraisal: Appraisal) -> str:
    return figures.document(
        {
            "portfolio_id": str(portfolio_id),
            "total_value": amount(appraisal.market_value),
            "cash_value": amount(appraisal.cash_value),
            "net_worth": amount(appraisal.net_worth),
            "coverage": figures.ratio(appraisal.coverage),
            "missing": figures.listed(map(figures.gap, appraisal.gaps)),
        }
    )
