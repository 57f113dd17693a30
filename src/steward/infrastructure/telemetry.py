"""What is measured: Prometheus metrics for every deployment, OpenTelemetry traces where they are asked for.

prometheus_client decides when it is imported whether several processes share its numbers, so nothing here
imports it before `Metrics` is made.
"""

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
WATCH_SECONDS = 1.0
# From a cached answer to the longest that a request may take, in seconds.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30)
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_SHARED = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def shared_by_workers() -> Iterator[None]:
    """A folder in which several worker processes add up their numbers; started inside, they find it."""
    with tempfile.TemporaryDirectory(prefix="steward-metrics-") as folder:
        os.environ[_SHARED] = folder
        try:
            yield
        finally:
            del os.environ[_SHARED]


class Metrics:
    """The numbers of this worker, and the page on which Prometheus reads those of all workers.

    `in_flight` is counted up and down by whoever serves requests; `pool_waiters` answers how many are
    waiting for a database connection. Both are published once a second by `watch` and with each page.
    Raises RuntimeError when prometheus_client was imported before the workers' folder was named.
    """

    def __init__(self, *, pool_waiters: Callable[[], int] = lambda: 0) -> None:
        import prometheus_client as client  # noqa: PLC0415 - see the module's docstring
        from prometheus_client import values  # noqa: PLC0415 - see the module's docstring

        self._folder = os.environ.get(_SHARED)
        if self._folder and values.ValueClass is values.MutexValue:
            raise RuntimeError(f"prometheus_client was imported before {_SHARED} was set")
        self.in_flight = 0
        self.pool_waiters = pool_waiters
        self._registry = client.CollectorRegistry()
        if not self._folder:
            client.ProcessCollector(registry=self._registry)

        def gauge(name: str, what: str, together: Any) -> client.Gauge:  # noqa: ANN401 - a literal of the library
            return client.Gauge(name, what, registry=self._registry, multiprocess_mode=together)

        def counter(name: str, what: str, label: str) -> client.Counter:
            return client.Counter(name, what, [label], registry=self._registry)

        self._requests = client.Histogram(
            "steward_request_seconds",
            "Answered requests (the count) and their time, by route template, method and class of status.",
            ["route", "method", "status"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._in_flight = gauge("steward_requests_in_flight", "Requests being answered.", "livesum")
        self._pool_waiters = gauge("steward_pool_waiters", "Requests waiting for a connection.", "livesum")
        self._memory = gauge("steward_resident_memory_bytes", "Memory of all workers.", "livesum")
        self._lag = gauge("steward_loop_lag_seconds", "How late the slowest event loop is.", "livemax")
        self._limits = counter("steward_limit_hits", "Calls refused by a limit on callers.", "limit")
        self._failures = counter(
            "steward_invariant_failures", "Invariants found broken: alarm at 1.", "invariant"
        )
        self._observe: dict[tuple[str, str, int], Callable[[float], None]] = {}

    def observed(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is the template, never the raw path."""
        observe = self._observe.get((route, method, status // 100))
        if observe is None:
            # The caller chooses the method, and must not choose how many series there are.
            method = method if method in METHODS else "other"
            observe = self._requests.labels(route, method, f"{status // 100}xx").observe
            self._observe[route, method, status // 100] = observe
        observe(seconds)

    def limited(self, limit: str) -> None:
        """Count one call refused by the limit of that name."""
        self._limits.labels(limit).inc()

    def failed(self, invariant: str) -> None:
        """Count one invariant found broken, by its id, such as `O2`."""
        self._failures.labels(invariant).inc()

    def exposition(self) -> bytes:
        """The page for Prometheus, of type CONTENT_TYPE."""
        from prometheus_client import CollectorRegistry, generate_latest, multiprocess  # noqa: PLC0415 - as above

        self._publish()
        if not self._folder:
            return generate_latest(self._registry)
        for live in Path(self._folder).glob("gauge_live*.db"):
            if not _is_running(int(live.stem.rpartition("_")[2])):
                live.unlink(missing_ok=True)
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry, path=self._folder)  # type: ignore[no-untyped-call]  # it has no types
        return generate_latest(registry)

    async def watch(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + WATCH_SECONDS
            await asyncio.sleep(WATCH_SECONDS)
            self._lag.set(max(0.0, loop.time() - due))
            self._publish()

    def _publish(self) -> None:
        self._in_flight.set(self.in_flight)
        self._pool_waiters.set(self.pool_waiters())
        # Only Linux tells; elsewhere the number stays 0.
        with suppress(OSError):
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
            self._memory.set(pages * os.sysconf("SC_PAGE_SIZE"))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def route_template(scope: Scope) -> str:
    """The template of the route that answered, prefixes included, or `unmatched`."""
    found = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return str(getattr(found, "path", "unmatched"))


def instrument(app_name: str, *, endpoint: str | None = None) -> Callable[[ASGIApp], ASGIApp] | None:
    """An ASGI middleware that makes a span of each request, or None where nobody collects them.

    `endpoint` is the collector's address, by default OTEL_EXPORTER_OTLP_ENDPOINT; the extra `otel` is needed.
    Make the app with FastAPI's own telemetry off: its spans carry raw paths and query strings.
    """
    endpoint = endpoint or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    if not endpoint:
        return None
    try:
        _export(app_name, endpoint)
    except ImportError:
        logging.getLogger(__name__).warning("no traces: install the extra otel")
        return None
    return _Traced


def _export(app_name: str, endpoint: str) -> None:
    from opentelemetry import trace  # noqa: PLC0415 - an extra
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return
    provider = TracerProvider(resource=Resource.create({"service.name": app_name}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


class _Traced:
    """Spans by route template: no path, no query string, no header, no exception's words."""

    def __init__(self, app: ASGIApp) -> None:
        from opentelemetry import propagate, trace  # noqa: PLC0415 - an extra

        self._app = app
        self._extract = propagate.extract
        self._trace = trace
        self._tracer = trace.get_tracer("steward")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def sent(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        with self._tracer.start_as_current_span(
            method,
            context=self._extract(carrier),
            kind=self._trace.SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                await self._app(scope, receive, sent)
            finally:
                route = route_template(scope)
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                )
                if status >= 500:  # noqa: PLR2004 - the class of the server's own failures
                    span.set_status(self._trace.StatusCode.ERROR)
