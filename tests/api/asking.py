"""How analyses are asked for in tests, and what there is to ask about."""

from typing import Any
from urllib.parse import urlencode

from tests.api.booking import a_portfolio, booked
from tests.people import Answer, Person

FIRST, MIDDLE, LAST = "2026-01-05", "2026-01-09", "2026-01-12"


def ask(person: Person, path: str, **params: object) -> Answer:
    query = urlencode({name.removesuffix("_"): value for name, value in params.items()})
    return person("GET", f"/api/v1{path}?{query}")


def told(person: Person, path: str, **params: object) -> Any:
    answer = ask(person, path, **params)
    assert answer.status == 200, answer
    return answer.json


def put(person: Person, path: str, body: object) -> None:
    answer = person("PUT", f"/api/v1{path}", body)
    assert answer.status == 200, answer


def closes(person: Person, symbol: str, currency: str = "USD", **prices: object) -> None:
    daily = {name.removeprefix("d").replace("_", "-"): price for name, price in prices.items()}
    put(person, f"/instruments/{symbol}/prices", {"currency": currency, "prices": daily})


def a_saver(alice: Person) -> tuple[Person, int]:
    """Give somebody who saved in euros and bought in dollars, with digits that no float holds."""
    put(alice, "/rates/USDEUR", {"rates": {FIRST: "0.91", MIDDLE: "0.923456789012345678", LAST: "0.9"}})
    closes(alice, "ABC", d2026_01_05="10.1", d2026_01_09="11.123456789012345678", d2026_01_12="9.9")
    closes(alice, "FUND", "EUR", d2026_01_05="50", d2026_01_09="51.3", d2026_01_12="52")
    portfolio = a_portfolio(alice, base_currency="EUR")
    booked(alice, portfolio, "deposit", trade_date=FIRST, gross_amount="2000.000000000000000001")
    rate = {"pair": "USDEUR", "rate": "0.915"}
    booked(
        alice,
        portfolio,
        "buy",
        trade_date=FIRST,
        quantity="33.333333333333333333",
        price="10",
        fee="1.01",
        currency="USD",
        settlement_currency="EUR",
        exchange_rate=rate,
    )
    booked(alice, portfolio, "buy", trade_date=FIRST, symbol="FUND", quantity="7", price="50", tax="0.7")
    booked(
        alice, portfolio, "sell", trade_date=MIDDLE, quantity="11.1", price="11", fee="0.5", currency="USD"
    )
    booked(alice, portfolio, "dividend", trade_date=MIDDLE, gross_amount="5", tax="1.3", currency="USD")
    booked(alice, portfolio, "interest", trade_date=LAST, gross_amount="0.33")
    booked(alice, portfolio, "withdrawal", trade_date=LAST, gross_amount="100")
    return alice, portfolio
