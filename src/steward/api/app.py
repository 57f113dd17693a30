"""The application: every operation, its OpenAPI document, and the edge that serves them."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from steward import __version__
from steward.api import assets, docs, health, identity, orders, portfolios, prices, valuation
from steward.api.call import Call
from steward.api.edge import PREFIX, Edge
from steward.api.operations import Operation, Operations, describe
from steward.api.problems import Answer
from steward.api.system import System

FEATURES = (identity, portfolios, assets, valuation, prices, orders, health)
_DESCRIPTION = """Portfolios, valuation and a mock exchange on one append-only ledger.

Numbers are exact decimals: JSON numbers with every digit. Errors are application/problem+json.
"""


def document() -> dict[str, Any]:
    """Make the OpenAPI 3.1 document of all operations."""
    app = FastAPI(title="Steward", version=__version__, description=_DESCRIPTION, openapi_url=None)
    describe(app, [one for feature in FEATURES for one in feature.operations.declared], PREFIX)
    made = app.openapi()
    made["components"]["securitySchemes"] = {
        "token": {
            "type": "oauth2",
            "flows": {"password": {"tokenUrl": f"{PREFIX}/login", "scopes": {}}},
        },
        "cookie": {"type": "apiKey", "in": "cookie", "name": "access_token"},
    }
    return made


def create_app(system: System, lifespan: Callable[[], Any], openapi: bytes) -> ASGIApp:
    """Make the ASGI application; `openapi` is the document as JSON bytes."""
    served = [one for feature in FEATURES for one in feature.operations.declared]
    return Edge(system, served + _pages(openapi), lifespan)


def _pages(openapi: bytes) -> list[Operation]:
    pages = Operations("pages")

    def add(path: str, answer: Answer) -> None:
        async def page(call: Call) -> Answer:  # noqa: ARG001 - an operation's signature
            return answer

        pages.add("GET", path, signed_in=False, at_root_only=True)(page)

    add("/", Answer(303, b"", ((b"location", b"/docs"),)))
    add("/openapi.json", Answer(200, openapi, ((b"cache-control", b"no-cache"),)))
    for path, page in docs.pages().items():
        add(path, Answer(200, page.body, ((b"content-type", page.content_type.encode()), *page.headers)))
    return pages.declared
