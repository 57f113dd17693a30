"""Market data of the past on the Alpaca wire: bars and trades, of stocks and of crypto alike."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from steward.api.alpaca.bars import bar, daily, grouped, opening_of, timeframe_of
from steward.api.alpaca.errors import Unprocessable
from steward.api.alpaca.market_asked import ITEMS, Item, Items, Sort, asked_of, both, page
from steward.api.alpaca.wire import Moment, Words
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Sequence
from steward.usecases.values import DeskKey, Row

operations = Operations("alpaca market data")

_DAY: Final = timedelta(days=1)
_SEQUENCE: Final[TypeAdapter[int]] = TypeAdapter(Sequence)


@both(operations, "/bars")
async def bars(
    call: Call,
    *,
    symbols: Words = (),
    timeframe: str = "",
    start: Moment | None = None,
    end: Moment | None = None,
    limit: Items = ITEMS,
    page_token: str | None = None,
    sort: Sort = "asc",
    adjustment: Literal["raw", "split", "dividend", "all"] = "raw",
    feed: str | None = None,
    asof: str | None = None,
    currency: str | None = None,
) -> Answer:
    """Give bars of days, weeks or months, made of the closes that are known."""
    del feed, asof  # there is one feed, and a symbol means what it means today
    frame = timeframe_of(timeframe)
    if adjustment == "dividend":
        raise Unprocessable("adjustment: Steward adjusts for splits, not for dividends: ask for raw or split")
    asked = await asked_of(call, symbols, currency)
    since, until = asked.window(start, end)
    first, last = frame.start(since.date()) - _DAY, until.date()
    market = await asked.market(first, last)
    on = None if adjustment == "raw" else asked.now.date()

    def made() -> Iterator[Item]:
        for name, symbol in asked.symbols.items():
            zone = asked.zone(symbol)
            closes = daily(market, symbol, first, last, on=on)
            found = [(opening_of(day, zone), prices) for day, prices in grouped(closes, frame)]
            for at, prices in found if sort == "asc" else reversed(found):
                if since <= at <= until:
                    yield name, at.isoformat(), bar(at, prices)

    # Decades of many symbols take their time.
    return await asyncio.to_thread(page, "bars", made(), limit=limit, token=page_token)


@both(operations, "/trades")
async def trades(
    call: Call,
    *,
    symbols: Words = (),
    start: Moment | None = None,
    end: Moment | None = None,
    limit: Items = ITEMS,
    page_token: str | None = None,
    sort: Sort = "asc",
    feed: str | None = None,
    asof: str | None = None,
    currency: str | None = None,
) -> Answer:
    """Give the trades of Steward's exchange."""
    del feed, asof  # as for bars
    asked = await asked_of(call, symbols, currency)
    since, _ = asked.window(start, end)
    # Orders take a moment to get there: the latest trade may be a little ahead of the clock.
    until = asked.now + _DAY if end is None else end
    after, _, seq = (page_token or "").rpartition("|")
    found: list[Item] = []
    for name, symbol in asked.symbols.items():
        listing = asked.known.of(symbol).listing
        if listing is None or name < after or len(found) > limit:
            continue
        rows = await asked.reads.desks.trades_between(
            DeskKey(listing.venue, symbol),
            since,
            until,
            behind=_seq(seq) if name == after else None,
            ascending=sort == "asc",
            limit=limit + 1 - len(found),
        )
        found += [(name, str(row[0]), trade_document(row, listing.venue)) for row in rows]
    # Ten thousand of them take their time too.
    return await asyncio.to_thread(page, "trades", iter(found), limit=limit, token=None)


def trade_document(row: Row, venue: str) -> dict[str, Any]:
    """Write a trade: its number, quantity, price and moment as they are kept."""
    seq, qty, price, at = row
    return {"t": at, "x": venue, "p": Decimal(price), "s": Decimal(qty), "c": [], "i": seq, "z": ""}


def _seq(text: str) -> int:
    try:
        return _SEQUENCE.validate_python(text)
    except ValidationError:
        raise Unprocessable("page_token: this is none of the list that is asked for") from None
