"""A desk: one symbol at one venue, a pure machine that takes commands and gives changes.

It knows no clock, no chance and no database: moments and ids are given to it, and the same commands give
the same changes. A refusal is raised before anything that the command asks for is done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.admission import Admission
from steward.domain.listings import MarketQuote, TradingStatus
from steward.domain.orders import Order, OrderNotFound, Status
from steward.domain.paper_floor import PaperFloor
from steward.domain.placing import replacement_of
from steward.domain.reserves import standing_of
from steward.domain.terms import OrderClass, Phase
from steward.domain.tickets import Replacement, Ticket, check_ticket
from steward.domain.trading import OrderEventKind


class Desk(Admission):
    """The commands of one listing. `accounts` are those that are loaded, by portfolio."""

    def place(self, ticket: Ticket, account: Account, *, at: datetime) -> list[Order]:
        """Place what a ticket asks for; give the entry and its exits, or the two exits of an OCO.

        They are given as they stand when everything that follows at once has followed. Raises the refusals
        of `check_ticket`, of the account, and of the market as it is now.
        """
        self._expect(ticket.venue, ticket.symbol, account)
        check_ticket(ticket, self.listing, at=at)
        self._begin(at)
        account.settle(at.date())
        exits = (ticket.take_profit is not None) + (ticket.stop_loss is not None)
        oco = ticket.terms.order_class is OrderClass.OCO
        account.check_room(exits + (not oco))
        made = self._exits_alone(ticket, account, at) if oco else self._entry(ticket, account, exits, at)
        self.accounts[account.portfolio_id] = account
        accepted = [self._blotter.record(one, OrderEventKind.ACCEPTED, at=at) for one in made]
        arrival = self._floor.arrival(at)
        for order in accepted:
            self._watch(order)
        for order in accepted:
            # What an entry has done already may have ended one exit, and released a held one.
            if order.id in self._blotter.orders and standing_of(order).phase is not Phase.HELD:
                self._start(self._blotter.orders[order.id], arrival)
                self._follow(arrival)
        return [self._blotter.current(order.id) for order in accepted]

    def replace(
        self,
        order_id: UUID,
        asked: Replacement,
        account: Account,
        *,
        at: datetime,
        version: int | None = None,
    ) -> Order:
        """Put a new order in the place of an open one, for its pending quantity unless `asked` says more.

        It keeps its place at the same price when it is not for more, unless it is an iceberg.
        Raises OrderNotFound for an order that is not open here, StaleVersion for one that has changed since
        `version`, and the refusals of `place`.
        """
        self._expect_trading()
        self._begin(at)
        account.settle(at.date())
        old = self._blotter.orders.get(order_id)
        if old is None:
            raise OrderNotFound
        old.expect_version(version)
        new = replacement_of(old, asked, self.listing, order_id=self._blotter.new_id(at), at=at)
        keeps = self._keeps_place(old, new)
        new = self._readied(new, account, at=at, old=old, keeps=keeps)
        self.accounts[account.portfolio_id] = account
        legs = [leg for leg in self._blotter.orders.family(old.id) if leg.terms.parent_id == old.id]
        self._floor.leave(old)
        self._blotter.end(old, OrderEventKind.REPLACED, "replaced", at=at, replaced_by_id=new.id)
        new = self._blotter.record(new, OrderEventKind.ACCEPTED, at=at)
        for leg in legs:
            self._blotter.restate(leg, OrderEventKind.RESTATED, at=at, parent_id=new.id)
        self._watch(new)
        arrival = self._floor.arrival(at)
        if keeps:
            self._floor.restore(new)
        else:
            self._start(new, arrival)
        self._follow(arrival)
        return self._blotter.current(new.id)

    def cancel(
        self, order_id: UUID, *, at: datetime, reason: str = "requested", version: int | None = None
    ) -> Order:
        """End an order, at `version` if one is given; what was executed stays.

        Raises OrderNotFound for one that is not open here, StaleVersion.
        """
        self._begin(at)
        order = self._blotter.orders.get(order_id)
        if order is None:
            raise OrderNotFound
        order.expect_version(version)
        self._end(order, OrderEventKind.CANCELLED, reason, at)
        self._follow(at)
        return self._blotter.current(order_id)

    def cancel_all(self, order_ids: Iterable[UUID], *, at: datetime) -> list[Order]:
        """End those of some orders that are open; give those that ended, the others' doing included."""
        asked = list(order_ids)
        for order_id in asked:
            # The end of one may end others: its exits, or the other exit.
            if order_id in self._blotter.orders:
                self.cancel(order_id, at=at)
        changed = map(self._blotter.changed, asked)
        return [one for one in changed if one is not None and one.status is Status.CANCELLED]

    def quote(self, quote: MarketQuote, *, at: datetime) -> None:
        """Take the market's quote in: the paper venue trades against it."""
        self._begin(at)
        if isinstance(self._floor, PaperFloor):
            first = self._blotter.state.quote is None
            self._floor.quoted(quote, at=at)
            self._follow(at)
            if self._floor.ready:
                self._open_by_quote(first=first, at=at)
        else:
            self._blotter.state = replace(self._blotter.state, quote=quote)

    def turn(self, status: TradingStatus, *, at: datetime) -> None:
        """Turn to another part of the market's day, or only let time pass."""
        self._begin(at)
        self._turned(status, at)

    def halt(self, *, at: datetime) -> None:
        """Stop trading until `resume`: orders stay and can only be cancelled."""
        self.turn(TradingStatus.HALTED, at=at)

    def resume(self, status: TradingStatus = TradingStatus.CONTINUOUS, *, at: datetime) -> None:
        """Do again what the market does: an open one begins with an auction of what gathered.

        In a closed one the day is not over anew: what was placed since waits for the next.
        """
        if status is TradingStatus.CLOSED:
            self._begin(at)
            self._blotter.state = replace(self._blotter.state, status=status, turned_at=at)
        else:
            self.turn(status, at=at)

    @property
    def open_orders(self) -> Mapping[UUID, Order]:
        """All open orders by id."""
        return self._blotter.orders

    def orders_of(self, portfolio_id: int) -> list[Order]:
        """Give the open orders of an account, by their turn."""
        return [one for one in self._blotter.orders.by_turn() if one.portfolio_id == portfolio_id]

    def depth(self, levels: int) -> tuple[list[tuple[Decimal, Decimal, int]], ...]:
        """Give the best levels to buy and to sell at: price, shown quantity, number of orders."""
        return self._floor.depth(levels)
