"""What an administrator is told of everybody, and nobody else is."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import NewServer
from tests.api.ordering import pages
from tests.people import PASSWORD, Person, registered
from tests.servers import Server

USERS = "/api/v1/admin/users"
SOURCES = "/api/v1/admin/sources"


@pytest.fixture(scope="module")
def own_server(new_server: NewServer) -> Server:
    return new_server(workers=2)


@pytest.fixture
def everybody(admin: Person, other: Person) -> list[Any]:
    other.made("/api/v1/portfolios", {"name": "Home"})
    known = {"username": "Zoë <b>", "password": PASSWORD}
    if admin("POST", "/api/v1/users", known).status != 201:
        assert admin("POST", "/api/v1/users", known).code == "login-taken"
    found = admin("GET", USERS)
    assert found.status == 200
    return list(found.json)


def test_an_administrator_sees_who_is_here(admin: Person, other: Person, everybody: list[Any]) -> None:
    zoe, second, first = everybody
    assert (first["email"], first["username"], first["is_admin"]) == (admin.email, None, True)
    assert (second["email"], second["is_admin"]) == (other.email, False)
    assert (zoe["email"], zoe["username"], zoe["portfolio_count"]) == (None, "Zoë <b>", 0)
    assert second["portfolio_count"] == len(other("GET", "/api/v1/portfolios").json["items"])
    me = admin("GET", "/api/v1/users/me").json
    assert first == {**me, "is_admin": True, "portfolio_count": 0}


def test_no_secret_is_told(admin: Person, everybody: list[Any]) -> None:
    assert everybody
    told = admin("GET", USERS).text
    assert not {"password", "hash", "login", "subject", "token"} & {*told.replace('"', " ").split()}
    assert "argon2" not in told


def test_people_come_in_pages(admin: Person, everybody: list[Any]) -> None:
    for size in (1, 2):
        found = pages(admin, f"{USERS}?limit={size}")
        assert [one for page in found for one in page] == everybody
        assert {len(page) for page in found[:-1]} == {size}
    assert "link" not in admin("GET", f"{USERS}?limit={len(everybody)}").headers
    refused = admin("GET", f"{USERS}?cursor=djE6MQ")
    assert (refused.status, refused.code) == (400, "bad-cursor")


def test_nobody_else_is_told_on_any_worker(
    other: Person, each_worker: Callable[[Person], list[Person]], new_client: Callable[..., Person]
) -> None:
    for path in (USERS, SOURCES):
        for one in each_worker(other):
            answer = one("GET", path)
            assert (answer.status, answer.code) == (403, "not-admin")
        assert new_client(other.url)("GET", path).status == 401


def test_who_is_signed_in_says_whether_they_are_an_administrator(
    admin: Person, other: Person, own_server: Server
) -> None:
    def known(person: Person) -> object:
        return person("GET", "/api/v1/auth/me").json["is_admin"]

    assert (known(admin), known(other)) == (True, False)
    assert own_server.steward("user", "admin", other.email).returncode == 0
    assert known(other) is True
    assert other("GET", USERS).status == 200
    assert own_server.steward("user", "admin", other.email, "--off").returncode == 0
    assert known(other) is False
    assert other("GET", USERS).code == "not-admin"


def test_the_market_maker_is_there_without_a_name(new_server: NewServer) -> None:
    person = registered(new_server(MARKET_MAKER="true", PRICE_SOURCE="simulated").url)
    listing = {"currency": "USD"}
    assert person("PUT", "/api/v1/exchange/listings/book/AAPL", listing).status == 200
    until = time.monotonic() + 10
    while len(found := person("GET", USERS).json) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    house = found[0]
    assert (house["email"], house["username"], house["is_admin"]) == (None, None, False)
    assert house["portfolio_count"] == 1
    person.client.close()


def test_an_administrator_sees_where_prices_and_rates_come_from(admin: Person) -> None:
    found = admin("GET", SOURCES).json
    day = "2026-01-02T21:00:00.000000Z"
    static = {"source": "static", "simulated": False, "count": 5, "oldest": day, "newest": day}
    assert (found["prices"], found["max_age_days"]) == ([static], 7)
    (rates,) = found["rates"]
    assert rates["source"] == "ecb"
    rate = admin("GET", f"/api/v1/rates/EURUSD?on={rates['newest']}").json
    assert (rate["on"], rate["source"]) == (rates["newest"], "ecb")


def test_what_people_entered_is_theirs_and_no_source(admin: Person, other: Person) -> None:
    before = admin("GET", SOURCES).json
    for one in (admin, other):
        assert one("PUT", "/api/v1/prices/MINE", {"price": 3}).status == 200
    assert admin("GET", SOURCES).json == before
