"""Tickets: what a client asks of the exchange, before anything has decided on it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from steward.domain.errors import InvalidValue
from steward.domain.listings import ALWAYS_OPEN, Listing
from steward.domain.money import divided, plain, steps
from steward.domain.orders import Side
from steward.domain.terms import OrderClass, OrderType, Terms, TimeInForce

NEVER_RESTS: Final = frozenset({TimeInForce.IOC, TimeInForce.FOK})
AUCTION_ONLY: Final = frozenset({TimeInForce.OPG, TimeInForce.CLS})
WAITS: Final = frozenset({TimeInForce.DAY, TimeInForce.GTC, TimeInForce.GTD})
LIMITED: Final = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED})
TOUCHED: Final = frozenset({OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED})
TRIGGERED: Final = TOUCHED | {OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP}
WHOLE_PERCENT: Final = Decimal(100)
TRANCHES_MAXIMUM: Final = Decimal(100)


class OffTick(InvalidValue):
    """A price is not a multiple of the tick of its listing."""

    code = "off-tick"


class OffLot(InvalidValue):
    """A quantity is not a multiple of the lot of its listing."""

    code = "off-lot"


class QuantityOrAmount(InvalidValue):
    """An order is for a quantity or for an amount of money: one of the two."""

    code = "quantity-or-amount"


class PriceMissing(InvalidValue):
    """The order type needs a price that is not given."""

    code = "price-missing"


class PriceNotWanted(InvalidValue):
    """A price is given that the order type has no use for."""

    code = "price-not-wanted"


class TermsDoNotFit(InvalidValue):
    """Two of the terms of an order exclude each other."""

    code = "terms-do-not-fit"


class LegsDoNotFit(InvalidValue):
    """The exits of an order are incomplete or stand on the wrong side of its price, or of each other."""

    code = "legs-do-not-fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An order to place: a quantity here or an amount in the terms, and at most two exits.

    `take_profit` is the limit of the one exit, `stop_loss` the trigger of the other, which becomes a limit
    order when `stop_loss_limit` is given. An OCO ticket has no entry: its side is that of both exits.
    """

    venue: str
    symbol: str
    side: Side
    qty: Decimal | None
    terms: Terms
    client_order_id: str | None = None
    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    stop_loss_limit: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What another order shall have in place of an open one; None keeps what the old one has.

    `qty` is that of the new order, of which nothing is executed; without it, what the old one has pending.
    `trail` is an amount or a percentage, as the old order has it.
    """

    qty: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail: Decimal | None = None
    time_in_force: TimeInForce | None = None
    client_order_id: str | None = None


def rests(terms: Terms) -> bool:
    """Say whether what is left of an order after it has traded stays for others to trade with."""
    return terms.type in LIMITED and terms.time_in_force in WAITS


def check_ticket(ticket: Ticket, listing: Listing, *, at: datetime) -> None:
    """Raise the first refusal of a ticket that no state of the market could make good."""
    terms = ticket.terms
    check_quantity(ticket, listing)
    if terms.order_class is not OrderClass.OCO:
        check_prices(terms, listing)
    check_time_in_force(terms, listing, at=at)
    _check_behaviour(ticket, listing)
    _check_legs(ticket, listing)


def check_quantity(ticket: Ticket, listing: Listing) -> None:
    """Raise QuantityOrAmount, OffLot, or TermsDoNotFit for an amount where it cannot be."""
    amount = ticket.terms.amount
    if (ticket.qty is None) == (amount is None):
        detail = "Give either qty or amount."
        raise QuantityOrAmount(detail, pointer="/qty" if amount is None else "/amount")
    if ticket.qty is not None:
        on_lot(ticket.qty, listing, "/qty")
        return
    fits = ticket.terms.type is OrderType.MARKET and ticket.terms.order_class is OrderClass.SIMPLE
    if not fits or ticket.terms.reduce_only or ticket.terms.time_in_force is TimeInForce.FOK:
        detail = "An amount of money is for a market order without exits, reduce_only or fok: give qty."
        raise TermsDoNotFit(detail, pointer="/amount")


def on_lot(qty: Decimal, listing: Listing, pointer: str) -> None:
    """Raise OffLot unless the quantity is a whole number of lots, and at least one."""
    if qty <= 0 or steps(qty, listing.lot) is None:
        detail = f"A quantity of {listing.symbol} is a multiple of {plain(listing.lot)}, above 0."
        raise OffLot(detail, pointer=pointer)


def on_tick(price: Decimal, listing: Listing, pointer: str) -> None:
    """Raise OffTick unless the price is a whole number of ticks, and at least one."""
    if price <= 0 or steps(price, listing.tick) is None:
        detail = f"A price of {listing.symbol} is a multiple of {plain(listing.tick)}, above 0."
        raise OffTick(detail, pointer=pointer)


def check_prices(terms: Terms, listing: Listing) -> None:
    """Raise PriceMissing, PriceNotWanted, OffTick, or TermsDoNotFit for a trail."""
    stops = terms.type in TRIGGERED and terms.type is not OrderType.TRAILING_STOP
    for price, wanted, pointer in (
        (terms.limit_price, terms.type in LIMITED, "/limit_price"),
        (terms.stop_price, stops, "/stop_price"),
    ):
        if wanted and price is None:
            raise PriceMissing(f"A {terms.type.value} order needs {pointer[1:]}.", pointer=pointer)
        if price is not None:
            if not wanted:
                raise PriceNotWanted(f"A {terms.type.value} order has no {pointer[1:]}.", pointer=pointer)
            on_tick(price, listing, pointer)
    _check_trail(terms, listing)


def _check_trail(terms: Terms, listing: Listing) -> None:
    given = (terms.trail_amount is not None) + (terms.trail_percent is not None)
    if given != (terms.type is OrderType.TRAILING_STOP):
        detail = "A trailing_stop order has trail_amount or trail_percent; no other order has one."
        raise TermsDoNotFit(detail, pointer="/trail_amount")
    if terms.trail_amount is not None:
        on_tick(terms.trail_amount, listing, "/trail_amount")
    if terms.trail_percent is not None and not 0 < terms.trail_percent < WHOLE_PERCENT:
        detail = "trail_percent is above 0 and below 100."
        raise TermsDoNotFit(detail, pointer="/trail_percent")


def check_time_in_force(terms: Terms, listing: Listing, *, at: datetime) -> None:
    """Raise TermsDoNotFit when an order cannot live as long as it says."""
    until = terms.expires_at
    if (until is None) == (terms.time_in_force is TimeInForce.GTD):
        detail = "A gtd order has expires_at; no other order has one."
        raise TermsDoNotFit(detail, pointer="/expires_at")
    if until is not None and until <= at:
        raise TermsDoNotFit("expires_at is already past: give a later moment.", pointer="/expires_at")
    if terms.time_in_force not in AUCTION_ONLY:
        return
    if terms.type not in {OrderType.MARKET, OrderType.LIMIT}:
        detail = "In an auction (opg, cls) only market and limit orders can be."
        raise TermsDoNotFit(detail, pointer="/time_in_force")
    if listing.calendar == ALWAYS_OPEN:
        detail = f"The market of {listing.symbol} is always open and has no auctions: opg and cls cannot be."
        raise TermsDoNotFit(detail, pointer="/time_in_force")


def _check_behaviour(ticket: Ticket, listing: Listing) -> None:
    terms = ticket.terms
    if terms.post_only and not (rests(terms) and terms.type is OrderType.LIMIT):
        detail = "A post_only order is a limit order that rests: not market, a trigger, ioc, fok, opg or cls."
        raise TermsDoNotFit(detail, pointer="/post_only")
    if terms.display_qty is None:
        return
    on_lot(terms.display_qty, listing, "/display_qty")
    if not rests(terms) or ticket.qty is None or terms.display_qty > ticket.qty:
        detail = "An iceberg is a limit order that rests, and shows at most its qty."
        raise TermsDoNotFit(detail, pointer="/display_qty")
    check_tranches(terms.display_qty, ticket.qty)


def check_tranches(display_qty: Decimal | None, qty: Decimal) -> None:
    """Raise TermsDoNotFit for an iceberg of too many tranches: each of them is a trade of its own."""
    least = divided(qty, TRANCHES_MAXIMUM)
    if display_qty is not None and display_qty < least:
        detail = f"An iceberg shows at least a hundredth of its qty: {plain(least)} or more."
        raise TermsDoNotFit(detail, pointer="/display_qty")


_LEGS: Final = {OrderClass.SIMPLE: {0}, OrderClass.OTO: {1}, OrderClass.BRACKET: {2}, OrderClass.OCO: {2}}


def _check_legs(ticket: Ticket, listing: Listing) -> None:
    terms, count = ticket.terms, (ticket.take_profit is not None) + (ticket.stop_loss is not None)
    if count not in _LEGS[terms.order_class]:
        detail = "bracket and oco have take_profit and stop_loss, oto has one of them, simple has none."
        raise LegsDoNotFit(detail, pointer="/order_class")
    if ticket.stop_loss_limit is not None and ticket.stop_loss is None:
        raise LegsDoNotFit("A stop loss has a stop_price.", pointer="/stop_loss/stop_price")
    if not count:
        return
    if terms.time_in_force not in WAITS or terms.post_only or terms.reduce_only:
        detail = "An order with exits is day, gtc or gtd, and neither post_only nor reduce_only."
        raise LegsDoNotFit(detail, pointer="/time_in_force")
    for price, pointer in (
        (ticket.take_profit, "/take_profit/limit_price"),
        (ticket.stop_loss, "/stop_loss/stop_price"),
        (ticket.stop_loss_limit, "/stop_loss/limit_price"),
    ):
        if price is not None:
            on_tick(price, listing, pointer)
    _check_sides_of_legs(ticket)


def _check_sides_of_legs(ticket: Ticket) -> None:
    """A sale takes its profit above the entry and its loss below it; a purchase the other way round."""
    oco = ticket.terms.order_class is OrderClass.OCO
    sells = (ticket.side is Side.SELL) == oco
    entry = None if oco else ticket.terms.limit_price or ticket.terms.stop_price
    for better, worse, pointer in (
        (ticket.take_profit, entry, "/take_profit/limit_price"),
        (entry, ticket.stop_loss, "/stop_loss/stop_price"),
        (ticket.take_profit, ticket.stop_loss, "/stop_loss/stop_price"),
    ):
        if better is not None and worse is not None and (better <= worse if sells else better >= worse):
            way = "above" if sells else "below"
            detail = f"This exit must trade {way} {plain(worse)}, so that profit and loss lie apart."
            raise LegsDoNotFit(detail, pointer=pointer)
    limit, stop = ticket.stop_loss_limit, ticket.stop_loss
    if limit is not None and stop is not None and (limit > stop if sells else limit < stop):
        detail = "The limit of a stop loss is not on the near side of its stop_price."
        raise LegsDoNotFit(detail, pointer="/stop_loss/limit_price")
