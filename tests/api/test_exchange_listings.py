"""Listings, books, and lists of orders of the exchange over HTTP."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import NewServer
from tests.api.ordering import pages
from tests.api.trading import Trader, a_trader, trade
from tests.factories import new_text
from tests.people import Person
from tests.servers import Server

LISTINGS = "/api/v1/exchange/listings"
WHOLE: dict[str, Any] = {
    "currency": "USD",
    "tick": Decimal("0.05"),
    "lot": 2,
    "multiplier": 10,
    "calendar": "24/7",
    "borrowable": 100,
    "fees": {"per_order": 1, "rate": Decimal("0.001"), "per_unit": 0, "minimum": 1, "maximum": 20},
}


@pytest.fixture(scope="module")
def own_server(new_server: NewServer) -> Server:
    return new_server(workers=2)


@pytest.fixture
def symbol(admin: Person) -> str:
    found = new_text("L").upper().replace("-", "")
    assert admin("PUT", f"{LISTINGS}/book/{found}", {"currency": "USD"}).status == 200
    return found


@pytest.fixture
def buyer(other: Person, symbol: str) -> Iterator[Trader]:
    found = a_trader(other, symbol)
    yield found
    found.leave()


@pytest.fixture
def seller(admin: Person, symbol: str) -> Iterator[Trader]:
    found = a_trader(admin, symbol)
    yield found
    found.leave()


def test_what_is_listed_and_what_the_source_has_a_price_of_is_told(
    admin: Person, other: Person, symbol: str
) -> None:
    listed = admin("PUT", f"{LISTINGS}/book/{symbol}", WHOLE).json
    known = {"venue": "book", "symbol": symbol, **WHOLE, "status": "continuous", "last_price": None}
    assert listed == known
    found = {(one["venue"], one["symbol"]): one for one in other("GET", LISTINGS).json}
    assert found["book", symbol] == known
    assert found["paper", "AAPL"]["currency"] == found["book", "AAPL"]["currency"] == "USD"
    assert ("paper", symbol) not in found


def test_a_symbol_is_listed_in_upper_case(admin: Person, symbol: str) -> None:
    answer = admin("PUT", f"{LISTINGS}/book/{symbol.lower()}", WHOLE)
    assert (answer.status, answer.json["symbol"], answer.json["lot"]) == (200, symbol, 2)


def test_only_an_administrator_lists(other: Person, symbol: str) -> None:
    assert other("PUT", f"{LISTINGS}/book/{symbol}", WHOLE).code == "not-admin"
    assert other("POST", f"{LISTINGS}/book/{symbol}/resume").code == "not-admin"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"currency": "XXX"}, 422, "unknown-currency"),
        ({"tick": 0}, 422, "not-positive"),
        ({"lot": -1}, 422, "not-positive"),
        ({"multiplier": 0}, 422, "not-positive"),
        ({"calendar": "XMOON"}, 404, "calendar-not-found"),
        ({"borrowable": -1}, 422, "listing-out-of-range"),
        ({"fees": {"rate": 2}}, 422, "listing-out-of-range"),
        ({"fees": {"per_unit": -1}}, 422, "listing-out-of-range"),
        ({"fees": {"minimum": 2, "maximum": 1}}, 422, "listing-out-of-range"),
    ],
)
def test_a_listing_that_cannot_be_is_refused_whole(
    admin: Person, symbol: str, change: dict[str, object], status: int, code: str
) -> None:
    answer = admin("PUT", f"{LISTINGS}/book/{symbol}", {**WHOLE, **change})
    assert (answer.status, answer.code) == (status, code)
    assert admin("PUT", f"{LISTINGS}/book/bad symbol".replace(" ", "%20"), WHOLE).code == "invalid-symbol"
    found = {(one["venue"], one["symbol"]): one for one in admin("GET", LISTINGS).json}
    assert found["book", symbol]["lot"] == Decimal("0.000000001")


def test_nothing_that_open_orders_rest_on_is_changed(
    admin: Person, buyer: Trader, each_worker: Callable[[Person], list[Person]]
) -> None:
    path = f"{LISTINGS}/book/{buyer.symbol}"
    order = buyer.place()
    for change in ({"tick": 1}, {"lot": 1}, {"calendar": "XNYS"}, {"fees": {"rate": "0.01"}}):
        answer = admin("PUT", path, {"currency": "USD", **change})
        assert (answer.status, answer.code) == (409, "listing-has-orders")
        assert "1 open orders" in answer.json["detail"]
    assert admin("PUT", path, {"currency": "USD", "borrowable": 7}).json["borrowable"] == 7
    assert buyer.cancel(order).status == 200
    assert admin("PUT", path, {"currency": "USD", "tick": 5}).status == 200
    # Every worker goes by the new tick at once, also the one that knows the desk by the old one.
    for worker in each_worker(buyer.person):
        assert Trader(worker, buyer.portfolio, buyer.symbol).ask(limit_price=101).code == "off-tick"
        made = Trader(worker, buyer.portfolio, buyer.symbol).place(limit_price=105)
        assert made["status"] == "pending"


def test_a_book_is_the_newest_on_every_worker(
    buyer: Trader, seller: Trader, each_worker: Callable[[Person], list[Person]]
) -> None:
    workers = each_worker(buyer.person)
    path = f"/book/{buyer.symbol}"
    assert {name: workers[0]("GET", path).json[name] for name in ("best_bid", "bids", "last_price")} == {
        "best_bid": None,
        "bids": [],
        "last_price": None,
    }
    trade(buyer, seller)
    for price in (98, 99, 99):
        buyer.place(limit_price=price)
    seller.place(side="sell", limit_price=103, qty=4, display_qty=1)
    for worker in workers:
        found = worker("GET", path).json
        assert (found["best_bid"], found["best_ask"], found["last_price"]) == (99, 103, 100)
        assert found["bids"] == [
            {"price": 99, "qty": 20, "orders": 2},
            {"price": 98, "qty": 10, "orders": 1},
        ]
        assert found["asks"] == [{"price": 103, "qty": 1, "orders": 1}]
        assert worker("GET", f"{path}?levels=1").json["bids"] == found["bids"][:1]
        assert worker("GET", f"{path}?levels=0").status == 422
    assert workers[0]("GET", "/book/ABSENT").code == "symbol-not-listed"
    assert workers[0]("GET", "/book/ETH").json["status"] == "continuous"


def test_trades_are_paged_newest_first(buyer: Trader, seller: Trader) -> None:
    for price in (100, 101, 102):
        trade(buyer, seller, price)
    found = pages(buyer.person, f"/book/{buyer.symbol}/trades?limit=2")
    assert [[(one["seq"], one["price"], one["qty"]) for one in page] for page in found] == [
        [(3, 102, 1), (2, 101, 1)],
        [(1, 100, 1)],
    ]


def test_all_orders_are_cancelled_with_each_result(buyer: Trader, seller: Trader) -> None:
    person = buyer.person
    trade(buyer, seller)
    by_hand = person.made("/orders", {"security": buyer.symbol, "qty": 1, "portfolio_id": buyer.portfolio})
    bracket = buyer.place(
        order_class="bracket", take_profit={"limit_price": 120}, stop_loss={"stop_price": 80}, limit_price=90
    )
    rests = buyer.place(limit_price=91)
    elsewhere = a_trader(person, buyer.symbol)
    stays = elsewhere.place(limit_price=92)
    found = person("DELETE", f"/orders?portfolio_id={buyer.portfolio}&security={buyer.symbol}").json
    ids = [by_hand["id"], bracket["id"], *(one["id"] for one in bracket["legs"]), rests["id"]]
    assert [one["id"] for one in found] == ids
    assert {(one["status"], one["code"], one["order"]["status"]) for one in found} == {
        (200, None, "cancelled")
    }
    assert buyer.account["open_orders"] == buyer.account["reserved"] == 0
    assert person("DELETE", f"/orders?portfolio_id={buyer.portfolio}").json == []
    assert elsewhere.order(stays)["status"] == "pending"
    assert [one["id"] for one in person("DELETE", "/orders").json] == [stays["id"]]
    assert seller.account["open_orders"] == 0


def test_orders_are_listed_by_portfolio_and_venue(buyer: Trader) -> None:
    person = buyer.person
    manual = person.made("/orders", {"security": buyer.symbol, "qty": 1, "portfolio_id": buyer.portfolio})
    placed = buyer.place()
    mine = f"/orders?portfolio_id={buyer.portfolio}"
    assert [one["id"] for one in person("GET", mine).json] == [placed["id"], manual["id"]]
    assert [one["id"] for one in person("GET", f"{mine}&venue=book").json] == [placed["id"]]
    assert [one["id"] for one in person("GET", f"{mine}&venue=manual&status=pending").json] == [manual["id"]]
    assert len(pages(person, f"{mine}&limit=1")) == 2
    assert person("GET", "/orders?portfolio_id=999999").json == []


def test_an_account_tells_its_history_to_its_owner(buyer: Trader, seller: Trader) -> None:
    trade(buyer, seller)
    path = f"/portfolios/{buyer.portfolio}/account/events"
    found = buyer.person("GET", path).json
    assert [(one["seq"], one["kind"]) for one in found] == [(1, "accepted"), (2, "filled")]
    assert found[1]["fill"]["price"] == found[1]["order"]["average_price"] == 100
    assert found[1]["position_qty"] == 1001
    assert buyer.person("GET", f"{path}?after=1&limit=1").json == found[1:]
    assert buyer.person("GET", f"{path}?after=2").json == []
    assert seller.person("GET", path).code == "account-not-found"


def test_an_iceberg_of_too_many_tranches_is_refused(buyer: Trader) -> None:
    answer = buyer.ask(qty=1000, display_qty=9)
    assert (answer.status, answer.code) == (422, "terms-do-not-fit")
    assert "10 or more" in answer.json["detail"]
    made = buyer.place(qty=1000, display_qty=10)
    assert buyer.replace(made, qty=1001).code == "terms-do-not-fit"
