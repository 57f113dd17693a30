"""The worked ledgers of docs/performance-measures.md: a table of what happened, and its figures.

A row says what happened on a day: a kind of transaction, a `price`, a `rate` or a `split`; `-` is nothing.
The first day opens the period, the last one closes it; figures are in EUR.
"""

from collections import defaultdict
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from steward.domain.corporate_actions import ActionKind
from steward.domain.gains import Gains
from steward.domain.holdings import report
from steward.domain.money import plain
from steward.domain.portfolios import CostMethod
from steward.domain.scopes import Scope
from steward.domain.statements import Period
from steward.domain.story import Method, Story
from steward.domain.transactions import Kind
from tests.ledgers import a_story, action, happened

Rows = list[dict[str, str]]
CURRENCY = "EUR"
FIGURES = (
    "quantity",
    "market_value",
    "cost_basis",
    "realized_gain_gross",
    "realized_gain_net",
    "unrealized_gain_gross",
    "unrealized_gain_net",
    "realized_currency_gain",
    "unrealized_currency_gain",
    "gain_gross",
    "gain_net",
    "absolute_gain",
    "fees",
    "taxes",
    "dividends_net",
)


def ledger(rows: Rows) -> dict[str, float | str | None]:
    """Give the figures of a ledger, by every cost method, and the lines of its statement."""
    story, first, last = _story(rows), _day(rows[0]), _day(rows[-1])
    found: dict[str, float | str | None] = {}
    for cost in CostMethod:
        told = report(story, at=last, currency=CURRENCY, method=Method(cost=cost))
        for one in told.by_symbol.values():
            found |= {f"{cost} {one.symbol} {name}": _written(one, name) for name in FIGURES}
    appraisal = told.appraisal
    found |= {
        "market value": plain(appraisal.market_value),
        "cash": plain(appraisal.cash_value),
        "net worth": plain(appraisal.net_worth),
        "coverage": appraisal.coverage,
        "missing": " ".join(f"{gap.what} {gap.subject}" for gap in told.gaps),
    }
    period = Period.of(story, start=first, end=last, currency=CURRENCY, method=Method())
    lines = period.statement(Scope()).lines
    amounts = {one.name: getattr(lines, one.name) for one in fields(lines)} | {"residual": lines.residual}
    return found | {name.replace("_", " "): plain(amount) for name, amount in amounts.items()}


def _written(one: Gains, name: str) -> str:
    value: Decimal = getattr(one, name)
    return "unknown" if value.is_nan() else plain(value)


def _day(row: dict[str, str]) -> date:
    return date.fromisoformat(row["date"])


def _story(rows: Rows) -> Story:
    numbers: dict[str, dict[str, dict[str, str]]] = {"price": defaultdict(dict), "rate": defaultdict(dict)}
    currencies: dict[str, str] = {}
    ledger, splits = [], []
    for row in rows:
        what, symbol, amount = row["what"], row["symbol"], row["amount"]
        if what in numbers:
            numbers[what][symbol][row["date"]] = amount
        if what == "price":
            currencies[symbol] = row["currency"]
        elif what == "split":
            splits.append(action(ActionKind.SPLIT, row["date"], symbol, new=row["quantity"], old=amount))
        elif what not in numbers:
            stated: dict[str, Any] = {name: row[name] for name in ("fee", "tax") if row[name] != "-"}
            ledger.append(
                happened(
                    Kind(what),
                    row["date"],
                    None if symbol == "-" else symbol,
                    None if row["quantity"] == "-" else row["quantity"],
                    None if amount == "-" else amount,
                    currency=row["currency"],
                    **stated,
                )
            )
    return a_story(
        *ledger,
        actions=tuple(splits),
        prices=numbers["price"],
        rates=numbers["rate"],
        currencies=currencies,
    )
