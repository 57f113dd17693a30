"""The fold of records and corporate actions into a lot book, day by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from steward.domain.closings import Closing, Passing, Payment
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lots import NO_TRANSACTION, NOTHING, Basis, Lot, resized, spread
from steward.domain.money import UNKNOWN, ZERO, add, multiply, rounded, subtract
from steward.domain.pools import Pool
from steward.domain.records import Gap, Record
from steward.domain.transactions import UNITS_OUT


def apply(book: LotBook, records: Iterable[Record], actions: Iterable[CorporateAction]) -> None:
    """Apply records and actions of the days after those applied before."""
    for step in in_day_order(records, actions):
        take(book, step)


def take(book: LotBook, step: Record | CorporateAction) -> None:
    """Apply the one that comes next."""
    if isinstance(step, CorporateAction):
        _act(book, step)
    else:
        book.book(step)


def in_day_order(
    records: Iterable[Record], actions: Iterable[CorporateAction]
) -> list[Record | CorporateAction]:
    """Sort by day. Within one: actions, units that come in, moves between portfolios, units that go out.

    On one day units come in before they go out, whatever the time that was noted.
    """
    steps: list[Record | CorporateAction] = [*actions, *records]
    return sorted(steps, key=_place)


def _place(step: Record | CorporateAction) -> tuple[object, ...]:
    if isinstance(step, CorporateAction):
        return step.ex_date, 0, step.id
    return step.on, _phase(step), step.entry.occurred_at, step.transaction.id


def step_day(step: Record | CorporateAction) -> date:
    """Give the day of a record or an action."""
    return step.ex_date if isinstance(step, CorporateAction) else step.on


def _phase(record: Record) -> int:
    if record.internal:
        return 2
    return 3 if record.kind in UNITS_OUT else 1


def _act(book: LotBook, action: CorporateAction) -> None:
    holders = sorted(
        portfolio_id
        for (portfolio_id, symbol), units in book.units.items()
        if symbol == action.symbol and units
    )
    if book.scope is LotScope.ALL and holders:
        _Effect(book, action, 0, holders).take()
    else:
        for portfolio_id in holders:
            _Effect(book, action, portfolio_id, [portfolio_id]).take()


@dataclass(frozen=True, slots=True)
class _Effect:
    """One action on one pool, which several portfolios may share."""

    book: LotBook
    action: CorporateAction
    pool_id: int
    holders: Sequence[int]

    @property
    def _name(self) -> str:
        return f"{self.action.kind} {self.action.id}"

    def take(self) -> None:
        """Change units and lots, close what is paid for, and pay."""
        book, action = self.book, self.action
        before, kept, received, fraction = ZERO, ZERO, ZERO, ZERO
        for portfolio_id in self.holders:
            held = book.units[portfolio_id, action.symbol]
            exchange = action.exchanged(held)
            book.units[portfolio_id, action.symbol] = exchange.kept
            if action.into is not None:
                there = book.units[portfolio_id, action.into]
                book.units[portfolio_id, action.into] = add(there, exchange.received)
            kept, received = add(kept, exchange.kept), add(received, exchange.received)
            fraction = add(fraction, exchange.fraction)
            before = add(before, held)
            self._pay(portfolio_id, action.symbol, held)
            self._pay(portfolio_id, action.into or action.symbol, exchange.fraction, in_lieu=True)
        pool = book.pool(self.pool_id, action.symbol)
        if action.multiplies:
            for lot in self._whole(resized(pool.clear(), add(kept, fraction), self._name), fraction):
                pool.put(lot)
        elif action.kind is ActionKind.RETURN_OF_CAPITAL:
            self._return_capital(pool, before)
        else:
            self._pass_on(pool, add(received, fraction), fraction, before)

    def _pass_on(self, pool: Pool, units: Decimal, fraction: Decimal, before: Decimal) -> None:
        """Part the lots: what stays or is paid for, and what becomes `units` of another symbol."""
        action, held, lots = self.action, pool.quantity, pool.clear()
        passing = _passing_share(action)
        gone = [replace(lot, basis=lot.basis.scaled(passing)) for lot in lots]
        rest = [
            replace(lot, basis=lot.basis.without(part.basis)) for lot, part in zip(lots, gone, strict=True)
        ]
        if not action.ends:
            for lot in rest:
                pool.put(lot)
        elif action.cash_per_unit is not None:
            self._close(held, self._paid(before), rest)
        if action.into is not None:
            whole = sum((lot.basis for lot in gone), NOTHING)
            self.book.passings.append(Passing(action, self.holders[0], action.into, units, whole))
            come = [self._renamed(lot, action.into) for lot in resized(gone, units, self._name)]
            for lot in self._whole(come, fraction):
                self.book.receive(lot, action, action.ex_date)

    def _whole(self, lots: Sequence[Lot], fraction: Decimal) -> list[Lot]:
        """Close the fraction that is paid for out of the lots that an action brings; give what it leaves.

        Never out of what was held before, which may be short. Of portfolios that share lots some may be
        short, and owe for more fractions than there are units: what they pay for beyond those is a lot.
        """
        if not fraction:
            return list(lots)
        brought, paid = Pool(self.book.method), self._paid(fraction, in_lieu=True)
        for lot in lots:
            brought.put(lot)
        alike = (brought.quantity < ZERO) == (fraction < ZERO)
        closed = min(fraction, brought.quantity, key=Decimal.copy_abs) if alike else ZERO
        part = paid.part(closed, fraction)
        if closed:
            self._close(closed, part, brought.take(closed.copy_abs()))
        if closed != fraction:
            brought.put(self._bought(subtract(closed, fraction), (paid - part).scaled(Decimal(-1))))
        return brought.lots()

    def _bought(self, units: Decimal, basis: Basis) -> Lot:
        """Give the lot that a payment brought, and no transaction."""
        action, first = self.action, (datetime.combine(self.action.ex_date, time(), UTC),)
        symbol = action.into or action.symbol
        basis = basis.bought(units, self._name)
        return Lot(symbol, self.holders[0], action.ex_date, NO_TRANSACTION, first, units, basis)

    def _renamed(self, lot: Lot, into: str) -> Lot:
        teller, basis = self.book.teller, lot.basis
        before = teller.instrument_currency(lot.symbol, teller.currency)
        after = teller.instrument_currency(into, before)
        if after == teller.currency:
            basis = basis.told_locally(basis.gross, None)
        elif before != after:
            on = self.action.ex_date
            rate = teller.market_rate(before, after, on)
            local = UNKNOWN if rate is None else rounded(multiply(basis.local, rate.rate))
            basis = basis.told_locally(local, rate or Gap("rate", before + after, on))
        return replace(lot, symbol=into, basis=basis)

    def _return_capital(self, pool: Pool, before: Decimal) -> None:
        """Take the cash out of the gross cost of each lot; what is more than that is a gain."""
        lots, paid = pool.clear(), self._paid(before)
        relieved: list[Lot] = []
        for lot, part in zip(lots, spread(lots, paid), strict=True):
            out = lot.basis.lesser(part.basis)
            relieved.append(replace(lot, basis=out))
            pool.put(replace(lot, basis=lot.basis.without(out)))
        self._close(ZERO, paid, relieved)

    def _close(self, quantity: Decimal, basis: Basis, pieces: Sequence[Lot]) -> None:
        self.book.closings.append(
            Closing(
                symbol=pieces[0].symbol if pieces else self.action.symbol,
                portfolio_id=self.holders[0],
                on=self.action.ex_date,
                quantity=quantity.copy_abs(),
                proceeds=basis.gross,
                fee=ZERO,
                tax=ZERO,
                local=basis.local,
                pieces=tuple(pieces),
                cause=self.action,
                brought=basis,
            )
        )

    def _paid(self, units: Decimal, *, in_lieu: bool = False) -> Basis:
        """Give what is paid for units, as a basis."""
        value, local = self._values(multiply(units, self._price(in_lieu=in_lieu)))
        return self.book.paid(self.action, units, Basis(gross=value, local=local), in_lieu=in_lieu)

    def _values(self, cash: Decimal) -> tuple[Decimal, Decimal]:
        """Give cash in the reporting currency and in that of the instrument."""
        teller, on = self.book.teller, self.action.ex_date
        amount, currency = rounded(cash), self.action.currency or teller.currency
        value = teller.converted(amount, currency, on)
        quoted = teller.instrument_currency(self.action.symbol, currency)
        if quoted == teller.currency:
            return value, value
        if quoted == currency or not amount:
            return value, amount
        rate = teller.market_rate(currency, quoted, on)
        return value, UNKNOWN if rate is None else rounded(multiply(amount, rate.rate))

    def _pay(self, portfolio_id: int, symbol: str, units: Decimal, *, in_lieu: bool = False) -> None:
        action, teller = self.action, self.book.teller
        cash = multiply(units, self._price(in_lieu=in_lieu))
        if cash:
            currency, amount = action.currency or teller.currency, rounded(cash)
            value = teller.converted(amount, currency, action.ex_date)
            payment = Payment(action, portfolio_id, symbol, currency, amount, value, units, in_lieu)
            self.book.payments.append(payment)

    def _price(self, *, in_lieu: bool) -> Decimal:
        return (self.action.cash_in_lieu_price if in_lieu else self.action.cash_per_unit) or ZERO


def _passing_share(action: CorporateAction) -> Decimal:
    """Give the share of the basis that goes to the units of another symbol."""
    if action.into is None:
        return ZERO
    if action.kind in (ActionKind.SPIN_OFF, ActionKind.RIGHTS):
        return action.basis_share or ZERO
    return Decimal(1) if action.basis_share is None else action.basis_share
