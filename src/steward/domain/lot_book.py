"""The lot book: the fold of records and corporate actions into open lots and what was closed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from steward.domain.closings import Closing, Passing, Payment
from steward.domain.corporate_actions import CorporateAction
from steward.domain.lots import Basis, Lot, unknown_basis
from steward.domain.money import (
    ZERO,
    add,
    negated,
    share,
    subtract,
)
from steward.domain.pools import Pool
from steward.domain.portfolios import CostMethod
from steward.domain.records import Gap, Record, Teller
from steward.domain.transactions import UNITS_IN, UNITS_OUT, Kind


class LotScope(StrEnum):
    """Among which lots a sale chooses."""

    PORTFOLIO = "portfolio"
    """Those of the portfolio that sells; lots moved in keep their day and queue by it."""
    ALL = "all"
    """Those of all portfolios of the owner."""


@dataclass(slots=True)
class LotBook:
    """Open lots, closings and payments, as they stand after what has been applied, in order of days.

    `teller` converts. With `carry`, lots move with their cost and their day between portfolios of one
    owner; without it a move is a sale and a purchase at the record's amount.
    """

    teller: Teller
    method: CostMethod = CostMethod.FIFO
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
                pool.put(replace(lot, basis=self.worth(lot, on, Basis(gross=gross, local=local))))

    def opened(self, record: Record) -> Basis:
        """Give the cost with which the units of a record come or, negative, go."""
        if record.kind in UNITS_OUT:
            return Basis(negated(record.gross), record.fee, record.tax, negated(record.local))
        return _cost_of(record)

    def worth(self, lot: Lot, on: date, basis: Basis) -> Basis:
        """Give what a lot costs after it was restated at its worth; here only for those who explain it."""
        del lot, on
        return basis

    def paid(self, action: CorporateAction, units: Decimal, basis: Basis, *, in_lieu: bool) -> Basis:
        """Give what an action pays for units as a cost; here only for those who explain it."""
        del action, units, in_lieu
        return basis

    def unknown(self, symbol: str, on: date, quantity: Decimal) -> Basis:
        """Give the cost of a quantity that came without one, and note the gap."""
        del quantity
        self.teller.gaps[Gap("cost", symbol, on)] = None
        return unknown_basis()

    def book(self, record: Record) -> None:
        """Apply a record."""
        kind, quantity = record.kind, record.entry.quantity
        if quantity is None:
            return
        if record.internal and self.carry:
            self._move(record, quantity)
        elif kind in UNITS_IN:
            self._trade(record, quantity, self.opened(record))
        elif kind in UNITS_OUT:
            self._trade(record, negated(quantity), self.opened(record))

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
            self.closings.append(
                Closing(
                    symbol=symbol,
                    portfolio_id=portfolio_id,
                    on=record.on,
                    quantity=closed,
                    proceeds=negated(part.gross),
                    fee=part.fee,
                    tax=part.tax,
                    local=negated(part.local),
                    pieces=tuple(pool.take(closed, record.entry.terms.lots)),
                    cause=record,
                    brought=part,
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
            pool.put(_lot(gone, negated(lacking), self.unknown(symbol, come.on, negated(lacking))))
            pieces.append(_lot(come, lacking, self.unknown(symbol, come.on, lacking)))
        for piece in pieces:
            self.receive(replace(piece, portfolio_id=target), come, come.on)

    def receive(self, lot: Lot, cause: Record | CorporateAction, on: date) -> None:
        """Take in a lot that comes with its cost; what is open on the other side it closes at that cost."""
        pool = self.pool(lot.portfolio_id, lot.symbol)
        against = pool.quantity if (pool.quantity < ZERO) != (lot.quantity < ZERO) else ZERO
        closed = min(lot.quantity.copy_abs(), against.copy_abs())
        if closed:
            cost, lot = lot.cut(closed.copy_sign(lot.quantity))
            self.closings.append(
                Closing(
                    symbol=lot.symbol,
                    portfolio_id=lot.portfolio_id,
                    on=on,
                    quantity=closed,
                    proceeds=negated(cost.basis.gross),
                    fee=cost.basis.fee,
                    tax=cost.basis.tax,
                    local=negated(cost.basis.local),
                    pieces=tuple(pool.take(closed)),
                    cause=cause,
                    brought=cost.basis,
                )
            )
        if lot.quantity:
            pool.put(lot)


def _cost_of(record: Record) -> Basis:
    if record.kind is Kind.DIVIDEND_REINVESTED:
        part = share(record.local, record.received, record.gross) if record.gross else ZERO
        return Basis(gross=record.received, local=part)
    if record.kind is Kind.DIVIDEND_IN_KIND:
        return Basis(gross=record.gross, local=record.local)
    return Basis(record.gross, record.fee, record.tax, record.local)


def _lot(record: Record, quantity: Decimal, basis: Basis) -> Lot:
    transaction = record.transaction
    # Not by the transaction: one that is told in two parts would then be sold in another order.
    order = (record.entry.occurred_at,)
    return Lot(record.symbol, transaction.portfolio_id, record.on, transaction.id, order, quantity, basis)
