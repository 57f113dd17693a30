"""Figures of other systems' public tests over HTTP: entered like anybody would, asked by each method."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.api.golden_world import GoldenWorld, method_of
from tests.domain.test_golden import BLOCKS, PERIODS, account_of, close_to, ids, tolerance_of
from tests.golden_cases import Case
from tests.people import registered
from tests.servers import Server

FindWorld = Callable[[Case], GoldenWorld]
LINES: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "initial_value": lambda one: one["opening_value"],
    "final_value": lambda one: one["closing_value"],
    "capital_gains": lambda one: one["unrealized_gains"],
    "realized_capital_gains": lambda one: one["realized_gains"],
    "earnings": lambda one: one["dividends"] + one["interest"],
    "fees": lambda one: one["fees"],
    "taxes": lambda one: one["taxes"],
    "currency_gains": lambda one: one["currency_gains"],
    "transfers": lambda one: one["contributions"] - one["withdrawals"],
}
RETURNS = {
    "twr": ("time_weighted", "ratio"),
    "twr_annualized": ("time_weighted_annualized", "ratio"),
    "irr": ("money_weighted", "irr"),
    "max_drawdown": ("max_drawdown", "ratio"),
    "max_drawdown_days": ("longest_drawdown_days", "days"),
    "mwr_daily_linked": ("daily_linked", "ratio"),
}


@pytest.fixture(scope="module")
def world_of(server: Server) -> Iterator[FindWorld]:
    """Give the world of a case, entered when it is first asked for."""
    made: dict[str, GoldenWorld] = {}

    def find(case: Case) -> GoldenWorld:
        if case.name not in made:
            made[case.name] = GoldenWorld(registered(server.url), case)
        return made[case.name]

    yield find
    for world in made.values():
        world.person.client.close()


def dates_of(block: Mapping[str, Any]) -> tuple[str | None, str]:
    start, end = block["period"] if "period" in block else (None, block["at"])
    return start, end


def scope_of(block: Mapping[str, Any]) -> dict[str, Any]:
    stated = block.get("scope", {})
    if stated.get("level") == "symbol":
        return {"symbol": stated["symbol"]}
    return {"scope": "securities"} if stated.get("level") == "securities" else {}


def held(world: GoldenWorld, block: Mapping[str, Any], account: str | None) -> Any:
    since, at = dates_of(block)
    return world.ask("holdings", account, since=since, at=at, **method_of(block))


def line_of(found: Any, symbol: str) -> Any:
    return next(one for one in found["holdings"] if one["symbol"] == symbol)


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_holdings(world_of: FindWorld, case: Case, block: dict[str, Any]) -> None:
    world = world_of(case)
    for wanted in block.get("holdings", ()):
        found = held(world, block, wanted.get("account", account_of(block)))
        line = line_of(found, wanted["symbol"])
        for name in wanted.keys() - {"symbol", "account", "price_date"}:
            kind = "quantity" if name == "quantity" else "money"
            figure = line["price" if name == "price_used" else name]
            close_to(figure, wanted[name], tolerance_of(block, kind), f"{wanted['symbol']} {name}")


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_cash_totals_and_ratios(world_of: FindWorld, case: Case, block: dict[str, Any]) -> None:
    found = held(world_of(case), block, account_of(block))
    assert found["missing"] == []
    assert found["coverage"] in (None, 1)
    cash = {one["currency"]: one["amount"] for one in found["cash"]}
    for currency, amount in block.get("cash", {}).items():
        close_to(cash.get(currency, 0), amount, tolerance_of(block, "money"), f"cash in {currency}")
    if "initial_value" not in block.get("totals", {}):
        totals = {**found["totals"], "currency_gain": None}
        if totals["net_contributions"] is not None:
            totals["currency_gain"] = totals["cash"] - totals["net_contributions"]
        for name, value in block.get("totals", {}).items():
            close_to(totals[name], value, tolerance_of(block, "money"), name)
    symbol = block.get("scope", {}).get("symbol")
    for name, value in block.get("ratios", {}).items():
        line = found["holdings"][0] if symbol is None else line_of(found, symbol)
        close_to(float(line["ratios"][name]), value, tolerance_of(block, "ratio"), name)


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_lots_and_trades(world_of: FindWorld, case: Case, block: dict[str, Any]) -> None:
    world = world_of(case)
    for wanted in block.get("lots", ()):
        lots = line_of(held(world, block, wanted.get("account")), wanted["symbol"])["lots"]
        lot = next(one for one in lots if one["acquired"] == wanted["acquired"])
        for name in wanted.keys() - {"symbol", "account", "acquired"}:
            kind = "quantity" if name == "quantity" else "money"
            close_to(lot[name], wanted[name], tolerance_of(block, kind), f"lot {name}")
    if "trades" not in block:
        return
    start, end = dates_of(block)
    period: dict[str, Any] = {"from": start, "to": end}
    trades = world.ask("gains", **period, **method_of(block))["trades"]
    for wanted in block["trades"]:
        _check_trade(world, trades, wanted, block)
    assert len(trades) == int(block.get("trade_count", len(trades)))


def _check_trade(
    world: GoldenWorld, trades: Any, wanted: Mapping[str, Any], block: Mapping[str, Any]
) -> None:
    account = wanted.get("account")
    trade = next(
        one
        for one in trades
        if (one["symbol"], one["status"]) == (wanted["symbol"], wanted["status"])
        and account in (None, *(name for name, id_ in world.portfolios.items() if id_ == one["portfolio_id"]))
        and abs(one["quantity"]) == abs(type(one["quantity"])(wanted["quantity"]))
    )
    for name in {"start", "end", "side"} & wanted.keys():
        assert trade[name] == wanted[name]
    if "holding_days" in wanted:
        assert trade["holding_days"] == int(wanted["holding_days"])
    for name in {"entry_value", "exit_value", "gain_net", "gain_gross"} & wanted.keys():
        close_to(trade[name], wanted[name], tolerance_of(block, "money"), name)
    for name, (figure, kind) in {"return": ("return", "ratio"), "irr": ("money_weighted", "irr")}.items():
        if name in wanted:
            close_to(float(trade[figure]), wanted[name], tolerance_of(block, kind), name)


def measured(world: GoldenWorld, block: Mapping[str, Any], **params: Any) -> Any:
    start, end = dates_of(block)
    asked: dict[str, Any] = {"from": start, "to": end, **scope_of(block), **method_of(block), **params}
    return world.ask("performance", account_of(block), **asked)


@pytest.mark.parametrize(("case", "block"), PERIODS, ids=ids)
def test_performance(world_of: FindWorld, case: Case, block: dict[str, Any]) -> None:
    found = measured(world_of(case), block)
    assert found["complete"]
    assert found["missing"] == []
    assert found["statement"]["residual"] == 0
    for name, value in block.get("totals", {}).items():
        if name in LINES and "initial_value" in block["totals"]:
            close_to(LINES[name](found["statement"]), value, tolerance_of(block, "money"), name)
    for name in RETURNS.keys() & block.keys():
        figure, kind = RETURNS[name]
        told = found["returns"][figure]
        close_to(told if kind == "days" else float(told), str(block[name]), tolerance_of(block, kind), name)


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_period_gains(world_of: FindWorld, case: Case, block: dict[str, Any]) -> None:
    for wanted in block.get("period_gains", ()):
        start, end = wanted["period"]
        asked = {"from": start, "to": end, "scope": "securities"}
        lines = measured(world_of(case), block, **asked)["statement"]
        gain = lines["realized_gains"] + lines["unrealized_gains"] - lines["fees"] - lines["taxes"]
        close_to(gain, wanted["gain_net"], tolerance_of(block, "money"), wanted["label"])


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_history(world_of: FindWorld, case: Case, block: dict[str, Any]) -> None:
    series = block.get("series", {})
    if not series:
        return
    start, end = dates_of(block)
    world = world_of(case)
    first = start or min(min(values) for values in series.values())
    asked: dict[str, Any] = {"from": first, "to": end, **scope_of(block), **method_of(block)}
    days = world.ask("history", account_of(block), **asked)["days"]
    by_day = {one["on"]: one for one in days}
    for name, figure, kind in (("value", "value", "money"), ("cost_basis", "cost", "money")):
        for on, value in series.get(name, {}).items():
            close_to(by_day[on][figure], value, tolerance_of(block, kind), f"{name} {on}")
    for on, value in series.get("twr_cumulative", {}).items():
        close_to(float(by_day[on]["time_weighted"]), value, tolerance_of(block, "ratio"), f"cumulative {on}")
    weekly = world.ask("history", account_of(block), interval="week", **asked)["days"]
    for on, value in series.get("twr_weekly", {}).items():
        place = next(place for place, one in enumerate(weekly) if one["on"] == on)
        before = float(weekly[place - 1]["time_weighted"]) if place else 0.0
        gained = (1 + float(weekly[place]["time_weighted"])) / (1 + before) - 1
        close_to(gained, value, tolerance_of(block, "ratio"), f"weekly {on}")
