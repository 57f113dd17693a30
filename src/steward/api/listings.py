"""Listings of the exchange over HTTP."""

from decimal import Decimal
from typing import Literal

from steward.api.call import Call
from steward.api.figures import document, listed
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Exact, Number, Shape
from steward.domain.listings import ALWAYS_OPEN, LOT, TICK, DeskState, FeeSchedule, Listing, TradingStatus
from steward.domain.money import ZERO, plain
from steward.domain.terms import BOOK_VENUE, PAPER_VENUE
from steward.domain.text import checked_symbol
from steward.domain.users import NotAdmin
from steward.usecases import listings
from steward.usecases.desk_commands import Halt, Resume, Tick
from steward.usecases.desk_facts import Asked
from steward.usecases.order_text import number, word
from steward.usecases.ports import WriteUnit
from steward.usecases.ports_exchange import Command
from steward.usecases.values import DeskKey

operations = Operations("listings")

ExchangeVenue = Literal["paper", "book"]
_VENUES = (BOOK_VENUE, PAPER_VENUE)


class FeesShape(Shape):
    """What a fill costs: see `Fees`."""

    per_order: Exact
    rate: Exact
    per_unit: Exact
    minimum: Exact
    maximum: Exact | None


class ListingShape(Shape):
    """A symbol at a venue, and what its desk does now.

    `borrowable` is how many units may be sold short over all accounts, null without a limit.
    """

    venue: ExchangeVenue
    symbol: str
    currency: str
    tick: Exact
    lot: Exact
    multiplier: Exact
    calendar: str
    borrowable: Exact | None
    fees: FeesShape
    status: TradingStatus
    last_price: Exact | None


class Fees(Body):
    """What a fill costs: `per_order` with the first one of an order, `rate` of the value, `per_unit`.

    The sum over an order is at least `minimum` and at most `maximum`.
    """

    per_order: Number = ZERO
    rate: Number = ZERO
    per_unit: Number = ZERO
    minimum: Number = ZERO
    maximum: Number | None = None


class NewListing(Body):
    """How a symbol is traded; prices are multiples of `tick`, quantities of `lot`."""

    currency: str
    tick: Number = TICK
    lot: Number = LOT
    multiplier: Number = Decimal(1)
    calendar: str = ALWAYS_OPEN
    borrowable: Number | None = None
    fees: Fees | None = None


def _written(listing: Listing, state: DeskState) -> str:
    fees = {name: plain(getattr(listing.fees, name)) for name in ("per_order", "rate", "per_unit", "minimum")}
    return document(
        {
            "venue": word(listing.venue),
            "symbol": word(listing.symbol),
            "currency": word(listing.currency),
            "tick": plain(listing.tick),
            "lot": plain(listing.lot),
            "multiplier": plain(listing.multiplier),
            "calendar": word(listing.calendar),
            "borrowable": number(listing.borrowable),
            "fees": document({**fees, "maximum": number(listing.fees.maximum)}),
            "status": word(state.status.value),
            "last_price": number(state.last_price),
        }
    )


@operations.add("GET", "/exchange/listings", answers=list[ListingShape])
async def index(call: Call) -> Answer:
    """List what may be traded: what was listed, and what the price source knows a price of."""
    unit = call.read()
    found = await unit.desks.all()
    around, quotes = call.system.lane.around, call.system.prices.quotes(call.at)
    for key in (DeskKey(venue, symbol) for venue in _VENUES for symbol in quotes):
        if key not in found and (listing := around.listing(key, call.at)) is not None:
            found[key] = listing, DeskState()
    return Answer(200, listed(_written(*found[key]) for key in sorted(found)).encode(), ())


@operations.add("PUT", "/exchange/listings/{venue}/{symbol}", answers=ListingShape, refuses=(404, 409))
async def relist(call: Call, venue: ExchangeVenue, symbol: str, body: NewListing) -> Answer:
    """List a symbol at a venue, in place of what was said of it before; for administrators."""
    key = _key(venue, symbol)
    wanted = Listing(
        venue=key.venue,
        symbol=key.symbol,
        currency=body.currency,
        tick=body.tick,
        lot=body.lot,
        multiplier=body.multiplier,
        calendar=body.calendar,
        borrowable=body.borrowable,
        fees=FeeSchedule() if body.fees is None else FeeSchedule(**dict(body.fees)),
    )

    async def work(unit: WriteUnit) -> Answer:
        holidays = call.system.holidays
        await listings.relist(unit, user_id=call.user_id, listing=wanted, holidays=holidays)
        return Answer(200, b"", ())

    answer = await call.write(work)
    # Its hours may be others now, and the market in another part of its day.
    fresh = await _done(call, Asked(Tick(key)))
    return answer._replace(body=fresh.body)


@operations.add("POST", "/exchange/listings/{venue}/{symbol}/halt", answers=ListingShape, refuses=(404,))
async def halt(call: Call, venue: ExchangeVenue, symbol: str) -> Answer:
    """Stop trading: orders stay and can only be cancelled; for administrators."""
    return await _administered(call, Halt(_key(venue, symbol)))


@operations.add("POST", "/exchange/listings/{venue}/{symbol}/resume", answers=ListingShape, refuses=(404,))
async def resume(call: Call, venue: ExchangeVenue, symbol: str) -> Answer:
    """Trade again, as far as the hours of the market say; for administrators."""
    return await _administered(call, Resume(_key(venue, symbol), call.system.lane.around))


def _key(venue: str, symbol: str) -> DeskKey:
    return DeskKey(venue, checked_symbol(symbol, pointer="/path/symbol"))


async def _administered(call: Call, command: Command) -> Answer:
    once = call.once(lambda _orders: Answer(200, b"", ()))
    if not await call.read().users.is_admin(call.user_id):
        raise NotAdmin
    return await _done(call, Asked(command, call.signed_in, call.trace, once))


async def _done(call: Call, asked: Asked) -> Answer:
    await call.system.lane.do(asked)
    key = asked.command.key
    return Answer(200, _written(*(await call.read().desks.of({key}))[key]).encode(), ())
