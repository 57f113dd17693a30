"""Prices: what one unit of a symbol costs, where that comes from, and when it was so."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from steward.domain.errors import NotFound
from steward.domain.money import Money, multiply, rounded


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

    def worth(self, quantity: Decimal) -> Money:
        """Give the value of `quantity` units, rounded once."""
        return Money(rounded(multiply(quantity, self.price)), self.currency)
