"""The performance of a period as it stands on the wire."""

from typing import Literal

from pydantic import Field

from steward.api.figures import MethodShape, MissingSpan
from steward.api.values import Day, Exact, Shape


class StatementShape(Shape):
    """How the opening value became the closing value; null where something is missing.

    opening value + contributions - withdrawals + realized gains + unrealized gains + currency gains
    + dividends + interest - fees - taxes = closing value, with a residual of exactly 0.
    """

    opening_value: Exact | None
    contributions: Exact | None
    withdrawals: Exact | None
    realized_gains: Exact | None
    unrealized_gains: Exact | None
    currency_gains: Exact | None
    dividends: Exact | None
    interest: Exact | None
    fees: Exact | None
    taxes: Exact | None
    closing_value: Exact | None
    residual: Exact | None


class InstrumentStatement(Shape):
    """The statement of one instrument alone."""

    symbol: str
    statement: StatementShape


class ReturnsShape(Shape):
    """Every return and risk figure of the period: docs/performance-measures.md says what each is."""

    time_weighted: float | None
    time_weighted_annualized: float | None
    money_weighted: float | None
    money_weighted_reason: Literal["one-day", "one-sign", "not-found", "too-large"] | None
    modified_dietz: float | None
    daily_linked: float | None
    simple: float | None
    volatility: float | None
    volatility_annualized: float | None
    semi_deviation: float | None
    max_drawdown: float | None
    max_drawdown_from: Day | None
    max_drawdown_to: Day | None
    longest_drawdown_days: int | None
    by_month: dict[str, float | None]
    by_year: dict[str, float | None]


class BenchmarkShape(Shape):
    """What a symbol returned by its price, in the currency of the answer, and how that compares."""

    symbol: str
    time_weighted: float | None
    excess: float | None
    relative: float | None


class PerformanceShape(Shape):
    """A period opens with the close of `from` and includes `to`; it is `complete` when nothing is missing."""

    portfolio_id: int | None
    start: Day = Field(alias="from")
    to: Day
    scope: Literal["portfolio", "securities", "symbol"]
    symbol: str | None
    currency: str
    method: MethodShape
    complete: bool
    missing: list[MissingSpan]
    statement: StatementShape
    by_instrument: list[InstrumentStatement]
    returns: ReturnsShape
    benchmark: BenchmarkShape | None
