"""Levels: orders in line at one price, and the side of a book that they make up.

Prices are in ticks, quantities in lots: integers. Every change of a line takes the same time, however long
it is: orders are linked to their neighbours.
"""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from steward.domain.terms import SelfTrade


@dataclass(slots=True, eq=False)
class BookOrder:
    """An order that comes to a book or rests in it; the book changes it. Ids are unique within the book.

    `price` in ticks, None for one that gathers for an auction at any price; `open` lots left, > 0 when it
    comes; `display` lots that an iceberg shows at a time, 0 when it shows all. `shown` is what is left of
    the tranche that an iceberg shows, and `priority` its place among those of its price; whoever keeps
    an order to restore it later keeps these two as well.
    """

    id: Hashable
    owner: Hashable
    buys: bool
    price: int | None
    open: int
    display: int = 0
    self_trade: SelfTrade = SelfTrade.CANCEL_NEWEST
    shown: int = 0
    priority: int = 0
    level: "Level | None" = field(default=None, init=False, repr=False)
    ahead: "BookOrder | None" = field(default=None, init=False, repr=False)
    behind: "BookOrder | None" = field(default=None, init=False, repr=False)

    @property
    def visible(self) -> int:
        """Lots that can be traded before it loses its place, of an order in line."""
        return self.shown if self.display else self.open


class Level:
    """Those in line at one price: `count` orders that show `shown` lots and hide `hidden`."""

    __slots__ = ("count", "first", "hidden", "last", "shown")

    def __init__(self) -> None:
        self.first: BookOrder | None = None
        self.last: BookOrder | None = None
        self.count = self.shown = self.hidden = 0

    def __iter__(self) -> Iterator[BookOrder]:
        order = self.first
        while order is not None:
            yield order
            order = order.behind

    def total(self, owner: Hashable | None = None, enough: int | None = None) -> int:
        """Count all lots, hidden ones too, without those of `owner`; once there are `enough` no further."""
        if owner is None:
            return self.shown + self.hidden
        lots = 0
        for order in self:
            if order.owner != owner:
                lots += order.open
                if enough is not None and lots >= enough:
                    break
        return lots

    def append(self, order: BookOrder, after: BookOrder | None) -> None:
        """Put an order in line behind `after`, None for the front. An iceberg shows its tranche."""
        order.level = self
        order.ahead = after
        if after is None:
            order.behind, self.first = self.first, order
        else:
            order.behind, after.behind = after.behind, order
        if order.behind is None:
            self.last = order
        else:
            order.behind.ahead = order
        self.count += 1
        if order.display:
            order.shown = order.shown or min(order.display, order.open)
            self.shown += order.shown
            self.hidden += order.open - order.shown
        else:
            self.shown += order.open

    def remove(self, order: BookOrder) -> None:
        """Take an order out of the line with all that it has left."""
        ahead, behind = order.ahead, order.behind
        if ahead is None:
            self.first = behind
        else:
            ahead.behind = behind
        if behind is None:
            self.last = ahead
        else:
            behind.ahead = ahead
        # Without its links an order that has left is freed at once, not by the collector of cycles.
        order.level = order.ahead = order.behind = None
        self.count -= 1
        if order.display:
            self.shown -= order.shown
            self.hidden -= order.open - order.shown
        else:
            self.shown -= order.open


class Side:
    """The levels of one side by `key`: the greater the better, so the price of a bid, minus that of an ask.

    `keys` ascend: the best is the last, where a list changes cheapest. `market` is the line of those that
    gather for an auction at any price.
    """

    __slots__ = ("keys", "levels", "market", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}
        self.market = Level()

    def level(self, price: int | None) -> Level:
        """Give the line at a price; it is made when there is none."""
        if price is None:
            return self.market
        key = price * self.sign
        level = self.levels.get(key)
        if level is None:
            level = self.levels[key] = Level()
            insort(self.keys, key)
        return level

    def remove(self, order: BookOrder) -> None:
        """Take an order out, and its level with it when it was the last there. It must be in line."""
        price, level = order.price, order.level
        assert level is not None  # noqa: S101 - tells the type checker what the docstring asks for
        level.remove(order)
        if level.first is None and price is not None:
            key, keys = price * self.sign, self.keys
            del self.levels[key]
            if keys[-1] == key:
                keys.pop()
            else:
                del keys[bisect_left(keys, key)]

    def best(self) -> int | None:
        """Give the best price, None when nobody asks for one."""
        return self.keys[-1] * self.sign if self.keys else None

    def reach(self, limit: int | None) -> Iterator[tuple[int, Level]]:
        """Give the prices that an order against this side reaches, with their lines, the best first."""
        sign = self.sign
        for key in reversed(self.keys):
            if limit is not None and key < limit * sign:
                return
            yield key * sign, self.levels[key]

    def next_at(self, price: int) -> BookOrder | None:
        """Give the first in line of those that trade at an auction price."""
        if self.market.first is not None:
            return self.market.first
        if self.keys and self.keys[-1] >= price * self.sign:
            return self.levels[self.keys[-1]].first
        return None
