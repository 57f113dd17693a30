import asyncio
import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from steward.infrastructure.auth.keys import KeyRing
from tests.api.conftest import NewServer, worker_of
from tests.infrastructure.databases import outside
from tests.people import Answer, Person, registered
from tests.servers import Server

BOTH = ["read", "trade"]
Clients = Callable[..., Person]


def headers(key: dict[str, Any]) -> dict[str, str]:
    return {"APCA-API-KEY-ID": key["key_id"], "APCA-API-SECRET-KEY": key["secret"]}


def basic(key: dict[str, Any]) -> dict[str, str]:
    pair = base64.b64encode(f"{key['key_id']}:{key['secret']}".encode()).decode()
    return {"authorization": f"Basic {pair}"}


def bearer(key: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {key['key_id']}.{key['secret']}"}


def made(person: Person, **fields: Any) -> dict[str, Any]:
    key: dict[str, Any] = person.made("/api/v1/api-keys", {"name": "bot", "scopes": BOTH, **fields})
    return key


def told(answer: Answer) -> tuple[object, ...]:
    """All but what names the very request."""
    body = {name: value for name, value in answer.json.items() if name not in ("request_id", "instance")}
    return answer.status, body, sorted(answer.headers)


@pytest.fixture
def program(server: Server, new_client: Clients) -> Person:
    """Somebody without a session."""
    return new_client(server.url)


def test_the_secret_is_shown_once(alice: Person) -> None:
    until = "2100-01-31T00:00:00.000000Z"
    portfolio = alice.made("/portfolios", {"name": "Mine"})["id"]
    key = made(alice, name=" My bot ", expires_at=until, portfolio_id=portfolio)
    secret = key.pop("secret")
    assert (key["name"], key["scopes"], key["expires_at"]) == ("My bot", BOTH, until)
    assert (key["portfolio_id"], key["last_used_at"]) == (portfolio, None)
    answer = alice("GET", "/api/v1/api-keys")
    assert answer.json == [key]
    assert secret not in answer.text


@pytest.mark.parametrize("spoken", [headers, basic, bearer], ids=["headers", "basic", "bearer"])
def test_a_program_signs_in_with_it_in_three_ways(
    alice: Person, program: Person, spoken: Callable[[dict[str, Any]], dict[str, str]]
) -> None:
    key = made(alice)
    me = program("GET", "/api/v1/users/me", headers=spoken(key))
    assert (me.status, me.json["email"]) == (200, alice.email)
    made_by = program("POST", "/api/v1/portfolios", {"name": "Made by a bot"}, headers=spoken(key))
    assert made_by.status == 201
    assert alice("GET", f"/portfolios/{made_by.json['id']}").json["name"] == "Made by a bot"


def test_a_key_opens_its_owner_s_world_alone(alice: Person, bob: Person, program: Person) -> None:
    portfolio = bob.made("/portfolios", {"name": "Bob's"})["id"]
    key = headers(made(alice))
    assert program("GET", f"/portfolios/{portfolio}", headers=key).code == "portfolio-not-found"
    assert program("GET", "/portfolios", headers=key).json["items"] == []
    assert bob("DELETE", f"/api-keys/{key['APCA-API-KEY-ID']}").code == "api-key-not-found"
    assert bob("GET", "/api-keys").json == []


@pytest.mark.parametrize(
    ("scopes", "reads", "trades"), [(["read"], 200, 403), (["trade"], 403, 201), (BOTH, 200, 201)]
)
def test_a_key_is_good_for_its_scopes_alone(
    alice: Person, program: Person, scopes: list[str], reads: int, trades: int
) -> None:
    key = headers(made(alice, scopes=scopes))
    read = program("GET", "/api/v1/portfolios", headers=key)
    traded = program("POST", "/api/v1/orders", {"security": "BTC", "qty": 1}, headers=key)
    assert (read.status, traded.status) == (reads, trades)
    assert {read.code, traded.code} <= {None, "out-of-scope"}
    assert len(alice("GET", "/orders").json) == (trades == 201)


def test_no_key_manages_the_account(alice: Person, program: Person) -> None:
    key = made(alice)
    asked: list[tuple[str, str, object]] = [
        ("GET", "/api-keys", None),
        ("POST", "/api-keys", {"name": "another", "scopes": BOTH}),
        ("DELETE", f"/api-keys/{key['key_id']}", None),
        ("POST", "/auth/logout", None),
        ("GET", "/auth/sessions", None),
        ("DELETE", "/auth/sessions", None),
        ("PATCH", "/users/me", {"password": "x", "new_password": "another horse 43 battery"}),
    ]
    for method, path, body in asked:
        answer = program(method, path, body, headers=headers(key))
        assert (answer.status, answer.code) == (403, "out-of-scope"), path
    assert [one["key_id"] for one in alice("GET", "/api-keys").json] == [key["key_id"]]


def test_a_wrong_secret_says_the_same_as_an_unknown_id(alice: Person, bob: Person, program: Person) -> None:
    key, other, foreign = made(alice), made(alice), made(bob)
    gone = made(alice)
    assert alice("DELETE", f"/api-keys/{gone['key_id']}").status == 204
    made_up = KeyRing("a secret that is not the server's, 32 bytes", []).issue(
        owner_id=UUID(alice("GET", "/users/me").json["id"]), portfolio_id=None
    )
    wrong = [
        {"key_id": key["key_id"], "secret": other["secret"]},
        {"key_id": key["key_id"], "secret": foreign["secret"]},
        {"key_id": "STAAAAAAAAAAAAAAAAAA", "secret": key["secret"]},
        {"key_id": made_up.id, "secret": made_up.secret},
        {"key_id": key["key_id"], "secret": "x"},
        {"key_id": key["key_id"], "secret": ""},
        {"key_id": "x", "secret": key["secret"]},
        gone,
    ]
    for method, path, body in (
        ("GET", "/users/me", None),
        ("POST", "/portfolios", {"name": "p"}),
        ("GET", "/auth/sessions", None),
    ):
        answers = [program(method, path, body, headers=headers(one)) for one in wrong]
        assert {answer.code for answer in answers} == {"invalid-api-key"}
        assert all(told(answer) == told(answers[0]) for answer in answers)
        assert answers[0].status == 401
    assert program("GET", "/users/me", headers=headers(key)).status == 200


def test_half_a_key_and_what_is_no_key_are_refused(alice: Person, program: Person) -> None:
    key = made(alice)
    for half in headers(key).items():
        assert program("GET", "/users/me", headers=dict([half])).code == "invalid-api-key"
    for token in (
        "x",
        base64.b64encode(b"user:password").decode(),
        base64.b64encode(b"\xff").decode(),
        "YQ==",
    ):
        answer = program("GET", "/users/me", headers={"authorization": f"Basic {token}"})
        assert (answer.status, answer.code) == (401, "invalid-api-key")


def test_a_key_and_a_session_are_of_one_user(alice: Person, bob: Person, new_client: Clients) -> None:
    key = made(alice, scopes=["read"])
    for signed_in in (alice, new_client(alice.url)):
        signed_in.client.cookies["access_token"] = alice.token
        assert signed_in("GET", "/users/me", headers=headers(key)).json["email"] == alice.email
        # Of the two the key counts: it may do less.
        assert signed_in("POST", "/portfolios", {"name": "p"}, headers=headers(key)).status == 403
    alice.client.cookies.clear()
    assert bob("GET", "/users/me", headers=headers(key)).code == "two-identities"
    by_cookie = new_client(bob.url)
    by_cookie.client.cookies["access_token"] = bob.token
    for spoken in (headers, bearer, basic):
        assert by_cookie("GET", "/users/me", headers=spoken(key)).code == "two-identities"
    two = {**headers(key), **bearer(made(alice))}
    assert by_cookie("GET", "/users/me", headers=two).code == "two-identities"
    assert new_client(bob.url)("GET", "/users/me", headers={**headers(key), **basic(key)}).status == 200


def test_another_site_may_not_use_what_a_browser_remembers(alice: Person, program: Person) -> None:
    key, elsewhere = made(alice), {"origin": "https://evil.example"}
    for spoken, status in ((basic, 403), (bearer, 201), (headers, 201)):
        answer = program("POST", "/portfolios", {"name": "p"}, headers={**spoken(key), **elsewhere})
        assert answer.status == status


def test_a_revoked_key_ends_at_once_on_every_worker(
    alice: Person, server: Server, new_client: Clients
) -> None:
    key = made(alice)
    token = f"{key['key_id']}.{key['secret']}"
    workers: dict[str, Person] = {}
    while len(workers) < 2:
        candidate = new_client(server.url, token)
        workers.setdefault(worker_of(candidate), candidate)
    for one in workers.values():
        assert one("GET", "/users/me").status == 200
    assert alice("DELETE", f"/api-keys/{key['key_id']}").status == 204
    for one in workers.values():
        assert one("GET", "/users/me").code == "invalid-api-key"
        assert one("POST", "/portfolios", {"name": "p"}).code == "invalid-api-key"
    assert alice("DELETE", f"/api-keys/{key['key_id']}").code == "api-key-not-found"


def test_a_key_ends_when_it_said(alice: Person, program: Person) -> None:
    until = datetime.now(UTC) + timedelta(seconds=2)
    key = headers(made(alice, expires_at=until.isoformat()))
    assert program("GET", "/users/me", headers=key).status == 200
    time.sleep(max(0, (until - datetime.now(UTC)).total_seconds()) + 0.1)
    assert program("GET", "/users/me", headers=key).code == "invalid-api-key"
    past = alice("POST", "/api-keys", {"name": "p", "scopes": BOTH, "expires_at": "2020-01-01T00:00:00Z"})
    assert (past.code, past.json["errors"][0]["pointer"]) == ("expiry-passed", "/expires_at")


def test_a_key_names_a_portfolio_of_one_s_own_and_ends_with_it(
    alice: Person, bob: Person, program: Person
) -> None:
    foreign = bob.made("/portfolios", {"name": "Bob's"})["id"]
    for portfolio_id in (foreign, 2**53, 0, -1, 2**70):
        body = {"name": "p", "scopes": BOTH, "portfolio_id": portfolio_id}
        assert alice("POST", "/api-keys", body).code == "portfolio-not-found"
    mine = alice.made("/portfolios", {"name": "Mine"})["id"]
    key = headers(made(alice, portfolio_id=mine))
    assert program("GET", "/users/me", headers=key).status == 200
    assert alice("DELETE", f"/portfolios/{mine}").status == 204
    assert program("GET", "/users/me", headers=key).code == "invalid-api-key"


@pytest.mark.parametrize("scopes", [[], ["account"], ["read", "everything"], "read", ["read"] * 3])
def test_scopes_are_those_that_there_are(alice: Person, scopes: object) -> None:
    assert alice("POST", "/api-keys", {"name": "p", "scopes": scopes}).status == 422


def test_a_repeated_request_makes_one_key_and_keeps_no_secret(alice: Person) -> None:
    once = {"idempotency-key": "once"}
    body = {"name": "bot", "scopes": BOTH}
    first = alice("POST", "/api-keys", body, headers=once)
    again = alice("POST", "/api-keys", body, headers=once)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json == {**first.json, "secret": None}
    assert len(alice("GET", "/api-keys").json) == 1


def test_the_last_use_is_told(alice: Person, program: Person) -> None:
    key = made(alice)
    before = datetime.now(UTC)
    assert program("GET", "/users/me", headers=headers(key)).status == 200
    deadline = time.monotonic() + 10
    while (used := alice("GET", "/api-keys").json[0]["last_used_at"]) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert before - timedelta(seconds=1) < datetime.fromisoformat(used) < datetime.now(UTC)


def test_a_user_makes_so_many_keys_an_hour(new_server: NewServer) -> None:
    person = registered(new_server(LIMIT_API_KEYS_PER_USER_PER_HOUR="2").url)
    for _ in range(2):
        made(person)
    answer = person("POST", "/api-keys", {"name": "p", "scopes": BOTH})
    assert (answer.status, answer.code) == (429, "too-many-requests")
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert len(person("GET", "/api-keys").json) == 2
    person.client.close()


async def test_making_revoking_and_refusing_a_key_is_on_record(
    server: Server, alice: Person, program: Person
) -> None:
    key, other = made(alice), made(alice, scopes=["read"])
    wrong = {**headers(key), "APCA-API-SECRET-KEY": other["secret"]}
    assert program("GET", "/users/me", headers=wrong).status == 401
    assert program("POST", "/portfolios", {"name": "p"}, headers=headers(other)).status == 403
    assert alice("DELETE", f"/api-keys/{key['key_id']}").status == 204
    user_id = alice("GET", "/users/me").json["id"]
    url = server.environment.get("DATABASE_URL") or f"sqlite:///{server.environment['DATA_DIR']}/steward.db"
    ids = f"'key {key['key_id']}', 'key {other['key_id']}', '/api-keys/{key['key_id']}'"
    sql = f"SELECT operation, user_id, outcome FROM audit_events WHERE subject IN ({ids})"  # noqa: S608 - of ours
    deadline = time.monotonic() + 10
    while len(rows := await outside(url, sql)) < 3:
        assert time.monotonic() < deadline, rows
        await asyncio.sleep(0.05)
    assert {(operation, str(user), outcome) for operation, user, outcome in rows} == {
        ("identity.show", "None", "invalid-api-key"),
        ("portfolios.create", user_id, "out-of-scope"),
        ("api_keys.revoke", user_id, "accepted"),
    }
