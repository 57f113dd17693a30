import asyncio
import http.server
import os
import re
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
from fastapi import APIRouter, FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import ASGIApp, Message, Scope

from steward.infrastructure import telemetry
from steward.infrastructure.telemetry import Metrics, instrument, route_template, shared_by_workers

ROUTE = "/api/v1/portfolios/{portfolio_id}"


def number(page: bytes, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", page.decode(), re.MULTILINE)
    assert found, f"{series} is not in\n{page.decode()}"
    return float(found[1])


def test_requests_are_counted_and_timed_by_route_method_and_class_of_status() -> None:
    metrics = Metrics()
    metrics.observed(ROUTE, "GET", 200, 0.004)
    metrics.observed(ROUTE, "GET", 204, 0.004)
    metrics.observed(ROUTE, "GET", 404, 0.2)
    page = metrics.exposition()
    labels = f'method="GET",route="{ROUTE}",status="2xx"'
    assert number(page, f"steward_request_seconds_count{{{labels}}}") == 2
    assert number(page, f"steward_request_seconds_sum{{{labels}}}") == pytest.approx(0.008)
    bucket = f'steward_request_seconds_bucket{{le="%s",{labels}}}'
    assert number(page, bucket % "0.0025") == 0
    assert number(page, bucket % "0.005") == 2
    assert number(page, f"steward_request_seconds_count{{{labels.replace('2xx', '4xx')}}}") == 1


def test_a_caller_cannot_make_series() -> None:
    metrics = Metrics()
    for n in range(50):
        metrics.observed(ROUTE, f"METHOD{n}", 405, 0.001)
    page = metrics.exposition()
    assert number(page, f'steward_request_seconds_count{{method="other",route="{ROUTE}",status="4xx"}}') == 50
    assert b"METHOD" not in page


def test_what_else_is_measured() -> None:
    metrics = Metrics(pool_waiters=lambda: 3)
    metrics.in_flight += 2
    metrics.limited("writes")
    metrics.failed("O2")
    page = metrics.exposition()
    assert number(page, "steward_requests_in_flight") == 2
    assert number(page, "steward_pool_waiters") == 3
    assert number(page, 'steward_limit_hits_total{limit="writes"}') == 1
    assert number(page, 'steward_invariant_failures_total{invariant="O2"}') == 1
    assert number(page, "process_resident_memory_bytes") > 10**6
    assert number(page, "steward_resident_memory_bytes") > 10**6


async def test_a_blocked_loop_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "WATCH_SECONDS", 0.05)
    metrics = Metrics()
    watch = asyncio.create_task(metrics.watch())
    await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - the fault that is looked for
    await asyncio.sleep(0.01)
    watch.cancel()
    assert 0.1 < number(metrics.exposition(), "steward_loop_lag_seconds") < 1


def python(program: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environ,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


WORKER = """
    import os, signal, sys
    from steward.infrastructure.telemetry import Metrics
    metrics = Metrics()
    metrics.in_flight += 1
    for _ in range(10):
        metrics.observed("/x", "GET", 200, 0.001)
    metrics.failed("O2")
    page = metrics.exposition()
    if "stay" in sys.argv:
        print("ready", flush=True)
        sys.stdin.read()
"""


def test_the_numbers_of_all_workers_are_added_up() -> None:
    with shared_by_workers():
        folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
        stays = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WORKER), "stay"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert stays.stdout
        assert stays.stdout.readline() == "ready\n"
        python(WORKER)
        page = python(WORKER + "\n    print(page.decode())").encode()
        stays.communicate()
    assert number(page, 'steward_request_seconds_count{method="GET",route="/x",status="2xx"}') == 30
    assert number(page, 'steward_invariant_failures_total{invariant="O2"}') == 3
    # The second worker has ended: what it counted stays, what it was doing does not.
    assert number(page, "steward_requests_in_flight") == 2
    assert number(page, "steward_resident_memory_bytes") > 2 * 10**6
    assert not folder.exists()
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def test_an_import_that_came_too_early_is_refused() -> None:
    assert prometheus_client.values
    with shared_by_workers(), pytest.raises(RuntimeError, match="before"):
        Metrics()


@pytest.fixture(scope="module")
def collected() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(collected: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    collected.clear()
    yield collected
    collected.clear()


def made_app() -> FastAPI:
    routes = APIRouter(prefix="/portfolios")

    @routes.get("/{portfolio_id}")
    async def get(portfolio_id: int) -> int:
        if portfolio_id == 13:
            raise ValueError("ann@mail.example.org")
        return portfolio_id

    # Its own spans carry the raw path and the query.
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False})
    app.include_router(routes, prefix="/api/v1")
    return app


async def call(app: ASGIApp, path: str, *headers: tuple[bytes, bytes], method: str = "GET") -> Scope:
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"token=hunter2",
        "headers": list(headers),
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(_message: Message) -> None:
        return None

    await app(scope, receive, send)
    return scope


def instrumented() -> ASGIApp:
    middleware = instrument("Steward", endpoint="http://127.0.0.1:9")
    assert middleware
    return middleware(made_app())


def words(span: ReadableSpan) -> str:
    return str(span.to_json())


async def test_a_span_is_named_by_the_route_and_holds_nothing_private(spans: InMemorySpanExporter) -> None:
    parent = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await call(
        instrumented(), "/api/v1/portfolios/7", (b"traceparent", parent), (b"cookie", b"access_token=x")
    )
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /api/v1/portfolios/{portfolio_id}"
    attributes: dict[str, Any] = dict(span.attributes or {})
    assert attributes == {
        "http.request.method": "GET",
        "http.route": "/api/v1/portfolios/{portfolio_id}",
        "http.response.status_code": 200,
    }
    assert span.parent
    assert f"{span.parent.span_id:x}" == "b7ad6b7169203331"
    assert "hunter2" not in words(span)
    assert "access_token" not in words(span)


async def test_a_failure_is_marked_without_its_words(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="ann"):
        await call(instrumented(), "/api/v1/portfolios/13")
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert "ann" not in words(span)


async def test_unknown_paths_and_methods_share_a_name(spans: InMemorySpanExporter) -> None:
    await call(instrumented(), "/wp-login.php", method="BREW")
    (span,) = spans.get_finished_spans()
    assert span.name == "_OTHER unmatched"
    assert "wp-login" not in words(span)


async def test_the_template_has_its_prefixes() -> None:
    assert (
        route_template(await call(made_app(), "/api/v1/portfolios/7")) == "/api/v1/portfolios/{portfolio_id}"
    )
    assert route_template({"type": "http"}) == "unmatched"


async def test_what_is_no_request_passes_untouched(spans: InMemorySpanExporter) -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: object, _send: object) -> None:
        seen.append(scope["type"])

    middleware = instrument("Steward", endpoint="http://127.0.0.1:9")
    assert middleware
    await middleware(app)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]
    assert spans.get_finished_spans() == ()


def test_without_a_collector_or_the_extra_there_is_no_middleware(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert instrument("Steward") is None
    program = """
        import sys
        sys.modules["opentelemetry.sdk"] = None
        from steward.infrastructure.telemetry import instrument
        print(instrument("Steward", endpoint="http://127.0.0.1:9"))
    """
    assert python(program) == "None\n"


def test_spans_reach_the_collector() -> None:
    got: list[tuple[str, bytes]] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        program = """
            import asyncio
            from steward.infrastructure.telemetry import instrument
            async def app(scope, receive, send):
                await send({"type": "http.response.start", "status": 200, "headers": []})
            async def send(message): pass
            traced = instrument("Our Steward")(app)
            asyncio.run(traced({"type": "http", "method": "GET", "headers": []}, None, send))
        """
        python(program, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    ((path, body),) = got
    assert path == "/v1/traces"
    assert b"Our Steward" in body or body.startswith(b"\x1f\x8b")
