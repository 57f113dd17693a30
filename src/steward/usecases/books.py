"""Books: what is bid and asked at a desk, as it was committed last, on whatever worker."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from steward.domain.listings import DeskState
from steward.domain.money import plain
from steward.domain.terms import PAPER_VENUE
from steward.usecases.desk_commands import Look
from steward.usecases.desk_facts import Asked
from steward.usecases.lane import Lane
from steward.usecases.order_text import number, word
from steward.usecases.ports import ReadUnit
from steward.usecases.values import Depth, DeskKey

LEVELS: Final = 10
_DEPTH: Final = (
    '{"venue":"%s","symbol":%s,"status":"%s","version":%d,"last_price":%s,'
    '"best_bid":%s,"best_ask":%s,"bids":[%s],"asks":[%s]}'
)


async def look(unit: ReadUnit, lane: Lane, key: DeskKey, levels: int, *, at: datetime) -> Depth | None:
    """Look at a desk: in memory, unless another worker has changed it since; None when there is none.

    On the venue paper there is the quote of the market, as the next order would meet it.
    """
    found = (await unit.desks.of({key})).get(key)
    moment = (await unit.clocks.get()).now(at)
    if found is None:
        listing = lane.around.listing(key, moment)
        if listing is None:
            return None
        found = listing, replace(DeskState(), status=lane.around.calendar(listing).status(moment))
    listing, state = found
    if key.venue == PAPER_VENUE:
        quote = state.quote if lane.around.fresh(state, moment) else lane.around.quote(listing, moment)
        sides = [] if quote is None else [(quote.bid, quote.bid_size, 1), (quote.ask, quote.ask_size, 1)]
        return Depth(listing, state, sides[:1], sides[1:], moment)
    known = lane.memory.desks.get(key)
    if known is not None and known.state.version == state.version:
        return Depth.of(known, levels, moment)
    asked = Look(key, levels)
    await lane.do(Asked(asked))
    return asked.seen


def depth_text(depth: Depth) -> str:
    """Write what is seen of a desk as JSON."""
    return _DEPTH % (
        depth.listing.venue,
        word(depth.listing.symbol),
        depth.state.status.value,
        depth.state.version,
        number(depth.state.last_price),
        number(depth.bids[0][0] if depth.bids else None),
        number(depth.asks[0][0] if depth.asks else None),
        _levels(depth.bids),
        _levels(depth.asks),
    )


def _levels(levels: Iterable[tuple[Decimal, Decimal, int]]) -> str:
    return ",".join(
        f'{{"price":{plain(price)},"qty":{plain(qty)},"orders":{orders}}}' for price, qty, orders in levels
    )
