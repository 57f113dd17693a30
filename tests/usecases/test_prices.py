"""Prices that people enter."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.errors import InvalidValue
from steward.domain.money import NotPositive, NumberOutOfRange, UnknownCurrency
from steward.domain.prices import Quote
from steward.domain.text import InvalidSymbol
from steward.usecases import prices
from steward.usecases.prices import TimeOutOfRange, known
from tests.factories import AT, LATER, OWNER, a_quote
from tests.fakes import FakeUnits
from tests.usecases.run import run


async def entered(units: FakeUnits, **arguments: Any) -> Quote:
    usual = {"symbol": "ABC", "price": Decimal("1.5"), "currency": "EUR", "as_of": None, "at": AT}
    return await run(units, prices.enter, **{"owner_id": OWNER, **usual, **arguments})


async def test_an_entered_price_says_that_a_person_gave_it(units: FakeUnits) -> None:
    quote = await entered(units, symbol=" abc ")
    assert quote == Quote("ABC", Decimal("1.5"), "EUR", "user", AT)
    assert units.memory.prices == {(OWNER, "ABC"): quote}


@pytest.mark.parametrize(
    ("arguments", "refusal", "pointer"),
    [
        ({"symbol": "A B"}, InvalidSymbol, "/symbol"),
        ({"price": Decimal(0)}, NotPositive, "/price"),
        ({"currency": "EURO"}, UnknownCurrency, "/currency"),
        ({"as_of": AT.replace(year=1899)}, TimeOutOfRange, "/as_of"),
        ({"as_of": AT + timedelta(days=1, microseconds=1)}, TimeOutOfRange, "/as_of"),
    ],
)
async def test_what_is_no_price(
    units: FakeUnits, arguments: dict[str, Any], refusal: type[InvalidValue], pointer: str
) -> None:
    with pytest.raises(refusal) as refused:
        await entered(units, **arguments)
    assert refused.value.pointer == pointer
    assert not units.memory.prices


@pytest.mark.parametrize("as_of", [AT.replace(year=1900), LATER, AT + timedelta(days=1)])
async def test_a_price_is_of_1900_at_the_earliest_and_of_tomorrow_at_the_latest(
    units: FakeUnits, as_of: Any
) -> None:
    assert (await entered(units, as_of=as_of)).as_of == as_of


def test_an_entered_price_counts_before_the_source_s() -> None:
    source, mine = {"ABC": a_quote(), "XYZ": a_quote("XYZ")}, {"ABC": a_quote(price=7)}
    assert known(source, mine) == {"ABC": mine["ABC"], "XYZ": source["XYZ"]}
    assert known(source, {}) is source


async def test_a_price_in_a_minor_unit_is_kept_exactly_in_its_currency(units: FakeUnits) -> None:
    for price, kept in (("70.25", "0.7025"), ("1.000000000000000000", "0.01")):
        quote = await entered(units, currency="GBp", price=Decimal(price))
        assert (quote.price, quote.currency) == (Decimal(kept), "GBP")
    with pytest.raises(NumberOutOfRange):
        await entered(units, currency="GBp", price=Decimal("0.00000000000000001"))
