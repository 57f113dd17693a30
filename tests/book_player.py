"""Random operations on the core and on the slow matcher, compared after each; what breaks a law raises."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from steward.domain.book import Book, BookOrder
from steward.domain.terms import SelfTrade
from tests.reference_book import Outcome, ReferenceBook, Resting

MIDDLE, MOST_RESTING = 1_000, 60
MODES = tuple(SelfTrade)
Trades = list[tuple[int, int, int, int]]


class Broken(Exception):
    """A law does not hold; says which and after which operation."""


class Player:
    """Plays one game from a seed. `counts` are the operations by kind, and what came of them."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.book, self.slow = Book(), ReferenceBook()
        self.drawn = 0
        self.known, self.ended = set[int](), set[int]()
        self.resting_lots = 0
        self.counts: Counter[str] = Counter()
        self.doing = ""

    def play(self, count: int) -> None:
        """Do so many operations. Raises Broken."""
        operations = [self.order] * 60 + [self.cancel] * 12 + [self.ask] * 10
        operations += [self.restored] * 2 + [self.auction]
        for number in range(count):
            crowded = len(self.book) > MOST_RESTING and self.dice.random() < 0.5
            operation = self.cancel if crowded else self.dice.choice(operations)
            self.doing = f"operation {number}, {operation.__name__}"
            self.counts[operation.__name__] += 1
            operation()
            self.same_state()
            self.law(not self.crossed(), "crossed at rest")

    def law(self, holds: bool, name: str, *seen: object) -> None:
        """Raise Broken unless it holds."""
        if not holds:
            raise Broken(f"{self.doing}: {name} {seen or ''}")

    def same(self, name: str, core: object, slow: object) -> None:
        """Raise Broken unless both say the same."""
        self.law(core == slow, name, core, slow)

    def crossed(self) -> bool:
        bid, ask = self.book.best_bid, self.book.best_ask
        return bid is not None and ask is not None and bid >= ask

    # Operations.

    def pair(self, *, spread: int = 8, market: bool = False) -> tuple[BookOrder, Resting]:
        """Draw an order, once for each of the two books."""
        dice = self.dice
        self.drawn += 1
        lots, buys, owner, mode = (
            dice.randint(1, 30),
            dice.random() < 0.5,
            dice.randint(1, 4),
            dice.choice(MODES),
        )
        price = None if market else MIDDLE + dice.randint(-spread, spread)
        display = dice.randint(1, lots + 2) if dice.random() < 0.3 else 0
        core = BookOrder(self.drawn, owner, buys, price, lots, display, mode)
        return core, Resting(self.drawn, owner, buys, price, lots, display, mode)

    def order(self) -> None:
        """Enter an order of any kind."""
        dice = self.dice
        market = dice.random() < 0.2
        rests, all_or_none = dice.random() < 0.8, dice.random() < 0.15
        post_only = not market and not all_or_none and dice.random() < 0.2
        core, slow = self.pair(market=market)
        lots, before = core.open, {order.id: order.place for order in self.slow.orders}
        done = self.book.enter(
            core,
            market=market,
            rests=rests and not all_or_none,
            all_or_none=all_or_none,
            post_only=post_only,
        )
        expected = self.slow.enter(
            slow,
            market=market,
            rests=rests and not all_or_none,
            all_or_none=all_or_none,
            post_only=post_only,
        )
        trades: Trades = []
        for one, filled in done.fills:
            bid, ask = (core.id, one.id) if core.buys else (one.id, core.id)
            trades.append((bid, ask, one.price, filled))  # type: ignore[arg-type]  # these ids are integers
        self.same_outcome(expected, trades, done.cancelled)
        self.same("rested", done.rested, expected.rested)
        self.same("left", (done.left, done.why), (expected.left, expected.why))
        self.counts[done.why or ("rested" if done.rested else "filled")] += 1
        self.in_priority(core, done.fills, before)
        filled = sum(lots for _, lots in done.fills)
        self.same("lots conserved", lots, filled + done.left + (core.open if done.rested else 0))
        self.resting_lots += core.open if done.rested else 0
        if not done.rested:
            self.ended.add(core.id)  # type: ignore[arg-type]  # as above

    def in_priority(
        self, order: BookOrder, fills: Sequence[tuple[BookOrder, int]], before: dict[int, int]
    ) -> None:
        """No trade through a better price, and the earlier first at one price."""
        sign = 1 if order.buys else -1
        prices = [one.price * sign for one, _ in fills if one.price is not None]
        self.law(prices == sorted(prices), "through a better price")
        if fills:
            better = self.book.best_ask if order.buys else self.book.best_bid
            self.law(better is None or better * sign >= prices[-1], "left a better price behind")
        if order.price is not None:
            self.law(all(price <= order.price * sign for price in prices), "beyond the limit")
        # An iceberg that comes a second time has lost its place: only the first tranche counts here.
        seen, places = set[object](), list[tuple[int, int]]()
        for price, (one, _) in zip(prices, fills, strict=True):
            if one.id not in seen:
                places.append((price, before[one.id]))  # type: ignore[index]  # as above
            seen.add(one.id)
        self.law(places == sorted(places), "the later first")

    def cancel(self) -> None:
        """Cancel any that rests, or one that does not."""
        if not self.slow.orders or self.dice.random() < 0.1:
            missing = self.dice.choice([0, *self.ended])
            try:
                self.book.cancel(missing)
            except KeyError:
                return
            self.law(False, "left a final state", missing)
        gone = self.dice.choice(self.slow.orders)
        self.slow.orders.remove(gone)
        self.end(self.book.cancel(gone.id))

    def ask(self) -> None:
        """Compare what can be asked without a change."""
        dice = self.dice
        buys, limit = dice.random() < 0.5, dice.choice((None, MIDDLE + dice.randint(-9, 9)))
        owner, lots = dice.choice((None, 1, 2)), dice.randint(1, 60)
        reached = [one for one in self.slow.reached(buys, limit) if one.owner != owner]
        prices = [one.price for one in reached for _ in range(one.open)][:lots]
        cost = len(prices), sum(price for price in prices if price is not None)
        self.same("cost", self.book.cost(buys, lots, limit, owner), cost)

    def restored(self) -> None:
        """Go on with a book that was put together again from what another keeps, in any order."""
        kept = [self.book.cancel(order.id) for order in self.slow.orders]
        self.law(not len(self.book) and self.book.depth(9) == ([], []), "not empty")
        again = Book()
        again.turn = self.book.turn
        self.dice.shuffle(kept)
        for old in kept:
            again.restore(
                BookOrder(
                    old.id,
                    old.owner,
                    old.buys,
                    old.price,
                    old.open,
                    old.display,
                    old.self_trade,
                    old.shown,
                    old.priority,
                )
            )
        self.book = again

    def auction(self) -> None:
        """Gather, uncross until nothing can trade, and let those at any price go."""
        for _ in range(self.dice.randint(0, 25)):
            core, slow = self.pair(market=self.dice.random() < 0.2, spread=6)
            self.resting_lots += core.open
            self.book.restore(core)
            self.slow.rest(slow)
        self.same_state()
        reference = self.dice.choice((None, MIDDLE + self.dice.randint(-12, 12)))
        while True:
            price = self.book.indicative(reference)
            self.same("auction price", price, self.slow.auction_price(reference))
            if price is None:
                break
            done, expected = self.book.uncross(price[0]), self.slow.uncross(price[0])
            self.counts["auction trades"] += len(done.matches)
            trades = [(match.bid.id, match.ask.id, price[0], match.lots) for match in done.matches]
            self.same_outcome(expected, trades, done.cancelled)  # type: ignore[arg-type]  # as above
            if not expected.cancelled:
                self.same("lots of the auction", sum(match.lots for match in done.matches), price[1])
        for order in [one for one in self.slow.orders if one.price is None]:
            self.slow.orders.remove(order)
            self.end(self.book.cancel(order.id))

    # Laws.

    def end(self, order: BookOrder) -> None:
        """Note that an order is cancelled."""
        self.resting_lots -= order.open
        self.ended.add(order.id)  # type: ignore[arg-type]  # as above

    def same_outcome(self, expected: Outcome, trades: Trades, cancelled: Sequence[BookOrder]) -> None:
        """Compare trades and cancels, and take them off what is known to rest."""
        self.same("fills", trades, expected.trades)
        self.same("cancelled", [order.id for order in cancelled], expected.cancelled)
        self.counts["gave way"] += len(cancelled)
        for bid, ask, _, lots in trades:
            self.law(not self.ended & {bid, ask}, "left a final state", bid, ask)
            # An incoming order is not among the resting; in an auction both sides are.
            self.resting_lots -= lots * len({bid, ask} & self.known)
        for order in cancelled:
            self.end(order)

    def same_state(self) -> None:
        """Compare all that rests, order by order, and the depth with the orders."""
        lines = [self.slow.line(buys=buys) for buys in (True, False)]
        self.same("size", len(self.book), len(self.slow.orders))
        lots = 0
        for line, side in zip(lines, (self.book._bids, self.book._asks), strict=True):
            levels = [side.market, *(side.levels[key] for key in reversed(side.keys))]
            resting = [order for level in levels for order in level]
            lots += sum(order.open for order in resting)
            self.same(
                "line",
                [(one.id, one.open, one.visible, one.priority) for one in resting],
                [(one.id, one.open, one.shown, one.place) for one in line],
            )
            for level in levels:
                inside = list(level)
                self.same("count", level.count, len(inside))
                self.same("shown", level.shown, sum(order.visible for order in inside))
                self.same("all lots", level.total(), sum(order.open for order in inside))
                self.same("back", [*reversed(inside)][:1], [level.last] if level.last else [])
            self.same("levels", len(side.levels), len(side.keys))
        self.same("lots conserved", lots, self.resting_lots)
        known = {order.id for order in self.slow.orders}
        self.ended |= self.known - known
        self.known = known
        self.law(not self.known & self.ended, "left a final state")
        self.same("depth", self.book.depth(5), tuple(depth(line, 5) for line in lines))


def depth(line: list[Resting], levels: int) -> list[tuple[int, int, int]]:
    """Add up a line price by price."""
    prices = dict.fromkeys(order.price for order in line if order.price is not None)
    found = []
    for price in list(prices)[:levels]:
        there = [order for order in line if order.price == price]
        found.append((price, sum(order.shown for order in there), len(there)))
    return found
