"""Auctions: the one price at which gathered orders trade most."""

from collections.abc import Iterator

from steward.domain.book_levels import Side


def auction_price(bids: Side, asks: Side, reference: int | None) -> tuple[int, int] | None:
    """Give the price of an auction and the lots that trade at it, None when nothing can trade.

    Of the prices between the lowest and the highest limit it is one at which most lots trade, of these one
    at which least is left over on the heavier side, of these the nearest to `reference`, and the middle
    of them without one. When no order has a limit it is the reference itself.
    """
    prices = sorted({key * side.sign for side in (bids, asks) for key in side.keys})
    if not prices:
        lots = min(bids.market.total(), asks.market.total())
        return None if reference is None or not lots else (reference, lots)
    best, ties = (0, 0), list[tuple[int, int]]()
    for low, high, buying, selling in _ranges(bids, asks, prices):
        # Most lots first, then least left over: the greatest pair.
        found = min(buying, selling), -abs(buying - selling)
        if found > best or not ties:
            best, ties = found, [(low, high)]
        elif found == best:
            ties.append((low, high))
    if not best[0]:
        return None
    # What is left over falls or rises steadily with the price, so equals lie side by side.
    lowest, highest = ties[0][0], ties[-1][1]
    middle = (lowest + highest) // 2
    return (middle if reference is None else min(max(reference, lowest), highest)), best[0]


def _ranges(bids: Side, asks: Side, prices: list[int]) -> Iterator[tuple[int, int, int, int]]:
    """Give ranges of prices, rising, with the lots bought and sold at each price of the range."""
    buying = bids.market.total() + sum(level.total() for level in bids.levels.values())
    selling = asks.market.total()
    for price, following in zip(prices, [*prices[1:], prices[-1]], strict=True):
        if (offered := asks.levels.get(-price)) is not None:
            selling += offered.total()
        yield price, price, buying, selling
        if (wanted := bids.levels.get(price)) is not None:
            buying -= wanted.total()
        if following - price > 1:
            yield price + 1, following - 1, buying, selling
