"""The statement of a period: it adds up, line by line, whatever happened."""

from decimal import Decimal
from typing import Any

import pytest

from steward.domain.closes import Fill
from steward.domain.corporate_actions import ActionKind
from steward.domain.money import known
from steward.domain.records import Gap
from steward.domain.scopes import Crossing, Level, Scope, charge_of
from steward.domain.statements import Lines, Period, Statement
from steward.domain.story import Method, Story
from steward.domain.transactions import Kind
from tests.ledgers import a_story, action, buy, day, happened, moved, sell

PRICES = {"ABC": {"2024-01-01": "10", "2024-06-30": "14"}, "NEW": {"2024-06-30": "3"}}


def told(
    story: Story, scope: Scope | None = None, start: str = "2024-01-01", end: str = "2024-07-01"
) -> Statement:
    period = Period.of(story, start=day(start), end=day(end), currency="USD", method=Method())
    return period.statement(scope or Scope())


def lines(story: Story, scope: Scope | None = None) -> dict[str, str]:
    found = told(story, scope).lines
    assert found.residual == 0
    return {
        name: f"{getattr(found, name).normalize():f}"
        for name in Lines.__dataclass_fields__
        if getattr(found, name)
    }


def test_a_period_adds_up() -> None:
    story = a_story(
        happened(Kind.DEPOSIT, "2024-01-01", gross="1000"),
        buy("2024-01-01", "ABC", "10", "90"),
        buy("2024-02-01", "ABC", "10", "110", fee="1"),
        sell("2024-03-01", "ABC", "5", "60", fee="2", tax="3"),
        happened(Kind.DIVIDEND, "2024-03-02", "ABC", gross="8", tax="2"),
        happened(Kind.INTEREST, "2024-03-03", gross="5", tax="1"),
        happened(Kind.INTEREST_CHARGED, "2024-03-04", gross="2"),
        happened(Kind.FEE, "2024-03-05", gross="4"),
        happened(Kind.FEE_REFUND, "2024-03-06", gross="1"),
        happened(Kind.TAX_REFUND, "2024-03-07", gross="2"),
        happened(Kind.WITHDRAWAL, "2024-04-01", gross="100", fee="1"),
        happened(Kind.DEPOSIT, "2024-04-02", gross="50", fee="1"),
        prices=PRICES,
    )
    assert lines(story) == {
        "opening_value": "1010",
        "contributions": "50",
        "withdrawals": "100",
        "realized_gains": "10",
        "unrealized_gains": "50",
        "dividends": "8",
        "interest": "3",
        "fees": "8",
        "taxes": "4",
        "closing_value": "1019",
    }
    assert lines(story, Scope(Level.SYMBOL, "ABC")) == {
        "opening_value": "100",
        "contributions": "111",
        "withdrawals": "61",
        "realized_gains": "10",
        "unrealized_gains": "50",
        "dividends": "8",
        "fees": "3",
        "taxes": "5",
        "closing_value": "210",
    }
    assert lines(story, Scope(Level.SECURITIES)) == lines(story, Scope(Level.SYMBOL, "ABC"))


def test_currency_gains_are_those_of_balances() -> None:
    story = a_story(
        happened(Kind.DEPOSIT, "2024-01-01", gross="100", currency="EUR"),
        happened(Kind.DEPOSIT, "2024-02-01", gross="100", currency="EUR"),
        rates={"EURUSD": {"2024-01-01": "1.1", "2024-02-01": "1.2", "2024-07-01": "1.3"}},
    )
    assert lines(story) == {
        "opening_value": "110",
        "contributions": "120",
        "currency_gains": "30",
        "closing_value": "260",
    }


def test_what_an_action_pays_is_in_the_statement() -> None:
    bought = buy("2024-01-01", "ABC", "10", "90")
    merged = action(ActionKind.MERGER, "2024-05-01", "ABC", cash_per_unit="15", currency="USD")
    story = a_story(bought, actions=(merged,), prices=PRICES)
    assert lines(story) == {"opening_value": "10", "realized_gains": "50", "closing_value": "60"}
    assert lines(story, Scope(Level.SYMBOL, "ABC")) == {
        "opening_value": "100",
        "withdrawals": "150",
        "realized_gains": "50",
    }


def test_cost_that_an_action_passes_on_crosses_the_border_of_a_symbol() -> None:
    bought = buy("2024-01-01", "ABC", "10", "90")
    spun = action(ActionKind.SPIN_OFF, "2024-05-01", "ABC", into="NEW", new="1", old="1", basis_share="0.2")
    story = a_story(bought, actions=(spun,), prices=PRICES)
    assert lines(story, Scope(Level.SYMBOL, "ABC")) == {
        "opening_value": "100",
        "withdrawals": "20",
        "unrealized_gains": "60",
        "closing_value": "140",
    }
    assert lines(story, Scope(Level.SYMBOL, "NEW")) == {
        "contributions": "20",
        "unrealized_gains": "10",
        "closing_value": "30",
    }
    assert lines(story, Scope(Level.SECURITIES))["closing_value"] == "170"
    period = Period.of(story, start=day("2024-01-01"), end=day("2024-07-01"), currency="USD", method=Method())
    assert period.symbols() == ["ABC", "NEW"]


def test_moves_between_portfolios_count_apart_and_vanish_together() -> None:
    bought = buy("2024-01-01", "ABC", "10", "90")
    there = moved("2024-06-30", "ABC", "4", 1, 2)
    apart = a_story(bought, *there, prices=PRICES)
    assert lines(apart) == {
        "opening_value": "10",
        "withdrawals": "56",
        "realized_gains": "16",
        "unrealized_gains": "24",
        "closing_value": "-6",
    }
    together = a_story(bought, *there, prices=PRICES, portfolios=(1, 2))
    assert lines(together) == {"opening_value": "10", "unrealized_gains": "40", "closing_value": "50"}


def test_units_that_arrive_without_a_cost_count_with_their_value_of_the_day() -> None:
    arrived = happened(Kind.TRANSFER_IN, "2024-01-02", "ABC", "10")
    assert lines(a_story(arrived, prices=PRICES)) == {
        "contributions": "100",
        "unrealized_gains": "40",
        "closing_value": "140",
    }


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        (Scope(), [Gap("price", "ABC", day("2024-07-20"))]),
        (Scope(Level.SYMBOL, "ABC"), [Gap("price", "ABC", day("2024-07-20"))]),
        (Scope(Level.SYMBOL, "NEW"), []),
    ],
)
def test_c7_what_is_missing_makes_the_statement_unknown(scope: Scope, named: list[Gap]) -> None:
    story = a_story(buy("2024-01-01", "ABC", "10", "90"), prices=PRICES)
    statement = told(story, scope, end="2024-07-20")
    assert known(statement.lines.closing_value) == (None if named else 0)
    assert known(statement.lines.residual) == (None if named else 0)
    assert list(statement.gaps) == named


def test_c7_a_missing_rate_makes_it_unknown_too() -> None:
    story = a_story(
        happened(Kind.DEPOSIT, "2024-01-01", gross="100", currency="EUR"),
        buy("2024-02-01", "ABC", "1", "10", currency="EUR"),
        rates={"EURUSD": {"2024-01-01": "1.1"}},
        prices=PRICES,
        currencies={"ABC": "EUR"},
    )
    statement = told(story)
    assert known(statement.lines.currency_gains) is None
    assert known(statement.lines.closing_value) is None
    assert Gap("rate", "EURUSD", day("2024-07-01")) in statement.gaps
    filled = a_story(
        *story.transactions, rates={"EURUSD": {"2024-01-01": "1.1"}}, fill=Fill.NEAREST, prices=PRICES
    )
    assert told(filled).lines.residual == 0


def test_lines_add_up() -> None:
    story = a_story(happened(Kind.DEPOSIT, "2024-02-01", gross="7"))
    one = told(story).lines
    assert (one + one).contributions == 14
    assert (one + one).residual == 0


CHARGED = {"fee": "2", "tax": "1"}


@pytest.mark.parametrize(
    ("kind", "whole", "before_taxes", "before_both"),
    [
        (Kind.BUY, ("103", "0"), ("102", "0"), ("100", "0")),
        (Kind.SELL, ("0", "97"), ("0", "98"), ("0", "100")),
        (Kind.DIVIDEND, ("0", "97"), ("0", "98"), ("0", "100")),
        (Kind.DIVIDEND_REINVESTED, ("0", "0"), ("0", "1"), ("0", "3")),
        (Kind.DIVIDEND_IN_KIND, ("3", "0"), ("2", "0"), ("0", "0")),
        (Kind.FEE, ("100", "0"), ("100", "0"), ("0", "0")),
        (Kind.TAX, ("100", "0"), ("0", "0"), ("0", "0")),
        (Kind.TAX_REFUND, ("0", "100"), ("0", "0"), ("0", "0")),
        (Kind.DEPOSIT, ("0", "0"), ("0", "0"), ("0", "0")),
    ],
)
def test_what_crosses_the_border_of_an_instrument(
    kind: Kind, whole: tuple[str, str], before_taxes: tuple[str, str], before_both: tuple[str, str]
) -> None:
    charged: dict[str, Any] = {} if kind in (Kind.FEE, Kind.TAX, Kind.TAX_REFUND) else CHARGED
    record = told(a_story(happened(kind, "2024-02-01", "ABC", "1", "100", **charged), prices=PRICES)).records[
        0
    ]
    scope = Scope(Level.SYMBOL, "ABC")
    for crossing, wanted in (
        (Crossing(scope), whole),
        (Crossing(scope, taxes=False), before_taxes),
        (Crossing(scope, fees=False, taxes=False), before_both),
    ):
        assert [f"{amount:f}" for amount in crossing.of(record)] == list(wanted)


def test_before_charges_they_count_as_if_they_were_still_there() -> None:
    fee = happened(Kind.FEE, "2024-02-01", gross="5")
    refund = happened(Kind.TAX_REFUND, "2024-02-01", gross="4")
    records = told(a_story(fee, refund)).records
    before = Crossing(Scope(), fees=False, taxes=False)
    assert [list(before.of(one)) for one in records] == [[0, 5], [4, 0]]
    assert [charge_of(one) for one in records] == [0, -4]
    assert Crossing(Scope(), taxes=False).of(records[0]) == (Decimal(0), Decimal(0))


def test_before_charges_that_no_rate_converts_the_return_is_unknown() -> None:
    tax = happened(Kind.TAX, "2024-02-01", gross="5", currency="CHF")
    (record,) = told(a_story(tax)).records
    came, went = Crossing(Scope(), taxes=False).of(record)
    assert not came
    assert went.is_nan()
