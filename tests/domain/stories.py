"""Hypothesis's strategies for whole stories: ledgers, corporate actions and markets with holes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from steward.domain.closes import Fill, Policy, Series
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.instruments import Instrument
from steward.domain.market import Market, Trade
from steward.domain.money import multiply, rounded
from steward.domain.story import Story
from steward.domain.transactions import (
    NO_TERMS,
    UNITS_IN,
    UNITS_OUT,
    Entry,
    Kind,
    RecordedRate,
    Terms,
    Transaction,
)
from tests.factories import a_series

FIRST = date(2024, 2, 20)
DAYS = 24
SYMBOLS = ("ABC", "DEF", "GHI")
CURRENCIES = ("EUR", "USD", "GBP")
_QUOTED = ("EUR", "USD", "GBp")
_days = st.integers(0, DAYS - 1).map(lambda place: FIRST + timedelta(days=place))


def _numbers(whole: int, digits: int) -> st.SearchStrategy[Decimal]:
    """Any number above 0, of at most so many digits before the point and after it."""
    return st.integers(0, digits).flatmap(
        lambda scale: st.integers(1, 10 ** (whole + scale) - 1).map(lambda one: Decimal(one).scaleb(-scale))
    )


# Most are short, as they are in life: those are the ones that 64 bits hold.
_units = st.one_of(_numbers(4, 2), _numbers(4, 2), _numbers(9, 18))
_prices = st.one_of(_numbers(3, 2), _numbers(3, 4), _numbers(9, 18))
_rates = st.one_of(_numbers(1, 4), _numbers(3, 18))


@st.composite
def series(draw: st.DrawFn, key: str, currency: str, numbers: st.SearchStrategy[Decimal]) -> Series:
    """Any series of some days, often with holes."""
    found: dict[date, Decimal | int | str] = dict(draw(st.dictionaries(_days, numbers, max_size=10)))
    return a_series(key, found, currency=currency, adjusted=draw(st.booleans()))


@st.composite
def actions(draw: st.DrawFn) -> list[CorporateAction]:
    """Some splits, and sometimes a spin-off or a symbol change."""
    found = []
    for id_ in range(draw(st.integers(0, 3))):
        kind = draw(
            st.sampled_from(
                (ActionKind.SPLIT, ActionKind.SPLIT, ActionKind.SPIN_OFF, ActionKind.SYMBOL_CHANGE)
            )
        )
        symbol, into = draw(st.permutations(SYMBOLS))[:2]
        new, old = draw(st.sampled_from(((2, 1), (3, 2), (1, 3), (7, 3), (1, 10))))
        parts: dict[str, object] = {"new": Decimal(new), "old": Decimal(old)}
        if kind is ActionKind.SPLIT and draw(st.booleans()):
            parts |= {"cash_in_lieu_price": Decimal("1.5"), "currency": draw(st.sampled_from(CURRENCIES))}
        if kind is ActionKind.SPIN_OFF:
            parts |= {"into": into, "basis_share": Decimal("0.25")}
        if kind is ActionKind.SYMBOL_CHANGE:
            parts = {"into": into}
        found.append(CorporateAction(id_, symbol, kind, draw(_days), **parts))  # type: ignore[arg-type]  # by name
    return found


@st.composite
def markets(draw: st.DrawFn, happened: list[CorporateAction], trades: list[Trade]) -> Market:
    """Any market, strict or not, in which an instrument may be quoted in more than one currency."""
    closes, listed = [], []
    for symbol in SYMBOLS:
        quoted = draw(st.lists(st.sampled_from(_QUOTED), max_size=2))
        closes += [draw(series(symbol, currency, _prices)) for currency in quoted]
        if draw(st.booleans()):
            multiplier = draw(st.sampled_from((Decimal(1), Decimal(100), Decimal("0.001"))))
            listed.append(Instrument(symbol, draw(st.sampled_from(_QUOTED)), multiplier=multiplier))
    pairs = draw(st.lists(st.sampled_from(("EURUSD", "EURGBP", "GBPUSD", "USDEUR")), max_size=4))
    rates = [draw(series(pair, pair[3:], _rates)) for pair in pairs]
    policy = Policy(draw(st.sampled_from((0, 3, 7))), draw(st.sampled_from(Fill)))
    return Market(policy, instruments=listed, closes=closes, rates=rates, actions=happened, trades=trades)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any entry that a ledger may have, also trades without a price."""
    kind = draw(st.sampled_from(Kind))
    moves = kind in UNITS_IN | UNITS_OUT
    symbol = draw(st.sampled_from(SYMBOLS)) if moves or kind is Kind.DIVIDEND else None
    currency, settled = draw(st.permutations(CURRENCIES))[:2]
    fee, tax = draw(st.sampled_from(((0, 0), (1, 0), (2, 3))))
    terms = Terms(fee=Decimal(fee), tax=Decimal(tax)) if fee else NO_TERMS
    if draw(st.integers(0, 3)) == 0:
        base, quote = draw(st.permutations((currency, settled)))
        rate = RecordedRate(base, quote, draw(_rates))
        terms = replace(terms, recorded_rate=rate, cash_currency=draw(st.sampled_from((settled, None))))
    at = datetime.combine(draw(_days), time(12), UTC)
    if not moves:
        return Entry(kind, symbol, None, at, None, draw(_numbers(4, 2)), currency, terms=terms)
    units, price = draw(_units), draw(_prices)
    if draw(st.integers(0, 5)) == 0:
        return Entry(kind, symbol, units, at)
    return Entry(kind, symbol, units, at, price, rounded(multiply(units, price)), currency, terms=terms)


@st.composite
def tales(draw: st.DrawFn) -> Story:
    """Any story of two portfolios, of which one or both are asked about."""
    booked = tuple(
        Transaction(id_, draw(st.sampled_from((1, 2))), id_, entry.occurred_at, entry, "")
        for id_, entry in enumerate(draw(st.lists(entries(), max_size=12)), start=1)
    )
    trades = [
        Trade(one.entry.symbol or "", one.entry.trade_date, one.entry.price, one.entry.currency or "")
        for one in booked
        if one.entry.price is not None
    ]
    happened = draw(actions())
    ids = draw(st.sampled_from(((1,), (1, 2))))
    return Story(booked, tuple(happened), draw(markets(happened, trades)), frozenset(ids))
