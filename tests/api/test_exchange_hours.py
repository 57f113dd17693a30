"""The market's day over HTTP: the clock is set, and every worker's desks and orders follow by themselves."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import NewServer
from tests.api.trading import Trader, a_trader
from tests.factories import new_text
from tests.people import Person, registered
from tests.servers import Server

CLOCK = "/api/v1/exchange/clock"
LISTINGS = "/api/v1/exchange/listings"
WEDNESDAY = "2026-07-15"
HOURS = {"currency": "USD", "tick": "0.01", "lot": 1, "calendar": "XNYS"}
PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def own_server(new_server: NewServer) -> Server:
    return new_server(workers=2, PRICE_SOURCE="simulated")


@pytest.fixture
def symbol(admin: Person) -> str:
    """A symbol of which the price source knows nothing, in the hours of New York."""
    found = new_text("H").upper().replace("-", "")
    assert admin("PUT", f"{LISTINGS}/book/{found}", HOURS).status == 200
    return found


def set_clock(admin: Person, moment: str, **more: object) -> None:
    answer = admin("PUT", CLOCK, {"time": moment, "speed": 0, "reset": True, **more})
    assert answer.status == 200, answer


def soon(told: Callable[[], Any], expected: object) -> None:
    """Wait until it is so: a ticker runs once a second."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := told()) != expected and time.monotonic() < until:
        time.sleep(0.1)
    assert found == expected


def when_cheaper(admin: Person, person: Person, than: float) -> tuple[str, float]:
    """Find a minute of the same hour at which a share is asked for at less, and its price."""
    for minute in range(1, 60):
        moment = f"{WEDNESDAY}T15:{minute:02}:00Z"
        set_clock(admin, moment)
        if (ask := person("GET", "/book/AAPL?venue=paper").json["best_ask"]) < than:
            return moment, ask
    raise AssertionError("a price that only rises")


def status(person: Person, symbol: str, venue: str = "book") -> str:
    found: str = person("GET", f"/book/{symbol}?venue={venue}").json["status"]
    return found


def events(trader: Trader) -> list[tuple[str, str, str]]:
    """What happened, when, and why."""
    found = trader.person("GET", f"/portfolios/{trader.portfolio}/account/events").json
    return [(one["kind"], one["at"][:19], one["order"]["reason"]) for one in found]


def test_a_desk_follows_the_hours_of_its_market_on_every_worker(
    admin: Person, other: Person, symbol: str, each_worker: Callable[[Person], list[Person]]
) -> None:
    workers = each_worker(other)
    for moment, expected in (
        ("13:19:59", "closed"),
        ("13:20:00", "opening"),
        ("13:30:00", "continuous"),
        ("19:59:00", "closing"),
        ("20:00:00", "closed"),
    ):
        set_clock(admin, f"{WEDNESDAY}T{moment}Z")
        for one in workers:
            soon(lambda one=one: status(one, symbol), expected)  # type: ignore[misc]  # bound now


def test_a_step_over_a_week_ends_a_day_at_its_own_close(admin: Person, other: Person, symbol: str) -> None:
    set_clock(admin, f"{WEDNESDAY}T15:00:00Z")
    trader = a_trader(other, symbol)
    day = trader.place(time_in_force="day")
    gtc = trader.place(time_in_force="gtc")
    until = "2026-07-17T14:30:00Z"
    gtd = trader.place(time_in_force="gtd", expires_at=until)
    assert admin("PUT", CLOCK, {"step_seconds": 7 * 24 * 3600}).status == 200
    soon(lambda: trader.order(day)["status"], "expired")
    assert trader.order(gtc)["status"] == "pending"
    assert (trader.order(gtd)["status"], trader.order(gtd)["reason"]) == ("expired", "expired")
    assert events(trader)[3:] == [
        ("expired", f"{WEDNESDAY}T20:00:00", "day_over"),
        ("expired", until[:19], "expired"),
    ]
    assert status(other, symbol) == "continuous"
    trader.leave()


def test_a_day_runs_past_at_speed_with_all_its_turns(admin: Person, other: Person, symbol: str) -> None:
    set_clock(admin, f"{WEDNESDAY}T10:00:00Z")
    buyer, seller = a_trader(other, symbol), a_trader(admin, symbol)
    # Both auctions trade what gathered for them, the day what came in between.
    for side, trader in (("buy", buyer), ("sell", seller)):
        for time_in_force in ("opg", "cls", "day"):
            trader.place(side=side, qty=5, time_in_force=time_in_force)
    left = buyer.place(qty=1, limit_price=90, time_in_force="day")
    soon(lambda: status(other, symbol), "closed")
    assert admin("PUT", CLOCK, {"speed": 10_000}).status == 200
    soon(lambda: buyer.order(left)["status"], "expired")
    assert events(buyer)[4:] == [
        ("released", f"{WEDNESDAY}T13:30:00", None),
        ("released", f"{WEDNESDAY}T13:30:00", None),
        ("released", f"{WEDNESDAY}T13:30:00", None),
        ("filled", f"{WEDNESDAY}T13:30:00", None),
        ("filled", f"{WEDNESDAY}T13:30:00", None),
        ("released", f"{WEDNESDAY}T20:00:00", None),
        ("filled", f"{WEDNESDAY}T20:00:00", None),
        ("expired", f"{WEDNESDAY}T20:00:00", "day_over"),
    ]
    trades = other("GET", f"/book/{symbol}/trades").json
    assert [(one["seq"], one["qty"], one["price"]) for one in trades] == [
        (3, 5, 100),
        (2, 5, 100),
        (1, 5, 100),
    ]


def test_a_halt_stays_until_it_is_lifted(admin: Person, other: Person, symbol: str) -> None:
    set_clock(admin, f"{WEDNESDAY}T15:00:00Z")
    trader = a_trader(other, symbol)
    day, gtc = (trader.place(time_in_force=one) for one in ("day", "gtc"))
    assert other("POST", f"{LISTINGS}/book/{symbol}/halt").code == "not-admin"
    assert admin("POST", f"{LISTINGS}/book/{symbol}/halt").json["status"] == "halted"
    assert admin("POST", f"{LISTINGS}/book/{symbol}/halt").json["status"] == "halted"
    assert trader.ask().code == "symbol-halted"
    assert admin("PUT", CLOCK, {"step_seconds": 24 * 3600}).status == 200
    soon(lambda: trader.order(day)["status"], "expired")
    assert status(other, symbol) == "halted"
    assert trader.order(gtc)["status"] == "pending"
    assert admin("POST", f"{LISTINGS}/book/{symbol}/resume").json["status"] == "continuous"
    assert admin("POST", f"{LISTINGS}/book/{symbol}/resume").json["status"] == "continuous"
    assert trader.place()["status"] == "pending"
    set_clock(admin, f"{WEDNESDAY}T21:00:00Z")
    late = trader.place(time_in_force="day")
    admin("POST", f"{LISTINGS}/book/{symbol}/halt")
    assert admin("POST", f"{LISTINGS}/book/{symbol}/resume").json["status"] == "closed"
    assert trader.order(late)["status"] == "pending"
    trader.leave()
    assert admin("POST", f"{LISTINGS}/book/ABSENT/halt").code == "symbol-not-listed"


def test_a_paper_order_meets_the_quote_of_its_second(
    admin: Person, other: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    set_clock(admin, f"{WEDNESDAY}T15:00:00.5Z")
    trader = a_trader(other, "AAPL", units=0)
    paper: dict[str, Any] = {"venue": "paper", "time_in_force": "day"}
    bought = trader.place(**paper, type="market", limit_price=None)
    assert (bought["status"], bought["executed_qty"]) == ("executed", 10)
    books = [one("GET", "/book/AAPL?venue=paper").json for one in each_worker(other)]
    assert books[0] == books[1]
    assert books[0]["best_ask"] <= bought["average_price"] <= books[0]["best_ask"] * 2
    assert books[0]["last_price"] == bought["average_price"]
    asked = books[0]["asks"][0]["qty"]
    cheaper, ask = when_cheaper(admin, other, books[0]["best_ask"])
    set_clock(admin, f"{WEDNESDAY}T15:00:00.6Z")
    waiting = trader.place(**paper, limit_price=ask)
    assert trader.order(waiting)["status"] == "pending"
    # Nobody asks for anything: the ticker brings the price of that second.
    assert admin("PUT", CLOCK, {"time": cheaper}).status == 200
    soon(lambda: trader.order(waiting)["status"], "executed")
    set_clock(admin, f"{WEDNESDAY}T15:00:00.7Z")
    assert other("GET", "/book/AAPL?venue=paper").json["asks"][0]["qty"] == asked + 10
    assert other("GET", "/book/NOWHERE?venue=paper").code == "symbol-not-listed"


def test_a_paper_market_opens_and_closes_at_its_own_prices(admin: Person, other: Person) -> None:
    set_clock(admin, f"{WEDNESDAY}T12:00:00Z")
    assert admin("PUT", f"{LISTINGS}/paper/MSFT", HOURS).json["status"] == "closed"
    trader = a_trader(other, "MSFT", units=0)
    market: dict[str, Any] = {"venue": "paper", "type": "market", "limit_price": None}
    placed = [trader.place(**market, time_in_force=one) for one in ("opg", "day", "cls")]
    assert {one["phase"] for one in placed} == {"queued"}
    assert admin("PUT", CLOCK, {"step_seconds": 12 * 3600}).status == 200
    soon(lambda: trader.order(placed[2])["status"], "executed")
    times = [other("GET", f"/orders/{one['id']}/executions").json[0]["executed_at"][11:16] for one in placed]
    assert times == ["13:30", "13:30", "20:00"]


def test_a_market_maker_quotes_once_for_both_workers(new_server: NewServer) -> None:
    server = new_server(workers=2, PRICE_SOURCE="simulated", MARKET_MAKER="true")
    person = registered(server.url)
    try:
        assert person("GET", "/api/v1/exchange/clock").status == 200
        set_clock(person, f"{WEDNESDAY}T15:00:00Z")
        trader = a_trader(person, "AAPL", units=0)
        first = trader.place(limit_price=1)
        soon(lambda: len(person("GET", "/book/AAPL").json["asks"]), 5)
        bought = trader.place(type="market", limit_price=None, time_in_force="ioc", qty=1)
        assert bought["status"] == "executed"
        version = person("GET", "/book/AAPL").json["version"]
        time.sleep(2.5)
        assert person("GET", "/book/AAPL").json["version"] == version
        assert trader.cancel(first).status == 200
        assert server.steward("check").returncode == 0, server.steward("check").stdout
    finally:
        person.client.close()
