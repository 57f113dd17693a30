"""Fixtures: one PostgreSQL for the whole run, one server of two workers per engine, new people per test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.people import Crowd, Person
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
def database_url(engine: str, request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Give an empty database of its own on the engine; None lets the server make its SQLite file."""
    if engine == "sqlite":
        yield None
        return
    url = fresh_database(request.getfixturevalue("admin_url"))
    yield url
    drop_database(url)


@pytest.fixture(scope="session")
def server(
    engine: str, database_url: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Give a running server of two workers on the engine, without limits on callers."""
    folder: Path = tmp_path_factory.mktemp(f"server-{engine}")
    with running(folder, database_url, workers=2) as started:
        yield started


@pytest.fixture(scope="session")
def crowd(server: Server) -> Iterator[Crowd]:
    """Give people who have registered ahead of the tests that need them."""
    waiting = Crowd(server.url)
    yield waiting
    waiting.close()


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
