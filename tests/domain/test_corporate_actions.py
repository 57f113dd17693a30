"""Corporate actions: parts that fit the kind, and what becomes of any number of units."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.corporate_actions import (
    ActionKind,
    CorporateAction,
    Exchange,
    InvalidAction,
    in_order,
    related,
)
from steward.domain.errors import InvalidValue
from steward.domain.money import NotPositive, add, rounded, subtract
from tests.factories import AT, an_action, numbers, quantities

ONE, HALF = Decimal(1), Decimal("0.5")
SPIN_OFF: dict[str, Any] = {"into": "XYZ", "new": ONE, "old": Decimal(4), "basis_share": Decimal("0.2")}
CASH: dict[str, Any] = {"cash_per_unit": Decimal(3), "currency": "USD"}
IN_LIEU: dict[str, Any] = {"cash_in_lieu_price": Decimal(9), "currency": "USD"}
SOUND: list[tuple[ActionKind, dict[str, Any]]] = [
    (ActionKind.SPLIT, {"new": Decimal(3), "old": Decimal(2)}),
    (ActionKind.SPLIT, {"new": ONE, "old": Decimal(10), **IN_LIEU}),
    (ActionKind.STOCK_DIVIDEND, {"new": ONE, "old": Decimal(20)}),
    (ActionKind.SPIN_OFF, SPIN_OFF),
    (ActionKind.SPIN_OFF, {**SPIN_OFF, **IN_LIEU, "basis_share": Decimal(0)}),
    (ActionKind.RIGHTS, {"into": "XYZ", "new": ONE}),
    (ActionKind.RIGHTS, {**SPIN_OFF, "basis_share": ONE}),
    (ActionKind.MERGER, CASH),
    (ActionKind.MERGER, {"into": "XYZ", "new": HALF}),
    (ActionKind.MERGER, {**SPIN_OFF, **CASH, **IN_LIEU}),
    (ActionKind.RETURN_OF_CAPITAL, CASH),
    (ActionKind.SYMBOL_CHANGE, {"into": "XYZ"}),
    (ActionKind.DELISTING, CASH),
    (ActionKind.DELISTING, {**CASH, "cash_per_unit": Decimal(0)}),
]
UNSOUND: list[tuple[ActionKind, dict[str, Any], str]] = [
    (ActionKind.SPLIT, {"new": Decimal(0)}, "/new"),
    (ActionKind.SPLIT, {"new": ONE, "old": Decimal(0)}, "/old"),
    (ActionKind.SPLIT, {"new": Decimal(-2), "old": Decimal(-1)}, "/new"),
    (ActionKind.STOCK_DIVIDEND, {}, "/new"),
    (ActionKind.SPLIT, {"into": "XYZ"}, "/into"),
    (ActionKind.SPLIT, CASH, "/cash_per_unit"),
    (ActionKind.SPLIT, {"basis_share": HALF}, "/basis_share"),
    (ActionKind.SPLIT, {"cash_in_lieu_price": Decimal(0), "currency": "USD"}, "/cash_in_lieu_price"),
    (ActionKind.SPLIT, {"cash_in_lieu_price": ONE}, "/currency"),
    (ActionKind.SPLIT, {"currency": "USD"}, "/currency"),
    (ActionKind.SPIN_OFF, {**SPIN_OFF, "into": None}, "/into"),
    (ActionKind.SPIN_OFF, {**SPIN_OFF, "into": "ABC"}, "/into"),
    (ActionKind.SPIN_OFF, {**SPIN_OFF, "new": Decimal(0)}, "/new"),
    (ActionKind.SPIN_OFF, {**SPIN_OFF, "basis_share": None}, "/basis_share"),
    (ActionKind.SPIN_OFF, {**SPIN_OFF, "basis_share": Decimal("1.1")}, "/basis_share"),
    (ActionKind.SPIN_OFF, {**SPIN_OFF, "basis_share": Decimal("-0.1")}, "/basis_share"),
    (ActionKind.RIGHTS, {"new": ONE}, "/into"),
    (ActionKind.MERGER, {}, "/cash_per_unit"),
    (ActionKind.MERGER, {**CASH, "new": ONE}, "/new"),
    (ActionKind.MERGER, {**CASH, "new": ONE, "old": Decimal(0)}, "/new"),
    (ActionKind.MERGER, {**CASH, "old": Decimal(2)}, "/new"),
    (ActionKind.MERGER, {"into": "XYZ"}, "/new"),
    (ActionKind.MERGER, {"into": "XYZ", "new": ONE, **CASH}, "/basis_share"),
    (ActionKind.MERGER, {"into": "XYZ", "new": ONE, "basis_share": ONE}, "/basis_share"),
    (ActionKind.MERGER, {**CASH, "cash_per_unit": Decimal(0)}, "/cash_per_unit"),
    (ActionKind.MERGER, {**CASH, **IN_LIEU}, "/cash_in_lieu_price"),
    (ActionKind.RETURN_OF_CAPITAL, {}, "/cash_per_unit"),
    (ActionKind.RETURN_OF_CAPITAL, {"cash_per_unit": ONE}, "/currency"),
    (ActionKind.RETURN_OF_CAPITAL, {**CASH, "new": ONE}, "/new"),
    (ActionKind.SYMBOL_CHANGE, {}, "/into"),
    (ActionKind.SYMBOL_CHANGE, {"into": "XYZ", "new": ONE}, "/new"),
    (ActionKind.DELISTING, {**CASH, "cash_per_unit": Decimal(-1)}, "/cash_per_unit"),
]
ratios = st.tuples(numbers(positive=True), numbers(positive=True))


def action(kind: ActionKind, **parts: Any) -> CorporateAction:
    return an_action(kind, **{"new": Decimal(0), **parts})


@pytest.mark.parametrize(("kind", "parts"), SOUND)
def test_an_action_of_each_kind(kind: ActionKind, parts: dict[str, Any]) -> None:
    made = action(kind, **parts)
    assert made.multiplies == (kind in {ActionKind.SPLIT, ActionKind.STOCK_DIVIDEND})
    assert made.exchanged(Decimal(0)) == Exchange(Decimal(0))


@pytest.mark.parametrize(("kind", "parts", "pointer"), UNSOUND)
def test_parts_that_do_not_fit_are_named(kind: ActionKind, parts: dict[str, Any], pointer: str) -> None:
    parts = {"new": ONE, **parts} if kind is ActionKind.SPLIT else parts
    with pytest.raises(InvalidValue) as refused:
        action(kind, **parts)
    assert isinstance(refused.value, InvalidAction | NotPositive)
    assert refused.value.pointer == pointer


# Units


@given(numbers(), ratios)
def test_a_split_multiplies_and_rounds_once(quantity: Decimal, ratio: tuple[Decimal, Decimal]) -> None:
    new, old = ratio
    exchange = an_action(new=new, old=old).exchanged(quantity)
    error = Fraction(exchange.kept) - Fraction(quantity) * Fraction(new) / Fraction(old)
    assert abs(error) <= Fraction(1, 2 * 10**18)
    assert exchange.kept == rounded(exchange.kept)
    assert exchange == Exchange(exchange.kept)


@given(numbers(), st.integers(1, 1000))
def test_a_reverse_split_undoes_a_split(quantity: Decimal, times: int) -> None:
    there = an_action(new=Decimal(times)).exchanged(quantity).kept
    assert an_action(new=ONE, old=Decimal(times)).exchanged(there).kept == quantity


@given(numbers(), ratios)
def test_a_stock_dividend_is_a_split_of_all_for_the_old(
    quantity: Decimal, ratio: tuple[Decimal, Decimal]
) -> None:
    new, old = ratio
    dividend = an_action(ActionKind.STOCK_DIVIDEND, new=new, old=old)
    assert dividend.factor == (add(new, old), old)
    assert dividend.exchanged(quantity) == an_action(new=add(new, old), old=old).exchanged(quantity)


@given(numbers(), ratios, st.sampled_from([ActionKind.SPLIT, ActionKind.STOCK_DIVIDEND, ActionKind.SPIN_OFF]))
def test_where_fractions_are_paid_only_whole_units_come(
    quantity: Decimal, ratio: tuple[Decimal, Decimal], kind: ActionKind
) -> None:
    parts: dict[str, Any] = {"into": "XYZ", "basis_share": HALF} if kind is ActionKind.SPIN_OFF else {}
    new, old = ratio
    plain = an_action(kind, new=new, old=old, **parts).exchanged(quantity)
    paid = an_action(kind, new=new, old=old, **parts, **IN_LIEU).exchanged(quantity)
    come = {
        ActionKind.SPLIT: paid.kept,
        ActionKind.STOCK_DIVIDEND: subtract(paid.kept, quantity),
        ActionKind.SPIN_OFF: paid.received,
    }[kind]
    assert come == come.to_integral_value()
    assert abs(paid.fraction) < 1
    assert come * paid.fraction >= 0
    together = add(add(paid.kept, paid.received), paid.fraction)
    assert abs(subtract(together, add(plain.kept, plain.received))) <= Decimal("1e-18")


@given(numbers(), ratios, st.sampled_from([*SOUND]))
def test_who_is_short_owes_what_a_holder_gets(
    quantity: Decimal, ratio: tuple[Decimal, Decimal], sound: tuple[ActionKind, dict[str, Any]]
) -> None:
    made = action(sound[0], **sound[1])
    held, owed = made.exchanged(quantity), made.exchanged(quantity.copy_negate())
    assert held.kept == owed.kept.copy_negate()
    assert held.received == owed.received.copy_negate()
    assert held.fraction == owed.fraction.copy_negate()
    assert made.cash_for(quantity) == made.cash_for(quantity.copy_negate()).copy_negate()


def test_cash_in_lieu_leaves_old_fractions_of_a_stock_dividend_alone() -> None:
    dividend = an_action(ActionKind.STOCK_DIVIDEND, new=ONE, old=Decimal(10), **IN_LIEU)
    assert dividend.exchanged(Decimal("15.5")) == Exchange(Decimal("16.5"), fraction=Decimal("0.55"))
    reverse = an_action(new=ONE, old=Decimal(10), **IN_LIEU)
    assert reverse.exchanged(Decimal("15.5")) == Exchange(Decimal(1), fraction=Decimal("0.55"))


@pytest.mark.parametrize(
    ("kind", "parts", "exchange", "cash", "followed"),
    [
        (ActionKind.SPIN_OFF, SPIN_OFF, Exchange(Decimal(6), Decimal("1.5")), 0, ("ABC", 6)),
        (ActionKind.RIGHTS, {"into": "XYZ", "new": ONE}, Exchange(Decimal(6), Decimal(6)), 0, ("ABC", 6)),
        (ActionKind.MERGER, CASH, Exchange(Decimal(0)), 18, ("ABC", 0)),
        (
            ActionKind.MERGER,
            {**SPIN_OFF, **CASH},
            Exchange(Decimal(0), Decimal("1.5")),
            18,
            ("XYZ", Decimal("1.5")),
        ),
        (ActionKind.RETURN_OF_CAPITAL, CASH, Exchange(Decimal(6)), 18, ("ABC", 6)),
        (ActionKind.SYMBOL_CHANGE, {"into": "XYZ"}, Exchange(Decimal(0), Decimal(6)), 0, ("XYZ", 6)),
        (ActionKind.DELISTING, CASH, Exchange(Decimal(0)), 18, ("ABC", 0)),
        (ActionKind.SPLIT, {"new": Decimal(2)}, Exchange(Decimal(12)), 0, ("ABC", 12)),
    ],
)
def test_what_becomes_of_six_units(
    kind: ActionKind, parts: dict[str, Any], exchange: Exchange, cash: int, followed: tuple[str, Decimal]
) -> None:
    made = action(kind, **parts)
    assert made.exchanged(Decimal(6)) == exchange
    assert made.cash_for(Decimal(6)) == cash
    assert made.followed(Decimal(6)) == followed


@given(quantities(), quantities())
def test_cash_is_exact(quantity: Decimal, cash: Decimal) -> None:
    made = action(ActionKind.DELISTING, cash_per_unit=cash, currency="USD")
    assert Fraction(made.cash_for(quantity)) == Fraction(quantity) * Fraction(cash)


# Order, and what belongs together


def test_actions_come_by_ex_date_and_then_as_they_were_entered() -> None:
    early, first, second = (
        an_action(id=3, ex_date=AT.date() - timedelta(days=1)),
        an_action(id=1),
        an_action(id=2),
    )
    assert in_order([second, first, early]) == [early, first, second]


def test_symbols_are_related_through_whatever_leads_to_or_from_them() -> None:
    links = [("A", "B"), ("B", "C"), ("D", "C"), ("X", "Y"), ("C", "A")]
    actions = [an_action(ActionKind.SYMBOL_CHANGE, symbol=symbol, into=into) for symbol, into in links]
    actions.append(an_action(symbol="Z"))
    for symbol in "ABCD":
        assert related([symbol], actions) == set("ABCD")
    assert related(["X"], actions) == set("XY")
    assert related(["Z", "Q"], actions) == set("ZQ")
    assert related([], actions) == set()
