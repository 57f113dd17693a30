"""Instruments: what a symbol stands for."""

from datetime import date

import pytest

from steward.domain.instruments import (
    Instrument,
    InstrumentNotFound,
    InvalidListing,
    checked_quote_currency,
    major,
)
from steward.domain.money import UnknownCurrency


@pytest.mark.parametrize(
    ("code", "currency", "units"),
    [
        ("GBp", "GBP", 100),
        ("GBX", "GBP", 100),
        ("ZAc", "ZAR", 100),
        ("ILA", "ILS", 100),
        ("GBP", "GBP", 1),
        ("EUR", "EUR", 1),
    ],
)
def test_a_minor_unit_is_a_hundredth_of_its_currency(code: str, currency: str, units: int) -> None:
    assert checked_quote_currency(code, pointer="/currency") == code
    assert major(code) == (currency, units)


@pytest.mark.parametrize("code", ["gbp", "GBx", "zac", "EUp", "XXX", ""])
def test_no_other_code_is_a_currency(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refusal:
        checked_quote_currency(code, pointer="/currency")
    assert refusal.value.pointer == "/currency"


@pytest.mark.parametrize("listed", [None, date(2020, 5, 4), date(2020, 5, 3)])
@pytest.mark.parametrize("delisted", [None, date(2020, 5, 4)])
def test_an_instrument_is_listed_before_it_is_delisted(listed: date | None, delisted: date | None) -> None:
    assert Instrument("ABC", "USD", listed_on=listed, delisted_on=delisted).listed_on == listed


def test_an_instrument_is_not_delisted_first() -> None:
    with pytest.raises(InvalidListing) as refusal:
        Instrument("ABC", "USD", listed_on=date(2020, 5, 4), delisted_on=date(2020, 5, 3))
    assert refusal.value.pointer == "/delisted_on"


def test_an_unknown_instrument_is_a_refusal_of_its_own() -> None:
    assert (InstrumentNotFound.code, InstrumentNotFound().pointer) == ("instrument-not-found", None)
