import time
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

import jwt
import pytest

from tests.people import PASSWORD, Answer, Person
from tests.servers import Server

OTHER_PASSWORD = "another horse 43 battery"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def new_email() -> str:
    return f"u{uuid.uuid4().hex}@example.com"


def login(person: Person, email: str, password: str = PASSWORD) -> Answer:
    """Sign in for a cookie and forget the cookie."""
    answer = person("POST", "/auth/login", {"email": email, "password": password})
    person.client.cookies.clear()
    return answer


def token_login(person: Person, username: str, password: str = PASSWORD) -> Answer:
    raw = urlencode({"username": username, "password": password}).encode()
    return person("POST", "/login", raw=raw, headers=FORM)


def without_ids(answer: Answer) -> tuple[int, dict[str, object], list[str]]:
    body = {name: value for name, value in answer.json.items() if name not in ("request_id", "instance")}
    return answer.status, body, sorted(answer.headers)


@pytest.fixture
def nobody(server: Server, new_client: Callable[..., Person]) -> Person:
    return new_client(server.url)


def test_registering_gives_the_user_and_a_cookie_that_signs_in(nobody: Person) -> None:
    email = new_email()
    answer = nobody("POST", "/api/v1/auth/register", {"email": email, "password": PASSWORD})
    assert answer.status == 201
    user = answer.json["user"]
    assert (user["email"], str(uuid.UUID(user["id"]))) == (email, user["id"])
    assert user["created_at"].endswith("Z")
    assert nobody("GET", "/auth/me").json == {"user": user, "is_admin": False}


def test_an_email_is_taken_without_regard_to_case(alice: Person, nobody: Person) -> None:
    answer = nobody("POST", "/auth/register", {"email": alice.email.upper(), "password": PASSWORD})
    assert (answer.status, answer.code) == (409, "login-taken")
    assert "set-cookie" not in answer.headers


def test_eight_equal_registrations_at_once_make_one_account(
    nobody: Person, at_once: Callable[..., list[Answer]]
) -> None:
    body = {"email": new_email(), "password": PASSWORD}
    answers = at_once(8, lambda _: nobody("POST", "/auth/register", body))
    assert sorted(answer.status for answer in answers) == [201, *[409] * 7]


@pytest.mark.parametrize("password", ["elevenchars", "x" * 129, "password1234", "with NUL \0 inside"])
def test_a_bad_password_is_refused_by_name(nobody: Person, password: str) -> None:
    answer = nobody("POST", "/auth/register", {"email": new_email(), "password": password})
    assert (answer.status, answer.code) == (422, "invalid-password")
    assert answer.json["errors"][0]["pointer"] == "/password"


def test_a_password_may_not_be_the_email(nobody: Person) -> None:
    email = new_email()
    answer = nobody("POST", "/auth/register", {"email": email, "password": email.upper()})
    assert (answer.status, answer.code) == (422, "invalid-password")


def test_every_character_of_a_long_password_counts(nobody: Person) -> None:
    email, password = new_email(), "0123456789abcdef" * 8
    assert nobody("POST", "/auth/register", {"email": email, "password": password}).status == 201
    assert login(nobody, email, password[:-1] + "X").status == 401
    assert login(nobody, email, password).status == 200


def test_signing_in_gives_the_user_and_a_cookie(alice: Person, nobody: Person) -> None:
    answer = nobody("POST", "/auth/login", {"email": alice.email, "password": PASSWORD})
    assert answer.status == 200
    assert answer.json["user"] == alice("GET", "/auth/me").json["user"]
    assert nobody("GET", "/auth/me").status == 200


def test_an_unknown_user_and_a_wrong_password_get_one_answer(alice: Person, nobody: Person) -> None:
    wrong = login(nobody, alice.email, OTHER_PASSWORD)
    unknown = login(nobody, new_email(), OTHER_PASSWORD)
    odd = login(nobody, "not an address", "x")
    assert (wrong.status, wrong.code) == (401, "invalid-credentials")
    assert without_ids(unknown) == without_ids(wrong) == without_ids(odd)


def test_an_unknown_user_and_a_wrong_password_take_the_same_time(alice: Person, nobody: Person) -> None:
    def seconds(email: str) -> float:
        started = time.perf_counter()
        assert login(nobody, email, OTHER_PASSWORD).status == 401
        return time.perf_counter() - started

    # In turns, and the fastest of each: other processes on the machine disturb both alike.
    pairs = [(seconds(alice.email), seconds(new_email())) for _ in range(10)]
    wrong, unknown = map(min, zip(*pairs, strict=True))
    assert 1 / 3 < unknown / wrong < 3, (unknown, wrong)


def test_signing_out_holds_on_every_worker_at_once(
    alice: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    here, there = each_worker(alice)
    assert (here("GET", "/auth/me").status, there("GET", "/auth/me").status) == (200, 200)
    assert here("POST", "/auth/logout").json == {"status": "ok"}
    assert (there("GET", "/auth/me").status, here("GET", "/auth/me").status) == (401, 401)
    assert there("POST", "/portfolios", {"name": "late"}).status == 401


def test_signing_out_needs_a_session(nobody: Person) -> None:
    answer = nobody("POST", "/auth/logout")
    assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_a_username_opens_login_for_a_bearer_token(nobody: Person) -> None:
    username = f"Zoë {uuid.uuid4().hex}"
    made = nobody("POST", "/api/v1/users", {"username": username, "password": PASSWORD})
    assert made.status == 201
    assert made.json | {"username": username, "password": "Hidden"} == made.json
    assert sorted(made.json) == ["created_at", "id", "password", "username"]
    assert "set-cookie" not in made.headers
    answer = token_login(nobody, username.upper())
    assert (answer.status, answer.json["token_type"]) == (200, "bearer")
    nobody.token = answer.json["access_token"]
    assert nobody("GET", "/users/me").json["id"] == made.json["id"]


def test_a_username_is_taken_without_regard_to_case(nobody: Person) -> None:
    username = f"user {uuid.uuid4().hex}"
    assert nobody("POST", "/users", {"username": username, "password": PASSWORD}).status == 201
    again = nobody("POST", "/users", {"username": username.upper(), "password": PASSWORD})
    assert (again.status, again.code) == (409, "login-taken")


def test_an_email_and_a_username_are_one_set_of_names(alice: Person, nobody: Person) -> None:
    assert token_login(nobody, alice.email).status == 200
    assert nobody("POST", "/users", {"username": alice.email, "password": PASSWORD}).status == 409
    username = new_email()
    assert nobody("POST", "/users", {"username": username, "password": PASSWORD}).status == 201
    assert login(nobody, username).status == 200


def test_a_wrong_form_login_is_401(alice: Person, nobody: Person) -> None:
    answer = token_login(nobody, alice.email, OTHER_PASSWORD)
    assert without_ids(answer) == without_ids(login(nobody, alice.email, OTHER_PASSWORD))


def test_a_token_names_everything_that_the_contract_requires(alice: Person) -> None:
    claims = jwt.decode(alice.token, options={"verify_signature": False})
    assert {"iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"} <= claims.keys()
    header = jwt.get_unverified_header(alice.token)
    assert header["alg"] == "HS256"
    assert header["kid"]


def test_a_new_password_replaces_the_old_one(alice: Person, nobody: Person) -> None:
    change = {"password": PASSWORD, "new_password": OTHER_PASSWORD}
    assert alice("PATCH", "/users/me", change).status == 200
    assert login(nobody, alice.email).status == 401
    assert login(nobody, alice.email, OTHER_PASSWORD).status == 200


def test_a_new_password_ends_every_other_session_on_every_worker(
    alice: Person, nobody: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    nobody.token = token_login(nobody, alice.email).json["access_token"]
    elsewhere = each_worker(nobody)
    change = {"password": PASSWORD, "new_password": OTHER_PASSWORD}
    assert alice("PATCH", "/users/me", change).status == 200
    assert [person("GET", "/auth/me").status for person in elsewhere] == [401, 401]
    assert alice("GET", "/auth/me").status == 200


def test_a_password_change_needs_the_present_password(alice: Person, nobody: Person) -> None:
    change = {"password": OTHER_PASSWORD, "new_password": "yet another horse 44"}
    answer = alice("PATCH", "/users/me", change)
    assert (answer.status, answer.code) == (401, "invalid-credentials")
    assert login(nobody, alice.email).status == 200


def test_a_password_change_follows_the_rules_for_passwords(alice: Person) -> None:
    answer = alice("PATCH", "/users/me", {"password": PASSWORD, "new_password": "short"})
    assert (answer.status, answer.code) == (422, "invalid-password")


def test_open_sessions_are_listed_newest_first(alice: Person, nobody: Person) -> None:
    assert login(nobody, alice.email).status == 200
    newest, oldest = alice("GET", "/auth/sessions").json
    assert (newest["current"], oldest["current"]) == (False, True)
    assert newest["created_at"] > oldest["created_at"]
    assert newest["expires_at"] > newest["created_at"]


def test_one_session_can_be_ended(alice: Person, nobody: Person) -> None:
    nobody.token = token_login(nobody, alice.email).json["access_token"]
    (other,) = [one for one in alice("GET", "/auth/sessions").json if not one["current"]]
    assert alice("DELETE", f"/auth/sessions/{other['id']}").status == 204
    assert nobody("GET", "/auth/me").status == 401
    again = alice("DELETE", f"/auth/sessions/{other['id']}")
    assert (again.status, again.code) == (404, "session-not-found")


def test_all_other_sessions_can_be_ended(alice: Person, nobody: Person) -> None:
    nobody.token = token_login(nobody, alice.email).json["access_token"]
    assert alice("DELETE", "/auth/sessions").status == 204
    assert nobody("GET", "/auth/me").status == 401
    assert [one["current"] for one in alice("GET", "/auth/sessions").json] == [True]


def test_of_more_than_twenty_sessions_the_oldest_ends(alice: Person, nobody: Person) -> None:
    for _ in range(20):
        assert login(nobody, alice.email).status == 200
    assert alice("GET", "/auth/me").status == 401
    nobody.token = token_login(nobody, alice.email).json["access_token"]
    assert len(nobody("GET", "/auth/sessions").json) == 20
