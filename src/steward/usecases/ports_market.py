"""What the use cases need from outside to know the market: prices, rates, hours and time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from steward.domain.calendars import DaysOff
from steward.domain.clocks import Clock
from steward.domain.closes import Series, SeriesKind
from steward.domain.instruments import Instrument
from steward.domain.prices import Quote


class PriceSource(Protocol):
    """A source of prices that is at hand without waiting."""

    def version(self, at: datetime) -> int:
        """Give a number that changes whenever the prices do."""

    def quotes(self, at: datetime) -> Mapping[str, Quote]:
        """Give the latest price of every known symbol at that moment."""

    def closes(self, symbol: str, first: date, last: date, *, at: datetime) -> Series | None:
        """Give the closes of these days that are over at that moment; None when there are none."""


class RateSource(Protocol):
    """A source of exchange rates that is at hand, but takes a moment to read."""

    def rates(self, currencies: Collection[str]) -> Sequence[Series]:
        """Give all that is known of these currencies: rates of the euro, one series each."""


class ClockReads(Protocol):
    """Reads the exchange's clock."""

    async def get(self) -> Clock: ...


class Clocks(ClockReads, Protocol):
    """Sets the exchange's clock; `lock` gives it as nobody else sets it until the unit ends."""

    async def lock(self) -> Clock: ...
    async def has_orders(self) -> bool: ...
    def save(self, clock: Clock) -> None: ...


class Holidays(Protocol):
    """Knows the days of a year on which a market is closed, or closes early."""

    def __call__(self, market: str, year: int) -> DaysOff: ...


class PriceReads(Protocol):
    """Finds prices that people entered."""

    async def entered(self, owner_id: UUID) -> Mapping[str, Quote]: ...
    async def entered_one(self, owner_id: UUID, symbol: str) -> Quote | None: ...


class Prices(PriceReads, Protocol):
    """Keeps prices that people entered."""

    def put(self, owner_id: UUID, quote: Quote) -> None: ...
    def put_all(self, owner_id: UUID, quotes: Sequence[Quote]) -> None: ...
    async def remove(self, owner_id: UUID, symbol: str) -> None: ...


class InstrumentReads(Protocol):
    """Finds instruments; `page` gives those behind a symbol."""

    async def of(self, owner_id: UUID, symbols: Collection[str] | None = None) -> list[Instrument]: ...
    async def page(self, owner_id: UUID, *, after: str, limit: int) -> Sequence[Instrument]: ...


class Instruments(InstrumentReads, Protocol):
    """Keeps instruments."""

    def put(self, owner_id: UUID, instrument: Instrument) -> None: ...
    async def remove(self, owner_id: UUID, symbol: str) -> None: ...


class CloseReads(Protocol):
    """Finds closes and rates that people entered."""

    async def of(
        self,
        owner_id: UUID,
        symbols: Collection[str] | None,
        first_year: int,
        last_year: int,
        kind: SeriesKind = SeriesKind.CLOSE,
    ) -> list[Series]: ...
    async def currencies(self, owner_id: UUID, symbols: Collection[str]) -> dict[str, str]: ...


class Closes(CloseReads, Protocol):
    """Keeps closes and rates, year by year; `hold` gives what nobody else changes until the unit ends."""

    async def hold(self, owner_id: UUID) -> None: ...
    async def keep(self, owner_id: UUID, kind: SeriesKind, years: Sequence[tuple[int, Series]]) -> None: ...
    async def advance(self, owner_id: UUID, *, history: bool) -> None: ...
