"""Whether units leave that were not there."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.corporate_actions import ActionKind
from steward.domain.shorts import Shortfall, blamed, opening, shortfall
from steward.domain.transactions import Entry, Kind, Transaction
from tests.factories import AT, a_transaction, an_action, an_entry


def day(number: int) -> datetime:
    return AT + timedelta(days=number)


def moved(change: int, on: int, symbol: str = "ABC") -> Entry:
    kind = Kind.BUY if change > 0 else Kind.SELL
    return an_entry(kind=kind, symbol=symbol, quantity=Decimal(abs(change)), occurred_at=day(on))


def kept(*entries: Entry) -> list[Transaction]:
    return [a_transaction(entry, id_=number) for number, entry in enumerate(entries, 1)]


def found(ledger: list[Transaction], *come: Entry, gone: tuple[int, ...] = (), **more: Any) -> int | None:
    """Give the number of the day on which the position is short."""
    short = shortfall(ledger, gone, come, **{"held": {}, **more})
    return None if short is None else (short.day - AT.date()).days


@pytest.mark.parametrize(
    ("come", "short"),
    [
        ([moved(-5, 1)], None),
        ([moved(-10, 1)], 4),
        ([moved(-11, 1)], 1),
        ([moved(-10, -1)], -1),
        ([moved(-6, 2)], 4),
        ([moved(-5, 2)], None),
        ([moved(-1, 4)], None),
        ([moved(-6, 4)], 4),
        ([moved(-11, 3), moved(6, 3)], None),
        ([moved(-1, 1, "XYZ")], 1),
    ],
)
def test_no_close_may_be_below_zero_from_the_day_of_a_sale_on(come: list[Entry], short: int | None) -> None:
    assert found(kept(moved(10, 0), moved(-5, 4)), *come) == short


def test_what_was_short_before_may_stay_but_not_grow() -> None:
    ledger = kept(moved(-5, 0), moved(10, 3))
    assert found(ledger, moved(1, 1)) is None
    assert found(ledger, moved(-1, 1)) == 1
    assert found(ledger, moved(-1, 5)) is None
    assert found(ledger, moved(3, 1), moved(-3, 2)) is None
    assert found(ledger, moved(3, 1), moved(-4, 2)) == 2


def test_taking_a_purchase_back_may_leave_nothing_for_a_sale() -> None:
    ledger = kept(moved(10, 0), moved(-5, 2))
    assert found(ledger, gone=(1,)) == 2
    assert found(ledger, gone=(2,)) is None
    assert found(ledger, moved(5, 2), gone=(1,)) is None
    assert found(ledger, moved(5, 3), gone=(1,)) == 2
    assert found(kept(moved(10, 0)), gone=(1,)) is None


def test_units_held_before_count() -> None:
    later = kept(moved(4, 3))
    held = opening({"ABC": Decimal(10)}, later)
    assert held == {"ABC": 6}
    assert opening({}, kept(moved(-1, 1))) == {"ABC": 1}
    assert found(later, moved(-6, 1), held=held) is None
    assert found(later, moved(-7, 1), held=held) == 1
    assert found(later, moved(-11, 3), held=held) == 3


def test_a_corporate_action_changes_the_units_that_are_left() -> None:
    ledger, split = kept(moved(10, 0), moved(-15, 5)), an_action(ex_date=day(3).date())
    assert found(ledger, moved(-2, 2), actions=[split]) is None
    assert found(ledger, moved(-3, 2), actions=[split]) == 5
    assert found(ledger, moved(-5, 4), actions=[split]) is None


def test_units_become_those_of_another_symbol() -> None:
    change = an_action(ActionKind.SYMBOL_CHANGE, into="NEW", ex_date=day(3).date())
    ledger = kept(moved(10, 0), moved(-10, 5, "NEW"))
    assert found(ledger, moved(-1, 4), actions=[change]) == 4
    short = shortfall(ledger, (), [moved(-1, 1)], held={}, actions=[change])
    assert short == Shortfall("NEW", day(5).date())
    assert found(kept(moved(-10, 5, "NEW")), moved(10, 1), actions=[change]) is None


def test_the_last_entry_that_took_units_out_by_then_is_blamed() -> None:
    come = [moved(-1, 0), moved(-1, 1), moved(5, 1), moved(-1, 4), moved(-1, 1, "XYZ")]
    assert blamed(come, Shortfall("ABC", day(2).date())) == 1
    assert blamed(come, Shortfall("XYZ", day(2).date())) == 4
    assert blamed(come, Shortfall("NEW", day(2).date())) == 4
    assert blamed(come, Shortfall("ABC", day(-2).date())) == 0
