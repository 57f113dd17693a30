"""The lots that sales name are there when they are sold, whatever comes, goes or happens to them."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.errors import Refusal
from steward.domain.named_lots import BeyondLot, Coming, LotNamed, UnknownLot, misnamed
from steward.domain.portfolios import CostMethod
from steward.domain.transactions import Kind, LotChoice, Transaction
from tests.ledgers import action, buy, happened, moved, sell

D = Decimal
CHEAP, DEAR = buy("2024-01-01", "ABC", "10", "100"), buy("2024-02-01", "ABC", "10", "300")


def lots(*named: tuple[Transaction | int, str]) -> tuple[LotChoice, ...]:
    return tuple(LotChoice(one if isinstance(one, int) else one.id, D(quantity)) for one, quantity in named)


def of(lot: Transaction | int, quantity: str = "10", on: str = "2024-06-01", **more: object) -> Transaction:
    """Sell units of one lot that the sale names."""
    return sell(on, "ABC", quantity, "1", lots=lots((lot, quantity)), **more)


def found(
    kept: Sequence[Transaction],
    *come: Transaction,
    gone: Sequence[Transaction] = (),
    actions: Sequence[CorporateAction] = (),
    method: CostMethod = CostMethod.FIFO,
) -> tuple[int, type[Refusal], str | None] | None:
    told = misnamed(
        kept,
        {one.id for one in gone},
        [Coming(one.portfolio_id, one.entry) for one in come],
        actions=actions,
        methods={1: method, 2: method},
        pointer="/quantity",
    )
    return None if told is None else (told[0], type(told[1]), told[1].pointer)


def beyond(place: int = 0, number: int = 0) -> tuple[int, type[Refusal], str]:
    return place, BeyondLot, f"/lots/{number}/quantity"


NAMED = (0, LotNamed, "/quantity")
UNKNOWN = (0, UnknownLot, "/lots/0/transaction_id")


def test_a_lot_gives_no_more_than_is_left_of_it() -> None:
    assert found([CHEAP, DEAR], of(DEAR)) is None
    assert found([CHEAP, DEAR], of(DEAR, "10.000000000000000001")) == beyond()
    assert found([CHEAP, DEAR, of(DEAR, "4", on="2024-03-01")], of(DEAR, "6")) is None
    assert found([CHEAP, DEAR, of(DEAR, "4", on="2024-03-01")], of(DEAR, "7")) == beyond()
    # By now all of it has gone: it was there, so it is not unknown.
    assert found([CHEAP, DEAR, of(DEAR, "10", on="2024-03-01")], of(DEAR, "1")) == beyond()


def test_the_row_and_the_lot_are_named() -> None:
    sale = sell("2024-06-01", "ABC", "15", "1", lots=lots((CHEAP, "4"), (DEAR, "11")))
    assert found([CHEAP, DEAR], CHEAP, sale) == beyond(1, 1)
    told = misnamed(
        [CHEAP, of(CHEAP, "4")],
        (),
        [Coming(1, of(CHEAP, "7").entry)],
        actions=(),
        methods={1: CostMethod.FIFO},
        pointer=None,
    )
    assert told is not None
    assert str(told[1]) == "Of this lot 6 units are left in this portfolio by then."


def test_a_lot_that_was_never_there_is_unknown() -> None:
    sold, elsewhere = sell("2024-03-01", "ABC", "1", "1"), buy("2024-01-01", "ABC", "10", "1", portfolio=2)
    later = buy("2024-06-02", "ABC", "10", "1")
    move = moved("2024-02-02", "ABC", "1", 1, 2)
    for lot in (99, 2**63, sold, later, move[1]):
        assert found([CHEAP, DEAR, sold, later, *move], of(lot, "1")) == UNKNOWN
    assert found([CHEAP], of(elsewhere, "1")) == UNKNOWN
    # Of the other portfolio only what moved here is here.
    assert found([CHEAP, elsewhere, *move], of(elsewhere, "1")) == beyond()


@pytest.mark.parametrize(
    ("method", "gone"),
    [
        (CostMethod.FIFO, CHEAP),
        (CostMethod.LIFO, DEAR),
        (CostMethod.HIFO, DEAR),
        (CostMethod.AVERAGE, CHEAP),
    ],
)
def test_a_sale_that_names_none_takes_by_the_method_of_the_portfolio(
    method: CostMethod, gone: Transaction
) -> None:
    kept = [CHEAP, DEAR, sell("2024-03-01", "ABC", "6", "1")]
    for lot in (CHEAP, DEAR):
        told = found(kept, of(lot, "5"), method=method)
        assert told == (beyond() if lot is gone else None)


def test_the_dearest_is_told_without_a_rate() -> None:
    cheap, dear = (buy("2024-01-01", "ABC", "10", gross, currency="CHF") for gross in ("100", "300"))
    kept = [happened(Kind.TRANSFER_IN, "2023-01-01", "ABC", "1", currency="CHF"), cheap, dear]
    kept.append(sell("2024-03-01", "ABC", "6", "1", currency="CHF"))
    assert found(kept, of(cheap), method=CostMethod.HIFO) is None
    assert found(kept, of(dear), method=CostMethod.HIFO) == beyond()


def test_a_split_counts_the_units_that_a_lot_has_then() -> None:
    split = action(ActionKind.SPLIT, "2024-03-01", "ABC", new="3")
    assert found([CHEAP], of(CHEAP, "30"), actions=[split]) is None
    assert found([CHEAP], of(CHEAP, "11", on="2024-02-29"), actions=[split]) == beyond()
    assert found([CHEAP], of(CHEAP, "31"), actions=[split]) == beyond()


def test_a_lot_is_known_by_its_purchase_under_another_symbol() -> None:
    old = buy("2024-01-01", "OLD", "10", "100")
    change = action(ActionKind.SYMBOL_CHANGE, "2024-03-01", "OLD", into="ABC")
    assert found([old], of(old), actions=[change]) is None
    assert found([old], of(old, on="2024-02-29"), actions=[change]) == beyond()
    spin_off = action(ActionKind.SPIN_OFF, "2024-03-01", "OLD", into="ABC", new="1", old="2", basis_share="0")
    assert found([old], of(old, "5"), actions=[spin_off]) is None
    assert found([old], of(old, "6"), actions=[spin_off]) == beyond()


def test_a_lot_that_moved_is_in_the_other_portfolio() -> None:
    move = moved("2024-03-01", "ABC", "6", 1, 2, lots=lots((DEAR, "6")))
    kept = [CHEAP, DEAR, *move]
    assert found(kept, of(DEAR, "4")) is None
    assert found(kept, of(DEAR, "5")) == beyond()
    assert found(kept, of(DEAR, "6", portfolio=2)) is None
    assert found(kept, of(CHEAP, "1", portfolio=2)) == beyond()


@pytest.mark.parametrize("first", [0, 1])
def test_a_transfer_names_what_is_there(first: int) -> None:
    sold = sell("2024-02-15", "ABC", "7", "1")
    for quantity, told in (("3", None), ("4", beyond(first))):
        out, into = moved("2024-03-01", "ABC", quantity, 1, 2, lots=lots((CHEAP, quantity)))
        assert found([CHEAP, DEAR, sold], *((out, into), (into, out))[first]) == told


# What a sale names stays there


def test_what_stands_is_not_taken_from_under_a_sale() -> None:
    sale = of(DEAR, "8")
    kept = [CHEAP, DEAR, sale]
    assert found(kept, gone=[CHEAP]) is None
    assert found(kept, gone=[DEAR]) == NAMED
    assert found(kept, buy("2024-02-01", "ABC", "20", "1"), gone=[DEAR]) == NAMED
    # Its own correction or reversal gives the units back.
    assert found(kept, of(DEAR, "10"), gone=[sale]) is None
    assert found(kept, gone=[sale, DEAR]) is None


def test_a_sale_entered_late_leaves_what_a_later_one_names() -> None:
    kept = [CHEAP, DEAR, of(CHEAP, "6")]
    assert found(kept, sell("2024-03-01", "ABC", "4", "1")) is None
    assert found(kept, DEAR, sell("2024-03-01", "ABC", "5", "1")) == (1, LotNamed, "/quantity")
    assert found(kept, sell("2024-07-01", "ABC", "12", "1")) is None
    assert found(kept, of(CHEAP, "5", on="2024-03-01")) == NAMED


def test_a_transfer_that_is_named_in_the_other_portfolio_stays() -> None:
    move = moved("2024-03-01", "ABC", "6", 1, 2)
    kept = [CHEAP, DEAR, *move, of(CHEAP, "6", portfolio=2)]
    assert found(kept, gone=move) == NAMED
    assert found(kept, gone=[CHEAP]) == NAMED
    assert found(kept, buy("2023-01-01", "ABC", "6", "1")) == NAMED


def test_the_refusal_names_the_sale() -> None:
    sale = of(DEAR, "8")
    told = misnamed(
        [CHEAP, DEAR, sale], {DEAR.id}, [], actions=(), methods={1: CostMethod.FIFO}, pointer=None
    )
    assert told is not None
    assert f"Transaction {sale.id} of 2024-06-01 names 8 units" in str(told[1])


def test_what_lacked_before_is_no_obstacle_unless_it_lacks_more() -> None:
    sale, sold = of(CHEAP, "10"), sell("2024-03-01", "ABC", "2", "1")
    merger = action(ActionKind.SPLIT, "2024-02-15", "ABC", new="1", old="2")
    kept = [CHEAP, DEAR, sale]
    assert found(kept, buy("2024-04-01", "ABC", "1", "1"), actions=[merger]) is None
    assert found(kept, sold, actions=[merger]) == NAMED
