"""Tokens that are not ours, or not now: one and the same 401, whatever is wrong with them.

One engine is enough: a token is judged before anything is asked of a database.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.people import Answer, Person, registered
from tests.servers import Server, running

FIRST, SECOND = "first-3f9aXk27Lq0zVb81TnWc64RyHs5", "second-PdEum81TnWc64RyHs53f9aXk27"
ME = "/api/v1/auth/me"
NEVER = ...
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server whose secret is known here."""
    with running(tmp_path_factory.mktemp("tokens"), JWT_SECRET=FIRST) as started:
        yield started


@pytest.fixture(scope="module")
def holder(known: Server) -> Iterator[Person]:
    """Give somebody with a good token."""
    person = registered(known.url)
    yield person
    person.client.close()


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(good: str, header: dict[str, Any], claims: dict[str, Any], key: bytes = FIRST.encode()) -> str:
    """Change a token and sign it with HMAC, whatever it claims to be signed with; NEVER removes."""
    parts = []
    old_claims = jwt.decode(good, options={"verify_signature": False})
    for old, new in ((jwt.get_unverified_header(good), header), (old_claims, claims)):
        parts.append(
            encoded(json.dumps({k: v for k, v in {**old, **new}.items() if v is not NEVER}).encode())
        )
    signed = ".".join(parts)
    return f"{signed}.{encoded(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def bad_tokens(good: str) -> dict[str, str]:
    """Give every kind of bad token, by what is wrong with it."""
    now = int(time.time())
    head, payload, signature = good.split(".")
    headers: dict[str, dict[str, Any]] = {
        "wrong kid": {"kid": "0" * 16}, "no kid": {"kid": NEVER},
        "kid is a path": {"kid": "../../../dev/null"},
        "kid is SQL": {"kid": "' UNION SELECT 'k'--"}, "kid is a list": {"kid": []},
        "typ JWT": {"typ": "JWT"},
        "no typ": {"typ": NEVER}, "jku": {"jku": "http://127.0.0.1:9/keys"}, "crit": {"crit": ["exp"]},
        "jwk": {"jwk": {"kty": "oct", "k": encoded(FIRST.encode())}}, "x5u": {"x5u": "http://127.0.0.1:9/"},
        "HS512 that is none": {"alg": "HS512"}, "alg in another case": {"alg": "hs256"},
    }  # fmt: skip
    claims: dict[str, dict[str, Any]] = {
        "expired": {"exp": now - 1, "iat": now - 99, "nbf": now - 99}, "not yet": {"nbf": now + 3600},
        "issued in the future": {"iat": now + 3600}, "no exp": {"exp": NEVER},
        "exp as a string": {"exp": "9" * 10},
        "exp of 30 digits": {"exp": 10**30}, "exp below zero": {"exp": -1},
        "exp a fraction": {"exp": now + 9.5},
        "exp true": {"exp": True}, "other issuer": {"iss": "evil"}, "other audience": {"aud": "other"},
        "two audiences": {"aud": ["steward", "other"]}, "no session": {"sid": NEVER},
        "no jti": {"jti": NEVER},
        "nobody": {"sub": NEVER}, "subject is SQL": {"sub": "' OR 1=1--"}, "no nbf": {"nbf": NEVER},
    }  # fmt: skip
    supabase = {
        "iss": "https://abc.supabase.co/auth/v1", "aud": "authenticated", "role": "authenticated",
        "email": "a@example.com", "session_id": "0197a6c0-1f2e-7000-8000-000000000000", "sid": NEVER,
        "jti": NEVER,
    }  # fmt: skip
    rs = {"alg": "RS256"}
    signing = f"{encoded(json.dumps({**jwt.get_unverified_header(good), **rs}).encode())}.{payload}"
    rs_signature = jwt.get_algorithm_by_name("RS256").sign(signing.encode(), RSA)
    none = encoded(json.dumps({**jwt.get_unverified_header(good), "alg": "none"}).encode())
    return {
        **{name: forged(good, changed, {}) for name, changed in headers.items()},
        **{name: forged(good, {}, changed) for name, changed in claims.items()},
        "no algorithm": f"{none}.{payload}.", "no algorithm, signed": f"{none}.{payload}.{signature}",
        "RS256": f"{signing}.{encoded(rs_signature)}", "RS256 signed by HMAC": forged(good, rs, {}),
        "HMAC with the public key": forged(good, {}, {}, PUBLIC), "another secret": forged(good, {}, {},
        b"k" * 32),
        "no secret": forged(good, {}, {}, b""), "of Supabase": forged(good, {"typ": "JWT"}, supabase),
        "of Supabase, in our type": forged(good, {}, supabase), "no signature": f"{head}.{payload}.",
        "altered payload": f"{head}.{payload[:-4]}{'AAAA' if payload[-4:] != 'AAAA' else 'BBBB'}.{signature}",
        "padded": good + "=", "two parts": f"{head}.{payload}", "four parts": good + ".x", "nothing": "",
        "a word": "x", "of 5 kB": "a" * 5000, "of dots": "." * 500, "JSON": '{"sub":"me"}',
    }  # fmt: skip


def told(answer: Answer) -> str:
    """Give all that a caller learns, but for what names the request."""
    problem = {k: v for k, v in answer.json.items() if k not in ("instance", "request_id")}
    return json.dumps([answer.status, answer.headers.get("www-authenticate"), problem])


def test_every_bad_token_gets_the_same_answer(known: Server, holder: Person) -> None:
    assert holder("GET", ME).status == 200
    again = {"authorization": f"Bearer {forged(holder.token, {}, {})}"}
    answers: dict[str, list[str]] = {}
    tokens = bad_tokens(holder.token)
    nobody = Person(known.url)
    assert nobody("GET", ME, headers=again).status == 200
    for name, token in tokens.items():
        for headers in ({"authorization": f"Bearer {token}".strip()}, {"cookie": f"access_token={token}"}):
            for method, path in (("GET", ME), ("GET", "/api/v1/orders"), ("DELETE", "/api/v1/portfolios/1")):
                if "," not in token or "cookie" not in headers:
                    answers.setdefault(told(nobody(method, path, headers=headers)), []).append(name)
    nobody.client.close()
    print(f"{len(tokens)} tokens, {sum(map(len, answers.values()))} requests")
    assert len(answers) == 1, answers
    status, challenge, problem = json.loads(next(iter(answers)))
    assert (status, challenge, problem["code"]) == (401, 'Bearer error="invalid_token"', "invalid-token")


def test_two_credentials(known: Server, holder: Person) -> None:
    other, nobody = registered(known.url), Person(known.url)
    mine = f"access_token={holder.token}"
    for cookie in (f"{mine}; access_token={other.token}", f"{mine}; {mine}"):
        assert nobody("GET", ME, headers={"cookie": cookie}).status == 401
    both = {"authorization": f"Bearer {other.token}", "cookie": mine}
    assert nobody("GET", ME, headers=both).code == "two-identities"
    both["authorization"] = f"Bearer {holder.token}"
    assert nobody("GET", ME, headers=both).status == 200
    for scheme in ("Basic", "Token", "Bearer Bearer", "x"):
        headers = {"authorization": f"{scheme} {holder.token}", "cookie": mine}
        assert nobody("GET", ME, headers=headers).status == 401
    other.client.close()
    nobody.client.close()


def test_keys_rotate_without_signing_anybody_out(tmp_path: Path) -> None:
    with running(tmp_path, JWT_SECRET=FIRST) as before:
        person = registered(before.url)
        assert person("GET", ME).status == 200
        person.client.close()
    for settings, status in (
        ({"JWT_SECRET": SECOND, "JWT_PREVIOUS_SECRETS": FIRST}, 200),
        ({"JWT_SECRET": SECOND}, 401),
    ):
        with running(tmp_path, None, workers=1, **settings) as after:
            kept = Person(after.url, token=person.token)
            assert kept("GET", ME).status == status
            kept.client.close()
            fresh = registered(after.url)
            assert (
                jwt.get_unverified_header(fresh.token)["kid"]
                != jwt.get_unverified_header(person.token)["kid"]
            )
            fresh.client.close()
