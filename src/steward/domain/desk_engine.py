"""What follows by itself from orders and prices at a desk: triggers, and exits."""

import heapq
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.blotter import Blotter, Changes, NewId
from steward.domain.book_floor import BookFloor
from steward.domain.listings import DeskState, Listing
from steward.domain.money import add, subtract
from steward.domain.open_orders import opens_short
from steward.domain.orders import Order, Side, Status
from steward.domain.paper import PaperModel
from steward.domain.paper_floor import PaperFloor
from steward.domain.reserves import standing_of
from steward.domain.sizing import lots_for
from steward.domain.terms import PAPER_VENUE, OrderClass, Phase, Role
from steward.domain.tickets import AUCTION_ONLY
from steward.domain.trading import OrderEventKind
from steward.domain.triggers import Triggers, bound_of, waits_for_price


class Engine:
    """The orders of one listing and everything that happens to them without a command."""

    def __init__(
        self,
        listing: Listing,
        state: DeskState,
        orders: Iterable[Order] = (),
        *,
        new_id: NewId,
        model: PaperModel,
    ) -> None:
        self.listing = listing
        self._blotter = Blotter(listing, state, new_id)
        self._triggers = Triggers()
        self._fired: deque[Order] = deque()
        self._expiries: list[tuple[datetime, UUID]] = []
        self._floor: BookFloor | PaperFloor = (
            PaperFloor(self._blotter, model) if listing.venue == PAPER_VENUE else BookFloor(self._blotter)
        )
        self._load(orders)

    @property
    def accounts(self) -> dict[int, Account]:
        """The accounts that are loaded; several desks may share them."""
        return self._blotter.accounts

    @accounts.setter
    def accounts(self, accounts: dict[int, Account]) -> None:
        self._blotter.accounts = accounts

    @property
    def state(self) -> DeskState:
        """What of the desk is not in its open orders."""
        return replace(self._blotter.state, version=self._blotter.turn)

    @property
    def has_orders(self) -> bool:
        """Whether any order is open."""
        return bool(self._blotter.orders)

    @property
    def next_expiry(self) -> datetime | None:
        """When the next order ends because its time is up; None when none does."""
        expiries, orders = self._expiries, self._blotter.orders
        while expiries and expiries[0][1] not in orders:
            heapq.heappop(expiries)
        return expiries[0][0] if expiries else None

    @property
    def waiting(self) -> list[int]:
        """The portfolios whose accounts something has happened to and that are not loaded."""
        return sorted(self._blotter.waiting)

    def settle(self, account: Account) -> None:
        """Take an account in, and do to it what has happened to its orders, in order."""
        self._blotter.settle(account)

    def take(self) -> Changes:
        """Give what has changed since the last time. Raises LookupError while accounts are `waiting`."""
        return self._blotter.take()

    def refresh(self, state: DeskState, orders: Iterable[Order]) -> None:
        """Take over what another worker has done: the state, and every order that it changed.

        Orders that are final by now leave; nothing of this counts as a change of this desk.
        """
        self._blotter.state = self._blotter.stored = state
        self._blotter.turn = max(self._blotter.turn, state.version)
        self._load(orders)

    def _load(self, orders: Iterable[Order]) -> None:
        for order in sorted(orders, key=lambda one: (standing_of(one).priority, one.id)):
            before = self._blotter.orders.get(order.id)
            phase = standing_of(order).phase
            if before is not None and phase is not Phase.WORKING:
                self._floor.leave(before)
            self._blotter.orders.index(before, None if phase is Phase.DONE else order)
            if phase is Phase.WORKING:
                self._floor.restore(order)
            elif phase is Phase.ARMED:
                self._triggers.arm(order)
            if phase is not Phase.DONE:
                self._watch(order)

    def _watch(self, order: Order) -> None:
        if order.terms.expires_at is not None:
            heapq.heappush(self._expiries, (order.terms.expires_at, order.id))

    # An order on its way

    def _start(self, order: Order, at: datetime) -> None:
        """Arm an order, let it wait for the market, or let it trade."""
        phase = standing_of(order).phase
        if phase is Phase.ARMED:
            self._triggers.arm(order)
            # The price may be there already.
            self._blotter.prices.append(self._floor.prices())
        elif phase is Phase.WORKING:
            self._enter(order, at)

    def _phase(self, order: Order) -> Phase:
        """Say what an order waits for once it is on its own."""
        if waits_for_price(order.terms):
            return Phase.ARMED
        if self._floor.ready and order.terms.time_in_force not in AUCTION_ONLY:
            return Phase.WORKING
        return Phase.QUEUED

    def _worked(self, order: Order, kind: OrderEventKind, at: datetime) -> Order:
        return self._blotter.restate(order, kind, at=at, phase=Phase.WORKING)

    def _work(self, order: Order, kind: OrderEventKind, at: datetime) -> None:
        self._enter(self._worked(order, kind, at), at)

    def _enter(self, order: Order, at: datetime) -> None:
        if order.terms.amount is not None:
            qty = lots_for(order, self.listing, self._floor, at=at)
            if qty and qty != order.original_qty:
                order = self._blotter.restate(order, OrderEventKind.RESTATED, at=at, original_qty=qty)
        self._floor.enter(order, at=at)

    def _end(self, order: Order, kind: OrderEventKind, reason: str, at: datetime) -> None:
        self._floor.leave(order)
        self._blotter.end(order, kind, reason, at=at)

    # What follows from a change

    def _follow(self, at: datetime) -> None:
        """Do what follows from fills, from ends and from prices, until nothing more does."""
        blotter = self._blotter
        while True:
            if blotter.filled:
                self._after_fill(*blotter.filled.popleft(), at)
            elif blotter.ended:
                self._after_end(blotter.ended.popleft(), at)
            elif not self._floor.ready:
                blotter.prices.clear()
                return
            elif blotter.prices:
                self._after_price(blotter.prices.popleft(), at)
            elif self._fired:
                self._trigger(self._fired.popleft(), at)
            else:
                return

    def _after_fill(self, order: Order, qty: Decimal, at: datetime) -> None:
        """Let exits follow the quantity that was filled: of their entry, or of each other."""
        terms, orders = order.terms, self._blotter.orders
        if terms.role is Role.ENTRY:
            if terms.order_class is not OrderClass.SIMPLE:
                for leg in orders.family(order.id):
                    self._grow(leg, qty, at)
            return
        done = order.status is Status.EXECUTED
        twins = orders.family(terms.group_id) if terms.group_id is not None else []
        for twin in [one for one in twins if one.id != order.id]:
            if done or twin.pending_qty <= qty:
                self._end(twin, OrderEventKind.CANCELLED, "exit_filled", at)
            else:
                less = subtract(twin.original_qty, qty)
                self._blotter.restate(twin, OrderEventKind.RESTATED, at=at, original_qty=less)
        entry = orders.get(terms.parent_id) if terms.parent_id is not None else None
        if done and entry is not None:
            self._end(entry, OrderEventKind.CANCELLED, "exit_filled", at)

    def _grow(self, leg: Order, qty: Decimal, at: datetime) -> None:
        """Release an exit for what its entry has filled, or make it larger by that: it goes to the back."""
        phase, turn = standing_of(leg).phase, self._blotter.next_turn()
        if phase is Phase.HELD:
            after = self._phase(leg)
            leg = self._blotter.restate(
                leg, OrderEventKind.RELEASED, at=at, original_qty=qty, phase=after, priority=turn
            )
            self._start(leg, at)
            return
        self._floor.leave(leg)
        if phase is Phase.WORKING and not self._floor.ready:
            phase = Phase.QUEUED
        more = add(leg.original_qty, qty)
        leg = self._blotter.restate(
            leg, OrderEventKind.RESTATED, at=at, original_qty=more, phase=phase, priority=turn
        )
        self._start(leg, at)

    def _after_end(self, order: Order, at: datetime) -> None:
        """End what hangs on an order that ended: the exits that wait for it, or the other exit."""
        terms, orders = order.terms, self._blotter.orders
        if terms.role is Role.ENTRY:
            for leg in orders.family(order.id):
                if standing_of(leg).phase is Phase.HELD:
                    self._end(leg, OrderEventKind.CANCELLED, "entry_ended", at)
        elif terms.group_id is not None:
            for twin in orders.family(terms.group_id):
                self._end(twin, OrderEventKind.CANCELLED, "exit_ended", at)

    def _after_price(self, prices: Mapping[Side, Decimal], at: datetime) -> None:
        """Note what a price sets off, and move the stops that trail it."""
        if not prices:
            return
        orders = self._blotter.orders
        self._fired.extend(self._triggers.fired(orders, prices))
        for order, trigger in self._triggers.trailed(orders, prices, self.listing):
            bound = standing_of(order).bound_price and bound_of(order.side, trigger, self.listing)
            moved = self._blotter.restate(
                order, OrderEventKind.RESTATED, at=at, trigger_price=trigger, bound_price=bound
            )
            self._triggers.arm(moved)

    def _trigger(self, order: Order, at: datetime) -> None:
        """Let an order that its price set off trade, unless it has ended since."""
        current = self._blotter.orders.get(order.id)
        if current is None or standing_of(current).phase is not Phase.ARMED:
            return
        if current.terms.group_id is not None:
            # Both exits would be on one side of the market, where one sweep could fill them both.
            for twin in self._blotter.orders.family(current.terms.group_id):
                if twin.id != current.id:
                    self._floor.leave(twin)
                    kind = OrderEventKind.CANCELLED
                    self._blotter.end(twin, kind, "exit_triggered", at=at, alone=True)
        best, bound = self._floor.best(current.side), standing_of(current).bound_price
        turn = self._blotter.next_turn()
        current = self._blotter.restate(
            current, OrderEventKind.TRIGGERED, at=at, phase=Phase.WORKING, priority=turn
        )
        if opens_short(current) and best is not None and bound is not None and best > bound:
            self._end(current, OrderEventKind.CANCELLED, "insufficient_buying_power", at)
        else:
            self._enter(current, at)
