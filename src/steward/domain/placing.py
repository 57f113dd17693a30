"""Placing: the orders that a ticket asks for, or the one that a replacement does."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from steward.domain.errors import Conflict, InvalidValue
from steward.domain.listings import ALWAYS_OPEN, Listing
from steward.domain.money import ZERO, plain
from steward.domain.orders import Order, Side, Status, other
from steward.domain.reserves import standing_of
from steward.domain.terms import OrderClass, OrderType, Phase, Role, Standing, Terms, TimeInForce
from steward.domain.tickets import (
    Replacement,
    TermsDoNotFit,
    Ticket,
    check_prices,
    check_time_in_force,
    check_tranches,
    on_lot,
)
from steward.domain.triggers import reached, trail_of

_PRICES: Final = ("limit_price", "stop_price")


class WrongVenue(InvalidValue):
    """The ticket is for another venue, symbol or currency than this desk or account."""

    code = "wrong-venue"


class StopOnWrongSide(Conflict):
    """The market is already at the trigger of an order that is to wait for it."""

    code = "stop-on-wrong-side"


class NoPriceYet(Conflict):
    """Nothing has been traded or quoted, so nobody can say what the order might cost or trail."""

    code = "no-price-yet"


def lives_until(terms: Terms, listing: Listing, at: datetime) -> Terms:
    """Give a day order on a market that never closes its end: midnight UTC."""
    if terms.time_in_force is not TimeInForce.DAY or listing.calendar != ALWAYS_OPEN:
        return terms
    tomorrow = at.astimezone(UTC).date() + timedelta(1)
    return replace(terms, expires_at=datetime.combine(tomorrow, time(), UTC))


def checked_trigger(terms: Terms, side: Side, price: Decimal | None, listing: Listing) -> Decimal:
    """Give the trigger of an order that waits for a price, with the market at `price`.

    Raises StopOnWrongSide, NoPriceYet, or TermsDoNotFit for a trail longer than the price.
    """
    if terms.type is OrderType.TRAILING_STOP:
        if price is None:
            raise NoPriceYet(f"{listing.symbol} has no price to trail yet: wait for a first one.")
        trigger = trail_of(terms, side, price, listing)
        if trigger <= 0:
            detail = f"The trail is not below the price of {plain(price)}."
            raise TermsDoNotFit(detail, pointer="/trail_amount")
        return trigger
    stop = terms.stop_price
    assert stop is not None  # noqa: S101 - every other order that waits for a price has one
    if price is not None and reached(side, terms.type, stop, price):
        detail = (
            f"The market is at {plain(price)}, so this order would be set off at once:"
            " set stop_price on the other side of it, or place a market or limit order."
        )
        raise StopOnWrongSide(detail, pointer="/stop_price")
    return stop


def entry_of(
    ticket: Ticket, terms: Terms, *, order_id: UUID, owner_id: UUID, portfolio_id: int, at: datetime
) -> Order:
    """Make the order of a ticket itself, which nothing has happened to yet."""
    return Order(
        id=order_id,
        owner_id=owner_id,
        portfolio_id=portfolio_id,
        security=ticket.symbol,
        side=ticket.side,
        original_qty=ticket.qty or ZERO,
        executed_qty=ZERO,
        executed_value=ZERO,
        fill_count=0,
        status=Status.PENDING,
        client_order_id=ticket.client_order_id,
        venue=ticket.venue,
        created_at=at,
        updated_at=at,
        version=1,
        terms=terms,
        standing=Standing(phase=Phase.WORKING),
    )


def legs_of(ticket: Ticket, entry: Order, ids: list[UUID]) -> list[Order]:
    """Make the exits of a ticket, one for each id: held until the entry is filled, or free without one."""
    free = ticket.terms.order_class is OrderClass.OCO
    rate = None if standing_of(entry).reserve_rate is None else ZERO
    group = (ids[0] if free else entry.id) if len(ids) > 1 else None
    shared = Terms(
        time_in_force=entry.terms.time_in_force,
        self_trade=entry.terms.self_trade,
        expires_at=entry.terms.expires_at,
        order_class=entry.terms.order_class,
        parent_id=None if free else entry.id,
        group_id=group,
    )
    terms = []
    if ticket.take_profit is not None:
        limit = ticket.take_profit
        terms.append(replace(shared, role=Role.TAKE_PROFIT, type=OrderType.LIMIT, limit_price=limit))
    if ticket.stop_loss is not None:
        limited = ticket.stop_loss_limit is not None
        terms.append(
            replace(
                shared,
                role=Role.STOP_LOSS,
                type=OrderType.STOP_LIMIT if limited else OrderType.STOP,
                stop_price=ticket.stop_loss,
                limit_price=ticket.stop_loss_limit,
            )
        )
    return [
        replace(
            entry,
            id=order_id,
            side=entry.side if free else other(entry.side),
            client_order_id=ticket.client_order_id if free and number == 0 else None,
            terms=one,
            standing=Standing(phase=Phase.HELD, trigger_price=one.stop_price, reserve_rate=rate),
        )
        for number, (order_id, one) in enumerate(zip(ids, terms, strict=True))
    ]


def replacement_of(
    old: Order, asked: Replacement, listing: Listing, *, order_id: UUID, at: datetime
) -> Order:
    """Make the order that takes the place of another, for what is pending unless it says how much.

    Raises TermsDoNotFit, OffTick, OffLot, PriceMissing, PriceNotWanted.
    """
    _check_replaceable(old, asked)
    terms = old.terms
    given = {name: price for name in _PRICES if (price := getattr(asked, name)) is not None}
    if asked.trail is not None:
        given["trail_percent" if terms.trail_percent is not None else "trail_amount"] = asked.trail
    qty = old.pending_qty if asked.qty is None else asked.qty
    on_lot(qty, listing, "/qty")
    display = None if terms.display_qty is None else min(terms.display_qty, qty)
    check_tranches(display, qty)
    kept = asked.time_in_force in {None, terms.time_in_force}
    new = replace(
        terms,
        **given,
        display_qty=display,
        time_in_force=terms.time_in_force if asked.time_in_force is None else asked.time_in_force,
        expires_at=terms.expires_at if kept else None,
        replaces_id=old.id,
    )
    check_prices(new, listing)
    if not kept:
        check_time_in_force(new, listing, at=at)
        new = lives_until(new, listing, at)
    return replace(
        old,
        id=order_id,
        original_qty=qty,
        executed_qty=ZERO,
        executed_value=ZERO,
        fill_count=0,
        status=Status.PENDING,
        client_order_id=asked.client_order_id,
        created_at=at,
        updated_at=at,
        version=1,
        terms=new,
        standing=replace(standing_of(old), shown_qty=None),
    )


def _check_replaceable(old: Order, asked: Replacement) -> None:
    terms, standing = old.terms, standing_of(old)
    if terms.amount is not None:
        detail = "An order for an amount of money cannot be replaced: cancel it and place another."
        raise TermsDoNotFit(detail)
    if terms.role is not Role.ENTRY and asked.qty is not None:
        raise TermsDoNotFit("The quantity of an exit follows its entry: leave qty out.", pointer="/qty")
    if standing.phase is Phase.WORKING and (asked.stop_price or asked.trail) is not None:
        detail = "The order has been set off already: it has no trigger to change any more."
        raise TermsDoNotFit(detail, pointer="/stop_price")
