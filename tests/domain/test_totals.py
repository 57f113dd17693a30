"""Totals of a report."""

from decimal import Decimal

from steward.domain.holdings import report
from steward.domain.story import Method
from steward.domain.totals import totals
from steward.domain.transactions import Kind, Transaction
from tests.ledgers import a_story, buy, day, happened, moved

ON = "2024-01-05"
PRICES = {"ABC": {ON: "3"}, "DEF": {ON: "7"}}


def told(*transactions: Transaction, portfolios: tuple[int, ...] = (1,)) -> dict[str, Decimal]:
    story = a_story(*transactions, prices=PRICES, portfolios=portfolios)
    made = report(story, at=day(ON), currency="USD", method=Method())
    return totals(made, together=len(portfolios) > 1)


def test_every_instrument_record_and_balance_is_in_the_totals() -> None:
    found = told(
        happened(Kind.DEPOSIT, ON, gross="100", fee="1"),
        happened(Kind.WITHDRAWAL, ON, gross="10"),
        buy(ON, "ABC", "10", "20", fee="2", tax="1"),
        buy(ON, "DEF", "1", "5"),
        happened(Kind.DIVIDEND, ON, "ABC", gross="4", tax="1"),
        happened(Kind.INTEREST, ON, gross="3", tax="1"),
        happened(Kind.INTEREST_CHARGED, ON, gross="2"),
        happened(Kind.FEE, ON, gross="5"),
    )
    assert {name: int(value) for name, value in found.items()} == {
        "market_value": 37, "cash": 59, "net_worth": 96, "day_change": 0, "cost_basis": 28,
        "unrealized_gain_gross": 12,
        "unrealized_gain_net": 9, "realized_gain_gross": 0, "realized_gain_net": 0, "gain_gross": 12,
        "gain_net": 9, "fees": 8, "taxes": 3, "dividends_gross": 4, "dividends_net": 3, "interest_net": 0,
        "net_contributions": 90,
    }  # fmt: skip


def test_a_move_is_a_contribution_of_one_portfolio_but_not_of_both() -> None:
    ledger = [buy(ON, "ABC", "10", "20"), *moved(ON, "ABC", "10", 1, 2)]
    assert told(*ledger)["net_contributions"] == -30
    assert told(*ledger, portfolios=(1, 2))["net_contributions"] == 0


def test_a_part_that_nobody_knows_makes_the_sum_unknown() -> None:
    found = told(buy(ON, "ABC", "10", "20"), buy(ON, "XYZ", "1", "5"))
    assert found["unrealized_gain_net"].is_nan()
    assert [int(found[name]) for name in ("cost_basis", "market_value", "realized_gain_net")] == [25, 30, 0]
