"""The history of years that are over, over HTTP: kept by one worker, read by the other, never stale."""

from collections.abc import Callable
from typing import Any

from tests.people import Person
from tests.servers import Server

PRICES = {"2022-03-01": 10, "2022-12-30": 12, "2023-06-01": "12.345678901234567891", "2024-01-02": 9}


def _bought(person: Person, portfolio_id: int, day: str) -> None:
    entry = {
        "kind": "buy",
        "trade_date": day,
        "symbol": "KEPT",
        "quantity": 3,
        "price": 10,
        "currency": "USD",
    }
    person.made(f"/portfolios/{portfolio_id}/transactions", entry)


def _history(person: Person, portfolio_id: int) -> dict[str, Any]:
    answer = person("GET", f"/portfolios/{portfolio_id}/history?from=2022-01-01&to=2024-06-01")
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_kept_years_are_read_by_every_worker_and_never_stale(
    server: Server, alice: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    portfolio_id = alice.made("/portfolios", {"name": "kept"})["id"]
    assert alice("PUT", "/instruments/KEPT/prices", {"currency": "USD", "prices": PRICES}).status == 200
    _bought(alice, portfolio_id, "2022-03-01")
    here, there = each_worker(alice)
    before = _history(here, portfolio_id)
    assert _history(there, portfolio_id) == before
    assert "portfolios rebuilt" in server.steward("rebuild").stdout
    assert [_history(one, portfolio_id) for one in (here, there)] == [before, before]
    _bought(here, portfolio_id, "2023-06-01")
    after = _history(there, portfolio_id)
    assert after == _history(here, portfolio_id)
    assert after["days"][:400] == before["days"][:400]
    assert after["days"][-1]["cost"] == 2 * before["days"][-1]["cost"]
    checked = server.steward("check")
    assert checked.stdout.startswith("0 findings"), checked.stdout + checked.stderr
