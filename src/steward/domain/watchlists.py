"""Watchlists: named lists of symbols that somebody follows, in the order in which they were put there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from steward.domain.errors import Conflict, InvalidValue, NotFound
from steward.domain.text import checked_symbol, checked_text

NAME_MAXIMUM: Final = 64
SYMBOLS_MAXIMUM: Final = 500
LISTS_MAXIMUM: Final = 100


class WatchlistNotFound(NotFound):
    """There is no such watchlist in this account."""

    code = "watchlist-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such watchlist.")


class WatchlistNameTaken(Conflict):
    """Another watchlist of the account has this name."""

    code = "watchlist-name-taken"

    def __init__(self) -> None:
        super().__init__("Another watchlist of this account has that name: take another.")


class TooManyWatchlists(Conflict):
    """The account has as many watchlists as it may have."""

    code = "too-many-watchlists"

    def __init__(self) -> None:
        super().__init__(f"An account has at most {LISTS_MAXIMUM} watchlists: delete one first.")


class TooManySymbols(InvalidValue):
    """A watchlist would hold more symbols than it may."""

    code = "too-many-symbols"


class SymbolRepeated(InvalidValue):
    """A watchlist holds each symbol once."""

    code = "symbol-repeated"


class SymbolNotWatched(NotFound):
    """The symbol is not on the watchlist."""

    code = "symbol-not-watched"

    def __init__(self) -> None:
        super().__init__("That symbol is not on the watchlist.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """Symbols under a name."""

    id: UUID
    name: str
    symbols: tuple[str, ...]
    created_at: datetime
    updated_at: datetime

    def changed(self, *, name: str | None, symbols: Iterable[str] | None, at: datetime) -> "Watchlist":
        """Give it another name, other symbols, or both. Raises InvalidValue."""
        return replace(
            self,
            name=self.name if name is None else checked_watchlist_name(name),
            symbols=self.symbols if symbols is None else checked_symbols(symbols),
            updated_at=at,
        )

    def with_symbol(self, symbol: str, *, at: datetime) -> "Watchlist":
        """Put a symbol at the end. Raises InvalidValue."""
        return replace(self, symbols=checked_symbols((*self.symbols, symbol)), updated_at=at)

    def without_symbol(self, symbol: str, *, at: datetime) -> "Watchlist":
        """Take a symbol off. Raises SymbolNotWatched."""
        if symbol not in self.symbols:
            raise SymbolNotWatched
        return replace(self, symbols=tuple(one for one in self.symbols if one != symbol), updated_at=at)


def checked_watchlist_name(name: str) -> str:
    """Give the name in the form in which it is kept, 1 to 64 characters. Raises InvalidText."""
    return checked_text(name, pointer="/name", maximum=NAME_MAXIMUM)


def checked_symbols(symbols: Iterable[str]) -> tuple[str, ...]:
    """Give symbols in their one form. Raises InvalidSymbol, SymbolRepeated, TooManySymbols."""
    found = tuple(checked_symbol(symbol, pointer="/symbols") for symbol in symbols)
    if len(set(found)) < len(found):
        raise SymbolRepeated("A watchlist names each symbol once.", pointer="/symbols")
    if len(found) > SYMBOLS_MAXIMUM:
        detail = f"A watchlist has at most {SYMBOLS_MAXIMUM} symbols, this one would have {len(found)}."
        raise TooManySymbols(detail, pointer="/symbols")
    return found
