"""The traps that earlier systems of this kind fell into, each by a test that would have caught it.

The name of a test is the trap. Traps that are caught beside their feature are in test_traps_elsewhere.py.
"""

import ast
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from steward.infrastructure.db import portfolios, transactions_reads
from tests.people import PASSWORD, Person, registered
from tests.postgres import drop_database, fresh_database
from tests.servers import Server, running

ROOT = Path(__file__).parents[2]


def test_b_deletes_an_asset_of_a_through_a_portfolio_of_b(alice: Person, bob: Person) -> None:
    theirs = alice.made("/api/v1/portfolios", {"name": "A"})["id"]
    asset = alice.made(f"/api/v1/portfolios/{theirs}/assets", {"symbol": "BTC", "quantity": 1})["id"]
    mine = bob.made("/api/v1/portfolios", {"name": "B"})["id"]
    assert bob("DELETE", f"/api/v1/portfolios/{mine}/assets/{asset}").status == 404
    assert [one["id"] for one in alice("GET", f"/api/v1/portfolios/{theirs}/assets").json["items"]] == [asset]


def test_a_taken_address_is_signed_in_all_the_same(server: Server, alice: Person) -> None:
    for path, name in (("auth/register", "email"), ("users", "username")):
        answer = alice("POST", f"/api/v1/{path}", {name: alice.email, "password": PASSWORD + "!"})
        assert (answer.status, answer.code) == (409, "login-taken")
        assert "set-cookie" not in answer.headers


def test_sign_ins_are_not_limited(tmp_path: Path) -> None:
    limits = {
        "LIMIT_FAILED_SIGN_INS_PER_ACCOUNT_PER_5_MINUTES": "5",
        "LIMIT_REGISTRATIONS_PER_ADDRESS_PER_HOUR": "2",
    }
    with running(tmp_path, workers=2, **limits) as limited:
        person = registered(limited.url)
        wrong = {"email": person.email, "password": "wrong password 1"}
        answers = [person("POST", "/auth/login", wrong) for _ in range(7)]
        assert [answer.status for answer in answers] == [401] * 5 + [429] * 2
        assert int(answers[-1].headers["retry-after"]) > 0
        assert person("POST", "/auth/login", {**wrong, "password": PASSWORD}).status == 429
        new = [{"email": f"{uuid.uuid4().hex}@example.com", "password": PASSWORD} for _ in range(2)]
        assert [person("POST", "/auth/register", one).status for one in new] == [201, 429]
        person.client.close()


def test_hashing_holds_everybody_up(tmp_path: Path) -> None:
    with running(tmp_path) as single:
        person = registered(single.url)
        wrong = {"email": person.email, "password": "wrong password 1"}

        def sign_in(_: int) -> None:
            with closing(Person(single.url).client) as client:
                client.post("/auth/login", json=wrong)

        waits: list[float] = []
        started = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            pending = [pool.submit(sign_in, n) for n in range(24)]
            while not all(one.done() for one in pending):
                before = time.perf_counter()
                assert person("GET", "/livez").status == 200
                waits.append(time.perf_counter() - before)
        hashing = time.perf_counter() - started
        person.client.close()
    # In the event loop, a page would wait for every hash that stands before it.
    assert sorted(waits)[len(waits) // 2] < hashing / 24
    assert max(waits) < hashing / 2


def test_a_permission_check_loads_everything() -> None:
    for statement in (portfolios._GET, portfolios._LOCK):
        for engine in (statement.sqlite, statement.postgresql):
            assert "transactions" not in engine.sql
            assert "positions" not in engine.sql


def test_pages_are_counted_each_time() -> None:
    for statement in (portfolios._PAGE, transactions_reads._ASSETS):
        assert "count(" not in statement.postgresql.sql.lower()


def test_a_portfolio_is_removed_between_check_and_act(
    alice: Person, new_client: Callable[..., Person]
) -> None:
    clients = [new_client(alice.url, alice.token) for _ in range(6)]
    seen = set()
    for _ in range(15):
        portfolio = alice.made("/api/v1/portfolios", {"name": "Soon gone"})["id"]
        asked: list[tuple[str, str, Any]] = [
            ("POST", f"/api/v1/portfolios/{portfolio}/assets", {"symbol": "BTC", "quantity": 1}),
            ("POST", "/api/v1/orders", {"security": "BTC", "qty": 1, "portfolio_id": portfolio}),
            ("DELETE", f"/api/v1/portfolios/{portfolio}", None),
        ] * 2
        with ThreadPoolExecutor(len(clients)) as pool:
            answers = list(pool.map(lambda client, one: client(*one), clients, asked))
        seen |= {answer.status for answer in answers}
        assert alice("GET", f"/api/v1/portfolios/{portfolio}").status == 404
    assert seen <= {201, 204, 404}


def test_the_database_goes_away(admin_url: str, tmp_path: Path) -> None:
    url = fresh_database(admin_url)
    with running(tmp_path, url) as left:
        person = registered(left.url)
        drop_database(url)
        assert person("GET", "/livez").status == 200
        assert person("GET", "/readyz").status == 503
        health = person("GET", "/health")
        assert health.status == 503
        assert health.json["errors"]
        for path in ("/api/v1/portfolios", "/api/v1/auth/me"):
            answer = person("GET", path)
            assert (answer.status, answer.code) == (503, "database-unavailable")
            assert int(answer.headers["retry-after"]) > 0
        person.client.close()


def test_the_log_names_people_and_no_requests(tmp_path: Path) -> None:
    with running(tmp_path, APP_ENV="staging", JWT_SECRET="3f9aXk27Lq0zVb81TnWc64RyHs5mPdEu") as logging:
        person = registered(logging.url)
        answer = person("GET", f"/api/v1/orders?security=SECRET1&x={person.email}")
        person.client.close()
    assert answer.headers["x-request-id"] in logging.log
    for private in (person.email, PASSWORD, person.token, "SECRET1"):
        assert private not in logging.log


def test_tokens_and_passwords_are_kept_in_clear(tmp_path: Path) -> None:
    with running(tmp_path) as kept:
        person = registered(kept.url)
        person.made("/api/v1/portfolios", {"name": "Kept in clear"})
        person.client.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("steward.db"))
    assert b"Kept in clear" in stored
    for secret in (PASSWORD, person.token, person.token.rpartition(".")[2]):
        assert secret.encode() not in stored


def test_an_amendment_to_nothing_executes_the_order(alice: Person) -> None:
    order = alice.made("/api/v1/orders", {"security": "BTC", "qty": 1})
    assert alice("PUT", f"/api/v1/orders/{order['id']}", {"qty": 0}).status == 422
    assert alice("GET", f"/api/v1/orders/{order['id']}").json == order


def test_forty_readers_wait_for_fifteen_connections(alice: Person, new_client: Callable[..., Person]) -> None:
    clients = [new_client(alice.url, alice.token) for _ in range(64)]
    started = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = set(pool.map(lambda client: client("GET", "/api/v1/portfolios").status, clients))
    assert statuses == {200}
    assert time.perf_counter() - started < 20


def test_the_oldest_promised_python_cannot_read_the_code() -> None:
    files = sorted((ROOT / "src").rglob("*.py"))
    assert len(files) > 50
    for path in files:
        ast.parse(path.read_text(encoding="utf-8"), filename=str(path), feature_version=(3, 11))
