"""Every number of holdings, gains, a dated valuation and performance is a figure that explains itself."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.booking import a_portfolio, booked
from tests.people import Person

# Lists of what an answer is about, which its own name says already.
NOT_ON_THE_PATH = {
    "valuation": {"lines"},
    "allocation": set(),
    "holdings": {"holdings"},
    "gains": {"trades", "by_year"},
    "performance": {"by_instrument", "statement"},
}
NO_FIGURE = {
    "portfolio_id": "an id",
    "transaction_id": "an id",
    "action_id": "an id",
    "trades": "a count of the closings that are listed",
    "price_age_days": "the distance of two dates that are stated beside it",
    "max_age_days": "a setting, by which prices and rates were looked up",
}
PERIOD = "from=2026-01-06&to=2026-01-16"
CLOSES = {
    "USA": ("USD", ("20", "21.5", "19.25", "11", "10.5")),
    "PEN": ("GBp", ("150", "155", "149", "151.5", "160")),
    "OPT": ("EUR", ("2", "2.5", "3", "2.75", "1.5")),
    "NEW": ("USD", ("4", "4", "4.5", "5", "5.25")),
}
CLASSED = {
    "USA": {"kind": "stock", "sector": "Energy & water", "country": "US"},
    "NEW": {"sector": "cash", "country": "US"},
}
RATES = {
    "USDEUR": ("0.9", "0.91", "0.905", "0.89", "0.9"),
    "EURGBP": ("0.85", "0.86", "0.85", "0.84", "0.85"),
}
DAYS = ("2026-01-05", "2026-01-08", "2026-01-12", "2026-01-14", "2026-01-16")
BOOKED: tuple[tuple[str, dict[str, object]], ...] = (
    ("deposit", {"gross_amount": 5000}),
    ("deposit", {"gross_amount": 3000, "currency": "USD", "trade_date": "2026-01-06"}),
    ("buy", {"symbol": "USA", "quantity": 15, "price": 20, "currency": "USD", "fee": 3, "tax": 1}),
    ("buy", {"symbol": "USA", "quantity": 8, "price": 21, "currency": "USD", "trade_date": "2026-01-07"}),
    ("buy", {"symbol": "PEN", "quantity": 300, "price": "1.5", "currency": "GBP", "fee": 2}),
    ("sell", {"symbol": "OPT", "quantity": 4, "gross_amount": 800, "fee": 1, "trade_date": "2026-01-08"}),
    ("sell", {"symbol": "USA", "quantity": 9, "price": 22, "currency": "USD", "trade_date": "2026-01-09"}),
    (
        "dividend",
        {"symbol": "USA", "gross_amount": 12, "tax": 2, "currency": "USD", "trade_date": "2026-01-10"},
    ),
    ("interest", {"gross_amount": 3, "trade_date": "2026-01-11"}),
    ("fee", {"gross_amount": 4, "trade_date": "2026-01-11"}),
    ("buy", {"symbol": "OPT", "quantity": 1, "gross_amount": 290, "trade_date": "2026-01-13"}),
    ("withdrawal", {"gross_amount": 100, "trade_date": "2026-01-15"}),
    (
        "sell",
        {"symbol": "PEN", "quantity": 100, "price": "1.7", "currency": "GBP", "trade_date": "2026-01-16"},
    ),
)
ACTIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("USA", {"kind": "split", "new": 3, "old": 2, "cash_in_lieu_price": 13, "currency": "USD"}),
    ("USA", {"kind": "spin_off", "into": "NEW", "new": 1, "old": 2, "basis_share": "0.2"}),
    ("PEN", {"kind": "return_of_capital", "cash_per_unit": "0.1", "currency": "GBP"}),
)


@pytest.fixture
def portfolio(alice: Person) -> int:
    """Enter currencies, lots, a short, closings and actions, and a transfer to a second portfolio."""
    for symbol, (currency, closes) in CLOSES.items():
        alice(
            "PUT",
            f"/instruments/{symbol}",
            {"currency": currency, "multiplier": 100 if symbol == "OPT" else 1, **CLASSED.get(symbol, {})},
        )
        known = dict(zip(DAYS, closes, strict=True))
        assert alice("PUT", f"/instruments/{symbol}/prices", {"prices": known}).status == 200
    for pair, rates in RATES.items():
        assert alice("PUT", f"/rates/{pair}", {"rates": dict(zip(DAYS, rates, strict=True))}).status == 200
    portfolio_id = a_portfolio(alice, base_currency="EUR", shorts_allowed=True)
    other = a_portfolio(alice, base_currency="EUR", name="Other")
    for kind, fields in BOOKED:
        booked(alice, portfolio_id, kind, **{"price": None, **fields})
    alice.made(
        "/transfers",
        {
            "from_portfolio_id": portfolio_id,
            "to_portfolio_id": other,
            "trade_date": "2026-01-10",
            "symbol": "PEN",
            "quantity": 50,
        },
    )
    for day, (symbol, terms) in enumerate(ACTIONS, start=12):
        alice.made(f"/instruments/{symbol}/actions", {"ex_date": f"2026-01-{day}", **terms})
    return portfolio_id


def numbers(answer: Any, name: str, path: str) -> Iterator[tuple[str, Decimal | int]]:
    """Give every number with the path of its figure.

    A path is the names on the way to the number, but for `NOT_ON_THE_PATH`; what a list holds goes by its
    symbol or its currency, a lot by its place, a trade by its symbol and its place among the trades of it,
    a slice by its kind and its name.
    """
    if isinstance(answer, dict):
        for member, value in answer.items():
            below = path if member in NOT_ON_THE_PATH[name] else f"{path}.{member}"
            if member not in NO_FIGURE or isinstance(value, list):
                yield from numbers(value, name, below)
    elif isinstance(answer, list):
        seen: list[str] = []
        for place, value in enumerate(answer):
            key = (
                value.get("symbol") or value.get("currency") or str(place) if isinstance(value, dict) else ""
            )
            key = str(place) if "acquired" in value else key
            if "weight" in value:
                key = ".".join(filter(None, (value["kind"], value["name"])))
            trade = f".{seen.count(key)}" if "entry_value" in value else ""
            seen.append(key)
            yield from numbers(value, name, f"{path}.{key}{trade}")
    elif isinstance(answer, Decimal | int) and not isinstance(answer, bool):
        yield path, answer


@pytest.mark.parametrize(
    ("name", "query", "count"),
    [
        ("valuation", "at=2026-01-15&currency=EUR", 20),
        ("allocation", "at=2026-01-15", 40),
        ("allocation", "at=2026-01-16&currency=USD", 40),
        ("holdings", "at=2026-01-16", 100),
        (
            "holdings",
            "at=2026-01-16&since=2026-01-09&cost=average&opening=market_value&fx=as_of&currency=USD",
            100,
        ),
        ("gains", "to=2026-01-16", 50),
        ("gains", f"{PERIOD}&cost=lifo&currency=GBP", 50),
        ("performance", f"{PERIOD}&benchmark=USA", 60),
        ("performance", f"{PERIOD}&benchmark=PEN&symbol=USA&fees_in_return=false&currency=USD", 20),
        ("performance", f"{PERIOD}&scope=securities&taxes_in_return=false", 60),
    ],
)
def test_every_number_of_an_answer_has_a_tree_that_comes_to_it(
    alice: Person, portfolio: int, name: str, query: str, count: int
) -> None:
    at = f"/portfolios/{portfolio}"
    _explains(alice, at, name, query, count)


@pytest.mark.parametrize(
    ("name", "query", "count"),
    [
        ("allocation", "at=2026-01-16", 40),
        ("holdings", "at=2026-01-16&lot_scope=all", 100),
        ("gains", "to=2026-01-16&lot_scope=all", 50),
        ("performance", f"{PERIOD}&benchmark=USA", 60),
    ],
)
def test_so_has_every_number_over_all_portfolios(
    alice: Person, portfolio: int, name: str, query: str, count: int
) -> None:
    assert portfolio
    _explains(alice, "", name, query, count)


def _explains(alice: Person, at: str, name: str, query: str, count: int) -> None:
    answer = alice("GET", f"{at}/{name}?{query}")
    assert answer.status == 200, answer
    found = dict(numbers(answer.json, name, name))
    assert len(found) > count
    for path, number in found.items():
        explained = alice("GET", f"{at}/explain?figure={quote(path)}&{query}")
        assert explained.status == 200, (path, explained.text)
        assert explained.json["value"] == number, path
        assert explained.json["tree"]["figure"] == path


def leaves(node: Any) -> Iterator[Any]:
    for one in node["inputs"]:
        yield from leaves(one)
    if not node["inputs"]:
        yield node


def test_the_return_of_a_short_period_is_shown_down_to_what_was_entered(
    alice: Person, portfolio: int
) -> None:
    path = f"/portfolios/{portfolio}/explain?figure=performance.returns.time_weighted&{PERIOD}"
    found = [one["source"] for one in leaves(alice("GET", path).json["tree"]) if one["source"]]
    assert {one["kind"] for one in found} == {"transaction", "price", "rate", "action", "constant"}
    booked_ids = {one["id"] for one in alice("GET", f"/portfolios/{portfolio}/transactions").json}
    assert {one["id"] for one in found if one["kind"] == "transaction"} == booked_ids


def test_what_has_no_room_is_a_figure_to_ask_for(alice: Person, portfolio: int) -> None:
    query = "from=2006-01-06&to=2026-01-16"
    path = f"/portfolios/{portfolio}/explain?figure=performance.returns.time_weighted&{query}"
    tree = alice("GET", path).json["tree"]
    assert len(tree["inputs"]) == 20 * 12 + 1
    figures = {
        one["source"]["what"]: one for one in leaves(tree) if (one["source"] or {}).get("kind") == "figure"
    }
    assert figures
    for what, shown in [*figures.items()][-3:]:
        answer = alice("GET", f"/portfolios/{portfolio}/explain?figure={what}&{query}").json
        assert (answer["tree"]["figure"], answer["value"]) == (what, shown["value"])
