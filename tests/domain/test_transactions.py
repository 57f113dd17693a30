"""The ledger's entries, their reversals and their chain (C5)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.money import NumberOutOfRange
from steward.domain.transactions import Entry, Kind, Sealed, digest_of, reversal, seal, trade
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
    assert abs(Fraction(entry.change)) == Fraction(entry.quantity)


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


def tampered(one: Sealed, data: st.DataObject) -> Sealed:
    """Change one stored field to another value that the field could hold."""
    entry = one.entry
    others = {
        "kind": st.sampled_from(Kind),
        "symbol": st.sampled_from(["ABC", "ABD", "A", "ABCD"]),
        "quantity": numbers(positive=True),
        "occurred_at": st.just(entry.occurred_at + timedelta(microseconds=1)),
        "price": st.none() | numbers(positive=True),
        "gross_amount": st.none() | numbers(positive=True),
        "currency": st.sampled_from([None, "USD", "EUR"]),
        "fill_id": st.none() | st.uuids(),
        "reverses": st.none() | st.integers(1, 2**63 - 1),
    }
    places = {
        "portfolio_id": st.integers(1, 2**63 - 1),
        "seq": st.integers(1, 2**63 - 1),
        "recorded_at": st.just(one.recorded_at + timedelta(microseconds=1)),
    }
    name = data.draw(st.sampled_from([*others, *places]))
    if name in places:
        now = getattr(one, name)
        place: Any = data.draw(places[name].filter(lambda other: other != now))
        return replace(one, **{name: place})
    now = getattr(entry, name)
    changed = data.draw(others[name].filter(lambda other: other != now))
    return replace(one, entry=replace(entry, **{name: changed}))


@given(st.lists(entries(), min_size=1, max_size=4), st.data())
def test_c5_tampering_with_any_stored_field_shows(appended: list[Entry], data: st.DataObject) -> None:
    sealed = seal(a_portfolio(), appended, at=AT)
    touched = data.draw(st.integers(0, len(sealed) - 1))
    one = tampered(sealed[touched], data)
    before = sealed[touched - 1].digest if touched else ""
    digest = digest_of(before, one.portfolio_id, one.seq, one.recorded_at, one.entry)
    assert digest != sealed[touched].digest


@given(entries())
def test_n2_how_a_number_is_stored_does_not_change_its_digest(entry: Entry) -> None:
    # PostgreSQL gives every stored digit back, zeros at the end included.
    padded = replace(entry, quantity=Decimal(format(entry.quantity, ".18f")))
    assert digest_of("", 7, 1, AT, padded) == digest_of("", 7, 1, AT, entry)
