"""Lots through corporate actions: where units, costs and cash go."""

from decimal import Decimal

import pytest

from steward.domain.corporate_actions import ActionKind
from steward.domain.explain_lots import TracedBook, units_of
from steward.domain.lot_book import LotScope
from steward.domain.money import known, plain, total
from steward.domain.portfolios import CostMethod
from steward.domain.transactions import Kind, Transaction
from tests.domain.lot_books import TWO_LOTS, booked, costs, gains
from tests.ledgers import a_story, action, buy, happened, sell


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


IN_LIEU = {"cash_in_lieu_price": "8", "currency": "USD"}


@pytest.mark.parametrize("method", CostMethod)
@pytest.mark.parametrize(
    ("there", "left", "gained"),
    [
        (buy("2024-01-01", "NEW", "10", "100"), 11, [-46]),
        (sell("2024-01-01", "NEW", "10", "1000"), -9, [-46, 0]),
    ],
)
def test_a_fraction_is_paid_out_of_what_comes_whatever_is_held_of_it(
    method: CostMethod, there: Transaction, left: int, gained: list[int]
) -> None:
    spun = action(
        ActionKind.SPIN_OFF, "2024-03-01", "ABC", into="NEW", new="1", old="2", basis_share="0.5", **IN_LIEU
    )
    book = booked(a_story(there, buy("2024-02-01", "ABC", "3", "300"), actions=(spun,)), method)
    assert total(lot.quantity for lot in book.open_lots("NEW")) == book.units[1, "NEW"] == left
    assert gains(book) == gained


@pytest.mark.parametrize("method", CostMethod)
@pytest.mark.parametrize("into", [None, "NEW"])
@pytest.mark.parametrize(
    ("old", "held"),
    [
        ("2", (4, -3)),
        ("3", (3, -2)),
        ("3", (3, -2, -2)),
        ("2", (2, -1, -1)),
        ("2", (-4, 3)),
        ("2", (3, -1)),
    ],
    ids=["of the other side", "more than there is", "more than is short", "of nothing", "long", "as ever"],
)
def test_fractions_that_outweigh_the_lots_that_portfolios_share_are_bought(
    method: CostMethod, into: str | None, old: str, held: tuple[int, ...]
) -> None:
    kind = ActionKind.MERGER if into else ActionKind.SPLIT
    parts = {"into": into} if into else {}
    cut = action(kind, "2024-03-01", "ABC", new="1", old=old, **parts, **IN_LIEU)
    bought = [
        (buy if units > 0 else sell)(
            "2024-01-01", "ABC", str(abs(units)), str(abs(units) * 10), portfolio=one
        )
        for one, units in enumerate(held, 1)
    ]
    story = a_story(*bought, actions=(cut,))
    book = booked(story, method, LotScope.ALL)
    lots = book.open_lots(into or "ABC")
    traced = booked(story, method, LotScope.ALL, books=TracedBook).open_lots(into or "ABC")
    assert [units_of(lot).value for lot in traced] == [lot.quantity for lot in lots]
    assert total(lot.quantity for lot in lots) == total(book.units.values())
    # No digit is lost: what was paid and not closed is the cost of what is left.
    spent = 10 * sum(held) - total(one.value for one in book.payments)
    realized = total(one.gain_gross for one in book.closings)
    assert total(lot.basis.gross for lot in lots) == spent + realized


@pytest.mark.parametrize("method", CostMethod)
@pytest.mark.parametrize("second", [ActionKind.RIGHTS, ActionKind.MERGER])
def test_a_purchase_in_two_parts_has_the_gains_of_the_whole(method: CostMethod, second: ActionKind) -> None:
    """Lots of one moment that came to NEW by two actions have two costs: those that came first go first."""
    share = {"basis_share": "0.4"} if second is ActionKind.RIGHTS else {}
    actions = (
        action(ActionKind.SPIN_OFF, "2024-02-01", "ABC", into="NEW", new="1", basis_share="0.25"),
        action(second, "2024-03-01", "ABC", into="NEW", new="1", **share),
    )
    sold = sell("2024-04-01", "NEW", "12", "600")
    whole = booked(a_story(buy("2024-01-01", "ABC", "12", "480"), sold, actions=actions), method)
    parts = (buy("2024-01-01", "ABC", "4", "160"), buy("2024-01-01", "ABC", "8", "320"))
    assert gains(booked(a_story(*parts, sold, actions=actions), method)) == gains(whole)


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
