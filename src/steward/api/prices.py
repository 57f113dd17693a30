"""Prices over HTTP: what the sources know, and what people enter themselves."""

from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Exact, Instant, Number, Shape
from steward.domain.instants import instant_text
from steward.domain.money import plain
from steward.domain.prices import PriceNotFound, Quote
from steward.domain.text import checked_symbol
from steward.usecases import prices
from steward.usecases.ports import WriteUnit

operations = Operations("prices")

_PRICE = '{"symbol":"%s","price":%s,"currency":"%s","source":"%s","as_of":"%s","simulated":%s}'


class Price(Shape):
    """The price of one unit, its source, and when it was so."""

    symbol: str
    price: Exact
    currency: str
    source: str
    as_of: Instant
    simulated: bool


class EnteredPrice(Body):
    """A price of one's own; it counts before the source's."""

    price: Number
    currency: str = "USD"
    as_of: Instant | None = None


def _written(quote: Quote) -> Answer:
    text = _PRICE % (
        quote.symbol,
        plain(quote.price),
        quote.currency,
        quote.source,
        instant_text(quote.as_of),
        "true" if quote.simulated else "false",
    )
    return Answer(200, text.encode(), ())


@operations.add("GET", "/prices", answers=dict[str, Exact])
async def index(call: Call) -> Answer:
    """Give every known price by symbol; `/prices/{symbol}` has its currency, source and time."""
    entered = await call.read().prices.entered(call.user_id)
    quotes = prices.known(call.system.prices.quotes(call.at), entered)
    lines = (f'"{symbol}":{plain(quotes[symbol].price)}' for symbol in sorted(quotes))
    return Answer(200, f"{{{','.join(lines)}}}".encode(), ())


@operations.add("GET", "/prices/{symbol}", answers=Price, refuses=(404,))
async def show(call: Call, symbol: str) -> Answer:
    """Give one price with its currency, source and time."""
    symbol = checked_symbol(symbol, pointer="/path/symbol")
    entered = await call.read().prices.entered_one(call.user_id, symbol)
    quote = entered or call.system.prices.quotes(call.at).get(symbol)
    if quote is None:
        raise PriceNotFound
    return _written(quote)


@operations.add("PUT", "/prices/{symbol}", answers=Price)
async def enter(call: Call, symbol: str, body: EnteredPrice) -> Answer:
    """Enter a price of one's own, in place of the one before."""

    async def work(unit: WriteUnit) -> Answer:
        quote = await prices.enter(
            unit,
            owner_id=call.user_id,
            symbol=symbol,
            price=body.price,
            currency=body.currency,
            as_of=body.as_of,
            at=call.at,
        )
        return _written(quote)

    return await call.write(work)


@operations.add("DELETE", "/prices/{symbol}", status=204, refuses=(404,))
async def remove(call: Call, symbol: str) -> Answer:
    """Forget a price of one's own; the source's counts again."""
    symbol = checked_symbol(symbol, pointer="/path/symbol")

    async def work(unit: WriteUnit) -> Answer:
        await unit.prices.remove(call.user_id, symbol)
        return Answer(204, b"", ())

    return await call.write(work)
