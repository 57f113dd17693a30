"""The edge: the ASGI application. Finds the operation, lets the caller in, answers, keeps the books."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.types import Receive, Scope, Send

from steward.api.bodies import WHOLE, body_of_request
from steward.api.call import Call
from steward.api.credentials import caller_of, is_safe_from_other_sites
from steward.api.operations import Operation
from steward.api.paths import Paths
from steward.api.problems import PROBLEMS, Answer, ErrorForm, Header, HttpRefusal
from steward.api.sockets import LEAVE, SWITCHED, Socket, found
from steward.api.system import System
from steward.domain.api_keys import KeyRefused, KeyScope, OutOfScope
from steward.domain.errors import Refusal, TooMany

_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_TRANSPORT = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_PRIVATE = (b"cache-control", b"no-store")
_REVALIDATED = (b"cache-control", b"private, no-cache")
_JSON = (b"content-type", b"application/json")
_ALLOWED_HEADERS = b"authorization, content-type, idempotency-key, if-match, if-none-match"
_ALLOWED_METHODS = b"GET, POST, PUT, PATCH, DELETE"
_EXPOSED = b"etag, link, x-request-id, idempotency-replayed, retry-after"
_log = structlog.get_logger("steward.edge")


class Edge:
    """Serves the operations; `lifespan` starts and stops the system.

    `forms` are those of errors under prefixes of paths where they are not problems.
    """

    def __init__(
        self,
        system: System,
        operations: list[Operation],
        lifespan: Callable[[], Any],
        sockets: Iterable[Operation],
        forms: Mapping[str, ErrorForm],
    ) -> None:
        self._forms = forms
        self._system = system
        self._sockets = {one.path: one for one in sockets}
        self._lifespan = lifespan
        self._paths = Paths(operations)
        base = _SECURITY + ((_TRANSPORT,) if system.strict_transport else ())
        self._base = base
        self._ids = count()
        self._id_prefix = os.urandom(8).hex()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        else:
            await self._websocket(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if "state" in scope:
            scope["state"][LEAVE] = self._system.streams.stop
        try:
            async with self._lifespan():
                await send({"type": "lifespan.startup.complete"})
                await receive()
                self._system.draining = True
        except Exception as error:  # noqa: BLE001 - the server must hear of it, then stops
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        metrics = self._system.metrics
        metrics.in_flight += 1
        request_id = f"{self._id_prefix}{next(self._ids):08x}"
        headers = dict(scope["headers"])
        call: Call | None = None
        operation: Operation | None = None
        try:
            operation, segments = self._paths.find(scope, headers)
            call = self._call(scope, operation, headers, request_id)
            if operation.scope is KeyScope.ACCOUNT and call.key is not None:
                await call.read().let_in()  # which it never is: by its refusal
            if operation.method not in _SAFE or operation.body_type is not None:
                self._check_site(call, operation)
                expected = operation.body_expected(headers)
                call.body = await body_of_request(
                    headers, receive, expected, operation.body_maximum, whole=WHOLE in scope
                )
            answer = await operation(call, segments)
            if call.key is not None:
                self._system.key_log.used(call.signed_in, call.key, call.trace)
        except Refusal as refusal:
            if isinstance(refusal, TooMany):
                metrics.limited("calls")
            if isinstance(refusal, (KeyRefused, OutOfScope)):
                self._note_refused(call, refusal)
            answer = self._form(scope).refused(refusal, request_id)
        except Exception:  # noqa: BLE001 - a defect is logged whole and told as a problem
            _log.exception("unexpected error", request_id=request_id)
            answer = self._form(scope).unexpected(request_id)
        finally:
            metrics.in_flight -= 1
        try:
            await self._send(scope, send, answer, request_id, headers)
            if answer.stream is not None and scope["method"] != "HEAD":
                await answer.stream(receive, send, scope.get(WHOLE))
        finally:
            self._told(
                scope["method"],
                operation,
                call,
                status=answer.status,
                request_id=request_id,
                started=started,
            )

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        started, headers = time.perf_counter(), dict(scope["headers"])
        request_id = f"{self._id_prefix}{next(self._ids):08x}"
        socket, answer = Socket(scope, receive, send), SWITCHED
        call: Call | None = None
        operation: Operation | None = None
        try:
            operation = found(self._sockets, scope["path"])
            call = self._call(scope, operation, headers, request_id)
            self._check_site(call, operation)
            await operation.endpoint(call, socket)
        except Refusal as refusal:
            if isinstance(refusal, (KeyRefused, OutOfScope)):
                self._note_refused(call, refusal)
            answer = self._form(scope).refused(refusal, request_id)
            await socket.refuse(answer, self._headers(answer, request_id))
        except OSError:
            pass  # the client has gone
        except Exception:  # noqa: BLE001 - a defect is logged whole and told as a problem
            _log.exception("unexpected error", request_id=request_id)
            answer = self._form(scope).unexpected(request_id)
            await socket.refuse(answer, self._headers(answer, request_id))
        finally:
            self._told("GET", operation, call, status=answer.status, request_id=request_id, started=started)

    def _told(
        self,
        method: str,
        operation: Operation | None,
        call: Call | None,
        *,
        status: int,
        request_id: str,
        started: float,
    ) -> None:
        route = operation.path if operation is not None else "unmatched"
        seconds = time.perf_counter() - started
        self._system.metrics.observed(route, method, status, seconds)
        self._system.access_log.line(
            at=time.time(),
            request_id=request_id,
            method=method,
            route=route,
            status=status,
            duration_ms=seconds * 1000,
            user_id=str(call.caller.user_id) if call is not None and call.caller is not None else None,
        )

    def _form(self, scope: Scope) -> ErrorForm:
        found = (form for prefix, form in self._forms.items() if scope["path"].startswith(prefix))
        return next(found, PROBLEMS)

    def _call(
        self, scope: Scope, operation: Operation, headers: Mapping[bytes, bytes], request_id: str
    ) -> Call:
        client = scope.get("client")
        call = Call(
            self._system,
            operation=operation.name,
            path=scope["path"],
            query=scope["query_string"],
            headers=headers,
            address=client[0] if client else "",
            request_id=request_id,
            at=self._system.now(),
        )
        if operation.signed_in:
            call.caller = caller_of(self._system, scope, headers, needs=operation.scope, at=call.at)
        return call

    def _note_refused(self, call: Call | None, refusal: Refusal) -> None:
        if call is not None and call.key is not None:
            self._system.key_log.refused(call.signed_in, call.key, refusal, call.trace)

    def _check_site(self, call: Call, operation: Operation) -> None:
        """Refuse what another site makes a browser send (contract §1); bearer tokens and keys need none."""
        headers = call.headers
        if is_safe_from_other_sites(headers) or not (operation.signed_in or operation.cookie):
            return
        origin = headers.get(b"origin")
        if origin is not None:
            text = origin.decode("latin-1")
            ours = urlsplit(text).netloc.encode("latin-1") == headers.get(b"host") and text != "null"
            if ours or text in self._system.cors_origins:
                return
        site = headers.get(b"sec-fetch-site")
        if site in (b"same-origin", b"none") or (site is None and origin is None):
            return
        detail = "This request comes from another site: its Origin is not one of ours."
        raise HttpRefusal(403, "csrf", detail)

    async def _send(
        self,
        scope: Scope,
        send: Send,
        answer: Answer,
        request_id: str,
        headers: Mapping[bytes, bytes],
    ) -> None:
        sent = self._headers(answer, request_id)
        if b"origin" in headers:
            sent += self._cors(scope, headers[b"origin"])
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        if answer.stream is None or scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": answer.body})

    def _headers(self, answer: Answer, request_id: str) -> list[Header]:
        sent = [*self._base, (b"x-request-id", request_id.encode()), *answer.headers]
        names = {name for name, _ in answer.headers} if answer.headers else ()
        if answer.body and b"content-type" not in names:
            sent.append(_JSON)
        if b"content-security-policy" not in names:
            sent.append(_POLICY)
        if b"cache-control" not in names:
            sent.append(_REVALIDATED if b"etag" in names else _PRIVATE)
        # No Content has no length either.
        if answer.status != 204 and answer.stream is None:  # noqa: PLR2004
            sent.append((b"content-length", str(len(answer.body)).encode()))
        return sent

    def _cors(self, scope: Scope, origin: bytes) -> list[tuple[bytes, bytes]]:
        found = [(b"vary", b"Origin")]
        if origin.decode("latin-1") in self._system.cors_origins:
            found += [
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", _EXPOSED),
            ]
            if scope["method"] == "OPTIONS":
                found += [
                    (b"access-control-allow-methods", _ALLOWED_METHODS),
                    (b"access-control-allow-headers", _ALLOWED_HEADERS),
                    (b"access-control-max-age", b"600"),
                ]
        return found
