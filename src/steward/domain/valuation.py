"""Valuation: positions times prices, with what could not be priced named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from steward.domain.money import ZERO, Money, add
from steward.domain.prices import Quote


@dataclass(frozen=True, slots=True)
class Line:
    """One priced holding: `value` = `quantity` times the quote's price, rounded once."""

    symbol: str
    quantity: Decimal
    quote: Quote
    value: Money


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
) -> Valuation:
    """Value `holdings` (symbol, units), given in symbol order, at `quotes`.

    A symbol without a quote, or quoted in another currency than `currency`, is missing: it is never
    valued at 0, at 1 or at cost.
    """
    lines: list[Line] = []
    missing: list[Missing] = []
    total, as_of = ZERO, changed_at
    for symbol, quantity in holdings:
        quote = quotes.get(symbol)
        if quote is None:
            missing.append(Missing(symbol, quantity, "no price"))
        elif quote.currency != currency:
            missing.append(Missing(symbol, quantity, f"no rate from {quote.currency} to {currency}"))
        else:
            worth = quote.worth(quantity)
            total = add(total, worth.amount)
            as_of = max(as_of, quote.as_of)
            lines.append(Line(symbol, quantity, quote, worth))
    return Valuation(as_of, Money(total, currency), tuple(lines), tuple(missing))
