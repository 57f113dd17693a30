"""Figures on the wire: exact amounts with every digit, ratios as floats, null for what nobody knows."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Literal

from steward.api.json import quoted
from steward.api.values import Day, Exact, Shape
from steward.domain.appraisal import Subtotal
from steward.domain.market import Close
from steward.domain.money import divided, plain
from steward.domain.records import Gap
from steward.domain.scopes import Crossing
from steward.usecases.analysis import Analysis, Frame

Fills = Literal["older", "later", "trade"]


class MethodShape(Shape):
    """By which conventions the figures were told, and what may stand in for a price or a rate."""

    cost: Literal["fifo", "lifo", "hifo", "average"]
    lot_scope: Literal["portfolio", "all"]
    fees_in_cost: bool
    taxes_in_cost: bool
    fx: Literal["recorded_rate", "transaction_date", "as_of"]
    opening: Literal["original_cost", "market_value"]
    fees_in_return: bool
    taxes_in_return: bool
    fill: Literal["none", "nearest"]
    max_age_days: int


class MissingFigure(Shape):
    """What is not known on a day: a price or cost of a symbol, a rate of a pair, cash in a currency."""

    what: Literal["price", "rate", "cost", "cash"]
    subject: str
    on: Day


class MissingSpan(Shape):
    """What is not known from one day to another."""

    what: Literal["price", "rate", "cost", "cash"]
    subject: str
    first: Day
    last: Day


class SubtotalShape(Shape):
    """An amount in one currency, and what it is in the reporting one."""

    currency: str
    amount: Exact | None
    rate: Exact | None
    rate_on: Day | None
    rate_source: str | None
    rate_filled: Fills | None
    value: Exact | None


def amount(value: Decimal | None) -> str:
    """Write an exact number, or null."""
    return "null" if value is None or value.is_nan() else plain(value)


def ratio(value: float | None) -> str:
    """Write a ratio, or null."""
    return "null" if value is None or not isfinite(value) else repr(value)


def quotient(one: Decimal, other: Decimal) -> str:
    """Write what one is in units of the other; null where either is unknown or there is no unit."""
    return "null" if one.is_nan() or other.is_nan() or not other else ratio(float(divided(one, other)))


def day(value: date | None) -> str:
    """Write a day, or null."""
    return "null" if value is None else f'"{value}"'


def word(value: str | None) -> str:
    """Write a text, or null."""
    return "null" if value is None else quoted(value)


def flag(value: bool) -> str:  # noqa: FBT001 - what is written
    """Write true or false."""
    return "true" if value else "false"


def document(members: Mapping[str, str]) -> str:
    """Write an object; its values are written already."""
    return "{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}"


def listed(items: Iterable[str]) -> str:
    """Write an array; its items are written already."""
    return "[" + ",".join(items) + "]"


def method(analysis: Analysis | Frame, crossing: Crossing) -> str:
    """Write the method and the policy of an analysis."""
    used, policy = analysis.method, analysis.policy
    return document(
        {
            "cost": word(used.cost),
            "lot_scope": word(used.lot_scope),
            "fees_in_cost": flag(used.fees_in_cost),
            "taxes_in_cost": flag(used.taxes_in_cost),
            "fx": word(used.fx),
            "opening": word(used.opening),
            "fees_in_return": flag(crossing.fees),
            "taxes_in_return": flag(crossing.taxes),
            "fill": word(policy.fill),
            "max_age_days": str(policy.max_age_days),
        }
    )


def gap(one: Gap) -> str:
    """Write what is missing on a day."""
    return document({"what": word(one.what), "subject": word(one.subject), "on": day(one.on)})


def subtotal(one: Subtotal) -> str:
    """Write an amount with its conversion; what is in the reporting currency needed no rate."""
    rate = one.rate
    return document(
        {
            "currency": word(one.currency),
            "amount": amount(one.amount),
            "rate": amount(None if rate is None else rate.rate),
            "rate_on": day(None if rate is None else rate.on),
            "rate_source": word(None if rate is None else rate.source),
            "rate_filled": word(None if rate is None else rate.filled),
            "value": amount(one.value),
        }
    )


def priced(close: Close | None, on: date) -> dict[str, str]:
    """Write the price of a close as seen from a day, with where it is from and how old it is."""
    age = None if close is None else (on - close.on).days
    return {
        "price": amount(None if close is None else close.price),
        "price_on": day(None if close is None else close.on),
        "price_source": word(None if close is None else close.source),
        "price_age_days": "null" if age is None else str(age),
        "price_filled": word(None if close is None else close.filled),
    }
