from typing import Any

import pytest

from tests.api.booking import a_portfolio, booked
from tests.people import Person
from tests.servers import Server


@pytest.fixture
def portfolio(alice: Person) -> int:
    portfolio_id = a_portfolio(alice)
    booked(alice, portfolio_id, "deposit", gross_amount=1000)
    booked(alice, portfolio_id, "buy", fee=2)
    booked(alice, portfolio_id, "sell", trade_date="2026-01-06", quantity=4, price=5)
    alice.made("/instruments/ABC/actions", {"kind": "split", "ex_date": "2026-01-08", "new": 2})
    alice("PUT", "/instruments/ABC/prices", {"currency": "EUR", "prices": {"2026-01-09": 2}})
    alice("PUT", "/rates/USDEUR", {"rates": {"2026-01-09": "0.8"}})
    return portfolio_id


def explained(person: Person, portfolio_id: int, figure: str, more: str = "") -> Any:
    answer = person("GET", f"/portfolios/{portfolio_id}/explain?figure={figure}{more}")
    assert answer.status == 200, answer
    return answer.json


def leaves(node: Any) -> list[Any]:
    inputs = node["inputs"]
    return [leaf for one in inputs for leaf in leaves(one)] if inputs else [node]


def test_a_figure_is_taken_apart_to_what_was_entered(alice: Person, portfolio: int) -> None:
    found = explained(alice, portfolio, "holdings.ABC.market_value", "&at=2026-01-09")
    held = alice("GET", f"/portfolios/{portfolio}/holdings?at=2026-01-09").json["holdings"][0]
    assert (found["value"], found["currency"]) == (held["market_value"], "USD")
    sources = [one["source"] for one in leaves(found["tree"])]
    assert {one["kind"] for one in sources} == {"transaction", "price", "rate", "action", "constant"}
    (rate,) = [one for one in sources if one["kind"] == "rate"]
    assert [(leg["pair"], leg["inverted"]) for leg in rate["legs"]] == [("USDEUR", True)]


@pytest.mark.parametrize(
    ("figure", "period"),
    [
        ("valuation.net_worth", "&at=2026-01-09"),
        ("gains.2026.gain_net", ""),
        ("performance.ABC.realized_gains", "&from=2026-01-05&to=2026-01-09"),
        ("performance.closing_value", "&to=2026-01-09"),
        ("performance.returns.money_weighted", "&from=2026-01-05&to=2026-01-09"),
    ],
)
def test_every_answer_has_figures_to_explain(alice: Person, portfolio: int, figure: str, period: str) -> None:
    assert explained(alice, portfolio, figure, period)["tree"]["figure"] == figure
    whole = alice("GET", f"/explain?figure={figure}{period}")
    assert (whole.status, whole.json["portfolio_id"]) == (200, None)


def test_what_is_missing_is_named_where_it_is(alice: Person, portfolio: int) -> None:
    found = explained(alice, portfolio, "holdings.ABC.market_value", "&at=2026-01-07")
    assert found["value"] is None
    missing = [one["missing"] for one in leaves(found["tree"]) if one["missing"]]
    assert {"what": "price", "subject": "ABC", "on": "2026-01-07"} in missing


@pytest.mark.parametrize(
    "figure", ["", "x", "holdings", "holdings.XYZ.fees", "performance.x", "performance.returns.x"]
)
def test_an_unknown_figure_is_refused_with_how_they_are_named(
    alice: Person, portfolio: int, figure: str
) -> None:
    answer = alice("GET", f"/portfolios/{portfolio}/explain?figure={figure}")
    assert (answer.status, answer.json["code"]) == (404, "figure-not-found")
    assert "holdings.AAPL.cost_basis" in answer.json["detail"]


def test_nobody_else_sees_it(bob: Person, portfolio: int) -> None:
    assert bob("GET", f"/portfolios/{portfolio}/explain?figure=valuation.net_worth").status == 404


def test_the_command_prints_the_same_tree(alice: Person, portfolio: int, server: Server) -> None:
    asked = ("--portfolio", str(portfolio), "--user", alice.email)
    done = server.steward("explain", "holdings.ABC.realized_gain_net", *asked)
    assert done.returncode == 0, done.stderr
    value = alice("GET", f"/portfolios/{portfolio}/holdings").json["holdings"][0]["realized_gain_net"]
    assert done.stdout.startswith(f"holdings.ABC.realized_gain_net = {value} USD")
    assert "sell, 2026-01-06" in done.stdout
    priced = server.steward("explain", "holdings.ABC.market_value", *asked, "--to", "2026-01-09")
    for told in ("price of ABC, 2026-01-09, user", "1/USDEUR 2026-01-09", "corporate action", "stated"):
        assert told in priced.stdout
    missing = server.steward("explain", "holdings.ABC.market_value", *asked, "--to", "2026-01-07")
    assert "missing: price ABC on 2026-01-07" in missing.stdout
    returned = ("performance.returns.daily_linked", *asked, "--from", "2006-01-01", "--to", "2026-01-02")
    years = server.steward("explain", *returned).stdout
    assert (
        "performance.days.2006-01-02.value = 0 USD  a figure: ask for performance.days.2006-01-02.value"
        in years
    )


@pytest.mark.parametrize("wrong", ["figure", "user"])
def test_the_command_refuses_what_the_api_refuses(
    alice: Person, portfolio: int, server: Server, wrong: str
) -> None:
    figure = "x" if wrong == "figure" else "valuation.net_worth"
    email = "nobody@example.com" if wrong == "user" else alice.email
    done = server.steward("explain", figure, "--portfolio", str(portfolio), "--user", email)
    assert done.returncode == 1
    assert done.stderr.strip()
