"""A valuation of a past close: what a portfolio held, by the market of that day."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from steward.api import figures
from steward.api.analyses import Market, checked_at, loaded
from steward.api.call import Call
from steward.api.figures import Fills, MissingFigure, SubtotalShape, amount, day, word
from steward.api.problems import Answer
from steward.api.values import Day, Exact, Shape
from steward.domain.appraisal import Appraisal, Holding
from steward.domain.appraisals import appraisal_of
from steward.domain.closes import Fill
from steward.domain.market import Market as DomainMarket
from steward.usecases.analysis import Analysis, Asked


class AppraisedLine(Shape):
    """One holding: its value is in the currency of its price."""

    symbol: str
    quantity: Exact
    currency: str | None
    price: Exact | None
    price_on: Day | None
    price_source: str | None
    price_age_days: int | None
    price_filled: Fills | None
    multiplier: Exact
    value: Exact | None


class Appraised(Shape):
    """What a portfolio was worth at the close of `at`: sums of what is known, the share `coverage` of it."""

    portfolio_id: int
    at: Day
    currency: str
    fill: Literal["none", "nearest"]
    max_age_days: int
    total_value: Exact
    cash_value: Exact
    net_worth: Exact
    coverage: float | None
    lines: list[AppraisedLine]
    securities: list[SubtotalShape]
    cash: list[SubtotalShape]
    unknown_symbols: list[str]
    missing: list[MissingFigure]


async def appraised(call: Call, portfolio_id: int, at: date | None, market: Market) -> Answer:
    """Value what a portfolio held at the close of a day, today's when none is named."""
    return await told_of_appraisal(call, portfolio_id, at, market, _written)


async def told_of_appraisal(
    call: Call,
    portfolio_id: int | None,
    at: date | None,
    market: Market,
    written: Callable[[Analysis, Appraisal], str],
) -> Answer:
    """Appraise a portfolio, or all together, at the close of a day, and answer what is written of it."""
    on = checked_at(call, at, "at")
    asked = Asked(currency=market.checked_currency(), fill=Fill(market.fill))
    found = await loaded(call, portfolio_id, asked)

    def told() -> bytes:
        made = appraisal_of(found.story, at=on, currency=found.currency, method=found.method)
        return written(found, made).encode()

    return Answer(200, await call.system.analyst.tell(found, told), ())


def _written(found: Analysis, made: Appraisal) -> str:
    return figures.document(
        {
            "portfolio_id": str(found.portfolio_id),
            "at": day(made.on),
            "currency": word(made.currency),
            "fill": word(found.policy.fill),
            "max_age_days": str(found.policy.max_age_days),
            "total_value": amount(made.market_value),
            "cash_value": amount(made.cash_value),
            "net_worth": amount(made.net_worth),
            "coverage": figures.ratio(made.coverage),
            "lines": figures.listed(_line(one, made.on, found.story.market) for one in made.holdings),
            "securities": figures.listed(map(figures.subtotal, made.securities)),
            "cash": figures.listed(map(figures.subtotal, made.cash)),
            "unknown_symbols": figures.listed(word(one.symbol) for one in made.holdings if one.value is None),
            "missing": figures.listed(map(figures.gap, made.gaps)),
        }
    )


def _line(one: Holding, on: date, market: DomainMarket) -> str:
    return figures.document(
        {
            "symbol": word(one.symbol),
            "quantity": amount(one.quantity),
            "currency": word(None if one.close is None else one.close.currency),
            **figures.priced(one.close, on),
            "multiplier": amount(market.instrument(one.symbol).multiplier),
            "value": amount(one.value),
        }
    )
