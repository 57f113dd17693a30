"""Every operation refuses everything in the catalogue: as documented, without an echo, without an effect."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from tests.catalogue import CSV, FORM, IN_BODY, JSON
from tests.catalogue_elsewhere import BODIES, CONTENT_TYPES, IN_ADDRESS, QUERIES, UNWANTED
from tests.people import PASSWORD, registered
from tests.refusals import Wire, World, refused
from tests.refusals_operations import Operation
from tests.servers import Server


@pytest.fixture(scope="module")
def world(server: Server) -> Iterator[World]:
    """Give somebody with one of everything."""
    owner = registered(server.url)
    wire = Wire(server)
    yield World(server, owner, wire)
    owner.client.close()
    for link in wire.links:
        link.close()


def test_values_in_addresses(world: World) -> None:
    cells = []
    for operation in world.operations:
        for one in operation.in_path:
            for bad in IN_ADDRESS:
                if bad.kinds & one.kinds:
                    address = world.address(operation, **{one.name: bad.raw})
                    cells.append(world.cell(operation, bad.answers, address=address, raw=bad.raw))
        for one in operation.in_query:
            for bad in IN_ADDRESS:
                if bad.kinds & one.kinds - {"absent-id"}:
                    address = f"{world.address(operation)}?{one.name}={bad.raw}"
                    cells.append(world.cell(operation, bad.answers, address=address, raw=bad.raw))
    refused(world, cells, 600)


def test_query_strings(world: World) -> None:
    cells = [
        world.cell(operation, bad.answers, address=f"{world.address(operation)}?{bad.raw}", raw=bad.raw)
        for operation in world.operations
        for bad in QUERIES
    ]
    repeated = frozenset({(422, "repeated-parameter")})
    for operation in world.operations:
        for one in operation.in_query:
            valid = {"integer": "1", "sequence": "1", "symbol": "BTC", "cursor": "djE6OQ", "figure": "x"}
            valid |= {"date": "2024-01-02", "flag": "true", "currency": "USD", "choice": one.valid}
            pair = f"{one.name}={next(valid[kind] for kind in one.kinds if kind in valid)}"
            cells.append(world.cell(operation, repeated, address=f"{world.address(operation)}?{pair}&{pair}"))
    refused(world, cells, 300)


def _can_be_sent(operation: Operation, raw: str) -> bool:
    # A form carries text alone, and no half characters.
    return operation.body_type == JSON or (raw.startswith('"') and "\\ud" not in raw and raw != '"\\x41"')


def test_values_in_bodies(world: World) -> None:
    cells = []
    for operation in world.operations:
        for one in operation.fields:
            for bad in IN_BODY:
                if bad.kinds & one.kinds and _can_be_sent(operation, bad.raw):
                    body = world.body(operation, **{one.name: bad.raw})
                    cells.append(world.cell(operation, bad.answers, body=body, raw=bad.raw))
            if operation.body_type == JSON and not one.nullable:
                body = world.body(operation, **{one.name: "null"})
                cells.append(world.cell(operation, frozenset({(422, None)}), body=body))
    refused(world, cells, 1000)


def test_fields_that_nobody_asked_for(world: World) -> None:
    unknown, missing = frozenset({(422, "unknown-field")}), frozenset({(422, "missing")})
    twice, cells = frozenset({(400, "duplicate-key")}), []
    for operation in world.operations:
        if operation.body_type not in (JSON, FORM):
            continue
        known = {one.name for one in operation.fields}
        for name in (*UNWANTED, *(name.title() for name in known), *(f"{name} " for name in known)):
            if name not in known:
                body = world.body(operation, **{name: '"1"'})
                cells.append(world.cell(operation, unknown, body=body, raw=name))
        for one in operation.fields:
            valid = world.body(operation, **{one.name: '"x"'}) or b""
            if operation.body_type == JSON:
                body = valid[:-1] + f',"{one.name}":"y"}}'.encode()
                cells.append(world.cell(operation, twice, body=body))
                escaped = f',"\\u{ord(one.name[0]):04x}{one.name[1:]}":"y"}}'.encode()
                cells.append(world.cell(operation, twice, body=valid[:-1] + escaped))
            else:
                cells.append(world.cell(operation, twice, body=valid + f"&{one.name}=y".encode()))
        if any(one.required for one in operation.fields):
            empty = b"{}" if operation.body_type == JSON else b""
            cells.append(world.cell(operation, missing, body=empty))
    refused(world, cells, 200)


def test_whole_bodies(world: World) -> None:
    cells = []
    for operation in world.operations:
        batch = operation.path.endswith("/batch")
        if operation.body_type == JSON:
            for body, right in BODIES:
                # A batch may have many more keys; these are none of its own.
                many = frozenset({(422, None)}) if batch and b'"k1000"' in body else right
                cells.append(world.cell(operation, many, body=body))
        if operation.body_type == FORM:
            malformed = frozenset({(400, "bad-form")})
            bodies = (b"username", b"username=%FF&password=x", b"username=\xe9", b"&".join([b"a=1"] * 51))
            cells += [world.cell(operation, malformed, body=body) for body in bodies]
        if operation.body_type is not None:
            too_large = frozenset({(413, "body-too-large")})
            valid = world.cell(operation, too_large)
            most = 50 if operation.body_type == CSV else 16 if batch else 1
            headers = {**valid.headers, "content-length": str(most * 1024 * 1024 + 1)}
            cells.append(replace(valid, headers=headers))
    refused(world, cells, 380)


def test_content_types_and_encodings(world: World) -> None:
    cells = []
    for operation in world.operations:
        if operation.body_type is None:
            continue
        valid = world.cell(operation, frozenset({(415, "unsupported-content-type")}))
        other = FORM if operation.body_type == JSON else JSON
        for given in (*CONTENT_TYPES, other):
            headers = {**valid.headers, "content-type": given or ""}
            if given is None:
                del headers["content-type"]
            cells.append(replace(valid, headers=headers))
        encoded = frozenset({(415, "unsupported-encoding")})
        for encoding in ("gzip", "br", "deflate", "identity, gzip", "x"):
            headers = {**valid.headers, "content-encoding": encoding}
            cells.append(replace(valid, headers=headers, right=encoded))
    refused(world, cells, 200)


def test_headers_that_name_keys_and_versions(world: World) -> None:
    cells = []
    key, version = frozenset({(400, "bad-idempotency-key")}), frozenset({(400, "bad-if-match")})
    for operation in world.operations:
        valid = world.cell(operation, key)
        if operation.signed_in and operation.method in ("POST", "PATCH"):
            cells += [
                replace(valid, headers={**valid.headers, "idempotency-key": given})
                for given in ("", " ", "k" * 256, "k" * 5000, "a b", "\xe9")
            ]
        if operation.path.startswith("/api/v1/orders/{order_id}") and operation.method != "GET":
            for given in ("", "1", '"x"', 'W/"1"', '"1", "2"', '"-1"', '"' + "1" * 30 + '"', "'1'"):
                headers = {**valid.headers, "if-match": given}
                cells.append(replace(valid, headers=headers, right=version))
    refused(world, cells, 60)


def test_other_sites(world: World) -> None:
    """CSRF: what another site makes a browser send with the cookie has no effect (contract §1)."""
    own = f"http://127.0.0.1:{world.server.port}"
    foreign = [
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
        {"origin": "null"}, {"origin": f"{own}.evil.example"}, {"origin": f"{own}@evil.example"},
        {"origin": ""}, {"origin": f"http://localhost:{world.server.port}"}, {"sec-fetch-site": "none, x"},
        {"origin": own + "0"}, {"origin": "http://127.0.0.1"}, {"sec-fetch-site": ""},
    ]  # fmt: skip
    cells = []
    for operation in world.operations:
        anonymous = operation.path in ("/api/v1/auth/login", "/api/v1/auth/register")
        if operation.method != "GET" and (operation.signed_in or anonymous):
            valid = world.cell(operation, frozenset({(403, "csrf")}))
            kept = {k: v for k, v in valid.headers.items() if k != "authorization"}
            kept["cookie"] = f"access_token={world.owner.token}"
            cells += [replace(valid, headers={**kept, **given}) for given in foreign]
    refused(world, cells, 180)


def test_other_methods_and_addresses(world: World) -> None:
    nothing, cells = frozenset({(404, "not-found")}), []
    by_path: dict[str, set[str]] = {}
    for operation in world.operations:
        by_path.setdefault(operation.path, set()).add(operation.method)
    for operation in world.operations:
        valid = world.cell(operation, frozenset({(405, "method-not-allowed")}))
        taken = by_path[operation.path]
        for method in {
            "GET",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "TRACE",
            "OPTIONS",
            "PROPFIND",
            "PURGE",
        } - taken:
            for more in ({}, {"x-http-method-override": operation.method}):
                headers = {**valid.headers, **more}
                cells.append(replace(valid, operation=replace(operation, method=method), headers=headers))
        elsewhere = [valid.address + "/", valid.address.upper(), "/" + valid.address]
        cells += [replace(valid, address=address, right=nothing) for address in elsewhere]
        if not operation.in_path:
            # Where a symbol may stand, `import ` is one.
            refusals = nothing | valid.right
            cells.append(replace(valid, address=valid.address + "%20", right=refusals))
    refused(world, cells, 400)


def test_preflights_of_other_origins_are_told_nothing(world: World) -> None:
    for origin in ("https://evil.example", "null", "http://localhost:3000.evil.example", "*", ""):
        for path in ("/api/v1/orders", "/orders"):
            asked = {"origin": origin, "access-control-request-method": "POST"}
            status, headers, _ = world.wire("OPTIONS", path, None, asked)
            assert status == 204
            assert not any(name.startswith("access-control") for name in headers), origin
    asked = {"origin": "http://localhost:3000", "access-control-request-method": "POST"}
    _, headers, _ = world.wire("OPTIONS", "/orders", None, asked)
    assert headers["access-control-allow-origin"] == "http://localhost:3000"


def test_what_is_odd_and_yet_right_is_kept_in_one_form(world: World) -> None:
    """The catalogue's other half: the same on both engines, digit for digit and letter for letter."""
    owner = registered(world.server.url)
    names = {
        " Mine ": "Mine", "<script>alert(1)</script>": "<script>alert(1)</script>", "%s%n": "%s%n",
        "{{7*7}}": "{{7*7}}", "' OR 1=1--": "' OR 1=1--", "../../": "../../", "e\u0301": "é",
        "a\u200db": "a\u200db",
        "\U0001f468\u200d\U0001f469": "\U0001f468\u200d\U0001f469", "n" * 100: "n" * 100, '"\\': '"\\',
        "\U0001f600" * 100: "\U0001f600" * 100, "\u212b": "\u00c5",
    }  # fmt: skip
    for typed, kept in names.items():
        made = owner.made("/api/v1/portfolios", {"name": typed})
        assert made["name"] == kept
        assert owner("GET", f"/api/v1/portfolios/{made['id']}").json == made
    symbols = {
        "btc": "BTC", " eth ": "ETH", "BRK.B": "BRK.B", "^GSPC": "^GSPC", "btc-usd": "BTC-USD",
        "EURUSD=X": "EURUSD=X", "005930.KS": "005930.KS", "S" * 32: "S" * 32, "A/B:C_D": "A/B:C_D",
    }  # fmt: skip
    for typed, kept in symbols.items():
        assert owner.made("/api/v1/orders", {"security": typed, "qty": 1})["security"] == kept
        put = owner("PUT", f"/api/v1/prices/{quote(typed, safe='')}", {"price": 1})
        assert put.json["symbol"] == kept
        assert [one["security"] for one in owner("GET", f"/api/v1/orders?security={quote(typed)}").json] == [
            kept
        ]
    owner.client.close()


def test_sign_ins_take_every_shape_of_password_alike(world: World) -> None:
    """A wrong password of any shape is the same 401 as any other, for who exists and who does not."""
    bodies = set()
    for email in (world.owner.email, f"{uuid.uuid4().hex}@example.com", "plain", "\0"):
        for password in ("", "short", "x" * 129, PASSWORD + " ", PASSWORD.upper()):
            sent = json.dumps({"email": email, "password": password}).encode()
            status, _, body = world.wire("POST", "/auth/login", sent, {"content-type": JSON})
            problem = {k: v for k, v in json.loads(body).items() if k not in ("instance", "request_id")}
            bodies.add((status, json.dumps(problem)))
    assert len(bodies) == 1, bodies
