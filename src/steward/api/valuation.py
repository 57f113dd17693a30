"""Valuation over HTTP."""

from typing import Literal

from steward.api.analyses import Market
from steward.api.appraisals import Appraised, appraised
from steward.api.call import Call
from steward.api.kept import Kept
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Day, Exact, Instant, PortfolioId, Shape
from steward.domain.instants import instant_text
from steward.domain.money import plain
from steward.domain.valuation import Line, Missing, Valuation, value
from steward.usecases.prices import known

operations = Operations("valuation")

_VALUATION = (
    '{"portfolio_id":%d,"currency":"%s","as_of":"%s","total_value":%s,"coverage":%s,"simulated":%s,'
    '"lines":[%s],"unknown_symbols":[%s],"missing":[%s]}'
)
_LINE = (
    '{"symbol":"%s","quantity":%s,"price":%s,"value":%s,"price_source":"%s","price_as_of":"%s",'
    '"simulated":%s}'
)
_MISSING = '{"symbol":"%s","quantity":%s,"reason":"%s"}'


class ValuationLine(Shape):
    """One priced holding."""

    symbol: str
    quantity: Exact
    price: Exact
    value: Exact
    price_source: str
    price_as_of: Instant
    simulated: bool


class MissingValue(Shape):
    """One holding without a value, and why."""

    symbol: str
    quantity: Exact
    reason: str


class PortfolioValuation(Shape):
    """What a portfolio is worth; `coverage` is the priced share of its symbols, null without any."""

    portfolio_id: int
    currency: str
    as_of: Instant
    total_value: Exact
    coverage: float | None
    simulated: bool
    lines: list[ValuationLine]
    unknown_symbols: list[str]
    missing: list[MissingValue]


@operations.add(
    "GET", "/portfolios/{portfolio_id}/valuation", answers=PortfolioValuation | Appraised, refuses=(304, 404)
)
async def show(
    call: Call,
    portfolio_id: PortfolioId,
    *,
    at: Day | None = None,
    currency: str | None = None,
    fill: Literal["none", "nearest"] | None = None,
) -> Answer:
    """Value what a portfolio holds at the latest prices; what has no price is named.

    With `at`, `currency` or `fill` it is valued at the close of a day, with its cash, by the market of
    that day.

    The answer is kept as bytes under the version of everything it depends on, and that version is
    read from the database every time: no reader ever gets an older value than was acknowledged.
    """
    if at is not None or currency is not None or fill is not None:
        return await appraised(call, portfolio_id, at, Market(currency=currency, fill=fill or "none"))
    system, reads, key = call.system, call.read(), (call.user_id, portfolio_id)
    prices = system.prices.version(call.at)
    kept = system.valuations.get(key, prices)
    if kept is None or kept.stored != await reads.positions.version(call.user_id, portfolio_id):
        holdings = await reads.positions.holdings(call.user_id, portfolio_id)
        quotes = known(system.prices.quotes(call.at), holdings.entered)
        valued = value(holdings.held, quotes, currency=holdings.base_currency, changed_at=holdings.changed_at)
        kept = Kept(holdings.version, prices, _written(portfolio_id, valued))
        system.valuations.put(key, kept)
    etag = b'"%s-%d"' % (str(kept.stored).encode(), prices)
    # A list of ETags, weak ones too: no ETag holds a quote, so the quoted form is found nowhere else.
    had = call.headers.get(b"if-none-match", b"")
    if had == b"*" or etag in had:
        return Answer(304, b"", ((b"etag", etag),))
    return Answer(200, kept.body, ((b"etag", etag),))


def _written(portfolio_id: int, valued: Valuation) -> bytes:
    simulated = any(line.quote.simulated for line in valued.lines)
    text = _VALUATION % (
        portfolio_id,
        valued.total.currency,
        instant_text(valued.as_of),
        plain(valued.total.amount),
        "null" if valued.coverage is None else repr(valued.coverage),
        "true" if simulated else "false",
        ",".join(map(_line, valued.lines)),
        ",".join(f'"{missing.symbol}"' for missing in valued.missing),
        ",".join(map(_missing, valued.missing)),
    )
    return text.encode()


def _line(line: Line) -> str:
    quote = line.quote
    return _LINE % (
        line.symbol,
        plain(line.quantity),
        plain(quote.price),
        plain(line.value.amount),
        quote.source,
        instant_text(quote.as_of),
        "true" if quote.simulated else "false",
    )


def _missing(missing: Missing) -> str:
    return _MISSING % (missing.symbol, plain(missing.quantity), missing.reason)
