"""The floor of the exchange: the lane of a worker, and what is listed there."""

from datetime import UTC, datetime

from steward.domain.listings import Listing
from steward.domain.paper import PaperModel
from steward.infrastructure.ids import uuid7
from steward.usecases.lane import Lane
from steward.usecases.ports import ExchangeUnits, PriceSource
from steward.usecases.values import DeskKey, Limit


def lane_of(units: ExchangeUnits, prices: PriceSource, *, writes: Limit, seed: int) -> Lane:
    """Make the lane to the exchange: what the price source knows is listed everywhere."""

    def now() -> datetime:
        return datetime.now(UTC)

    def listing_of(key: DeskKey) -> Listing | None:
        quote = prices.quotes(now()).get(key.symbol)
        if quote is None:
            return None
        return Listing(venue=key.venue, symbol=key.symbol, currency=quote.currency)

    return Lane(
        units=units,
        writes=writes,
        now=now,
        new_id=uuid7,
        listing_of=listing_of,
        model=PaperModel(seed=seed),
        woken=lambda _portfolios, _desks: None,
    )
