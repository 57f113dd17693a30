"""Loading the market: what its owner entered comes before what the sources know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from steward.domain.closes import Series, SeriesKind
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.instruments import Instrument
from steward.domain.market import Fill, Market, Policy, Trade
from steward.usecases.market import Sources, load
from steward.usecases.ports import WriteUnit
from steward.usecases.rates import known
from tests.factories import AT, OWNER, TRACE, a_series
from tests.fakes import FakeUnits

DAY = date(2026, 2, 27)
OTHER = UUID(int=9)
STRICT = Policy(7)


@dataclass
class KnownRates:
    """A source of rates that remembers what was asked."""

    series: Sequence[Series]
    asked: list[set[str]] = field(default_factory=list)

    def rates(self, currencies: Collection[str]) -> Sequence[Series]:
        self.asked.append({*currencies})
        return [one for one in self.series if one.currency in currencies]


@dataclass
class KnownCloses:
    """A source of prices that has closes."""

    series: Sequence[Series] = ()

    def version(self, at: object) -> int:
        return 0

    def quotes(self, at: object) -> dict[str, object]:
        return {}

    def closes(self, symbol: str, first: date, last: date, *, at: object) -> Series | None:
        return next((one for one in self.series if one.key == symbol), None)


def year(key: str, numbers: dict[date, Decimal | int | str], **fields: object) -> tuple[int, Series]:
    return next(iter(numbers)).year, a_series(key, numbers, **fields)


@pytest.fixture
def units() -> FakeUnits:
    return FakeUnits()


async def entered(units: FakeUnits, owner: UUID, kind: SeriesKind, *years: tuple[int, Series]) -> None:
    await units.write(lambda unit: unit.closes.keep(owner, kind, years), trace=TRACE, at=AT)


async def loaded(
    units: FakeUnits,
    rates: KnownRates | None = None,
    closes: KnownCloses | None = None,
    policy: Policy = STRICT,
    **more: object,
) -> Market:
    asked: dict[str, object] = {"symbols": ["ABC"], "currencies": ["EUR"], "first": DAY, "last": DAY, **more}
    sources = Sources(closes or KnownCloses(), rates or KnownRates(()))  # type: ignore[arg-type]  # fakes
    return await load(units.read(), sources, owner_id=OWNER, policy=policy, at=AT, **asked)  # type: ignore[arg-type]  # as the test says


async def test_own_closes_come_before_a_source_s_and_nobody_else_s_count(units: FakeUnits) -> None:
    await entered(units, OWNER, SeriesKind.CLOSE, year("ABC", {DAY: 5}))
    await entered(units, OTHER, SeriesKind.CLOSE, year("ABC", {DAY: 6}), year("DEF", {DAY: 6}))
    source = KnownCloses([a_series("ABC", {DAY: 7}, source="s"), a_series("DEF", {DAY: 8}, source="s")])
    market = await loaded(units, closes=source, symbols=["ABC", "DEF"])
    found = [market.price(symbol, DAY) for symbol in ("ABC", "DEF")]
    assert [one and (int(one.price), one.source) for one in found] == [(5, "user"), (8, "s")]


async def test_rates_are_asked_for_the_major_currencies_that_are_met(units: FakeUnits) -> None:
    await entered(units, OWNER, SeriesKind.CLOSE, year("ABC", {DAY: 5}, currency="GBp"))

    async def work(unit: WriteUnit) -> None:
        unit.instruments.put(OWNER, Instrument("DEF", "ZAc"))

    await units.write(work, trace=TRACE, at=AT)
    rates = KnownRates([a_series("EURGBP", {DAY: "0.8"}, source="ecb", currency="GBP")])
    source = KnownCloses([a_series("GHI", {DAY: 7}, source="s", currency="CHF")])
    market = await loaded(units, rates, source, symbols=["ABC", "DEF", "GHI"])
    assert rates.asked == [{"EUR", "GBP", "ZAR", "CHF"}]
    rate = market.rate("GBP", "EUR", DAY)
    assert rate
    assert rate.rate == Decimal("1.25")


async def test_own_rates_come_before_a_source_s(units: FakeUnits) -> None:
    await entered(units, OWNER, SeriesKind.RATE, year("USDEUR", {DAY: "0.9"}))
    rates = KnownRates([a_series("EURUSD", {DAY: "1.2"}, source="ecb")])
    market = await loaded(units, rates, currencies=["EUR", "USD"])
    rate = market.rate("EUR", "USD", DAY)
    assert rate
    assert (rate.source, rate.legs[0].inverted) == ("user", True)


async def test_closes_of_the_year_before_are_loaded_as_far_as_they_may_count(units: FakeUnits) -> None:
    new_year, eve = date(2026, 1, 1), date(2025, 12, 31)
    await entered(units, OWNER, SeriesKind.CLOSE, year("ABC", {eve: 5}), year("ABC", {date(2024, 1, 1): 4}))
    market = await loaded(units, first=new_year, last=new_year)
    assert [len(series.days) for series in market.series("ABC")] == [1]
    found = market.price("ABC", new_year)
    assert found
    assert found.on == eve


async def test_the_nearest_of_any_age_is_loaded_when_it_is_asked_for(units: FakeUnits) -> None:
    await entered(units, OWNER, SeriesKind.CLOSE, year("ABC", {date(1950, 1, 1): 4}))
    trades = [Trade("DEF", DAY, Decimal(3), "USD")]
    market = await loaded(units, policy=Policy(7, Fill.NEAREST), trades=trades)
    found = [market.price(symbol, DAY) for symbol in ("ABC", "DEF")]
    assert [one and one.filled for one in found] == ["older", "trade"]


async def test_closes_are_adjusted_when_the_instrument_says_so(units: FakeUnits) -> None:
    async def work(unit: WriteUnit) -> None:
        unit.instruments.put(OWNER, Instrument("ABC", "USD", prices_adjusted=True))

    await units.write(work, trace=TRACE, at=AT)
    await entered(units, OWNER, SeriesKind.CLOSE, year("ABC", {DAY: 5}))
    split = CorporateAction(1, "ABC", ActionKind.SPLIT, DAY + timedelta(days=1), new=Decimal(2))
    market = await loaded(units, actions=[split])
    found = market.price("ABC", DAY)
    assert found
    assert found.price == 10


async def test_the_first_days_of_all_have_nothing_before_them(units: FakeUnits) -> None:
    market = await loaded(units, first=date(1900, 1, 1), last=date(1900, 1, 2))
    assert market.price("ABC", date(1900, 1, 1)) is None


async def test_rates_alone_are_loaded_without_any_symbol(units: FakeUnits) -> None:
    await entered(units, OWNER, SeriesKind.RATE, year("USDEUR", {DAY: "0.9"}))
    sources = Sources(KnownCloses(), KnownRates(()))  # type: ignore[arg-type]  # fakes
    market = await known(
        units.read(), sources, owner_id=OWNER, currencies=("USD", "EUR"), on=DAY, policy=STRICT, at=AT
    )
    rate = market.rate("USD", "EUR", DAY)
    assert rate
    assert rate.rate == Decimal("0.9")
