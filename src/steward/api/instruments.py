"""Instruments over HTTP: what a person records of the symbols that they hold."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import WithJsonSchema

from steward.api.call import Call
from steward.api.closes import tomorrow
from steward.api.cursors import link_to_next, symbol_of
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Cursor, Day, Exact, Limit, Number, Shape
from steward.domain.countries import COUNTRIES
from steward.domain.instants import checked_day
from steward.domain.instruments import Instrument, InstrumentKind, InstrumentNotFound
from steward.domain.money import plain
from steward.domain.text import checked_symbol
from steward.usecases import instruments
from steward.usecases.ports import WriteUnit

operations = Operations("instruments")

_INSTRUMENT = (
    '{"symbol":"%s","name":%s,"kind":"%s","currency":"%s","isin":%s,"figi":%s,"multiplier":%s,'
    '"listed_on":%s,"delisted_on":%s,"prices_adjusted":%s,"sector":%s,"country":%s}'
)


# The document says which there are; which one is refused, and how, is the use case's to say.
Country = Annotated[str, WithJsonSchema({"type": "string", "enum": sorted(COUNTRIES)})]


class InstrumentShape(Shape):
    """What a symbol stands for; `currency` may be a minor unit such as GBp, `country` is by ISO 3166-1."""

    symbol: str
    name: str | None
    kind: InstrumentKind
    currency: str
    isin: str | None
    figi: str | None
    multiplier: Exact
    listed_on: Day | None
    delisted_on: Day | None
    prices_adjusted: bool
    sector: str | None
    country: str | None


class InstrumentTerms(Body):
    """What is recorded; a field that is absent is as if nothing were known of it."""

    currency: str
    name: str | None = None
    kind: Literal[
        "stock", "etf", "fund", "bond", "crypto", "option", "future", "currency", "commodity", "other"
    ] = "other"
    isin: str | None = None
    figi: str | None = None
    multiplier: Number = Decimal(1)
    listed_on: Day | None = None
    delisted_on: Day | None = None
    prices_adjusted: bool = False
    sector: str | None = None
    country: Country | None = None


def _written(instrument: Instrument) -> str:
    return _INSTRUMENT % (
        instrument.symbol,
        optional(quoted, instrument.name),
        instrument.kind.value,
        instrument.currency,
        optional(quoted, instrument.isin),
        optional(quoted, instrument.figi),
        plain(instrument.multiplier),
        _day(instrument.listed_on),
        _day(instrument.delisted_on),
        "true" if instrument.prices_adjusted else "false",
        optional(quoted, instrument.sector),
        optional(quoted, instrument.country),
    )


def _day(day: date | None) -> str:
    return "null" if day is None else f'"{day}"'


@operations.add("PUT", "/instruments/{symbol}", answers=InstrumentShape)
async def record(call: Call, symbol: str, body: InstrumentTerms) -> Answer:
    """Record what a symbol stands for, in place of what was recorded before."""
    # What expires, such as an option, has its end ahead.
    latest = (("listed_on", body.listed_on, tomorrow(call.at)), ("delisted_on", body.delisted_on, date.max))
    for name, day, last in latest:
        if day is not None:
            checked_day(day, latest=last, pointer=f"/{name}")
    stated = Instrument(
        symbol=symbol,
        currency=body.currency,
        name=body.name,
        kind=InstrumentKind(body.kind),
        isin=body.isin,
        figi=body.figi,
        multiplier=body.multiplier,
        listed_on=body.listed_on,
        delisted_on=body.delisted_on,
        prices_adjusted=body.prices_adjusted,
        sector=body.sector,
        country=body.country,
    )

    async def work(unit: WriteUnit) -> Answer:
        kept = await instruments.record(unit, owner_id=call.user_id, instrument=stated)
        return Answer(200, _written(kept).encode(), ())

    return await call.write(work)


@operations.add("GET", "/instruments", answers=list[InstrumentShape])
async def index(call: Call, limit: Limit = 500, cursor: Cursor | None = None) -> Answer:
    """List the caller's instruments by symbol; the Link header leads to the next ones."""
    after = "" if cursor is None else symbol_of(cursor)
    found = await call.read().instruments.page(call.user_id, after=after, limit=limit + 1)
    headers = link_to_next(call, found[limit - 1].symbol, limit) if len(found) > limit else ()
    return Answer(200, f"[{','.join(map(_written, found[:limit]))}]".encode(), headers)


@operations.add("GET", "/instruments/{symbol}", answers=InstrumentShape, refuses=(404,))
async def show(call: Call, symbol: str) -> Answer:
    """Give what is recorded of a symbol."""
    symbol = checked_symbol(symbol, pointer="/path/symbol")
    found = await call.read().instruments.of(call.user_id, [symbol])
    if not found:
        raise InstrumentNotFound
    return Answer(200, _written(found[0]).encode(), ())


@operations.add("DELETE", "/instruments/{symbol}", status=204, refuses=(404,))
async def remove(call: Call, symbol: str) -> Answer:
    """Forget what is recorded of a symbol; its closes and transactions stay."""
    symbol = checked_symbol(symbol, pointer="/path/symbol")

    async def work(unit: WriteUnit) -> Answer:
        await unit.instruments.remove(call.user_id, symbol)
        return Answer(204, b"", ())

    return await call.write(work)
