"""The lot book: the fold of records and corporate actions into open lots and what was closed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.lots import NOTHING, Basis, Cost, Lot, Pool, resized, spread, unknown_basis
from steward.domain.money import (
    UNKNOWN,
    ZERO,
    add,
    divided,
    multiply,
    negated,
    rounded,
    share,
    subtract,
    total,
)
from steward.domain.records import Record, Teller
from steward.domain.transactions import UNITS_IN, UNITS_OUT, Kind


class LotScope(StrEnum):
    """Among which lots a sale chooses."""

    PORTFOLIO = "portfolio"
    """Those of the portfolio that sells; lots moved in keep their day and queue by it."""
    ALL = "all"
    """Those of all portfolios of the owner."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Units that left: what they brought, and the pieces of lots that they were.

    `proceeds` is gross and positive for a sale, negative for the purchase that covers a short; `local` the
    same in the instrument's currency. `fee` and `tax` are those of the closing. `cause` is the record or
    the corporate action behind it. The gain is UNKNOWN when a cost or the proceeds are.
    """

    symbol: str
    portfolio_id: int
    on: date
    quantity: Decimal
    proceeds: Decimal
    fee: Decimal
    tax: Decimal
    local: Decimal
    pieces: tuple[Lot, ...]
    cause: Record | CorporateAction

    @property
    def relieved(self) -> Basis:
        """The cost of the pieces."""
        return sum((piece.basis for piece in self.pieces), NOTHING)

    @property
    def gain_gross(self) -> Decimal:
        """Proceeds less cost, both without fees and taxes."""
        return subtract(self.proceeds, self.relieved.gross)

    @property
    def gain_net(self) -> Decimal:
        """Proceeds less cost, after the fees and taxes of both."""
        return subtract(subtract(self.proceeds, add(self.fee, self.tax)), self.relieved.net)


@dataclass(frozen=True, slots=True)
class Payment:
    """Cash that a corporate action paid into a portfolio, in its currency and the reporting one."""

    action: CorporateAction
    portfolio_id: int
    symbol: str
    currency: str
    amount: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Passing:
    """Cost that a corporate action passed on from one symbol to the `units` of another that came of it."""

    action: CorporateAction
    portfolio_id: int
    into: str
    units: Decimal
    basis: Basis


@dataclass(slots=True)
class LotBook:
    """Open lots, closings and payments, as they stand after what has been applied, in order of days.

    `teller` converts. With `carry`, lots move with their cost and their day between portfolios of one
    owner; without it a move is a sale and a purchase at the record's amount.
    """

    teller: Teller
    method: Cost = Cost.FIFO
    scope: LotScope = LotScope.PORTFOLIO
    carry: bool = True
    closings: list[Closing] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    passings: list[Passing] = field(default_factory=list)
    units: dict[tuple[int, str], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    pools: dict[tuple[int, str], Pool] = field(default_factory=dict)
    _arrivals: dict[object, Record] = field(default_factory=dict)

    def pool(self, portfolio_id: int, symbol: str) -> Pool:
        """Give the pool that a portfolio takes from."""
        key = (0 if self.scope is LotScope.ALL else portfolio_id, symbol)
        if key not in self.pools:
            self.pools[key] = Pool(self.method)
        return self.pools[key]

    def open_lots(self, symbol: str | None = None) -> list[Lot]:
        """Give the open lots, of one symbol or of all."""
        return [
            lot
            for (_, name), pool in sorted(self.pools.items())
            if symbol is None or name == symbol
            for lot in pool.lots()
        ]

    def apply(self, records: Iterable[Record], actions: Iterable[CorporateAction]) -> None:
        """Apply records and actions of the days after those applied before."""
        for step in in_day_order(records, actions):
            self.step(step)

    def step(self, step: "Record | CorporateAction") -> None:
        """Apply the one that comes next."""
        if isinstance(step, CorporateAction):
            self._act(step)
        else:
            self._book(step)

    def restate(self, on: date, worth: Callable[[str, Decimal], Decimal]) -> None:
        """Let every open lot have cost what it is worth at the close of `on`, without fees and taxes.

        `worth` gives the market value of units of a symbol in the instrument's currency.
        """
        self.closings, self.payments, self.passings = [], [], []
        for (_, symbol), pool in self.pools.items():
            currency = self.teller.instrument_currency(symbol, self.teller.currency)
            for lot in pool.clear():
                local = worth(symbol, lot.quantity)
                gross = self.teller.converted(local, currency, on)
                pool.put(replace(lot, basis=Basis(gross=gross, local=local)))

    def _book(self, record: Record) -> None:
        kind, quantity = record.kind, record.entry.quantity
        if quantity is None:
            return
        if record.internal and self.carry:
            self._move(record, quantity)
        elif kind in UNITS_IN:
            self._trade(record, quantity, _cost_of(record))
        elif kind in UNITS_OUT:
            basis = Basis(negated(record.gross), record.fee, record.tax, negated(record.local))
            self._trade(record, negated(quantity), basis)

    def _trade(self, record: Record, change: Decimal, basis: Basis) -> None:
        """Close what is open on the other side, open the rest. `basis` is that of an opening by it all."""
        portfolio_id, symbol = record.transaction.portfolio_id, record.symbol
        pool = self.pool(portfolio_id, symbol)
        self.units[portfolio_id, symbol] = add(self.units[portfolio_id, symbol], change)
        against = pool.quantity if (pool.quantity < ZERO) != (change < ZERO) else ZERO
        closed = min(change.copy_abs(), against.copy_abs())
        if closed:
            part = basis.part(closed, change.copy_abs())
            basis -= part
            pieces = pool.take(closed, record.entry.terms.lots)
            self.closings.append(
                Closing(
                    symbol,
                    portfolio_id,
                    record.on,
                    closed,
                    negated(part.gross),
                    part.fee,
                    part.tax,
                    negated(part.local),
                    tuple(pieces),
                    record,
                )
            )
        opened = subtract(change.copy_abs(), closed)
        if opened:
            pool.put(_lot(record, opened.copy_sign(change), basis))

    def _move(self, record: Record, quantity: Decimal) -> None:
        """Move lots between portfolios: told once, at the outgoing side."""
        joint, portfolio_id, symbol = (
            record.entry.terms.transfer_id,
            record.transaction.portfolio_id,
            record.symbol,
        )
        outward = record.kind in UNITS_OUT
        change = negated(quantity) if outward else quantity
        self.units[portfolio_id, symbol] = add(self.units[portfolio_id, symbol], change)
        other = self._arrivals.pop(joint, None)
        if other is None:
            self._arrivals[joint] = record
            return
        gone, come = (record, other) if outward else (other, record)
        if self.scope is LotScope.ALL:
            return
        pool = self.pool(gone.transaction.portfolio_id, symbol)
        at_hand = min(quantity, max(pool.quantity, ZERO))
        pieces = pool.take(at_hand, gone.entry.terms.lots) if at_hand else []
        target = come.transaction.portfolio_id
        lacking = subtract(quantity, at_hand)
        if lacking:
            # More went than was there: both sides have units whose cost nobody knows.
            pool.put(_lot(gone, negated(lacking), unknown_basis()))
            pieces.append(_lot(come, lacking, unknown_basis()))
        for piece in pieces:
            self.pool(target, symbol).put(replace(piece, portfolio_id=target))

    def _act(self, action: CorporateAction) -> None:
        holders = sorted(
            portfolio_id
            for (portfolio_id, symbol), units in self.units.items()
            if symbol == action.symbol and units
        )
        if self.scope is LotScope.ALL and holders:
            self._act_on(action, 0, holders)
        else:
            for portfolio_id in holders:
                self._act_on(action, portfolio_id, [portfolio_id])

    def _act_on(self, action: CorporateAction, pool_id: int, holders: Sequence[int]) -> None:
        kept, received, fraction, cash = ZERO, ZERO, ZERO, ZERO
        for portfolio_id in holders:
            held = self.units[portfolio_id, action.symbol]
            exchange = action.exchanged(held)
            self.units[portfolio_id, action.symbol] = exchange.kept
            if action.into is not None:
                there = self.units[portfolio_id, action.into]
                self.units[portfolio_id, action.into] = add(there, exchange.received)
            kept, received = add(kept, exchange.kept), add(received, exchange.received)
            fraction, paid = add(fraction, exchange.fraction), action.cash_for(held)
            cash = add(cash, paid)
            in_lieu = multiply(exchange.fraction, action.cash_in_lieu_price or ZERO)
            self._pay(action, portfolio_id, action.symbol, paid)
            self._pay(action, portfolio_id, action.into or action.symbol, in_lieu)
        pool, portfolio_id = self.pool(pool_id, action.symbol), holders[0]
        if action.multiplies:
            lots = resized(pool.clear(), add(kept, fraction))
        else:
            lots = self._passed_on(action, portfolio_id, pool, add(received, fraction), cash)
            pool = self.pool(pool_id, action.into) if action.into is not None else pool
        for lot in lots:
            pool.put(lot)
        if fraction:
            price = action.cash_in_lieu_price or ZERO
            pieces = pool.take(fraction.copy_abs())
            self._close(action, portfolio_id, fraction, multiply(fraction, price), pieces)

    def _passed_on(
        self, action: CorporateAction, portfolio_id: int, pool: Pool, units: Decimal, cash: Decimal
    ) -> list[Lot]:
        """Part the lots of an action that does more than multiply; give the lots that come out of it."""
        if action.kind is ActionKind.RETURN_OF_CAPITAL:
            self._return_capital(action, portfolio_id, pool, cash)
            return []
        held, lots = pool.quantity, pool.clear()
        passing = Decimal(1)
        if action.kind in (ActionKind.SPIN_OFF, ActionKind.RIGHTS) or action.basis_share is not None:
            passing = action.basis_share or ZERO
        if action.into is None:
            passing = ZERO
        gone = [replace(lot, basis=_scaled(lot.basis, passing)) for lot in lots]
        rest = [replace(lot, basis=lot.basis - part.basis) for lot, part in zip(lots, gone, strict=True)]
        if not action.ends:
            for lot in rest:
                pool.put(lot)
        elif action.cash_per_unit is not None:
            self._close(action, portfolio_id, held, cash, rest)
        if action.into is None:
            return []
        whole = sum((lot.basis for lot in gone), NOTHING)
        self.passings.append(Passing(action, portfolio_id, action.into, units, whole))
        return [self._renamed(lot, action) for lot in resized(gone, units)]

    def _renamed(self, lot: Lot, action: CorporateAction) -> Lot:
        assert action.into is not None  # noqa: S101 - only called with one
        before = self.teller.instrument_currency(action.symbol, self.teller.currency)
        after = self.teller.instrument_currency(action.into, before)
        basis = lot.basis
        if before != after:
            rate = self.teller.market_rate(before, after, action.ex_date)
            local = UNKNOWN if rate is None else rounded(multiply(basis.local, rate.rate))
            basis = replace(basis, local=basis.gross if after == self.teller.currency else local)
        return replace(lot, symbol=action.into, basis=basis)

    def _return_capital(self, action: CorporateAction, portfolio_id: int, pool: Pool, cash: Decimal) -> None:
        """Take the cash out of the cost of each lot, gross first; what is more is a gain."""
        held, lots = pool.quantity, pool.clear()
        value, local = self._values(action, cash)
        relieved: list[Lot] = []
        paid = spread(lots, Basis(gross=value, local=local)) if held else []
        for lot, part in zip(lots, paid, strict=True):
            cost, got = lot.basis, part.basis
            out = Basis(gross=_lesser(cost.gross, got.gross), local=_lesser(cost.local, got.local))
            relieved.append(replace(lot, basis=out))
            pool.put(replace(lot, basis=cost - out))
        self._close(action, portfolio_id, ZERO, cash, relieved)

    def _close(
        self,
        action: CorporateAction,
        portfolio_id: int,
        quantity: Decimal,
        cash: Decimal,
        pieces: Sequence[Lot],
    ) -> None:
        value, local = self._values(action, cash)
        symbol = pieces[0].symbol if pieces else action.symbol
        self.closings.append(
            Closing(
                symbol,
                portfolio_id,
                action.ex_date,
                quantity.copy_abs(),
                value,
                ZERO,
                ZERO,
                local,
                tuple(pieces),
                action,
            )
        )

    def _values(self, action: CorporateAction, cash: Decimal) -> tuple[Decimal, Decimal]:
        """Give cash of an action in the reporting currency and in that of its instrument."""
        amount, currency = rounded(cash), action.currency or self.teller.currency
        value = self.teller.converted(amount, currency, action.ex_date)
        quoted = self.teller.instrument_currency(action.symbol, currency)
        if quoted == self.teller.currency:
            return value, value
        if quoted == currency or not amount:
            return value, amount
        rate = self.teller.market_rate(currency, quoted, action.ex_date)
        return value, UNKNOWN if rate is None else rounded(multiply(amount, rate.rate))

    def _pay(self, action: CorporateAction, portfolio_id: int, symbol: str, cash: Decimal) -> None:
        if cash:
            currency, amount = action.currency or self.teller.currency, rounded(cash)
            value = self.teller.converted(amount, currency, action.ex_date)
            self.payments.append(Payment(action, portfolio_id, symbol, currency, amount, value))


def in_day_order(
    records: Iterable[Record], actions: Iterable[CorporateAction]
) -> list[Record | CorporateAction]:
    """Sort by day. Within one: actions, units that come in, moves between portfolios, units that go out.

    On one day units come in before they go out, whatever the time that was noted.
    """
    steps: list[tuple[tuple[object, ...], Record | CorporateAction]] = [
        ((action.ex_date, 0, action.id), action) for action in actions
    ]
    steps += [
        ((record.on, _phase(record), record.entry.occurred_at, record.transaction.id), record)
        for record in records
    ]
    return [step for _, step in sorted(steps, key=lambda step: step[0])]


def step_day(step: Record | CorporateAction) -> date:
    """Give the day of a record or an action."""
    return step.ex_date if isinstance(step, CorporateAction) else step.on


def _phase(record: Record) -> int:
    if record.internal:
        return 2
    return 3 if record.kind in UNITS_OUT else 1


def _cost_of(record: Record) -> Basis:
    if record.kind is Kind.DIVIDEND_REINVESTED:
        part = share(record.local, record.received, record.gross) if record.gross else ZERO
        return Basis(gross=record.received, local=part)
    if record.kind is Kind.DIVIDEND_IN_KIND:
        return Basis(gross=record.gross, local=record.local)
    return Basis(record.gross, record.fee, record.tax, record.local)


def _lot(record: Record, quantity: Decimal, basis: Basis) -> Lot:
    transaction = record.transaction
    order = (record.entry.occurred_at, transaction.id)
    return Lot(record.symbol, transaction.portfolio_id, record.on, transaction.id, order, quantity, basis)


def _lesser(cost: Decimal, paid: Decimal) -> Decimal:
    """Give the one nearer to zero: what is paid out of a cost is at most the cost."""
    if cost.is_nan() or paid.is_nan():
        return UNKNOWN
    return min(cost, paid, key=Decimal.copy_abs)


def _scaled(basis: Basis, by: Decimal) -> Basis:
    if by == 1:
        return basis
    return Basis(*(rounded(multiply(part, by)) for part in (basis.gross, basis.fee, basis.tax, basis.local)))


def average_of(lots: Iterable[Lot], *, fees: bool, taxes: bool) -> Decimal | None:
    """Give the cost per unit of lots; None without units or when a cost is unknown."""
    found = list(lots)
    units = total(lot.quantity for lot in found)
    cost = total(lot.basis.cost(fees=fees, taxes=taxes) for lot in found)
    return None if not units or cost.is_nan() else divided(cost, units)
