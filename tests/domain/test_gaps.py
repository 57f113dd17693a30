"""What nobody knows: it is named, it is no number, and what does not rest on it is told."""

from steward.domain.appraisal import appraise
from steward.domain.columns import amount_of
from steward.domain.days import History, Missing
from steward.domain.gains import Gains
from steward.domain.history import history
from steward.domain.holdings import report
from steward.domain.instruments import Instrument
from steward.domain.market import Market, Policy
from steward.domain.money import UNKNOWN
from steward.domain.performance import cumulative, performance
from steward.domain.records import Gap
from steward.domain.story import Method, Story
from steward.domain.trades import trades_of
from steward.domain.transactions import Kind
from tests.ledgers import a_story, buy, day, happened, sell, series

FIRST, LAST = "2024-01-01", "2024-01-04"
PRICES = {"ABC": {"2024-01-01": "3", "2024-01-02": "3", "2024-01-03": "6", "2024-01-04": "6"}}


def days_of(story: Story, currency: str = "USD", last: str = LAST) -> History:
    return history(story, first=day(FIRST), last=day(last), currency=currency, method=Method())


def test_cash_of_a_purchase_without_a_price_is_unknown_from_then_on() -> None:
    deposit = happened(Kind.DEPOSIT, FIRST, gross="10")
    story = a_story(deposit, buy("2024-01-03", "ABC", "2", None), prices=PRICES)
    found = days_of(story)
    assert [int(amount_of(value)) for value in found.values] == [10, 10, 12, 12]
    assert (found.held, found.valued) == ([1, 1, 2, 2], [1, 1, 1, 1])
    assert found.missing == (Missing("cash", "USD", day("2024-01-03"), day(LAST)),)
    made = report(story, at=day(LAST), currency="USD", method=Method())
    assert made.appraisal.gaps == (Gap("cash", "USD", day(LAST)),)
    assert (int(made.appraisal.net_worth), made.appraisal.coverage) == (12, 0.5)


def test_unknown_cash_has_no_value_whatever_the_rate() -> None:
    found = appraise({}, {"CHF": UNKNOWN}, market=a_story().market, currency="USD", on=day(FIRST))
    assert Gap("cash", "CHF", day(FIRST)) in found.gaps
    assert (int(found.net_worth), found.coverage) == (0, 0.0)


def test_growth_is_told_until_the_first_gap() -> None:
    prices = {**PRICES, "DEF": {"2024-01-03": "5"}}
    deposit = happened(Kind.DEPOSIT, FIRST, gross="100")
    story = a_story(deposit, buy(FIRST, "ABC", "10", "30"), buy("2024-01-04", "XYZ", "1", "5"), prices=prices)
    found = days_of(story)
    assert cumulative(found) == [0.0, 0.0, 0.30000000000000004, None]
    assert performance(found).time_weighted is None
    assert cumulative(days_of(a_story(buy(FIRST, "XYZ", "1", "5")))) == [None] * 4
    assert cumulative(days_of(story, last="2024-01-03")) == [0.0, 0.0, 0.30000000000000004]


def test_unknown_money_in_ends_growth_but_not_on_the_first_day() -> None:
    ledger = [happened(Kind.DEPOSIT, on, gross="1", currency="CHF") for on in (FIRST, "2024-01-03")]
    story = a_story(*ledger, happened(Kind.WITHDRAWAL, "2024-01-03", gross="2", currency="CHF"))
    # What cannot be converted is in hand until it is gone.
    found = days_of(story)
    assert (found.held, found.valued) == ([1, 1, 0, 0], [0, 0, 0, 0])
    assert cumulative(found) == [None] * 4
    rates = {"CHFUSD": {"2023-12-26": "2"}}
    found = days_of(a_story(*ledger, rates=rates), last="2024-01-03")
    assert cumulative(found) == [0.0, 0.0, None]


def test_closes_count_in_whatever_currency_they_are() -> None:
    own = series("ABC", "EUR", {"2024-01-02": "5"})
    source = series("ABC", "USD", {"2024-01-01": "3", "2024-01-02": "3"})
    rates = [series("EURUSD", "USD", {"2024-01-01": "1.5", "2024-01-02": "1.5"})]
    market = Market(Policy(0), instruments=[Instrument("ABC", "GBP")], closes=[own, source], rates=rates)
    story = Story((buy(FIRST, "ABC", "10", "30"),), (), market, frozenset((1,)))
    found = days_of(story, last="2024-01-03")
    assert [int(amount_of(value)) for value in found.securities] == [30, 75, 0]
    assert found.missing == (Missing("price", "ABC", day("2024-01-03"), day("2024-01-03")),)
    for place, on in enumerate(found.days):
        appraisal = report(story, at=on, currency="USD", method=Method()).appraisal
        assert amount_of(found.securities[place]) == appraisal.market_value


def test_an_open_trade_has_no_value_when_all_portfolios_together_hold_nothing() -> None:
    ledger = [buy(FIRST, "ABC", "10", "30"), sell(FIRST, "ABC", "10", "30", portfolio=2)]
    story = a_story(*ledger, prices=PRICES, portfolios=(1, 2))
    gains: Gains = report(story, at=day(LAST), currency="USD", method=Method()).by_symbol["ABC"]
    trades = trades_of(gains, day(LAST))
    assert [(one.short, one.closed, one.cause) for one in trades] == [
        (False, False, None),
        (True, False, None),
    ]
