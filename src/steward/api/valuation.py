"""Valuation over HTTP."""

from collections.abc import Mapping
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
from steward.domain.prices import Quote
from steward.domain.rates import Rate
from steward.domain.valuation import Line, Missing, Valuation, value
from steward.usecases.prices import known
from steward.usecases.rates import known as known_rates
from steward.usecases.values import Holdings

operations = Operations("valuation")

_VALUATION = (
    '{"portfolio_id":%d,"currency":"%s","as_of":"%s","total_value":%s,"coverage":%s,"simulated":%s,'
    '"lines":[%s],"unknown_symbols":[%s],"missing":[%s]}'
)
_LINE = (
    '{"symbol":"%s","quantity":%s,"price":%s,"value":%s,"price_source":"%s","price_as_of":"%s",'
    '"simulated":%s}'
)
_FOREIGN_LINE = _LINE[:-1] + ',"currency":"%s","rate":%s,"rate_as_of":"%s","value_base":%s}'
_MISSING = '{"symbol":"%s","quantity":%s,"reason":"%s"}'


class ValuationLine(Shape):
    """One priced holding; `price` and `value` are in the currency of the quote.

    When that is not the portfolio's, `currency` names it, `rate` converts it, `rate_as_of` is the day of
    the oldest rate behind that one, and `value_base` is the value in the portfolio's currency.
    """

    symbol: str
    quantity: Exact
    price: Exact
    value: Exact
    price_source: str
    price_as_of: Instant
    simulated: bool
    currency: str | None = None
    rate: Exact | None = None
    rate_as_of: Day | None = None
    value_base: Exact | None = None


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
    prices, today = system.prices.version(call.at), call.at.date()
    kept = system.valuations.get(key, prices, today)
    if kept is None or kept.stored != await reads.positions.version(call.user_id, portfolio_id):
        holdings = await reads.positions.holdings(call.user_id, portfolio_id)
        quotes = known(system.prices.quotes(call.at), holdings.entered)
        rates = await _rates(call, holdings, quotes)
        valued = value(
            holdings.held,
            quotes,
            currency=holdings.base_currency,
            changed_at=holdings.changed_at,
            multipliers=holdings.multipliers,
            rates=rates or {},
        )
        day = None if rates is None else today
        kept = Kept(holdings.version, prices, _written(portfolio_id, valued), day)
        system.valuations.put(key, kept)
    version = f"{kept.stored}-{prices}" if kept.day is None else f"{kept.stored}-{prices}-{kept.day}"
    etag = f'"{version}"'.encode()
    # A list of ETags, weak ones too: no ETag holds a quote, so the quoted form is found nowhere else.
    had = call.headers.get(b"if-none-match", b"")
    if had == b"*" or etag in had:
        return Answer(304, b"", ((b"etag", etag),))
    return Answer(200, kept.body, ((b"etag", etag),))


async def _rates(call: Call, holdings: Holdings, quotes: Mapping[str, Quote]) -> dict[str, Rate] | None:
    """Give the rates to the portfolio's currency that are known; None when it needs none."""
    base, quoted = holdings.base_currency, (quotes.get(symbol) for symbol, _ in holdings.held)
    foreign = {quote.currency for quote in quoted if quote is not None} - {base}
    if not foreign:
        return None
    market = await known_rates(
        call.read(),
        call.system.sources,
        owner_id=call.user_id,
        currencies=foreign | {base},
        on=call.at.date(),
        policy=call.system.price_policy,
        at=call.at,
    )
    found = {currency: market.rate(currency, base, call.at.date()) for currency in foreign}
    return {currency: rate for currency, rate in found.items() if rate is not None}


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
    fields = (
        line.symbol,
        plain(line.quantity),
        plain(quote.price),
        plain(line.value.amount),
        quote.source,
        instant_text(quote.as_of),
        "true" if quote.simulated else "false",
    )
    if line.rate is None:
        return _LINE % fields
    rate = line.rate
    return _FOREIGN_LINE % (*fields, quote.currency, plain(rate.rate), rate.on, plain(line.converted))


def _missing(missing: Missing) -> str:
    return _MISSING % (missing.symbol, plain(missing.quantity), missing.reason)
