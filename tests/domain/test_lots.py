"""Lots by every method, through transfers and corporate actions (C4: no digit of a cost is lost)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.corporate_actions import ActionKind
from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lot_fold import apply
from steward.domain.lots import Basis, Cost, resized, spread
from steward.domain.money import ZERO, divided, known, multiply, plain, subtract, total
from steward.domain.records import Fx, Teller
from steward.domain.story import Story
from steward.domain.transactions import Kind, LotChoice, Transaction
from tests.factories import numbers
from tests.ledgers import a_story, action, buy, day, happened, moved, sell

END = day("2024-12-31")
TWO_LOTS = (buy("2024-01-01", "ABC", "10", "100", fee="1", tax="0.5"), buy("2024-02-01", "ABC", "10", "300"))


def booked(
    story: Story, cost: Cost = Cost.FIFO, scope: LotScope = LotScope.PORTFOLIO, **more: Any
) -> LotBook:
    teller = Teller(story.market, "USD", Fx.RECORDED_RATE, END)
    book = LotBook(teller, cost, scope, **more)
    apply(book, teller.told(story.transactions), story.actions)
    return book


def costs(book: LotBook, symbol: str = "ABC") -> list[tuple[str, str, str]]:
    return [
        (str(lot.acquired)[5:], plain(lot.quantity), plain(lot.basis.gross)) for lot in book.open_lots(symbol)
    ]


def gains(book: LotBook) -> list[Decimal | None]:
    return [known(one.gain_gross) for one in book.closings]


@pytest.mark.parametrize(
    ("cost", "gain", "left"),
    [
        (Cost.FIFO, 200, [("02-01", "8", "240")]),
        (Cost.LIFO, 40, [("01-01", "8", "80")]),
        (Cost.HIFO, 40, [("01-01", "8", "80")]),
        (Cost.AVERAGE, 120, [("02-01", "8", "160")]),
    ],
)
def test_each_method_takes_its_own_units_first(
    cost: Cost, gain: int, left: list[tuple[str, str, str]]
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


def test_lots_of_unknown_cost_are_sold_last_by_the_highest_cost() -> None:
    arrived = happened(Kind.TRANSFER_IN, "2023-01-01", "ABC", "5")
    book = booked(a_story(arrived, *TWO_LOTS, sell("2024-03-01", "ABC", "22", "660")), Cost.HIFO)
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


def test_a_split_keeps_cost_and_days() -> None:
    split = action(ActionKind.SPLIT, "2024-03-01", "ABC", new="3", old="2")
    book = booked(a_story(*TWO_LOTS, actions=(split,)))
    assert costs(book) == [("01-01", "15", "100"), ("02-01", "15", "300")]


def test_a_reverse_split_pays_the_fraction() -> None:
    split = action(
        ActionKind.SPLIT, "2024-03-01", "ABC", new="1", old="3", cash_in_lieu_price="33", currency="USD"
    )
    book = booked(a_story(*TWO_LOTS, actions=(split,)))
    third = Decimal("0.666666666666666667")
    assert total(lot.quantity for lot in book.open_lots()) == 6 == book.units[1, "ABC"]
    (closing,) = book.closings
    assert (closing.quantity, closing.proceeds) == (third, Decimal("22.000000000000000011"))
    assert [one.amount for one in book.payments] == [closing.proceeds]
    assert total(lot.basis.gross for lot in book.open_lots()) + closing.relieved.gross == 400


def test_a_stock_dividend_adds_units() -> None:
    more = action(ActionKind.STOCK_DIVIDEND, "2024-03-01", "ABC", new="1", old="10")
    assert costs(booked(a_story(*TWO_LOTS, actions=(more,)))) == [
        ("01-01", "11", "100"),
        ("02-01", "11", "300"),
    ]


@pytest.mark.parametrize("scope", LotScope)
def test_a_spin_off_passes_its_share_of_the_cost_on(scope: LotScope) -> None:
    spun = action(ActionKind.SPIN_OFF, "2024-03-01", "ABC", into="NEW", new="1", old="5", basis_share="0.3")
    book = booked(a_story(*TWO_LOTS, actions=(spun,)), scope=scope)
    assert costs(book) == [("01-01", "10", "70"), ("02-01", "10", "210")]
    assert costs(book, "NEW") == [("01-01", "2", "30"), ("02-01", "2", "90")]
    (passing,) = book.passings
    assert (passing.into, plain(passing.units), plain(passing.basis.gross)) == ("NEW", "4", "120")


def test_rights_take_no_cost_unless_it_is_said() -> None:
    given_out = action(ActionKind.RIGHTS, "2024-03-01", "ABC", into="ABC.R", new="1", old="1")
    assert costs(booked(a_story(TWO_LOTS[0], actions=(given_out,))), "ABC.R") == [("01-01", "10", "0")]


def test_a_merger_for_stock_moves_the_lots() -> None:
    merged = action(ActionKind.MERGER, "2024-03-01", "ABC", into="BIG", new="1", old="2")
    book = booked(a_story(*TWO_LOTS, actions=(merged,)))
    assert costs(book) == []
    assert costs(book, "BIG") == [("01-01", "5", "100"), ("02-01", "5", "300")]
    assert book.closings == []


def test_a_merger_for_cash_closes_the_lots() -> None:
    merged = action(ActionKind.MERGER, "2024-03-01", "ABC", cash_per_unit="30", currency="USD")
    book = booked(a_story(*TWO_LOTS, actions=(merged,)))
    assert gains(book) == [200]
    assert [one.amount for one in book.payments] == [600]
    assert book.open_lots() == []


def test_a_merger_for_both_parts_the_cost_and_pays_fractions() -> None:
    merged = action(
        ActionKind.MERGER,
        "2024-03-01",
        "ABC",
        into="BIG",
        new="1",
        old="3",
        basis_share="0.5",
        cash_per_unit="12",
        cash_in_lieu_price="60",
        currency="USD",
    )
    book = booked(a_story(*TWO_LOTS, actions=(merged,)))
    assert total(lot.quantity for lot in book.open_lots("BIG")) == 6
    kept = total(lot.basis.gross for lot in book.open_lots("BIG"))
    assert kept + total(one.relieved.gross for one in book.closings) == 400
    assert [one.proceeds for one in book.closings] == [240, Decimal("40.00000000000000002")]
    assert [(one.symbol, one.amount) for one in book.payments] == [
        ("ABC", 240),
        ("BIG", Decimal("40.00000000000000002")),
    ]


def test_a_return_of_capital_lowers_the_cost_and_gains_beyond_it() -> None:
    back = action(ActionKind.RETURN_OF_CAPITAL, "2024-03-01", "ABC", cash_per_unit="12", currency="USD")
    book = booked(a_story(*TWO_LOTS, actions=(back,)))
    assert costs(book) == [("01-01", "10", "0"), ("02-01", "10", "180")]
    assert gains(book) == [20]
    arrived = happened(Kind.TRANSFER_IN, "2024-01-01", "ABC", "5")
    assert gains(booked(a_story(arrived, actions=(back,)))) == [None]


def test_a_new_symbol_takes_everything_over() -> None:
    renamed = action(ActionKind.SYMBOL_CHANGE, "2024-03-01", "ABC", into="XYZ")
    book = booked(a_story(*TWO_LOTS, actions=(renamed,)))
    assert costs(book, "XYZ") == [("01-01", "10", "100"), ("02-01", "10", "300")]
    assert book.units[1, "XYZ"] == 20


def test_a_delisting_closes_at_what_it_pays() -> None:
    gone = action(ActionKind.DELISTING, "2024-03-01", "ABC", cash_per_unit="0", currency="USD")
    book = booked(a_story(*TWO_LOTS, actions=(gone,)))
    assert gains(book) == [-400]
    assert book.payments == []


def test_an_action_reaches_every_portfolio_that_holds_and_no_other() -> None:
    split = action(ActionKind.SPLIT, "2024-03-01", "ABC", new="2")
    other = buy("2024-01-01", "ABC", "3", "30", portfolio=2)
    late = buy("2024-04-01", "ABC", "1", "10", portfolio=3)
    book = booked(a_story(TWO_LOTS[0], other, late, actions=(split,), portfolios=(1, 2, 3)))
    assert [book.units[one, "ABC"] for one in (1, 2, 3)] == [20, 6, 1]


def test_a_spin_off_from_a_short_closes_against_what_is_held_of_the_other() -> None:
    spun = action(ActionKind.SPIN_OFF, "2024-03-01", "ABC", into="NEW", new="1", old="1", basis_share="0.5")
    story = a_story(
        sell("2024-01-01", "ABC", "4", "40"), buy("2024-01-01", "NEW", "6", "90"), actions=(spun,)
    )
    book = booked(story)
    (closing,) = book.closings
    assert (closing.symbol, plain(closing.quantity), plain(closing.gain_gross)) == ("NEW", "4", "-40")
    assert costs(book, "NEW") == [("01-01", "2", "30")]


def test_costs_follow_the_currency_of_the_new_symbol() -> None:
    renamed = action(ActionKind.SYMBOL_CHANGE, "2024-03-01", "ABC", into="XYZ")
    currencies = {"ABC": "EUR", "XYZ": "GBP"}
    bought = buy("2024-01-01", "ABC", "10", "100", currency="EUR")
    rates = {"EURUSD": {"2024-01-01": "1.1"}, "EURGBP": {"2024-03-01": "0.8"}}
    story = a_story(bought, actions=(renamed,), currencies=currencies, rates=rates)
    (lot,) = booked(story).open_lots()
    assert [lot.basis.gross, lot.basis.local] == [110, 80]
    unrated = a_story(bought, actions=(renamed,), currencies=currencies, rates={"EURUSD": rates["EURUSD"]})
    (lot,) = booked(unrated).open_lots()
    assert known(lot.basis.local) is None
    home = a_story(bought, actions=(renamed,), currencies={"ABC": "EUR", "XYZ": "USD"}, rates=rates)
    assert booked(home).open_lots()[0].basis.local == 110


def test_cash_of_an_action_is_told_in_both_currencies() -> None:
    bought = buy("2024-01-01", "ABC", "10", "100", currency="EUR")
    merged = action(ActionKind.MERGER, "2024-03-01", "ABC", cash_per_unit="10", currency="GBP")
    rates = {
        "EURUSD": {"2024-01-01": "1.1"},
        "GBPUSD": {"2024-03-01": "1.25"},
        "GBPEUR": {"2024-03-01": "1.2"},
    }
    (closing,) = booked(a_story(bought, actions=(merged,), currencies={"ABC": "EUR"}, rates=rates)).closings
    assert [closing.proceeds, closing.local] == [125, 120]
    rates.pop("GBPEUR")
    (closing,) = booked(a_story(bought, actions=(merged,), currencies={"ABC": "EUR"}, rates=rates)).closings
    assert known(closing.local) is None
    inside = action(ActionKind.MERGER, "2024-03-01", "ABC", cash_per_unit="10", currency="EUR")
    (closing,) = booked(
        a_story(bought, actions=(inside,), currencies={"ABC": "EUR"}, rates={"EURUSD": {"2024-03-01": "1.2"}})
    ).closings
    assert [closing.proceeds, closing.local] == [120, 100]


def test_restating_gives_lots_their_market_value() -> None:
    book = booked(a_story(*TWO_LOTS, sell("2024-03-01", "ABC", "12", "360")))
    book.restate(END, lambda _, units: units * 7)
    assert costs(book) == [("02-01", "8", "56")]
    assert book.closings == []


def test_nothing_spreads_over_nothing() -> None:
    assert spread([], Basis()) == resized([], ZERO) == []


SALES = st.lists(st.tuples(numbers(positive=True), numbers(positive=True)), min_size=1, max_size=6)


@given(SALES, st.lists(st.integers(1, 99), max_size=5), st.sampled_from(list(Cost)))
def test_c4_no_digit_of_a_cost_is_lost(
    bought: list[tuple[Decimal, Decimal]], shares: list[int], cost: Cost
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
