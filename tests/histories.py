"""Random histories: a strategy of tales with every kind of transaction and action, and with holes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from hypothesis import strategies as st

from steward.domain.corporate_actions import CorporateAction
from steward.domain.lot_book import LotScope
from steward.domain.money import ZERO, multiply, rounded, subtract
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx
from steward.domain.story import Method, Opening
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
from tests.actions import acts, exact
from tests.tales import (
    CURRENCIES,
    DAYS,
    INSTRUMENTS,
    PAIRS,
    PORTFOLIOS,
    Numbers,
    Tale,
    day_of,
    moment,
    put,
    units_of,
)

_CASH: Final = (
    Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.DIVIDEND, Kind.INTEREST, Kind.INTEREST_CHARGED, Kind.FEE,
    Kind.FEE_REFUND, Kind.TAX, Kind.TAX_REFUND,
)  # fmt: skip
_NO_SYMBOL: Final = (Kind.DEPOSIT, Kind.WITHDRAWAL)


@dataclass(frozen=True)
class _Step:
    """What a portfolio did on a day, if it had the units for it."""

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


def _steps(symbols: list[str]) -> st.SearchStrategy[_Step]:
    charge = st.one_of(st.just(ZERO), exact(5))
    return st.builds(
        _Step,
        day=st.integers(0, DAYS - 1),
        kind=st.sampled_from(Kind),
        portfolio=st.sampled_from(PORTFOLIOS),
        symbol=st.sampled_from(symbols),
        units=exact(60),
        amount=exact(900),
        fee=charge,
        tax=charge,
        currency=st.sampled_from(CURRENCIES),
        other=st.sampled_from(CURRENCIES),
        rate=exact(3),
        extra=st.integers(0, 11),
        hour=st.integers(0, 23),
    )


@st.composite
def tales(draw: st.DrawFn) -> Tale:
    """Any history."""
    symbols = draw(st.lists(st.sampled_from(list(INSTRUMENTS)), min_size=1, max_size=4, unique=True))
    steps = draw(st.lists(_steps(symbols), min_size=1, max_size=14))
    drawn = draw(st.lists(acts(symbols), max_size=3))
    actions = tuple(act.action(place + 1) for place, act in enumerate(drawn))
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
        since=day_of(draw(st.integers(0, DAYS - 2))),
        choice=draw(st.integers(0, 10_000)),
    )


def methods() -> st.SearchStrategy[Method]:
    """Any method."""
    return st.builds(
        Method,
        cost=st.sampled_from(CostMethod),
        lot_scope=st.sampled_from(LotScope),
        fees_in_cost=st.booleans(),
        taxes_in_cost=st.booleans(),
        fx=st.sampled_from(Fx),
        opening=st.sampled_from(Opening),
    )


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
            until = [one for one in actions if one.ex_date <= day_of(step.day)]
            there = units_of(standing(told), until).get((step.portfolio, step.symbol), ZERO)
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
        moment(step.day, step.hour),
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
        moment(step.day, step.hour),
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
    at = moment(step.day, 0) + timedelta(minutes=number)
    gone = replace(entry, terms=bare, occurred_at=at)
    come = replace(gone, kind=kind, terms=replace(bare, lots=()))
    there = PORTFOLIOS[0] if step.portfolio == PORTFOLIOS[1] else PORTFOLIOS[1]
    return [put(number, step.portfolio, gone), put(number + 1, there, come)]


def _maybe_taken_back(step: _Step, number: int, entry: Entry) -> list[Transaction]:
    made = put(number, step.portfolio, entry)
    if step.extra != 11:
        return [made]
    again = put(number + 2, step.portfolio, entry)
    back = reversal(made, at=entry.occurred_at + timedelta(days=1))
    return [made, put(number + 1, step.portfolio, back), again]


def _named(step: _Step, units: Decimal, told: Iterable[Transaction]) -> tuple[LotChoice, ...]:
    ids = [
        one.id
        for one in standing(told)
        if one.entry.symbol == step.symbol
        and one.portfolio_id == step.portfolio
        and one.entry.change > ZERO
        and one.entry.trade_date <= day_of(step.day)
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
