from collections.abc import Callable
from typing import Any

from tests.api.booking import DAY, a_portfolio, ask, booked, holdings, ledger, stated
from tests.api.test_batches import pointers, send
from tests.api.test_transfers import move
from tests.people import Answer, Person

LATER = "2026-01-07"


def of(lot: int, quantity: int = 10) -> dict[str, Any]:
    return {"quantity": quantity, "lots": [{"transaction_id": lot, "quantity": quantity}]}


def refusal(answer: Answer) -> tuple[int, str | None, list[str]]:
    return answer.status, answer.code, pointers(answer)


def lots_of(person: Person, portfolio: int) -> dict[str, int]:
    """Units by the day of the lot."""
    (line,) = person("GET", f"/portfolios/{portfolio}/holdings").json["holdings"]
    return {lot["acquired"]: lot["quantity"] for lot in line["lots"]}


def test_a_sale_names_what_is_left_of_a_lot_of_its_portfolio(alice: Person, bob: Person) -> None:
    portfolio, other, theirs = a_portfolio(alice), a_portfolio(alice), a_portfolio(bob)
    first = booked(alice, portfolio, "buy", trade_date="2026-01-02")["id"]
    booked(alice, portfolio, "buy", trade_date="2026-01-03")
    booked(alice, portfolio, "sell", **of(first, 6))
    before = ledger(alice, portfolio)
    assert refusal(ask(alice, portfolio, "sell", **of(first, 5))) == (422, "beyond-lot", ["/lots/0/quantity"])
    for lot in (booked(alice, other, "buy")["id"], booked(bob, theirs, "buy")["id"], 2**53):
        told = refusal(ask(alice, portfolio, "sell", **of(lot, 1)))
        assert told == (422, "unknown-lot", ["/lots/0/transaction_id"])
    early = ask(alice, portfolio, "sell", **of(first, 1), trade_date="2026-01-01")
    assert refusal(early) == (422, "unknown-lot", ["/lots/0/transaction_id"])
    assert ledger(alice, portfolio) == before
    booked(alice, portfolio, "sell", **of(first, 4))
    assert lots_of(alice, portfolio) == {"2026-01-03": 10}


def test_what_a_sale_names_stays_in_the_ledger(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    lot, _ = [booked(alice, portfolio, "buy")["id"] for _ in range(2)]
    sale = booked(alice, portfolio, "sell", **of(lot, 8), trade_date=LATER)["id"]
    address, before = f"/portfolios/{portfolio}/transactions/{lot}", ledger(alice, portfolio)
    back = alice("POST", f"{address}/reversal")
    assert (back.status, back.code) == (409, "lot-named")
    assert f"Transaction {sale} of {LATER} names 8 units" in back.json["detail"]
    corrected = alice("POST", f"{address}/correction", stated("buy", quantity=9))
    assert refusal(corrected) == (409, "lot-named", ["/quantity"])
    assert refusal(ask(alice, portfolio, "sell", quantity=3)) == (409, "lot-named", ["/quantity"])
    other = a_portfolio(alice)
    assert refusal(move(alice, portfolio, other, symbol="ABC", quantity=3)) == (
        409,
        "lot-named",
        ["/quantity"],
    )
    assert (ledger(alice, portfolio), ledger(alice, other)) == (before, [])
    assert alice("POST", f"/portfolios/{portfolio}/transactions/{sale}/reversal").status == 201
    assert alice("POST", f"{address}/reversal").status == 201


def test_a_batch_names_the_row_and_the_lot(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    lot = booked(alice, portfolio, "buy")["id"]
    rows = [stated("buy"), stated("sell", **of(lot, 6)), stated("sell", **of(lot, 5))]
    answer = send(alice, portfolio, rows)
    assert refusal(answer) == (422, "bad-rows", ["/transactions/2/lots/0/quantity"])
    booked(alice, portfolio, "sell", **of(lot, 6), trade_date=LATER)
    answer = send(alice, portfolio, [stated("buy"), stated("deposit"), stated("sell", quantity=5)])
    assert refusal(answer) == (409, "lot-named", ["/transactions/2/quantity"])
    assert len(ledger(alice, portfolio)) == 2


def test_a_declared_holding_that_a_sale_names_stays(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    asset = alice.made(f"/portfolios/{portfolio}/assets", {"symbol": "ABC", "quantity": 10})["id"]
    day = ledger(alice, portfolio)[0]["trade_date"]
    booked(alice, portfolio, "buy", trade_date=day)
    booked(alice, portfolio, "sell", **of(asset, 6), trade_date=day)
    answer = alice("DELETE", f"/portfolios/{portfolio}/assets/{asset}")
    assert (answer.status, answer.code) == (409, "lot-named")


def test_a_lot_is_named_where_it_moved_and_after_a_split(alice: Person) -> None:
    one, other = a_portfolio(alice), a_portfolio(alice)
    lot = booked(alice, one, "buy", trade_date="2026-01-02")["id"]
    move(alice, one, other, symbol="ABC", quantity=4)
    split = {"kind": "split", "ex_date": "2026-01-06", "new": 2, "old": 1}
    alice.made("/instruments/ABC/actions", split)
    assert refusal(ask(alice, other, "sell", **of(lot, 5), trade_date=DAY)) == (
        422,
        "beyond-lot",
        ["/lots/0/quantity"],
    )
    booked(alice, other, "sell", **of(lot, 8), trade_date=LATER)
    assert alice("POST", f"/portfolios/{one}/transactions/{lot}/reversal").code == "lot-named"
    assert holdings(alice, one) == {"ABC": 12}


def test_of_two_sales_at_once_that_name_one_lot_one_is_refused(
    alice: Person,
    each_worker: Callable[[Person], list[Person]],
    at_once: Callable[[int, Callable[[int], Answer]], list[Answer]],
) -> None:
    portfolio = a_portfolio(alice)
    people = each_worker(alice)
    booked(alice, portfolio, "buy", quantity=100)
    for _ in range(5):
        lot = booked(alice, portfolio, "buy")["id"]
        found = at_once(2, lambda place, lot=lot: ask(people[place], portfolio, "sell", **of(lot, 6)))  # type: ignore[misc]  # bound now
        assert sorted(answer.status for answer in found) == [201, 422]
        assert [answer.code for answer in found if answer.status == 422] == ["beyond-lot"]


def test_a_sale_and_the_reversal_of_its_lot_elsewhere_do_not_pass_each_other(
    alice: Person,
    each_worker: Callable[[Person], list[Person]],
    at_once: Callable[[int, Callable[[int], Answer]], list[Answer]],
) -> None:
    people = each_worker(alice)
    for _ in range(5):
        one, other = a_portfolio(alice), a_portfolio(alice)
        lot = booked(alice, one, "buy")["id"]
        booked(alice, one, "buy", trade_date=LATER)
        assert move(alice, one, other, symbol="ABC", quantity=4, trade_date=LATER).status == 201
        address = f"/portfolios/{one}/transactions/{lot}/reversal"

        def either(place: int, lot: int = lot, other: int = other, address: str = address) -> Answer:
            if place:
                return people[1]("POST", address)
            return ask(people[0], other, "sell", **of(lot, 4), trade_date=LATER)

        sold, back = at_once(2, either)
        assert (sold.status, back.status) in {(201, 409), (422, 201)}, (sold, back)
        assert (sold if sold.status == 422 else back).code in {"beyond-lot", "unknown-lot", "lot-named"}
