"""The book: orders of one symbol meet each other, by price and then by time. Pure: no clock, no chance.

Prices are in ticks and quantities in lots, both integers. A trade is at the price of the order that rests.
Of an iceberg only the shown tranche has a place in time: the next one goes to the back of its price. The
mode of the *incoming* order says who gives way when both sides of a trade would be of one owner.
"""

from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

from steward.domain.book_auctions import auction_price
from steward.domain.book_levels import BookOrder, Side
from steward.domain.terms import SelfTrade

__all__ = ["Book", "BookOrder", "Entered", "Match", "Uncrossed"]

Depth = Sequence[tuple[int, int, int]]


class Entered(NamedTuple):
    """What became of an order that came: a tuple, for one is made with every order.

    `fills` are the resting orders that it traded with and the lots, in order, each at the price of the
    resting one. `cancelled` are resting orders that gave way. `left` are lots that neither traded nor
    rest, and `why` says why: `post_only`, `fill_or_kill`, `self_trade` or `no_liquidity`.
    """

    fills: Sequence[tuple[BookOrder, int]]
    cancelled: Sequence[BookOrder]
    rested: bool
    left: int
    why: str | None


class Match(NamedTuple):
    """One purchase and one sale of `lots` in an auction."""

    bid: BookOrder
    ask: BookOrder
    lots: int


class Uncrossed(NamedTuple):
    """The trades of an auction in order, and the orders that gave way to one of their owner."""

    matches: Sequence[Match]
    cancelled: Sequence[BookOrder]


RESTED: Final = Entered((), (), rested=True, left=0, why=None)


class Book:
    """The resting orders of one symbol.

    `turn` counts the places in line that were given; whoever keeps orders elsewhere may raise it, never
    lower it, so that places given by different copies of the book compare.
    """

    __slots__ = ("_asks", "_bids", "_orders", "turn")

    def __init__(self) -> None:
        self._bids, self._asks = Side(1), Side(-1)
        self._orders: dict[Hashable, BookOrder] = {}
        self.turn = 0

    def __len__(self) -> int:
        return len(self._orders)

    def __contains__(self, order_id: Hashable) -> bool:
        return order_id in self._orders

    def get(self, order_id: Hashable) -> BookOrder | None:
        """Give a resting order."""
        return self._orders.get(order_id)

    @property
    def best_bid(self) -> int | None:
        """The highest price at which somebody buys."""
        return self._bids.best()

    @property
    def best_ask(self) -> int | None:
        """The lowest price at which somebody sells."""
        return self._asks.best()

    def depth(self, levels: int) -> tuple[Depth, Depth]:
        """Give the best prices to buy and to sell at, with the lots shown and the number of orders."""
        bids, asks = (
            [
                (key * side.sign, (level := side.levels[key]).shown, level.count)
                for key in side.keys[: -levels - 1 : -1]
            ]
            for side in (self._bids, self._asks)
        )
        return bids, asks

    def enter(
        self,
        order: BookOrder,
        *,
        market: bool = False,
        rests: bool = True,
        all_or_none: bool = False,
        post_only: bool = False,
    ) -> Entered:
        """Match an order that comes, and let what is left rest when it `rests`; a market order never does.

        `all_or_none` is fill-or-kill, which counts what is hidden too. `post_only` refuses an order that
        would trade; what is refused changes nothing.
        """
        against = self._asks if order.buys else self._bids
        keys = against.keys
        if market:
            worst = keys[0] if keys else 0
        else:
            assert order.price is not None  # noqa: S101 - a limit order has a price
            worst = order.price * against.sign
        why = None
        if not keys or keys[-1] < worst:
            if rests and not market and not all_or_none:
                self._queue(order)
                return RESTED
            why = "fill_or_kill" if all_or_none else "no_liquidity"
        elif post_only:
            why = "post_only"
        elif all_or_none and not self._fillable(order, worst):
            why = "fill_or_kill"
        if why is not None:
            return Entered((), (), rested=False, left=order.open, why=why)
        fills, cancelled, met_own = self._match(order, against, worst)
        if order.open and rests and not market and not met_own:
            self._queue(order)
            return Entered(fills, cancelled, rested=True, left=0, why=None)
        if order.open:
            why = "self_trade" if met_own else "no_liquidity"
        return Entered(fills, cancelled, rested=False, left=order.open, why=why)

    def cancel(self, order_id: Hashable) -> BookOrder:
        """Take a resting order out. Raises KeyError."""
        order = self._orders.pop(order_id)
        (self._bids if order.buys else self._asks).remove(order)
        return order

    def restore(self, order: BookOrder) -> None:
        """Put an order in line without matching: what was kept elsewhere, or gathers for an auction.

        It goes where its `priority` says, to the back when it has none yet.
        """
        if not order.priority:
            self._queue(order)
            return
        level = (self._bids if order.buys else self._asks).level(order.price)
        after = level.last
        while after is not None and after.priority > order.priority:
            after = after.ahead
        level.append(order, after)
        self._orders[order.id] = order
        self.turn = max(self.turn, order.priority)

    def cost(
        self,
        buys: bool,  # noqa: FBT001 - a side
        lots: int,
        limit: int | None = None,
        owner: Hashable | None = None,
    ) -> tuple[int, int]:
        """Give the lots up to `lots` that would trade now, and the sum of price and lots of each.

        What `owner` has there is passed over. The cost is in ticks times lots.
        """
        filled = value = 0
        for price, level in (self._asks if buys else self._bids).reach(limit):
            found = min(level.total(owner, lots - filled), lots - filled)
            filled += found
            value += price * found
            if filled == lots:
                break
        return filled, value

    def indicative(self, reference: int | None) -> tuple[int, int] | None:
        """Give price and lots of an auction now, None when nothing can trade; see `auction_price`."""
        return auction_price(self._bids, self._asks, reference)

    def uncross(self, price: int) -> Uncrossed:
        """Trade all that can at one price, those at any price first, then by price, then by time.

        Of two of one owner the newer's mode says who gives way. When that has left orders that could
        still trade, `indicative` says so, and the next auction price is another.
        """
        bids, asks = self._bids, self._asks
        matches, cancelled = list[Match](), list[BookOrder]()
        while (bid := bids.next_at(price)) is not None and (ask := asks.next_at(price)) is not None:
            if bid.owner == ask.owner:
                newer, older = (bid, ask) if bid.priority > ask.priority else (ask, bid)
                if newer.self_trade is not SelfTrade.CANCEL_OLDEST:
                    cancelled.append(self.cancel(newer.id))
                if newer.self_trade is not SelfTrade.CANCEL_NEWEST:
                    cancelled.append(self.cancel(older.id))
                continue
            lots = min(bid.visible, ask.visible)
            matches.append(Match(bid, ask, lots))
            self._take(bid, lots, bids)
            self._take(ask, lots, asks)
        return Uncrossed(matches, cancelled)

    def _queue(self, order: BookOrder) -> None:
        level = (self._bids if order.buys else self._asks).level(order.price)
        order.shown = 0
        self.turn = order.priority = self.turn + 1
        level.append(order, level.last)
        self._orders[order.id] = order

    def _match(
        self, order: BookOrder, against: Side, worst: int
    ) -> tuple[list[tuple[BookOrder, int]], list[BookOrder], bool]:
        """Trade down to the key `worst`. Says last whether the order gave way to one of its owner."""
        fills, cancelled = list[tuple[BookOrder, int]](), list[BookOrder]()
        owner, mode = order.owner, order.self_trade
        while order.open and (keys := against.keys) and keys[-1] >= worst:
            resting = against.levels[keys[-1]].first
            assert resting is not None  # noqa: S101 - a level without orders is removed
            if resting.owner == owner:
                if mode is not SelfTrade.CANCEL_NEWEST:
                    cancelled.append(self.cancel(resting.id))
                if mode is not SelfTrade.CANCEL_OLDEST:
                    return fills, cancelled, True
                continue
            lots = min(resting.visible, order.open)
            order.open -= lots
            fills.append((resting, lots))
            self._take(resting, lots, against)
        return fills, cancelled, False

    def _take(self, resting: BookOrder, lots: int, side: Side) -> None:
        """Take traded lots off an order at the front of its line; its next tranche goes to the back."""
        level = resting.level
        assert level is not None  # noqa: S101 - it rests
        resting.open -= lots
        level.shown -= lots
        if resting.display:
            resting.shown -= lots
        if not resting.open:
            del self._orders[resting.id]
            side.remove(resting)
        elif resting.display and not resting.shown:
            level.remove(resting)
            self.turn = resting.priority = self.turn + 1
            level.append(resting, level.last)

    def _fillable(self, order: BookOrder, worst: int) -> bool:
        """Say whether a fill-or-kill order is filled before it gives way to one of its owner."""
        against = self._asks if order.buys else self._bids
        passes, missing = order.self_trade is SelfTrade.CANCEL_OLDEST, order.open
        for _, level in against.reach(worst * against.sign):
            shown = 0
            for resting in level:
                if resting.owner != order.owner:
                    shown += resting.visible
                elif not passes:
                    # What others hide comes up behind its owner's: out of reach.
                    return shown >= missing
                if shown >= missing:
                    return True
            missing -= level.total(order.owner if passes else None)
            if missing <= 0:
                return True
        return False
