"""Exact numbers (N1, N3)."""

import json
import re
from decimal import Decimal, DivisionByZero, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.errors import InvalidValue
from steward.domain.money import (
    InvalidNumber,
    MixedCurrencies,
    Money,
    NotPositive,
    NumberOutOfRange,
    UnknownCurrency,
    add,
    checked_currency,
    divided,
    multiply,
    parsed,
    plain,
    positive,
    rounded,
    subtract,
    within_limits,
)
from tests.factories import numbers

STEP = Decimal("0.000000000000000001")
LARGEST = Decimal("9" * 20 + "." + "9" * 18)


@given(numbers())
def test_n1_a_number_that_was_written_reads_the_same(number: Decimal) -> None:
    text = plain(number)
    assert parsed(text) == number
    assert plain(parsed(text)) == text
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == number


@given(numbers())
def test_n1_there_is_one_way_to_write_a_number(number: Decimal) -> None:
    padded = Decimal(format(number, ".18f"))
    assert plain(padded) == plain(number)
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", plain(number))


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("12.5", "12.5"),
        ("007", "7"),
        ("-3", "-3"),
        (12, "12"),
        (-1, "-1"),
        (Decimal("1E+3"), "1000"),
        (str(LARGEST), str(LARGEST)),
        (f"-{LARGEST}", f"-{LARGEST}"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("0", "0"),
    ],
)
def test_numbers_that_are_read(raw: object, number: str) -> None:
    assert plain(parsed(raw)) == number


@pytest.mark.parametrize("zero", ["-0", "-0.0", "0.000", Decimal("-0E+7"), Decimal("0E+99")])
def test_n1_zero_has_no_sign_and_no_digits(zero: object) -> None:
    number = parsed(zero)
    assert number.is_zero()
    assert not number.is_signed()
    assert plain(number) == "0"


OTHER_SCRIPTS = ["\u0661\u0662", "\uff11\uff12"]
BLANKS_AND_SIGNS = [
    "",
    " 1",
    "1 ",
    "1\n",
    "1\x00",
    "1_000",
    "+5",
    "-",
    "--1",
    "1,5",
    ".5",
    "5.",
    "0x10",
    "1e3",
]
OTHER_TYPES = ["NaN", "Infinity", True, False, None, 1.5, [], {}, b"1"]


@pytest.mark.parametrize("raw", [*OTHER_SCRIPTS, *BLANKS_AND_SIGNS, *OTHER_TYPES])
def test_what_is_no_plain_number_is_refused(raw: object) -> None:
    with pytest.raises(InvalidNumber) as refused:
        parsed(raw, pointer="/qty")
    assert refused.value.pointer == "/qty"


TOO_LONG = ["1" + "0" * 20, "-1" + "0" * 20, "0." + "0" * 18 + "1", "9" * 5000, "0." + "1" * 5000]
TOO_FAR = ["1E+20", "1E+1000000", "1E-999999", "0E-19", "NaN", "-Infinity"]


@pytest.mark.parametrize("raw", [*TOO_LONG, *map(Decimal, TOO_FAR), 10**20, 10**4000])
def test_n1_more_digits_than_the_limits_are_refused_never_rounded(raw: object) -> None:
    with pytest.raises(NumberOutOfRange, match="at most") as refused:
        parsed(raw, pointer="/price")
    assert refused.value.pointer == "/price"


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_within_limits_gives_the_same_number_or_refuses(value: Decimal) -> None:
    try:
        kept = within_limits(value)
    except NumberOutOfRange:
        return
    assert kept == value
    assert Fraction(kept) * 10**18 % 1 == 0
    assert abs(Fraction(kept)) < 10**20


@given(numbers(), numbers())
def test_n3_sums_and_products_are_exact(one: Decimal, other: Decimal) -> None:
    assert Fraction(add(one, other)) == Fraction(one) + Fraction(other)
    assert Fraction(subtract(one, other)) == Fraction(one) - Fraction(other)
    assert Fraction(multiply(one, other)) == Fraction(one) * Fraction(other)


@given(numbers(), numbers())
def test_n3_rounding_is_half_to_even_at_the_18th_digit(one: Decimal, other: Decimal) -> None:
    product = multiply(one, other)
    kept = rounded(product)
    assert Fraction(kept) == Fraction(round(Fraction(product) * 10**18), 10**18)
    assert rounded(kept) == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [("0.5", "0"), ("1.5", "2"), ("2.5", "2"), ("-0.5", "0"), ("-1.5", "-2"), ("0.50001", "1")],
)
def test_n3_a_tie_goes_to_the_even_digit(value: str, kept: str) -> None:
    assert rounded(Decimal(value) * STEP) == Decimal(kept) * STEP


@given(numbers(), numbers(positive=True))
def test_n3_a_quotient_is_within_half_a_step(dividend: Decimal, divisor: Decimal) -> None:
    error = Fraction(divided(dividend, divisor)) - Fraction(dividend) / Fraction(divisor)
    assert abs(error) <= Fraction(1, 2 * 10**18) * (1 + Fraction(1, 10**30))


def test_dividing_by_zero_is_a_defect_that_raises() -> None:
    with pytest.raises(DivisionByZero):
        divided(Decimal(1), Decimal(0))


def test_n3_losing_a_digit_is_a_defect_that_raises() -> None:
    with pytest.raises(Inexact):
        add(Decimal("1E+150"), Decimal("1E-150"))


@given(numbers())
def test_n3_the_precision_set_by_others_does_not_change_a_result(number: Decimal) -> None:
    with localcontext() as context:
        context.prec = 3
        assert Fraction(add(number, number)) == 2 * Fraction(number)
        assert plain(parsed(plain(number))) == plain(number)


@given(numbers())
def test_positive_means_greater_than_zero(number: Decimal) -> None:
    if number > 0:
        assert positive(number, pointer="/qty") is number
    else:
        with pytest.raises(NotPositive) as refused:
            positive(number, pointer="/qty")
        assert refused.value.pointer == "/qty"


@pytest.mark.parametrize("code", ["USD", "EUR", "JPY", "ZWG", "AED"])
def test_currencies_in_use(code: str) -> None:
    assert checked_currency(code, pointer="/currency") == code


@pytest.mark.parametrize("code", ["", "usd", "USDT", "XXX", "DEM", " USD", "US"])
def test_other_currencies_are_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        checked_currency(code, pointer="/currency")
    assert refused.value.pointer == "/currency"


def test_money_adds_within_one_currency_only() -> None:
    total = Money(Decimal("0.1"), "USD") + Money(Decimal("0.2"), "USD")
    assert total == Money(Decimal("0.3"), "USD")
    with pytest.raises(MixedCurrencies, match="USD and EUR"):
        _ = total + Money(Decimal(1), "EUR")


@pytest.mark.parametrize("amount", [0.1, 1, "1"])
def test_money_refuses_what_is_not_an_exact_decimal(amount: object) -> None:
    with pytest.raises(InvalidValue):
        Money(amount, "USD")  # type: ignore[arg-type]  # the point of the test
