"""Analyses over HTTP are strict: what is missing is named, and nothing stands in for it unasked."""

import pytest

from tests.api.asking import FIRST, LAST, MIDDLE, a_saver, closes, put, told
from tests.api.booking import a_portfolio, booked
from tests.people import Person

ANALYSES = ("holdings", "gains", "history", "performance")


@pytest.fixture
def saver(alice: Person) -> tuple[Person, int]:
    return a_saver(alice)


def test_without_a_price_the_strict_answer_names_what_is_missing(alice: Person) -> None:
    closes(alice, "ABC", d2026_01_05="10")
    portfolio = a_portfolio(alice)
    booked(alice, portfolio, "buy", trade_date=FIRST, quantity="2", price="10")
    booked(alice, portfolio, "buy", trade_date=FIRST, symbol="NONE", quantity="1", price="4")
    path, at = f"/portfolios/{portfolio}", "2026-01-13"
    missing = [{"what": "price", "subject": name, "on": at} for name in ("ABC", "NONE")]
    valued = told(alice, f"{path}/valuation", at=at)
    assert (valued["total_value"], valued["cash_value"], valued["net_worth"]) == (0, -24, -24)
    assert float(valued["coverage"]) == pytest.approx(1 / 3)
    assert (valued["missing"], valued["unknown_symbols"]) == (missing, ["ABC", "NONE"])
    assert (valued["fill"], valued["max_age_days"]) == ("none", 7)
    held = told(alice, f"{path}/holdings", at=at)
    assert held["missing"] == missing
    assert held["totals"]["day_change"] == 0
    assert [one["market_value"] for one in held["holdings"]] == [None, None]
    assert (held["totals"]["unrealized_gain_net"], held["totals"]["cost_basis"]) == (None, 24)
    days = told(alice, f"{path}/history", from_=FIRST, to=at)
    assert {"what": "price", "subject": "ABC", "first": at, "last": at} in days["missing"]
    assert [one["time_weighted"] for one in days["days"]] == [None] * 9
    measured = told(alice, f"{path}/performance", to=at)
    assert not measured["complete"]
    assert {name for name, value in measured["statement"].items() if value is None} >= {
        "closing_value",
        "residual",
    }
    assert measured["returns"]["time_weighted"] is None
    trades = told(alice, f"{path}/gains", to=at)
    assert [(one["exit_value"], one["gain_net"], one["return"]) for one in trades["trades"]] == [
        (None, None, None)
    ] * 2


def test_what_is_filled_says_so_and_says_how(alice: Person) -> None:
    closes(alice, "ABC", d2026_01_05="10", d2026_03_01="20")
    portfolio = a_portfolio(alice)
    for symbol, on in (("ABC", FIRST), ("NONE", FIRST)):
        booked(alice, portfolio, "buy", trade_date=on, symbol=symbol, quantity="2", price="4")
    path = f"/portfolios/{portfolio}/valuation"
    lines = told(alice, path, at="2026-02-01", fill="nearest")["lines"]
    assert [(one["price"], one["price_filled"], one["price_age_days"]) for one in lines] == [
        (10, "older", 27),
        (4, "trade", 27),
    ]
    booked(
        alice, portfolio, "transfer_in", trade_date="2025-01-01", symbol="ABC", quantity="1", gross_amount="1"
    )
    (line,) = told(alice, path, at="2025-02-01", fill="nearest")["lines"]
    assert (line["price_filled"], line["price_on"]) == ("later", FIRST)
    held = told(alice, f"/portfolios/{portfolio}/holdings", at="2026-02-01", fill="nearest")
    assert (held["missing"], held["coverage"], held["method"]["fill"]) == ([], 1, "nearest")


def test_a_price_that_is_taken_away_lowers_the_coverage(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    path = f"/portfolios/{portfolio}"
    assert {one["coverage"] for one in told(person, f"{path}/history", from_=FIRST, to=LAST)["days"]} == {1}
    closes(person, "ABC", d2026_01_05=None, d2026_01_09=None, d2026_01_12=None)
    after = told(person, f"{path}/history", from_=FIRST, to=LAST)
    assert all(one["coverage"] < 1 for one in after["days"])
    assert after["missing"] == [{"what": "price", "subject": "ABC", "first": FIRST, "last": LAST}]
    assert told(person, f"{path}/valuation", at=LAST)["coverage"] < 1
    assert not told(person, f"{path}/performance", to=LAST)["complete"]
    assert told(person, f"{path}/holdings", at=LAST)["totals"]["unrealized_gain_gross"] is None


def test_where_a_rate_is_taken_away_the_one_that_counts_then_is_named(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    path = f"/portfolios/{portfolio}/holdings"
    for source, rates in (("user", {}), ("ecb", {FIRST: None, MIDDLE: None, LAST: None})):
        if rates:
            put(person, "/rates/USDEUR", {"rates": rates})
        found = {one["currency"]: one["rate_source"] for one in told(person, path, at=MIDDLE)["securities"]}
        assert found["USD"] == source


def test_a_rate_that_nobody_knows_is_named(alice: Person) -> None:
    closes(alice, "ABC", "AFN", d2026_01_05="10")
    portfolio = a_portfolio(alice)
    booked(alice, portfolio, "deposit", trade_date=FIRST, gross_amount="100", currency="AFN")
    booked(alice, portfolio, "buy", trade_date=FIRST, quantity="2", price="10", currency="AFN")
    path = f"/portfolios/{portfolio}"
    put(alice, "/rates/AFNUSD", {"rates": {FIRST: "0.5"}})
    assert told(alice, f"{path}/valuation", at=FIRST)["net_worth"] == 50
    put(alice, "/rates/AFNUSD", {"rates": {FIRST: None}})
    valued = told(alice, f"{path}/valuation", at=FIRST)
    assert (valued["net_worth"], valued["coverage"]) == (0, 0)
    assert valued["missing"] == [{"what": "rate", "subject": "AFNUSD", "on": FIRST}]
    (cash,) = valued["cash"]
    assert (cash["amount"], cash["rate"], cash["value"]) == (80, None, None)
    measured = told(alice, f"{path}/performance", to=FIRST)
    assert (measured["complete"], measured["statement"]["residual"]) == (False, None)


def test_a_purchase_without_a_price_leaves_the_cash_unknown(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    order = alice.made("/orders", {"security": "NOBODY", "qty": 2, "portfolio_id": portfolio})
    assert alice("POST", f"/orders/{order['id']}/execute", {"executed_qty": 2}).status == 200
    for name in ANALYSES:
        told(alice, f"/portfolios/{portfolio}/{name}", fill="nearest")
    held = told(alice, f"/portfolios/{portfolio}/holdings")
    assert [one["amount"] for one in held["cash"]] == [None]
    assert {one["what"] for one in held["missing"]} == {"cash", "cost", "price"}
    assert (held["coverage"], held["totals"]["net_worth"]) == (0, 0)
