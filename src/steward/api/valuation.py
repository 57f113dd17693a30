"""Valuation over HTTP."""

from collections.abc import Mapping
from typing import Literal

from steward.api.analyses import Market, kept
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
        market = Market(currency=currency, fill=fill or "none")
        question = ("/valuation", portfolio_id, at, market)
        return await kept(call, question, lambda: appraised(call, portfolio_id, at, market))
    system, reads, key = call.system, call.read(), (call.user_id, portfolio_id)
    prices, today = system.prices.version(call.at), call.at.date()
    had = system.valuations.get(key, prices, today)
    if had is None or had.stored != await reads.positions.version(call.user_id, portfolio_id):
        holdings = await reads.positions.holdings(call.user_id, portfolio_id)
        quotes = known(system.prices.quotes(call.at), holdings.entered)
        valued = _valued(holdings, quotes, {})
        foreign = {missing.currency for missing in valued.missing if missing.currency is not None}
        if foreign:
            valued = _valued(holdings, quotes, await _rates(call, foreign, holdings.base_currency))
        day = today if foreign else None
        had = Kept(holdings.version, prices, _written(portfolio_id, valued), day)
        system.valuations.put(key, had)
    version = f"{had.stored}-{prices}" if had.day is None else f"{had.stored}-{prices}-{had.day}"
    etag = f'"{version}"'.encode()
    # A list of ETags, weak ones too: no ETag holds a quote, so the quoted form is found nowhere else.
    presented = call.headers.get(b"if-none-match", b"")
    if presented == b"*" or etag in presented:
        return Answer(304, b"", ((b"etag", etag),))
    return Answer(200, had.body, ((b"etag", etag),))


def _valued(holdings: Holdings, quotes: Mapping[str, Quote], rates: Mapping[str, Rate]) -> Valuation:
    """Value holdings at these prices and rates."""
    return value(
        holdings.held,
        quotes,
        currency=holdings.base_currency,
        changed_at=holdings.changed_at,
        multipliers=holdings.multipliers,
        rates=rates,
    )


async def _rates(call: Call, foreign: set[str], base: str) -> dict[str, Rate]:
    """Give those rates of today that are known."""
    market = await known_rates(
        call.read(),
        call.system.sources,
        owner_id=call.user_id,
        currencies={*foreign, base},
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
