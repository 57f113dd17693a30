"""A small table of fixed prices, for starting without any outside source. It states its date."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from steward.domain.closes import Series, columns
from steward.domain.prices import Quote

SOURCE: Final = "static"
AS_OF: Final = datetime(2026, 1, 2, 21, 0, tzinfo=UTC)

# Round figures of plausible size, not market data: good for a first look, labelled by their source.
_TABLE: Final = {
    "AAPL": "270.00",
    "BTC": "90000.00",
    "ETH": "3100.00",
    "MSFT": "475.00",
    "NVDA": "190.00",
}
_QUOTES: Final = {
    symbol: Quote(symbol, Decimal(price), "USD", SOURCE, AS_OF) for symbol, price in _TABLE.items()
}


class StaticPrices:
    """The table; it never changes."""

    def version(self, at: datetime) -> int:  # noqa: ARG002 - the port's signature
        """Give the date of the table: another table is another version."""
        return int(AS_OF.timestamp())

    def quotes(self, at: datetime) -> Mapping[str, Quote]:  # noqa: ARG002 - the port's signature
        """Give the table."""
        return _QUOTES

    def closes(self, symbol: str, first: date, last: date, *, at: datetime) -> Series | None:  # noqa: ARG002 - the port's signature
        """Give the price of the table's one day, if that day is asked for."""
        day, quote = AS_OF.date(), _QUOTES.get(symbol)
        if quote is None or not first <= day <= last:
            return None
        return Series(symbol, quote.currency, SOURCE, *columns([(day, quote.price)]))
