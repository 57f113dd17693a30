"""How a server starts, stops, outlives its database, and what it tells meanwhile."""

import asyncio
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx2
import pytest

from tests.api.conftest import NewServer
from tests.api.proxy import Proxy
from tests.people import PASSWORD, Person, registered
from tests.postgres import drop_database, fresh_database
from tests.servers import Server, running

FULL_SERVICE_SECONDS = 5.0
UNKNOWN = "9999"


@pytest.fixture
def remote(
    admin_url: str, tmp_path: Path, new_client: Callable[..., Person]
) -> Iterator[tuple[Person, Proxy]]:
    """Somebody on a server of two workers, and the way from that server to its PostgreSQL."""
    url = fresh_database(admin_url)
    parts = urlsplit(url)
    proxy = Proxy(parts.hostname or "", parts.port or 5432)
    through = urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{proxy.port}"))
    with running(tmp_path, through, workers=2) as server:
        made = registered(server.url)
        made.client.close()
        yield new_client(server.url, made.token), proxy
        proxy.restore()
    proxy.cut()
    drop_database(url)


def statuses(person: Person) -> list[int]:
    paths = ("/livez", "/readyz", "/health", "/portfolios", "/portfolio")
    return [person("GET", path).status for path in paths]


def test_a_lost_database_is_told_and_full_service_is_back_without_a_restart(
    remote: tuple[Person, Proxy], each_worker: Callable[[Person], list[Person]]
) -> None:
    person, proxy = remote
    workers = each_worker(person)
    assert [statuses(worker) for worker in workers] == [[200] * 5] * 2
    proxy.cut()
    for worker in workers:
        assert statuses(worker) == [200, 503, 503, 503, 503]
        for method, path, body in (
            ("GET", "/portfolios", None),
            ("POST", "/portfolios", {"name": "p"}),
            ("POST", "/auth/login", {"email": "a@example.com", "password": PASSWORD}),
        ):
            answer = worker(method, path, body)
            assert (answer.status, answer.code) == (503, "database-unavailable")
            assert int(answer.headers["retry-after"]) >= 1
        assert worker("GET", "/readyz").text == '{"status":"unavailable"}'
        assert len(worker("GET", "/health").json["errors"]) == 1
    proxy.restore()
    time.sleep(FULL_SERVICE_SECONDS)
    for worker in workers:
        assert statuses(worker) == [200] * 5
        assert worker("POST", "/portfolios", {"name": "p"}).status == 201


def test_a_silent_database_holds_no_request_for_ever(
    remote: tuple[Person, Proxy], each_worker: Callable[[Person], list[Person]]
) -> None:
    person, proxy = remote
    worker = each_worker(person)[0]
    assert statuses(worker) == [200] * 5
    proxy.silence()
    limits = {"/livez": 1, "/readyz": 3, "/portfolios": 11, "/portfolio": 11}
    for path, seconds in limits.items():
        started = time.monotonic()
        answer = worker("GET", path)
        assert answer.status == (200 if path == "/livez" else 503)
        assert time.monotonic() - started < seconds, path
    proxy.restore()
    time.sleep(FULL_SERVICE_SECONDS)
    assert statuses(worker) == [200] * 5


def set_schema(server: Server, version: str) -> None:
    statement = f"UPDATE alembic_version SET version_num = '{version}'"  # noqa: S608 - a constant
    if url := server.environment.get("DATABASE_URL"):

        async def run() -> None:
            connection = await asyncpg.connect(url)
            await connection.execute(statement)
            await connection.close()

        asyncio.run(run())
    else:
        database = sqlite3.connect(Path(server.environment["DATA_DIR"], "steward.db"))
        with database:
            database.execute(statement)
        database.close()


def test_an_unknown_schema_is_never_served(new_server: NewServer, new_client: Callable[..., Person]) -> None:
    server = new_server()
    person = new_client(server.url)
    set_schema(server, UNKNOWN)
    assert (person("GET", "/readyz").status, person("GET", "/livez").status) == (503, 200)
    assert server.stop() == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "steward", "serve", "--port", str(server.port)],
        env=server.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        told = None
        while process.poll() is None and told is None and time.monotonic() < until:
            try:
                told = new_client(server.url)("GET", "/readyz").status
            except httpx2.TransportError:
                time.sleep(0.1)
        # SQLite is migrated at the start, which ends there; PostgreSQL waits for its operator.
        assert (process.poll() or 0, told) in {(1, None), (0, 503)}
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_request_under_way_is_answered_before_the_server_ends(new_server: NewServer, workers: int) -> None:
    server = new_server(workers=workers)
    person = registered(server.url)
    body = b'{"name":"just in time"}'
    head = (
        f"POST /portfolios HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\n"
        f"authorization: Bearer {person.token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode() + body[:5])
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        connection.sendall(body[5:])
        connection.settimeout(10)
        assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")
    assert server.process.wait(15) == 0
    person.client.close()
    server.start()
    again = Person(server.url, token=person.token)
    assert [item["name"] for item in again("GET", "/portfolios").json["items"]] == ["just in time"]
    again.client.close()


def test_sigterm_under_load_leaves_no_request_done_but_unanswered(new_server: NewServer) -> None:
    server = new_server(workers=2)
    person = registered(server.url)
    person.client.close()
    stopping = threading.Event()

    def keep_writing(_: int) -> Counter[int]:
        seen: Counter[int] = Counter()
        writer = Person(server.url, token=person.token)
        while True:
            try:
                seen[writer("POST", "/portfolios", {"name": "p"}).status] += 1
            except httpx2.TransportError:
                # Only a server that has been told to stop may close a connection or refuse one.
                assert stopping.is_set()
                writer.client.close()
                return seen

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(keep_writing, number) for number in range(8)]
        time.sleep(2)
        stopping.set()
        assert server.stop() == 0
        seen = sum((writer.result() for writer in writers), Counter())
    assert set(seen) == {201}
    server.start()
    again = Person(server.url, token=person.token)
    kept = again("GET", "/portfolios").json["pagination_response"]["total_items"]
    again.client.close()
    assert kept == seen[201] > 0
    print(f"{kept} writes acknowledged, {kept} kept")


def test_the_log_names_every_request_and_nothing_private(new_server: NewServer) -> None:
    server = new_server(workers=2, LOG_LEVEL="debug")
    person = registered(server.url)
    answers = [
        person("GET", "/orders?security=QUERYSTRING"),
        person("GET", "/nowhere/PATHSECRET?token=QUERYSTRING"),
        person("POST", "/auth/login", {"email": person.email, "password": PASSWORD}),
        person("POST", "/auth/login", {"email": person.email, "password": "WRONGPASSWORD"}),
        person("POST", "/auth/register", {"email": person.email, "password": PASSWORD}),
        person("PATCH", "/users/me", {"password": PASSWORD, "new_password": "NEWPASSWORD42"}),
        person("POST", "/portfolios", {"name": "PORTFOLIONAME"}, headers={"idempotency-key": "IDEMPOTENCY"}),
        person("POST", "/portfolios", raw=b'{"name": BODYTEXT'),
        person("PATCH", "/portfolios/x", {"name": "PORTFOLIONAME"}),
        person("GET", "/auth/me", headers={"cookie": f"access_token={person.token}"}),
        person("GET", "/auth/me", headers={"authorization": "Basic QkFTSUM="}),
        person("POST", "/auth/logout"),
    ]
    cookie = re.search("access_token=([^;]+)", answers[2].headers["set-cookie"])
    person.client.close()
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    named = Counter(line["request_id"] for line in lines if line.get("event") == "request")
    assert [named[answer.headers["x-request-id"]] for answer in answers] == [1] * len(answers)
    assert cookie is not None
    private = (
        *(PASSWORD, "WRONGPASSWORD", "NEWPASSWORD42", person.email, person.email.partition("@")[0]),
        *("QUERYSTRING", "PATHSECRET", "PORTFOLIONAME", "BODYTEXT", "IDEMPOTENCY", "QkFTSUM="),
        *(person.token, person.token.rpartition(".")[2], cookie[1]),
    )
    assert [secret for secret in private if secret in server.log] == []
    routes = {line["route"] for line in lines if line.get("event") == "request"}
    assert {"/orders", "/portfolios/{portfolio_id}", "unmatched"} <= routes
    me = [line for line in lines if line.get("route") == "/auth/me"]
    assert [(line["status"], bool(line["user_id"])) for line in me] == [(200, True), (401, False)]


def requests_counted(page: str, route: str) -> float:
    found = re.findall(
        rf'^steward_request_seconds_count{{[^}}]*route="{re.escape(route)}"[^}}]*}} (\S+)$',
        page,
        re.MULTILINE,
    )
    return sum(map(float, found))


def test_metrics_count_by_route_over_all_workers(
    new_server: NewServer, each_worker: Callable[[Person], list[Person]]
) -> None:
    person = registered(new_server(workers=2).url)
    portfolio_id = person.made("/portfolios", {"name": "p"})["id"]
    workers = each_worker(person)
    for worker in workers:
        for _ in range(5):
            assert worker("GET", f"/portfolios/{portfolio_id}").status == 200
        assert worker("GET", "/nowhere/at-all").status == 404
        assert worker("GET", "/portfolios/123456789").status == 404
    # A request is counted after its answer has left.
    time.sleep(1)
    for worker in workers:
        page = worker("GET", "/metrics").text
        assert requests_counted(page, "/portfolios/{portfolio_id}") == 12
        assert requests_counted(page, "unmatched") == 2
        assert "at-all" not in page
        assert "123456789" not in page
    person.client.close()
