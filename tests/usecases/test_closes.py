"""Entering closes and rates: what changes, what rests on it, and which becomes the entered price."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from steward.domain.closes import Change, SeriesKind
from steward.domain.countries import InvalidCountry
from steward.domain.instruments import Instrument
from steward.domain.prices import Quote
from steward.domain.text import InvalidText
from steward.usecases.closes import DEFAULT_CURRENCY, CurrencyMismatch, Entry, currency_of, enter
from steward.usecases.instruments import InvalidFigi, InvalidIsin, record
from steward.usecases.ports import WriteUnit
from steward.usecases.rates import InvalidPair, RateNotFound, checked_pair
from tests.factories import AT, OWNER, TRACE, a_series
from tests.fakes import FakeUnits

TODAY = AT.date()
LAST_YEAR = TODAY - timedelta(days=365)


@pytest.fixture
def units() -> FakeUnits:
    return FakeUnits()


def stated(symbol: str = "ABC", currency: str = "USD", **numbers: Decimal | int | str | None) -> Entry:
    """Make an entry; days are written `d2026_01_31`."""
    days = {date.fromisoformat(name[1:].replace("_", "-")): number for name, number in numbers.items()}
    kept = {day: number for day, number in days.items() if number is not None}
    removed = tuple(day.toordinal() for day, number in days.items() if number is None)
    return Entry(Change(a_series(symbol, kept, currency=currency), removed))


async def entered(units: FakeUnits, *entries: Entry, kind: SeriesKind = SeriesKind.CLOSE) -> None:
    await units.write(
        lambda unit: enter(unit, owner_id=OWNER, kind=kind, entries=entries, at=AT), trace=TRACE, at=AT
    )


async def known(units: FakeUnits, kind: SeriesKind = SeriesKind.CLOSE) -> dict[str, dict[str, Decimal]]:
    found = await units.read().closes.of(OWNER, None, 1900, 9999, kind=kind)
    return {
        one.key: {one.day(place).isoformat(): one.stated(place) for place in range(len(one.days))}
        for one in found
    }


def version(units: FakeUnits) -> tuple[int, int]:
    return units.memory.versions.get(OWNER, (0, 0))


async def test_a_close_is_set_replaced_and_removed(units: FakeUnits) -> None:
    await entered(units, stated(d2025_12_31=1, d2026_01_02="1.5", d2026_01_05=3))
    await entered(units, stated(d2026_01_02="1.25", d2026_01_05=None, d2020_01_01=None))
    assert await known(units) == {"ABC": {"2025-12-31": 1, "2026-01-02": Decimal("1.25")}}
    await entered(units, stated(d2025_12_31=None, d2026_01_02=None))
    assert await known(units) == {}


async def test_the_past_is_another_one_when_a_year_before_this_one_changes(units: FakeUnits) -> None:
    await entered(units, stated(d2026_01_02=1))
    first = version(units)
    assert first[1] == 0
    await entered(units, stated(d2026_01_02=1))
    assert version(units) == first
    await entered(units, stated(d2025_12_31=1))
    second = version(units)
    assert second[1] == 1
    assert second[0] > first[0]
    await entered(units, stated(d2025_12_31=1, d2024_12_31=None))
    assert version(units) == second
    await entered(units, stated("USDEUR", d2025_12_31="0.9"), kind=SeriesKind.RATE)
    assert version(units)[1] == 2


async def test_nothing_entered_changes_nothing(units: FakeUnits) -> None:
    await entered(units)
    await entered(units, stated())
    assert version(units) == (0, 0)


async def test_rates_and_closes_of_one_name_are_two_things(units: FakeUnits) -> None:
    await entered(units, stated("USDEUR", d2026_01_02="0.9"), kind=SeriesKind.RATE)
    assert await known(units) == {}
    assert await known(units, SeriesKind.RATE) == {"USDEUR": {"2026-01-02": Decimal("0.9")}}
    assert await units.read().prices.entered(OWNER) == {}


async def test_many_days_at_once_are_merged(units: FakeUnits) -> None:
    days = {LAST_YEAR - timedelta(days=day): day + 1 for day in range(1500)}
    await entered(units, Entry(Change(a_series("ABC", dict(days)))), stated("XYZ", d2026_01_02=1))
    found = await known(units)
    assert len(found["ABC"]) == 1500
    assert list(found["ABC"]) == sorted(found["ABC"])


async def test_the_latest_close_that_is_not_older_becomes_the_entered_price(units: FakeUnits) -> None:
    await entered(units, stated(d2026_01_02=4, d2026_01_05="5.5"), stated("VOD", "GBp", d2026_01_05=70))
    prices = await units.read().prices.entered(OWNER)
    at = AT.replace(month=1, day=5, hour=21, minute=0)
    assert prices == {
        "ABC": Quote("ABC", Decimal("5.5"), "USD", "user", at),
        "VOD": Quote("VOD", Decimal("0.7"), "GBP", "user", at),
    }
    await entered(units, stated(d2026_01_02=9))
    assert await units.read().prices.entered(OWNER) == prices
    await entered(units, Entry(Change(a_series("ABC", {TODAY: 6}))))
    quote = await units.read().prices.entered_one(OWNER, "ABC")
    assert quote
    assert (quote.price, quote.as_of) == (Decimal(6), AT)


async def test_a_price_of_which_nothing_is_left_becomes_none(units: FakeUnits) -> None:
    await entered(units, stated(currency="GBp", d2026_01_05="0.000000000000000001"))
    assert await units.read().prices.entered(OWNER) == {}


async def test_closes_are_in_one_currency(units: FakeUnits) -> None:
    async def work(unit: WriteUnit) -> list[str]:
        await record(unit, owner_id=OWNER, instrument=Instrument("VOD", "GBp"))
        return [await currency_of(unit, OWNER, symbol) for symbol in ("VOD", "ABC", "XYZ")]

    await entered(units, stated(currency="EUR", d2026_01_02=1))
    assert await units.write(work, trace=TRACE, at=AT) == ["GBp", "EUR", DEFAULT_CURRENCY]
    for wrong in (stated(d2026_01_02=1), stated("VOD", "GBP", d2026_01_02=1)):
        with pytest.raises(CurrencyMismatch):
            await entered(units, wrong)


async def recorded(units: FakeUnits, instrument: Instrument) -> Instrument:
    return await units.write(
        lambda unit: record(unit, owner_id=OWNER, instrument=instrument), trace=TRACE, at=AT
    )


async def test_an_instrument_is_recorded_in_the_currency_of_its_closes(units: FakeUnits) -> None:
    await entered(units, stated(currency="EUR", d2026_01_02=1))
    assert await recorded(units, Instrument("abc", "EUR", name=" A ")) == Instrument("ABC", "EUR", name="A")
    with pytest.raises(CurrencyMismatch):
        await recorded(units, Instrument("abc", "USD"))


@pytest.mark.parametrize(
    ("isin", "figi", "refusal"),
    [
        ("US0378331005", "BBG000BLNNH6", None),
        ("US0378331004", None, InvalidIsin),
        ("us0378331005", None, InvalidIsin),
        (None, "BBG000BLNNH5", InvalidFigi),
        (None, "BBG000BLNNH6 ", InvalidFigi),
    ],
)
async def test_identifiers_have_the_right_check_digit(
    units: FakeUnits, isin: str | None, figi: str | None, refusal: type[Exception] | None
) -> None:
    instrument = Instrument("ABC", "USD", isin=isin, figi=figi)
    if refusal is None:
        assert await recorded(units, instrument) == instrument
    else:
        with pytest.raises(refusal):
            await recorded(units, instrument)


async def test_a_sector_and_a_country_are_checked_and_kept_in_one_form(units: FakeUnits) -> None:
    kept = await recorded(units, Instrument("ABC", "USD", sector=" Energy ", country="CH"))
    assert (kept.sector, kept.country) == ("Energy", "CH")
    for sector, country, refusal in (("x" * 65, None, InvalidText), (None, "XX", InvalidCountry)):
        with pytest.raises(refusal):
            await recorded(units, Instrument("ABC", "USD", sector=sector, country=country))


def test_a_pair_is_two_different_currencies() -> None:
    assert checked_pair("USDEUR", pointer="/pair") == ("USD", "EUR")
    for pair in ("USDUSD", "USDXXX", "XXXUSD", "USD", ""):
        with pytest.raises(InvalidPair):
            checked_pair(pair, pointer="/pair")
    assert RateNotFound().code == "rate-not-found"
