"""Fixtures: one PostgreSQL for the whole run, one server of two workers per engine, new people per test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.people import Crowd, Person, registered
from tests.postgres import drop_database, fresh_database, postgres_server
from tests.servers import Server, running

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session")
def admin_url() -> Iterator[str]:
    """Give a PostgreSQL server that may create databases."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Give each engine in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def server_settings() -> dict[str, str]:
    """Give the settings of the servers, beside those of the tests."""
    return {}


@pytest.fixture(scope="session")
def served(
    admin_url: str, tmp_path_factory: pytest.TempPathFactory, server_settings: dict[str, str]
) -> Iterator[Callable[[str], tuple[Server, Crowd, Person]]]:
    """Give the server of an engine, people who have registered there ahead of the tests, and the first.

    A server is started when a test first asks for its engine and runs until the end: a fixture with the
    engine as its parameter would start one anew for every file, because the engines take turns in each.
    """
    with ExitStack() as started:

        @cache
        def start(engine: str) -> tuple[Server, Crowd, Person]:
            url = None
            if engine == "postgresql":
                url = fresh_database(admin_url)
                started.callback(drop_database, url)
            folder = tmp_path_factory.mktemp(f"server-{engine}")
            server = started.enter_context(running(folder, url, workers=2, **server_settings))
            # The first to register is the administrator: nobody in the crowd is.
            first = registered(server.url)
            started.callback(first.client.close)
            crowd = Crowd(server.url)
            started.callback(crowd.close)
            return server, crowd, first

        yield start


@pytest.fixture(scope="module")
def server(engine: str, served: Callable[[str], tuple[Server, Crowd, Person]]) -> Server:
    """Give a running server of two workers on the engine, without limits on callers."""
    return served(engine)[0]


@pytest.fixture(scope="module")
def crowd(engine: str, served: Callable[[str], tuple[Server, Crowd, Person]]) -> Crowd:
    """Give people who have registered ahead of the tests that need them."""
    return served(engine)[1]


@pytest.fixture(scope="module")
def first(engine: str, served: Callable[[str], tuple[Server, Crowd, Person]]) -> Person:
    """The first to register at the shared server: its administrator."""
    return served(engine)[2]


@pytest.fixture
def new_person(crowd: Crowd) -> Iterator[Callable[[], Person]]:
    """Give a maker of people who are signed in by bearer token."""
    made: list[Person] = []

    def make() -> Person:
        made.append(crowd.next())
        return made[-1]

    yield make
    for person in made:
        person.client.close()


@pytest.fixture
def alice(new_person: Callable[[], Person]) -> Person:
    """Somebody."""
    return new_person()


@pytest.fixture
def bob(new_person: Callable[[], Person]) -> Person:
    """Somebody else."""
    return new_person()


@pytest.fixture
def doomed(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Give a server that may be killed."""
    url = fresh_database(request.getfixturevalue("admin_url")) if engine == "postgresql" else None
    with running(tmp_path, url, workers=2) as server:
        yield server
    if url is not None:
        drop_database(url)
