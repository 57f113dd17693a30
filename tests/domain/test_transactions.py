"""The ledger's entries, their reversals and their chain (C5)."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.domain.money import NumberOutOfRange
from steward.domain.transactions import (
    NO_TERMS,
    Entry,
    Kind,
    LotChoice,
    RecordedRate,
    Sealed,
    Terms,
    digest_of,
    first_day,
    reversal,
    seal,
    standing,
    trade,
)
from tests.factories import AT, LATER, a_portfolio, a_transaction, an_entry, entries, numbers

FILL = UUID(int=5)


def a_trade(*, sell: bool = False, quantity: str = "2", price: str | None = "3.5") -> Entry:
    return trade(
        sell=sell,
        symbol="ABC",
        quantity=Decimal(quantity),
        price=None if price is None else Decimal(price),
        currency="USD",
        fill_id=FILL,
        at=AT,
    )


@pytest.mark.parametrize(
    ("kind", "reverses", "change"),
    [
        (Kind.TRANSFER_IN, None, 2),
        (Kind.BUY, None, 2),
        (Kind.SELL, None, -2),
        (Kind.TRANSFER_IN, 1, -2),
        (Kind.BUY, 1, -2),
        (Kind.SELL, 1, 2),
    ],
)
def test_what_an_entry_changes(kind: Kind, reverses: int | None, change: int) -> None:
    entry = an_entry(kind=kind, quantity=Decimal(2), reverses=reverses)
    assert entry.change == change
    assert entry.traded_change == 0
    assert replace(entry, fill_id=FILL).traded_change == change


def test_a_trade_carries_its_amount_in_its_currency() -> None:
    entry = a_trade(sell=True)
    assert (entry.kind, entry.currency, entry.fill_id) == (Kind.SELL, "USD", FILL)
    assert entry.gross_amount == 7
    assert a_trade().kind is Kind.BUY


def test_c7_a_trade_without_a_price_has_no_amount_and_no_currency() -> None:
    entry = a_trade(price=None)
    assert (entry.price, entry.gross_amount, entry.currency) == (None, None, None)


def test_n1_an_amount_beyond_the_limits_is_refused() -> None:
    with pytest.raises(NumberOutOfRange) as refused:
        a_trade(quantity="1" + "0" * 19, price="10")
    assert refused.value.pointer == "/price"


@given(entries())
def test_n3_a_change_is_the_quantity_to_the_last_digit(entry: Entry) -> None:
    assert abs(Fraction(entry.change)) == Fraction(entry.quantity or 0)


@given(entries())
def test_a_reversal_undoes_its_transaction(entry: Entry) -> None:
    back = reversal(a_transaction(entry, id_=9), at=LATER)
    assert back.reverses == 9
    # Not by unary minus, which rounds to the precision set for the whole program.
    assert Fraction(back.change) == -Fraction(entry.change)
    assert Fraction(back.traded_change) == -Fraction(entry.traded_change)
    assert replace(back, reverses=None, occurred_at=entry.occurred_at) == entry


@given(st.lists(entries(), min_size=1, max_size=6))
def test_c5_each_digest_covers_the_one_before(appended: list[Entry]) -> None:
    sealed = seal(a_portfolio(), appended, at=AT)
    assert [one.seq for one in sealed] == list(range(1, len(appended) + 1))
    assert [one.entry for one in sealed] == appended
    before = ""
    for one in sealed:
        before = digest_of(before, 7, one.seq, AT, one.entry)
        assert one.digest == before


@given(st.lists(entries(), min_size=2, max_size=6), st.data())
def test_c5_sealing_in_two_goes_gives_the_same_chain(appended: list[Entry], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(appended) - 1))
    first = seal(a_portfolio(), appended[:cut], at=AT)
    head = a_portfolio(ledger_seq=first[-1].seq, ledger_digest=first[-1].digest)
    assert first + seal(head, appended[cut:], at=AT) == seal(a_portfolio(), appended, at=AT)


TICK = timedelta(microseconds=1)
IDS = st.integers(1, 2**63 - 1)
TERMS = st.builds(
    Terms,
    fee=numbers(positive=True) | st.just(Decimal(0)),
    tax=numbers(positive=True) | st.just(Decimal(0)),
    settles_on=st.none() | st.just(AT.date()),
    cash_currency=st.sampled_from([None, "EUR"]),
    recorded_rate=st.none() | st.builds(RecordedRate, st.just("USD"), st.just("EUR"), numbers(positive=True)),
    lots=st.just(()) | st.tuples(st.builds(LotChoice, IDS, numbers(positive=True))),
    transfer_id=st.none() | st.uuids(),
    replaces=st.none() | IDS,
    note=st.sampled_from([None, "a note"]),
)
STORED: dict[str, Callable[[Any], st.SearchStrategy[Any]]] = {
    "portfolio_id": lambda _: IDS,
    "seq": lambda _: IDS,
    "recorded_at": lambda now: st.just(now + TICK),
    "kind": lambda _: st.sampled_from(Kind),
    "symbol": lambda _: st.sampled_from(["ABC", "ABD", "A", "ABCD"]),
    "quantity": lambda _: numbers(positive=True),
    "occurred_at": lambda now: st.just(now + TICK),
    "price": lambda _: st.none() | numbers(positive=True),
    "gross_amount": lambda _: st.none() | numbers(positive=True),
    "currency": lambda _: st.sampled_from([None, "USD", "EUR"]),
    "fill_id": lambda _: st.none() | st.uuids(),
    "reverses": lambda _: st.none() | IDS,
    "terms": lambda _: TERMS,
}


def test_c5_every_stored_field_is_tampered_with_below() -> None:
    sealed = {one.name for one in fields(Sealed)} - {"entry", "digest"}
    assert STORED.keys() == sealed | {one.name for one in fields(Entry)}


@pytest.mark.parametrize("name", STORED)
@settings(max_examples=20)
@given(st.lists(entries(), min_size=1, max_size=3), st.data())
def test_c5_tampering_with_any_stored_field_shows(
    name: str, appended: list[Entry], data: st.DataObject
) -> None:
    sealed = seal(a_portfolio(), appended, at=AT)
    touched = data.draw(st.integers(0, len(sealed) - 1))
    before, one = sealed[touched - 1].digest if touched else "", sealed[touched]
    now = getattr(one.entry if hasattr(one.entry, name) else one, name)
    other: Any = data.draw(STORED[name](now).filter(lambda drawn: drawn != now))
    if hasattr(one.entry, name):
        forged = replace(one, entry=replace(one.entry, **{name: other}))
    else:
        forged = replace(one, **{name: other})
    assert digest_of(before, forged.portfolio_id, forged.seq, forged.recorded_at, forged.entry) != one.digest


@given(entries())
def test_n2_how_a_number_is_stored_does_not_change_its_digest(entry: Entry) -> None:
    # PostgreSQL gives every stored digit back, zeros at the end included.
    padded = replace(entry, quantity=Decimal(format(entry.quantity, ".18f")))
    assert digest_of("", 7, 1, AT, padded) == digest_of("", 7, 1, AT, entry)


def test_a_reversal_keeps_the_terms_but_what_names_the_transaction() -> None:
    terms = Terms(fee=Decimal(2), note="a note", external_id="x-1", replaces=3)
    back = reversal(a_transaction(an_entry(terms=terms)), at=LATER, note="wrong")
    assert back.terms == Terms(fee=Decimal(2), note="wrong")
    assert reversal(a_transaction(an_entry()), at=LATER).terms is NO_TERMS


def test_a_ledger_without_what_was_taken_back_is_what_is_known_now() -> None:
    first, second = a_transaction(an_entry(), id_=1), a_transaction(an_entry(), id_=2)
    back = a_transaction(reversal(first, at=LATER), id_=3)
    assert standing([first, second, back]) == [second]


def test_the_first_day_is_that_of_what_is_no_reversal() -> None:
    early, late = an_entry(occurred_at=AT - timedelta(days=3)), an_entry()
    assert first_day([late, early]) == early.trade_date
    assert first_day([late, replace(early, reverses=1)]) == late.trade_date
    assert first_day([]) is None


def test_lots_are_sealed_with_the_sale_that_names_them() -> None:
    lots = Terms(lots=(LotChoice(4, Decimal("2.5")),), settles_on=AT.date())
    sale = an_entry(kind=Kind.SELL, terms=lots)
    other = replace(sale, terms=replace(lots, lots=(LotChoice(5, Decimal("2.5")),)))
    assert digest_of("", 7, 1, AT, sale) != digest_of("", 7, 1, AT, other)
