"""Holdings over HTTP: what each instrument cost, is worth and has gained, with its lots."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pydantic import Field

from steward.api import figures
from steward.api.analyses import Conventions, analysis, checked_period, loaded
from steward.api.call import Call
from steward.api.figures import Fills, MethodShape, MissingFigure, SubtotalShape, amount, day, word
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Day, Exact, Flag, Shape
from steward.domain.gains import Gains
from steward.domain.holdings import Report, report
from steward.domain.instruments import major
from steward.domain.lots import Lot
from steward.domain.market import Market
from steward.domain.money import add, divided, subtract
from steward.domain.returns import annualized, ratio
from steward.domain.scopes import Crossing, Scope
from steward.domain.totals import totals
from steward.usecases.analysis import Analysis

operations = Operations("holdings")

# Exact figures of one instrument that are written as they are.
AMOUNTS: Final = (
    "market_value", "cost_basis", "average_cost", "cost_per_unit_gross", "unrealized_gain_gross",
    "unrealized_gain_net", "realized_gain_gross", "realized_gain_net", "gain_gross", "gain_net",
    "realized_currency_gain", "unrealized_currency_gain", "fees", "taxes", "dividends_gross", "dividends_net",
    "absolute_gain", "opening_value", "day_change",
)  # fmt: skip
_RATIOS: Final[Mapping[str, Callable[[Gains], tuple[Decimal, Decimal]]]] = {
    "gain_gross_over_cost": lambda one: (one.gain_gross, one.purchases_gross),
    "gain_net_over_cost": lambda one: (one.gain_net, one.purchases_gross),
    "unrealized_net_over_cost": lambda one: (one.unrealized_gain_net, one.cost_basis),
    "dividends_over_cost": lambda one: (one.dividends_gross, one.cost_basis),
    "absolute_gain_over_paid_in": lambda one: (
        one.absolute_gain,
        add(one.opening_value, one.purchases_paid),
    ),
    "day_change_over_previous_value": lambda one: (one.day_change, one.previous_value),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingsQuery(Conventions):
    """At which close; what was gained since another one; with the lots, or without that much to read."""

    at: Day | None = None
    since: Day | None = None
    lots: Flag = True


class HeldLot(Shape):
    """What is left of one purchase; a short one is negative.

    `transaction_id` is 0 where cash in lieu, which a short owed, brought it instead of a transaction.
    `return` is the gain in units of what was paid, `annualized` the same at its yearly pace.
    """

    portfolio_id: int
    transaction_id: int
    acquired: Day
    quantity: Exact
    cost_basis: Exact | None
    cost_gross: Exact | None
    fees: Exact | None
    taxes: Exact | None
    unit_price: Exact | None
    market_value: Exact | None
    unrealized_gain_net: Exact | None
    gained: float | None = Field(alias="return")
    annualized: float | None


class HoldingRatios(Shape):
    """Gains in units of what was paid."""

    gain_gross_over_cost: float | None
    gain_net_over_cost: float | None
    unrealized_net_over_cost: float | None
    dividends_over_cost: float | None
    absolute_gain_over_paid_in: float | None
    day_change_over_previous_value: float | None


class HoldingShape(Shape):
    """One instrument; its price is in `currency`, all else in that of the answer.

    `lots` is null where they were not asked for.
    """

    symbol: str
    quantity: Exact
    currency: str | None
    price: Exact | None
    price_on: Day | None
    price_source: str | None
    price_age_days: int | None
    price_filled: Fills | None
    market_value: Exact | None
    cost_basis: Exact | None
    average_cost: Exact | None
    cost_per_unit_gross: Exact | None
    unrealized_gain_gross: Exact | None
    unrealized_gain_net: Exact | None
    realized_gain_gross: Exact | None
    realized_gain_net: Exact | None
    gain_gross: Exact | None
    gain_net: Exact | None
    realized_currency_gain: Exact | None
    unrealized_currency_gain: Exact | None
    fees: Exact | None
    taxes: Exact | None
    dividends_gross: Exact | None
    dividends_net: Exact | None
    absolute_gain: Exact | None
    opening_value: Exact | None
    day_change: Exact | None
    ratios: HoldingRatios
    lots: list[HeldLot] | None


class HoldingTotals(Shape):
    """Sums over all instruments and balances; null if a part is unknown.

    Values and `day_change` are sums of what is known.
    """

    market_value: Exact
    cash: Exact
    net_worth: Exact
    day_change: Exact
    cost_basis: Exact | None
    unrealized_gain_gross: Exact | None
    unrealized_gain_net: Exact | None
    realized_gain_gross: Exact | None
    realized_gain_net: Exact | None
    gain_gross: Exact | None
    gain_net: Exact | None
    fees: Exact | None
    taxes: Exact | None
    dividends_gross: Exact | None
    dividends_net: Exact | None
    interest_net: Exact | None
    net_contributions: Exact | None


class HoldingsShape(Shape):
    """What is held at the close of `at`; `coverage` is the share of holdings and balances with a value."""

    portfolio_id: int | None
    at: Day
    since: Day | None
    currency: str
    method: MethodShape
    coverage: float | None
    missing: list[MissingFigure]
    holdings: list[HoldingShape]
    cash: list[SubtotalShape]
    securities: list[SubtotalShape]
    totals: HoldingTotals


@analysis(operations, "/holdings", query=HoldingsQuery, answers=HoldingsShape)
async def show(call: Call, portfolio_id: int | None, query: HoldingsQuery) -> Answer:
    """Tell what is held, what it cost, what it is worth and what it has gained."""
    since, at = checked_period(call, query.since, query.at, names=("since", "at"))
    found = await loaded(call, portfolio_id, query.asked())
    crossing = Crossing(Scope(), fees=query.fees_in_return, taxes=query.taxes_in_return)

    def told() -> bytes:
        made = report(found.story, at=at, since=since, currency=found.currency, method=found.method)
        return _written(found, made, crossing, lots=query.lots).encode()

    return Answer(200, await call.system.analyst.tell(found, told), ())


def _written(found: Analysis, made: Report, crossing: Crossing, *, lots: bool) -> str:
    appraisal = made.appraisal
    return figures.document(
        {
            "portfolio_id": "null" if found.portfolio_id is None else str(found.portfolio_id),
            "at": day(made.at),
            "since": day(made.since),
            "currency": word(made.currency),
            "method": figures.method(found, crossing),
            "coverage": figures.ratio(appraisal.coverage),
            "missing": figures.listed(map(figures.gap, made.gaps)),
            "holdings": figures.listed(
                _holding(one, made, found.story.market, lots=lots) for one in made.by_symbol.values()
            ),
            "cash": figures.listed(map(figures.subtotal, appraisal.cash)),
            "securities": figures.listed(map(figures.subtotal, appraisal.securities)),
            "totals": figures.document(
                {
                    name: amount(value)
                    for name, value in totals(made, together=len(found.story.portfolio_ids) > 1).items()
                }
            ),
        }
    )


def _holding(one: Gains, made: Report, market: Market, *, lots: bool) -> str:
    quoted_in = market.instrument(one.symbol).currency
    currency = one.close.currency if one.close is not None else quoted_in and major(quoted_in)[0]
    members = {
        "symbol": word(one.symbol),
        "quantity": amount(one.quantity),
        "currency": word(currency),
        **figures.priced(one.close, made.at),
        **{name: amount(getattr(one, name)) for name in AMOUNTS},
        "ratios": figures.document({name: figures.quotient(*of(one)) for name, of in _RATIOS.items()}),
        "lots": figures.listed(_lot(lot, value, made) for lot, value in one.lots_with_values())
        if lots
        else "null",
    }
    return figures.document(members)


def _lot(lot: Lot, value: Decimal, made: Report) -> str:
    basis, method = lot.basis, made.method
    known = lot.quantity and not basis.gross.is_nan()
    gain = subtract(value, basis.net)
    gained = None if gain.is_nan() else ratio(gain, basis.net.copy_abs())
    cost = basis.cost(fees=method.fees_in_cost, taxes=method.taxes_in_cost)
    return figures.document(
        {
            "portfolio_id": str(lot.portfolio_id),
            "transaction_id": str(lot.transaction_id),
            "acquired": day(lot.acquired),
            "quantity": amount(lot.quantity),
            "cost_basis": amount(cost),
            "cost_gross": amount(basis.gross),
            "fees": amount(basis.fee),
            "taxes": amount(basis.tax),
            "unit_price": amount(divided(basis.gross, lot.quantity) if known else None),
            "market_value": amount(value),
            "unrealized_gain_net": amount(gain),
            "return": figures.ratio(gained),
            "annualized": figures.ratio(annualized(gained, (made.at - lot.acquired).days)),
        }
    )
