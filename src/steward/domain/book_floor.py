"""The floor of the `book` venue: a desk's orders, and the book in which they meet."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, cast
from uuid import UUID

from steward.domain.altered import altered
from steward.domain.blotter import Blotter
from steward.domain.book import Book, BookOrder
from steward.domain.listings import TradingStatus
from steward.domain.money import multiply, whole_steps
from steward.domain.orders import Order, Side
from steward.domain.reserves import limit_of, standing_of
from steward.domain.terms import Standing, TimeInForce
from steward.domain.tickets import rests
from steward.domain.trading import OrderEventKind

SOURCE: Final = "book"


class BookFloor:
    """Trades orders with each other. A price is in ticks and a quantity in lots only in here."""

    def __init__(self, blotter: Blotter) -> None:
        self._blotter, self._book = blotter, Book()

    @property
    def ready(self) -> bool:
        """Whether an order can trade at this moment."""
        return self._blotter.state.status is TradingStatus.CONTINUOUS

    def arrival(self, at: datetime) -> datetime:
        """Give when an order of a moment gets to the book: at once."""
        return at

    def prices(self) -> dict[Side, Decimal]:
        """Give the price that sets off triggers of each side: that of the last trade."""
        last = self._blotter.state.last_price
        return {} if last is None else dict.fromkeys(Side, last)

    def best(self, side: Side) -> Decimal | None:
        """Give the best price that an order of `side` could trade at."""
        found = self._book.best_ask if side is Side.BUY else self._book.best_bid
        return None if found is None else self._price(found)

    def reachable(
        self, side: Side, qty: Decimal, limit: Decimal | None, *, owner_id: UUID, at: datetime
    ) -> tuple[Decimal, Decimal]:
        """Give the units up to `qty` that could trade now, and their value in money."""
        _ = at  # the book is the same at any moment
        listing = self._blotter.listing
        lots, value = self._book.cost(
            side is Side.BUY, self._lots(qty), None if limit is None else self._ticks(limit), owner_id
        )
        step = multiply(multiply(listing.tick, listing.lot), listing.multiplier)
        return self._qty(lots), multiply(Decimal(value), step)

    def depth(self, levels: int) -> tuple[list[tuple[Decimal, Decimal, int]], ...]:
        """Give the best levels to buy and to sell at: price, shown quantity, number of orders."""
        bids, asks = self._book.depth(levels)
        return tuple(
            [(self._price(price), self._qty(lots), count) for price, lots, count in side]
            for side in (bids, asks)
        )

    def restore(self, order: Order) -> None:
        """Put a working order where it stood, or leave it there with what is left of it."""
        here, standing = self._book.get(order.id), standing_of(order)
        lots = self._lots(order.pending_qty)
        if here is not None:
            if (here.priority, here.open, here.shown) == (standing.priority, lots, self._shown(order)):
                return
            self._book.cancel(order.id)
        self._book.restore(self._resting(order))

    def leave(self, order: Order) -> None:
        """Take an order out, if it is here."""
        if order.id in self._book:
            self._book.cancel(order.id)

    def enter(self, order: Order, *, at: datetime) -> None:
        """Let a working order trade, and rest or end with what is left."""
        blotter, book, terms = self._blotter, self._book, order.terms
        coming = self._resting(order)
        book.turn = max(book.turn, blotter.turn)
        entered = book.enter(
            coming,
            market=coming.price is None,
            rests=rests(terms),
            all_or_none=terms.time_in_force is TimeInForce.FOK,
            post_only=terms.post_only,
        )
        blotter.turn = max(blotter.turn, book.turn)
        for resting, lots in entered.fills:
            maker, taker = self._order(resting), blotter.orders[order.id]
            assert resting.price is not None  # noqa: S101 - only limit orders rest
            blotter.trade(
                {maker.side: maker, taker.side: taker},
                self._qty(lots),
                self._price(resting.price),
                at=at,
                source=SOURCE,
                stands=self._stand(resting),
            )
            blotter.prices.append(self.prices())
        self._gave_way(entered.cancelled, at)
        if entered.rested:
            # Nobody at its price came later, and this is the place that is stored with it.
            coming.priority = standing_of(order).priority
        elif entered.left:
            assert entered.why is not None  # noqa: S101 - what is left has a reason
            blotter.end(blotter.orders[order.id], OrderEventKind.CANCELLED, entered.why, at=at)

    def uncross(self, gathered: list[Order], *, at: datetime) -> None:
        """Trade the gathered orders and the book at one price; those at any price end with what is left.

        An order to sell short whose margin is kept for less than that price gives way first.
        """
        for order in gathered:
            self._book.restore(self._resting(order))
        self._book.turn = max(self._book.turn, self._blotter.turn)
        last = self._blotter.state.last_price
        reference = None if last is None else self._ticks(last)
        while (found := self._book.indicative(reference)) is not None:
            price = self._price(found[0])
            if self._too_dear(price, at):
                continue
            matches, cancelled = self._book.uncross(found[0])
            for bid, ask, lots in matches:
                sides = {Side.BUY: self._order(bid), Side.SELL: self._order(ask)}
                stands = self._stand(bid) | self._stand(ask)
                self._blotter.trade(sides, self._qty(lots), price, at=at, source=SOURCE, stands=stands)
            self._gave_way(cancelled, at)
        self._blotter.turn = max(self._blotter.turn, self._book.turn)
        for order_id in [order.id for order in gathered]:
            left = self._blotter.orders.get(order_id)
            if left is not None and not rests(left.terms):
                self.leave(left)
                self._blotter.end(left, OrderEventKind.CANCELLED, "no_liquidity", at=at)

    def _too_dear(self, price: Decimal, at: datetime) -> bool:
        dear = [
            order
            for order in self._blotter.orders.shorts
            if order.id in self._book and (standing_of(order).bound_price or price) < price
        ]
        for order in sorted(dear, key=lambda one: standing_of(one).priority):
            self.leave(order)
            self._blotter.end(order, OrderEventKind.CANCELLED, "insufficient_buying_power", at=at)
        return bool(dear)

    def _gave_way(self, cancelled: Sequence[BookOrder], at: datetime) -> None:
        for gone in cancelled:
            self._blotter.end(self._order(gone), OrderEventKind.CANCELLED, "self_trade", at=at)

    def _stand(self, resting: BookOrder) -> dict[UUID, Standing]:
        """Say where an iceberg stands, whose next tranche may be at the back; others keep their place."""
        if not resting.display:
            return {}
        order = self._order(resting)
        shown = self._qty(resting.shown) if resting.open else None
        return {order.id: altered(standing_of(order), priority=resting.priority, shown_qty=shown)}

    def _order(self, resting: BookOrder) -> Order:
        return self._blotter.orders[cast("UUID", resting.id)]

    def _resting(self, order: Order) -> BookOrder:
        terms, standing = order.terms, standing_of(order)
        limit = limit_of(order)
        return BookOrder(
            id=order.id,
            owner=order.owner_id,
            buys=order.side is Side.BUY,
            price=None if limit is None else self._ticks(limit),
            open=self._lots(order.pending_qty),
            display=0 if terms.display_qty is None else self._lots(terms.display_qty),
            self_trade=terms.self_trade,
            shown=self._shown(order),
            priority=standing.priority,
        )

    def _shown(self, order: Order) -> int:
        shown, display = standing_of(order).shown_qty, order.terms.display_qty
        if display is None:
            return 0
        return self._lots(min(display, order.pending_qty) if shown is None else shown)

    def _lots(self, qty: Decimal) -> int:
        return whole_steps(qty, self._blotter.listing.lot)

    def _ticks(self, price: Decimal) -> int:
        return whole_steps(price, self._blotter.listing.tick)

    def _qty(self, lots: int) -> Decimal:
        return multiply(Decimal(lots), self._blotter.listing.lot)

    def _price(self, ticks: int) -> Decimal:
        return multiply(Decimal(ticks), self._blotter.listing.tick)
