"""Accounts of the exchange: what a portfolio may still risk, and what its orders have done to it.

An account here is a working copy: a desk checks it, applies postings to it, and whoever loaded it stores it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from steward.domain.errors import Conflict
from steward.domain.money import ZERO, add, divided, multiply, negated, plain, share, subtract, total
from steward.domain.orders import Fill, Order, Side
from steward.domain.trading import OrderEvent, OrderEventKind

OPEN_ORDERS_MAXIMUM: Final = 10_000
INITIAL_MARGIN: Final = Decimal("0.5")
"""Of the value of what is bought or sold short: Regulation T of the Federal Reserve, 12 CFR 220.12."""
FULL: Final = Decimal(1)
_SATURDAY: Final = 5


class AccountKind(StrEnum):
    """By which rules an account may trade."""

    CASH = "cash"
    """It buys with money that it has and sells units that it has."""
    MARGIN = "margin"
    """It may borrow half of what it buys, and sell short."""
    HOUSE = "house"
    """It makes a market: nothing is checked, reserved or charged."""


class InsufficientBuyingPower(Conflict):
    """The order can cost more than the account has available."""

    code = "insufficient-buying-power"


class InsufficientPosition(Conflict):
    """The order closes more units than the account has that no other order closes already."""

    code = "insufficient-position"


class ShortNotAllowed(Conflict):
    """A cash account sells only units that it has."""

    code = "short-not-allowed"


class OppositeOrderOpen(Conflict):
    """An account does not open a long and a short position in one symbol at the same time."""

    code = "opposite-order-open"


class NothingToReduce(Conflict):
    """A reduce-only order needs a position on the other side."""

    code = "nothing-to-reduce"


class NothingToBorrow(Conflict):
    """All units that may be sold short are sold short or asked for."""

    code = "nothing-to-borrow"


class TooManyOpenOrders(Conflict):
    """The account has as many open orders as one may have."""

    code = "too-many-open-orders"


@dataclass(slots=True)
class Holding:
    """What an account has of one symbol. `qty` and `cost` are negative for a short position.

    `cost` is by moving average, fees included: a purchase adds what it cost, a short sale takes away what
    it brought. `reserved_qty` are units (of either sign, counted > 0) that open orders close. `realized`
    is the gain of what was closed.
    """

    qty: Decimal = ZERO
    cost: Decimal = ZERO
    reserved_qty: Decimal = ZERO
    realized: Decimal = ZERO

    @property
    def average_price(self) -> Decimal | None:
        """Cost per unit, rounded once; None without units."""
        return divided(self.cost, self.qty) if self.qty else None

    def traded(self, qty: Decimal, money: Decimal) -> None:
        """Take in signed units for signed `money` (what they cost, or minus what they brought)."""
        closed = ZERO
        if self.qty and (self.qty > 0) != (qty > 0):
            closed = negated(qty) if qty.copy_abs() <= self.qty.copy_abs() else self.qty
        paid = share(money, negated(closed), qty) if closed else ZERO
        if closed:
            freed = share(self.cost, closed, self.qty)
            self.realized = add(self.realized, negated(add(paid, freed)))
            self.cost = subtract(self.cost, freed)
        self.cost = add(self.cost, subtract(money, paid))
        self.qty = add(self.qty, qty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What one event of an order does to its account. `order` is as it stands after it.

    `cash` and `qty` are what is reserved more (or less), `opened` is 1 for a new order and -1 for one that
    became final. `value` is that of the fill: quantity x price x multiplier.
    """

    kind: OrderEventKind
    order: Order
    at: datetime
    cash: Decimal
    qty: Decimal
    opened: int
    fill: Fill | None = None
    value: Decimal = ZERO


@dataclass(slots=True, kw_only=True)
class Account:
    """The account of a portfolio. Amounts are in `currency`; `unsettled` are proceeds by the day they settle.

    `settlement_days` counts weekdays, holidays among them. `event_seq` is the number of its last event.
    """

    portfolio_id: int
    owner_id: UUID
    currency: str
    kind: AccountKind = AccountKind.CASH
    cash: Decimal = ZERO
    reserved: Decimal = ZERO
    unsettled: dict[date, Decimal] = field(default_factory=dict)
    holdings: dict[str, Holding] = field(default_factory=dict)
    settlement_days: int = 0
    open_orders: int = 0
    event_seq: int = 0
    version: int = 0

    @property
    def available(self) -> Decimal:
        """What orders may still cost or, on margin, still require.

        A cash account: cash - unsettled proceeds - reserved. A margin account: cash + cost of all positions
        - 50 % of the sum of their absolute costs - reserved. For a long position that is the half which
        must be its own; for a short one, whose proceeds are in the cash and whose cost is minus them, it
        keeps 150 % of the proceeds as collateral. Both are initial margin (12 CFR 220.12), measured at
        cost; there is no maintenance margin.
        """
        if self.kind is not AccountKind.MARGIN:
            return subtract(subtract(self.cash, total(self.unsettled.values())), self.reserved)
        costs = [holding.cost for holding in self.holdings.values()]
        equity = add(self.cash, total(costs))
        required = multiply(INITIAL_MARGIN, total(cost.copy_abs() for cost in costs))
        return subtract(subtract(equity, required), self.reserved)

    @property
    def buying_power(self) -> Decimal:
        """For how much it may still buy: what is available, twice that on margin, at least 0."""
        free = max(self.available, ZERO)
        return divided(free, INITIAL_MARGIN) if self.kind is AccountKind.MARGIN else free

    def holding(self, symbol: str) -> Holding:
        """Give what it has of a symbol, to be changed in place."""
        return self.holdings.setdefault(symbol, Holding())

    def settle(self, on: date) -> None:
        """Let proceeds that are due by a day count as available."""
        for day in [day for day in self.unsettled if day <= on]:
            del self.unsettled[day]

    def check_room(self, more: int) -> None:
        """Raise TooManyOpenOrders unless it may have `more` open orders."""
        if self.open_orders + more > OPEN_ORDERS_MAXIMUM:
            over = self.open_orders + more - OPEN_ORDERS_MAXIMUM
            detail = f"At most {OPEN_ORDERS_MAXIMUM} orders are open at a time: cancel {over} first."
            raise TooManyOpenOrders(detail)

    def check_cash(self, need: Decimal) -> None:
        """Raise InsufficientBuyingPower unless `need` is available."""
        missing = subtract(need, self.available)
        if self.kind is not AccountKind.HOUSE and missing > 0 and need > 0:
            detail = (
                f"The order needs {plain(need)} {self.currency} of what is available,"
                f" {plain(missing)} more than there is."
            )
            raise InsufficientBuyingPower(detail)

    def reserve_rate(self, symbol: str, side: Side, qty: Decimal, *, freed: Decimal = ZERO) -> Decimal | None:
        """Say which share of its value an order has to reserve: 0 closes a position, None is the house's.

        `freed` are units that a replaced order would close. Raises InsufficientPosition, ShortNotAllowed.
        """
        if self.kind is AccountKind.HOUSE:
            return None
        held = self.holdings.get(symbol) or Holding()
        closes = held.qty > 0 if side is Side.SELL else held.qty < 0
        if not closes and side is Side.SELL and self.kind is AccountKind.CASH:
            raise ShortNotAllowed(f"A cash account sells only what it has, and it has no {symbol}.")
        if closes:
            free = add(subtract(held.qty.copy_abs(), held.reserved_qty), freed)
            if qty > free:
                detail = (
                    f"{plain(free)} {symbol} can be closed and {plain(qty)} were asked for:"
                    f" {plain(subtract(qty, free))} too many."
                )
                raise InsufficientPosition(detail, pointer="/qty")
            return ZERO
        return INITIAL_MARGIN if self.kind is AccountKind.MARGIN else FULL

    def apply(self, posting: Posting) -> OrderEvent:
        """Do what a posting says and give its event, with the next number of this account."""
        order, fill = posting.order, posting.fill
        held = self.holding(order.security)
        self.reserved = add(self.reserved, posting.cash)
        held.reserved_qty = add(held.reserved_qty, posting.qty)
        self.open_orders += posting.opened
        if fill is not None:
            buys = order.side is Side.BUY
            money = add(posting.value, fill.fee) if buys else subtract(fill.fee, posting.value)
            held.traded(fill.qty if buys else negated(fill.qty), money)
            self._paid(negated(money), posting.at)
        self.event_seq += 1
        return OrderEvent(
            portfolio_id=self.portfolio_id,
            seq=self.event_seq,
            kind=posting.kind,
            order=order,
            fill=fill,
            position_qty=held.qty if fill is not None else None,
            at=posting.at,
        )

    def _paid(self, money: Decimal, at: datetime) -> None:
        self.settle(at.date())
        self.cash = add(self.cash, money)
        if money > 0 and self.settlement_days and self.kind is AccountKind.CASH:
            day = _weekdays_after(at.date(), self.settlement_days)
            self.unsettled[day] = add(self.unsettled.get(day, ZERO), money)


def _weekdays_after(day: date, count: int) -> date:
    weekdays: Iterator[date] = (
        later for ahead in range(1, 3 * count + 3) if (later := day + timedelta(ahead)).weekday() < _SATURDAY
    )
    for _ in range(count - 1):
        next(weekdays)
    return next(weekdays)
