"""Watchlists as values."""

from uuid import UUID

import pytest

from steward.domain.errors import Refusal
from steward.domain.text import InvalidSymbol, InvalidText
from steward.domain.watchlists import (
    NAME_MAXIMUM,
    SYMBOLS_MAXIMUM,
    SymbolNotWatched,
    SymbolRepeated,
    TooManySymbols,
    Watchlist,
    checked_symbols,
)
from tests.factories import AT, LATER

TECH = Watchlist(id=UUID(int=7), name="Tech", symbols=("AAPL", "MSFT"), created_at=AT, updated_at=AT)


def test_name_and_symbols_are_changed_each_alone_or_together() -> None:
    renamed = TECH.changed(name=" Big ", symbols=None, at=LATER)
    assert (renamed.name, renamed.symbols, renamed.updated_at) == ("Big", TECH.symbols, LATER)
    other = TECH.changed(name=None, symbols=["btc"], at=LATER)
    assert (other.name, other.symbols, other.created_at) == ("Tech", ("BTC",), AT)


def test_a_symbol_comes_to_the_end_and_goes() -> None:
    more = TECH.with_symbol("nvda", at=LATER)
    assert (more.symbols, more.updated_at) == (("AAPL", "MSFT", "NVDA"), LATER)
    assert more.without_symbol("AAPL", at=LATER).symbols == ("MSFT", "NVDA")


@pytest.mark.parametrize(
    ("symbols", "refusal"),
    [
        (["A B"], InvalidSymbol),
        (["AAPL", "aapl"], SymbolRepeated),
        ([f"S{n}" for n in range(SYMBOLS_MAXIMUM + 1)], TooManySymbols),
    ],
)
def test_what_is_no_list_of_symbols(symbols: list[str], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        checked_symbols(symbols)
    assert refused.value.pointer == "/symbols"


def test_what_else_is_refused() -> None:
    with pytest.raises(SymbolNotWatched):
        TECH.without_symbol("BTC", at=LATER)
    with pytest.raises(SymbolRepeated):
        TECH.with_symbol("MSFT", at=LATER)
    with pytest.raises(InvalidText):
        TECH.changed(name="x" * (NAME_MAXIMUM + 1), symbols=None, at=LATER)
    assert len(checked_symbols(f"S{n}" for n in range(SYMBOLS_MAXIMUM))) == SYMBOLS_MAXIMUM
