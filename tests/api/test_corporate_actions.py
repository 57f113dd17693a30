from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.people import Person
from tests.servers import Server

NOW = datetime.now(UTC)
SPLIT: dict[str, Any] = {"kind": "split", "new": 2}
REVERSE: dict[str, Any] = {"kind": "split", "new": 1, "old": 10}


def moved(units: int, *, days: int = 10, symbol: str = "ETH", kind: str = "transfer_in") -> dict[str, Any]:
    """Make units come or go, some days ago."""
    day = (NOW - timedelta(days=days)).date().isoformat()
    return {"kind": kind, "symbol": symbol, "quantity": units, "trade_date": day}


def dated(person: Person, portfolio_id: int, *entries: dict[str, Any]) -> None:
    for entry in entries:
        person.made(f"/portfolios/{portfolio_id}/transactions", entry)


def a_portfolio(person: Person) -> int:
    found: int = person.made("/portfolios", {"name": "p"})["id"]
    return found


def entered(person: Person, symbol: str = "ETH", *, days: int = 5, **parts: Any) -> dict[str, Any]:
    ex_date = (NOW - timedelta(days=days)).date().isoformat()
    made: dict[str, Any] = person.made(f"/instruments/{symbol}/actions", {"ex_date": ex_date, **parts})
    return made


def units(person: Person, portfolio_id: int) -> dict[str, Decimal]:
    valued = person("GET", f"/portfolios/{portfolio_id}/valuation").json
    return {line["symbol"]: line["quantity"] for line in (*valued["lines"], *valued["missing"])}


def listed(person: Person, portfolio_id: int) -> list[tuple[str, Any]]:
    items = person("GET", f"/portfolios/{portfolio_id}/assets").json["items"]
    return [(one["symbol"], one["quantity"]) for one in items]


def checked(server: Server) -> None:
    done = server.steward("check")
    assert done.stdout.startswith("0 findings"), done.stdout + done.stderr


def test_a_split_entered_once_reaches_every_portfolio_of_its_owner_alone(
    server: Server,
    alice: Person,
    bob: Person,
    each_worker: Callable[[Person], list[Person]],
) -> None:
    first, second, foreign = a_portfolio(alice), a_portfolio(alice), a_portfolio(bob)
    for person, portfolio_id, quantity in ((alice, first, 3), (alice, second, 4), (bob, foreign, 5)):
        dated(person, portfolio_id, moved(quantity), moved(1, days=0), moved(7, symbol="BTC"))
    here, there = each_worker(alice)
    before = [there("GET", f"/portfolios/{one}/valuation").text for one in (first, second)]
    kept = bob("GET", f"/portfolios/{foreign}/valuation").text
    split = entered(here, **SPLIT)
    assert [units(there, one) for one in (first, second)] == [{"ETH": 7, "BTC": 7}, {"ETH": 9, "BTC": 7}]
    assert listed(there, first) == [("BTC", 7), ("ETH", 1), ("ETH", 6)]
    assert listed(there, second) == [("BTC", 7), ("ETH", 1), ("ETH", 8)]
    assert bob("GET", f"/portfolios/{foreign}/valuation").text == kept
    assert listed(bob, foreign) == [("BTC", 7), ("ETH", 1), ("ETH", 5)]
    checked(server)
    assert there("DELETE", f"/instruments/eth/actions/{split['id']}").status == 204
    assert [here("GET", f"/portfolios/{one}/valuation").text for one in (first, second)] == before
    assert listed(here, first) == [("BTC", 7), ("ETH", 1), ("ETH", 3)]
    checked(server)


def test_units_follow_spin_offs_mergers_and_new_symbols(server: Server, alice: Person) -> None:
    portfolio_id = alice.made("/portfolios", {"name": "p", "shorts_allowed": True})["id"]
    dated(alice, portfolio_id, moved(8, symbol="OLD"), moved(2, symbol="SHORT", kind="transfer_out"))
    spin_off: dict[str, Any] = {"kind": "spin_off", "into": "CHILD", "new": 1, "old": 4, "basis_share": "0.2"}
    entered(alice, "OLD", days=9, **spin_off)
    entered(alice, "SHORT", days=9, **spin_off)
    change = entered(alice, "OLD", days=8, kind="symbol_change", into="new")
    merger: dict[str, Any] = {"kind": "merger", "into": "BIG", "new": 1, "old": 3, "basis_share": "0.5"}
    cash: dict[str, Any] = {"cash_per_unit": 2, "cash_in_lieu_price": 5, "currency": "USD"}
    entered(alice, "NEW", days=7, **merger, **cash)
    assert units(alice, portfolio_id) == {"BIG": 2, "CHILD": Decimal("1.5"), "SHORT": -2}
    assert listed(alice, portfolio_id) == [("BIG", 2)]
    checked(server)
    assert alice("DELETE", f"/instruments/OLD/actions/{change['id']}").status == 204
    assert units(alice, portfolio_id) == {"OLD": 8, "CHILD": Decimal("1.5"), "SHORT": -2}
    checked(server)


def test_an_asset_is_taken_back_after_a_reverse_split_unless_it_was_sold(
    server: Server, alice: Person
) -> None:
    portfolio_id = a_portfolio(alice)
    dated(alice, portfolio_id, moved(100), moved(50, symbol="BTC"))
    for symbol in ("ETH", "BTC"):
        entered(alice, symbol, **REVERSE)
    dated(alice, portfolio_id, moved(1, days=0, symbol="BTC", kind="transfer_out"))
    sold, whole = alice("GET", f"/portfolios/{portfolio_id}/assets").json["items"]
    assert alice("DELETE", f"/portfolios/{portfolio_id}/assets/{whole['id']}").status == 204
    answer = alice("DELETE", f"/portfolios/{portfolio_id}/assets/{sold['id']}")
    assert (answer.status, answer.code) == (409, "asset-sold")
    assert units(alice, portfolio_id) == {"BTC": 4}
    checked(server)


def test_orders_go_on_in_new_units(server: Server, alice: Person) -> None:
    portfolio_id = a_portfolio(alice)
    dated(alice, portfolio_id, moved(3))
    entered(alice, **SPLIT)
    order = alice.made("/orders", {"security": "ETH", "qty": 4, "side": "sell", "portfolio_id": portfolio_id})
    assert alice("POST", f"/orders/{order['id']}/execute", {"executed_qty": 4}).status == 200
    alice.made(f"/portfolios/{portfolio_id}/assets", {"symbol": "ETH", "quantity": 1})
    assert units(alice, portfolio_id) == {"ETH": 3}
    assert alice("GET", "/portfolio").json == [{"security": "ETH", "qty": -4}]
    checked(server)


def test_an_action_is_told_with_every_part(alice: Person, bob: Person) -> None:
    parts = {
        "kind": "merger", "ex_date": "1999-12-31", "new": Decimal("0.123456789012345678"), "old": "7",
        "into": " xyz ", "basis_share": "0.25", "cash_per_unit": 1, "cash_in_lieu_price": 2,
        "currency": "EUR", "note": ' Paid in "euro" ',
    }  # fmt: skip
    answer = alice("POST", "/instruments/brk%2Fb/actions", parts)
    assert (answer.status, '"new":0.123456789012345678,' in answer.text) == (201, True)
    made = answer.json
    expected = {**parts, "old": 7, "basis_share": Decimal("0.25"), "into": "XYZ", "note": 'Paid in "euro"'}
    assert made == {**expected, "id": made["id"], "symbol": "BRK/B"}
    split = entered(alice, "BRK%2FB", **SPLIT)
    absent = dict.fromkeys(("into", "basis_share", "cash_per_unit", "cash_in_lieu_price", "currency", "note"))
    assert split == {**absent, **split, "kind": "split", "new": 2, "old": 1}
    change = entered(alice, "BRK%2FB", days=6, kind="symbol_change", into="XYZ")
    assert (change["new"], change["old"]) == (None, None)
    assert alice("GET", "/instruments/BRK%2FB/actions").json == [made, change, split]
    assert alice("GET", "/instruments/XYZ/actions").json == []
    assert bob("GET", "/instruments/BRK%2FB/actions").json == []
    gone = f"/instruments/BRK%2FB/actions/{made['id']}"
    for person, path in ((bob, gone), (alice, f"/instruments/XYZ/actions/{made['id']}")):
        answer = person("DELETE", path)
        assert (answer.status, answer.code) == (404, "action-not-found")
    assert alice("DELETE", gone).status == 204
    assert alice("GET", "/instruments/BRK%2FB/actions").json == [change, split]
    assert alice("DELETE", gone).code == "action-not-found"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"new": 0}, "not-positive", "/new"),
        ({"new": 1, "old": 0}, "not-positive", "/old"),
        ({"new": None}, "not-positive", "/new"),
        ({"kind": "dividend"}, "literal-error", "/kind"),
        ({"ex_date": "1899-12-31"}, "date-out-of-range", "/ex_date"),
        ({"ex_date": (NOW + timedelta(days=2)).date().isoformat()}, "date-out-of-range", "/ex_date"),
        ({"ex_date": "2026-02-30"}, "invalid-date", "/ex_date"),
        ({"into": "XYZ"}, "invalid-action", "/into"),
        ({"kind": "spin_off", "basis_share": 0}, "invalid-action", "/into"),
        ({"kind": "spin_off", "into": "ETH", "basis_share": 0}, "invalid-action", "/into"),
        ({"kind": "spin_off", "into": "XYZ"}, "invalid-action", "/basis_share"),
        ({"kind": "spin_off", "into": "XYZ", "basis_share": 2}, "invalid-action", "/basis_share"),
        ({"kind": "delisting", "new": None}, "invalid-action", "/cash_per_unit"),
        ({"cash_in_lieu_price": 1}, "invalid-action", "/currency"),
        ({"cash_in_lieu_price": 1, "currency": "XXX"}, "unknown-currency", "/currency"),
        ({"note": ""}, "invalid-text", "/note"),
    ],
)
def test_a_bad_action_is_refused_by_the_field(
    alice: Person, change: dict[str, object], code: str, pointer: str
) -> None:
    body = {**SPLIT, "ex_date": "2026-01-02", **change}
    answer = alice("POST", "/instruments/ETH/actions", body)
    assert (answer.status, answer.code) == (422, code)
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert alice("GET", "/instruments/ETH/actions").json == []


def test_a_split_into_too_many_units_leaves_everything_as_it_was(server: Server, alice: Person) -> None:
    portfolio_id = a_portfolio(alice)
    dated(alice, portfolio_id, moved(10**20 - 1))
    answer = alice("POST", "/instruments/ETH/actions", {**SPLIT, "ex_date": NOW.date().isoformat()})
    assert (answer.status, answer.code) == (422, "number-out-of-range")
    assert units(alice, portfolio_id) == {"ETH": 10**20 - 1}
    assert alice("GET", "/instruments/ETH/actions").json == []


def test_an_action_with_a_key_is_entered_once(alice: Person) -> None:
    portfolio_id = a_portfolio(alice)
    dated(alice, portfolio_id, moved(3))
    body, key = {**SPLIT, "ex_date": NOW.date().isoformat()}, {"idempotency-key": "once"}
    first, again = (alice("POST", "/instruments/ETH/actions", body, headers=key) for _ in range(2))
    assert (first.status, again.text) == (201, first.text)
    assert units(alice, portfolio_id) == {"ETH": 6}


def test_actions_and_orders_at_once_leave_sound_books(
    server: Server,
    alice: Person,
    at_once: Callable[..., Any],
) -> None:
    portfolio_ids = [a_portfolio(alice) for _ in range(3)]
    for portfolio_id in portfolio_ids:
        dated(alice, portfolio_id, moved(3))
    ex_date = (NOW - timedelta(days=5)).date().isoformat()

    def ask(number: int) -> Any:
        portfolio_id = portfolio_ids[number % 3]
        if number % 4 == 0:
            return alice("POST", "/instruments/ETH/actions", {**SPLIT, "ex_date": ex_date})
        if number % 4 == 1:
            return alice("POST", "/portfolios", {"name": "more"})
        body = {"symbol": "ETH", "quantity": 1}
        return alice("POST", f"/portfolios/{portfolio_id}/assets", body)

    answers = at_once(16, ask)
    assert {answer.status for answer in answers} == {201}, [answer.text for answer in answers]
    total = sum(units(alice, portfolio_id)["ETH"] for portfolio_id in portfolio_ids)
    assert total == 3 * 3 * 2**4 + 8
    checked(server)
