"""The price sources that Steward ships."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.infrastructure.prices.simulated import ANCHORS, SimulatedPrices, price
from steward.infrastructure.prices.static import StaticPrices
from steward.usecases.ports import PriceSource
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
