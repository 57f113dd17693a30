"""Tales: a history of two portfolios of one owner, with its market, as a plain value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from steward.domain.closes import Fill, Policy, Series, columns
from steward.domain.corporate_actions import CorporateAction, in_order
from steward.domain.instruments import Instrument
from steward.domain.market import Market
from steward.domain.money import ZERO, add, multiply, negated, rounded
from steward.domain.story import Method, Story
from steward.domain.transactions import UNITS_OUT, Entry, Kind, Terms, Transaction, standing

FIRST: Final = date(2024, 2, 20)
DAYS: Final = 40
LAST: Final = FIRST + timedelta(DAYS - 1)
PORTFOLIOS: Final = (1, 2)
CURRENCIES: Final = ("EUR", "USD", "GBP", "CHF", "JPY", "CAD")
INSTRUMENTS: Final = {
    one.symbol: one
    for one in (
        Instrument("USA", "USD", sector="Energy", country="US"),
        Instrument("EUX", "EUR", sector="Energy"),
        Instrument("PEN", "GBp", country="US"),
        Instrument("OPT", "JPY", multiplier=Decimal(100)),
        Instrument("SWI", "CHF"),
        Instrument("CAN", "CAD"),
    )
}
PAIRS: Final = {"USDEUR": "0.9", "EURGBP": "0.85", "CHFEUR": "1.05", "EURJPY": "160", "CADEUR": "0.68"}
_ONE = Decimal(1)


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
        return units_of(self.transactions, self.actions)

    def sold(self) -> "Tale":
        """Sell all that is held, and buy back what is short, on the last day."""
        closing: list[Transaction] = []
        for (portfolio_id, symbol), units in sorted(self.held().items()):
            if units:
                id_ = 900 + len(closing)
                entry = Entry(
                    Kind.BUY if units < ZERO else Kind.SELL,
                    symbol,
                    units.copy_abs(),
                    moment(DAYS - 1, 23),
                    gross_amount=Decimal(1000 + id_),
                    currency=self.currency,
                    terms=Terms(fee=Decimal("1.5")),
                )
                closing.append(put(id_, portfolio_id, entry))
        return self.with_transactions((*self.transactions, *closing))

    def _series(self, key: str, currency: str, numbers: Numbers) -> Series:
        known = [(day, one) for day, one in numbers.by_day().items() if (key, day) not in self.lost]
        return Series(key, currency, "user", *columns(known), adjusted=self.adjusted and len(key) == 3)


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


def day_of(day: int) -> date:
    return FIRST + timedelta(day)


def moment(day: int, hour: int) -> datetime:
    return datetime.combine(day_of(day), datetime.min.time(), UTC) + timedelta(hours=hour)


def put(id_: int, portfolio_id: int, entry: Entry) -> Transaction:
    return Transaction(id_, portfolio_id, id_, entry.occurred_at, entry, "")


def _with_cost(one: Transaction) -> Transaction:
    entry = one.entry
    if entry.gross_amount is not None or entry.quantity is None or entry.terms.transfer_id is not None:
        return one
    gross = rounded(multiply(entry.quantity, Decimal(7)))
    return replace(one, entry=replace(entry, gross_amount=gross or _ONE, currency=entry.currency or "EUR"))


def units_of(
    transactions: Iterable[Transaction], actions: Iterable[CorporateAction]
) -> dict[tuple[int, str], Decimal]:
    """Fold units day by day, an action at the start of its day, for each portfolio on its own."""
    units: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)

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

    steps = [(action.ex_date, 0, partial(act, action)) for action in in_order(actions)]
    steps += [(one.entry.trade_date, 1, partial(move, one)) for one in transactions]
    for _, _, step in sorted(steps, key=lambda step: step[:2]):
        step()
    return units
