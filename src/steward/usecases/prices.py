"""Prices that people enter themselves, and which price counts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from steward.domain.errors import InvalidValue
from steward.domain.instruments import checked_quote_currency, major
from steward.domain.money import multiply, plain, positive, within_limits
from steward.domain.prices import Quote
from steward.domain.text import checked_symbol
from steward.usecases.ports import WriteUnit

EARLIEST_YEAR = 1900
SOURCE = "user"
# Every minor unit is one.
_HUNDREDTH = Decimal("0.01")


class TimeOutOfRange(InvalidValue):
    """A time before 1900 or after tomorrow."""

    code = "time-out-of-range"


def known(quotes: Mapping[str, Quote], entered: Mapping[str, Quote]) -> Mapping[str, Quote]:
    """Merge the source's prices with those that a person entered, which count before the source's."""
    return {**quotes, **entered} if entered else quotes


async def enter(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    symbol: str,
    price: Decimal,
    currency: str,
    as_of: datetime | None,
    at: datetime,
) -> Quote:
    """Keep a price (> 0 per unit) of one's own; one in a minor unit is kept in the currency itself.

    Raises InvalidValue.
    """
    as_of = as_of or at
    if as_of.year < EARLIEST_YEAR or as_of > at + timedelta(days=1):
        detail = f"A time lies between the year {EARLIEST_YEAR} and tomorrow."
        raise TimeOutOfRange(detail, pointer="/as_of")
    checked_quote_currency(currency, pointer="/currency")
    kept_in, units = major(currency)
    if units != 1:
        # Written anew, so that zeros at the end count for no digits.
        price = within_limits(Decimal(plain(multiply(price, _HUNDREDTH))), pointer="/price")
    quote = Quote(
        checked_symbol(symbol, pointer="/symbol"),
        positive(price, pointer="/price"),
        kept_in,
        SOURCE,
        as_of,
    )
    unit.prices.put(owner_id, quote)
    return quote
