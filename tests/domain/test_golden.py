"""Figures of other systems' public tests, recomputed: each by the method that its block names."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.holdings import Gains, Report, report
from steward.domain.money import divided, known
from tests.golden_cases import Case, cases, method_of, story_of

BLOCKS = [(case, block) for case in cases() for block in case.blocks]


def ids(value: object) -> str | None:
    if isinstance(value, Case):
        return value.name
    return value.get("name") if isinstance(value, dict) else None


def tolerance_of(block: Mapping[str, Any], kind: str) -> Decimal:
    stated = block.get("tolerance", {})
    return Decimal(stated.get(kind, stated.get("ratio", "0") if kind == "irr" else "0"))


def close_to(found: Any, wanted: str, within: Decimal, what: str) -> None:
    assert found is not None, f"{what}: unknown, not {wanted}"
    off = abs(Decimal(str(found)) - Decimal(wanted))
    assert off <= within, f"{what}: {found}, not {wanted} within {within}"


def reported(case: Case, block: Mapping[str, Any], account: str | None = None) -> Report:
    period = block.get("period")
    return report(
        story_of(case, account),
        at=date.fromisoformat(period[1] if period else block["at"]),
        since=date.fromisoformat(period[0]) if period else None,
        currency=block["currency"],
        method=method_of(block),
    )


HOLDING = {
    "realized_currency_gain": lambda one: known(one.realized_currency_gain),
}
RATIOS = {
    "gain_gross_over_cost": lambda one: divided(one.gain_gross, one.purchases_gross),
    "gain_net_over_cost": lambda one: divided(one.gain_net, one.purchases_gross),
    "unrealized_net_over_cost": lambda one: divided(one.unrealized_gain_net, one.cost_basis),
    "dividends_over_cost": lambda one: divided(one.dividends_gross, one.cost_basis),
    "absolute_gain_over_paid_in": lambda one: divided(
        one.absolute_gain, one.opening_value + one.purchases_paid
    ),
}


def figure(one: Gains, name: str) -> Any:
    if name == "price_used":
        return one.close and one.close.price
    return getattr(one, name)


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_holdings(case: Case, block: dict[str, Any]) -> None:
    for wanted in block.get("holdings", ()):
        scope = block.get("scope", {})
        account = wanted.get("account", scope.get("account"))
        found = reported(case, block, account).by_symbol[wanted["symbol"]]
        for name, value in wanted.items():
            if name in ("symbol", "account", "price_date", "day_change"):
                continue
            kind = "quantity" if name == "quantity" else "money"
            close_to(figure(found, name), value, tolerance_of(block, kind), f"{wanted['symbol']} {name}")
