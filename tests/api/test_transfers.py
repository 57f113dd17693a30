from typing import Any

import pytest

from tests.api.booking import DAY, a_portfolio, booked, holdings, ledger
from tests.people import Answer, Person

UNITS = {"symbol": "ABC", "quantity": 4}
CASH = {"amount": 50, "currency": "EUR"}


def move(person: Person, one: int, other: int, **moved: Any) -> Answer:
    body = {"from_portfolio_id": one, "to_portfolio_id": other, "trade_date": DAY, **moved}
    return person("POST", "/api/v1/transfers", {k: v for k, v in body.items() if v is not None})


def test_units_move_with_their_lots(alice: Person) -> None:
    one, other = a_portfolio(alice), a_portfolio(alice)
    lot = booked(alice, one, "buy")["id"]
    lots = [{"transaction_id": lot, "quantity": 4}]
    made = move(alice, one, other, **UNITS, lots=lots, note="moved")
    assert made.status == 201
    out, into = made.json["out"], made.json["in"]
    assert (out["kind"], into["kind"], out["lots"]) == ("transfer_out", "transfer_in", lots)
    assert out["transfer_id"] == into["transfer_id"] == made.json["transfer_id"]
    assert ledger(alice, one)[-1] == out
    assert ledger(alice, other) == [into]
    assert (holdings(alice, one), holdings(alice, other)) == ({"ABC": 6}, {"ABC": 4})
    assert alice("GET", f"/portfolios/{other}/assets").json["items"] == []


def test_cash_moves_in_its_currency(alice: Person) -> None:
    one, other = a_portfolio(alice), a_portfolio(alice)
    made = move(alice, one, other, **CASH).json
    assert (made["out"]["kind"], made["out"]["net_amount"]) == ("withdrawal", -50)
    assert (made["in"]["kind"], made["in"]["net_amount"], made["in"]["currency"]) == ("deposit", 50, "EUR")


def test_a_transfer_is_taken_back_from_either_side(alice: Person) -> None:
    one, other = a_portfolio(alice), a_portfolio(alice)
    booked(alice, one, "buy")
    for portfolio, side in ((one, "out"), (other, "in")):
        made = move(alice, one, other, **UNITS).json[side]
        address = f"/portfolios/{portfolio}/transactions/{made['id']}"
        refused = alice(
            "POST", f"{address}/correction", {"kind": "fee", "gross_amount": 1, "trade_date": DAY}
        )
        assert (refused.status, refused.code) == (409, "of-a-transfer")
        back = alice("POST", f"{address}/reversal")
        assert (back.status, back.json["reverses"]) == (201, made["id"])
        assert (holdings(alice, one), holdings(alice, other)) == ({"ABC": 10}, {})


@pytest.mark.parametrize(
    ("moved", "code", "pointer"),
    [
        ({**UNITS, "quantity": 11}, "beyond-position", "/quantity"),
        ({**UNITS, "quantity": None}, "invalid-transaction", "/quantity"),
        ({**UNITS, "amount": 1}, "invalid-transaction", "/symbol"),
        ({**CASH, "amount": -1}, "not-positive", "/amount"),
        ({"currency": "EUR"}, "invalid-transaction", "/currency"),
        ({}, "invalid-transaction", "/symbol"),
        ({**UNITS, "trade_date": None}, "invalid-transaction", "/trade_date"),
        ({**UNITS, "lots": [{"transaction_id": 1, "quantity": 4}]}, "unknown-lot", "/lots/0/transaction_id"),
    ],
)
def test_what_cannot_be_moved_is_refused(
    alice: Person, moved: dict[str, Any], code: str, pointer: str
) -> None:
    one, other = a_portfolio(alice), a_portfolio(alice)
    booked(alice, one, "buy")
    answer = move(alice, one, other, **moved)
    assert (answer.status, answer.code, answer.json["errors"][0]["pointer"]) == (422, code, pointer)
    assert (len(ledger(alice, one)), ledger(alice, other)) == (1, [])


def test_a_transfer_is_between_two_portfolios_of_one_person(alice: Person, bob: Person) -> None:
    mine, foreign = a_portfolio(alice), a_portfolio(bob)
    for one, other in ((mine, foreign), (foreign, mine), (mine, 2**53), (2**53, mine)):
        answer = move(alice, one, other, **CASH)
        assert (answer.status, answer.code) == (404, "portfolio-not-found")
    same = move(alice, mine, mine, **CASH)
    assert (same.status, same.code) == (422, "invalid-transaction")
    assert ledger(alice, mine) == ledger(bob, foreign) == []
