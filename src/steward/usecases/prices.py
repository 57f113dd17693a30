"""Prices that people enter themselves, and which price counts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from steward.domain.errors import InvalidValue
from steward.domain.money import checked_currency, positive
from steward.domain.prices import Quote
from steward.domain.text import checked_symbol
from steward.usecases.ports import WriteUnit

EARLIEST_YEAR = 1900
SOURCE = "user"


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
    """Keep a price (> 0 per unit) of one's own. Raises InvalidValue."""
    as_of = as_of or at
    if as_of.year < EARLIEST_YEAR or as_of > at + timedelta(days=1):
        detail = f"A time lies between the year {EARLIEST_YEAR} and tomorrow."
        raise TimeOutOfRange(detail, pointer="/as_of")
    quote = Quote(
        checked_symbol(symbol, pointer="/symbol"),
        positive(price, pointer="/price"),
        checked_currency(currency, pointer="/currency"),
        SOURCE,
        as_of,
    )
    unit.prices.put(owner_id, quote)
    return quote
