"""What tests of transactions ask for again and again."""

from typing import Any

from tests.people import Answer, Person

DAY = "2026-01-05"


def a_portfolio(person: Person, **fields: object) -> int:
    made: int = person.made("/api/v1/portfolios", {"name": "Pension", **fields})["id"]
    return made


def stated(kind: str, **fields: object) -> dict[str, object]:
    """A transaction of this kind, as it is sent, complete unless a field is given as None."""
    usual: dict[str, object] = {"kind": kind, "trade_date": DAY}
    if kind in ("buy", "sell", "dividend_reinvested", "dividend_in_kind"):
        usual |= {"symbol": "ABC", "quantity": 10, "price": 3}
    elif kind in ("transfer_in", "transfer_out"):
        usual |= {"symbol": "ABC", "quantity": 10}
    else:
        usual |= {"gross_amount": 100} | ({"symbol": "ABC"} if kind == "dividend" else {})
    return {name: value for name, value in (usual | fields).items() if value is not None}


def ask(person: Person, portfolio_id: int, kind: str, **fields: object) -> Answer:
    return person("POST", f"/api/v1/portfolios/{portfolio_id}/transactions", stated(kind, **fields))


def booked(person: Person, portfolio_id: int, kind: str, **fields: object) -> Any:
    answer = ask(person, portfolio_id, kind, **fields)
    assert answer.status == 201, answer
    return answer.json


def ledger(person: Person, portfolio_id: int) -> list[Any]:
    """The whole ledger, oldest first."""
    found: list[Any] = person("GET", f"/portfolios/{portfolio_id}/transactions?limit=1000").json
    return found[::-1]


def holdings(person: Person, portfolio_id: int) -> dict[str, Any]:
    """Units by symbol, as the valuation has them."""
    found = person("GET", f"/portfolios/{portfolio_id}/valuation").json
    return {line["symbol"]: line["quantity"] for line in [*found["lines"], *found["missing"]]}
