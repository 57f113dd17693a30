"""The least that a book in Python does: levels in a SortedDict, Decimals, price and time, nothing else."""

from decimal import Decimal

from sortedcontainers import SortedDict

_NONE = Decimal(0)


class MinimalBook:
    """No owners, no icebergs, no refusals, no depth: what rests, and what trades."""

    def __init__(self) -> None:
        self.bids, self.asks = SortedDict(), SortedDict()
        self.places: dict[int, tuple[SortedDict, Decimal]] = {}

    def limit(
        self, number: int, buys: bool, price: Decimal, lots: Decimal
    ) -> list[tuple[int, Decimal, Decimal]]:
        """Match and let the rest rest. Gives the fills: number, price, lots."""
        against = self.asks if buys else self.bids
        fills: list[tuple[int, Decimal, Decimal]] = []
        while lots and against:
            best, level = against.peekitem(0 if buys else -1)
            if best > price if buys else best < price:
                break
            lots = self.taken(against, best, level, lots, fills)
        if lots:
            own = self.bids if buys else self.asks
            level = own.get(price)
            if level is None:
                level = own[price] = {}
            level[number] = lots
            self.places[number] = own, price
        return fills

    def market(self, buys: bool, lots: Decimal) -> list[tuple[int, Decimal, Decimal]]:
        """Match; what is left is forgotten."""
        against = self.asks if buys else self.bids
        fills: list[tuple[int, Decimal, Decimal]] = []
        while lots and against:
            best, level = against.peekitem(0 if buys else -1)
            lots = self.taken(against, best, level, lots, fills)
        return fills

    def taken(
        self,
        against: SortedDict,
        best: Decimal,
        level: dict[int, Decimal],
        lots: Decimal,
        fills: list[tuple[int, Decimal, Decimal]],
    ) -> Decimal:
        """Trade with the first of a level; gives the lots that are left."""
        number = next(iter(level))
        resting = level[number]
        if lots < resting:
            level[number] = resting - lots
            fills.append((number, best, lots))
            return _NONE
        del level[number], self.places[number]
        if not level:
            del against[best]
        fills.append((number, best, resting))
        return lots - resting

    def cancel(self, number: int) -> None:
        """Take an order out, if it rests."""
        place = self.places.pop(number, None)
        if place is not None:
            side, price = place
            level = side[price]
            del level[number]
            if not level:
                del side[price]
