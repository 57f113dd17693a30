"""Market makers: a house that quotes around a price with ordinary orders of its own."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from steward.domain.accounts import Account
from steward.domain.desk import Desk
from steward.domain.listings import Listing
from steward.domain.money import ZERO, add, multiply, subtract, whole_steps
from steward.domain.orders import Side
from steward.domain.paper import PaperModel, chance, quote_of
from steward.domain.terms import OrderType, Terms, TimeInForce
from steward.domain.tickets import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerModel:
    """How a market maker quotes: `levels` prices on each side, `spread_bp` between the best two.

    Each level is half a spread, at least a tick, beyond the one before; at each stand 50 to 150 % of `size`
    units, a pure function of (seed, symbol, moment, level).
    """

    seed: int = 0
    levels: int = 5
    spread_bp: Decimal = Decimal(10)
    size: Decimal = Decimal(100)


def tickets_around(model: MakerModel, listing: Listing, price: Decimal, *, at: datetime) -> list[Ticket]:
    """Give the orders of a market maker while the price outside is `price`, the best of each side first."""
    around = PaperModel(seed=model.seed, spread_bp=model.spread_bp, size=model.size)
    quote = quote_of(around, listing, price, at=at)
    apart = whole_steps(subtract(quote.ask, quote.bid), listing.tick) // 2
    step = multiply(Decimal(max(apart, 1)), listing.tick)
    tickets = []
    for level in range(model.levels):
        for side, best in ((Side.BUY, quote.bid), (Side.SELL, quote.ask)):
            limit = add(best, multiply(step, Decimal(-level if side is Side.BUY else level)))
            drawn = chance(model.seed, listing.symbol, at, f"{side.value} {level}")
            lots = whole_steps(multiply(model.size, add(Decimal("0.5"), drawn)), listing.lot)
            if limit > 0:
                terms = Terms(type=OrderType.LIMIT, time_in_force=TimeInForce.GTC, limit_price=limit)
                qty = multiply(Decimal(max(lots, 1)), listing.lot)
                tickets.append(
                    Ticket(venue=listing.venue, symbol=listing.symbol, side=side, qty=qty, terms=terms)
                )
    return tickets


def is_off(desk: Desk, portfolio_id: int, price: Decimal) -> bool:
    """Say whether a house has to quote anew while the price outside is `price`.

    It has when it asks or bids nothing any more, or when the price has left the middle of its best bid and
    ask by more than a quarter of what lies between them.
    """
    limits: dict[Side, list[Decimal]] = {Side.BUY: [], Side.SELL: []}
    for order in desk.orders_of(portfolio_id):
        limits[order.side].append(order.terms.limit_price or ZERO)
    if not all(limits.values()):
        return True
    bid, ask = max(limits[Side.BUY]), min(limits[Side.SELL])
    return 2 * abs(2 * price - bid - ask) > ask - bid


def make_market(desk: Desk, house: Account, model: MakerModel, price: Decimal, *, at: datetime) -> None:
    """Let a house quote around a price: what it had at the desk is cancelled, and it asks anew."""
    for order in desk.orders_of(house.portfolio_id):
        desk.cancel(order.id, at=at, reason="requoted")
    for ticket in tickets_around(model, desk.listing, price, at=at):
        desk.place(ticket, house, at=at)
