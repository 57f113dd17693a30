"""The application: every operation, its OpenAPI document, and the edge that serves them."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from steward import __version__
from steward.api import (
    accounts,
    admin,
    allocation,
    api_keys,
    assets,
    book,
    calendars,
    cancelling,
    clocks,
    closes,
    corporate_actions,
    docs,
    explain,
    gains,
    health,
    history,
    holdings,
    identity,
    instruments,
    listings,
    orders,
    performance,
    portfolios,
    prices,
    rates,
    streams,
    transactions,
    transfers,
    valuation,
    valuations,
    web_app,
)
from steward.api.alpaca import routes as alpaca
from steward.api.call import Call
from steward.api.describing import describe
from steward.api.edge import Edge
from steward.api.operations import Operation, Operations
from steward.api.paths import PREFIX
from steward.api.problems import Answer
from steward.api.system import System
from steward.api.values import Problem
from steward.domain.errors import Unavailable

FEATURES = (
    identity,
    api_keys,
    portfolios,
    assets,
    transactions,
    transfers,
    valuation,
    valuations,
    allocation,
    holdings,
    gains,
    history,
    performance,
    explain,
    instruments,
    corporate_actions,
    prices,
    closes,
    rates,
    accounts,
    orders,
    cancelling,
    listings,
    book,
    clocks,
    calendars,
    streams,
    admin,
    health,
)
_DESCRIPTION = """Portfolios, valuation and a mock exchange on one append-only ledger.

Numbers are exact decimals: JSON numbers with every digit. Errors are application/problem+json.
"""


def document() -> dict[str, Any]:
    """Make the OpenAPI 3.1 document of all operations."""
    # Serving needs none of it: a worker that is never asked for the document does not pay for it.
    from fastapi import FastAPI  # noqa: PLC0415 - as said above

    app = FastAPI(title="Steward", version=__version__, description=_DESCRIPTION, openapi_url=None)
    describe(app, [one for feature in FEATURES for one in feature.operations.declared], PREFIX)
    made = app.openapi()
    shapes = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["schemas"] |= {**shapes.pop("$defs"), "Problem": shapes}
    made["components"]["securitySchemes"] = {
        "token": {
            "type": "oauth2",
            "flows": {"password": {"tokenUrl": f"{PREFIX}/login", "scopes": {}}},
        },
        "cookie": {"type": "apiKey", "in": "cookie", "name": "access_token"},
        "key_id": {"type": "apiKey", "in": "header", "name": "APCA-API-KEY-ID"},
        "key_secret": {"type": "apiKey", "in": "header", "name": "APCA-API-SECRET-KEY"},
        "basic_key": {"type": "http", "scheme": "basic"},
    }
    return made


def create_app(system: System, lifespan: Callable[[], Any]) -> ASGIApp:
    """Make the ASGI application."""
    served = [one for feature in FEATURES for one in feature.operations.declared]
    served += [one for feature in alpaca.FEATURES for one in feature.operations.declared]
    sockets, forms = [*streams.sockets, *alpaca.SOCKETS], {alpaca.PREFIX: alpaca.ERRORS}
    served += _pages() + web_app.operations()
    return Edge(system, served, lifespan, sockets=sockets, forms=forms)


class _Document:
    """The OpenAPI document, made when it is first asked for.

    A process of its own makes it: what FastAPI needs for it, a worker would keep for ever.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._made = b""

    async def __call__(self) -> bytes:
        async with self._lock:
            if not self._made:
                command = (sys.executable, "-m", "steward", "openapi")
                process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
                made, _ = await process.communicate()
                if process.returncode:
                    detail = "The document cannot be made now: the log says why."
                    raise Unavailable(detail)
                self._made = made
            return self._made


def _pages() -> list[Operation]:
    pages, made = Operations("pages"), _Document()

    def add(path: str, answer: Answer) -> None:
        async def page(call: Call) -> Answer:  # noqa: ARG001 - an operation's signature
            return answer

        pages.add("GET", path, signed_in=False, at_root_only=True)(page)

    for path, page in docs.pages().items():
        add(path, Answer(200, page.body, ((b"content-type", page.content_type.encode()), *page.headers)))

    @pages.add("GET", "/openapi.json", signed_in=False, at_root_only=True)
    async def openapi(call: Call) -> Answer:  # noqa: ARG001 - an operation's signature
        """Give the document of all operations."""
        return Answer(200, await made(), ((b"cache-control", b"no-cache"),))

    return pages.declared
