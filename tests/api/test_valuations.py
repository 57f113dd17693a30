"""The valuations of all portfolios in one answer: each is that of its own portfolio."""

import pytest

from tests.api.asking import FIRST, LAST, MIDDLE, a_saver, ask, told
from tests.api.booking import a_portfolio, booked
from tests.people import Person


@pytest.fixture
def saver(alice: Person) -> tuple[Person, int]:
    return a_saver(alice)


def test_all_valuations_are_those_of_each_portfolio(saver: tuple[Person, int], bob: Person) -> None:
    person, portfolio = saver
    other, empty = a_portfolio(person, base_currency="EUR"), a_portfolio(person, base_currency="EUR")
    booked(person, other, "buy", trade_date=FIRST, symbol="UNKNOWN", quantity="2", price="3")
    moved = {"from_portfolio_id": portfolio, "to_portfolio_id": other, "trade_date": MIDDLE}
    person.made("/transfers", {**moved, "symbol": "ABC", "quantity": "1.000000000000000001"})
    split = {"kind": "split", "new": 1, "old": 3, "ex_date": LAST, "cash_in_lieu_price": 7, "currency": "USD"}
    person.made("/instruments/ABC/actions", split)
    for at in (FIRST, MIDDLE, LAST):
        for params in ({}, {"currency": "USD"}, {"fill": "nearest"}):
            every = told(person, "/valuations", at=at, **params)
            assert [one["portfolio_id"] for one in every["portfolios"]] == [portfolio, other, empty]
            for one in every["portfolios"]:
                own = told(person, f"/portfolios/{one['portfolio_id']}/valuation", at=at, **params)
                assert one == {name: own[name] for name in one}
                assert {
                    name: every[name] for name in ("at", "currency", "fill", "max_age_days")
                }.items() <= own.items()
    assert told(bob, "/valuations")["portfolios"] == []
    a_portfolio(person, base_currency="USD")
    assert ask(person, "/valuations").code == "currency-needed"
