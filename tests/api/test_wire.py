import re
from collections.abc import Callable

import pytest

from tests.people import Person
from tests.servers import Server

PROBLEM = {"type", "title", "status", "detail", "instance", "code", "request_id"}


@pytest.fixture
def nobody(server: Server, new_client: Callable[..., Person]) -> Person:
    return new_client(server.url)


@pytest.mark.parametrize(
    ("method", "path", "raw", "refusal"),
    [
        ("GET", "/nowhere", None, (404, "not-found")),
        ("GET", "/api/v1/nowhere", None, (404, "not-found")),
        ("GET", "/portfolios/", None, (404, "not-found")),
        ("PUT", "/portfolios", b"{}", (405, "method-not-allowed")),
        ("GET", "/portfolios/9007199254740992", None, (404, "portfolio-not-found")),
        ("GET", "/portfolios/x", None, (422, "invalid-integer")),
        ("GET", "/portfolios?page=0", None, (422, "greater-than-equal")),
        ("GET", "/portfolios?size=1", None, (422, "unknown-parameter")),
        ("POST", "/portfolios", b"{", (400, "bad-json")),
        ("POST", "/portfolios", b"{}", (422, "missing")),
        ("POST", "/portfolios", b'{"name":"a","id":1}', (422, "unknown-field")),
        ("POST", "/portfolios", b'{"name":"a","name":"a"}', (400, "duplicate-key")),
    ],
)
def test_a_refusal_is_a_problem_document(
    alice: Person, method: str, path: str, raw: bytes | None, refusal: tuple[int, str]
) -> None:
    answer = alice(method, path, raw=raw)
    assert answer.headers["content-type"] == "application/problem+json"
    problem, (status, code) = answer.json, refusal
    assert (answer.status, problem["status"], problem["code"]) == (status, status, code)
    assert set(problem) - {"errors"} == PROBLEM
    assert ("errors" in problem) == (status == 422)
    for error in problem.get("errors", ()):
        assert sorted(error) == ["detail", "pointer"]
        # An unknown field is not named: its name is the caller's own text, which is never echoed.
        assert error["pointer"].startswith("/") or code == "unknown-field"
    assert problem["detail"].endswith(".")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["instance"].endswith(problem["request_id"])


@pytest.mark.parametrize(
    ("path", "cache_control"),
    [("/portfolios", "no-store"), ("/nowhere", "no-store"), ("/livez", "no-store"), ("/docs", None)],
)
def test_every_answer_carries_its_security_headers(
    alice: Person, path: str, cache_control: str | None
) -> None:
    headers = alice("GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert re.fullmatch("[0-9a-f]{24,}", headers["x-request-id"])
    assert "server" not in headers
    if cache_control is not None:
        assert headers["cache-control"] == cache_control


def test_every_request_has_an_id_of_its_own(nobody: Person) -> None:
    assert len({nobody("GET", "/livez").headers["x-request-id"] for _ in range(50)}) == 50


def test_a_method_that_is_not_taken_names_those_that_are(alice: Person) -> None:
    assert alice("PUT", "/portfolios").headers["allow"] == "GET, POST"


def test_the_routes_without_the_prefix_are_the_same(alice: Person) -> None:
    alice.made("/portfolios", {"name": "p"})
    for path in (
        "/auth/me",
        "/users/me",
        "/auth/sessions",
        "/portfolios",
        "/prices",
        "/orders",
        "/portfolio",
    ):
        assert alice("GET", path).text == alice("GET", f"/api/v1{path}").text


def test_the_schema_holds_the_canonical_routes_alone(nobody: Person) -> None:
    document = nobody("GET", "/openapi.json").json
    assert document["openapi"].startswith("3.1")
    roots = {path for path in document["paths"] if not path.startswith("/api/v1/")}
    assert roots == {"/health", "/livez", "/readyz", "/metrics"}
    flow = document["components"]["securitySchemes"]["token"]["flows"]["password"]
    assert flow["tokenUrl"] == "/api/v1/login"


def test_a_head_request_is_answered_without_a_body(alice: Person) -> None:
    got, head = alice("GET", "/portfolios"), alice("HEAD", "/portfolios")
    assert (head.status, head.text) == (200, "")
    assert head.headers["content-length"] == got.headers["content-length"]


def test_the_root_leads_to_the_docs(nobody: Person) -> None:
    answer = nobody("GET", "/")
    assert answer.status in (302, 303, 307)
    page = nobody("GET", answer.headers["location"])
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for asset in re.findall(r'(?:src|href)="([^":]+)"', page.text):
        assert nobody("GET", f"/{asset.removeprefix('/')}").status == 200


def test_a_mebibyte_is_read_and_no_more(alice: Person) -> None:
    def body(size: int) -> bytes:
        return b'{"name":"p"' + b" " * (size - 12) + b"}"

    assert alice("POST", "/portfolios", raw=body(2**20)).status == 201
    refused = alice("POST", "/portfolios", raw=body(2**20 + 1))
    assert (refused.status, refused.code) == (413, "body-too-large")
    assert alice("GET", "/portfolios").json["pagination_response"]["total_items"] == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=utf-16", ""])
def test_a_body_is_json_by_its_content_type(alice: Person, kind: str) -> None:
    answer = alice("POST", "/portfolios", raw=b'{"name":"p"}', headers={"content-type": kind})
    assert (answer.status, answer.code) == (415, "unsupported-content-type")
