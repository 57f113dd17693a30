"""Fixtures for tests over HTTP: further servers, and one connection to each worker."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Protocol

import pytest

from tests.people import Answer, Person, registered
from tests.postgres import drop_database, fresh_database
from tests.servers import Server, running

CONNECTIONS_MAXIMUM = 300


class NewServer(Protocol):
    """Starts a server of its own on the engine of the test."""

    def __call__(self, *, workers: int = 1, **settings: str) -> Server: ...


@pytest.fixture(scope="module")
def new_server(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewServer]:
    """Give a starter of servers with other settings, each with an empty database; they stop at the end."""
    with ExitStack() as started:

        def start(*, workers: int = 1, **settings: str) -> Server:
            url = None
            if engine == "postgresql":
                url = fresh_database(request.getfixturevalue("admin_url"))
                started.callback(drop_database, url)
            folder = tmp_path_factory.mktemp("other-server")
            return started.enter_context(running(folder, url, workers=workers, **settings))

        yield start


@pytest.fixture
def new_client() -> Iterator[Callable[..., Person]]:
    """Give a maker of clients (server URL, token) that are closed at the end."""
    made: list[Person] = []

    def make(url: str, token: str = "") -> Person:
        made.append(Person(url, token=token))
        return made[-1]

    yield make
    for person in made:
        person.client.close()


@pytest.fixture
def each_worker(new_client: Callable[..., Person]) -> Callable[[Person], list[Person]]:
    """Give the same person on two connections, each to another worker of a server that has two."""

    def connect(person: Person) -> list[Person]:
        found: dict[str, Person] = {}
        for _ in range(CONNECTIONS_MAXIMUM):
            candidate = new_client(person.url, person.token)
            found.setdefault(worker_of(candidate), candidate)
            if len(found) == 2:
                return list(found.values())
        raise AssertionError("only one worker answers")

    return connect


def worker_of(person: Person) -> str:
    """Say which worker answers on this connection: request ids begin with one prefix per process."""
    return person("GET", "/livez").headers["x-request-id"][:16]


@pytest.fixture
def at_once() -> Callable[[int, Callable[[int], Answer]], list[Answer]]:
    """Give a caller of one thing many times at once."""

    def call(times: int, ask: Callable[[int], Answer]) -> list[Answer]:
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(ask, range(times)))

    return call


@pytest.fixture(scope="module")
def admin(own_server: Server) -> Iterator[Person]:
    """The first to register at a server of the module's own, `own_server`: the administrator."""
    person = registered(own_server.url)
    yield person
    person.client.close()


@pytest.fixture(scope="module")
def other(own_server: Server, admin: Person) -> Iterator[Person]:
    """Somebody who came after the administrator."""
    person = registered(own_server.url)
    yield person
    person.client.close()
