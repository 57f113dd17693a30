"""The price sources that Steward ships."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.infrastructure.prices.simulated import ANCHORS, SimulatedPrices, price
from steward.infrastructure.prices.static import StaticPrices
from steward.usecases.ports_market import PriceSource
from tests.factories import AT, instants

EVERYWHERE = {"AAPL", "BTC", "ETH", "MSFT", "NVDA"}


@pytest.mark.parametrize("source", [StaticPrices(), SimulatedPrices(1)], ids=["static", "simulated"])
def test_every_source_knows_the_five_symbols_and_says_where_and_when(source: PriceSource) -> None:
    quotes = source.quotes(AT)
    assert quotes.keys() >= EVERYWHERE
    for symbol, quote in quotes.items():
        assert quote.symbol == symbol
        assert quote.price > 0
        assert quote.currency == "USD"
        assert quote.as_of <= AT
        assert quote.simulated == (quote.source == "simulated")


def test_the_static_table_never_changes() -> None:
    source = StaticPrices()
    later = AT + timedelta(days=400)
    assert source.quotes(later) == source.quotes(AT)
    assert source.version(later) == source.version(AT)


@given(instants, st.integers(0, 2**32), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_two_workers_show_the_same_simulated_market(at: object, seed: int, apart: timedelta) -> None:
    assert isinstance(at, type(AT))
    one, other = SimulatedPrices(seed), SimulatedPrices(seed)
    other.quotes(at + apart)
    assert one.quotes(at) == other.quotes(at)
    assert one.version(at) == other.version(at)


@given(instants, st.integers(0, 2**32))
def test_the_simulated_market_changes_with_its_version_alone(at: object, seed: int) -> None:
    assert isinstance(at, type(AT))
    source = SimulatedPrices(seed)
    second = at.replace(microsecond=0)
    last = second + timedelta(microseconds=999_999)
    assert source.version(second) == source.version(last)
    assert source.quotes(second) == source.quotes(last)
    assert source.quotes(last)["BTC"].as_of == second
    assert source.version(second + timedelta(seconds=1)) != source.version(second)


@given(st.sampled_from(sorted(ANCHORS)), st.integers(0, 2**32), st.integers(0, 4_000_000_000))
def test_a_simulated_price_stays_near_its_anchor_in_cents(symbol: str, seed: int, second: int) -> None:
    found = price(seed, symbol, second)
    assert found == found.quantize(Decimal("0.01"))
    assert 0.75 < float(found) / ANCHORS[symbol] < 1.33


def test_the_simulated_market_moves_and_its_seed_decides_how() -> None:
    minute = [price(1, "BTC", 1_800_000_000 + second) for second in range(60)]
    assert len(set(minute)) > 30
    assert minute != [price(2, "BTC", 1_800_000_000 + second) for second in range(60)]


def test_the_static_table_has_the_close_of_its_one_day() -> None:
    source, day = StaticPrices(), date(2026, 1, 2)
    found = source.closes("BTC", day, day, at=AT)
    assert found
    assert (found.day(0), found.stated(0), found.source) == (day, source.quotes(AT)["BTC"].price, "static")
    assert source.closes("BTC", day + timedelta(days=1), date.max, at=AT) is None
    assert source.closes("NONE", day, day, at=AT) is None


@given(st.integers(0, 2**32), st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_a_simulated_close_is_the_price_at_its_closing_hour(seed: int, first: date, days: int) -> None:
    source, last = SimulatedPrices(seed), first + timedelta(days=days)
    closing = datetime(last.year, last.month, last.day, 21, tzinfo=UTC)
    found = source.closes("BTC", first, last + timedelta(days=9), at=closing)
    assert found
    assert [found.day(place) for place in (0, -1)] == [first, last]
    assert len(found.days) == days + 1
    assert found.stated(-1) == source.quotes(closing)["BTC"].price
    before = source.closes("BTC", first, last, at=closing - timedelta(seconds=1))
    assert len(before.days if before else ()) == days


def test_the_simulated_market_has_no_close_of_what_it_does_not_know_or_before_it_opened() -> None:
    source = SimulatedPrices(1)
    assert source.closes("NONE", AT.date(), AT.date(), at=AT + timedelta(days=1)) is None
    assert source.closes("BTC", date(1990, 1, 1), date(1999, 12, 31), at=AT) is None
