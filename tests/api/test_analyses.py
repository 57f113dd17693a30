"""Analyses over HTTP: each other's figures to the last digit, by the method asked for, nobody else's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.api.asking import FIRST, LAST, MIDDLE, a_saver, ask, closes, put, told
from tests.api.booking import a_portfolio, booked
from tests.people import Person

ANALYSES = ("holdings", "gains", "history", "performance")
TODAY = datetime.now(UTC).date()
AMOUNTS = (
    "opening_value", "contributions", "withdrawals", "realized_gains", "unrealized_gains", "currency_gains",
    "dividends", "interest", "fees", "taxes", "closing_value",
)  # fmt: skip


@pytest.fixture
def saver(alice: Person) -> tuple[Person, int]:
    return a_saver(alice)


def test_every_statement_is_explained_in_its_own_digits(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    for scope in ({}, {"scope": "securities"}, {"symbol": "ABC"}, {"symbol": "FUND"}):
        for start, end in (("2026-01-04", LAST), (FIRST, MIDDLE), (MIDDLE, LAST), (LAST, LAST)):
            found = told(person, f"/portfolios/{portfolio}/performance", from_=start, to=end, **scope)
            assert (found["complete"], found["missing"]) == (True, [])
            every = [found["statement"], *(one["statement"] for one in found["by_instrument"])]
            for statement in every:
                opening, came, went, *gains, fees, taxes, closing = (Decimal(statement[n]) for n in AMOUNTS)
                assert opening + came - went + sum(gains) - fees - taxes == closing
                assert statement["residual"] == 0


def test_a_past_valuation_history_and_performance_agree_to_the_last_digit(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    path = f"/portfolios/{portfolio}"
    for currency in ("EUR", "USD", "CHF"):
        if currency == "CHF":
            put(person, "/rates/EURCHF", {"rates": {FIRST: "0.931234567890123456", LAST: "0.94"}})
        days = told(person, f"{path}/history", from_=FIRST, to=LAST, currency=currency)["days"]
        assert [one["on"] for one in days] == [f"2026-01-{n:02}" for n in range(5, 13)]
        for one in days:
            valued = told(person, f"{path}/valuation", at=one["on"], currency=currency)
            assert (valued["net_worth"], valued["total_value"]) == (one["value"], one["securities"])
            assert (valued["cash_value"], valued["coverage"]) == (one["cash"], one["coverage"])
            held = told(person, f"{path}/holdings", at=one["on"], currency=currency)
            assert held["totals"]["net_worth"] == valued["net_worth"]
            changes = [holding["day_change"] for holding in held["holdings"]]
            assert held["totals"]["day_change"] == sum(change for change in changes if change is not None)
            ended = told(person, f"{path}/performance", to=one["on"], currency=currency)
            assert ended["statement"]["closing_value"] == valued["net_worth"]


def test_growth_is_the_same_in_history_and_performance(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    days = told(person, f"/portfolios/{portfolio}/history", to=LAST)["days"]
    returns = told(person, f"/portfolios/{portfolio}/performance", to=LAST)["returns"]
    assert days[0]["on"] == "2026-01-04"
    assert days[-1]["time_weighted"] == returns["time_weighted"]
    assert returns["by_month"].keys() == {"2026-01"}
    assert returns["by_year"]["2026"] == pytest.approx(returns["time_weighted"])
    assert returns["money_weighted_reason"] is None


def test_intervals_keep_the_last_day_and_add_up_what_came_and_went(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    path = f"/portfolios/{portfolio}/history"
    daily = {one["on"]: one for one in told(person, path, to="2026-02-02")["days"]}
    for interval, last in (
        ("week", ["2026-01-04", "2026-01-11", "2026-01-18", "2026-01-25", "2026-02-01", "2026-02-02"]),
        ("month", ["2026-01-31", "2026-02-02"]),
        ("year", ["2026-02-02"]),
    ):
        days = told(person, path, to="2026-02-02", interval=interval)["days"]
        assert [one["on"] for one in days] == last
        for one in days:
            same = daily[one["on"]]
            assert all(one[name] == same[name] for name in same.keys() - {"money_in", "money_out"})
        for flow in ("money_in", "money_out"):
            assert sum(one[flow] for one in days) == sum(one[flow] for one in daily.values())


def test_all_portfolios_are_told_at_the_root(alice: Person) -> None:
    closes(alice, "ABC", d2026_01_05="10")
    first, second = a_portfolio(alice), a_portfolio(alice)
    booked(alice, first, "buy", trade_date=FIRST, quantity="2", price="9")
    alice.made(
        "/transfers",
        {
            "from_portfolio_id": first,
            "to_portfolio_id": second,
            "trade_date": FIRST,
            "symbol": "ABC",
            "quantity": 1,
        },
    )
    found = told(alice, "/holdings", at=FIRST)
    (line,) = found["holdings"]
    assert (found["portfolio_id"], line["quantity"], line["cost_basis"]) == (None, 2, 18)
    assert [lot["portfolio_id"] for lot in line["lots"]] == [first, second]
    (one,) = told(alice, f"/portfolios/{second}/holdings", at=FIRST)["holdings"]
    assert (one["quantity"], one["cost_basis"], len(one["lots"])) == (1, 9, 1)
    assert told(alice, "/performance", to=FIRST)["statement"]["withdrawals"] == 0
    third = a_portfolio(alice, base_currency="EUR")
    refused = ask(alice, "/holdings")
    assert (refused.status, refused.code) == (422, "currency-needed")
    assert refused.json["errors"][0]["pointer"] == "/query/currency"
    assert told(alice, "/holdings", currency="EUR")["currency"] == "EUR"
    assert told(alice, f"/portfolios/{third}/holdings")["currency"] == "EUR"


def test_the_method_is_the_portfolio_s_unless_it_is_named(alice: Person) -> None:
    portfolio = a_portfolio(alice, cost_method="lifo")
    for price in ("1", "2"):
        booked(alice, portfolio, "buy", trade_date=FIRST, quantity="1", price=price)
    booked(alice, portfolio, "sell", trade_date=MIDDLE, quantity="1", price="5")
    path = f"/portfolios/{portfolio}/gains"
    for params, gain, used in (
        ({}, 3, "lifo"),
        ({"cost": "fifo"}, 4, "fifo"),
        ({"cost": "average"}, Decimal("3.5"), "average"),
    ):
        found = told(alice, path, **params)
        assert (found["totals"]["realized_gain_net"], found["method"]["cost"]) == (gain, used)
        assert found["by_year"] == {"2026": {"trades": 1, "gain_gross": gain, "gain_net": gain}}


def test_a_benchmark_is_told_beside_the_return(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    closes(person, "IDX", "EUR", d2025_12_30="90", d2026_01_05="100", d2026_01_12="110")
    path = f"/portfolios/{portfolio}/performance"
    found = told(person, path, from_=FIRST, to=LAST, benchmark="idx")
    against, gained = found["benchmark"], found["returns"]["time_weighted"]
    assert against["symbol"] == "IDX"
    assert float(against["time_weighted"]) == pytest.approx(0.1)
    assert float(against["excess"]) == pytest.approx(float(gained) - 0.1)
    assert told(person, path, from_="2026-01-01", to=LAST, benchmark="IDX")["benchmark"]["time_weighted"]
    gone = told(person, path, from_=FIRST, to=LAST, benchmark="NOSUCH")
    assert gone["benchmark"] == {"symbol": "NOSUCH", "time_weighted": None, "excess": None, "relative": None}
    assert {"what": "price", "subject": "NOSUCH", "first": FIRST, "last": FIRST} in gone["missing"]
    assert told(person, path, to=LAST)["benchmark"] is None


@pytest.mark.parametrize("interval", ["day", "week", "month"])
def test_a_history_has_the_line_of_a_benchmark_which_ends_where_the_performance_does(
    saver: tuple[Person, int], interval: str
) -> None:
    person, portfolio = saver
    closes(person, "IDX", d2025_12_30="90", d2026_01_05="100", d2026_01_09="110", d2026_01_12="95")
    for path in (f"/portfolios/{portfolio}", ""):
        asked = {"to": LAST, "benchmark": "idx"}
        for start in ({}, {"from_": FIRST}, {"from_": "2026-01-08"}):
            found = told(person, f"{path}/history", interval=interval, **asked, **start)
            assert found["benchmark"] == "IDX"
            for one in found["days"]:
                until = {**asked, "from_": found["from"], "to": one["on"]}
                until["currency"] = found["currency"]
                there = told(person, f"{path}/performance", **until)
                assert there["benchmark"]["time_weighted"] == one["benchmark"], one
            assert found["days"][-1]["benchmark"] is not None
    without = told(person, f"/portfolios/{portfolio}/history", to=LAST, interval=interval)
    assert without["benchmark"] is None
    assert {one["benchmark"] for one in without["days"]} == {None}


def test_what_the_line_of_a_benchmark_lacks_is_named_once(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    path = f"/portfolios/{portfolio}/history"
    found = told(person, path, from_=FIRST, to=LAST, benchmark="NOSUCH")
    assert found["missing"] == [{"what": "price", "subject": "NOSUCH", "first": FIRST, "last": LAST}]
    assert {one["benchmark"] for one in found["days"]} == {None}
    held = told(person, path, to="2026-02-01", benchmark="ABC")
    # Its price is missing where what is held has none, and on the first day, when nothing was held.
    spans = [(one["first"], one["last"]) for one in held["missing"] if one["subject"] == "ABC"]
    assert spans == [("2026-01-20", "2026-02-01"), ("2026-01-04", "2026-01-04")]
    refused = ask(person, path, benchmark="two words")
    assert (refused.code, refused.json["errors"][0]["pointer"]) == ("invalid-symbol", "/query/benchmark")


@pytest.mark.parametrize("name", [*ANALYSES, "valuation?at=2026-01-05"])
def test_somebody_else_s_portfolio_is_not_there(alice: Person, bob: Person, name: str) -> None:
    portfolio = a_portfolio(alice)
    theirs, absent = (bob("GET", f"/api/v1/portfolios/{n}/{name}") for n in (portfolio, 2**53))
    assert (theirs.status, theirs.code) == (absent.status, absent.code) == (404, "portfolio-not-found")


def test_nothing_of_anybody_else_is_in_what_is_told_at_the_root(alice: Person, bob: Person) -> None:
    booked(alice, a_portfolio(alice), "buy", trade_date=FIRST, symbol="SECRET")
    closes(alice, "ABC", d2026_01_05="10")
    booked(bob, a_portfolio(bob), "buy", trade_date=FIRST)
    for name in ANALYSES:
        assert "SECRET" not in ask(bob, f"/{name}").text
    (line,) = told(bob, "/holdings", at=FIRST)["holdings"]
    assert (line["symbol"], line["price"]) == ("ABC", None)


def test_nobody_gets_an_older_figure_than_was_acknowledged(
    alice: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    portfolio = a_portfolio(alice)
    here, there = each_worker(alice)
    for count in range(1, 6):
        booked(here, portfolio, "buy", trade_date=FIRST, quantity="1", price="1")
        closes(here, "ABC", d2026_01_05=count)
        (line,) = told(there, f"/portfolios/{portfolio}/holdings", at=FIRST)["holdings"]
        assert (line["quantity"], line["price"]) == (count, count)
        here, there = there, here


BAD = [
    ("at", "2999-01-01", "date-out-of-range"), ("at", "1899-12-31", "date-out-of-range"),
    ("at", "soon", "invalid-date"), ("currency", "EURO", "unknown-currency"),
    ("fill", "zero", "literal-error"), ("cost", "", "literal-error"), ("fees_in_cost", "1", "invalid-flag"),
    ("lot_scope", "all", "lot-scope-of-all"),
    ("since", "2999-01-01", "date-out-of-range"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "code"), BAD)
def test_a_bad_parameter_is_named(alice: Person, name: str, value: str, code: str) -> None:
    refused = ask(alice, f"/portfolios/{a_portfolio(alice)}/holdings", **{name: value})
    assert (refused.status, refused.code) == (422, code)
    assert refused.json["errors"][0]["pointer"] == f"/query/{name}"


@pytest.mark.parametrize("name", ["gains", "history", "performance"])
def test_a_period_has_its_order_and_its_length(alice: Person, name: str) -> None:
    path = f"/portfolios/{a_portfolio(alice)}/{name}"
    reversed_ = ask(alice, path, from_=LAST, to=FIRST)
    assert (reversed_.code, reversed_.json["errors"][0]["pointer"]) == ("period-reversed", "/query/to")
    long = ask(alice, path, from_="1900-01-01")
    assert (long.code, long.json["errors"][0]["pointer"]) == ("period-too-long", "/query/from")
    tomorrow = TODAY + timedelta(days=1)
    assert ask(alice, path, to=tomorrow).status == 200
    assert ask(alice, path, to=tomorrow + timedelta(days=1)).code == "date-out-of-range"
    assert ask(alice, path, from_=date(TODAY.year - 99, 1, 1)).status == 200


def test_holdings_are_told_without_their_lots(saver: tuple[Person, int]) -> None:
    person, portfolio = saver
    path = f"/portfolios/{portfolio}/holdings"
    whole, short = told(person, path, at=LAST), told(person, path, at=LAST, lots="false")
    assert all(one["lots"] for one in whole["holdings"])
    assert short == {**whole, "holdings": [{**one, "lots": None} for one in whole["holdings"]]}


@pytest.mark.parametrize("name", ANALYSES)
def test_an_empty_portfolio_has_nothing_to_tell(alice: Person, name: str) -> None:
    for path in (f"/portfolios/{a_portfolio(alice)}/{name}", f"/{name}"):
        found = told(alice, path)
        assert found.get("missing") == []
        assert not found.get("holdings")
        assert not found.get("trades")
