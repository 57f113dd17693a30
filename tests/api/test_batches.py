import threading
import time
from collections.abc import Callable
from typing import Any

from tests.api.booking import a_portfolio, booked, holdings, ledger, stated
from tests.people import Answer, Person


def send(person: Person, portfolio: int, rows: list[Any]) -> Answer:
    return person("POST", f"/api/v1/portfolios/{portfolio}/transactions/batch", {"transactions": rows})


def a_year(number: int) -> list[Any]:
    """Rows of many kinds and symbols, in no order of days."""
    kinds = ("buy", "dividend", "deposit", "fee", "buy", "interest")
    day = "2025-{:02}-{:02}"
    return [
        stated(
            kinds[row % 6], trade_date=day.format(1 + row * 7 % 12, 1 + row % 28), external_id=f"row {row}"
        )
        | ({"symbol": f"S{row % 300}"} if kinds[row % 6] in ("buy", "dividend") else {})
        for row in range(number)
    ]


def pointers(answer: Answer) -> list[str]:
    return [one["pointer"] for one in answer.json["errors"]]


def test_many_are_recorded_in_their_order(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    rows = [stated("buy"), stated("sell", quantity=4), stated("deposit")]
    answer = send(alice, portfolio, rows)
    assert answer.status == 201
    kept = ledger(alice, portfolio)
    assert [one["kind"] for one in kept] == ["buy", "sell", "deposit"]
    assert answer.json == {"count": 3, "first_id": kept[0]["id"], "last_id": kept[2]["id"]}
    assert holdings(alice, portfolio) == {"ABC": 6}


def test_ten_thousand_are_recorded_while_others_are_answered(
    alice: Person, bob: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    portfolio, others = a_portfolio(alice), each_worker(bob)
    waited, done = [], threading.Event()

    def ask() -> None:
        while not done.is_set():
            for other in others:
                began = time.monotonic()
                assert other("GET", "/livez").status == 200
                waited.append(time.monotonic() - began)

    asking = threading.Thread(target=ask)
    asking.start()
    answer = send(alice, portfolio, a_year(10_000))
    done.set()
    asking.join()
    assert answer.status == 201, answer.text[:500]
    assert answer.json["count"] == 10_000
    assert len(waited) > 20
    # Not a measurement: a busy machine is slow. A batch that held everybody up would take seconds.
    assert max(waited) < 1
    found = alice("GET", f"/portfolios/{portfolio}/transactions?limit=1").json
    assert (found[0]["seq"], found[0]["external_id"]) == (10_000, "row 9999")


def test_one_bad_row_of_ten_thousand_is_named_and_nothing_is_kept(alice: Person) -> None:
    portfolio, rows = a_portfolio(alice), a_year(10_000)
    for field, value, pointer in (
        ("quantity", -1, "/transactions/9996/quantity"),
        ("quantity", "x", "/transactions/9996/quantity"),
        ("nobody", 1, "/transactions/9996"),
    ):
        answer = send(alice, portfolio, [*rows[:9996], {**rows[9996], field: value}, *rows[9997:]])
        assert (answer.status, pointers(answer)) == (422, [pointer])
    assert ledger(alice, portfolio) == []


def test_the_first_hundred_bad_rows_are_named(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    unknown = {**stated("buy"), "kind": "bought"}
    for bad, end in ((stated("buy", quantity=0), "/quantity"), (unknown, "/kind")):
        answer = send(alice, portfolio, [bad] * 150)
        assert answer.status == 422
        assert pointers(answer) == [f"/transactions/{row}{end}" for row in range(100)]


def test_rows_that_cannot_stand_together_are_named(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    lot = booked(alice, portfolio, "buy", external_id="x")
    refused = [
        ([stated("deposit"), stated("sell", quantity=11)], 422, "bad-rows", ["/transactions/1/quantity"]),
        (
            [stated("fee"), stated("fee", external_id="x")],
            409,
            "external-id-taken",
            ["/transactions/1/external_id"],
        ),
        (
            [stated("sell", quantity=1, lots=[{"transaction_id": lot["id"] + 1, "quantity": 1}])],
            422,
            "bad-rows",
            ["/transactions/0/lots/0/transaction_id"],
        ),
    ]
    for rows, status, code, where in refused:
        answer = send(alice, portfolio, rows)
        assert (answer.status, answer.code, pointers(answer)) == (status, code, where)
    assert len(ledger(alice, portfolio)) == 1


def test_a_batch_has_one_row_to_ten_thousand_and_sixteen_mebibytes(alice: Person) -> None:
    portfolio = a_portfolio(alice)
    assert send(alice, portfolio, []).code == "too-short"
    assert send(alice, portfolio, [stated("deposit")] * 10_001).code == "too-long"
    address = f"/portfolios/{portfolio}/transactions/batch"
    big = alice("POST", address, raw=b" " * (16 * 1024 * 1024 + 1))
    assert (big.status, big.code) == (413, "body-too-large")
    deep = b'{"transactions":' + b"[" * 40 + b"]" * 40 + b"}"
    assert alice("POST", address, raw=deep).code == "bad-json"
    assert ledger(alice, portfolio) == []
