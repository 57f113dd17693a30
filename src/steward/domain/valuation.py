"""Valuation: positions times prices, with what could not be priced named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from steward.domain.money import ZERO, Money, add, multiply, rounded
from steward.domain.prices import Quote
from steward.domain.rates import Rate

_ONE: Final = Decimal(1)
_NOTHING: Final[Mapping[str, Decimal]] = {}
_NO_RATES: Final[Mapping[str, Rate]] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One priced holding: `value` = `quantity` times the quote's price times the multiplier, rounded once.

    A line that is quoted in another currency than the portfolio's has the `rate` to that one.
    """

    symbol: str
    quantity: Decimal
    quote: Quote
    value: Money
    rate: Rate | None = None

    @property
    def converted(self) -> Decimal:
        """The value in the portfolio's currency, rounded once."""
        return (
            self.value.amount if self.rate is None else rounded(multiply(self.value.amount, self.rate.rate))
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """One holding that has no value here, and why."""

    symbol: str
    quantity: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Valuation:
    """What a portfolio is worth; `coverage` is the priced share of its symbols (0 to 1).

    `coverage` is None when nothing is held. `as_of` is the time of the newest fact that was used: the
    last transaction or the latest price.
    """

    as_of: datetime
    total: Money
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]

    @property
    def coverage(self) -> float | None:
        """Priced symbols over all symbols held."""
        held = len(self.lines) + len(self.missing)
        return len(self.lines) / held if held else None


def value(
    holdings: Iterable[tuple[str, Decimal]],
    quotes: Mapping[str, Quote],
    *,
    currency: str,
    changed_at: datetime,
    multipliers: Mapping[str, Decimal] = _NOTHING,
    rates: Mapping[str, Rate] = _NO_RATES,
) -> Valuation:
    """Value `holdings` (symbol, units), given in symbol order, at `quotes`.

    `rates` are to `currency`, by the currency that they are from. The total is the sum over the currencies
    of the values in each, converted and rounded once. A symbol without a quote, or quoted in a currency
    without a rate, is missing: it is never valued at 0, at 1 or at cost.
    """
    lines: list[Line] = []
    missing: list[Missing] = []
    total, as_of = ZERO, changed_at
    foreign: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for symbol, quantity in holdings:
        quote = quotes.get(symbol)
        if quote is None:
            missing.append(Missing(symbol, quantity, "no price"))
            continue
        rate = None
        if quote.currency != currency:
            rate = rates.get(quote.currency)
            if rate is None:
                missing.append(Missing(symbol, quantity, f"no rate from {quote.currency} to {currency}"))
                continue
        worth = quote.worth(quantity, multipliers.get(symbol, _ONE) if multipliers else _ONE)
        if rate is None:
            total = add(total, worth.amount)
        else:
            foreign[quote.currency] = add(foreign[quote.currency], worth.amount)
        as_of = max(as_of, quote.as_of)
        lines.append(Line(symbol, quantity, quote, worth, rate))
    for code, subtotal in foreign.items():
        total = add(total, rounded(multiply(subtotal, rates[code].rate)))
    return Valuation(as_of, Money(total, currency), tuple(lines), tuple(missing))
