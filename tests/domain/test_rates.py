"""Exchange rates: direct, inverted, crossed."""

from datetime import date, timedelta
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.closes import Fill, Policy
from steward.domain.rates import Leg, Rate, Rates
from tests.factories import a_series

DAY = date(2024, 3, 15)
EARLIER = DAY - timedelta(days=2)
STEP = Decimal("0.000000000000000001")
STRICT = Policy(7)
NEAREST = Policy(7, Fill.NEAREST)
usual = st.decimals("0.0001", "20000", places=4)


def ecb(pair: str, number: Decimal | str, on: date = DAY) -> Rates:
    return Rates([a_series(pair, {on: number}, source="ecb")], STRICT)


@given(usual)
def test_a_rate_is_as_stated_or_one_over_it(stated: Decimal) -> None:
    rates = ecb("EURUSD", stated)
    direct, inverted = rates.between("EUR", "USD", DAY), rates.between("USD", "EUR", DAY)
    assert direct
    assert inverted
    with localcontext(prec=100):
        assert (direct.rate, inverted.rate) == (stated, (1 / stated).quantize(STEP))
    assert [leg.inverted for leg in (*direct.legs, *inverted.legs)] == [False, True]


@given(usual, usual)
def test_a_rate_between_two_others_is_crossed_through_the_euro(usd: Decimal, chf: Decimal) -> None:
    series = [a_series("EURUSD", {DAY: usd}, source="ecb"), a_series("EURCHF", {EARLIER: chf}, source="ecb")]
    found = Rates(series, STRICT).between("USD", "CHF", DAY)
    with localcontext(prec=100):
        crossed = (chf / usd).quantize(STEP)
    legs = Leg("EURUSD", usd, DAY, "ecb", inverted=True), Leg("EURCHF", chf, EARLIER, "ecb", inverted=False)
    assert found == Rate("USD", "CHF", crossed, EARLIER, "ecb", legs)


def test_a_currency_is_worth_one_of_itself() -> None:
    assert Rates([], STRICT).between("USD", "USD", DAY) == Rate("USD", "USD", Decimal(1), DAY, "same")


def test_c7_a_rate_that_is_not_known_is_none() -> None:
    rates = ecb("EURUSD", "1.09")
    assert rates.between("USD", "CHF", DAY) is None
    assert rates.between("CHF", "USD", DAY) is None
    assert rates.between("CHF", "EUR", DAY) is None
    assert rates.between("EUR", "USD", DAY + timedelta(days=8)) is None
    assert rates.between("EUR", "USD", DAY - timedelta(days=1)) is None


def test_what_is_given_first_counts_in_whichever_direction_and_of_whichever_day() -> None:
    own = a_series("USDCHF", {EARLIER: "0.9"})
    others = [a_series("EURUSD", {DAY: "1.1"}, source="ecb"), a_series("EURCHF", {DAY: 1}, source="ecb")]
    found = Rates([own, *others], STRICT).between("CHF", "USD", DAY)
    assert found
    assert (found.rate, found.on, found.source) == (Decimal("1.111111111111111111"), EARLIER, "user")


def test_a_crossed_rate_names_all_its_sources() -> None:
    own, other = a_series("USDEUR", {DAY: "0.9"}), a_series("EURCHF", {DAY: 1}, source="ecb")
    found = Rates([own, other], STRICT).between("USD", "CHF", DAY)
    assert found
    assert (found.source, [leg.pair for leg in found.legs]) == ("user+ecb", ["USDEUR", "EURCHF"])


def test_a_filled_rate_says_so() -> None:
    long_ago, later = DAY - timedelta(days=99), DAY + timedelta(days=1)
    older, after = a_series("EURUSD", {long_ago: "1.1"}), a_series("EURCHF", {later: "1.2"})
    rates = Rates([older, after], NEAREST)
    fills = [rates.between(*pair, DAY) for pair in (("EUR", "USD"), ("CHF", "EUR"), ("USD", "CHF"))]
    assert [found and found.filled for found in fills] == ["older", "later", "later"]
    assert [found and found.on for found in fills] == [long_ago, later, long_ago]
