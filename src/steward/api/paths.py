"""Paths: which operation answers a request, found step by step whatever their number."""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from starlette.types import Scope

from steward.api.bodies import CLOSING
from steward.api.call import Call
from steward.api.operations import Operation, Operations
from steward.api.problems import Answer, HttpRefusal

PREFIX = "/api/v1"
HEADERS_MAXIMUM = 16 * 1024
URL_MAXIMUM = 8 * 1024


class _Node:
    """One step of a path: where the next literal part leads, where any other part leads, what is here.

    `below` is where all that is further down leads, however long: `/app/*` is `/app` and what is below.
    """

    __slots__ = ("any", "below", "literal", "methods")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.below: _Node | None = None
        self.methods: dict[str, Operation] = {}


class Paths:
    """The operations by path: each under /api/v1 and, for older clients, without it."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            prefixes = ("",) if operation.at_root_only else ("", PREFIX)
            for prefix in prefixes:
                self._plant(prefix + operation.path, operation)

    def _plant(self, path: str, operation: Operation) -> None:
        node = self._root
        for part in path.split("/")[1:]:
            if part == "*":
                node.methods[operation.method] = operation
                node.below = node.below or _Node()
                node = node.below
            elif part.startswith("{"):
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.literal.setdefault(part, _Node())
        node.methods[operation.method] = operation

    def find(self, scope: Scope, headers: Mapping[bytes, bytes]) -> tuple[Operation, list[str]]:
        """Find the operation of a request, and the values of its path's parameters. Raises HttpRefusal."""
        method: str = scope["method"]
        _check_sizes(scope)
        node = self._root
        segments: list[str] = []
        # The raw path, so that an encoded slash in a symbol does not look like a step.
        for part in scope["raw_path"].decode("latin-1").split("/")[1:]:
            if node.below is not None:
                node = node.below
                break
            step = node.literal.get(part)
            if step is None and part:
                step = node.any
                segments.append(unquote(part) if "%" in part else part)
            if step is None:
                raise _nowhere()
            node = step
        methods = node.methods
        if not methods:
            raise _nowhere()
        if method == "OPTIONS" and b"access-control-request-method" in headers:
            return _PREFLIGHT, []
        operation = methods.get("GET" if method == "HEAD" else method)
        if operation is None:
            allowed = ", ".join(sorted(methods)).encode()
            detail = "This address does not take that method."
            raise HttpRefusal(405, "method-not-allowed", detail, headers=((b"allow", allowed),))
        scope["route"] = operation
        return operation, segments


_OWN = Operations("paths")


@_OWN.add("OPTIONS", "preflight", signed_in=False)
async def _preflight(call: Call) -> Answer:  # noqa: ARG001 - an operation's signature
    """Answer a browser that asks whether it may; the CORS headers are the answer."""
    return Answer(204, b"", ())


(_PREFLIGHT,) = _OWN.declared


def _nowhere() -> HttpRefusal:
    return HttpRefusal(404, "not-found", "There is nothing at this address.")


def _check_sizes(scope: Scope) -> None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > URL_MAXIMUM:
        detail = f"An address has at most {URL_MAXIMUM} bytes."
        raise HttpRefusal(414, "url-too-long", detail, headers=CLOSING)
    size = 0
    for name, value in scope["headers"]:
        size += len(name) + len(value)
    if size > HEADERS_MAXIMUM:
        detail = f"The headers have at most {HEADERS_MAXIMUM} bytes."
        raise HttpRefusal(431, "headers-too-large", detail, headers=CLOSING)
