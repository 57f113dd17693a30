"""What requests for market data have in common: the symbols by the names they came under, and paging."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le

from steward.api.alpaca import assets
from steward.api.alpaca.access import exchange_time
from steward.api.alpaca.assets import Assets
from steward.api.alpaca.errors import Unprocessable
from steward.api.alpaca.wire import Whole, answer
from steward.api.call import Call
from steward.api.operations import Endpoint, Operations
from steward.api.problems import Answer
from steward.domain.calendars import HOURS
from steward.domain.closes import Policy
from steward.domain.instants import EARLIEST_DAY
from steward.domain.market import Market
from steward.domain.prices import Quote
from steward.usecases.market import load
from steward.usecases.ports import ReadUnit
from steward.usecases.prices import known

Items = Annotated[Whole, Ge(1), Le(10_000)]
Sort = Literal["asc", "desc"]
ITEMS: Final = 1000
_STOCKS: Final = "/alpaca/v2/stocks"
_COINS: Final = "/alpaca/v1beta3/crypto/us"
_NEW_YORK: Final = "America/New_York"
OF_THE_DAY: Final = Policy(0)


def both(operations: Operations, path: str, of_coins: str | None = None) -> Callable[[Endpoint], Endpoint]:
    """Declare an operation for stocks and for crypto, whose paths differ for what is latest."""

    def declare(endpoint: Endpoint) -> Endpoint:
        for whole in (f"{_STOCKS}{path}", f"{_COINS}{of_coins or path}"):
            operations.add("GET", whole, at_root_only=True)(endpoint)
        return endpoint

    return declare


Item = tuple[str, str, dict[str, Any]]
"""The name under which a symbol was asked for, what tells its items apart, and one of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The symbols of a request by the names that they were asked for, and the exchange's present."""

    call: Call
    reads: ReadUnit
    known: Assets
    symbols: dict[str, str]
    now: datetime

    def zone(self, symbol: str) -> ZoneInfo:
        """Give the zone of a symbol's market; of what is not listed New York's, as Alpaca has it."""
        listing = self.known.of(symbol).listing
        return ZoneInfo(_NEW_YORK if listing is None else HOURS[listing.calendar].zone)

    def window(self, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
        """Give the moments between which is asked: since midnight, and never what is yet to come."""
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return start or midnight, min(end or self.now, self.now)

    def each(self, told: Callable[[str], dict[str, Any] | None]) -> dict[str, dict[str, Any]]:
        """Tell something of each symbol, by the name that it was asked for; what is unknown is left out."""
        found = {name: told(symbol) for name, symbol in self.symbols.items()}
        return {name: document for name, document in found.items() if document is not None}

    async def market(self, first: date, last: date) -> Market:
        """Load the closes of these days, and the splits that bear on them."""
        named = set(self.symbols.values())
        return await load(
            self.reads,
            self.call.system.sources,
            owner_id=self.call.user_id,
            symbols=named,
            currencies=(),
            first=max(first, EARLIEST_DAY),
            last=last,
            policy=OF_THE_DAY,
            at=self.now,
            actions=await self.reads.actions.of(self.call.user_id, named),
        )

    async def prices(self) -> Mapping[str, Quote]:
        """Give the latest prices: those that the owner entered count before the source's."""
        entered = await self.reads.prices.entered(self.call.user_id)
        found = known(self.call.system.prices.quotes(self.now), entered)
        return {symbol: quote for symbol, quote in found.items() if self._is_of_its_market(quote)}

    def _is_of_its_market(self, quote: Quote) -> bool:
        listing = self.known.of(quote.symbol).listing
        return listing is None or listing.currency == quote.currency


async def asked_of(call: Call, symbols: tuple[str, ...], currency: str | None) -> Asked:
    """Look the symbols up. Raises Unprocessable."""
    if not symbols:
        raise Unprocessable("symbols: name at least one")
    reads = call.read()
    found = await assets.load(call, reads)
    named = {name: found.symbol_named(name) for name in sorted({*symbols})}
    for symbol in named.values():
        listing = found.of(symbol).listing
        if currency is not None and listing is not None and currency != listing.currency:
            raise Unprocessable(f"currency: {symbol} is quoted in {listing.currency} and not converted here")
    return Asked(call, reads, found, named, await exchange_time(call, reads))


def page(key: str, items: Iterator[Item], *, limit: int, token: str | None) -> Answer:
    """Answer with the items behind a token, at most `limit`, by name. Raises Unprocessable."""
    if token is not None and not any(f"{name}|{mark}" == token for name, mark, _ in items):
        raise Unprocessable("page_token: this is none of the list that is asked for")
    shown = list(islice(items, limit + 1))
    found: dict[str, list[dict[str, Any]]] = {}
    for name, _, document in shown[:limit]:
        found.setdefault(name, []).append(document)
    more = "|".join(shown[limit - 1][:2]) if len(shown) > limit else None
    return answer({key: found, "next_page_token": more})
