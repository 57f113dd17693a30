from collections.abc import Callable

import pytest

from tests.people import Person
from tests.servers import Server


@pytest.fixture
def nobody(server: Server, new_client: Callable[..., Person]) -> Person:
    return new_client(server.url)


def test_a_well_server_reports_no_error(nobody: Person) -> None:
    answer = nobody("GET", "/health")
    assert (answer.status, answer.json["errors"]) == (200, [])
    assert sorted(answer.json) == ["errors", "warnings"]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_probe_answers_without_a_session_or_details(nobody: Person, path: str) -> None:
    answer = nobody("GET", path)
    assert (answer.status, answer.text) == (200, '{"status":"ok"}')


@pytest.mark.parametrize("path", ["/health", "/livez", "/readyz", "/metrics"])
def test_health_stands_at_the_root_only(nobody: Person, path: str) -> None:
    assert nobody("GET", f"/api/v1{path}").status == 404
    assert nobody("POST", path).status == 405
