"""Assets on the Alpaca wire: what is listed on Steward's exchange, and under which names it is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from steward.api.alpaca.errors import Absent, Unprocessable
from steward.api.alpaca.wire import answer, asset_uuid, number
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.domain.instruments import Instrument, InstrumentKind
from steward.domain.listings import Listing
from steward.domain.terms import BOOK_VENUE, PAPER_VENUE
from steward.usecases.ports import ReadUnit
from steward.usecases.values import DeskKey

operations = Operations("alpaca assets")

EQUITY: Final = "us_equity"
CRYPTO: Final = "crypto"
_ONE: Final = Decimal(1)
# Where a symbol is listed at both, Alpaca's clients trade at the first: it always has a price.
_VENUES: Final = (BOOK_VENUE, PAPER_VENUE)
# What Alpaca trades as crypto, for symbols of which nobody has recorded what they stand for.
_COINS: Final = frozenset(
    (
        *("AAVE", "AVAX", "BAT", "BCH", "BTC", "CRV", "DOGE", "DOT", "ETH", "GRT", "LINK"),
        *("LTC", "MKR", "SHIB", "SOL", "SUSHI", "UNI", "USDC", "USDT", "XRP", "XTZ", "YFI"),
    )
)


@dataclass(frozen=True, slots=True)
class Asset:
    """What one of Steward's symbols is there. `listing` is None when it is not traded here (any more)."""

    steward_symbol: str
    asset_class: Literal["us_equity", "crypto"]
    name: str | None
    listing: Listing | None

    @property
    def symbol(self) -> str:
        """The symbol there: crypto is a pair of currencies."""
        if self.asset_class == CRYPTO and self.listing is not None:
            return f"{self.steward_symbol}/{self.listing.currency}"
        return self.steward_symbol

    @property
    def id(self) -> UUID:
        """Its id there."""
        return asset_uuid(self.steward_symbol)

    @property
    def exchange(self) -> str:
        """Where it trades; Alpaca's models know no exchange that is Steward's, but an empty one."""
        return "CRYPTO" if self.asset_class == CRYPTO else ""

    @property
    def shortable(self) -> bool:
        """Whether it may be sold short."""
        return self.listing is not None and self.listing.borrowable != 0


class Assets:
    """All that is listed, under the names that Alpaca's clients have for it."""

    def __init__(self, listings: Iterable[Listing], instruments: Iterable[Instrument]) -> None:
        self._instruments = {one.symbol: one for one in instruments}
        by_venue = sorted(listings, key=lambda one: _VENUES.index(one.venue))
        self._listed = {one.symbol: self._asset(one.symbol, one) for one in by_venue}
        self._names: Mapping[str, Asset] = {
            name: asset for asset in self._listed.values() for name in _names_of(asset)
        }

    @property
    def listed(self) -> list[Asset]:
        """All that is listed, by symbol."""
        return [self._listed[symbol] for symbol in sorted(self._listed)]

    def of(self, steward_symbol: str) -> Asset:
        """Give what one of Steward's symbols is there, listed or not."""
        return self._listed.get(steward_symbol) or self._asset(steward_symbol, None)

    def listing_named(self, which: str) -> Listing:
        """Find what can be ordered. Raises Unprocessable."""
        found = self._names.get(which.strip().upper())
        if found is None or found.listing is None:
            raise Unprocessable(f"symbol: asset {which[:40]!r} not found, GET /v2/assets lists what there is")
        return found.listing

    def named(self, which: str) -> Asset:
        """Find what is listed by a symbol, in any of its forms, or by its id there. Raises Absent."""
        found = self._names.get(which.strip().upper())
        if found is None:
            raise Absent(f"asset not found for {which[:40]!r}: GET /v2/assets lists what there is")
        return found

    def symbol_named(self, which: str) -> str:
        """Give Steward's symbol for one of Alpaca's, listed or not: a pair of currencies is its first one."""
        name = which.strip().upper()
        found = self._names.get(name)
        return name.partition("/")[0] if found is None else found.steward_symbol

    def _asset(self, symbol: str, listing: Listing | None) -> Asset:
        recorded = self._instruments.get(symbol)
        if recorded is None or recorded.kind is InstrumentKind.OTHER:
            is_crypto = symbol in _COINS
        else:
            is_crypto = recorded.kind is InstrumentKind.CRYPTO
        name = None if recorded is None else recorded.name
        return Asset(symbol, CRYPTO if is_crypto else EQUITY, name, listing)


def _names_of(asset: Asset) -> tuple[str, ...]:
    pair = asset.symbol.replace("/", "") if asset.asset_class == CRYPTO else asset.symbol
    return (asset.steward_symbol, asset.symbol, pair, str(asset.id).upper())


def document(asset: Asset) -> dict[str, Any]:
    """Write an asset."""
    listing = asset.listing
    return {
        "id": asset.id,
        "class": asset.asset_class,
        "exchange": asset.exchange,
        "symbol": asset.symbol,
        "name": asset.name or asset.steward_symbol,
        "status": "inactive" if listing is None else "active",
        "tradable": listing is not None,
        "marginable": listing is not None,
        "shortable": asset.shortable,
        "easy_to_borrow": asset.shortable,
        "fractionable": listing is not None and listing.lot < _ONE,
        "min_order_size": None if listing is None else number(listing.lot),
        "min_trade_increment": None if listing is None else number(listing.lot),
        "price_increment": None if listing is None else number(listing.tick),
        "attributes": [],
    }


async def load(call: Call, reads: ReadUnit) -> Assets:
    """Load what is traded, and what the caller has recorded of it.

    What the price source knows is listed on the paper venue as soon as somebody asks for it, also where the
    book has it already.
    """
    desks = await reads.desks.all()
    listings = [listing for listing, _ in desks.values()]
    around = call.system.lane.around
    known = {DeskKey(PAPER_VENUE, symbol) for symbol in call.system.prices.quotes(call.at)}
    for key in known - desks.keys():
        listing = around.listing(key, call.at)
        listings += [] if listing is None else [listing]
    return Assets(listings, await reads.instruments.of(call.user_id))


@operations.add("GET", "/alpaca/v2/assets", at_root_only=True)
async def index(
    call: Call,
    status: Literal["active", "inactive"] | None = None,
    asset_class: str | None = None,
    exchange: str | None = None,
    attributes: str | None = None,
) -> Answer:
    """List what is traded, by symbol."""
    if attributes is not None:
        raise Unprocessable("attributes: no asset has any here")
    found = (await load(call, call.read())).listed
    return answer(
        [
            document(one)
            for one in found
            if status != "inactive"
            and asset_class in (None, one.asset_class)
            and exchange in (None, one.exchange)
        ]
    )


@operations.add("GET", "/alpaca/v2/assets/{symbol_or_asset_id}", at_root_only=True)
async def show(call: Call, symbol_or_asset_id: str) -> Answer:
    """Give one asset by its symbol or id."""
    return answer(document((await load(call, call.read())).named(symbol_or_asset_id)))


@operations.add("GET", "/alpaca/v2/assets/{base}/{currency}", at_root_only=True)
async def show_pair(call: Call, base: str, currency: str) -> Answer:
    """Give one crypto asset by its pair of currencies."""
    return answer(document((await load(call, call.read())).named(f"{base}/{currency}")))
