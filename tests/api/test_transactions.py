from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.api.booking import DAY, a_portfolio, ask, booked, holdings, ledger, stated
from tests.api.ordering import pages
from tests.people import Answer, Person

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


def test_what_is_not_stated_is_null(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    made = booked(alice, portfolio, "transfer_in")
    absent = {name for name, value in made.items() if value is None}
    assert absent == {
        "occurred_at", "settlement_date", "price", "gross_amount", "currency", "settlement_currency",
        "exchange_rate", "security_amount", "security_currency", "lots", "note", "external_id", "transfer_id",
        "fill_id", "reverses", "reversed_by", "replaces",
    }  # fmt: skip
    assert (made["fee"], made["tax"], made["net_amount"]) == (0, 0, 0)


def test_every_digit_of_every_term_comes_back(alice: Person) -> None:
    portfolio = a_portfolio(alice, base_currency="EUR")
    lot = booked(alice, portfolio, "buy", quantity="0.123456789012345678", price=1)["id"]
    more = {
        "trade_date": None,
        "occurred_at": "2026-01-06T15:30:00.000001+01:00",
        "quantity": Decimal("0.123456789012345678"),
        "price": None,
        "gross_amount": Decimal("12345678901234567890.123456789012345678"),
        "fee": Decimal("0.000000000000000001"),
        "settlement_currency": "USD",
        "exchange_rate": {"pair": "EURUSD", "rate": Decimal("1.1")},
        "security_amount": Decimal("2.5"),
        "security_currency": "GBp",
        "lots": [{"transaction_id": lot, "quantity": Decimal("0.123456789012345678")}],
        "note": 'a "quoted" é',
    }
    answer = ask(alice, portfolio, "sell", **more)
    assert answer.status == 422, "its price has more digits than a number may have"
    made = booked(alice, portfolio, "sell", **more | {"gross_amount": Decimal("1234.000000000000000001")})
    for name in ("quantity", "fee", "exchange_rate", "security_amount", "security_currency", "lots", "note"):
        assert made[name] == more[name]
    assert made["occurred_at"] == "2026-01-06T14:30:00.000001Z"
    assert (made["trade_date"], made["currency"], made["settlement_currency"]) == ("2026-01-06", "EUR", "USD")
    assert made["net_amount"] == Decimal("1357.4")
    assert made["price"] == Decimal("9995.400089958600891598")


def test_positions_are_what_the_ledger_folds_to(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    booked(alice, portfolio, "buy")
    booked(alice, portfolio, "dividend_reinvested", quantity=1)
    booked(alice, portfolio, "dividend_in_kind", quantity=2, symbol="XYZ")
    booked(alice, portfolio, "sell", quantity=4)
    booked(alice, portfolio, "dividend")
    assert holdings(alice, portfolio) == {"ABC": 7, "XYZ": 2}


def test_a_sale_beyond_the_position_is_refused_unless_shorts_are_allowed(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    booked(alice, portfolio, "buy")
    refused = ask(alice, portfolio, "sell", quantity=Decimal("10.000000000000000001"))
    assert (refused.status, refused.code) == (422, "beyond-position")
    assert refused.json["errors"][0]["pointer"] == "/quantity"
    assert ask(alice, portfolio, "sell", trade_date="2026-01-04").code == "beyond-position"
    address = f"/api/v1/portfolios/{portfolio}"
    assert alice("PATCH", address, {"shorts_allowed": True}).json["shorts_allowed"] is True
    booked(alice, portfolio, "sell", quantity=11)
    assert holdings(alice, portfolio) == {"ABC": -1}


def test_portfolios_say_how_they_count(alice: Person) -> None:
    made = alice.made("/portfolios", {"name": "p", "cost_method": "hifo"})
    assert (made["shorts_allowed"], made["cost_method"], made["history_version"]) == (False, "hifo", 0)
    booked(alice, made["id"], "buy", trade_date="2001-09-10")
    found = alice("GET", f"/portfolios/{made['id']}").json
    assert found == {**made, "history_version": 1}
    assert alice("GET", "/portfolios").json["items"] == [found]
    changed = alice("PATCH", f"/portfolios/{made['id']}", {"cost_method": "average"}).json
    assert changed == {**found, "cost_method": "average"}


def test_transactions_are_listed_newest_first_and_found_by_what_they_are(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    for number in range(5):
        booked(alice, portfolio, "buy", trade_date=f"2026-01-0{number + 1}", symbol=f"S{number % 2}")
    booked(alice, portfolio, "deposit", trade_date="2026-01-03")
    address = f"/api/v1/portfolios/{portfolio}/transactions"
    whole = ledger(alice, portfolio)[::-1]
    assert [one["seq"] for one in whole] == [6, 5, 4, 3, 2, 1]
    assert pages(alice, f"{address}?limit=4") == [whole[:4], whole[4:]]

    def numbers(query: str) -> list[list[int]]:
        return [[one["seq"] for one in page] for page in pages(alice, f"{address}?{query}")]

    assert numbers("kind=buy&symbol=s0&limit=2") == [[5, 3], [1]]
    assert numbers("symbol=S1&limit=1") == [[4], [2]]
    assert numbers("kind=deposit") == [[6]]
    assert numbers("from=2026-01-02&to=2026-01-03&limit=2") == [[6, 3], [2]]
    assert numbers("from=2026-01-03&to=2026-01-02") == [[]]
    assert numbers("to=2026-01-31&from=1900-01-01&kind=sell") == [[]]


def test_an_external_id_is_used_once(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    booked(alice, portfolio, "buy", external_id="x")
    taken = ask(alice, portfolio, "deposit", external_id="x")
    assert (taken.status, taken.code) == (409, "external-id-taken")
    booked(alice, a_portfolio(alice), "buy", external_id="x")


# Taking back and correcting


def test_a_reversal_takes_back_and_both_stay_readable(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    made = booked(alice, portfolio, "buy", fee=2)
    address = f"/api/v1/portfolios/{portfolio}/transactions/{made['id']}"
    back = alice("POST", f"{address}/reversal", {"note": "twice"})
    assert back.status == 201
    assert (back.json["reverses"], back.json["net_amount"], back.json["note"]) == (made["id"], 32, "twice")
    assert alice("GET", address).json == {**made, "reversed_by": back.json["id"]}
    assert holdings(alice, portfolio) == {}
    again = alice("POST", f"{address}/reversal")
    assert (again.status, again.code) == (409, "already-reversed")
    other = alice("POST", f"{address[: address.rindex('/')]}/{back.json['id']}/reversal")
    assert (other.status, other.code) == (409, "is-a-reversal")


def test_what_belongs_to_an_order_stays(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    order = alice.made("/orders", {"security": "ETH", "qty": 1, "portfolio_id": portfolio})
    assert alice("POST", f"/orders/{order['id']}/execute", {"executed_qty": 1}).status == 200
    (trade,) = ledger(alice, portfolio)
    assert trade["fill_id"]
    address = f"/portfolios/{portfolio}/transactions/{trade['id']}"
    for answer in (
        alice("POST", f"{address}/reversal"),
        alice("POST", f"{address}/correction", stated("buy")),
    ):
        assert (answer.status, answer.code) == (409, "of-an-order")


def test_an_asset_may_be_taken_back_as_a_transaction_and_the_reverse(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    first = alice.made(f"/portfolios/{portfolio}/assets", {"symbol": "ETH", "quantity": 1})["id"]
    second = booked(alice, portfolio, "transfer_in", symbol="ETH")["id"]
    assert [one["id"] for one in alice("GET", f"/portfolios/{portfolio}/assets").json["items"]] == [
        second,
        first,
    ]
    assert alice("POST", f"/portfolios/{portfolio}/transactions/{first}/reversal").status == 201
    assert alice("DELETE", f"/portfolios/{portfolio}/assets/{second}").status == 204
    left = alice("GET", f"/portfolios/{portfolio}/assets").json
    assert (left["items"], left["pagination_response"]["total_items"]) == ([], 0)


def test_a_correction_stands_in_the_place_of_what_was_wrong(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    made = booked(alice, portfolio, "buy", external_id="x")
    address = f"/api/v1/portfolios/{portfolio}/transactions/{made['id']}"
    answer = alice("POST", f"{address}/correction", stated("buy", quantity=9, external_id="x"))
    assert answer.status == 201
    reversal, other = answer.json["reversal"], answer.json["transaction"]
    assert (reversal["reverses"], other["replaces"], other["external_id"]) == (made["id"], made["id"], "x")
    assert [one["seq"] for one in ledger(alice, portfolio)] == [1, 2, 3]
    assert holdings(alice, portfolio) == {"ABC": 9}
    again = alice("POST", f"{address}/correction", stated("buy"))
    assert (again.status, again.code) == (409, "already-reversed")
    refused = alice(
        "POST", f"{address[: address.rindex('/')]}/{other['id']}/correction", stated("fee", fee=1)
    )
    assert (refused.status, refused.code) == (422, "invalid-transaction")
    assert len(ledger(alice, portfolio)) == 3


def test_a_change_with_a_key_acts_once(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    address, key = f"/portfolios/{portfolio}/transactions", {"idempotency-key": "one"}
    first, second = (alice("POST", address, stated("buy"), headers=key) for _ in range(2))
    assert (first.status, first.text) == (second.status, second.text)
    assert second.headers["idempotency-replayed"] == "true"
    assert len(ledger(alice, portfolio)) == 1


def test_two_at_once_never_sell_the_same_units(
    alice: Person, at_once: Callable[[int, Callable[[int], Answer]], list[Answer]]
) -> None:
    portfolio = a_portfolio(alice)
    booked(alice, portfolio, "buy")
    answers = at_once(6, lambda _: ask(alice, portfolio, "sell", quantity=3))
    assert sorted(answer.status for answer in answers) == [201] * 3 + [422] * 3
    assert holdings(alice, portfolio) == {"ABC": 1}
