"""Assets: declared, followed through corporate actions, and withdrawn unless sold since."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from steward.domain.assets import as_of_now, declared, is_asset
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.shorts import shortfall
from steward.domain.transactions import Kind, Transaction, reversal
from tests.factories import AT, LATER, a_transaction, an_action, an_entry, new_id, numbers

ASSET = a_transaction(declared("ABC", Decimal(10), at=AT), id_=3)
CASH = {"cash_per_unit": Decimal(1), "currency": "USD"}


def other(quantity: Decimal | int, *, day: int = 0, symbol: str = "ABC") -> Transaction:
    """Make a trade of that many units, sold when they are less than 0."""
    kind = Kind.SELL if quantity < 0 else Kind.BUY
    entry = an_entry(
        kind=kind,
        symbol=symbol,
        quantity=Decimal(quantity).copy_abs(),
        fill_id=new_id(),
        occurred_at=AT + timedelta(days=day),
    )
    return a_transaction(entry, id_=100 + day)


def action(day: int, kind: ActionKind = ActionKind.SPLIT, **parts: object) -> CorporateAction:
    return an_action(kind, id=day, ex_date=AT.date() + timedelta(days=day), **parts)


REVERSE = action(1, new=Decimal(1), old=Decimal(10))


def sold(ledger: list[Transaction], actions: list[CorporateAction]) -> bool:
    return shortfall([ASSET, *ledger], {ASSET.id}, [], held={}, actions=actions) is not None


def test_a_declaration_is_a_transfer_in_without_cost() -> None:
    entry = declared("ABC", Decimal(2), at=AT)
    assert (entry.kind, entry.symbol, entry.occurred_at) == (Kind.TRANSFER_IN, "ABC", AT)
    assert entry.quantity == 2
    assert (entry.price, entry.gross_amount, entry.fill_id, entry.reverses) == (None, None, None, None)


def test_a_declaration_is_an_asset_and_its_reversal_is_none() -> None:
    assert is_asset(ASSET.entry)
    assert not is_asset(reversal(ASSET, at=LATER))


@given(numbers())
def test_a_declaration_can_be_taken_back_unless_part_of_it_is_gone(traded: Decimal) -> None:
    assert sold([other(traded)] if traded else [], []) == (traded < 0)


def test_a_reverse_split_is_no_sale() -> None:
    assert not sold([], [REVERSE])
    assert not sold([other(10)], [REVERSE])


@pytest.mark.parametrize(
    ("ledger", "actions"),
    [
        ([other(-1, day=2)], [REVERSE]),
        ([other(-10)], []),
        ([other(-5, day=1), other(20, day=2)], []),
        ([other(-5, day=-1)], []),
        ([other(-12, day=2)], [action(1)]),
        ([other(-3, day=2, symbol="XYZ")], [action(1, ActionKind.SYMBOL_CHANGE, into="XYZ")]),
        (
            [other(-1, day=2, symbol="XYZ")],
            [action(1, ActionKind.RIGHTS, into="XYZ", new=Decimal(1))],
        ),
    ],
)
def test_what_was_sold_since_stays(ledger: list[Transaction], actions: list[CorporateAction]) -> None:
    assert sold(ledger, actions)


@pytest.mark.parametrize(
    ("ledger", "actions"),
    [
        ([other(5), other(-1, day=2)], []),
        ([other(10), other(-1, day=2)], [REVERSE]),
        # Short, but neither because of the asset nor on its days.
        ([other(-5, day=-2), other(5, day=-1)], []),
        ([other(-5, day=2, symbol="XYZ")], [action(-1, ActionKind.RIGHTS, into="XYZ", new=Decimal(1))]),
        # All went by a merger before the rest was bought and sold.
        ([other(5, day=2), other(-5, day=3)], [action(1, ActionKind.MERGER, **CASH)]),
    ],
)
def test_what_would_never_be_short_without_it_can_be_taken_back(
    ledger: list[Transaction], actions: list[CorporateAction]
) -> None:
    assert not sold(ledger, actions)


@pytest.mark.parametrize(
    ("actions", "symbol", "units"),
    [
        ([], "ABC", 10),
        ([action(0)], "ABC", 10),
        ([action(1)], "ABC", 20),
        ([action(2, symbol="XYZ"), action(1, ActionKind.SYMBOL_CHANGE, into="XYZ")], "XYZ", 20),
        ([action(1, ActionKind.RIGHTS, into="XYZ", new=Decimal(1))], "ABC", 10),
        ([action(1, ActionKind.MERGER, **CASH), action(2)], "ABC", 0),
        ([action(1, symbol="OTHER")], "ABC", 10),
    ],
)
def test_a_declaration_is_told_in_the_units_of_today(
    actions: list[CorporateAction], symbol: str, units: int
) -> None:
    assert as_of_now(ASSET.entry, actions) == (symbol, Decimal(units))
