"""The book of a symbol over HTTP: what is bid and asked, and what has been traded."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import BeforeValidator

from steward.api.call import Call
from steward.api.cursors import link_to_next, position_of
from steward.api.figures import listed
from steward.api.listings import ExchangeVenue
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import BIGGEST_ID, Cursor, Exact, Instant, Limit, Shape, plain_integer
from steward.domain.listings import TradingStatus
from steward.domain.text import checked_symbol
from steward.usecases.books import LEVELS, depth_text, look
from steward.usecases.desk_batch import SymbolNotListed
from steward.usecases.values import DeskKey

operations = Operations("book")

Levels = Annotated[int, Ge(1), Le(100), BeforeValidator(plain_integer)]


class LevelShape(Shape):
    """A price, the quantity that is shown there, and how many orders show it."""

    price: Exact
    qty: Exact
    orders: int


class BookShape(Shape):
    """What is bid and asked, the best first; on the venue paper that is the quote of the market.

    `version` counts the steps of the desk.
    """

    venue: ExchangeVenue
    symbol: str
    status: TradingStatus
    version: int
    last_price: Exact | None
    best_bid: Exact | None
    best_ask: Exact | None
    bids: list[LevelShape]
    asks: list[LevelShape]


class BookTradeShape(Shape):
    """A trade of a symbol at a venue, the `seq`-th there."""

    seq: int
    qty: Exact
    price: Exact
    at: Instant


@operations.add("GET", "/book/{symbol}", answers=BookShape, refuses=(404,))
async def show(call: Call, symbol: str, venue: ExchangeVenue = "book", levels: Levels = LEVELS) -> Answer:
    """Give the best levels of a symbol, its last price, and whether it trades."""
    key = DeskKey(venue, checked_symbol(symbol, pointer="/path/symbol"))
    seen = await look(call.read(), call.system.lane, key, levels, at=call.at)
    if seen is None:
        raise SymbolNotListed
    return Answer(200, depth_text(seen).encode(), ())


@operations.add("GET", "/book/{symbol}/trades", answers=list[BookTradeShape])
async def trades(
    call: Call, symbol: str, venue: ExchangeVenue = "book", limit: Limit = 500, cursor: Cursor | None = None
) -> Answer:
    """List the trades of a symbol, newest first; the Link header leads to the next ones."""
    key = DeskKey(venue, checked_symbol(symbol, pointer="/path/symbol"))
    before = BIGGEST_ID if cursor is None else position_of(cursor)
    rows = await call.read().desks.trades(key, before=before, limit=limit + 1)
    more = len(rows) > limit
    headers = link_to_next(call, rows[limit - 1][0], limit, {"venue": venue}) if more else ()
    told = (
        f'{{"seq":{seq},"qty":{qty},"price":{price},"at":"{at}"}}' for seq, qty, price, at in rows[:limit]
    )
    return Answer(200, listed(told).encode(), headers)
