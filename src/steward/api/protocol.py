"""One connection: uvicorn's protocols, with bounds on what comes before a request's body."""

import asyncio
import logging
import os
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from steward.api.bodies import WHOLE
from steward.api.problems import body_of
from steward.api.sockets import LEAVE, TRANSPORT

# More than the edge accepts, so that what is merely too much gets the edge's 414 or 431.
HEAD_MAXIMUM = 256 * 1024
HEAD_SECONDS = 15

_HEAD = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\nx-request-id: %s\r\n"
    b"x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n"
    b"content-length: %d\r\n\r\n%s"
)


_log = logging.getLogger("steward.websocket")
_log.setLevel(logging.WARNING)


class Protocol(HttpToolsProtocol):
    """By itself uvicorn keeps request lines and headers of any size, and waits for them for ever."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's to say
        """Take what uvicorn gives."""
        super().__init__(*given, **named)
        self._head = 0
        self._in_head = False
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn
        """Wait for the first request, but not for ever."""
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; give up on a head that does not end.

        The request is answered only after this. One that is whole by then says so in its scope: nobody
        need wait for it with a timer.
        """
        super().data_received(data)
        if not self._in_head:
            if self.cycle is not None and not self.cycle.more_body:
                self.scope[WHOLE] = self.transport  # type: ignore[typeddict-unknown-key]  # ours
        elif not self.transport.is_closing():
            self._head += len(data)
            if self._head > HEAD_MAXIMUM:
                self.send_400_response("too long")
            elif self._late is None:
                self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def shutdown(self) -> None:
        """Let what is asked be answered; what streams ends."""
        super().shutdown()
        _leave(self.app_state)

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._head = 0
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Hand the request to the application."""
        self._in_head = False
        if self._late is not None:
            self._in_time()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        """Refuse what is no HTTP request in the form of every other refusal, and hang up."""
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and not cycle.response_complete:
            # Nonsense behind a whole request: the answer to that request still leaves, as the last one.
            cycle.keep_alive = False
            self.flow.pause_reading()
            return
        request_id = os.urandom(12).hex()
        body = body_of(400, "bad-http", "This is not an HTTP request that is understood here.", request_id)
        self.transport.write(_HEAD % (request_id.encode(), len(body), body))
        self.transport.close()

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class WebSocket(WebSocketsSansIOProtocol):
    """By itself uvicorn logs paths with their queries, and cuts streams off without their own word."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's to say
        """Take what uvicorn gives."""
        super().__init__(*given, **named)
        self.logger = _log

    def handle_connect(self, event: Request) -> None:
        """Begin; the application may cut the connection."""
        super().handle_connect(event)
        if not self.handshake_complete:
            self.scope[TRANSPORT] = self.transport  # type: ignore[typeddict-unknown-key]  # ours

    def shutdown(self) -> None:
        """Have the application close what it has let in."""
        if self.handshake_complete and not self.close_sent:
            _leave(self.app_state)
        else:
            super().shutdown()


def _leave(state: dict[str, Any]) -> None:
    leave = state.get(LEAVE)
    if leave is not None:
        leave()
