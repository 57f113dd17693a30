"""Prices: what one unit of a symbol costs, where that comes from, and when it was so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from steward.domain.errors import NotFound
from steward.domain.money import Money, multiply, rounded

_ONE: Final = Decimal(1)


class PriceNotFound(NotFound):
    """No source knows a price of this symbol."""

    code = "price-not-found"

    def __init__(self) -> None:
        super().__init__("No source knows a price of this symbol.")


@dataclass(frozen=True, slots=True)
class Quote:
    """`price` of one unit of `symbol` in `currency`, as `source` had it at `as_of`."""

    symbol: str
    price: Decimal
    currency: str
    source: str
    as_of: datetime
    simulated: bool = False

    def worth(self, quantity: Decimal, multiplier: Decimal = _ONE) -> Money:
        """Give the value of `quantity` units, each worth `multiplier` times the price, rounded once."""
        worth = multiply(quantity, self.price)
        if multiplier is not _ONE:
            worth = multiply(worth, multiplier)
        return Money(rounded(worth), self.currency)


@dataclass(frozen=True, slots=True)
class SourceAge:
    """How many prices are from one source, and when the oldest and the newest of them were so."""

    source: str
    simulated: bool
    count: int
    oldest: datetime
    newest: datetime


def by_source(quotes: Iterable[Quote]) -> list[SourceAge]:
    """Tell the sources that quotes are from, by name."""
    found: dict[tuple[str, bool], list[datetime]] = {}
    for one in quotes:
        found.setdefault((one.source, one.simulated), []).append(one.as_of)
    return [SourceAge(*key, len(ages), min(ages), max(ages)) for key, ages in sorted(found.items())]
