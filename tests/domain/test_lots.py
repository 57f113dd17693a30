"""Lots by every method and through transfers (C4: no digit of a cost is lost)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lot_fold import apply
from steward.domain.lots import Basis, resized, spread
from steward.domain.money import ZERO, divided, known, multiply, plain, subtract, total
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx, Teller
from steward.domain.transactions import Kind, LotChoice, Transaction
from tests.domain.lot_books import END, TWO_LOTS, booked, costs, gains
from tests.factories import numbers
from tests.ledgers import a_story, buy, day, happened, moved, sell


@pytest.mark.parametrize(
    ("cost", "gain", "left"),
    [
        (CostMethod.FIFO, 200, [("02-01", "8", "240")]),
        (CostMethod.LIFO, 40, [("01-01", "8", "80")]),
        (CostMethod.HIFO, 40, [("01-01", "8", "80")]),
        (CostMethod.AVERAGE, 120, [("02-01", "8", "160")]),
    ],
)
def test_each_method_takes_its_own_units_first(
    cost: CostMethod, gain: int, left: list[tuple[str, str, str]]
) -> None:
    book = booked(a_story(*TWO_LOTS, sell("2024-03-01", "ABC", "12", "360")), cost)
    assert gains(book) == [gain]
    assert costs(book) == left


def test_fees_and_taxes_go_with_their_units() -> None:
    book = booked(a_story(*TWO_LOTS, sell("2024-03-01", "ABC", "5", "100", fee="2", tax="3")))
    (closing,) = book.closings
    assert closing.gain_gross == 50
    assert closing.gain_net == Decimal("44.25")
    assert book.open_lots()[0].basis == Basis(Decimal(50), Decimal("0.5"), Decimal("0.25"), Decimal(50))


def test_a_sale_names_its_lots() -> None:
    second = TWO_LOTS[1].id
    chosen = (LotChoice(second, Decimal(4)), LotChoice(TWO_LOTS[0].id, Decimal(1)))
    book = booked(a_story(*TWO_LOTS, sell("2024-03-01", "ABC", "5", "150", lots=chosen)))
    assert costs(book) == [("01-01", "9", "90"), ("02-01", "6", "180")]
    assert gains(book) == [20]


def test_what_named_lots_no_longer_hold_is_taken_by_the_method() -> None:
    story = a_story(
        *TWO_LOTS,
        sell("2024-02-15", "ABC", "8", "240", lots=(LotChoice(TWO_LOTS[1].id, Decimal(8)),)),
        sell("2024-03-01", "ABC", "5", "150", lots=(LotChoice(TWO_LOTS[1].id, Decimal(5)),)),
    )
    assert costs(booked(story)) == [("01-01", "7", "70")]


def test_a_named_lot_is_not_taken_twice() -> None:
    chosen = (LotChoice(TWO_LOTS[1].id, Decimal(10)),)
    book = booked(a_story(*TWO_LOTS, sell("2024-03-01", "ABC", "15", "450", lots=chosen)), CostMethod.LIFO)
    assert costs(book) == [("01-01", "5", "50")]


def test_lots_of_unknown_cost_are_sold_last_by_the_highest_cost() -> None:
    arrived = happened(Kind.TRANSFER_IN, "2023-01-01", "ABC", "5")
    book = booked(a_story(arrived, *TWO_LOTS, sell("2024-03-01", "ABC", "22", "660")), CostMethod.HIFO)
    assert gains(book) == [None]
    (left,) = book.open_lots()
    assert left.acquired == day("2023-01-01")
    assert left.quantity == 3


def test_selling_more_than_is_held_opens_a_short_and_buying_closes_it() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "10", "100"),
        sell("2024-02-01", "ABC", "15", "300", fee="3"),
        buy("2024-03-01", "ABC", "20", "200"),
    )
    book = booked(story)
    assert gains(book) == [100, 50]
    assert [one.fee for one in book.closings] == [2, 0]
    assert costs(book) == [("03-01", "15", "150")]


def test_on_one_day_units_come_in_before_they_go_out() -> None:
    story = a_story(
        sell("2024-01-01T09:00", "ABC", "5", "60"),
        buy("2024-01-01T17:00", "ABC", "5", "50"),
    )
    assert gains(booked(story)) == [10]


def test_lots_move_with_their_day_and_cost_and_queue_by_it() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "10", "100", fee="1"),
        buy("2024-02-01", "ABC", "10", "300", portfolio=2),
        *moved("2024-03-01", "ABC", "6", 1, 2),
        sell("2024-04-01", "ABC", "7", "140", portfolio=2),
        portfolios=(1, 2),
    )
    book = booked(story)
    assert gains(book) == [50]
    assert costs(book) == [("01-01", "4", "40"), ("02-01", "9", "270")]
    assert [lot.portfolio_id for lot in book.open_lots()] == [1, 2]


def test_over_all_portfolios_a_move_changes_nothing() -> None:
    bought = buy("2024-01-01", "ABC", "10", "100")
    story = a_story(bought, *moved("2024-03-01", "ABC", "6", 1, 2), portfolios=(1, 2))
    book = booked(story, scope=LotScope.ALL)
    assert costs(book) == [("01-01", "10", "100")]
    assert book.units[1, "ABC"] == 4
    assert book.units[2, "ABC"] == 6


def test_moving_more_than_is_there_leaves_a_cost_that_nobody_knows() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "2", "20"), *moved("2024-03-01", "ABC", "5", 1, 2), portfolios=(1, 2)
    )
    lots = booked(story).open_lots()
    assert [(lot.portfolio_id, plain(lot.quantity), known(lot.basis.gross)) for lot in lots] == [
        (1, "-3", None),
        (2, "2", Decimal(20)),
        (2, "3", None),
    ]


def test_what_moves_into_a_short_closes_it_at_its_cost() -> None:
    story = a_story(
        sell("2024-01-01", "ABC", "4", "60", portfolio=2),
        buy("2024-01-02", "ABC", "10", "100"),
        *moved("2024-03-01", "ABC", "6", 1, 2),
        portfolios=(1, 2),
    )
    book = booked(story)
    assert gains(book) == [20]
    assert [(lot.portfolio_id, plain(lot.quantity)) for lot in book.open_lots()] == [(1, "4"), (2, "2")]


def test_apart_a_move_is_a_sale_and_a_purchase() -> None:
    bought = buy("2024-01-01", "ABC", "10", "100")
    story = a_story(bought, *moved("2024-03-01", "ABC", "6", 1, 2), prices={"ABC": {"2024-03-01": "25"}})
    teller = Teller(story.market, "USD", Fx.RECORDED_RATE, END, moves_valued=True)
    book = LotBook(teller, carry=False)
    apply(book, teller.told(story.transactions), ())
    assert gains(book) == [90]
    assert costs(book) == [("01-01", "4", "40"), ("03-01", "6", "150")]


def test_reinvested_and_in_kind_dividends_bring_lots() -> None:
    story = a_story(
        happened(Kind.DIVIDEND_REINVESTED, "2024-01-01", "ABC", "2", "30", tax="5"),
        happened(Kind.DIVIDEND_IN_KIND, "2024-02-01", "ABC", "1", "14", tax="2"),
    )
    assert costs(booked(story)) == [("01-01", "2", "25"), ("02-01", "1", "14")]


def test_restating_gives_lots_their_market_value() -> None:
    book = booked(a_story(*TWO_LOTS, sell("2024-03-01", "ABC", "12", "360")))
    book.restate(END, lambda _, units: units * 7)
    assert costs(book) == [("02-01", "8", "56")]
    assert book.closings == []


def test_nothing_spreads_over_nothing() -> None:
    assert spread([], Basis()) == resized([], ZERO, "split 1") == []


SALES = st.lists(st.tuples(numbers(positive=True), numbers(positive=True)), min_size=1, max_size=6)


@given(SALES, st.lists(st.integers(1, 99), max_size=5), st.sampled_from(list(CostMethod)))
def test_c4_no_digit_of_a_cost_is_lost(
    bought: list[tuple[Decimal, Decimal]], shares: list[int], cost: CostMethod
) -> None:
    ledger: list[Transaction] = [
        buy(f"2024-01-{place + 1:02}", "ABC", f"{units:f}", f"{gross:f}")
        for place, (units, gross) in enumerate(bought)
    ]
    held = total(units for units, _ in bought)
    for place, percent in enumerate(shares):
        part = divided(multiply(held, Decimal(percent)), Decimal(100))
        if part and part < held:
            ledger.append(sell(f"2024-02-{place + 1:02}", "ABC", f"{part:f}", "1"))
            held = subtract(held, part)
    book = booked(a_story(*ledger), cost)
    left, gone = book.open_lots(), [piece for one in book.closings for piece in one.pieces]
    assert total(lot.quantity for lot in left) == book.units[1, "ABC"]
    assert total(lot.basis.gross for lot in [*left, *gone]) == total(gross for _, gross in bought)
