"""WebSockets: one that has passed the edge, and how one is declared and refused."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from steward.api.operations import Endpoint, Operation, Operations
from steward.api.problems import Answer, Header, HttpRefusal

SWITCHED: Final = Answer(101, b"", ())
"""What the log hears of a WebSocket that was let in."""
LEAVE: Final = "steward.leave"
"""In the server's state: call it when the server is told to stop, so that those who stream go."""
TRANSPORT: Final = "steward.transport"
"""In the scope of a WebSocket: the transport of its connection."""


class Socket:
    """A WebSocket: text in, text out. Raises OSError on writing when the client has gone."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._transport: Any = scope.get(TRANSPORT)
        self._accepted = False
        self._receive = receive
        self._send = send

    async def accept(self, headers: list[Header]) -> None:
        """Let the client in."""
        self._accepted = True
        await self._send({"type": "websocket.accept", "headers": headers})

    async def text(self) -> str | None:
        """Wait for the next message; None when the client has gone. What is not text is an empty one."""
        message = await self._receive()
        return None if message["type"] == "websocket.disconnect" else message.get("text") or ""

    async def write(self, text: str) -> None:
        """Write a message; return once the connection has room."""
        await self._send({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """Close."""
        await self._send({"type": "websocket.close", "code": code, "reason": reason})

    def cut(self) -> None:
        """End at once, whatever is not written yet."""
        if self._transport is not None:
            self._transport.abort()

    async def refuse(self, answer: Answer, headers: list[Header]) -> None:
        """Answer the handshake as any other request would be; after it, close."""
        if self._accepted:
            await self.close(1011, "internal-error")
            return
        await self._send(
            {"type": "websocket.http.response.start", "status": answer.status, "headers": headers}
        )
        await self._send({"type": "websocket.http.response.body", "body": answer.body})


def declared(path: str, endpoint: Endpoint, *, signed_in: bool) -> Operation:
    """Declare a WebSocket at a path; its endpoint gets the call and the socket."""
    made = Operations("sockets")
    made.add("GET", path, signed_in=signed_in, at_root_only=True)(endpoint)
    return made.declared[0]


def found(sockets: Mapping[str, Operation], path: str) -> Operation:
    """Find the WebSocket at a path. Raises HttpRefusal."""
    operation = sockets.get(path)
    if operation is None:
        raise HttpRefusal(404, "not-found", "There is nothing at this address.")
    return operation
