"""Figures of other systems' public tests, recomputed: each by the method that its block names."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.columns import amount_of
from steward.domain.days import History
from steward.domain.gains import Gains
from steward.domain.history import history
from steward.domain.holdings import Report, report
from steward.domain.money import ZERO, divided, subtract, total
from steward.domain.money_weighted import money_weighted
from steward.domain.performance import Performance, performance
from steward.domain.scopes import Crossing, Level, Scope, charge_of
from steward.domain.statements import Lines, Period, Statement
from steward.domain.trades import Trade, trades_of
from steward.domain.transactions import Kind
from tests.golden_cases import Case, cases, method_of, story_of

BLOCKS = [(case, block) for case in cases() for block in case.blocks]
PERIODS = [(case, block) for case, block in BLOCKS if "period" in block]


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
    # A ratio is a float, which has 15 digits.
    slack = max(within, Decimal("1e-15")) if isinstance(found, float) else within
    assert off <= slack, f"{what}: {found}, not {wanted} within {within}"


def dates_of(block: Mapping[str, Any]) -> tuple[date | None, date]:
    start, end = block["period"] if "period" in block else (None, block["at"])
    return start and date.fromisoformat(start), date.fromisoformat(end)


def account_of(block: Mapping[str, Any]) -> str | None:
    account: str | None = block.get("scope", {}).get("account")
    return account


def reported(case: Case, block: Mapping[str, Any], account: str | None = None) -> Report:
    since, at = dates_of(block)
    return report(
        story_of(case, account), at=at, since=since, currency=block["currency"], method=method_of(block)
    )


def scope_of(block: Mapping[str, Any]) -> Scope:
    stated = block.get("scope", {})
    level = stated.get("level", "portfolio")
    return Scope(Level.PORTFOLIO if level == "account" else Level(level), stated.get("symbol", ""))


def told(case: Case, block: Mapping[str, Any], start: date, end: date, scope: Scope) -> Statement:
    period = Period.of(
        story_of(case, account_of(block)),
        start=start,
        end=end,
        currency=block["currency"],
        method=method_of(block),
    )
    return period.statement(scope)


def measured(case: Case, block: Mapping[str, Any]) -> tuple[History, Performance]:
    start, end = dates_of(block)
    assert start is not None
    stated = block.get("method", {})
    crossing = Crossing(
        scope_of(block), fees=stated.get("fees_in_return", True), taxes=stated.get("taxes_in_return", True)
    )
    found = history(
        story_of(case, account_of(block)),
        first=start,
        last=end,
        currency=block["currency"],
        method=method_of(block),
        crossing=crossing,
    )
    return found, performance(found)


def contributed(found: Report) -> Decimal:
    flows = [Crossing(Scope()).of(one) for one in found.records if not one.internal]
    return subtract(total(came for came, _ in flows), total(went for _, went in flows))


RATIOS: dict[str, Callable[[Gains], Decimal]] = {
    "gain_gross_over_cost": lambda one: divided(one.gain_gross, one.purchases_gross),
    "gain_net_over_cost": lambda one: divided(one.gain_net, one.purchases_gross),
    "unrealized_net_over_cost": lambda one: divided(one.unrealized_gain_net, one.cost_basis),
    "dividends_over_cost": lambda one: divided(one.dividends_gross, one.cost_basis),
    "day_change_over_previous_value": lambda one: divided(one.day_change, one.previous_value),
    "absolute_gain_over_paid_in": lambda one: divided(
        one.absolute_gain, one.opening_value + one.purchases_paid
    ),
}
TOTALS: dict[str, Callable[[Report], Decimal]] = {
    "market_value": lambda found: found.appraisal.market_value,
    "cash": lambda found: found.appraisal.cash_value,
    "net_worth": lambda found: found.appraisal.net_worth,
    "cost_basis": lambda found: total(one.cost_basis for one in found.by_symbol.values()),
    "gain_net": lambda found: total(one.gain_net for one in found.by_symbol.values()),
    "fees": lambda found: total(charge_of(one, fees=True) for one in found.records),
    "taxes": lambda found: total(charge_of(one) for one in found.records),
    "interest_net": lambda found: total(one.received for one in found.records if one.kind is Kind.INTEREST),
    "net_contributions": contributed,
    "currency_gain": lambda found: subtract(found.appraisal.cash_value, contributed(found)),
}
LINES: dict[str, Callable[[Lines], Decimal]] = {
    "initial_value": lambda lines: lines.opening_value,
    "final_value": lambda lines: lines.closing_value,
    "capital_gains": lambda lines: lines.unrealized_gains,
    "realized_capital_gains": lambda lines: lines.realized_gains,
    "earnings": lambda lines: lines.dividends + lines.interest,
    "fees": lambda lines: lines.fees,
    "taxes": lambda lines: lines.taxes,
    "currency_gains": lambda lines: lines.currency_gains,
    "transfers": lambda lines: lines.contributions - lines.withdrawals,
}


def figure(found: Report, one: Gains, name: str) -> Any:
    if name in ("price_used", "price_date"):
        return one.close and (one.close.price if name == "price_used" else one.close.on)
    return getattr(one, name)


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_holdings(case: Case, block: dict[str, Any]) -> None:
    for wanted in block.get("holdings", ()):
        account = wanted.get("account", account_of(block))
        found = reported(case, block, account)
        one = found.by_symbol[wanted["symbol"]]
        for name, value in wanted.items():
            if name in ("symbol", "account"):
                continue
            if name == "price_date":
                assert figure(found, one, name) == date.fromisoformat(value)
                continue
            kind = "quantity" if name == "quantity" else "money"
            close_to(figure(found, one, name), value, tolerance_of(block, kind), f"{wanted['symbol']} {name}")


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_cash_totals_and_ratios(case: Case, block: dict[str, Any]) -> None:
    found = reported(case, block, account_of(block))
    assert not found.gaps
    for currency, amount in block.get("cash", {}).items():
        balance = next((one.amount for one in found.appraisal.cash if one.currency == currency), ZERO)
        close_to(balance, amount, tolerance_of(block, "money"), f"cash in {currency}")
    if "initial_value" not in block.get("totals", {}):
        for name, value in block.get("totals", {}).items():
            close_to(TOTALS[name](found), value, tolerance_of(block, "money"), name)
    for name, value in block.get("ratios", {}).items():
        only = next(iter(found.by_symbol.values()))
        one = found.by_symbol[block["scope"]["symbol"]] if scope_of(block).symbol else only
        close_to(RATIOS[name](one), value, tolerance_of(block, "ratio"), name)


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_lots_and_trades(case: Case, block: dict[str, Any]) -> None:
    for wanted in block.get("lots", ()):
        found = reported(case, block, wanted.get("account"))
        acquired = date.fromisoformat(wanted["acquired"])
        lots = found.by_symbol[wanted["symbol"]].lots
        lot = next(one for one in lots if one.acquired == acquired)
        close_to(lot.quantity, wanted["quantity"], tolerance_of(block, "quantity"), "lot quantity")
        method = method_of(block)
        cost = lot.basis.cost(fees=method.fees_in_cost, taxes=method.taxes_in_cost)
        figures = {
            "cost_basis": cost,
            "cost_gross": lot.basis.gross,
            "fees": lot.basis.fee,
            "unit_price": divided(lot.basis.gross, lot.quantity),
        }
        for name in figures.keys() & wanted.keys():
            close_to(figures[name], wanted[name], tolerance_of(block, "money"), f"lot {name}")
    if "trades" not in block:
        return
    found = reported(case, block)
    trades = [trade for one in found.by_symbol.values() for trade in trades_of(one, found.at)]
    for wanted in block["trades"]:
        trade = next(one for one in trades if _is(case, one, wanted))
        _check_trade(trade, wanted, block)
    assert len(trades) == int(block.get("trade_count", len(trades)))


def _is(case: Case, trade: Trade, wanted: Mapping[str, Any]) -> bool:
    account = wanted.get("account")
    return (
        trade.symbol == wanted["symbol"]
        and trade.closed == (wanted["status"] == "closed")
        and (account is None or trade.portfolio_id == case.portfolio_id(account))
        and trade.quantity == Decimal(wanted["quantity"])
    )


def _check_trade(trade: Trade, wanted: Mapping[str, Any], block: Mapping[str, Any]) -> None:
    for name in ("start", "end"):
        if name in wanted:
            assert getattr(trade, name) == date.fromisoformat(wanted[name])
    if "side" in wanted:
        assert trade.short == (wanted["side"] == "short")
    if "holding_days" in wanted:
        assert trade.holding_days == int(wanted["holding_days"])
    for name in {"entry_value", "exit_value", "gain_net", "gain_gross"} & wanted.keys():
        close_to(getattr(trade, name), wanted[name], tolerance_of(block, "money"), name)
    if "return" in wanted:
        close_to(trade.gained, wanted["return"], tolerance_of(block, "ratio"), "return")
    if "irr" in wanted:
        close_to(money_weighted(trade.flows), wanted["irr"], tolerance_of(block, "irr"), "irr")


@pytest.mark.parametrize(("case", "block"), PERIODS, ids=ids)
def test_statement(case: Case, block: dict[str, Any]) -> None:
    start, end = dates_of(block)
    assert start is not None
    found = told(case, block, start, end, scope_of(block))
    assert found.lines.residual == 0
    for name, value in block.get("totals", {}).items():
        if name in LINES and "initial_value" in block["totals"]:
            close_to(LINES[name](found.lines), value, tolerance_of(block, "money"), name)


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_period_gains(case: Case, block: dict[str, Any]) -> None:
    for wanted in block.get("period_gains", ()):
        start, end = (date.fromisoformat(day) for day in wanted["period"])
        lines = told(case, block, start, end, Scope(Level.SECURITIES)).lines
        gain = lines.realized_gains + lines.unrealized_gains - lines.fees - lines.taxes
        close_to(gain, wanted["gain_net"], tolerance_of(block, "money"), wanted["label"])


@pytest.mark.parametrize(("case", "block"), PERIODS, ids=ids)
def test_returns(case: Case, block: dict[str, Any]) -> None:
    found, performed = measured(case, block)
    assert performed.time_weighted is not None
    chain, fall = performed.time_weighted, performed.drawdown
    figures: dict[str, tuple[Any, str]] = {
        "twr": (chain.total(), "ratio"),
        "twr_annualized": (chain.annualized(), "ratio"),
        "irr": (performed.money_weighted, "irr"),
        "max_drawdown": (fall and fall.depth, "ratio"),
        "max_drawdown_days": (fall and fall.longest_days, "days"),
        "mwr_daily_linked": (performed.daily_linked and performed.daily_linked.total(), "ratio"),
    }
    for name in figures.keys() & block.keys():
        close_to(figures[name][0], str(block[name]), tolerance_of(block, figures[name][1]), name)
    series: dict[str, tuple[Mapping[date, Any], str]] = {
        "value": (dict(zip(found.days, map(amount_of, found.values), strict=True)), "money"),
        "twr_daily": (dict(zip(chain.dates, chain.returns(), strict=True)), "ratio"),
        "twr_cumulative": (dict(zip(chain.dates, chain.cumulative(), strict=True)), "ratio"),
        "twr_weekly": (chain.by_week(), "ratio"),
    }
    for name, (values, kind) in series.items():
        for day, value in block.get("series", {}).get(name, {}).items():
            close_to(values[date.fromisoformat(day)], value, tolerance_of(block, kind), f"{name} {day}")


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_series_of_cost(case: Case, block: dict[str, Any]) -> None:
    wanted = block.get("series", {}).get("cost_basis", {})
    if not wanted:
        return
    days = sorted(map(date.fromisoformat, wanted))
    found = history(
        story_of(case), first=days[0], last=days[-1], currency=block["currency"], method=method_of(block)
    )
    costs = dict(zip(found.days, found.cost, strict=True))
    for day, value in wanted.items():
        cost = costs[date.fromisoformat(day)]
        assert cost is not None
        close_to(amount_of(cost), value, tolerance_of(block, "money"), f"cost on {day}")
