"""Plays random commands to a desk, and checks after each what must always be true of an exchange."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from steward.domain.accounts import Account, AccountKind
from steward.domain.blotter import Changes
from steward.domain.desk import Desk
from steward.domain.errors import Refusal
from steward.domain.listings import DeskState, FeeSchedule, Listing, MarketQuote, TradingStatus
from steward.domain.orders import FINAL, Order, Side
from steward.domain.paper import PaperModel
from steward.domain.terms import (
    BOOK_VENUE,
    PAPER_VENUE,
    OrderClass,
    OrderType,
    SelfTrade,
    Terms,
    TimeInForce,
)
from steward.domain.tickets import Replacement, Ticket
from steward.domain.trading import OrderEvent
from tests.exchange_laws import check
from tests.factories import AT

SYMBOL = "ACME"
FEES = FeeSchedule(
    per_order=Decimal("0.50"), rate=Decimal("0.001"), per_unit=Decimal("0.01"), maximum=Decimal(20)
)
TICK = Decimal("0.05")
START = Decimal(700)


def listing(venue: str, **fields: Any) -> Listing:
    usual = Listing(
        venue=venue,
        symbol=SYMBOL,
        currency="USD",
        tick=TICK,
        lot=Decimal("0.5"),
        calendar="XNYS",
        borrowable=Decimal(60),
        fees=FEES,
    )
    return replace(usual, **fields)


def accounts() -> dict[int, Account]:
    """Six accounts of four owners: cash and margin, one that settles late, and a house."""
    kinds = [
        (1, 1, AccountKind.CASH, 0),
        (2, 1, AccountKind.MARGIN, 0),
        (3, 2, AccountKind.CASH, 2),
        (4, 3, AccountKind.MARGIN, 0),
        (5, 3, AccountKind.CASH, 0),
        (6, 4, AccountKind.HOUSE, 0),
    ]
    made = {
        number: Account(
            portfolio_id=number,
            owner_id=UUID(int=owner),
            currency="USD",
            kind=kind,
            cash=START,
            settlement_days=days,
        )
        for number, owner, kind, days in kinds
    }
    for account in made.values():
        if account.kind is AccountKind.CASH:
            account.holding(SYMBOL).traded(Decimal(200), Decimal(2000))
    return made


class Ids:
    """Ids in the order in which they are asked for."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self, at: datetime) -> UUID:
        self.last += 1
        return UUID(int=self.last)


class Player:
    """A desk, its accounts, and the orders as a database would keep them."""

    def __init__(self, seed: int, venue: str = BOOK_VENUE, *, workers: int = 1, **fields: Any) -> None:
        self.random, self.chance = random.Random(seed), random.Random(seed)
        self.listing = listing(venue, **fields)
        self.accounts, self.ids, self.at = accounts(), Ids(), AT
        self.stored: dict[UUID, Order] = {}
        self.open: dict[UUID, Order] = {}
        self.exits: dict[UUID, list[UUID]] = {}
        self.state = DeskState()
        self.model = PaperModel(seed=seed, size=Decimal(20), slippage_bp=Decimal(50))
        self.changed: dict[UUID, int] = {}
        self.desks = [self.opened() for _ in range(workers)]
        self.known = [0] * workers
        self.desk = self.desks[0]
        self.units = sum(account.holding(SYMBOL).qty for account in self.accounts.values())
        self.house_units, self.house_cash, self.fees = Decimal(0), Decimal(0), Decimal(0)
        self.start_cash = sum(account.cash for account in self.accounts.values())
        self.paid: dict[UUID, Decimal] = {}
        self.seen: dict[int, int] = {}
        self.versions: dict[UUID, int] = {}
        self.final: set[UUID] = set()
        self.successor: dict[UUID, UUID] = {}
        self.counts: Counter[str] = Counter()
        self.history: list[OrderEvent] = []

    def opened(self) -> Desk:
        """Give a desk made of nothing but what is stored."""
        orders = list(self.open.values())
        self.chance.shuffle(orders)
        desk = Desk(self.listing, self.state, orders, new_id=self.ids, model=self.model)
        desk.accounts = self.accounts
        return desk

    def step(self) -> list[OrderEvent]:
        """Do one random thing, at the worker whose turn it is, and check everything."""
        worker = self.chance.randrange(len(self.desks))
        self.desk = self.desks[worker]
        if len(self.desks) > 1:
            self.brought_up_to_date(worker)
        self.at += timedelta(seconds=self.random.randrange(4))
        before = {number: account.available for number, account in self.accounts.items()}
        state, doing = self.desk.state, self._draw()
        try:
            doing()
            self.counts[doing.__name__] += 1
        except Refusal as refusal:
            self.counts[refusal.code] += 1
        changes = self.desk.take()
        self._store(changes)
        self.known[worker] = self.state.version
        self.last = list(changes.events)
        check(self, changes, state, before)
        self.history += changes.events
        return list(changes.events)

    # What may be done

    def _draw(self) -> Any:
        weights = {
            self.place: 60,
            self.cancel: 12,
            self.replaced: 12,
            self.turned: 3,
            self.quoted: 12 if self.listing.venue == PAPER_VENUE else 0,
        }
        return self.random.choices(list(weights), list(weights.values()))[0]

    def place(self) -> None:
        account = self.accounts[self.random.choice(list(self.accounts))]
        self.desk.place(self.ticket(), account, at=self.at)

    def cancel(self) -> None:
        order = self.some_order()
        if order is not None:
            self.desk.cancel(order.id, at=self.at)

    def replaced(self) -> None:
        order = self.some_order()
        if order is None:
            return
        draw = self.random.random
        asked = Replacement(
            qty=self.qty() if draw() < 0.4 else None,
            limit_price=self.price() if order.terms.limit_price and draw() < 0.6 else None,
            stop_price=self.price() if order.terms.stop_price and draw() < 0.5 else None,
            trail=Decimal(1) if draw() < 0.1 else None,
            time_in_force=TimeInForce.GTC if draw() < 0.2 else None,
        )
        self.desk.replace(order.id, asked, self.accounts[order.portfolio_id], at=self.at)

    def turned(self) -> None:
        following = {
            TradingStatus.CLOSED: [TradingStatus.OPENING, TradingStatus.CONTINUOUS],
            TradingStatus.OPENING: [TradingStatus.CONTINUOUS],
            TradingStatus.CONTINUOUS: [TradingStatus.CLOSING, TradingStatus.HALTED, TradingStatus.CLOSED],
            TradingStatus.CLOSING: [TradingStatus.CLOSED],
            TradingStatus.HALTED: [TradingStatus.CONTINUOUS, TradingStatus.CLOSED],
        }
        self.desk.turn(self.random.choice(following[self.desk.state.status]), at=self.at)

    def quoted(self) -> None:
        bid = self.price()
        self.desk.quote(
            MarketQuote(bid=bid, ask=bid + TICK * 2, bid_size=self.qty(), ask_size=self.qty(), at=self.at),
            at=self.at,
        )

    def brought_up_to_date(self, worker: int) -> None:
        """Let a worker read what others have changed, or begin anew."""
        if self.chance.random() < 0.1:
            self.desk = self.desks[worker] = self.opened()
            return
        news = [self.stored[one] for one, step in self.changed.items() if step > self.known[worker]]
        self.chance.shuffle(news)
        self.desk.refresh(self.state, news)

    # Drawing

    def some_order(self) -> Order | None:
        found = list(self.open.values())
        return self.random.choice(found) if found else None

    def price(self) -> Decimal:
        return TICK * self.random.randint(186, 214)

    def qty(self) -> Decimal:
        return Decimal(self.random.randint(1, 40)) / 2

    def ticket(self) -> Ticket:
        draw, side = self.random.random, self.random.choice(list(Side))
        kinds = [OrderType.LIMIT] * 8 + [OrderType.MARKET] * 2 + list(OrderType)
        kind = self.random.choice(kinds)
        lives = [TimeInForce.DAY] * 3 + [TimeInForce.GTC] * 5 + list(TimeInForce)
        life = self.random.choice(lives)
        qty: Decimal | None = self.qty()
        limited = kind in {OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED}
        stops = kind not in {OrderType.LIMIT, OrderType.MARKET, OrderType.TRAILING_STOP}
        trails = kind is OrderType.TRAILING_STOP
        by_amount = trails and draw() < 0.5
        amount = None
        if kind is OrderType.MARKET and draw() < 0.3:
            qty, amount = None, Decimal(self.random.randint(1, 400))
        shows = kind is OrderType.LIMIT and draw() < 0.15
        terms = Terms(
            type=kind,
            time_in_force=life,
            limit_price=self.price() if limited else None,
            stop_price=self.price() if stops else None,
            trail_amount=TICK * self.random.randint(1, 6) if by_amount else None,
            trail_percent=Decimal(self.random.randint(1, 4)) if trails and not by_amount else None,
            amount=amount,
            display_qty=Decimal(2) if shows else None,
            post_only=draw() < 0.05,
            reduce_only=draw() < 0.05,
            self_trade=self.random.choice(list(SelfTrade)),
            expires_at=self.at + timedelta(seconds=30) if life is TimeInForce.GTD else None,
        )
        ticket = Ticket(venue=self.listing.venue, symbol=SYMBOL, side=side, qty=qty, terms=terms)
        return self._with_exits(ticket) if draw() < 0.2 else ticket

    def _with_exits(self, ticket: Ticket) -> Ticket:
        kind = self.random.choice([OrderClass.BRACKET, OrderClass.OCO, OrderClass.OTO])
        terms = replace(ticket.terms, order_class=kind, post_only=False, reduce_only=False)
        if terms.time_in_force not in {TimeInForce.DAY, TimeInForce.GTC, TimeInForce.GTD}:
            terms = replace(terms, time_in_force=TimeInForce.GTC)
        low, high = TICK * self.random.randint(180, 198), TICK * self.random.randint(202, 220)
        up = (ticket.side is Side.BUY) != (kind is OrderClass.OCO)
        limit = (low if up else high) if self.random.random() < 0.3 else None
        profit, loss = (high, low) if up else (low, high)
        if kind is OrderClass.OTO:
            return replace(ticket, terms=terms, stop_loss=loss, stop_loss_limit=limit)
        return replace(ticket, terms=terms, take_profit=profit, stop_loss=loss, stop_loss_limit=limit)

    def _store(self, changes: Changes) -> None:
        self.state = changes.state
        for order in changes.created + changes.changed:
            self.stored[order.id], self.changed[order.id] = order, changes.state.version
            if order.status in FINAL:
                self.open.pop(order.id, None)
            else:
                self.open[order.id] = order
            if order.terms.replaces_id is not None:
                self.successor[order.terms.replaces_id] = order.id


def play(venue: str, seeds: Iterable[int], steps: int) -> Counter[str]:
    """Play so many steps from each seed, every law checked after each; count what was done and refused."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        player = Player(seed, venue)
        for number in range(steps):
            try:
                player.step()
            except Exception as error:
                error.add_note(f"{venue}, seed {seed}, step {number}")
                raise
        counts += player.counts
    return counts
