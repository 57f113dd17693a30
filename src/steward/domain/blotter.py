"""The blotter: the open orders of a desk, and everything that its steps have changed.

Every change of an order goes through `record`: it raises the order's version by one, makes one event, and
keeps what is reserved for it what `reserves` says. What that does to the order's account is a posting, done
at once when the account is loaded and otherwise once it is.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from steward.domain.accounts import Account, Posting
from steward.domain.altered import altered
from steward.domain.listings import DeskState, Listing
from steward.domain.money import ZERO, add, subtract
from steward.domain.open_orders import OpenOrders, closes_short, opens_short
from steward.domain.orders import FINAL, Event, Fill, Order, Side
from steward.domain.reserves import fee_left, reserves, standing_of, value_of
from steward.domain.terms import Phase, Standing
from steward.domain.trading import PHASES, OrderEvent, OrderEventKind, Trade

NewId = Callable[[datetime], UUID]

_ENDS: Final = {
    OrderEventKind.CANCELLED: Event.CANCEL,
    OrderEventKind.REPLACED: Event.CANCEL,
    OrderEventKind.EXPIRED: Event.EXPIRE,
    OrderEventKind.REJECTED: Event.REJECT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a desk has done since it was asked last.

    `created` are new orders and `changed` earlier ones, each as it is now; its `version` grew by one with
    each of its events. `events` carry the sequence numbers of their accounts.
    """

    state: DeskState
    created: tuple[Order, ...]
    changed: tuple[Order, ...]
    fills: tuple[Fill, ...]
    trades: tuple[Trade, ...]
    events: tuple[OrderEvent, ...]


class Blotter:
    """The open orders of one listing, indexed, and the changes that nobody has taken yet."""

    def __init__(self, listing: Listing, state: DeskState, new_id: NewId) -> None:
        self.listing, self.state, self.new_id = listing, state, new_id
        self.stored = state
        self.turn = state.version
        self.orders = OpenOrders()
        self.accounts: dict[int, Account] = {}
        self.filled: deque[tuple[Order, Decimal]] = deque()
        self.ended: deque[Order] = deque()
        self.prices: deque[Mapping[Side, Decimal]] = deque()
        self.waiting: dict[int, list[Posting]] = {}
        self._created: dict[UUID, None] = {}
        self._changed: dict[UUID, Order] = {}
        self._fills: list[Fill] = []
        self._trades: list[Trade] = []
        self._events: list[OrderEvent] = []

    def next_turn(self) -> int:
        """Give the next place in line; each command takes one, so it counts the steps of the desk."""
        self.turn += 1
        return self.turn

    def record(
        self,
        order: Order,
        kind: OrderEventKind,
        *,
        at: datetime,
        fill: Fill | None = None,
        value: Decimal = ZERO,
    ) -> Order:
        """Keep an order as it is after an event, with what it reserves; give it so."""
        before = self.orders.get(order.id)
        standing, final = standing_of(order), order.status in FINAL
        phase = Phase.DONE if final else standing.phase
        if phase not in PHASES.get((None if before is None else standing_of(before).phase, kind), ()):
            raise AssertionError(before, kind, phase)
        cash, qty = (ZERO, ZERO) if final else reserves(order, self.listing)
        standing = altered(
            standing,
            phase=phase,
            reserved_cash=cash,
            reserved_qty=qty,
        )
        order = altered(order, standing=standing)
        was_cash, was_qty = (ZERO, ZERO)
        if before is not None:
            was_cash, was_qty = standing_of(before).reserved_cash, standing_of(before).reserved_qty
        posting = Posting(
            kind=kind,
            order=order,
            at=at,
            cash=subtract(cash, was_cash),
            qty=subtract(qty, was_qty),
            opened=(before is None) - final,
            fill=fill,
            value=value,
        )
        self.orders.index(before, None if final else order)
        if before is None:
            self._created[order.id] = None
        self._changed[order.id] = order
        self._post(posting)
        return order

    def restate(
        self,
        order: Order,
        kind: OrderEventKind,
        *,
        at: datetime,
        original_qty: Decimal | None = None,
        parent_id: UUID | None = None,
        **standing: object,
    ) -> Order:
        """Change where an order stands, or its quantity, or its parent."""
        terms = order.terms if parent_id is None else replace(order.terms, parent_id=parent_id)
        stands: Standing = altered(standing_of(order), **standing)
        stepped = order.stepped(Event.AMEND, stands, at=at, original_qty=original_qty, terms=terms)
        return self.record(stepped, kind, at=at)

    def end(
        self,
        order: Order,
        kind: OrderEventKind,
        reason: str,
        *,
        at: datetime,
        replaced_by_id: UUID | None = None,
        alone: bool = False,
    ) -> Order:
        """Make an order final; what hangs on it will follow, unless it was replaced or ends `alone`."""
        standing = altered(standing_of(order), reason=reason, replaced_by_id=replaced_by_id, shown_qty=None)
        ended = self.record(order.stepped(_ENDS[kind], standing, at=at), kind, at=at)
        if replaced_by_id is None and not alone:
            self.ended.append(ended)
        return ended

    def trade(
        self,
        sides: Mapping[Side, Order | None],
        qty: Decimal,
        price: Decimal,
        *,
        at: datetime,
        source: str,
        stands: Mapping[UUID, Standing],
    ) -> None:
        """Fill both sides of a trade, the one that rested first; None is the house, which has no order.

        `stands` says where the orders stand after it that do not stand as before.
        """
        state, listing = self.state, self.listing
        seq = state.trade_seq + 1
        self.state = altered(state, trade_seq=seq, last_price=price)
        buy, sell = sides[Side.BUY], sides[Side.SELL]
        self._trades.append(
            Trade(
                venue=listing.venue,
                symbol=listing.symbol,
                seq=seq,
                qty=qty,
                price=price,
                buy_order_id=None if buy is None else buy.id,
                sell_order_id=None if sell is None else sell.id,
                at=at,
            )
        )
        for order in sides.values():
            if order is not None:
                self._fill(order, qty, price, at=at, source=source, stands=stands.get(order.id))

    def take(self) -> Changes:
        """Give what has changed since the last time. Raises LookupError while postings wait for accounts."""
        if self.waiting:
            raise LookupError(sorted(self.waiting))
        if self._changed or self.state != self.stored:
            self.state = altered(self.state, version=self.turn)
        else:
            # Nothing was done, so no step was: others must not think that they have read a later one.
            self.turn = self.state.version
        self.stored = self.state
        changes = Changes(
            state=self.state,
            created=tuple(self._changed[one] for one in self._created),
            changed=tuple(order for id_, order in self._changed.items() if id_ not in self._created),
            fills=tuple(self._fills),
            trades=tuple(self._trades),
            events=tuple(self._events),
        )
        for gathered in (self._created, self._changed, self._fills, self._trades, self._events):
            gathered.clear()
        return changes

    def current(self, order_id: UUID) -> Order:
        """Give an order that has changed since the last `take`, as it is now."""
        return self._changed[order_id]

    def changed(self, order_id: UUID) -> Order | None:
        """Give an order if it has changed since the last `take`."""
        return self._changed.get(order_id)

    def settle(self, account: Account) -> None:
        """Take an account in and do to it what waits for it, in order."""
        self.accounts[account.portfolio_id] = account
        self._events.extend(account.apply(posting) for posting in self.waiting.pop(account.portfolio_id, ()))

    def _post(self, posting: Posting) -> None:
        portfolio_id = posting.order.portfolio_id
        account = self.accounts.get(portfolio_id)
        if account is None:
            self.waiting.setdefault(portfolio_id, []).append(posting)
        else:
            self._events.append(account.apply(posting))

    def _fill(
        self,
        order: Order,
        qty: Decimal,
        price: Decimal,
        *,
        at: datetime,
        source: str,
        stands: Standing | None,
    ) -> None:
        listing, value = self.listing, value_of(self.listing, qty, price)
        fill = Fill(
            id=self.new_id(at),
            order_id=order.id,
            seq=order.fill_count + 1,
            qty=qty,
            price=price,
            currency=listing.currency,
            price_source=source,
            executed_at=at,
            fee=fee_left(order, listing, value, qty),
            trade_seq=self.state.trade_seq,
        )
        filled = order.filled(fill, currency=listing.currency)
        if stands is not None:
            filled = altered(filled, standing=stands)
        if opens_short(order):
            self.state = altered(self.state, short_qty=add(self.state.short_qty, qty))
        elif closes_short(order):
            self.state = altered(self.state, short_qty=subtract(self.state.short_qty, qty))
        self._fills.append(fill)
        filled = self.record(filled, OrderEventKind.FILLED, at=at, fill=fill, value=value)
        self.filled.append((filled, qty))
