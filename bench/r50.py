"""R50, the reference portfolio: 50,000 transactions, 300 instruments, 6 currencies, 20 years, 12 portfolios.

Everything is made from one seed, so the same call gives the same values. Ids are those that a database
gives when the first portfolio and the first transaction in it get the ones that are passed in.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bench.r50_desk import Desk
from steward.domain.closes import Series, packed
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.instruments import Instrument, InstrumentKind
from steward.domain.market import Market, Policy
from steward.domain.portfolios import Portfolio
from steward.domain.story import Story
from steward.domain.transactions import Entry, Transaction, digest_of

SEED = 50
YEARS = 20
BASE = "EUR"
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "SEK")
LAST = date(2025, 12, 31)
OWNER = UUID(int=50)
MAX_AGE_DAYS = 7
_LEVELS = {"USD": 1.2, "GBP": 0.85, "CHF": 1.1, "JPY": 140.0, "SEK": 10.5}
_RATIOS = ((Decimal(2), Decimal(1)), (Decimal(3), Decimal(2)), (Decimal(1), Decimal(4)))
_DIGITS = 4
_WEEKEND = 5


@dataclass(frozen=True)
class Reference:
    """The reference portfolio as values of the domain."""

    portfolios: tuple[Portfolio, ...]
    transactions: tuple[Transaction, ...]
    instruments: tuple[Instrument, ...]
    actions: tuple[CorporateAction, ...]
    closes: tuple[Series, ...]
    rates: tuple[Series, ...]
    first: date
    last: date

    def market(self) -> Market:
        """Make a market that remembers nothing yet."""
        return Market(
            Policy(MAX_AGE_DAYS),
            instruments=self.instruments,
            closes=self.closes,
            rates=self.rates,
            actions=self.actions,
        )

    def story(self, portfolio_id: int | None = None, market: Market | None = None) -> Story:
        """Give what a use case loads about one portfolio, or about all."""
        ids = frozenset((portfolio_id,) if portfolio_id else (one.id for one in self.portfolios))
        mine = [one for one in self.transactions if one.portfolio_id in ids]
        # Lots that came from elsewhere bring their history with them.
        elsewhere = {one.entry.symbol for one in mine if one.entry.terms.transfer_id is not None}
        told = tuple(
            one for one in self.transactions if one.portfolio_id in ids or one.entry.symbol in elsewhere
        )
        return Story(told, self.actions, market or self.market(), ids)


def reference(
    count: int = 50_000,
    *,
    instruments: int = 300,
    portfolios: int = 12,
    years: int = YEARS,
    last: date = LAST,
    owner_id: UUID = OWNER,
    first_ids: tuple[int, int] = (1, 1),
) -> Reference:
    """Make `count` transactions in the `years` until `last`."""
    random, noise = Random(SEED), np.random.default_rng(SEED)
    first = last - timedelta(days=round(years * 365.25))
    days = range(first.toordinal(), last.toordinal() + 1)
    weekdays = [day for day in days if date.fromordinal(day).weekday() < _WEEKEND]
    listed = [_instrument(number, random) for number in range(instruments)]
    actions = _splits(listed, random, weekdays)
    rates = {name: _walk(noise, len(weekdays), level, 0.004) for name, level in _LEVELS.items()}
    desk = Desk(random, listed, weekdays, first_ids)
    closes = []
    for one in listed:
        path = _walk(noise, len(weekdays), random.uniform(10, 300), 0.012)
        closes.append(_closes(one, path, actions, weekdays))
        desk.prices[one.symbol] = _raw(one, path, actions, weekdays)
    for name, path in rates.items():
        desk.rates[name] = np.round(path * 10**_DIGITS).astype(np.int64).tolist()
    desk.splits.update({one.symbol: one for one in actions})
    desk.trade(portfolios, count)
    booked, heads = _sealed(desk.entries[:count], first_ids[1])
    made = _at(first)
    kept = tuple(
        Portfolio(one, owner_id, f"R50 {place}", BASE, made, *heads.get(one, (0, "")), 0)
        for place, one in enumerate(desk.portfolio_ids, start=1)
    )
    stated = tuple(
        Series(BASE + name, name, "user", _DIGITS, array("q", weekdays), packed(numbers))
        for name, numbers in desk.rates.items()
    )
    return Reference(kept, booked, tuple(listed), tuple(actions), tuple(closes), stated, first, last)


def _instrument(number: int, random: Random) -> Instrument:
    currency = CURRENCIES[min(int(random.expovariate(0.6)), len(CURRENCIES) - 1)]
    kind = random.choice((InstrumentKind.STOCK, InstrumentKind.ETF, InstrumentKind.FUND))
    return Instrument(
        f"R{number:03}", currency, f"Reference {number}", kind, prices_adjusted=number % 20 == 0
    )


def _splits(listed: Sequence[Instrument], random: Random, weekdays: Sequence[int]) -> list[CorporateAction]:
    """Give every tenth instrument a split; every other of them has adjusted closes."""
    found = []
    for number, one in enumerate(listed[::10], start=1):
        day = date.fromordinal(random.choice(weekdays[20:]))
        new, old = random.choice(_RATIOS)
        found.append(CorporateAction(number, one.symbol, ActionKind.SPLIT, day, new, old))
    return found


def _walk(noise: np.random.Generator, count: int, level: float, spread: float) -> NDArray[np.float64]:
    path: NDArray[np.float64] = level * np.exp(np.cumsum(noise.normal(0.0, spread, count)))
    return np.clip(path, 0.05, 1e5)


def _closes(
    one: Instrument, path: NDArray[np.float64], actions: Sequence[CorporateAction], weekdays: Sequence[int]
) -> Series:
    if one.prices_adjusted:
        numbers, scale = np.round(path * 10**_DIGITS).astype(np.int64).tolist(), _DIGITS
    else:
        numbers, scale = _raw(one, path, actions, weekdays), 2
    assert one.currency is not None
    days, source = array("q", weekdays), "user"
    return Series(one.symbol, one.currency, source, scale, days, packed(numbers), one.prices_adjusted)


def _raw(
    one: Instrument, path: NDArray[np.float64], actions: Sequence[CorporateAction], weekdays: Sequence[int]
) -> list[int]:
    """Give what was paid for a unit of each day, in hundredths: the path is in today's units."""
    ratio = np.ones(len(weekdays))
    for action in actions:
        if action.symbol == one.symbol:
            before = np.array(weekdays) < action.ex_date.toordinal()
            ratio[before] = float(action.new / action.old)
    raw: list[int] = np.maximum(np.round(path * ratio * 100), 1).astype(np.int64).tolist()
    return raw


def _sealed(
    entries: Sequence[tuple[int, Entry]], first_id: int
) -> tuple[tuple[Transaction, ...], dict[int, tuple[int, str]]]:
    """Chain the entries of each portfolio, each recorded when it happened."""
    heads: dict[int, tuple[int, str]] = {}
    booked = []
    for id_, (portfolio_id, entry) in enumerate(entries, start=first_id):
        seq, before = heads.get(portfolio_id, (0, ""))
        digest = digest_of(before, portfolio_id, seq + 1, entry.occurred_at, entry)
        heads[portfolio_id] = (seq + 1, digest)
        booked.append(Transaction(id_, portfolio_id, seq + 1, entry.occurred_at, entry, digest))
    return tuple(booked), heads


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)
