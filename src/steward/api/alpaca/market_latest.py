"""The latest market data on the Alpaca wire: bar, trade, quote and snapshot, of stocks and of crypto."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from steward.api.alpaca.bars import bar, daily, opening_of
from steward.api.alpaca.market_asked import Asked, asked_of, both
from steward.api.alpaca.market_past import trade_document
from steward.api.alpaca.wire import Words, answer, moment
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import BIGGEST_ID
from steward.domain.money import ZERO
from steward.domain.prices import Quote
from steward.usecases.books import look
from steward.usecases.values import Depth, DeskKey

operations = Operations("alpaca latest market data")

# A close before the last one is found within so many days.
_RECENT: Final = timedelta(days=30)
_LEVELS: Final = 100

Document = dict[str, Any]


@both(operations, "/bars/latest", "/latest/bars")
async def bars(
    call: Call, *, symbols: Words = (), feed: str | None = None, currency: str | None = None
) -> Answer:
    """Give the bar of the minute of the latest price."""
    del feed  # there is one
    asked = await asked_of(call, symbols, currency)
    prices = await asked.prices()
    return answer({"bars": asked.each(lambda symbol: _minute_bar(prices.get(symbol)))})


@both(operations, "/trades/latest", "/latest/trades")
async def trades(
    call: Call, *, symbols: Words = (), feed: str | None = None, currency: str | None = None
) -> Answer:
    """Give the latest trade of Steward's exchange; before the first one, the latest price."""
    del feed
    asked = await asked_of(call, symbols, currency)
    latest = await _latest(asked, await asked.prices())
    return answer({"trades": asked.each(lambda symbol: latest[symbol].trade)})


@both(operations, "/quotes/latest", "/latest/quotes")
async def quotes(
    call: Call, *, symbols: Words = (), feed: str | None = None, currency: str | None = None
) -> Answer:
    """Give the latest bid and ask of Steward's exchange."""
    del feed
    asked = await asked_of(call, symbols, currency)
    latest = await _latest(asked, await asked.prices())
    return answer({"quotes": asked.each(lambda symbol: latest[symbol].quote)})


@operations.add("GET", "/alpaca/v2/stocks/snapshots", at_root_only=True)
async def snapshots(
    call: Call, *, symbols: Words = (), feed: str | None = None, currency: str | None = None
) -> Answer:
    """Give all that is latest of stocks."""
    del feed
    return answer(await _snapshots(call, symbols, currency))


@operations.add("GET", "/alpaca/v1beta3/crypto/us/snapshots", at_root_only=True)
async def snapshots_of_coins(call: Call, *, symbols: Words = ()) -> Answer:
    """Give all that is latest of crypto."""
    return answer({"snapshots": await _snapshots(call, symbols, None)})


@operations.add("GET", "/alpaca/v1beta3/crypto/us/latest/orderbooks", at_root_only=True)
async def orderbooks_of_coins(call: Call, *, symbols: Words = ()) -> Answer:
    """Give the price levels of crypto, best first; on the venue paper the quote is all there is."""
    asked = await asked_of(call, symbols, None)
    seen = {symbol: await _seen(asked, symbol, _LEVELS) for symbol in asked.symbols.values()}
    return answer({"orderbooks": asked.each(lambda symbol: _book(seen[symbol]))})


@dataclass(frozen=True, slots=True)
class _Latest:
    trade: Document | None
    quote: Document | None


async def _latest(asked: Asked, prices: Mapping[str, Quote]) -> dict[str, _Latest]:
    """Find the latest trade and quote of each symbol."""
    found = {symbol: _Latest(_price_as_trade(prices.get(symbol)), None) for symbol in asked.symbols.values()}
    listings = [one for symbol in found if (one := asked.known.of(symbol).listing) is not None]
    desks = await asked.reads.desks.of([DeskKey(one.venue, one.symbol) for one in listings])
    for listing in listings:
        key, trade = DeskKey(listing.venue, listing.symbol), found[listing.symbol].trade
        if key in desks and desks[key][1].trade_seq:
            rows = await asked.reads.desks.trades(key, before=BIGGEST_ID, limit=1)
            trade = trade_document(rows[0], key.venue)
        found[listing.symbol] = _Latest(trade, _quote(await _seen(asked, listing.symbol, 1)))
    return found


async def _seen(asked: Asked, symbol: str, levels: int) -> Depth | None:
    """Look at the desk of a symbol; None when it is not listed."""
    listing = asked.known.of(symbol).listing
    if listing is None:
        return None
    key, call = DeskKey(listing.venue, symbol), asked.call
    return await look(asked.reads, call.system.lane, key, levels, at=call.at)


async def _snapshots(call: Call, symbols: tuple[str, ...], currency: str | None) -> dict[str, Document]:
    asked = await asked_of(call, symbols, currency)
    prices, today = await asked.prices(), asked.now.date()
    latest = await _latest(asked, prices)
    market = await asked.market(today - _RECENT, today)

    def snapshot(symbol: str) -> Document | None:
        days = dict(daily(market, symbol, today - _RECENT, today, on=today))
        price, zone = prices.get(symbol), asked.zone(symbol)
        if price is not None and price.as_of.date() >= max(days, default=price.as_of.date()):
            days[price.as_of.date()] = price.price
        made = [bar(opening_of(day, zone), [days[day]]) for day in sorted(days)]
        if not made and latest[symbol] == _Latest(None, None):
            return None
        return {
            "latestTrade": latest[symbol].trade,
            "latestQuote": latest[symbol].quote,
            "minuteBar": _minute_bar(price),
            "dailyBar": made[-1] if made else None,
            "prevDailyBar": made[-2] if made[1:] else None,
        }

    return asked.each(snapshot)


def _minute_bar(price: Quote | None) -> Document | None:
    return None if price is None else bar(price.as_of.replace(second=0, microsecond=0), [price.price])


def _price_as_trade(price: Quote | None) -> Document | None:
    """Write a price as a trade of nothing: nobody has traded here yet, and yet it has a price."""
    if price is None:
        return None
    return {"t": moment(price.as_of), "x": "", "p": price.price, "s": ZERO, "c": [], "i": 0, "z": ""}


def _quote(seen: Depth | None) -> Document | None:
    """Write the best bid and ask; where one of them is missing there is no quote."""
    if seen is None or not seen.bids or not seen.asks:
        return None
    (bid, bid_size, _), (ask, ask_size, _) = seen.bids[0], seen.asks[0]
    told = {"bp": bid, "bs": bid_size, "ap": ask, "as": ask_size}
    venue = seen.listing.venue
    return {"t": moment(seen.at), "bx": venue, "ax": venue, **told, "c": [], "z": ""}


def _book(seen: Depth | None) -> Document | None:
    if seen is None:
        return None
    bids, asks = ([{"p": price, "s": qty} for price, qty, _ in side] for side in (seen.bids, seen.asks))
    return {"t": moment(seen.at), "b": bids, "a": asks, "r": True}
