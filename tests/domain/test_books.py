"""Sound books have no faults; whatever is touched in them is found, under the right invariant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.assets import declared
from steward.domain.books import Books, StoredOrder, faults
from steward.domain.orders import Fill, Order, Side, Status
from steward.domain.positions import Position, fold
from steward.domain.transactions import Entry, Kind, Terms, Transaction, reversal, seal, trade
from tests.factories import (
    AT,
    LATER,
    a_fill,
    a_portfolio,
    a_transaction,
    an_action,
    an_entry,
    an_order,
    new_id,
)


def kept(entries: list[Entry]) -> tuple[list[Transaction], Any]:
    """Give the ledger and the portfolio's head after these entries."""
    sealed = seal(a_portfolio(), entries, at=AT)
    ledger = [
        Transaction(100 + one.seq, one.portfolio_id, one.seq, one.recorded_at, one.entry, one.digest)
        for one in sealed
    ]
    return ledger, a_portfolio(ledger_seq=len(ledger), ledger_digest=sealed[-1].digest, asset_count=1)


def filled(order: Order, *fills: tuple[int, int | None]) -> tuple[Order, list[Fill]]:
    """Execute an order."""
    done = []
    for qty, price in fills:
        done.append(a_fill(order, qty, price))
        order = order.filled(done[-1], currency="USD")
    return order, done


def traded(order: Order, fill: Fill) -> Entry:
    """Make the entry of a fill."""
    return trade(
        sell=order.side is Side.SELL,
        symbol=order.security,
        quantity=fill.qty,
        price=fill.price,
        currency=fill.currency,
        fill_id=fill.id,
        at=fill.executed_at,
    )


def sound() -> Books:
    """Make books with assets, one taken back, a reversed trade, and orders in every state of use."""
    bought, first = filled(an_order(id=new_id()), (4, 3), (2, 5))
    sold, second = filled(an_order(id=new_id(), side=Side.SELL), (10, None))
    untouched = an_order(id=new_id())
    cancelled = bought.cancelled(at=LATER)
    dropped = replace(an_order(id=new_id()), status=Status.EXPIRED)
    asset, taken_back = declared("ABC", Decimal(9), at=AT), declared("XYZ", Decimal(1), at=AT)
    entries = [asset, taken_back]
    ledger, _ = kept(entries)
    entries.append(reversal(ledger[1], at=LATER))
    entries += [traded(bought, fill) for fill in first] + [traded(sold, fill) for fill in second]
    ledger, _ = kept(entries)
    entries.append(reversal(ledger[3], at=LATER))
    ledger, head = kept(entries)
    orders = [cancelled, sold, untouched, dropped]
    return Books(
        portfolio=head,
        transactions=ledger,
        positions=list(fold(entries).values()),
        orders=[StoredOrder(order, order.pending_qty, order.average_price) for order in orders],
        fills=[*first, *second],
    )


def with_entry(books: Books, place: int, **fields: Any) -> Books:
    """Change an entry and seal the ledger anew, as a forger of the whole chain would."""
    entries = [one.entry for one in books.transactions]
    entries[place] = replace(entries[place], **fields)
    ledger, head = kept(entries)
    return replace(books, transactions=ledger, portfolio=head, positions=list(fold(entries).values()))


def with_transaction(books: Books, place: int, **fields: Any) -> Books:
    ledger = list(books.transactions)
    ledger[place] = replace(ledger[place], **fields)
    return replace(books, transactions=ledger)


def with_order(books: Books, place: int, **fields: Any) -> Books:
    orders = list(books.orders)
    order = replace(orders[place].order, **fields)
    orders[place] = StoredOrder(order, order.pending_qty, order.average_price)
    return replace(books, orders=orders)


def with_stored(books: Books, place: int, **fields: Any) -> Books:
    orders = list(books.orders)
    orders[place] = replace(orders[place], **fields)
    return replace(books, orders=orders)


def with_fill(books: Books, place: int, **fields: Any) -> Books:
    fills = list(books.fills)
    fills[place] = replace(fills[place], **fields)
    return replace(books, fills=fills)


def with_head(books: Books, **fields: Any) -> Books:
    return replace(books, portfolio=replace(books.portfolio, **fields))


def with_position(books: Books, **fields: Any) -> Books:
    first, *others = books.positions
    return replace(books, positions=[replace(first, **fields), *others])


def test_sound_books_have_no_faults() -> None:
    assert list(faults(sound())) == []


TOUCHED: dict[str, tuple[Callable[[Books], Books], set[str]]] = {
    "a digest": (lambda b: with_transaction(b, 1, digest="0" * 64), {"C5"}),
    "a place": (lambda b: with_transaction(b, 1, seq=9), {"C5"}),
    "a time": (lambda b: with_transaction(b, 1, recorded_at=LATER), {"C5"}),
    "a missing end": (lambda b: replace(b, transactions=b.transactions[:-1]), {"C5", "C2"}),
    "the head's length": (lambda b: with_head(b, ledger_seq=1), {"C5"}),
    "the head's digest": (lambda b: with_head(b, ledger_digest=""), {"C5"}),
    "the number of assets": (lambda b: with_head(b, asset_count=2), {"C2"}),
    "a position": (lambda b: with_position(b, quantity=Decimal(2)), {"C2"}),
    "what orders brought": (lambda b: with_position(b, traded_quantity=Decimal(1)), {"C2"}),
    "a missing position": (lambda b: replace(b, positions=b.positions[1:]), {"C2"}),
    "a position of nothing": (
        lambda b: replace(b, positions=[*b.positions, Position("QQQ", Decimal(1))]),
        {"C2"},
    ),
    "a reversal of more": (lambda b: with_entry(b, 2, quantity=Decimal(2)), {"C5"}),
    "a reversal of nothing": (lambda b: with_entry(b, 2, reverses=999), {"C5"}),
    "a trade's quantity": (lambda b: with_entry(b, 5, quantity=Decimal(9)), {"C2"}),
    "a trade's side": (lambda b: with_entry(b, 5, kind=Kind.BUY), {"C2"}),
    "a trade of no fill": (lambda b: with_entry(b, 5, fill_id=new_id()), {"C2"}),
    "a fill's quantity": (lambda b: with_fill(b, 0, qty=Decimal(5)), {"O2", "C2"}),
    "a fill's price": (lambda b: with_fill(b, 0, price=Decimal(9)), {"O2", "C2"}),
    "a fill's place": (lambda b: with_fill(b, 1, seq=3), {"O6"}),
    "a missing fill": (lambda b: replace(b, fills=b.fills[:-1]), {"O2", "C2"}),
    "more executed than ordered": (lambda b: with_order(b, 1, original_qty=Decimal(9)), {"O1", "O3"}),
    "less executed than nothing": (lambda b: with_order(b, 2, executed_qty=Decimal(-1)), {"O1", "O2", "O3"}),
    "what is executed": (lambda b: with_order(b, 0, executed_qty=Decimal(7)), {"O2"}),
    "the number of fills": (lambda b: with_order(b, 0, fill_count=3), {"O2"}),
    "the value": (lambda b: with_order(b, 0, executed_value=Decimal(1)), {"O2"}),
    "the stored average": (lambda b: with_stored(b, 0, average_price=Decimal(1)), {"O2"}),
    "the stored rest": (lambda b: with_stored(b, 0, pending_qty=Decimal(1)), {"O2"}),
    "executed too early": (lambda b: with_order(b, 0, status=Status.EXECUTED), {"O3"}),
    "pending after a fill": (lambda b: with_order(b, 0, status=Status.PENDING), {"O3"}),
    "open though executed": (lambda b: with_order(b, 1, status=Status.PARTIAL), {"O3"}),
    "partial without a fill": (lambda b: with_order(b, 2, status=Status.PARTIAL), {"O3"}),
}


@pytest.mark.parametrize("touched", TOUCHED)
def test_whatever_is_touched_is_found(touched: str) -> None:
    touch, invariants = TOUCHED[touched]
    found = list(faults(touch(sound())))
    assert {finding.invariant for finding in found} == invariants
    assert all(finding.subject and finding.detail for finding in found)


def test_positions_are_folded_through_corporate_actions() -> None:
    ledger, head = kept([declared("ABC", Decimal(9), at=AT)])
    split = an_action(ex_date=LATER.date() + timedelta(days=1))
    for held, invariants in ((18, set()), (9, {"C2"})):
        books = Books(head, ledger, [Position("ABC", Decimal(held))], [], [], [split])
        assert {finding.invariant for finding in faults(books)} == invariants


OUT = an_entry(kind=Kind.TRANSFER_OUT, terms=Terms(transfer_id=new_id()))
INTO = replace(OUT, kind=Kind.TRANSFER_IN)


def side(id_: int, entry: Entry, portfolio_id: int = 7) -> Transaction:
    return replace(a_transaction(entry, id_=id_), portfolio_id=portfolio_id)


def taken_back(one: Transaction, id_: int) -> Transaction:
    return side(id_, reversal(one, at=LATER), one.portfolio_id)


FIRST, SECOND = side(1, OUT), side(2, INTO, 8)
CASH = replace(OUT, kind=Kind.WITHDRAWAL, symbol=None, quantity=None, gross_amount=Decimal(9), currency="USD")


@pytest.mark.parametrize(
    ("sides", "right"),
    [
        ([FIRST], True),
        ([FIRST, SECOND], True),
        ([FIRST, SECOND, taken_back(FIRST, 3), taken_back(SECOND, 4)], True),
        ([side(1, CASH), side(2, replace(CASH, kind=Kind.DEPOSIT), 8)], True),
        ([FIRST, SECOND, taken_back(SECOND, 4)], False),
        ([FIRST, side(2, INTO)], False),
        ([FIRST, SECOND, side(3, INTO, 9)], False),
        ([FIRST, side(2, OUT, 8)], False),
        ([FIRST, side(2, replace(INTO, quantity=Decimal(1)), 8)], False),
        ([FIRST, side(2, replace(INTO, occurred_at=LATER), 8)], False),
    ],
)
def test_both_sides_of_a_transfer_say_the_same(sides: list[Transaction], right: bool) -> None:
    books = Books(a_portfolio(), [], [], [], [], sides=sides)
    assert [finding.invariant for finding in faults(books)] == ([] if right else ["C2"])


def test_a_fault_is_found_where_it_is_and_once() -> None:
    (fault,) = faults(with_head(sound(), asset_count=2))
    assert fault.subject == "portfolio 7"


def test_an_order_whose_status_allows_any_rest_is_sound() -> None:
    books = with_order(sound(), 0, status=Status.PARTIAL)
    assert list(faults(books)) == []
