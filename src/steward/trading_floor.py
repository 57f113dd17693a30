"""The floor of the exchange: the lane of a worker, what is listed there, and who hears of it."""

from datetime import UTC, datetime

from steward.domain.listings import Listing
from steward.domain.paper import PaperModel
from steward.infrastructure.db.streams import Feed
from steward.infrastructure.db.streams_wakes import wakes_of
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.usecases.lane import Lane
from steward.usecases.ports import PriceSource
from steward.usecases.streams import Hub
from steward.usecases.values import DeskKey, Limit


def exchange_of(
    units: Units, prices: PriceSource, database_url: str, *, writes: Limit, seed: int
) -> tuple[Lane, Hub]:
    """Make the lane to the exchange and the hub that it wakes: what the price source knows is listed."""

    def listing_of(key: DeskKey) -> Listing | None:
        quote = prices.quotes(_now()).get(key.symbol)
        if quote is None:
            return None
        return Listing(venue=key.venue, symbol=key.symbol, currency=quote.currency)

    hub = Hub(Feed(units, _depth), wakes_of(database_url), _now)
    lane = Lane(
        units=units,
        writes=writes,
        now=_now,
        new_id=uuid7,
        listing_of=listing_of,
        model=PaperModel(seed=seed),
        woken=hub.wake,
    )
    return lane, hub


def _now() -> datetime:
    return datetime.now(UTC)


async def _depth(key: DeskKey) -> str | None:  # noqa: ARG001 - a Depth's signature
    return None
