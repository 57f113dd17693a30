"""Prices: what one unit of a symbol costs, where that comes from, and when it was so."""

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
