"""The market: the price of a symbol on any day, in units of that day."""

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.instruments import Instrument
from steward.domain.market import Close, Fill, Market, Policy, Trade
from tests.factories import a_series, numbers

DAY = date(2024, 3, 15)
STEP = Decimal("0.000000000000000001")
STRICT, NEAREST = Policy(7), Policy(7, Fill.NEAREST)
near = st.integers(-30, 30).map(lambda days: DAY + timedelta(days=days))
ratios = st.sampled_from([(2, 1), (3, 2), (1, 10), (7, 3), (Decimal("1.5"), 1)])


def split(
    ex_date: date, new: Decimal | int, old: int = 1, kind: ActionKind = ActionKind.SPLIT
) -> CorporateAction:
    return CorporateAction(1, "ABC", kind, ex_date, new=Decimal(new), old=Decimal(old))


def moved(days: int) -> date:
    return DAY + timedelta(days=days)


@given(
    st.dictionaries(near, numbers(positive=True), min_size=1),
    st.lists(st.tuples(near, ratios), max_size=4),
    near,
    st.booleans(),
)
def test_a_price_is_in_units_of_the_day_that_was_asked_for(
    stated: dict[date, Decimal], splits: list[tuple[date, tuple[int, int]]], on: date, adjusted: bool
) -> None:
    actions = [split(ex_date, *ratio) for ex_date, ratio in splits]
    series = a_series("ABC", dict(stated), adjusted=adjusted)
    found = Market(NEAREST, closes=[series], actions=actions).price("ABC", on)
    assert found
    with localcontext(prec=400, rounding=ROUND_HALF_EVEN):
        expected = stated[found.on]
        for ex_date, (new, old) in splits:
            before_asked, before_close = ex_date > on, not adjusted and ex_date > found.on
            if before_asked and not before_close:
                expected = expected * new
            elif before_close and not before_asked:
                expected = expected * old
        for ex_date, (new, old) in splits:
            before_asked, before_close = ex_date > on, not adjusted and ex_date > found.on
            if before_asked and not before_close:
                expected = expected / old
            elif before_close and not before_asked:
                expected = expected / new
        assert found.price == expected.quantize(STEP)


@given(st.lists(st.tuples(near, ratios), max_size=4), near)
def test_raw_and_adjusted_closes_agree(splits: list[tuple[date, tuple[int, int]]], on: date) -> None:
    actions = [split(ex_date, *ratio) for ex_date, ratio in splits]
    raw = Market(STRICT, closes=[a_series("ABC", {on: 2520})], actions=actions)
    told = 2520 * raw.ratio("ABC", on, date.max)
    number = Decimal(told.numerator) * 3**9 / told.denominator
    adjusted = Market(STRICT, closes=[a_series("ABC", {on: number}, adjusted=True)], actions=actions)
    first, second = raw.price("ABC", on), adjusted.price("ABC", on)
    assert first
    assert second
    assert abs(first.price * 3**9 - second.price) < Decimal("1e-12")


def test_a_close_before_a_split_is_given_in_the_new_units_after_it() -> None:
    market = Market(STRICT, closes=[a_series("ABC", {DAY: 300})], actions=[split(moved(2), 3)])
    assert market.price("ABC", moved(1)) == Close("ABC", Decimal(300), "USD", DAY, "user")
    assert market.price("ABC", moved(2)) == Close("ABC", Decimal(100), "USD", DAY, "user")


def test_a_stock_dividend_is_a_split_too_and_no_other_action_is() -> None:
    dividend = split(moved(1), 1, 4, ActionKind.STOCK_DIVIDEND)
    other = CorporateAction(2, "ABC", ActionKind.SYMBOL_CHANGE, DAY, into="DEF")
    market = Market(STRICT, closes=[a_series("ABC", {DAY: 5})], actions=[dividend, other])
    found = market.price("ABC", moved(1))
    assert found
    assert found.price == 4


def test_a_price_in_a_minor_unit_is_given_in_its_currency() -> None:
    market = Market(STRICT, closes=[a_series("VOD", {DAY: "70.25"}, currency="GBp")])
    assert market.price("VOD", DAY) == Close("VOD", Decimal("0.7025"), "GBP", DAY, "user")


def test_c7_a_missing_price_is_none() -> None:
    market = Market(STRICT, closes=[a_series("ABC", {DAY: 5})], trades=[Trade("ABC", DAY, Decimal(4), "USD")])
    assert market.price("ABC", moved(-1)) is None
    assert market.price("ABC", moved(8)) is None
    assert market.price("DEF", DAY) is None


def test_the_series_that_is_given_first_counts() -> None:
    own, source = a_series("ABC", {DAY: 5}), a_series("ABC", {moved(d): d for d in range(9)}, source="static")
    market = Market(STRICT, closes=[own, source])
    found = [market.price("ABC", moved(days)) for days in (7, 8)]
    assert [one and (int(one.price), one.source) for one in found] == [(5, "user"), (8, "static")]
    assert market.series("ABC") == (own, source)
    assert market.series("DEF") == ()


def test_nearest_takes_an_older_close_then_a_later_one_then_a_trade() -> None:
    trades = [Trade("DEF", moved(9), Decimal(9), "USD"), Trade("DEF", DAY, Decimal(250), "GBp")]
    market = Market(
        NEAREST,
        closes=[a_series("ABC", {DAY: 5})],
        trades=trades,
        actions=[CorporateAction(1, "DEF", ActionKind.SPLIT, moved(5), new=Decimal(2))],
    )
    assert market.price("ABC", moved(99)) == Close("ABC", Decimal(5), "USD", DAY, "user", "older")
    assert market.price("ABC", moved(-9)) == Close("ABC", Decimal(5), "USD", DAY, "user", "later")
    assert market.price("DEF", moved(4)) == Close("DEF", Decimal("2.5"), "GBP", DAY, "trade", "trade")
    assert market.price("DEF", moved(8)) == Close("DEF", Decimal("1.25"), "GBP", DAY, "trade", "trade")
    assert market.price("DEF", moved(9)) == Close("DEF", Decimal(9), "USD", moved(9), "trade", "trade")
    assert market.price("DEF", moved(-1)) is None


def test_an_instrument_of_which_nothing_is_recorded_has_the_currency_of_its_price() -> None:
    recorded = Instrument("XYZ", "CHF", multiplier=Decimal(100))
    trades = [Trade("DEF", DAY, Decimal(4), "CHF"), Trade("DEF", moved(1), Decimal(4), "EUR")]
    series = a_series("ABC", {DAY: 5}, currency="GBp")
    market = Market(STRICT, instruments=[recorded], closes=[series], trades=trades)
    assert market.instrument("XYZ") is recorded
    assert market.instrument("ABC") == Instrument("ABC", "GBp")
    assert market.instrument("DEF") == Instrument("DEF", "EUR")
    assert market.instrument("GHI") == Instrument("GHI", None)


def test_rates_are_asked_of_the_market() -> None:
    market = Market(STRICT, rates=[a_series("EURUSD", {DAY: "1.1"}, source="ecb")])
    rate = market.rate("EUR", "USD", moved(3))
    assert rate
    assert (rate.rate, rate.on) == (Decimal("1.1"), DAY)
