"""Whether the server is well: for people, for probes, for Prometheus."""

import asyncio
import shutil

from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.system import System
from steward.api.values import Shape
from steward.domain.errors import Unavailable

operations = Operations("health")

_PING_SECONDS = 1.0
_DISK_SHARE = 0.05
_READY = Answer(200, b'{"status":"ok"}', ())
_METRICS_HEADERS = ((b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),)
_NOT_READY = Answer(503, b'{"status":"unavailable"}', ((b"retry-after", b"2"),))


class Health(Shape):
    """What is wrong, and what may soon be."""

    errors: list[str]
    warnings: list[str]


class Readiness(Shape):
    """`ok` or `unavailable`."""

    status: str


async def _schema_is_current(system: System) -> bool:
    try:
        async with asyncio.timeout(_PING_SECONDS):
            return await system.schema_is_current()
    except (TimeoutError, Unavailable):
        return False


def _disk_is_full(system: System) -> bool:
    usage = shutil.disk_usage(system.disk_path)
    return usage.free < _DISK_SHARE * usage.total


@operations.add("GET", "/health", answers=Health, signed_in=False, at_root_only=True)
async def health(call: Call) -> Answer:
    """List errors and warnings; 503 when there is an error."""
    system = call.system
    errors, warnings = [], []
    if not await _schema_is_current(system):
        errors.append("The database does not answer, or its schema is not this version's.")
    if not await system.identity_healthy():
        errors.append("The identity provider does not answer.")
    if not system.prices.quotes(call.at):
        errors.append("The price source has no prices.")
    if _disk_is_full(system):
        warnings.append("Less than 5 % of the disk is free.")
    return _report(errors, warnings)


def _report(errors: list[str], warnings: list[str]) -> Answer:
    shown = ",".join(
        f'"{name}":[{",".join(f"""{chr(34)}{one}{chr(34)}""" for one in found)}]'
        for name, found in (("errors", errors), ("warnings", warnings))
    )
    return Answer(
        503 if errors else 200, f"{{{shown}}}".encode(), ((b"retry-after", b"2"),) if errors else ()
    )


@operations.add("GET", "/livez", answers=Readiness, signed_in=False, at_root_only=True)
async def live(call: Call) -> Answer:  # noqa: ARG001 - an operation's signature
    """Say that the process answers; looks at nothing else."""
    return _READY


@operations.add("GET", "/readyz", answers=Readiness, signed_in=False, at_root_only=True)
async def ready(call: Call) -> Answer:
    """Say whether requests should come here: database, schema, disk, not draining."""
    system = call.system
    if system.draining or _disk_is_full(system) or not await _schema_is_current(system):
        return _NOT_READY
    return _READY


@operations.add("GET", "/metrics", signed_in=False, at_root_only=True)
async def metrics(call: Call) -> Answer:
    """Give this server's numbers to Prometheus."""
    return Answer(200, call.system.metrics.exposition(), _METRICS_HEADERS)
