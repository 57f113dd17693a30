"""The traps that earlier systems of this kind fell into, each by a test that would have caught it.

A trap whose test stands with its feature is named in CAUGHT_ELSEWHERE; the others are here.
"""

import ast
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from steward.infrastructure.db import portfolios, transactions
from tests.people import PASSWORD, Person, registered
from tests.postgres import drop_database, fresh_database
from tests.servers import Server, running

ROOT = Path(__file__).parents[2]
CAUGHT_ELSEWHERE = {
    "a cache without the owner, ids used again": "api/test_valuation.py "
    "test_a_new_portfolio_never_shows_the_value_of_a_removed_one",
    "a cache cleared before the write, in each process": "api/test_valuation.py "
    "test_no_worker_gives_an_older_value_than_was_acknowledged",
    "signing out only clears the cookie": "api/test_identity.py test_signing_out_holds_on_every_worker_at_once",
    "signing out without a session": "api/test_identity.py test_signing_out_needs_a_session",
    "the password is verified only if the user exists": "api/test_identity.py "
    "test_an_unknown_user_and_a_wrong_password_take_the_same_time",
    "Infinity is stored and breaks every list": "api/test_bad_input.py test_values_in_bodies",
    "an empty change is a 500": "api/test_portfolios.py test_an_empty_change_changes_nothing",
    "a name of null is a 500": "api/test_portfolios.py test_a_bad_name_is_refused",
    "floats": "test_decimals.py test_every_digit_comes_back",
    "no check in the database": "infrastructure/test_database.py "
    "test_o1_o3_the_database_itself_refuses_an_impossible_order",
    "symbols of 11 characters on one engine": "api/test_bad_input.py "
    "test_what_is_odd_and_yet_right_is_kept_in_one_form",
    "NUL and half characters": "api/test_bad_input.py test_values_in_bodies",
    "ids from 2**31 on": "api/test_bad_input.py test_values_in_addresses",
    "a body without its content type": "api/test_bad_input.py test_content_types_and_encodings",
    "no check of the site": "api/test_bad_input.py test_other_sites",
    "the cookie is cleared with other attributes": "api/test_cookies.py "
    "test_the_cookie_is_cleared_with_the_attributes_that_it_was_set_with",
    "the cookie is not Secure in production": "test_settings.py "
    "test_production_needs_a_secret_and_is_strict_by_default",
    "AUTH_MODE=LOCAL builds Supabase": "test_settings.py test_auth_mode_has_no_case",
    "JWT_SECRET=k": "test_settings.py test_weak_secrets_are_refused",
    "lifetimes without bound, stars with credentials": "test_settings.py "
    "test_every_problem_is_reported_at_once_by_its_variable",
    "a default database password": "test_settings.py test_a_guessable_database_password_is_refused_in_production",
    "sslmode means something else": "test_settings.py test_sslmode_is_passed_on_as_it_is",
    "user and password unquoted in the address": "test_settings.py test_the_parts_of_the_database_are_quoted",
    "tokens without iss, aud, typ, kid, exp": "api/test_tokens_on_the_wire.py "
    "test_every_bad_token_gets_the_same_answer",
    "one key for ever": "api/test_tokens_on_the_wire.py test_keys_rotate_without_signing_anybody_out",
    "e-mails that differ in case": "api/test_identity.py test_an_email_is_taken_without_regard_to_case",
    "a short password tells that sign-in failed": "api/test_bad_input.py "
    "test_sign_ins_take_every_shape_of_password_alike",
    "no change of password": "api/test_identity.py test_a_new_password_replaces_the_old_one",
    "no new hash": "infrastructure/test_passwords.py test_a_hash_with_older_parameters_is_made_again",
    "the commonest passwords": "api/test_identity.py test_a_bad_password_is_refused_by_name",
    "the provider's failures are 401": "infrastructure/test_supabase.py "
    "test_a_provider_that_cannot_be_trusted_is_unavailable",
    "the provider's silence": "infrastructure/test_supabase.py test_a_slow_provider_is_not_waited_for",
    "the provider's refusals unmapped": "infrastructure/test_supabase.py "
    "test_what_the_provider_refuses_at_sign_up",
    "an unverified address": "infrastructure/test_supabase.py "
    "test_an_unverified_address_is_told_whatever_the_user_wrote_into_the_token",
    "errors not logged": "infrastructure/test_logging.py "
    "test_an_error_is_one_line_with_its_stack_and_without_secrets",
    "no security headers": "api/test_wire.py test_every_answer_carries_its_security_headers",
    "no limit on bodies": "api/test_raw_http.py test_memory_stays_flat_under_100_megabytes",
    "unknown and double keys": "api/test_bad_input.py test_fields_that_nobody_asked_for",
    "prices of no date and no currency": "api/test_prices.py test_a_price_states_its_source_and_time",
    "a missing price lowers the total": "api/test_valuation.py "
    "test_a_symbol_without_a_price_is_named_and_never_valued",
    "read, change, write without a lock": "test_races.py test_simultaneous_operations_on_one_order_are_serial",
    "the state is checked outside the write": "api/test_orders.py "
    "test_executions_at_once_never_exceed_the_order",
    "final states are left": "api/test_orders.py test_a_final_order_changes_no_more",
    "executions without price and record": "api/test_orders.py "
    "test_a_fill_takes_the_given_price_then_ones_own_then_the_sources_then_none",
    "any origin is reflected": "api/test_cookies.py test_no_other_origin_may_read_anything",
    "passwords cut at 72 bytes": "api/test_identity.py test_every_character_of_a_long_password_counts",
    "equal registrations at once": "api/test_identity.py "
    "test_eight_equal_registrations_at_once_make_one_account",
    "403 for somebody else's": "api/test_orders.py test_somebody_elses_order_is_not_found",
    "lists without bound or order": "api/test_orders.py test_orders_are_listed_newest_first_in_pages",
    "a retry doubles the order": "api/test_idempotency.py test_the_same_request_many_times_at_once_acts_once",
    "no client order id": "api/test_orders.py test_a_client_order_id_acts_once_when_sent_at_once",
    "no migrations": "infrastructure/test_migrations.py test_up_down_and_up_again_with_rows_inside",
    "no constraints": "infrastructure/test_migrations.py test_every_declared_rule_stands_in_the_database",
    "the address / is 404": "api/test_wire.py test_the_root_leads_to_the_docs",
}


@pytest.mark.parametrize("trap", CAUGHT_ELSEWHERE)
def test_a_trap_is_caught_where_its_feature_is_tested(trap: str) -> None:
    path, name = CAUGHT_ELSEWHERE[trap].split()
    assert re.search(rf"^(async )?def {name}\(", (ROOT / "tests" / path).read_text(), re.MULTILINE)


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
            assert "transactions" not in engine.text
            assert "positions" not in engine.text


def test_pages_are_counted_each_time() -> None:
    for statement in (portfolios._PAGE, transactions._ASSETS):
        assert "count(" not in statement.postgresql.text.lower()


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
            assert (answer.status, answer.code) == (503, "unavailable")
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
    assert time.perf_counter() - started < 10


def test_the_oldest_promised_python_cannot_read_the_code() -> None:
    files = sorted((ROOT / "src").rglob("*.py"))
    assert len(files) > 50
    for path in files:
        ast.parse(path.read_text(encoding="utf-8"), filename=str(path), feature_version=(3, 11))
