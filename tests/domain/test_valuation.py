"""Valuation: a pure function that invents no number (C6, C7)."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.money import Money, rounded
from steward.domain.prices import Quote
from steward.domain.rates import Rate
from steward.domain.valuation import Line, Missing, Valuation, value
from tests.factories import AT, LATER, a_quote, numbers

SYMBOLS = ["ABC", "BRK.B", "BTC-USD", "EUR=X", "^GSPC"]
holdings = st.dictionaries(st.sampled_from(SYMBOLS), numbers()).map(lambda held: sorted(held.items()))
quotes = st.dictionaries(
    st.sampled_from(SYMBOLS),
    st.tuples(numbers(positive=True), st.sampled_from(["USD", "USD", "EUR"])),
).map(
    lambda found: {
        symbol: a_quote(symbol, *quoted[:1], currency=quoted[1]) for symbol, quoted in found.items()
    }
)


def valued(held: list[tuple[str, Decimal]], at: dict[str, Quote]) -> Valuation:
    return value(held, at, currency="USD", changed_at=AT)


@given(holdings, quotes)
def test_the_total_is_the_sum_of_the_lines(held: list[tuple[str, Decimal]], at: dict[str, Quote]) -> None:
    found = valued(held, at)
    assert Fraction(found.total.amount) == sum(Fraction(line.value.amount) for line in found.lines)
    for line in found.lines:
        assert line.value.currency == found.total.currency == "USD"
        assert line.value.amount == rounded(line.value.amount)
        error = Fraction(line.value.amount) - Fraction(line.quantity) * Fraction(line.quote.price)
        assert abs(error) <= Fraction(1, 2 * 10**18)


@given(holdings, quotes)
def test_c7_every_holding_is_either_valued_or_named(
    held: list[tuple[str, Decimal]], at: dict[str, Quote]
) -> None:
    found = valued(held, at)
    told = [(line.symbol, line.quantity) for line in found.lines]
    told += [(missing.symbol, missing.quantity) for missing in found.missing]
    assert sorted(told) == held
    assert [line.symbol for line in found.lines] == sorted(line.symbol for line in found.lines)
    assert found.coverage == (len(found.lines) / len(held) if held else None)


@given(holdings, quotes, st.sampled_from(SYMBOLS))
def test_c7_without_a_price_the_total_never_changes_at_the_same_coverage(
    held: list[tuple[str, Decimal]], at: dict[str, Quote], symbol: str
) -> None:
    before = valued(held, at)
    after = valued(held, {name: quote for name, quote in at.items() if name != symbol})
    if after.total != before.total:
        assert after.coverage is not None
        assert before.coverage is not None
        assert after.coverage < before.coverage
        assert symbol in {missing.symbol for missing in after.missing}


@given(holdings, quotes)
def test_c6_the_same_facts_give_the_same_valuation(
    held: list[tuple[str, Decimal]], at: dict[str, Quote]
) -> None:
    assert valued(held, at) == valued(list(held), dict(reversed(at.items())))


def test_a_valuation_says_why_something_is_missing() -> None:
    at = {"ABC": a_quote("ABC", "2.5", as_of=LATER), "EUR=X": a_quote("EUR=X", 1, currency="EUR")}
    found = valued([("ABC", Decimal(4)), ("EUR=X", Decimal(1)), ("NONE", Decimal(2))], at)
    assert found.lines == (Line("ABC", Decimal(4), at["ABC"], Money(Decimal(10), "USD")),)
    assert found.missing == (
        Missing("EUR=X", Decimal(1), "no rate from EUR to USD"),
        Missing("NONE", Decimal(2), "no price"),
    )
    assert (found.total, found.as_of) == (Money(Decimal(10), "USD"), LATER)


def test_nothing_held_is_worth_nothing_at_no_coverage() -> None:
    found = valued([], {"ABC": a_quote(as_of=LATER)})
    assert (found.total, found.coverage, found.as_of) == (Money(Decimal(0), "USD"), None, AT)


CURRENCIES = ["USD", "EUR", "CHF", "GBP"]
rates = st.dictionaries(st.sampled_from(CURRENCIES[1:]), st.decimals("0.000001", "20000", places=6)).map(
    lambda found: {code: Rate(code, "USD", number, AT.date(), "ecb") for code, number in found.items()}
)
foreign_quotes = st.dictionaries(
    st.sampled_from(SYMBOLS), st.tuples(numbers(positive=True), st.sampled_from(CURRENCIES))
).map(lambda found: {name: a_quote(name, price, currency=code) for name, (price, code) in found.items()})


@given(holdings, foreign_quotes, rates, st.dictionaries(st.sampled_from(SYMBOLS), numbers(positive=True)))
def test_the_total_is_that_of_each_currency_converted_and_rounded_once(
    held: list[tuple[str, Decimal]],
    at: dict[str, Quote],
    known: dict[str, Rate],
    multipliers: dict[str, Decimal],
) -> None:
    found = value(held, at, currency="USD", changed_at=AT, multipliers=multipliers, rates=known)
    subtotals: dict[str, Fraction] = {}
    for line in found.lines:
        multiplier = Fraction(multipliers.get(line.symbol, 1))
        error = (
            Fraction(line.value.amount) - Fraction(line.quantity) * Fraction(line.quote.price) * multiplier
        )
        assert abs(error) <= Fraction(1, 2 * 10**18)
        code = line.value.currency
        assert code == line.quote.currency
        assert line.rate == (None if code == "USD" else known[code])
        subtotals[code] = subtotals.get(code, Fraction(0)) + Fraction(line.value.amount)
    expected = Fraction(0)
    for code, subtotal in subtotals.items():
        converted = subtotal * (1 if code == "USD" else Fraction(known[code].rate))
        expected += Fraction(round(converted * 10**18), 10**18)
    assert Fraction(found.total.amount) == expected
    without = {code for code in CURRENCIES[1:] if code not in known}
    assert {one.symbol for one in found.missing if one.reason != "no price"} == {
        symbol for symbol, _ in held if symbol in at and at[symbol].currency in without
    }


def test_a_line_in_another_currency_is_converted_at_its_rate() -> None:
    half = Rate("EUR", "USD", Decimal("0.5"), AT.date(), "user")
    tiny = Decimal("0.000000000000000001")
    at = {"ABC": a_quote("ABC", tiny, currency="EUR"), "DEF": a_quote("DEF", tiny)}
    held = [("ABC", Decimal(3)), ("DEF", Decimal(1))]
    found = value(held, at, currency="USD", changed_at=AT, rates={"EUR": half})
    assert [line.converted for line in found.lines] == [tiny * 2, tiny]
    assert found.total == Money(tiny * 3, "USD")
