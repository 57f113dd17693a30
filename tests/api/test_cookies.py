import uuid
from collections.abc import Callable

import pytest

from tests.api.conftest import NewServer
from tests.people import PASSWORD, Answer, Person
from tests.servers import Server

FRIEND = "https://app.example.org"
EVIL = "https://evil.example.com"
ATTRIBUTES = {"HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.fixture(scope="module")
def guarded(new_server: NewServer) -> Server:
    """A server that trusts one other origin, with a cookie that goes everywhere over HTTPS."""
    return new_server(
        COOKIE_SECURE="true", COOKIE_SAMESITE="none", COOKIE_DOMAIN="example.org", CORS_ORIGINS=FRIEND
    )


@pytest.fixture
def carol(guarded: Server, new_client: Callable[..., Person]) -> Person:
    """Somebody on that server, who sends the cookie as a browser does."""
    person = new_client(guarded.url)
    person.email = f"u{uuid.uuid4().hex}@example.com"
    answer = person("POST", "/auth/register", {"email": person.email, "password": PASSWORD})
    person.client.cookies.clear()
    person.client.headers["cookie"] = f"theme=dark; access_token={cookie_of(answer)[0]}"
    return person


def cookie_of(answer: Answer) -> tuple[str, set[str]]:
    """The value of the session's cookie, and its attributes."""
    (line,) = answer.headers.get_list("set-cookie")
    pair, *attributes = line.split("; ")
    name, _, value = pair.partition("=")
    assert name == "access_token"
    return value, set(attributes)


def signed_in(person: Person) -> Answer:
    return person("POST", "/auth/login", {"email": person.email, "password": PASSWORD})


def test_the_cookie_lives_as_long_as_its_token(alice: Person) -> None:
    value, attributes = cookie_of(signed_in(alice))
    assert attributes == ATTRIBUTES | {"Max-Age=3600"}
    assert value.count(".") == 2


def test_the_cookie_is_cleared_with_the_attributes_that_it_was_set_with(alice: Person) -> None:
    value, attributes = cookie_of(alice("POST", "/auth/logout"))
    assert (value, attributes) == ("", ATTRIBUTES | {"Max-Age=0"})


def test_the_settings_of_the_cookie_hold_when_it_is_set_and_cleared(carol: Person) -> None:
    expected = {"HttpOnly", "Path=/", "SameSite=None", "Secure", "Domain=example.org"}
    assert cookie_of(signed_in(carol))[1] == expected | {"Max-Age=3600"}
    assert cookie_of(carol("POST", "/auth/logout")) == ("", expected | {"Max-Age=0"})


def test_the_cookie_alone_signs_in(carol: Person) -> None:
    assert carol("GET", "/auth/me").json["user"]["email"] == carol.email


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        (None, None, 201),
        (None, "same-origin", 201),
        (None, "none", 201),
        (None, "same-site", 403),
        (None, "cross-site", 403),
        ("ours", None, 201),
        ("ours", "cross-site", 201),
        (FRIEND, None, 201),
        (FRIEND, "cross-site", 201),
        (EVIL, None, 403),
        (EVIL, "cross-site", 403),
        (EVIL, "same-site", 403),
        (EVIL, "same-origin", 201),
        ("null", None, 403),
        ("null", "cross-site", 403),
        ("", None, 403),
        (f"{FRIEND}.evil.com", None, 403),
        (FRIEND.upper(), None, 403),
        (FRIEND.replace("https", "http"), None, 403),
    ],
)
def test_a_cookie_is_no_proof_of_what_another_site_asks(
    carol: Person, origin: str | None, site: str | None, status: int
) -> None:
    given = {"origin": carol.url if origin == "ours" else origin, "sec-fetch-site": site}
    headers = {name: value for name, value in given.items() if value is not None}
    answer = carol("POST", "/portfolios", {"name": "p"}, headers=headers)
    assert (answer.status, answer.code) == (status, "csrf" if status == 403 else None)
    made = carol("GET", "/portfolios", headers=headers).json["pagination_response"]["total_items"]
    assert made == (1 if status == 201 else 0)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/auth/login", {"email": "a@example.com", "password": PASSWORD}),
        ("POST", "/auth/register", {"email": "a@example.com", "password": PASSWORD}),
        ("POST", "/auth/logout", None),
        ("DELETE", "/auth/sessions", None),
        ("PATCH", "/users/me", {"password": PASSWORD, "new_password": "another long password"}),
        ("PUT", "/prices/BTC", {"price": 1}),
    ],
)
def test_another_site_neither_signs_in_nor_out(carol: Person, method: str, path: str, body: object) -> None:
    answer = carol(method, path, body, headers={"origin": EVIL, "sec-fetch-site": "cross-site"})
    assert (answer.status, answer.code) == (403, "csrf")
    assert "set-cookie" not in answer.headers
    assert carol("GET", "/auth/me").status == 200


def test_a_bearer_token_needs_no_check(alice: Person) -> None:
    headers = {"origin": EVIL, "sec-fetch-site": "cross-site"}
    assert alice("POST", "/portfolios", {"name": "p"}, headers=headers).status == 201


def test_both_credentials_of_one_person_pass(alice: Person) -> None:
    assert alice("GET", "/auth/me", headers={"cookie": f"access_token={alice.token}"}).status == 200


def test_credentials_of_two_people_at_once_are_refused(alice: Person, bob: Person) -> None:
    answer = alice("GET", "/auth/me", headers={"cookie": f"access_token={bob.token}"})
    assert (answer.status, answer.code) == (400, "two-identities")


def test_a_good_token_does_not_cover_for_a_bad_one(alice: Person) -> None:
    assert alice("GET", "/auth/me", headers={"cookie": "access_token=rubbish"}).status == 401
    good = {"cookie": f"access_token={alice.token}"}
    for bad in ("Bearer rubbish", "Bearer", "Basic YTpi", ""):
        assert alice("GET", "/auth/me", headers={**good, "authorization": bad}).status == 401


def test_two_cookies_of_the_name_are_refused(alice: Person) -> None:
    alice.token, token = "", alice.token
    pair = f"access_token={token}"
    assert alice("GET", "/auth/me", headers={"cookie": pair}).status == 200
    assert alice("GET", "/auth/me", headers={"cookie": f"{pair}; {pair}"}).status == 401
    alice.client.headers = [("cookie", pair), ("cookie", "theme=dark")]
    assert alice("GET", "/auth/me").status == 401


def test_a_trusted_origin_may_ask_with_credentials(carol: Person) -> None:
    asked = {"origin": FRIEND, "access-control-request-method": "PUT"}
    answer = carol("OPTIONS", "/api/v1/prices/BTC", headers=asked)
    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["access-control-allow-origin"] == FRIEND
    assert answer.headers["access-control-allow-credentials"] == "true"
    methods = answer.headers["access-control-allow-methods"].split(", ")
    assert methods == ["GET", "POST", "PUT", "PATCH", "DELETE"]
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {"authorization", "content-type", "idempotency-key", "if-match"} <= set(allowed)
    assert answer.headers["vary"] == "Origin"


def test_a_trusted_origin_may_read_answers_and_refusals(carol: Person) -> None:
    for path in ("/portfolios", "/nowhere", "/portfolios/9007199254740992"):
        headers = carol("GET", path, headers={"origin": FRIEND}).headers
        assert headers["access-control-allow-origin"] == FRIEND
        assert headers["access-control-allow-credentials"] == "true"
        assert "x-request-id" in headers["access-control-expose-headers"]
        assert headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", [EVIL, "null", f"{FRIEND}.evil.com", "*"])
def test_no_other_origin_may_read_anything(carol: Person, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "GET"}
    for answer in (
        carol("OPTIONS", "/portfolios", headers=asked),
        carol("GET", "/portfolios", headers={"origin": origin}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["vary"] == "Origin"
