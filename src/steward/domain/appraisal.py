"""Appraisal: what units and cash are worth at the close of a day, with what is missing named.

The value of a holding is quantity times price times multiplier, rounded once, in the currency of its price.
The value of a currency is the sum of its holdings times the rate, rounded once. The total is the sum over
currencies. Cash is converted in the same way, balance by balance.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from steward.domain.market import Close, Market, Rate
from steward.domain.money import ZERO, add, multiply, rounded, total
from steward.domain.records import Gap, market_value


@dataclass(frozen=True, slots=True)
class Holding:
    """Units of a symbol at a close: `value` in the currency of the price; None without one."""

    symbol: str
    quantity: Decimal
    close: Close | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Subtotal:
    """An amount in one currency, and what it is in the reporting one; None without a rate or an amount."""

    currency: str
    amount: Decimal
    rate: Rate | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What is held on a day and what it is worth in `currency`, by currency; `gaps` name what is missing.

    The totals are sums of what is known: `coverage` says how many of the things held that is (0 to 1, None
    when nothing is held).
    """

    on: date
    currency: str
    holdings: tuple[Holding, ...]
    securities: tuple[Subtotal, ...]
    cash: tuple[Subtotal, ...]
    gaps: tuple[Gap, ...]

    @property
    def market_value(self) -> Decimal:
        """What the priced holdings are worth."""
        return _known_total(self.securities)

    @property
    def cash_value(self) -> Decimal:
        """What the balances are worth."""
        return _known_total(self.cash)

    @property
    def net_worth(self) -> Decimal:
        """Holdings and cash."""
        return add(self.market_value, self.cash_value)

    @property
    def coverage(self) -> float | None:
        """The share of holdings and balances that have a value."""
        without_rate = {one.currency for one in self.securities if one.value is None}
        there = len(self.holdings) + len(self.cash)
        valued = sum(
            holding.close is not None and holding.close.currency not in without_rate
            for holding in self.holdings
        ) + sum(one.value is not None for one in self.cash)
        return valued / there if there else None


def appraise(
    units: Mapping[str, Decimal], cash: Mapping[str, Decimal], *, market: Market, currency: str, on: date
) -> Appraisal:
    """Appraise units by symbol and balances by currency at the close of `on`; zeros are left out."""
    gaps: dict[Gap, None] = {}
    holdings: list[Holding] = []
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for symbol in sorted(units):
        if not units[symbol]:
            continue
        close, value = market.price(symbol, on), None
        if close is None:
            gaps[Gap("price", symbol, on)] = None
        else:
            value = market_value(units[symbol], close, market.instrument(symbol))
            sums[close.currency] = add(sums[close.currency], value)
        holdings.append(Holding(symbol, units[symbol], close, value))

    def converted(amounts: Mapping[str, Decimal]) -> tuple[Subtotal, ...]:
        found = []
        for name in sorted(amounts):
            rate, value = market.rate(name, currency, on), None
            if rate is None:
                gaps[Gap("rate", f"{name}{currency}", on)] = None
            if amounts[name].is_nan():
                gaps[Gap("cash", name, on)] = None
            elif rate is not None:
                value = in_currency(amounts[name], rate)
            found.append(Subtotal(name, amounts[name], rate, value))
        return tuple(found)

    balances = {name: amount for name, amount in cash.items() if amount}
    return Appraisal(on, currency, tuple(holdings), converted(sums), converted(balances), tuple(gaps))


def in_currency(amount: Decimal, rate: Rate) -> Decimal:
    """Convert an amount, rounded once; at a rate of one it stays as it is."""
    return amount if rate.base == rate.quote else rounded(multiply(amount, rate.rate))


def _known_total(subtotals: tuple[Subtotal, ...]) -> Decimal:
    return total(one.value for one in subtotals if one.value is not None)
