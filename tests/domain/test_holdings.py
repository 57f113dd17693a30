"""Holdings and trades of small ledgers, beside the golden cases."""

from decimal import Decimal

import pytest

from steward.domain.appraisal import appraise
from steward.domain.corporate_actions import ActionKind
from steward.domain.holdings import Report, report
from steward.domain.lot_book import LotScope
from steward.domain.money import known, total
from steward.domain.portfolios import CostMethod
from steward.domain.records import Gap
from steward.domain.story import Method, Opening, Story
from steward.domain.trades import trades_of
from steward.domain.transactions import Kind
from tests.ledgers import a_story, action, buy, day, happened, moved, sell

PRICES = {"ABC": {"2024-01-01": "10", "2024-06-30": "14"}, "NEW": {"2024-05-01": "3", "2024-06-30": "4"}}


def told(story: Story, at: str = "2024-07-01", since: str | None = None, **method: object) -> Report:
    return report(
        story,
        at=day(at),
        since=None if since is None else day(since),
        currency="USD",
        method=Method(**method),  # type: ignore[arg-type]  # its own fields
    )


def test_c7_an_unpriced_holding_has_a_cost_and_no_value() -> None:
    found = told(a_story(buy("2024-01-01", "XYZ", "10", "90")))
    one = found.by_symbol["XYZ"]
    assert one.cost_basis == 90
    assert one.average_cost == 9
    assert known(one.market_value) is None
    assert known(one.unrealized_gain_gross) is None
    assert found.appraisal.coverage == 0.5
    assert found.appraisal.market_value == 0
    assert found.gaps == (Gap("price", "XYZ", day("2024-07-01")),)


def test_nothing_is_covered_by_nothing() -> None:
    empty = appraise({}, {}, market=a_story().market, currency="USD", on=day("2024-01-01"))
    assert empty.coverage is None
    assert empty.net_worth == 0


def test_c7_what_has_no_rate_is_not_in_the_total() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "10", "90", currency="EUR"), prices=PRICES, currencies={"ABC": "EUR"}
    )
    found = told(story).appraisal
    assert (found.market_value, found.coverage) == (Decimal(0), 0.0)
    assert {gap.subject for gap in found.gaps} == {"EURUSD"}


def test_a_day_changes_a_value_by_the_price_before() -> None:
    prices = {"ABC": {"2024-06-28": "10", "2024-06-30": "12"}, "NEW": {"2024-06-30": "4"}}
    ledger = (
        buy("2024-01-01", "ABC", "10", "90"),
        buy("2024-01-01", "NEW", "1", "4"),
        buy("2024-01-01", "XYZ", "1", "4"),
        buy("2024-01-01", "OLD", "1", "4"),
        sell("2024-01-02", "OLD", "1", "4"),
    )
    found = told(a_story(*ledger, prices=prices), at="2024-06-30").by_symbol
    assert found["ABC"].day_change == 20
    assert [known(found[name].day_change) for name in ("NEW", "XYZ", "OLD")] == [None, None, 0]
    split = action(ActionKind.SPLIT, "2024-06-29", "ABC", new="2")
    halved = told(a_story(*ledger, actions=(split,), prices=prices), at="2024-06-30").by_symbol["ABC"]
    assert halved.day_change == 140


def test_a_period_counts_what_happened_in_it() -> None:
    ledger = (
        buy("2024-01-01", "ABC", "10", "90", fee="1"),
        sell("2024-01-01", "ABC", "2", "20"),
        sell("2024-06-30", "ABC", "4", "56", fee="2"),
        happened(Kind.DIVIDEND, "2024-06-30", "ABC", gross="5", tax="1"),
    )
    one = told(a_story(*ledger, prices=PRICES), since="2024-01-01").by_symbol["ABC"]
    assert (one.fees, one.taxes, one.dividends_net) == (Decimal(2), Decimal(1), Decimal(4))
    assert one.opening_value == 80
    assert one.realized_gain_gross == 20
    assert one.absolute_gain == 34
    restated = told(
        a_story(*ledger, prices=PRICES), since="2024-01-01", opening=Opening.MARKET_VALUE
    ).by_symbol["ABC"]
    assert restated.cost_basis == 40
    assert restated.realized_gain_gross == 16
    nothing = told(a_story(ledger[0], prices=PRICES), at="2024-01-01", since="2024-01-01").by_symbol["ABC"]
    assert nothing.fees == nothing.paid == 0


def test_what_opened_before_the_period_and_is_gone_has_no_opening_value() -> None:
    ledger = (buy("2023-01-01", "ABC", "10", "90"), sell("2023-02-01", "ABC", "10", "100"))
    assert told(a_story(*ledger, prices=PRICES), since="2024-01-01").by_symbol["ABC"].opening_value == 0
    unpriced = told(a_story(buy("2023-01-01", "XYZ", "10", "90")), since="2024-01-01").by_symbol["XYZ"]
    assert known(unpriced.opening_value) is None


def test_payments_of_actions_are_received_in_their_portfolio() -> None:
    merged = action(ActionKind.MERGER, "2024-05-01", "ABC", cash_per_unit="15", currency="USD")
    story = a_story(
        buy("2024-01-01", "ABC", "10", "90"),
        buy("2024-01-01", "ABC", "1", "9", portfolio=2),
        actions=(merged,),
        prices=PRICES,
    )
    found = told(story)
    assert found.by_symbol["ABC"].received == 150
    assert [one.amount for one in found.appraisal.cash] == [60]
    assert [one.amount for one in found.payments] == [150]


def test_currency_gains_of_trades_without_a_local_amount() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "10", "90", currency="EUR"),
        action_sale := sell("2024-06-30", "ABC", "4", "0", currency="EUR"),
        prices=PRICES,
        currencies={"ABC": "EUR"},
        rates={"EURUSD": {"2024-01-01": "1.1", "2024-06-30": "1.2"}},
    )
    assert action_sale.entry.gross_amount == 0
    one = told(story).by_symbol["ABC"]
    assert one.realized_currency_gain == Decimal("3.6")
    assert one.unrealized_currency_gain == Decimal("5.4")


def test_open_trades_are_of_each_portfolio() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "10", "90"),
        buy("2024-01-11", "ABC", "5", "60", portfolio=2),
        prices=PRICES,
        portfolios=(1, 2),
    )
    first, second = trades_of(told(story).by_symbol["ABC"], day("2024-07-01"))
    assert (first.exit_value, second.exit_value) == (Decimal(140), Decimal(70))
    assert second.holding_days == 172
    assert second.gained == pytest.approx(10 / 60)
    assert not first.closed


def test_over_all_portfolios_there_is_one_open_trade() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "10", "90"),
        sell("2024-01-11", "ABC", "5", "60", portfolio=2),
        sell("2024-01-12", "ABC", "5", "60", portfolio=2),
        buy("2024-01-13", "ABC", "1", "9", portfolio=2),
        prices=PRICES,
        portfolios=(1, 2),
    )
    trades = trades_of(told(story, lot_scope=LotScope.ALL).by_symbol["ABC"], day("2024-07-01"))
    assert [(one.closed, one.portfolio_id) for one in trades] == [(True, 2), (True, 2), (False, 0)]
    closed = told(a_story(*story.transactions[:3], portfolios=(1, 2)), lot_scope=LotScope.ALL)
    assert len(trades_of(closed.by_symbol["ABC"], day("2024-07-01"))) == 2


def test_long_here_and_short_there_are_two_open_trades() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "10", "90"),
        sell("2024-01-11", "ABC", "10", "120", portfolio=2),
        prices=PRICES,
        portfolios=(1, 2),
    )
    first, second = trades_of(told(story).by_symbol["ABC"], day("2024-07-01"))
    assert [first.gain_net, second.gain_net] == [50, -20]


def test_the_values_of_lots_add_up_to_that_of_the_holding() -> None:
    story = a_story(
        buy("2024-01-01", "ABC", "1", "9"),
        buy("2024-01-02", "ABC", "2", "20"),
        buy("2024-01-03", "ABC", "4", "40", portfolio=2),
        prices={"ABC": {"2024-06-30": "0.333333333333333333"}},
        portfolios=(1, 2),
    )
    for scope in LotScope:
        one = told(story, lot_scope=scope).by_symbol["ABC"]
        lots = one.lots_with_values()
        assert [lot for lot, _ in lots] == list(one.lots)
        assert total(value for _, value in lots) == one.market_value


def test_an_open_short_trade_gains_when_the_price_falls() -> None:
    story = a_story(sell("2024-01-01", "ABC", "10", "200", fee="1"), prices=PRICES)
    (trade,) = trades_of(told(story).by_symbol["ABC"], day("2024-07-01"))
    assert trade.short
    assert trade.entry_value == 199
    assert trade.exit_value == 140
    assert trade.gain_net == 59
    assert [flow.amount for flow in trade.flows] == [199, -140]


def test_c7_trades_of_unknown_cost_have_no_return() -> None:
    arrived = happened(Kind.TRANSFER_IN, "2024-01-01", "ABC", "10")
    (trade,) = trades_of(told(a_story(arrived, prices=PRICES)).by_symbol["ABC"], day("2024-07-01"))
    assert trade.gained is None


def test_average_cost_moves_with_the_units() -> None:
    ledger = (
        buy("2024-01-01", "ABC", "10", "90"),
        buy("2024-01-02", "ABC", "10", "110"),
        *moved("2024-01-03", "ABC", "5", 1, 2),
    )
    one = told(a_story(*ledger, prices=PRICES), cost=CostMethod.AVERAGE).by_symbol["ABC"]
    assert one.cost_basis == 150
    assert one.cost_per_unit_gross == 10
