"""Positions are the fold of the ledger (C2)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.money import NumberOutOfRange
from steward.domain.positions import Position, fold
from steward.domain.transactions import Entry, Kind, reversal
from tests.factories import LATER, a_transaction, an_entry, entries, new_id

ledgers = st.lists(entries(), max_size=12)


@given(ledgers, ledgers)
def test_c2_folding_in_two_goes_gives_the_same(first: list[Entry], then: list[Entry]) -> None:
    assert fold(first + then) == fold(then, fold(first))


@given(ledgers)
def test_c2_a_position_is_the_sum_of_its_changes(ledger: list[Entry]) -> None:
    positions = fold(ledger)
    assert positions.keys() == {entry.symbol for entry in ledger}
    for symbol, position in positions.items():
        mine = [entry for entry in ledger if entry.symbol == symbol]
        assert Fraction(position.quantity) == sum(Fraction(entry.change) for entry in mine)
        assert Fraction(position.traded_quantity) == sum(Fraction(entry.traded_change) for entry in mine)


@given(ledgers, st.randoms())
def test_c2_the_order_of_the_ledger_does_not_change_what_is_held(ledger: list[Entry], chance: object) -> None:
    shuffled = list(ledger)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis's Random
    assert fold(shuffled) == fold(ledger)


@given(ledgers)
def test_reversing_everything_leaves_nothing(ledger: list[Entry]) -> None:
    back = [reversal(a_transaction(entry, id_=number), at=LATER) for number, entry in enumerate(ledger, 1)]
    for position in fold(ledger + back).values():
        assert position == Position(position.symbol)


def test_what_is_before_is_kept_as_it_was() -> None:
    before = {"XYZ": Position("XYZ", Decimal(1))}
    after = fold([an_entry()], before)
    assert after == {"XYZ": Position("XYZ", Decimal(1)), "ABC": Position("ABC", Decimal("2.5"))}
    assert list(before) == ["XYZ"]


def test_a_sale_of_more_than_is_held_is_a_short_position() -> None:
    sold = an_entry(kind=Kind.SELL, quantity=Decimal(3), fill_id=new_id())
    assert fold([an_entry(), sold])["ABC"] == Position("ABC", Decimal("-0.5"), Decimal(-3))


def test_n1_a_position_beyond_the_limits_is_refused() -> None:
    most = an_entry(quantity=Decimal(10**20 - 1))
    with pytest.raises(NumberOutOfRange):
        fold([most, an_entry(quantity=Decimal(1))])
