"""A slow matcher that is right at sight: one list, sorted again before every trade, and linear scans.

It shares nothing with the core but the modes of self-trade prevention. A fill-or-kill order is tried on a
copy of everything; an auction tries every price there is.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from steward.domain.terms import SelfTrade


@dataclass
class Resting:
    """An order with its place in time. `price` is None for one at any price; `shown` is what it shows."""

    id: int
    owner: int
    buys: bool
    price: int | None
    open: int
    display: int
    mode: SelfTrade
    shown: int = 0
    place: int = 0

    def show(self) -> None:
        """Show the next tranche; without a display that is all."""
        self.shown = min(self.display or self.open, self.open)


@dataclass
class Outcome:
    """What one step did: trades as (bid, ask, price, lots), and who was cancelled."""

    trades: list[tuple[int, int, int, int]] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    rested: bool = False
    left: int = 0
    why: str | None = None


@dataclass
class ReferenceBook:
    """All that rests, in no order."""

    orders: list[Resting] = field(default_factory=list)
    places: int = 0

    def line(self, *, buys: bool) -> list[Resting]:
        """Give one side in the order of its priority."""
        side = [order for order in self.orders if order.buys is buys]

        def rank(order: Resting) -> tuple[int, int, int]:
            if order.price is None:
                return 0, 0, order.place
            return 1, -order.price if buys else order.price, order.place

        return sorted(side, key=rank)

    def limits(self, *, buys: bool) -> list[Resting]:
        """Give those of one side that have a price."""
        return [order for order in self.line(buys=buys) if order.price is not None]

    def find(self, order_id: int) -> Resting:
        """Give an order. Raises StopIteration."""
        return next(order for order in self.orders if order.id == order_id)

    def rest(self, order: Resting) -> None:
        """Put an order behind all others of its price."""
        order.show()
        self.give_place(order)
        self.orders.append(order)

    def give_place(self, order: Resting) -> None:
        """Place an order behind everybody in time."""
        self.places += 1
        order.place = self.places

    def reached(self, buys: bool, limit: int | None) -> list[Resting]:
        """Give those that an order can trade with, in order."""

        def within(price: int) -> bool:
            return limit is None or (price <= limit if buys else price >= limit)

        return [
            order for order in self.limits(buys=not buys) if order.price is not None and within(order.price)
        ]

    def enter(
        self, order: Resting, *, market: bool, rests: bool, all_or_none: bool, post_only: bool
    ) -> Outcome:
        """Do what Book.enter says."""
        limit = None if market else order.price
        if all_or_none:
            trial, tried = deepcopy(self), deepcopy(order)
            trial.match(tried, limit, Outcome())
            if tried.open:
                return Outcome(left=order.open, why="fill_or_kill")
        if post_only and self.reached(order.buys, limit):
            return Outcome(left=order.open, why="post_only")
        done = Outcome()
        met_own = self.match(order, limit, done)
        if order.open and rests and not market and not met_own:
            self.rest(order)
            done.rested = True
        elif order.open:
            done.left, done.why = order.open, "self_trade" if met_own else "no_liquidity"
        return done

    def match(self, order: Resting, limit: int | None, done: Outcome) -> bool:
        """Trade while somebody can be reached. Says whether the order gave way to one of its owner."""
        while order.open and (line := self.reached(order.buys, limit)):
            first = line[0]
            if first.owner == order.owner:
                if order.mode in {SelfTrade.CANCEL_OLDEST, SelfTrade.CANCEL_BOTH}:
                    self.orders.remove(first)
                    done.cancelled.append(first.id)
                if order.mode in {SelfTrade.CANCEL_NEWEST, SelfTrade.CANCEL_BOTH}:
                    return True
                continue
            lots = min(order.open, first.shown)
            order.open -= lots
            self.trade(first, lots)
            bid, ask = (order, first) if order.buys else (first, order)
            assert first.price is not None
            done.trades.append((bid.id, ask.id, first.price, lots))
        return False

    def trade(self, order: Resting, lots: int) -> None:
        """Take lots off a resting order."""
        order.open -= lots
        order.shown -= lots
        if not order.open:
            self.orders.remove(order)
        elif not order.shown:
            order.show()
            self.give_place(order)

    def at(self, price: int) -> tuple[int, int]:
        """Count the lots that would be bought, and sold, at a price."""
        bought = sum(one.open for one in self.line(buys=True) if one.price is None or one.price >= price)
        sold = sum(one.open for one in self.line(buys=False) if one.price is None or one.price <= price)
        return bought, sold

    def auction_price(self, reference: int | None) -> tuple[int, int] | None:
        """Try every price between the lowest limit and the highest."""
        limits = [order.price for order in self.orders if order.price is not None]
        if not limits:
            limits = [] if reference is None else [reference]
        prices = range(min(limits), max(limits) + 1) if limits else range(0)
        prices_left = list(prices)
        tests: list[Callable[[int], int]] = [
            lambda price: -min(self.at(price)),
            lambda price: abs(self.at(price)[0] - self.at(price)[1]),
        ]
        for test in tests:
            results = [test(price) for price in prices_left]
            prices_left = [
                price for price, found in zip(prices_left, results, strict=True) if found == min(results)
            ]
        if not prices_left or not min(self.at(prices_left[0])):
            return None
        wanted = (prices_left[0] + prices_left[-1]) // 2 if reference is None else reference
        price = min(prices_left, key=lambda one: abs(one - wanted))
        return price, min(self.at(price))

    def uncross(self, price: int) -> Outcome:
        """Trade at one price while there is somebody on both sides."""
        done = Outcome()
        while True:
            bids = [one for one in self.line(buys=True) if one.price is None or one.price >= price]
            asks = [one for one in self.line(buys=False) if one.price is None or one.price <= price]
            if not bids or not asks:
                return done
            bid, ask = bids[0], asks[0]
            if bid.owner == ask.owner:
                older, newer = sorted((bid, ask), key=lambda one: one.place)
                if newer.mode in {SelfTrade.CANCEL_NEWEST, SelfTrade.CANCEL_BOTH}:
                    self.orders.remove(newer)
                    done.cancelled.append(newer.id)
                if newer.mode in {SelfTrade.CANCEL_OLDEST, SelfTrade.CANCEL_BOTH}:
                    self.orders.remove(older)
                    done.cancelled.append(older.id)
                continue
            lots = min(bid.shown, ask.shown)
            self.trade(bid, lots)
            self.trade(ask, lots)
            done.trades.append((bid.id, ask.id, price, lots))
