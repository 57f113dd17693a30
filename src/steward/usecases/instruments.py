"""Instruments: what a person records of the symbols that they hold."""

import re
from dataclasses import replace
from uuid import UUID

from stdnum import figi, isin

from steward.domain.countries import checked_country
from steward.domain.errors import InvalidValue
from steward.domain.instruments import SECTOR_MAXIMUM, Instrument, checked_quote_currency
from steward.domain.money import positive
from steward.domain.text import checked_name, checked_symbol, checked_text
from steward.usecases.closes import CurrencyMismatch
from steward.usecases.ports import WriteUnit

_CODE = re.compile(r"[A-Z0-9]{12}", re.ASCII)


class InvalidIsin(InvalidValue):
    """Not an ISIN: a country, nine letters or digits, and the right check digit (ISO 6166)."""

    code = "invalid-isin"


class InvalidFigi(InvalidValue):
    """Not a Financial Instrument Global Identifier with the right check digit."""

    code = "invalid-figi"


async def record(unit: WriteUnit, *, owner_id: UUID, instrument: Instrument) -> Instrument:
    """Keep what is recorded of a symbol, in place of what was. Raises InvalidValue, CurrencyMismatch."""
    kept = replace(
        instrument,
        symbol=checked_symbol(instrument.symbol, pointer="/path/symbol"),
        currency=checked_quote_currency(instrument.currency or "", pointer="/currency"),
        name=None if instrument.name is None else checked_name(instrument.name, pointer="/name"),
        isin=None if instrument.isin is None else _checked_isin(instrument.isin),
        figi=None if instrument.figi is None else _checked_figi(instrument.figi),
        multiplier=positive(instrument.multiplier, pointer="/multiplier"),
        sector=None if instrument.sector is None else _checked_sector(instrument.sector),
        country=None
        if instrument.country is None
        else checked_country(instrument.country, pointer="/country"),
    )
    await unit.closes.hold(owner_id)
    priced_in = (await unit.closes.currencies(owner_id, [kept.symbol])).get(kept.symbol)
    if priced_in not in (None, kept.currency):
        raise CurrencyMismatch(pointer="/currency")
    unit.instruments.put(owner_id, kept)
    return kept


def _checked_sector(text: str) -> str:
    return checked_text(text, pointer="/sector", maximum=SECTOR_MAXIMUM)


def _checked_isin(text: str) -> str:
    if not _CODE.fullmatch(text) or not isin.is_valid(text):
        raise InvalidIsin("This is not an ISIN, or its check digit is wrong.", pointer="/isin")
    return text


def _checked_figi(text: str) -> str:
    if not _CODE.fullmatch(text) or not figi.is_valid(text):
        raise InvalidFigi("This is not a FIGI, or its check digit is wrong.", pointer="/figi")
    return text
