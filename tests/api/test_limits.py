import secrets
import time
from collections.abc import Callable

import pytest

from tests.api.conftest import NewServer
from tests.people import PASSWORD, Answer, Person
from tests.servers import Server

PER_ACCOUNT, PER_ADDRESS, REGISTRATIONS, WRITES = 3, 5, 4, 6
ROOM_SECONDS = 25
WRONG = "not the password"


@pytest.fixture(scope="module")
def limited(new_server: NewServer) -> Server:
    """Two workers with small limits, which believe what a proxy on this machine says of the address."""
    return new_server(
        workers=2,
        TRUSTED_PROXIES="127.0.0.1",
        LIMIT_FAILED_SIGN_INS_PER_ACCOUNT_PER_5_MINUTES=str(PER_ACCOUNT),
        LIMIT_FAILED_SIGN_INS_PER_ADDRESS_PER_MINUTE=str(PER_ADDRESS),
        LIMIT_REGISTRATIONS_PER_ADDRESS_PER_HOUR=str(REGISTRATIONS),
        LIMIT_WRITES_PER_USER_PER_MINUTE=str(WRITES),
    )


@pytest.fixture
def visitor(limited: Server, new_client: Callable[..., Person]) -> Person:
    """Somebody at an address of their own, at the beginning of a window."""
    left = 60 - time.time() % 60
    if left < ROOM_SECONDS:
        time.sleep(left + 0.1)
    person = new_client(limited.url)
    move(person)
    return person


@pytest.fixture
def doors(visitor: Person, each_worker: Callable[[Person], list[Person]]) -> Callable[[], list[Person]]:
    """Give the visitor on a connection to each worker, always at the visitor's address and token."""

    def open_both() -> list[Person]:
        found = each_worker(visitor)
        for person in found:
            person.client.headers["x-forwarded-for"] = visitor.client.headers["x-forwarded-for"]
        return found

    return open_both


def move(person: Person) -> None:
    """Go to another address."""
    person.client.headers["x-forwarded-for"] = ".".join(
        ["10", *(str(secrets.randbelow(256)) for _ in range(3))]
    )


def new_email() -> str:
    return f"u{secrets.token_hex(16)}@example.com"


def register(person: Person, email: str) -> Answer:
    answer = person("POST", "/auth/register", {"email": email, "password": PASSWORD})
    person.token = person.client.cookies.get("access_token") or person.token
    person.client.cookies.clear()
    return answer


def sign_in(person: Person, email: str, password: str = WRONG) -> Answer:
    answer = person("POST", "/auth/login", {"email": email, "password": password})
    person.client.cookies.clear()
    return answer


def assert_limited(answer: Answer, window_seconds: int) -> None:
    assert (answer.status, answer.code) == (429, "too-many-requests")
    assert 1 <= int(answer.headers["retry-after"]) <= window_seconds


@pytest.mark.parametrize("exists", [True, False])
def test_failed_sign_ins_to_an_account_are_limited_on_all_workers(
    visitor: Person, doors: Callable[[], list[Person]], exists: bool
) -> None:
    email = new_email()
    if exists:
        assert register(visitor, email).status == 201
    here, there = doors()
    for attempt in range(PER_ACCOUNT):
        assert sign_in((here, there)[attempt % 2], email).status == 401
    for person in (here, there):
        move(person)
        assert_limited(sign_in(person, email.upper()), 300)
        assert_limited(sign_in(person, email, PASSWORD), 300)


def test_failed_sign_ins_from_an_address_are_limited_on_all_workers(
    doors: Callable[[], list[Person]],
) -> None:
    here, there = doors()
    for attempt in range(PER_ADDRESS):
        assert sign_in((here, there)[attempt % 2], new_email()).status == 401
    for person in (here, there):
        assert_limited(sign_in(person, new_email()), 60)
        move(person)
        assert sign_in(person, new_email()).status == 401


def test_failed_sign_ins_at_once_never_exceed_the_limit(
    visitor: Person, at_once: Callable[..., list[Answer]]
) -> None:
    email = new_email()
    answers = at_once(10, lambda _: sign_in(visitor, email))
    assert sorted(answer.status for answer in answers) == [401] * PER_ACCOUNT + [429] * (10 - PER_ACCOUNT)


def test_successful_sign_ins_are_not_counted(visitor: Person) -> None:
    email = new_email()
    assert register(visitor, email).status == 201
    for _ in range(PER_ADDRESS + 3):
        assert sign_in(visitor, email, PASSWORD).status == 200
    for _ in range(PER_ACCOUNT):
        assert sign_in(visitor, email).status == 401
    assert_limited(sign_in(visitor, email), 300)


def test_wrong_passwords_at_a_password_change_are_limited(visitor: Person) -> None:
    assert register(visitor, new_email()).status == 201
    change = {"password": WRONG, "new_password": "another long password"}
    for _ in range(PER_ACCOUNT):
        assert visitor("PATCH", "/users/me", change).status == 401
    assert_limited(visitor("PATCH", "/users/me", change), 300)


def test_registrations_from_an_address_are_limited_on_all_workers(
    doors: Callable[[], list[Person]],
) -> None:
    here, there = doors()
    for attempt in range(REGISTRATIONS):
        assert register((here, there)[attempt % 2], new_email()).status == 201
    for person in (here, there):
        assert_limited(register(person, new_email()), 3600)
        assert_limited(person("POST", "/users", {"username": new_email(), "password": PASSWORD}), 3600)
    move(here)
    assert register(here, new_email()).status == 201


def test_writes_of_a_user_are_limited_on_all_workers_and_reads_are_not(
    visitor: Person, doors: Callable[[], list[Person]], new_client: Callable[..., Person]
) -> None:
    assert register(visitor, new_email()).status == 201
    here, there = doors()
    for attempt in range(WRITES):
        assert (here, there)[attempt % 2]("POST", "/portfolios", {"name": "p"}).status == 201
    for person in (here, there):
        assert_limited(person("POST", "/portfolios", {"name": "p"}), 60)
        assert_limited(person("PUT", "/prices/BTC", {"price": 1}), 60)
        assert person("GET", "/portfolios").json["pagination_response"]["total_items"] == WRITES
        assert person("GET", "/prices/BTC").json["source"] == "static"
    neighbour = new_client(visitor.url)
    move(neighbour)
    assert register(neighbour, new_email()).status == 201
    assert neighbour("POST", "/portfolios", {"name": "p"}).status == 201


def test_writes_at_once_never_exceed_the_limit(visitor: Person, at_once: Callable[..., list[Answer]]) -> None:
    assert register(visitor, new_email()).status == 201
    answers = at_once(10, lambda _: visitor("POST", "/portfolios", {"name": "p"}))
    assert sorted(answer.status for answer in answers) == [201] * WRITES + [429] * (10 - WRITES)
    assert visitor("GET", "/portfolios").json["pagination_response"]["total_items"] == WRITES


def test_an_address_is_believed_only_from_a_trusted_proxy(
    new_server: NewServer, new_client: Callable[..., Person]
) -> None:
    person = new_client(new_server(LIMIT_REGISTRATIONS_PER_ADDRESS_PER_HOUR="1").url)
    move(person)
    assert register(person, new_email()).status == 201
    move(person)
    assert_limited(register(person, new_email()), 3600)
