"""Random histories: two portfolios of one owner, six currencies, every kind of transaction and action.

`tales()` is a strategy of Tale. A tale has holes: units that came without a cost, days without a price or
a rate. `whole()` is the same tale with everything known; `story()` is what the domain's functions take.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st

from steward.domain.closes import Fill, Policy, Series, columns
from steward.domain.corporate_actions import ActionKind, CorporateAction, in_order
from steward.domain.instruments import Instrument
from steward.domain.lot_book import LotScope
from steward.domain.lots import Cost
from steward.domain.market import Market
from steward.domain.money import ZERO, add, multiply, negated, rounded, subtract
from steward.domain.records import Fx
from steward.domain.story import Method, Opening, Story
from steward.domain.transactions import (
    UNITS_OUT,
    Entry,
    Kind,
    LotChoice,
    RecordedRate,
    Terms,
    Transaction,
    reversal,
    standing,
)

FIRST: Final = date(2024, 2, 20)
DAYS: Final = 40
LAST: Final = FIRST + timedelta(DAYS - 1)
PORTFOLIOS: Final = (1, 2)
CURRENCIES: Final = ("EUR", "USD", "GBP", "CHF", "JPY", "CAD")
INSTRUMENTS: Final = {
    one.symbol: one
    for one in (
        Instrument("USA", "USD"),
        Instrument("EUX", "EUR"),
        Instrument("PEN", "GBp"),
        Instrument("OPT", "JPY", multiplier=Decimal(100)),
        Instrument("SWI", "CHF"),
        Instrument("CAN", "CAD"),
    )
}
PAIRS: Final = {"USDEUR": "0.9", "EURGBP": "0.85", "CHFEUR": "1.05", "EURJPY": "160", "CADEUR": "0.68"}
_CASH: Final = (
    Kind.DEPOSIT,
    Kind.WITHDRAWAL,
    Kind.DIVIDEND,
    Kind.INTEREST,
    Kind.INTEREST_CHARGED,
    Kind.FEE,
    Kind.FEE_REFUND,
    Kind.TAX,
    Kind.TAX_REFUND,
)
_NO_SYMBOL: Final = (Kind.DEPOSIT, Kind.WITHDRAWAL)
_ONE = Decimal(1)
_WIDE = Context(prec=200)


@dataclass(frozen=True)
class Numbers:
    """A number a day, the same every day unless `wobble`; none on the days in `holes`."""

    base: Decimal
    wobble: int = 0
    holes: frozenset[int] = frozenset()

    def by_day(self) -> dict[date, Decimal]:
        """Give the number of each day."""
        return {
            FIRST + timedelta(day): self.base * (1000 + (self.wobble * (day + 1) * 7919) % 97) / 1000
            for day in range(DAYS)
            if day not in self.holes
        }


@dataclass(frozen=True)
class Tale:
    """A random history. `ledger` has also what was taken back; `choice` picks one thing of several."""

    ledger: tuple[Transaction, ...]
    actions: tuple[CorporateAction, ...]
    prices: Mapping[str, Numbers]
    rates: Mapping[str, Numbers]
    max_age_days: int
    currency: str
    method: Method
    since: date
    choice: int
    adjusted: bool = False
    lost: frozenset[tuple[str, date]] = field(default_factory=frozenset)

    def __repr__(self) -> str:
        """Say it in one line each: what a counterexample is read from."""
        lines = [f"{self.currency} since {self.since} max age {self.max_age_days} choice {self.choice}"]
        lines += [_line(one) for one in self.ledger] + [_stated(one) for one in self.actions]
        odd = {**self.prices, **self.rates}.items()
        lines += [
            f"{name} {one.base} {one.wobble} {set(one.holes)}" for name, one in odd if one.wobble or one.holes
        ]
        return "\n  ".join([*lines, str(self.method)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """What stands."""
        return tuple(standing(self.ledger))

    def market(self, fill: Fill = Fill.NONE) -> Market:
        """Give the market with its holes."""
        return Market(
            Policy(self.max_age_days, fill),
            instruments=INSTRUMENTS.values(),
            closes=[
                self._series(symbol, INSTRUMENTS[symbol].currency or "", one)
                for symbol, one in self.prices.items()
            ],
            rates=[self._series(pair, pair[3:], one) for pair, one in self.rates.items()],
            actions=self.actions,
        )

    def story(self, *portfolio_ids: int) -> Story:
        """Give the story of some portfolios, of all if none is named."""
        return Story(self.transactions, self.actions, self.market(), frozenset(portfolio_ids or PORTFOLIOS))

    def whole(self) -> "Tale":
        """Fill all holes: every price and rate is known, and what every unit cost."""
        return replace(
            self,
            ledger=tuple(_with_cost(one) for one in self.ledger),
            prices={symbol: replace(one, holes=frozenset()) for symbol, one in self.prices.items()},
            rates={pair: replace(one, holes=frozenset()) for pair, one in self.rates.items()},
        )

    def without(self, key: str, day: date) -> "Tale":
        """Forget one price or rate."""
        return replace(self, lost=self.lost | {(key, day)})

    def with_transactions(self, transactions: Iterable[Transaction]) -> "Tale":
        """Put other transactions in place of those that stand."""
        return replace(self, ledger=tuple(transactions))

    def held(self) -> dict[tuple[int, str], Decimal]:
        """Give the units that each portfolio holds at the end, computed on its own."""
        return _units(self.transactions, self.actions)

    def sold(self) -> "Tale":
        """Sell all that is held, and buy back what is short, on the last day."""
        closing = []
        for (portfolio_id, symbol), units in sorted(self.held().items()):
            if units:
                id_ = 900 + len(closing)
                entry = Entry(
                    Kind.BUY if units < ZERO else Kind.SELL,
                    symbol,
                    units.copy_abs(),
                    _moment(DAYS - 1, 23),
                    gross_amount=Decimal(1000 + id_),
                    currency=self.currency,
                    terms=Terms(fee=Decimal("1.5")),
                )
                closing.append(_transaction(id_, portfolio_id, entry))
        return self.with_transactions((*self.transactions, *closing))

    def _series(self, key: str, currency: str, numbers: Numbers) -> Series:
        known = [(day, one) for day, one in numbers.by_day().items() if (key, day) not in self.lost]
        return Series(key, currency, "user", *columns(known), adjusted=self.adjusted and len(key) == 3)


@dataclass(frozen=True)
class _Step:
    """What a portfolio did on a day, before it is clear whether it had the units for it."""

    day: int
    kind: Kind
    portfolio: int
    symbol: str
    units: Decimal
    amount: Decimal
    fee: Decimal
    tax: Decimal
    currency: str
    other: str
    rate: Decimal
    extra: int
    hour: int


@dataclass(frozen=True)
class _Act:
    day: int
    kind: ActionKind
    symbol: str
    into: str
    new: int
    old: int
    cash: Decimal
    share: int
    lieu: bool
    currency: str

    def action(self, id_: int) -> CorporateAction:
        """Make the action."""
        kind = self.kind
        parts: dict[str, Any] = {"id": id_, "symbol": self.symbol, "kind": kind, "ex_date": _day(self.day)}
        ratio = {"new": Decimal(self.new), "old": Decimal(self.old)}
        cash = {"cash_per_unit": self.cash, "currency": self.currency}
        lieu = {"cash_in_lieu_price": self.cash, "currency": self.currency} if self.lieu else {}
        share = {"basis_share": Decimal(self.share).scaleb(-2)}
        if kind in (ActionKind.SPLIT, ActionKind.STOCK_DIVIDEND):
            parts |= ratio | lieu
        elif kind in (ActionKind.SPIN_OFF, ActionKind.RIGHTS):
            parts |= ratio | lieu | {"into": self.into} | share
        elif kind is ActionKind.SYMBOL_CHANGE:
            parts |= {"into": self.into}
        elif kind is ActionKind.MERGER and self.share < 60:
            parts |= ratio | lieu | {"into": self.into} | (cash | share if self.share > 30 else {})
        else:
            parts |= cash
        return CorporateAction(**parts)


def _exact(most: int) -> st.SearchStrategy[Decimal]:
    """Positive numbers, whole ones first, some with all their 18 digits."""
    whole = st.integers(1, most).map(Decimal)
    cents = st.integers(1, most * 100).map(lambda one: Decimal(one).scaleb(-2))
    long = st.integers(10**17, most * 10**18).map(lambda one: Decimal(one).scaleb(-18, _WIDE))
    return st.one_of(whole, cents, long)


def _steps(symbols: list[str]) -> st.SearchStrategy[_Step]:
    charge = st.one_of(st.just(ZERO), _exact(5))
    return st.builds(
        _Step,
        day=st.integers(0, DAYS - 1),
        kind=st.sampled_from(Kind),
        portfolio=st.sampled_from(PORTFOLIOS),
        symbol=st.sampled_from(symbols),
        units=_exact(60),
        amount=_exact(900),
        fee=charge,
        tax=charge,
        currency=st.sampled_from(CURRENCIES),
        other=st.sampled_from(CURRENCIES),
        rate=_exact(3),
        extra=st.integers(0, 11),
        hour=st.integers(0, 23),
    )


def _acts(symbols: list[str]) -> st.SearchStrategy[_Act]:
    return st.builds(
        _Act,
        day=st.integers(1, DAYS - 1),
        kind=st.sampled_from(ActionKind),
        symbol=st.sampled_from(symbols),
        into=st.sampled_from(list(INSTRUMENTS)),
        new=st.integers(1, 7),
        old=st.sampled_from([1, 2, 3, 5, 7, 10]),
        cash=_exact(20),
        share=st.integers(0, 100),
        lieu=st.booleans(),
        currency=st.sampled_from(CURRENCIES),
    ).filter(lambda act: act.symbol != act.into)


@st.composite
def tales(draw: st.DrawFn) -> Tale:
    """Any history."""
    symbols = draw(st.lists(st.sampled_from(list(INSTRUMENTS)), min_size=1, max_size=4, unique=True))
    steps = draw(st.lists(_steps(symbols), min_size=1, max_size=14))
    acts = draw(st.lists(_acts(symbols), max_size=3))
    actions = tuple(act.action(place + 1) for place, act in enumerate(acts))
    shorts = draw(st.integers(0, 3)) == 3
    holes = st.lists(st.integers(0, DAYS - 1), max_size=6).map(
        lambda days: frozenset(one + more for one in days for more in range(one % 5 + 1))
    )
    numbers = {
        name: Numbers(Decimal(base), draw(st.integers(0, 96)), draw(holes))
        for name, base in {**dict.fromkeys(INSTRUMENTS, "12.25"), **PAIRS}.items()
    }
    return Tale(
        ledger=tuple(_told(steps, actions, shorts=shorts)),
        actions=actions,
        prices={symbol: numbers[symbol] for symbol in INSTRUMENTS},
        rates={pair: numbers[pair] for pair in PAIRS},
        max_age_days=draw(st.sampled_from([7, 2, 0])),
        currency=draw(st.sampled_from(CURRENCIES)),
        method=draw(methods()),
        since=_day(draw(st.integers(0, DAYS - 2))),
        choice=draw(st.integers(0, 10_000)),
    )


def methods() -> st.SearchStrategy[Method]:
    """Any method."""
    return st.builds(
        Method,
        cost=st.sampled_from(Cost),
        lot_scope=st.sampled_from(LotScope),
        fees_in_cost=st.booleans(),
        taxes_in_cost=st.booleans(),
        fx=st.sampled_from(Fx),
        opening=st.sampled_from(Opening),
    )


def _stated(one: object) -> str:
    """Write the fields that differ from their defaults."""
    given = [(part, getattr(one, part.name)) for part in fields(one)]  # type: ignore[arg-type]
    return " ".join(f"{part.name}={value}" for part, value in given if value != part.default and value)


def _line(one: Transaction) -> str:
    entry = one.entry
    amounts = f"{entry.quantity or ''} for {entry.gross_amount} {entry.currency}"
    what = f"{entry.occurred_at:%m-%d %H} {entry.kind} {entry.symbol or ''} {amounts}"
    back = f" takes back {entry.reverses}" if entry.reverses else ""
    return f"{one.id} in {one.portfolio_id} {what} {_stated(entry.terms)}{back}"


def _day(day: int) -> date:
    return FIRST + timedelta(day)


def _moment(day: int, hour: int) -> datetime:
    return datetime.combine(_day(day), datetime.min.time(), UTC) + timedelta(hours=hour)


def _transaction(id_: int, portfolio_id: int, entry: Entry) -> Transaction:
    return Transaction(id_, portfolio_id, id_, entry.occurred_at, entry, "")


def _told(
    steps: Iterable[_Step], actions: tuple[CorporateAction, ...], *, shorts: bool
) -> Iterable[Transaction]:
    """Tell steps in order of their days; without shorts nothing goes that is not there.

    Only a sale makes a short: of units that are moved while they are not there nobody knows the cost.
    """
    told: list[Transaction] = []
    for step in sorted(steps, key=lambda step: (step.day, step.kind in UNITS_OUT)):
        number = 10 * (len(told) + 1)
        if step.kind in _CASH:
            told += _cash(step, number)
            continue
        units = step.units
        if step.kind in UNITS_OUT and not (shorts and step.kind is Kind.SELL):
            until = [one for one in actions if one.ex_date <= _day(step.day)]
            there = _units(standing(told), until).get((step.portfolio, step.symbol), ZERO)
            units = min(units, there)
        if units > ZERO:
            told += _moved(step, number, units, told)
    return told


def _cash(step: _Step, number: int) -> list[Transaction]:
    bound = step.kind is Kind.DIVIDEND or (step.kind not in _NO_SYMBOL and step.extra % 2)
    entry = Entry(
        step.kind,
        step.symbol if bound else None,
        None,
        _moment(step.day, step.hour),
        gross_amount=step.amount,
        currency=step.currency,
        terms=_terms(step),
    )
    if step.kind is Kind.WITHDRAWAL and step.extra == 7:
        return _both_sides(step, number, entry, Kind.DEPOSIT)
    return _maybe_taken_back(step, number, entry)


def _moved(step: _Step, number: int, units: Decimal, told: list[Transaction]) -> list[Transaction]:
    priced = step.kind not in (Kind.TRANSFER_IN, Kind.TRANSFER_OUT) or step.extra % 3 > 0
    terms = _terms(step)
    if step.kind in UNITS_OUT and step.extra % 4 == 1:
        terms = replace(terms, lots=_named(step, units, told))
    if step.extra == 5:
        abroad = (INSTRUMENTS[step.symbol].currency or "").replace("GBp", "GBP")
        if abroad != step.currency and priced:
            terms = replace(
                terms, security_amount=multiply(step.amount, Decimal(2)), security_currency=abroad
            )
    entry = Entry(
        step.kind,
        step.symbol,
        units,
        _moment(step.day, step.hour),
        gross_amount=step.amount if priced else None,
        currency=step.currency if priced or step.fee or step.tax else None,
        terms=terms,
    )
    if step.kind is Kind.TRANSFER_OUT and step.extra % 2:
        return _both_sides(step, number, entry, Kind.TRANSFER_IN)
    # What is sold out of units that were taken back later would be missing.
    return _maybe_taken_back(step, number, entry)


def _both_sides(step: _Step, number: int, entry: Entry, kind: Kind) -> list[Transaction]:
    joint = UUID(int=number)
    bare = Terms(transfer_id=joint, lots=entry.terms.lots)
    # Of several moves on one day none takes what only a later one brings.
    at = _moment(step.day, 0) + timedelta(minutes=number)
    gone = replace(entry, terms=bare, occurred_at=at)
    come = replace(gone, kind=kind, terms=replace(bare, lots=()))
    there = PORTFOLIOS[0] if step.portfolio == PORTFOLIOS[1] else PORTFOLIOS[1]
    return [_transaction(number, step.portfolio, gone), _transaction(number + 1, there, come)]


def _maybe_taken_back(step: _Step, number: int, entry: Entry) -> list[Transaction]:
    made = _transaction(number, step.portfolio, entry)
    if step.extra != 11:
        return [made]
    again = _transaction(number + 2, step.portfolio, entry)
    back = reversal(made, at=entry.occurred_at + timedelta(days=1))
    return [made, _transaction(number + 1, step.portfolio, back), again]


def _named(step: _Step, units: Decimal, told: Iterable[Transaction]) -> tuple[LotChoice, ...]:
    ids = [
        one.id
        for one in standing(told)
        if one.entry.symbol == step.symbol
        and one.portfolio_id == step.portfolio
        and one.entry.change > ZERO
        and one.entry.trade_date <= _day(step.day)
    ]
    if not ids:
        return ()
    half = rounded(multiply(units, Decimal("0.5")))
    if len(ids) == 1 or not half:
        return (LotChoice(ids[-1], units),)
    return LotChoice(ids[-1], half), LotChoice(ids[0], subtract(units, half))


def _terms(step: _Step) -> Terms:
    charged = step.kind not in (Kind.FEE, Kind.FEE_REFUND, Kind.TAX, Kind.TAX_REFUND)
    terms = Terms(fee=step.fee, tax=step.tax) if charged else Terms()
    if step.extra not in (2, 3, 8) or step.other == step.currency:
        return terms
    there, back = (step.currency, step.other) if step.extra < 8 else (step.other, step.currency)
    settled = step.other if step.extra != 2 else None
    return replace(terms, cash_currency=settled, recorded_rate=RecordedRate(there, back, step.rate))


def _with_cost(one: Transaction) -> Transaction:
    entry = one.entry
    if entry.gross_amount is not None or entry.quantity is None or entry.terms.transfer_id is not None:
        return one
    gross = rounded(multiply(entry.quantity, Decimal(7)))
    return replace(one, entry=replace(entry, gross_amount=gross or _ONE, currency=entry.currency or "EUR"))


def _units(
    transactions: Iterable[Transaction], actions: Iterable[CorporateAction]
) -> dict[tuple[int, str], Decimal]:
    """Fold units day by day, an action at the start of its day, for each portfolio on its own."""
    units: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    steps: list[tuple[date, int, Callable[[], None]]] = []

    def act(action: CorporateAction) -> None:
        for portfolio_id in PORTFOLIOS:
            exchange = action.exchanged(units[portfolio_id, action.symbol])
            units[portfolio_id, action.symbol] = exchange.kept
            if action.into is not None:
                units[portfolio_id, action.into] = add(units[portfolio_id, action.into], exchange.received)

    def move(one: Transaction) -> None:
        quantity = one.entry.quantity or ZERO
        change = negated(quantity) if one.entry.kind in UNITS_OUT else quantity
        key = one.portfolio_id, one.entry.symbol or ""
        units[key] = add(units[key], change)

    for action in in_order(actions):
        steps.append((action.ex_date, 0, lambda action=action: act(action)))  # type: ignore[misc]
    for one in transactions:
        steps.append((one.entry.trade_date, 1, lambda one=one: move(one)))  # type: ignore[misc]
    for _, _, step in sorted(steps, key=lambda step: step[:2]):
        step()
    return units
