"""In-memory twins of the repositories of prices, instruments, closes and rates."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from steward.domain.closes import Series, SeriesKind, columns
from steward.domain.history_years import HistoryYear
from steward.domain.instruments import Instrument, InstrumentNotFound
from steward.domain.prices import PriceNotFound, Quote
from tests.memory import Part


class Prices(Part):
    """Entered prices."""

    async def entered(self, owner_id: UUID) -> Mapping[str, Quote]:
        return {symbol: quote for (owner, symbol), quote in self.memory.prices.items() if owner == owner_id}

    async def entered_one(self, owner_id: UUID, symbol: str) -> Quote | None:
        return self.memory.prices.get((owner_id, symbol))

    def put(self, owner_id: UUID, quote: Quote) -> None:
        self.memory.prices[owner_id, quote.symbol] = quote

    def put_all(self, owner_id: UUID, quotes: Sequence[Quote]) -> None:
        for quote in quotes:
            self.put(owner_id, quote)

    async def remove(self, owner_id: UUID, symbol: str) -> None:
        if self.memory.prices.pop((owner_id, symbol), None) is None:
            raise PriceNotFound


class Instruments(Part):
    """Instruments."""

    async def of(self, owner_id: UUID, symbols: Collection[str] | None = None) -> list[Instrument]:
        mine = {symbol: one for (owner, symbol), one in self.memory.instruments.items() if owner == owner_id}
        return [mine[symbol] for symbol in sorted(mine) if symbols is None or symbol in symbols]

    async def page(self, owner_id: UUID, *, after: str, limit: int) -> Sequence[Instrument]:
        return [one for one in await self.of(owner_id) if one.symbol > after][:limit]

    def put(self, owner_id: UUID, instrument: Instrument) -> None:
        self.memory.instruments[owner_id, instrument.symbol] = instrument
        advanced(self, owner_id, history=True)

    async def remove(self, owner_id: UUID, symbol: str) -> None:
        if self.memory.instruments.pop((owner_id, symbol), None) is None:
            raise InstrumentNotFound
        advanced(self, owner_id, history=True)


class Closes(Part):
    """Closes and rates."""

    async def of(
        self,
        owner_id: UUID,
        symbols: Collection[str] | None,
        first_year: int,
        last_year: int,
        kind: SeriesKind = SeriesKind.CLOSE,
    ) -> list[Series]:
        mine: dict[str, list[Series]] = {}
        for owner, of, symbol, year in sorted(self.memory.years):
            if (owner, of) == (owner_id, kind) and first_year <= year <= last_year:
                mine.setdefault(symbol, []).append(self.memory.years[owner, of, symbol, year])
        wanted = mine if symbols is None else {*symbols}
        return [_joined(years) for symbol, years in mine.items() if symbol in wanted]

    async def currencies(self, owner_id: UUID, symbols: Collection[str]) -> dict[str, str]:
        wanted = {*symbols}
        return {one.key: one.currency for one in await self.of(owner_id, wanted, 1900, 9999)}

    async def hold(self, owner_id: UUID) -> None:
        """Nobody else is here."""

    async def keep(self, owner_id: UUID, kind: SeriesKind, years: Sequence[tuple[int, Series]]) -> None:
        for year, series in years:
            if series.days:
                self.memory.years[owner_id, kind, series.key, year] = series
            else:
                self.memory.years.pop((owner_id, kind, series.key, year), None)

    async def advance(self, owner_id: UUID, *, history: bool) -> None:
        advanced(self, owner_id, history=history)


class HistoryYears(Part):
    """The history of years that are over."""

    async def of(self, owner_id: UUID, portfolio_id: int) -> list[HistoryYear]:
        kept = self.memory.history_years
        return [kept[key] for key in sorted(kept) if key[:2] == (owner_id, portfolio_id)]

    async def keep(self, owner_id: UUID, portfolio_id: int, years: Sequence[HistoryYear]) -> None:
        self.memory.history_years |= {(owner_id, portfolio_id, one.year): one for one in years}


def advanced(part: Part, owner_id: UUID, *, history: bool) -> None:
    """Count that prices, and with `history` the past, have changed."""
    prices, past = part.memory.versions.get(owner_id, (0, 0))
    part.memory.versions[owner_id] = prices + 1, past + history


def _joined(years: list[Series]) -> Series:
    numbers = [(year.day(place), year.stated(place)) for year in years for place in range(len(year.days))]
    first = years[0]
    return Series(first.key, first.currency, first.source, *columns(numbers))
