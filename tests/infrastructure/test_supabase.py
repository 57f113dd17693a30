"""Supabase Auth, spoken to over real HTTP on loopback."""

import time
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from steward.domain.errors import Refusal, Unavailable
from steward.domain.users import (
    EmailNotConfirmed,
    InvalidCredentials,
    InvalidEmail,
    InvalidPassword,
    LoginTaken,
)
from steward.infrastructure.auth import supabase
from steward.infrastructure.auth.supabase import ProviderRefused, SignUpClosed, Supabase
from tests.supabase_server import ANON_KEY, SupabaseServer, supabase_server

EMAIL, PASSWORD = "ann@example.com", "correct horse battery"
JWKS = "GET /auth/v1/.well-known/jwks.json"

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> Iterator[SupabaseServer]:
    with supabase_server() as running:
        yield running


@pytest.fixture
async def provider(server: SupabaseServer) -> AsyncIterator[Supabase]:
    client = httpx2.AsyncClient(trust_env=False)
    adapter = Supabase(server.url + "/", ANON_KEY, client=client, timeout_seconds=2)
    yield adapter
    await adapter.aclose()
    assert client.is_closed


async def test_sign_up_then_sign_in_prove_one_identity(server: SupabaseServer, provider: Supabase) -> None:
    first = await provider.sign_up(" Ann@Example.com ", PASSWORD)
    second = await provider.sign_in(EMAIL.upper(), PASSWORD)
    assert first == second
    assert first.issuer == f"{server.url}/auth/v1"
    assert first.subject == server.users[EMAIL]["id"]
    assert (first.email, first.email_verified) == (EMAIL, True)
    assert server.asked.count(JWKS) == 1


@pytest.mark.parametrize("old_messages", [False, True])
async def test_every_wrong_sign_in_is_answered_alike(
    server: SupabaseServer, provider: Supabase, *, old_messages: bool
) -> None:
    await provider.sign_up(EMAIL, PASSWORD)
    server.faults.old_messages = old_messages
    wrong = [
        (EMAIL, "wrong"),
        ("bob@example.com", PASSWORD),
        ("no e-mail", PASSWORD),
        (EMAIL, "\ud800"),
        ("\ud800@example.com", ""),
        (EMAIL, "x" * 5_000),
        (EMAIL, ""),
    ]
    for email, password in wrong:
        with pytest.raises(InvalidCredentials) as refused:
            await provider.sign_in(email, password)
        assert refused.value.detail == "The e-mail or the password is wrong."
        assert (refused.value.code, refused.value.pointer) == ("invalid-credentials", None)


@pytest.mark.parametrize("old_messages", [False, True])
async def test_a_taken_address(server: SupabaseServer, provider: Supabase, *, old_messages: bool) -> None:
    await provider.sign_up(EMAIL, PASSWORD)
    server.faults.old_messages = old_messages
    with pytest.raises(LoginTaken):
        await provider.sign_up(EMAIL.title(), PASSWORD)


async def test_what_the_provider_refuses_at_sign_up(server: SupabaseServer, provider: Supabase) -> None:
    with pytest.raises(InvalidPassword):
        await provider.sign_up(EMAIL, "short")
    with pytest.raises(InvalidEmail):
        await provider.sign_up("ann", PASSWORD)
    server.faults.closed = True
    with pytest.raises(SignUpClosed):
        await provider.sign_up(EMAIL, PASSWORD)


@pytest.mark.parametrize("old_messages", [False, True])
async def test_confirmation_is_asked_for(
    server: SupabaseServer, provider: Supabase, *, old_messages: bool
) -> None:
    server.faults.confirmation, server.faults.old_messages = True, old_messages
    for _ in range(2):
        with pytest.raises(EmailNotConfirmed):
            await provider.sign_up(EMAIL, PASSWORD)
    with pytest.raises(EmailNotConfirmed) as refused:
        await provider.sign_in(EMAIL, PASSWORD)
    assert refused.value.code == "email-not-confirmed"
    server.confirm(EMAIL)
    assert (await provider.sign_in(EMAIL, PASSWORD)).email_verified


async def test_an_unverified_address_is_told_whatever_the_user_wrote_into_the_token(
    server: SupabaseServer, provider: Supabase
) -> None:
    server.faults.unverified = True
    assert not (await provider.sign_up(EMAIL, PASSWORD)).email_verified


@pytest.mark.parametrize(
    "fault",
    [
        {"down": True},
        {"status": 500},
        {"status": 503},
        {"status": 429},
        {"status": 302},
        {"status": 400},
        {"body": b"<html>"},
        {"body": b"[]"},
        {"body": b"\xff\xfe"},
        {"body": b"[" * 100_000},
        {"body": b"{}"},
        {"body": b'{"access_token": 1}'},
        {"body": b'{"access_token": "a.b.c", "user": null}'},
        {"issuer": "https://elsewhere.example/auth/v1"},
        {"audience": "anon"},
        {"expires_in_seconds": -3600},
        {"subject": "somebody-else"},
        {"foreign_key": True},
    ],
    ids=str,
)
async def test_a_provider_that_cannot_be_trusted_is_unavailable(
    server: SupabaseServer, provider: Supabase, fault: dict[str, object]
) -> None:
    await provider.sign_up(EMAIL, PASSWORD)
    for name, value in fault.items():
        setattr(server.faults, name, value)
    with pytest.raises(Unavailable):
        await provider.sign_in(EMAIL, PASSWORD)
    with pytest.raises(Unavailable):
        await provider.sign_up("bob@example.com", PASSWORD)


async def test_nobody_listens(server: SupabaseServer) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        gone = Supabase("http://127.0.0.1:9", ANON_KEY, client=client)
        with pytest.raises(Unavailable):
            await gone.sign_in(EMAIL, PASSWORD)
        assert not await gone.healthy()
        stranger = Supabase(server.url, "another key", client=client)
        with pytest.raises(Unavailable):
            await stranger.sign_in(EMAIL, PASSWORD)


async def test_a_slow_provider_is_not_waited_for(server: SupabaseServer) -> None:
    server.faults.slow_seconds = 0.5
    async with httpx2.AsyncClient(trust_env=False) as client:
        hasty = Supabase(server.url, ANON_KEY, client=client, timeout_seconds=0.05)
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            await hasty.sign_in(EMAIL, PASSWORD)
        assert time.monotonic() - begun < 0.4


@pytest.mark.parametrize(("said", "seconds"), [("17", 17), ("99999", 1), ("100", 60), ("0", 1), ("soon", 1)])
async def test_the_providers_retry_after_is_passed_on_within_reason(
    server: SupabaseServer, provider: Supabase, said: str, seconds: int
) -> None:
    server.faults.status, server.faults.retry_after = 429, said
    with pytest.raises(Unavailable) as refused:
        await provider.sign_in(EMAIL, PASSWORD)
    assert refused.value.retry_after_seconds == seconds


async def test_a_project_with_the_shared_secret(server: SupabaseServer, provider: Supabase) -> None:
    server.faults.legacy_secret = True
    identity = await provider.sign_up(EMAIL, PASSWORD)
    assert await provider.sign_in(EMAIL, PASSWORD) == identity
    assert identity.subject == server.users[EMAIL]["id"]
    assert JWKS not in server.asked
    server.faults.subject = "nobody"
    with pytest.raises(Unavailable):
        await provider.sign_in(EMAIL, PASSWORD)


async def test_new_keys_are_fetched_at_most_once_a_minute(
    server: SupabaseServer, provider: Supabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    await provider.sign_up(EMAIL, PASSWORD)
    server.rotate()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await provider.sign_in(EMAIL, PASSWORD)
    assert server.asked.count(JWKS) == 1
    monkeypatch.setattr(supabase, "_KEYS_FETCHED_EVERY_SECONDS", -1)
    assert await provider.sign_in(EMAIL, PASSWORD)
    assert server.asked.count(JWKS) == 2
    monkeypatch.setattr(supabase, "_KEYS_KEPT_SECONDS", -1)
    assert await provider.sign_in(EMAIL, PASSWORD)
    assert server.asked.count(JWKS) == 3


async def test_unusable_keys_are_passed_over(
    server: SupabaseServer, provider: Supabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = server.keys()
    shared = {"kty": "oct", "k": "c2VjcmV0", "kid": server.key_id, "alg": "HS256"}
    odd = [1, {}, {"kty": "EC"}, {"kty": "EC", "alg": []}, shared, {**keys[0], "kid": 5}]
    monkeypatch.setattr(server, "keys", lambda: [*keys, *odd])
    assert await provider.sign_up(EMAIL, PASSWORD)


async def test_change_password(server: SupabaseServer, provider: Supabase) -> None:
    identity = await provider.sign_up(EMAIL, PASSWORD)
    with pytest.raises(InvalidCredentials):
        await provider.change_password(EMAIL, "wrong", "another horse battery")
    for refused in (PASSWORD, "short"):
        with pytest.raises(InvalidPassword):
            await provider.change_password(EMAIL, PASSWORD, refused)
    assert await provider.change_password(EMAIL, PASSWORD, "another horse battery") == identity
    assert await provider.sign_in(EMAIL, "another horse battery") == identity
    with pytest.raises(InvalidCredentials):
        await provider.sign_in(EMAIL, PASSWORD)
    server.faults.status = 500
    with pytest.raises(Unavailable):
        await provider.change_password(EMAIL, "another horse battery", PASSWORD)


async def test_healthy(server: SupabaseServer, provider: Supabase) -> None:
    assert await provider.healthy()
    server.faults.status = 500
    assert not await provider.healthy()


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("validation_failed", ProviderRefused),
        ("email_address_invalid", InvalidEmail),
        ("email_exists", LoginTaken),
        ("email_provider_disabled", SignUpClosed),
        ("something_new", Unavailable),
    ],
)
async def test_other_words_of_the_provider(
    server: SupabaseServer, provider: Supabase, code: str, refusal: type[Refusal]
) -> None:
    server.faults.status, server.faults.code = 400, code
    with pytest.raises(refusal):
        await provider.sign_up(EMAIL, PASSWORD)


async def test_a_sign_in_does_not_tell_the_providers_rules(
    server: SupabaseServer, provider: Supabase
) -> None:
    server.faults.status, server.faults.code = 400, "validation_failed"
    with pytest.raises(InvalidCredentials):
        await provider.sign_in(EMAIL, PASSWORD)
