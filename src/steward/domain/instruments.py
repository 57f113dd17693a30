"""Instruments: what a symbol stands for, and the currency and unit in which it is quoted."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from steward.domain.errors import InvalidValue, NotFound
from steward.domain.money import checked_currency

SECTOR_MAXIMUM: Final = 64

_ONE: Final = Decimal(1)
_MINOR: Final = {"GBp": ("GBP", 100), "GBX": ("GBP", 100), "ZAc": ("ZAR", 100), "ILA": ("ILS", 100)}


class InstrumentNotFound(NotFound):
    """Nothing is recorded about this symbol."""

    code = "instrument-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such instrument.")


class InvalidListing(InvalidValue):
    """An instrument cannot be delisted before it is listed."""

    code = "invalid-listing"


class InstrumentKind(StrEnum):
    """What sort of thing is held."""

    STOCK = "stock"
    ETF = "etf"
    FUND = "fund"
    BOND = "bond"
    CRYPTO = "crypto"
    OPTION = "option"
    FUTURE = "future"
    CURRENCY = "currency"
    COMMODITY = "commodity"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Instrument:
    """What `symbol` stands for. `currency` is that of its quotes, and may be a minor unit such as GBp.

    A unit of it is worth `multiplier` times its price (an option of 100 shares: 100). `prices_adjusted`
    says whether its owner's closes are adjusted for later splits. `country` is that of ISO 3166-1 by its
    two letters. `currency` is None for a symbol of which nothing is recorded and which has no price.
    """

    symbol: str
    currency: str | None
    name: str | None = None
    kind: InstrumentKind = InstrumentKind.OTHER
    isin: str | None = None
    figi: str | None = None
    multiplier: Decimal = _ONE
    listed_on: date | None = None
    delisted_on: date | None = None
    prices_adjusted: bool = False
    sector: str | None = None
    country: str | None = None

    def __post_init__(self) -> None:
        """Check the listing. Raises InvalidListing."""
        listed, delisted = self.listed_on, self.delisted_on
        if listed is not None and delisted is not None and delisted < listed:
            raise InvalidListing("An instrument is not delisted before it is listed.", pointer="/delisted_on")


def major(currency: str) -> tuple[str, int]:
    """Give the ISO currency behind a quote's, and how many of the quote's units make one of it.

    >>> major("GBp"), major("EUR")
    (('GBP', 100), ('EUR', 1))
    """
    return _MINOR.get(currency, (currency, 1))


def checked_quote_currency(code: str, *, pointer: str) -> str:
    """Give an ISO 4217 code or that of a minor unit back; raise UnknownCurrency."""
    return code if code in _MINOR else checked_currency(code, pointer=pointer)
