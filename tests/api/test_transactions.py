import pytest

from tests.api.booking import DAY, a_portfolio, ask, booked, ledger
from tests.people import Person

# What cash moves by: 100 or 10 units at 3, with a fee of 2 and a tax of 1.
NET = {
    "deposit": 97, "withdrawal": -103, "buy": -33, "sell": 27, "transfer_in": 0, "transfer_out": 0,
    "dividend": 97, "dividend_reinvested": 0, "dividend_in_kind": -3, "interest": 97,
    "interest_charged": -103, "fee": -100, "fee_refund": 100, "tax": -100, "tax_refund": 100,
}  # fmt: skip


@pytest.mark.parametrize("kind", NET)
def test_every_kind_is_recorded_and_comes_back_as_it_was_stated(alice: Person, kind: str) -> None:
    portfolio = a_portfolio(alice, shorts_allowed=True)
    costs = {} if kind in ("fee", "fee_refund", "tax", "tax_refund") else {"fee": 2, "tax": 1}
    made = booked(
        alice, portfolio, kind, **costs, note="a note", external_id="x-1", settlement_date="2026-01-07"
    )
    assert made["net_amount"] == NET[kind]
    assert (made["kind"], made["trade_date"], made["occurred_at"]) == (kind, DAY, None)
    assert (made["settlement_date"], made["note"], made["external_id"]) == ("2026-01-07", "a note", "x-1")
    assert (made["fee"], made["tax"]) == (costs.get("fee", 0), costs.get("tax", 0))
    assert made["currency"] == "USD"
    assert (made["seq"], made["portfolio_id"]) == (1, portfolio)
    address = f"/api/v1/portfolios/{portfolio}/transactions"
    assert alice("GET", f"{address}/{made['id']}").json == made
    assert alice("GET", address).json == [made]


def test_somebody_elses_ledger_is_not_found(alice: Person, bob: Person) -> None:
    portfolio = a_portfolio(alice)
    made = booked(alice, portfolio, "buy")
    assert ask(bob, portfolio, "buy").code == "portfolio-not-found"
    address = f"/portfolios/{portfolio}/transactions"
    assert bob("GET", address).code == "portfolio-not-found"
    assert bob("GET", f"{address}/{made['id']}").code == "transaction-not-found"
    assert bob("POST", f"{address}/{made['id']}/reversal").code == "transaction-not-found"
    assert len(ledger(alice, portfolio)) == 1
