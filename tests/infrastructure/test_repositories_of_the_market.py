"""One contract for instruments, closes and rates: in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from steward.domain.closes import SeriesKind
from steward.domain.instruments import Instrument, InstrumentKind, InstrumentNotFound
from steward.usecases.ports import Units
from tests.conftest import ENGINES
from tests.factories import a_series
from tests.infrastructure.contract import a_person, do, wrote

WHOLE = Instrument(
    "ABC",
    "GBp",
    name="A company",
    kind=InstrumentKind.STOCK,
    isin="US0378331005",
    figi="BBG000BLNNH6",
    multiplier=Decimal("0.000000000000000001"),
    listed_on=date(1999, 12, 31),
    delisted_on=date(2040, 2, 29),
    prices_adjusted=True,
    sector="Energy \u00e9",
    country="FR",
)
LARGEST = Decimal("99999999999999999999.999999999999999999")
NEW_YEAR, OLD_YEAR = date(2024, 1, 1), date(2023, 12, 31)


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_an_instrument_comes_back_as_it_was_and_to_its_owner_alone(units: Units) -> None:
    owner, other = await a_person(units), await a_person(units)
    plain = Instrument("XYZ", "USD")
    await wrote(units, lambda one: one.instruments.put(owner.id, plain))
    await wrote(units, lambda one: one.instruments.put(owner.id, WHOLE))
    reads = units.read()
    assert await reads.instruments.of(owner.id) == [WHOLE, plain]
    assert await reads.instruments.of(owner.id, ["XYZ", "NONE"]) == [plain]
    assert await reads.instruments.of(owner.id, []) == []
    assert await reads.instruments.of(other.id) == []
    assert await reads.instruments.page(owner.id, after="", limit=1) == [WHOLE]
    assert await reads.instruments.page(owner.id, after="ABC", limit=9) == [plain]


async def test_an_instrument_takes_the_place_of_the_one_before_and_can_be_forgotten(units: Units) -> None:
    owner = await a_person(units)
    changed = replace(WHOLE, name=None, isin=None, kind=InstrumentKind.ETF)
    await wrote(units, lambda one: one.instruments.put(owner.id, WHOLE))
    await wrote(units, lambda one: one.instruments.put(owner.id, changed))
    assert await units.read().instruments.of(owner.id) == [changed]
    await do(units, lambda one: one.instruments.remove(owner.id, "ABC"))
    assert await units.read().instruments.of(owner.id) == []
    with pytest.raises(InstrumentNotFound):
        await do(units, lambda one: one.instruments.remove(owner.id, "ABC"))


async def test_n1_closes_come_back_digit_for_digit_over_the_years(units: Units) -> None:
    owner, other = await a_person(units), await a_person(units)
    last, first = (
        a_series("ABC", {OLD_YEAR: "1.5"}),
        a_series("ABC", {NEW_YEAR: LARGEST, date(2024, 12, 31): 7}),
    )
    await do(units, lambda one: one.closes.keep(owner.id, SeriesKind.CLOSE, [(2023, last), (2024, first)]))
    whole = a_series("ABC", {OLD_YEAR: "1.5", NEW_YEAR: LARGEST, date(2024, 12, 31): 7})
    reads = units.read().closes
    assert await reads.of(owner.id, ["ABC"], 1900, 2100) == [whole]
    assert await reads.of(owner.id, None, 1900, 2023) == [last]
    assert await reads.of(owner.id, None, 2024, 2024) == [first]
    assert await reads.of(owner.id, ["XYZ"], 1900, 2100) == []
    assert await reads.of(owner.id, None, 1900, 2100, kind=SeriesKind.RATE) == []
    assert await reads.of(other.id, None, 1900, 2100) == []
    assert await reads.currencies(owner.id, ["ABC", "XYZ"]) == {"ABC": "USD"}
    assert await reads.currencies(other.id, ["ABC"]) == {}


async def test_a_year_takes_the_place_of_what_it_was_and_one_without_a_day_goes(units: Units) -> None:
    owner = await a_person(units)
    before, after = a_series("ABC", {OLD_YEAR: 1}), a_series("ABC", {NEW_YEAR: "2.25"}, currency="EUR")
    rate = a_series("USDEUR", {NEW_YEAR: "0.9"}, currency="EUR")
    kinds = SeriesKind
    await do(units, lambda one: one.closes.keep(owner.id, kinds.CLOSE, [(2023, before), (2024, before)]))
    await do(units, lambda one: one.closes.keep(owner.id, kinds.RATE, [(2024, rate)]))
    gone = replace(before, days=before.days[:0], values=before.values[:0])

    await do(units, lambda one: one.closes.keep(owner.id, kinds.CLOSE, [(2023, gone), (2024, after)]))
    reads = units.read().closes
    assert await reads.of(owner.id, None, 1900, 2100) == [after]
    assert await reads.of(owner.id, ["USDEUR"], 1900, 2100, kind=kinds.RATE) == [rate]


async def test_many_series_at_once_come_in_their_order(units: Units) -> None:
    owner = await a_person(units)
    names = [f"S{number:03}" for number in range(250)]
    years = [(2024, a_series(name, {NEW_YEAR: index + 1})) for index, name in enumerate(names)]
    years += [(2023, a_series(name, {OLD_YEAR: "0.5"})) for name in names]
    await do(units, lambda one: one.closes.keep(owner.id, SeriesKind.CLOSE, years))
    found = await units.read().closes.of(owner.id, names[::-1], 1900, 2100)
    assert [series.key for series in found] == names
    assert [series.stated(1) for series in found] == list(range(1, 251))
