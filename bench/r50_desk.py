"""The desk that makes the ledgers of R50: what each portfolio holds is known, so that nothing is oversold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from steward.domain.corporate_actions import CorporateAction
from steward.domain.instruments import Instrument
from steward.domain.money import ZERO, add, divided, multiply, rounded
from steward.domain.transactions import NO_TERMS, Entry, Kind, RecordedRate, Terms

BASE = "EUR"
_UNIVERSE = 80
_CENT, _UNIT = Decimal("0.01"), Decimal("0.0001")
# How often each kind of thing happens.
_HAPPENS = {
    Kind.BUY: 500,
    Kind.SELL: 270,
    Kind.DIVIDEND: 140,
    Kind.DEPOSIT: 20,
    Kind.WITHDRAWAL: 5,
    Kind.INTEREST: 20,
    Kind.FEE: 20,
    Kind.TAX: 5,
    Kind.DIVIDEND_REINVESTED: 10,
    Kind.TRANSFER_OUT: 10,
}


@dataclass
class Desk:
    """Makes entries in order of time. Prices are in hundredths, rates in ten-thousandths for one euro."""

    random: Random
    instruments: Sequence[Instrument]
    weekdays: Sequence[int]
    first_ids: tuple[int, int]
    prices: dict[str, list[int]] = field(default_factory=dict)
    rates: dict[str, list[int]] = field(default_factory=dict)
    splits: dict[str, CorporateAction] = field(default_factory=dict)
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    portfolio_ids: list[int] = field(default_factory=list)
    _held: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    _universe: dict[int, list[Instrument]] = field(default_factory=dict)
    _place: int = 0
    _second: int = 0

    def trade(self, portfolios: int, count: int) -> None:
        """Make at least `count` entries, spread evenly over the days."""
        self.portfolio_ids = [self.first_ids[0] + number for number in range(portfolios)]
        for one in self.portfolio_ids:
            size = min(_UNIVERSE, len(self.instruments))
            self._universe[one] = self.random.sample(list(self.instruments), size)
            self._book(one, Kind.DEPOSIT, gross=Decimal(1_000_000), currency=BASE)
        kinds, weights = list(_HAPPENS), list(_HAPPENS.values())
        waiting = sorted(self.splits.values(), key=lambda one: one.ex_date)
        while len(self.entries) < count:
            self._go(len(self.entries) * (len(self.weekdays) - 1) // count)
            while waiting and waiting[0].ex_date.toordinal() <= self.weekdays[self._place]:
                self._split(waiting.pop(0))
            portfolio_id = self.random.choice(self.portfolio_ids)
            kind = self.random.choices(kinds, weights)[0]
            # A transfer takes two.
            self._make(portfolio_id, kind if len(self.entries) < count - 1 else Kind.FEE)

    def _go(self, place: int) -> None:
        if place != self._place:
            self._place, self._second = place, 0

    def _split(self, action: CorporateAction) -> None:
        for (portfolio_id, symbol), units in self._held.items():
            if symbol == action.symbol:
                self._held[portfolio_id, symbol] = action.exchanged(units).kept

    def _make(self, portfolio_id: int, kind: Kind) -> None:
        if kind in (Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.INTEREST, Kind.FEE, Kind.TAX):
            most = 20_000 if kind is Kind.DEPOSIT else 200
            self._book(portfolio_id, kind, gross=self._amount(most), currency=BASE)
            return
        held = [one for one in self._universe[portfolio_id] if self._held.get((portfolio_id, one.symbol))]
        if not held or kind is Kind.BUY:
            one = self.random.choice(self._universe[portfolio_id])
            self._trade(portfolio_id, Kind.BUY, one, Decimal(self.random.randint(1, 400)))
            return
        one = self.random.choice(held)
        units = self._held[portfolio_id, one.symbol]
        part = max(
            multiply(units, Decimal(self.random.randint(5, 100)) / 100).quantize(_UNIT), min(units, _UNIT)
        )
        match kind:
            case Kind.SELL:
                self._trade(portfolio_id, Kind.SELL, one, part)
            case Kind.DIVIDEND:
                amount = self._amount(300)
                tax = multiply(amount, Decimal("0.15"))
                self._book(portfolio_id, kind, one, gross=amount, tax=tax)
            case Kind.DIVIDEND_REINVESTED:
                self._trade(portfolio_id, kind, one, Decimal(self.random.randint(1, 40)) / 10)
            case _:
                self._move(portfolio_id, one, part)

    def _trade(self, portfolio_id: int, kind: Kind, one: Instrument, quantity: Decimal) -> None:
        price = Decimal(self.prices[one.symbol][self._place]).scaleb(-2)
        gross = rounded(multiply(quantity, price))
        fee = ZERO if kind is Kind.DIVIDEND_REINVESTED else Decimal(self.random.randint(100, 900)).scaleb(-2)
        self._book(portfolio_id, kind, one, quantity=quantity, price=price, gross=gross, fee=fee)

    def _move(self, portfolio_id: int, one: Instrument, quantity: Decimal) -> None:
        others = [other for other in self.portfolio_ids if other != portfolio_id]
        joint = UUID(int=self.random.getrandbits(128), version=4)
        terms = Terms(transfer_id=joint)
        at = self._at()
        self._keep(portfolio_id, Entry(Kind.TRANSFER_OUT, one.symbol, quantity, at, terms=terms))
        to = self.random.choice(others)
        if one not in self._universe[to]:
            self._universe[to].append(one)
        self._keep(to, Entry(Kind.TRANSFER_IN, one.symbol, quantity, at, terms=terms))

    def _book(
        self,
        portfolio_id: int,
        kind: Kind,
        one: Instrument | None = None,
        *,
        gross: Decimal,
        quantity: Decimal | None = None,
        price: Decimal | None = None,
        fee: Decimal = ZERO,
        tax: Decimal = ZERO,
        currency: str | None = None,
    ) -> None:
        currency = currency or (one and one.currency) or BASE
        terms = Terms(fee=fee, tax=tax) if fee or tax else NO_TERMS
        # Half of what is traded in another currency is paid in euros at the bank's rate.
        if currency != BASE and self.random.random() < 0.5:
            rate = divided(Decimal(1), Decimal(self.rates[currency][self._place]).scaleb(-4)).quantize(
                _UNIT**2
            )
            terms = Terms(
                fee=fee, tax=tax, cash_currency=BASE, recorded_rate=RecordedRate(currency, BASE, rate)
            )
        symbol = None if one is None else one.symbol
        self._keep(
            portfolio_id, Entry(kind, symbol, quantity, self._at(), price, gross, currency, terms=terms)
        )

    def _keep(self, portfolio_id: int, entry: Entry) -> None:
        self.entries.append((portfolio_id, entry))
        if entry.symbol is not None and entry.quantity is not None:
            key = portfolio_id, entry.symbol
            self._held[key] = add(self._held.get(key, ZERO), entry.change)

    def _at(self) -> datetime:
        self._second += 1
        day = date.fromordinal(self.weekdays[self._place])
        return datetime.combine(day, time(9), UTC) + timedelta(seconds=self._second)

    def _amount(self, most: int) -> Decimal:
        return Decimal(self.random.randint(100, most * 100)).scaleb(-2)
