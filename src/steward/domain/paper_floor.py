"""The floor of the `paper` venue: orders are filled against a quote, and never meet each other."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from steward.domain.blotter import Blotter
from steward.domain.listings import MarketQuote, TradingStatus
from steward.domain.money import ZERO, multiply, subtract, whole_steps
from steward.domain.open_orders import opens_short
from steward.domain.orders import Order, Side, other
from steward.domain.paper import PaperModel, latency, slipped
from steward.domain.reserves import limit_of, standing_of, value_of
from steward.domain.terms import Phase, TimeInForce
from steward.domain.tickets import rests
from steward.domain.trading import OrderEventKind

SOURCE: Final = "paper"


class PaperFloor:
    """Trades orders with the house at the quote, as far as its sizes go; what was taken is gone from it."""

    def __init__(self, blotter: Blotter, model: PaperModel) -> None:
        self._blotter, self._model = blotter, model

    @property
    def ready(self) -> bool:
        """Whether an order can trade at this moment: the market is open and there is a quote of it."""
        state = self._blotter.state
        return state.status is TradingStatus.CONTINUOUS and state.quote is not None

    def arrival(self, at: datetime) -> datetime:
        """Give when an order of a moment gets to the market."""
        return at + latency(self._model, self._blotter.listing.symbol, at=at)

    def prices(self) -> dict[Side, Decimal]:
        """Give the price that sets off triggers of each side: the ask for purchases, the bid for sales."""
        quote = self._blotter.state.quote
        return {} if quote is None else {Side.BUY: quote.ask, Side.SELL: quote.bid}

    def best(self, side: Side) -> Decimal | None:
        """Give the quoted price that an order of `side` trades at."""
        return self.prices().get(side)

    def reachable(
        self, side: Side, qty: Decimal, limit: Decimal | None, *, owner_id: UUID, at: datetime
    ) -> tuple[Decimal, Decimal]:
        """Give the units up to `qty` that could trade now, and their value in money."""
        _ = owner_id  # the quote is nobody's
        price = self._price(side, limit, at)
        if price is None:
            return ZERO, ZERO
        found = min(qty, self._size(side))
        return found, value_of(self._blotter.listing, found, price)

    def depth(self, levels: int) -> tuple[list[tuple[Decimal, Decimal, int]], ...]:
        """Give the quote as the one level that it is: price, size, and 1."""
        quote = self._blotter.state.quote
        if quote is None or not levels:
            return [], []
        return [(quote.bid, quote.bid_size, 1)], [(quote.ask, quote.ask_size, 1)]

    def restore(self, order: Order) -> None:
        """Nothing is kept here beside the order itself."""

    def leave(self, order: Order) -> None:
        """Nothing is kept here beside the order itself."""

    def quoted(self, quote: MarketQuote, *, at: datetime) -> None:
        """Take a quote of the market in, and fill the working orders that it reaches, the oldest first."""
        self._blotter.state = replace(self._blotter.state, quote=quote)
        if not self.ready:
            return
        for order in self._blotter.orders.by_turn():
            limit = order.terms.limit_price
            if limit is not None and (limit < quote.ask if order.side is Side.BUY else limit > quote.bid):
                continue  # it rests on: there may be thousands, and a quote comes every second
            current = self._blotter.orders.get(order.id)
            if current is not None and standing_of(current).phase is Phase.WORKING:
                self.enter(current, at=at)

    def enter(self, order: Order, *, at: datetime) -> None:
        """Let a working order trade, and rest or end with what is left."""
        terms, blotter = order.terms, self._blotter
        limit = limit_of(order)
        qty, _ = self.reachable(order.side, order.pending_qty, limit, owner_id=order.owner_id, at=at)
        if terms.time_in_force is TimeInForce.FOK and qty < order.pending_qty:
            blotter.end(order, OrderEventKind.CANCELLED, "fill_or_kill", at=at)
            return
        price = self._price(order.side, limit, at)
        if qty and price is not None:
            if opens_short(order) and (standing_of(order).bound_price or price) < price:
                blotter.end(order, OrderEventKind.CANCELLED, "insufficient_buying_power", at=at)
                return
            self._take(order.side, qty)
            sides: dict[Side, Order | None] = {order.side: order, other(order.side): None}
            blotter.trade(sides, qty, price, at=at, source=SOURCE, stands={})
        left = blotter.orders.get(order.id)
        if left is not None and not rests(terms):
            blotter.end(left, OrderEventKind.CANCELLED, "no_liquidity", at=at)

    def _price(self, side: Side, limit: Decimal | None, at: datetime) -> Decimal | None:
        """Give the price of a fill now: the quote, slipped, but never worse than the limit."""
        quoted = self.best(side)
        if quoted is None or not self._size(side):
            return None
        buys = side is Side.BUY
        if limit is not None and (quoted > limit if buys else quoted < limit):
            return None
        price = slipped(self._model, self._blotter.listing, side, quoted, at=at)
        if limit is None:
            return price
        return min(price, limit) if buys else max(price, limit)

    def _size(self, side: Side) -> Decimal:
        """Count what the quote still has for an order of a side, in whole lots."""
        quote, lot = self._blotter.state.quote, self._blotter.listing.lot
        assert quote is not None  # noqa: S101 - it has a price
        size = quote.ask_size if side is Side.BUY else quote.bid_size
        return multiply(Decimal(whole_steps(size, lot)), lot)

    def _take(self, side: Side, qty: Decimal) -> None:
        quote = self._blotter.state.quote
        assert quote is not None  # noqa: S101 - there was a size to take
        if side is Side.BUY:
            quote = replace(quote, ask_size=subtract(quote.ask_size, qty))
        else:
            quote = replace(quote, bid_size=subtract(quote.bid_size, qty))
        self._blotter.state = replace(self._blotter.state, quote=quote)
