"""Allocation over HTTP: what is recorded of instruments divides the net worth, and what is not is named."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.asking import FIRST, ask, closes, put, told
from tests.api.booking import a_portfolio, booked
from tests.people import Person

DIVISIONS = ("by_class", "by_currency", "by_sector", "by_country")


@pytest.fixture
def portfolio(alice: Person) -> int:
    """Hold a share in francs, a fund in dollars, what nothing is recorded of, and cash."""
    terms = {"currency": "CHF", "kind": "stock", "sector": "Health", "country": "CH"}
    put(alice, "/instruments/NOVN", terms)
    put(alice, "/instruments/FUND", {"currency": "USD", "kind": "etf"})
    closes(alice, "NOVN", currency="CHF", d2026_01_05="100")
    closes(alice, "FUND", d2026_01_05="50")
    put(alice, "/rates/CHFUSD", {"rates": {FIRST: "1.1"}})
    made = a_portfolio(alice)
    booked(alice, made, "deposit", trade_date=FIRST, symbol=None, quantity=None, price=None, gross_amount=500)
    for symbol, currency in (("NOVN", "CHF"), ("FUND", "USD"), ("NONE", "USD")):
        fields = {"symbol": symbol, "currency": currency, "quantity": 2, "price": 10}
        booked(alice, made, "transfer_in", trade_date=FIRST, **fields)
    return made


def by_name(slices: list[Any]) -> dict[str, Any]:
    return {one["name"] or one["kind"]: one for one in slices}


def test_the_net_worth_is_divided_in_four_ways(alice: Person, portfolio: int) -> None:
    found = told(alice, f"/portfolios/{portfolio}/allocation", at=FIRST)
    assert (found["portfolio_id"], found["currency"], found["net_worth"]) == (portfolio, "USD", 820)
    values = {name: {key: one["value"] for key, one in by_name(found[name]).items()} for name in DIVISIONS}
    assert values == {
        "by_class": {"etf": 100, "stock": 220, "cash": 500, "unclassified": None},
        "by_currency": {"CHF": 220, "USD": 600, "unclassified": None},
        "by_sector": {"Health": 220, "cash": 500, "unclassified": 100},
        "by_country": {"CH": 220, "cash": 500, "unclassified": 100},
    }
    rest = by_name(found["by_sector"])["unclassified"]
    assert (rest["symbols"], rest["balances"]) == (["FUND", "NONE"], [])
    assert float(rest["weight"]) == pytest.approx(100 / 820)
    assert rest["coverage"] == Decimal("0.5")
    assert found["missing"] == [{"what": "price", "subject": "NONE", "on": FIRST}]
    assert found["coverage"] == 0.75
    assert by_name(found["by_currency"])["USD"]["balances"] == ["USD"]


def test_it_follows_what_is_recorded_at_once_and_on_every_worker(
    alice: Person, portfolio: int, each_worker: Any
) -> None:
    here, there = each_worker(alice)
    path = f"/portfolios/{portfolio}/allocation"
    for sector in ("Funds", "Everything", None):
        put(here, "/instruments/FUND", {"currency": "USD", "kind": "etf", "sector": sector})
        slices = by_name(told(there, path, at=FIRST)["by_sector"])
        assert "FUND" in slices[sector or "unclassified"]["symbols"]


def test_all_portfolios_are_divided_together_and_those_of_others_are_not_seen(
    alice: Person, bob: Person, portfolio: int
) -> None:
    second = a_portfolio(alice, name="Second")
    booked(alice, second, "buy", trade_date=FIRST, symbol="NOVN", currency="CHF", quantity=1, price=100)
    found = told(alice, "/allocation", at=FIRST)
    assert portfolio
    assert found["portfolio_id"] is None
    assert by_name(found["by_country"])["CH"]["value"] == 330
    assert told(bob, "/allocation", at=FIRST)["by_country"] == []
    refused = ask(bob, f"/portfolios/{second}/allocation")
    assert (refused.status, refused.code) == (404, "portfolio-not-found")


def test_in_another_currency_the_weights_are_the_same(alice: Person, portfolio: int) -> None:
    path = f"/portfolios/{portfolio}/allocation"
    in_francs = told(alice, path, at=FIRST, currency="CHF")
    assert by_name(in_francs["by_country"])["CH"]["value"] == 200
    values = [one["value"] for one in in_francs["by_class"] if one["value"] is not None]
    assert sum(values) == in_francs["net_worth"]
    assert ask(alice, path, currency="EURO").code == "unknown-currency"
    assert ask(alice, path, by="sector").code == "unknown-parameter"
