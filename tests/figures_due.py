"""Every figure of an answer by its path, as it is reported: what explanations are held to."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from steward.domain.allocation import Division, SliceKind, divided_by, weight
from steward.domain.appraisal import Appraisal, Holding
from steward.domain.columns import amount_of
from steward.domain.days import Amount, History
from steward.domain.explain import Value
from steward.domain.gains import Gains
from steward.domain.holdings import Report
from steward.domain.lots import Lot
from steward.domain.market import Market
from steward.domain.money import UNKNOWN, add, divided, subtract, total
from steward.domain.money_weighted import money_weighted
from steward.domain.performance import Performance
from steward.domain.returns import annualized, ratio
from steward.domain.risk import annualized_volatility, semi_deviation, volatility
from steward.domain.scopes import Scope
from steward.domain.statements import Period
from steward.domain.trades import trades_of

RATIOS: dict[str, Callable[[Gains], tuple[Decimal, Decimal]]] = {
    "gain_gross_over_cost": lambda one: (one.gain_gross, one.purchases_gross),
    "gain_net_over_cost": lambda one: (one.gain_net, one.purchases_gross),
    "unrealized_net_over_cost": lambda one: (one.unrealized_gain_net, one.cost_basis),
    "dividends_over_cost": lambda one: (one.dividends_gross, one.cost_basis),
    "absolute_gain_over_paid_in": lambda one: (one.absolute_gain, add(one.opening_value, one.purchases_paid)),
    "day_change_over_previous_value": lambda one: (one.day_change, one.previous_value),
}


def valued(made: Appraisal, market: Market) -> dict[str, Value]:
    due: dict[str, Value] = {
        "valuation.total_value": made.market_value,
        "valuation.cash_value": made.cash_value,
        "valuation.net_worth": made.net_worth,
        "valuation.coverage": made.coverage,
    }
    for one in made.holdings:
        path = f"valuation.{one.symbol}"
        due[f"{path}.quantity"] = one.quantity
        due[f"{path}.price"] = _price(one)
        due[f"{path}.multiplier"] = market.instrument(one.symbol).multiplier
        due[f"{path}.value"] = _or_unknown(one.value)
    return due | _subtotals("valuation", made)


def allocated(made: Appraisal, market: Market) -> dict[str, Value]:
    due: dict[str, Value] = {"allocation.net_worth": made.net_worth, "allocation.coverage": made.coverage}
    for division in Division:
        for one in divided_by(division, made, market):
            named = f".{one.name}" if one.kind is SliceKind.NAMED else ""
            path = f"allocation.by_{division}.{one.kind}{named}"
            due |= {f"{path}.value": one.value, f"{path}.coverage": one.coverage}
            due[f"{path}.weight"] = weight(one.value, made.net_worth)
    return due


def _price(one: Holding) -> Value:
    return UNKNOWN if one.close is None else one.close.price


def _or_unknown(value: Decimal | None) -> Value:
    return UNKNOWN if value is None else value


def _subtotals(answer: str, made: Appraisal) -> dict[str, Value]:
    due: dict[str, Value] = {}
    for kind, subtotals in (("securities", made.securities), ("cash", made.cash)):
        for one in subtotals:
            path = f"{answer}.{kind}.{one.currency}"
            due |= {f"{path}.amount": one.amount, f"{path}.value": _or_unknown(one.value)}
            due[f"{path}.rate"] = _or_unknown(None if one.rate is None else one.rate.rate)
    return due


def held(made: Report) -> dict[str, Value]:
    due: dict[str, Value] = {"holdings.coverage": made.appraisal.coverage}
    for symbol, one in made.by_symbol.items():
        path = f"holdings.{symbol}"
        for name in _AMOUNTS:
            value = getattr(one, name)
            due[f"{path}.{name}"] = UNKNOWN if value is None else value
        for name, of in RATIOS.items():
            top, bottom = of(one)
            unknown = top.is_nan() or bottom.is_nan() or not bottom
            due[f"{path}.ratios.{name}"] = None if unknown else float(divided(top, bottom))
        for place, (lot, worth) in enumerate(one.lots_with_values()):
            told = _lot(lot, worth, made)
            due |= {f"{path}.lots.{place}.{name}": number for name, number in told.items()}
    for held in made.appraisal.holdings:
        due[f"holdings.{held.symbol}.price"] = _price(held)
    return due | _subtotals("holdings", made.appraisal)


_AMOUNTS = (
    "quantity", "market_value", "cost_basis", "average_cost", "cost_per_unit_gross", "unrealized_gain_gross",
    "unrealized_gain_net", "realized_gain_gross", "realized_gain_net", "gain_gross", "gain_net",
    "realized_currency_gain", "unrealized_currency_gain", "fees", "taxes", "dividends_gross", "dividends_net",
    "absolute_gain", "opening_value", "day_change",
)  # fmt: skip


def _lot(lot: Lot, worth: Decimal, made: Report) -> dict[str, Value]:
    basis, method, gain = lot.basis, made.method, subtract(worth, lot.basis.net)
    gained = None if gain.is_nan() else ratio(gain, basis.net.copy_abs())
    unit_price = UNKNOWN if basis.gross.is_nan() or not lot.quantity else divided(basis.gross, lot.quantity)
    return {
        "quantity": lot.quantity,
        "cost_basis": basis.cost(fees=method.fees_in_cost, taxes=method.taxes_in_cost),
        "cost_gross": basis.gross,
        "fees": basis.fee,
        "taxes": basis.tax,
        "unit_price": unit_price,
        "market_value": worth,
        "unrealized_gain_net": gain,
        "return": gained,
        "annualized": annualized(gained, (made.at - lot.acquired).days),
    }


def gained(made: Report) -> dict[str, Value]:
    due: dict[str, Value] = {"gains.coverage": made.appraisal.coverage}
    for symbol, one in made.by_symbol.items():
        for place, trade in enumerate(trades_of(one, made.at)):
            path = f"gains.{symbol}.{place}"
            for name in ("quantity", "entry_value", "exit_value", "gain_gross", "gain_net"):
                due[f"{path}.{name}"] = getattr(trade, name)
            known = not (trade.entry_value.is_nan() or trade.exit_value.is_nan())
            rate = money_weighted(trade.flows) if known else None
            due[f"{path}.holding_days"] = Decimal(trade.holding_days)
            due[f"{path}.return"] = trade.gained
            due[f"{path}.money_weighted"] = rate if isinstance(rate, float) else None
    closings = [closing for one in made.by_symbol.values() for closing in one.closings]
    for year in {one.on.year for one in closings}:
        closed = [one for one in closings if one.on.year == year]
        due[f"gains.{year}.gain_gross"] = total(one.gain_gross for one in closed)
        due[f"gains.{year}.gain_net"] = total(one.gain_net for one in closed)
    return due


def told_daily(made: History) -> dict[str, Value]:
    columns: dict[str, Sequence[Amount]] = {
        "value": made.values,
        "money_in": made.money_in,
        "money_out": made.money_out,
    }
    return {
        f"performance.days.{day}.{name}": UNKNOWN if count is None else amount_of(count)
        for name, column in columns.items()
        for day, count in zip(made.days, column, strict=True)
    }


def lines(period: Period, scope: Scope, path: str) -> dict[str, Value]:
    lines = period.statement(scope).lines
    names = (*type(lines).__slots__, "residual")
    return {f"{path}.{name}": getattr(lines, name) for name in names}


def returned(made: Performance) -> dict[str, Value]:
    chain, rate, linked, fall = made.time_weighted, made.money_weighted, made.daily_linked, made.drawdown
    due: dict[str, Value] = {
        "time_weighted": chain.total() if chain else None,
        "time_weighted_annualized": chain.annualized() if chain else None,
        "money_weighted": rate if isinstance(rate, float) else None,
        "modified_dietz": made.modified_dietz,
        "daily_linked": linked.total() if linked else None,
        "simple": made.simple,
        "max_drawdown": fall.depth if fall else None,
        "longest_drawdown_days": Decimal(fall.longest_days) if fall else None,
    }
    days = chain.returns()[1:] if chain else None
    for name, risk in RISKS.items():
        due[name] = None if days is None else risk(days)
    if chain is not None:
        due |= {f"by_month.{month}": gained for month, gained in chain.by_month().items()}
        due |= {f"by_year.{year}": gained for year, gained in chain.by_year().items()}
    return {f"performance.returns.{name}": value for name, value in due.items()}


RISKS = {
    "volatility": volatility,
    "volatility_annualized": annualized_volatility,
    "semi_deviation": semi_deviation,
}
