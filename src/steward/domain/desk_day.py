"""What follows by itself from time at a desk: expiry, auctions, and the turns of the market's day."""

import heapq
from dataclasses import replace
from datetime import datetime
from typing import Final

from steward.domain.desk_engine import Engine
from steward.domain.listings import TradingStatus
from steward.domain.orders import Order
from steward.domain.paper_floor import PaperFloor
from steward.domain.reserves import standing_of
from steward.domain.terms import Phase, TimeInForce
from steward.domain.tickets import AUCTION_ONLY
from steward.domain.trading import OrderEventKind

_TRADES: Final = frozenset({TradingStatus.CONTINUOUS, TradingStatus.CLOSING})


class Day(Engine):
    """A desk through the market's day."""

    def _begin(self, at: datetime) -> None:
        """Count a step, and let expire what has had its time."""
        self._blotter.next_turn()
        expiries = self._expiries
        while expiries and expiries[0][0] <= at:
            order = self._blotter.orders.get(heapq.heappop(expiries)[1])
            if order is not None and order.terms.expires_at is not None and order.terms.expires_at <= at:
                self._end(order, OrderEventKind.EXPIRED, "expired", at)
        self._follow(at)

    def _turned(self, status: TradingStatus, at: datetime) -> None:
        blotter, before = self._blotter, self._blotter.state.status
        blotter.state = replace(blotter.state, status=status, turned_at=at)
        if status is TradingStatus.CONTINUOUS and before is not status:
            self._auction(TimeInForce.OPG, at)
            blotter.prices.append(self._floor.prices())
            self._follow(at)
        elif status is TradingStatus.CLOSED and before is not status:
            if before in _TRADES:
                self._auction(TimeInForce.CLS, at)
            for order in blotter.orders.by_turn():
                if order.terms.time_in_force in {TimeInForce.DAY, TimeInForce.CLS}:
                    self._end(order, OrderEventKind.EXPIRED, "day_over", at)
            self._follow(at)

    def _auction(self, own: TimeInForce, at: datetime) -> None:
        """Let trade at one price what gathered for this auction, then the rest of what waited."""
        other = AUCTION_ONLY - {own}
        queued = [
            order
            for order in self._blotter.orders.by_turn()
            if standing_of(order).phase is Phase.QUEUED and order.terms.time_in_force not in other
        ]
        if isinstance(self._floor, PaperFloor):
            if own is TimeInForce.CLS:
                self._release(queued, at)
            else:
                # The quote is that of another session: the first of this one opens it.
                self._blotter.state = replace(self._blotter.state, quote=None)
            return
        gathers = [order for order in queued if order.terms.amount is None]
        released = [self._worked(order, OrderEventKind.RELEASED, at) for order in gathers]
        self._floor.uncross(released, at=at)
        self._follow(at)
        if own is TimeInForce.OPG:
            self._release([order for order in queued if order.terms.amount is not None], at)

    def _open_by_quote(self, *, first: bool, at: datetime) -> None:
        """Let a quote set orders off; the first one of a session releases what waited for it."""
        if first:
            queued = [one for one in self._blotter.orders.by_turn() if standing_of(one).phase is Phase.QUEUED]
            self._release([one for one in queued if one.terms.time_in_force is not TimeInForce.CLS], at)
        self._blotter.prices.append(self._floor.prices())
        self._follow(at)

    def _release(self, queued: list[Order], at: datetime) -> None:
        for order in queued:
            current = self._blotter.orders.get(order.id)
            if current is not None and standing_of(current).phase is Phase.QUEUED:
                self._work(current, OrderEventKind.RELEASED, at)
                self._follow(at)
