"""Positions through corporate actions: the fold of a ledger day by day (C2)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.corporate_actions import ActionKind, CorporateAction, in_order
from steward.domain.money import NumberOutOfRange
from steward.domain.positions import Position, fold, fold_through
from steward.domain.transactions import Entry, Kind, Transaction, reversal, standing
from tests.factories import AT, a_transaction, an_action, an_entry, entries, new_id

SYMBOLS = ["A", "B", "C"]
DAYS = 6
KINDS = [Kind.BUY, Kind.SELL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT]
small = st.integers(1, 10**6).map(lambda thousandths: Decimal(thousandths).scaleb(-3))


def on(day: int) -> Any:
    return AT + timedelta(days=day)


def ledger_of(*made: Entry) -> list[Transaction]:
    return [a_transaction(entry, id_=number, seq=number) for number, entry in enumerate(made, 1)]


def held(ledger: Sequence[Transaction], *actions: CorporateAction) -> dict[str, Decimal]:
    return {symbol: one.quantity for symbol, one in fold_through(ledger, actions).items() if one.quantity}


@st.composite
def ledgers(draw: st.DrawFn) -> list[Transaction]:
    made: list[Entry] = []
    for number in range(draw(st.integers(0, 10))):
        if made and draw(st.integers(0, 4)) == 0:
            back = draw(st.integers(1, number))
            if made[back - 1].reverses is None and back not in {one.reverses for one in made}:
                made.append(reversal(a_transaction(made[back - 1], id_=back), at=on(DAYS)))
                continue
        kind = draw(st.sampled_from(KINDS))
        made.append(
            an_entry(
                kind=kind,
                symbol=draw(st.sampled_from(SYMBOLS)),
                quantity=draw(small),
                occurred_at=on(draw(st.integers(0, DAYS))),
                fill_id=UUID(int=number) if kind in (Kind.BUY, Kind.SELL) else None,
            )
        )
    return ledger_of(*made)


@st.composite
def actions(draw: st.DrawFn) -> list[CorporateAction]:
    found = []
    for id_ in range(1, draw(st.integers(0, 5)) + 1):
        symbol, into = draw(st.permutations(SYMBOLS))[:2]
        kind = draw(st.sampled_from(ActionKind))
        ratio = {"new": Decimal(draw(st.integers(1, 9))), "old": Decimal(draw(st.integers(1, 9)))}
        cash = {"cash_per_unit": Decimal(1), "currency": "USD"}
        lieu = {"cash_in_lieu_price": Decimal(1), "currency": "USD"} if draw(st.booleans()) else {}
        parts: dict[ActionKind, dict[str, Any]] = {
            ActionKind.SPLIT: {**ratio, **lieu},
            ActionKind.STOCK_DIVIDEND: {**ratio, **lieu},
            ActionKind.SPIN_OFF: {**ratio, **lieu, "into": into, "basis_share": Decimal(0)},
            ActionKind.RIGHTS: {**ratio, **lieu, "into": into},
            ActionKind.MERGER: draw(st.sampled_from([cash, {**ratio, **lieu, "into": into}])),
            ActionKind.RETURN_OF_CAPITAL: cash,
            ActionKind.SYMBOL_CHANGE: {"into": into},
            ActionKind.DELISTING: cash,
        }
        ex_date = on(draw(st.integers(0, DAYS))).date()
        found.append(an_action(kind, id=id_, symbol=symbol, ex_date=ex_date, **parts[kind]))
    return found


def told(ledger: list[Transaction], applied: list[CorporateAction]) -> dict[str, Decimal]:
    """Say it once more, in the plainest way: day after day, symbol by symbol, in fractions."""
    units: dict[str, Fraction] = dict.fromkeys(SYMBOLS, Fraction(0))
    known = standing(ledger)
    for day in range(DAYS + 1):
        for action in in_order(one for one in applied if one.ex_date == on(day).date()):
            exchange = action.exchanged(_decimal(units[action.symbol]))
            units[action.symbol] = Fraction(exchange.kept)
            if action.into:
                units[action.into] += Fraction(exchange.received)
        for one in known:
            if one.entry.trade_date == on(day).date():
                assert one.entry.symbol is not None
                units[one.entry.symbol] += Fraction(one.entry.change)
    return {symbol: _decimal(found) for symbol, found in units.items() if found}


def _decimal(value: Fraction) -> Decimal:
    scaled = value * 10**18
    assert scaled.denominator == 1
    return Decimal(scaled.numerator).scaleb(-18)


@given(ledgers(), actions())
def test_c2_each_day_actions_come_first_and_then_the_days_transactions(
    ledger: list[Transaction], applied: list[CorporateAction]
) -> None:
    assert held(ledger, *applied) == told(ledger, applied)


@given(ledgers(), actions(), st.randoms())
def test_c2_the_order_in_which_it_was_recorded_changes_nothing(
    ledger: list[Transaction], applied: list[CorporateAction], chance: Random
) -> None:
    before = fold_through(ledger, applied)
    chance.shuffle(ledger)
    chance.shuffle(applied)
    assert fold_through(ledger, applied) == before


@given(ledgers(), actions())
def test_no_action_changes_what_orders_brought(
    ledger: list[Transaction], applied: list[CorporateAction]
) -> None:
    traded = {symbol: one.traded_quantity for symbol, one in fold(t.entry for t in ledger).items()}
    for symbol, position in fold_through(ledger, applied).items():
        assert position.traded_quantity == traded.get(symbol, 0)


@given(st.lists(entries(), max_size=12))
def test_c2_without_actions_it_is_the_sum(made: list[Entry]) -> None:
    assert fold_through(ledger_of(*made), []) == fold(made)


@given(ledgers(), st.integers(0, DAYS))
def test_a_split_multiplies_what_was_there_before_its_day(ledger: list[Transaction], day: int) -> None:
    before = fold(t.entry for t in standing(ledger) if t.entry.trade_date < on(day).date())
    split = an_action(symbol="A", new=Decimal(3), ex_date=on(day).date())
    extra = 2 * before.get("A", Position("A")).quantity
    expected = {**held(ledger), "A": held(ledger).get("A", Decimal(0)) + extra}
    assert held(ledger, split) == {symbol: units for symbol, units in expected.items() if units}


# By hand


def test_a_transaction_of_the_ex_date_is_in_new_units() -> None:
    ledger = ledger_of(an_entry(occurred_at=on(0)), an_entry(occurred_at=on(1)))
    assert held(ledger, an_action(ex_date=on(1).date())) == {"ABC": Decimal("7.5")}


def test_a_purchase_that_is_recorded_late_is_split_too() -> None:
    ledger = ledger_of(an_entry(occurred_at=on(5)), an_entry(occurred_at=on(0)))
    assert held(ledger, an_action(ex_date=on(3).date())) == {"ABC": Decimal("7.5")}


def test_what_is_taken_back_after_a_split_was_never_there() -> None:
    bought = an_entry(occurred_at=on(0))
    ledger = ledger_of(bought, reversal(a_transaction(bought), at=on(5)))
    assert fold_through(ledger, [an_action(ex_date=on(3).date())]) == {}


def test_a_reverse_split_with_cash_in_lieu_leaves_whole_units() -> None:
    ledger = ledger_of(an_entry(quantity=Decimal(37), occurred_at=on(0)))
    reverse = an_action(
        new=Decimal(1),
        old=Decimal(10),
        cash_in_lieu_price=Decimal(5),
        currency="USD",
        ex_date=on(1).date(),
    )
    assert held(ledger, reverse) == {"ABC": Decimal(3)}


def test_who_is_short_owes_the_spun_off_units() -> None:
    ledger = ledger_of(
        an_entry(kind=Kind.SELL, quantity=Decimal(8), occurred_at=on(0), fill_id=new_id()),
        an_entry(symbol="XYZ", quantity=Decimal(1), occurred_at=on(0)),
    )
    spin_off = an_action(
        ActionKind.SPIN_OFF,
        into="XYZ",
        new=Decimal(1),
        old=Decimal(4),
        basis_share=Decimal("0.1"),
        ex_date=on(1).date(),
    )
    assert held(ledger, spin_off) == {"ABC": Decimal(-8), "XYZ": Decimal(-1)}


def test_a_chain_of_mergers_and_a_new_symbol() -> None:
    ledger = ledger_of(an_entry(symbol="A", quantity=Decimal(8), occurred_at=on(0)))
    chain = [
        an_action(ActionKind.SYMBOL_CHANGE, id=4, symbol="C", into="D", ex_date=on(3).date()),
        an_action(ActionKind.MERGER, id=3, symbol="B", into="C", new=Decimal(3), ex_date=on(2).date()),
        an_action(ActionKind.MERGER, id=1, symbol="A", into="B", new=Decimal("0.25"), ex_date=on(1).date()),
        an_action(symbol="A", id=5, ex_date=on(4).date()),
    ]
    assert held(ledger, *chain) == {"D": Decimal(6)}
    assert held(ledger, *chain[1:3]) == {"C": Decimal(6)}


def test_on_one_day_actions_come_as_they_were_entered() -> None:
    ledger = ledger_of(an_entry(symbol="A", quantity=Decimal(8), occurred_at=on(0)))
    split = an_action(symbol="A", id=1, ex_date=on(1).date())
    change = an_action(ActionKind.SYMBOL_CHANGE, id=2, symbol="A", into="B", ex_date=on(1).date())
    assert held(ledger, change, split) == {"B": Decimal(16)}


def test_after_a_delisting_nothing_is_left_and_later_units_are_new_ones() -> None:
    gone = an_action(ActionKind.DELISTING, cash_per_unit=Decimal(0), currency="USD", ex_date=on(1).date())
    ledger = ledger_of(an_entry(occurred_at=on(0)), an_entry(quantity=Decimal(1), occurred_at=on(2)))
    assert held(ledger, gone) == {"ABC": Decimal(1)}


def test_what_moves_no_units_moves_none() -> None:
    cash = an_entry(kind=Kind.DEPOSIT, symbol=None, quantity=None, gross_amount=Decimal(1), currency="USD")
    dividend = an_entry(kind=Kind.DIVIDEND, quantity=None, gross_amount=Decimal(1), currency="USD")
    assert fold_through(ledger_of(cash, dividend), [an_action()]) == {}


@pytest.mark.parametrize("into", [None, "XYZ"])
def test_n1_more_units_than_a_number_may_have_are_refused(into: str | None) -> None:
    ledger = ledger_of(an_entry(quantity=Decimal(10**20 - 1), occurred_at=on(0)))
    kind = ActionKind.SPLIT if into is None else ActionKind.RIGHTS
    with pytest.raises(NumberOutOfRange):
        fold_through(ledger, [an_action(kind, new=Decimal(2), into=into, ex_date=on(1).date())])
