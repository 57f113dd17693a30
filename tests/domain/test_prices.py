"""Quotes."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from steward.domain.money import Money
from steward.domain.prices import PriceNotFound, SourceAge, by_source
from tests.factories import AT, LATER, a_quote, numbers


@given(numbers(), numbers(positive=True))
def test_n3_a_worth_is_rounded_once_and_in_the_quote_s_currency(quantity: Decimal, price: Decimal) -> None:
    worth = a_quote(price=price, currency="EUR").worth(quantity)
    assert worth.currency == "EUR"
    assert abs(Fraction(worth.amount) - Fraction(quantity) * Fraction(price)) <= Fraction(1, 2 * 10**18)


def test_an_exact_worth_loses_nothing() -> None:
    assert a_quote(price="2.5").worth(Decimal(4)) == Money(Decimal(10), "USD")


def test_an_unknown_price_is_a_refusal_of_its_own() -> None:
    assert (PriceNotFound.code, PriceNotFound().pointer) == ("price-not-found", None)


def test_sources_are_told_by_name_with_their_oldest_and_newest_price() -> None:
    assert by_source([]) == []
    quotes = [a_quote(source="b", as_of=LATER), a_quote(source="a"), a_quote(source="b", as_of=AT)]
    assert by_source(quotes) == [SourceAge("a", False, 1, AT, AT), SourceAge("b", False, 2, AT, LATER)]
