"""Accounts at an outside provider: a server in AUTH_MODE=supabase against a small one that speaks its API."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest

from tests.api.conftest import NewServer
from tests.people import PASSWORD, Answer, Person
from tests.servers import Server
from tests.supabase_server import ANON_KEY, Faults, SupabaseServer, supabase_server

FORM = {"content-type": "application/x-www-form-urlencoded"}
OTHER_PASSWORD = "another horse 43 battery"
OUT_OF_ORDER = [
    {"down": True},
    {"slow_seconds": 3.5},
    {"status": 500},
    {"status": 429, "code": "over_request_rate_limit", "retry_after": "7"},
    {"status": 404},
    {"body": b"<html>gateway</html>"},
    {"body": b"{}"},
    {"body": b""},
    {"issuer": "https://elsewhere.example.com/auth/v1"},
    {"audience": "somebody-else"},
    {"expires_in_seconds": -100},
    {"subject": "somebody-else"},
    {"foreign_key": True},
]


@pytest.fixture(scope="module")
def provider() -> Iterator[SupabaseServer]:
    with supabase_server() as started:
        yield started


@pytest.fixture(scope="module")
def outside(new_server: NewServer, provider: SupabaseServer) -> Server:
    """A server of two workers whose accounts are kept by the provider."""
    return new_server(workers=2, AUTH_MODE="supabase", SUPABASE_URL=provider.url, SUPABASE_ANON_KEY=ANON_KEY)


@pytest.fixture(autouse=True)
def sound(provider: SupabaseServer) -> Iterator[None]:
    """After each test the provider is in order again."""
    yield
    provider.faults = Faults()


@pytest.fixture
def dora(outside: Server, new_client: Callable[..., Person]) -> Person:
    """Somebody with an address of their own, not yet registered."""
    person = new_client(outside.url)
    person.email = f"u{secrets.token_hex(16)}@example.com"
    return person


def post(person: Person, path: str, password: str = PASSWORD) -> Answer:
    return person("POST", f"/api/v1/auth/{path}", {"email": person.email, "password": password})


def token_login(person: Person, password: str = PASSWORD) -> Answer:
    raw = urlencode({"username": person.email, "password": password}).encode()
    return person("POST", "/login", raw=raw, headers=FORM)


def told(answer: Answer) -> tuple[Any, ...]:
    body = {name: value for name, value in answer.json.items() if name not in ("request_id", "instance")}
    return answer.status, body, sorted(answer.headers)


def test_registering_makes_the_account_there_and_the_user_here(
    dora: Person, provider: SupabaseServer
) -> None:
    answer = post(dora, "register")
    assert (answer.status, answer.json["user"]["email"]) == (201, dora.email)
    assert dora.email in provider.users
    assert answer.json["user"]["id"] != provider.users[dora.email]["id"]
    assert dora("GET", "/auth/me").json["user"] == answer.json["user"]


def test_the_session_is_stewards_own(dora: Person, provider: SupabaseServer) -> None:
    post(dora, "register")
    header = jwt.get_unverified_header(dora.client.cookies["access_token"])
    assert header["alg"] == "HS256"
    provider.faults = Faults(down=True)
    assert dora("GET", "/auth/me").status == 200
    assert dora.made("/portfolios", {"name": "p"})["name"] == "p"
    assert dora("POST", "/auth/logout").status == 200


def test_the_providers_token_is_no_session_here(dora: Person, provider: SupabaseServer) -> None:
    post(dora, "register")
    dora.client.cookies.clear()
    dora.token = provider.token(provider.users[dora.email])
    assert dora("GET", "/auth/me").status == 401


def test_the_same_person_comes_back_to_the_same_account(dora: Person) -> None:
    user = post(dora, "register").json["user"]
    dora.made("/portfolios", {"name": "mine"})
    dora.client.cookies.clear()
    assert post(dora, "login").json["user"] == user
    assert [item["name"] for item in dora("GET", "/portfolios").json["items"]] == ["mine"]


def test_somebody_known_there_alone_is_made_here_at_first_sight(
    dora: Person, provider: SupabaseServer, at_once: Callable[..., list[Answer]]
) -> None:
    post(dora, "register")
    known = provider.users[dora.email]
    stranger = f"u{secrets.token_hex(16)}@example.com"
    provider.users[stranger] = {**known, "id": f"other-{known['id']}", "email": stranger}
    dora.email = stranger
    answers = at_once(6, lambda _: token_login(dora))
    assert [(answer.status, answer.code) for answer in answers] == [(200, None)] * 6
    claims = [
        jwt.decode(answer.json["access_token"], options={"verify_signature": False}) for answer in answers
    ]
    assert len({claim["sub"] for claim in claims}) == 1


def test_who_they_are_is_their_subject_not_their_email(dora: Person, provider: SupabaseServer) -> None:
    first = post(dora, "register").json["user"]["id"]
    provider.users[dora.email]["id"] = "somebody-with-the-same-address-later"
    assert post(dora, "login").json["user"]["id"] != first


def test_a_taken_address_is_refused(dora: Person) -> None:
    assert post(dora, "register").status == 201
    again = post(dora, "register")
    assert (again.status, again.code) == (409, "login-taken")


def test_the_form_login_and_users_answer_through_the_provider(dora: Person, provider: SupabaseServer) -> None:
    made = dora("POST", "/users", {"username": dora.email, "password": PASSWORD})
    assert (made.status, made.json["username"], made.json["password"]) == (201, dora.email, "Hidden")
    assert dora.email in provider.users
    answer = token_login(dora)
    assert (answer.status, answer.json["token_type"]) == (200, "bearer")
    dora.token = answer.json["access_token"]
    assert dora("GET", "/users/me").json["id"] == made.json["id"]


def test_a_username_that_is_no_address_is_refused(dora: Person) -> None:
    answer = dora("POST", "/users", {"username": "dora", "password": PASSWORD})
    assert (answer.status, answer.code) == (422, "invalid-email")


def test_a_failed_sign_in_says_what_it_says_in_local_mode(
    dora: Person, server: Server, new_client: Callable[..., Person]
) -> None:
    local = new_client(server.url)
    local.email = f"u{secrets.token_hex(16)}@example.com"
    for person in (dora, local):
        assert post(person, "register").status == 201
        person.client.cookies.clear()
    expected = told(post(local, "login", OTHER_PASSWORD))
    assert expected[0] == 401
    assert told(post(dora, "login", OTHER_PASSWORD)) == expected
    assert told(token_login(dora, OTHER_PASSWORD)) == told(token_login(local, OTHER_PASSWORD)) == expected
    for name in (f"u{secrets.token_hex(16)}@example.com", "not an address"):
        dora.email = local.email = name
        assert told(post(dora, "login")) == told(post(local, "login")) == expected


@pytest.mark.parametrize("faults", OUT_OF_ORDER, ids=str)
def test_a_provider_out_of_order_is_503_and_never_401(
    dora: Person, provider: SupabaseServer, faults: dict[str, Any]
) -> None:
    assert post(dora, "register").status == 201
    dora.client.cookies.clear()
    provider.faults = Faults(**faults)
    for answer in (post(dora, "login"), token_login(dora)):
        assert (answer.status, answer.code) == (503, "unavailable")
        assert answer.headers["retry-after"] == faults.get("retry_after", "1")
        assert "set-cookie" not in answer.headers
    provider.faults = Faults()
    assert post(dora, "login").status == 200


def test_an_unconfirmed_address_does_not_come_in(dora: Person, provider: SupabaseServer) -> None:
    provider.faults = Faults(confirmation=True)
    registered = post(dora, "register")
    assert (registered.status, registered.code) == (409, "email-not-confirmed")
    assert (post(dora, "login").status, post(dora, "login").code) == (409, "email-not-confirmed")
    provider.faults = Faults(unverified=True)
    assert (post(dora, "login").status, post(dora, "login").code) == (409, "email-not-confirmed")
    assert dora("GET", "/auth/me").status == 401
    provider.faults = Faults()
    provider.confirm(dora.email)
    assert post(dora, "login").status == 200


def test_a_closed_provider_takes_nobody_new(dora: Person, provider: SupabaseServer) -> None:
    provider.faults = Faults(closed=True)
    answer = post(dora, "register")
    assert (answer.status, answer.code) == (409, "sign-up-closed")


def test_the_password_is_changed_at_the_provider(
    dora: Person, provider: SupabaseServer, new_client: Callable[..., Person]
) -> None:
    assert post(dora, "register").status == 201
    elsewhere = new_client(dora.url, token_login(dora).json["access_token"])
    change = {"password": PASSWORD, "new_password": OTHER_PASSWORD}
    assert dora("PATCH", "/users/me", {**change, "password": OTHER_PASSWORD}).status == 401
    assert elsewhere("GET", "/auth/me").status == 200
    assert dora("PATCH", "/users/me", change).status == 200
    assert provider.users[dora.email]["password"] == OTHER_PASSWORD
    assert (dora("GET", "/auth/me").status, elsewhere("GET", "/auth/me").status) == (200, 401)
    assert (post(dora, "login").status, post(dora, "login", OTHER_PASSWORD).status) == (401, 200)


def test_health_names_a_provider_that_does_not_answer(dora: Person, provider: SupabaseServer) -> None:
    assert dora("GET", "/health").json["errors"] == []
    provider.faults = Faults(status=500)
    answer = dora("GET", "/health")
    assert (answer.status, answer.json["errors"]) == (503, ["The identity provider does not answer."])
    assert answer.headers["retry-after"]
    assert (dora("GET", "/readyz").status, dora("GET", "/livez").status) == (200, 200)
