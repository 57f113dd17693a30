"""What no client library would send: the server answers as documented or hangs up, and goes on serving."""

import asyncio
import gzip
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from steward.api import bodies, protocol
from steward.api.problems import HttpRefusal
from tests.people import Person, registered
from tests.servers import Server

CLOSED = None
GET = b"GET /livez HTTP/1.1\r\nhost: x\r\n"
POST = b"POST /api/v1/portfolios HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\n"
DELETE = b"DELETE /api/v1/portfolios/999999999 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\n"
TYPED = POST + b"content-type: application/json\r\n"
CHUNK = b"10000\r\n" + b" " * 65536 + b"\r\n"
MEGABYTE = 1024 * 1024
BOMB = gzip.compress(bytes(9 * MEGABYTE))
GROWTH_MAXIMUM = 24 * MEGABYTE

# What is sent ("%s" is a token), and the statuses that may come back first; CLOSED is no answer at all.
EXCHANGES: dict[str, tuple[bytes, set[int | None]]] = {
    "a header of 100 kB": (GET + b"x: " + b"y" * 100_000 + b"\r\n\r\n", {431}),
    "10,000 headers": (GET + b"".join(b"x-%d: y\r\n" % n for n in range(10_000)) + b"\r\n", {431}),
    "a header without end": (GET + b"x: " + b"y" * 2_000_000, {400, CLOSED}),
    "headers without end": (GET + b"x: y\r\n" * 400_000, {400, CLOSED}),
    "an address of 10 kB": (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", {414}),
    "an address of 2 MB": (b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", {400, CLOSED}),
    "a query of 10 kB": (b"GET /livez?" + b"a" * 10_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", {414}),
    "bytes in an address": (b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n", {400, 404}),
    "NUL in an address": (b"GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n", {400}),
    "NUL in a header": (GET + b"x: \0\r\n\r\n", {400}),
    "a blank before the colon": (GET + b"content-length : 5\r\n\r\n", {400}),
    "a folded header": (GET + b"x: a\r\n b\r\n\r\n", {200, 400}),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}),
    "HTTP/9.9": (b"GET /livez HTTP/9.9\r\nhost: x\r\n\r\n", {400}),
    "HTTP/1.0": (b"GET /livez HTTP/1.0\r\n\r\n", {200}),
    "TRACE": (b"TRACE /livez HTTP/1.1\r\nhost: x\r\ncookie: a=b\r\n\r\n", {405}),
    "CONNECT": (b"CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n", {400, 404, 405}),
    "a method of nobody's": (b"FROB /livez HTTP/1.1\r\nhost: x\r\n\r\n", {400, 405}),
    "websocket": (
        GET + b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        {404},
    ),
    "h2c": (GET + b"connection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AA\r\n\r\n", {200}),
    "chunks beyond the limit": (TYPED + b"transfer-encoding: chunked\r\n\r\n" + CHUNK * 17, {413}),
    "a chunk that says 16 exabytes": (
        TYPED + b"transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n" + b" " * 2 * MEGABYTE,
        {400, 413},
    ),
    "a chunk that is no number": (TYPED + b"transfer-encoding: chunked\r\n\r\nzz\r\n\r\n", {400}),
    "more than was announced": (TYPED + b'content-length: 12\r\n\r\n{"name":"a"}' + b"x" * 100, {201}),
    "less than was announced": (TYPED + b'content-length: 99\r\n\r\n{"name":"a"}', {408, CLOSED}),
    "a length below zero": (TYPED + b"content-length: -1\r\n\r\n", {400}),
    "a length with a sign": (TYPED + b"content-length: +2\r\n\r\n{}", {400}),
    "two lengths": (TYPED + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}x", {400}),
    "a list of lengths": (TYPED + b"content-length: 2, 2\r\n\r\n{}", {400}),
    "a length of 30 digits": (TYPED + b"content-length: " + b"9" * 30 + b"\r\n\r\n{}", {400, 413}),
    "a length just above the limit": (TYPED + b"content-length: 1048577\r\n\r\n", {413}),
    "length and chunks": (
        TYPED + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        {400},
    ),
    "chunks twice": (TYPED + b"transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n", {400}),
    "a coding of nobody's": (TYPED + b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n", {400}),
    "a gzip bomb": (
        TYPED + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(BOMB) + BOMB,
        {415},
    ),
    "Expect": (TYPED + b"expect: 100-continue\r\ncontent-length: 12\r\n\r\n", {100}),
    "Expect beyond the limit": (TYPED + b"expect: 100-continue\r\ncontent-length: 9999999\r\n\r\n", {413}),
    "a body where none belongs": (DELETE + b"content-length: 9999999\r\n\r\n" + b"x" * 1000, {413}),
}  # fmt: skip


@pytest.fixture(scope="module")
def somebody(server: Server) -> Iterator[Person]:
    """Give somebody who is signed in."""
    person = registered(server.url)
    yield person
    person.client.close()


def exchange(server: Server, sent: bytes) -> int | None:
    """Send bytes, and give the status of the first answer; CLOSED when there is none."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link, suppress(ConnectionError):
        with suppress(ConnectionError):
            link.sendall(sent)
        if b"content-length: 99\r\n" in sent:
            link.shutdown(socket.SHUT_WR)
        while b"\r\n" not in answer and (part := link.recv(65536)):
            answer += part
    return int(answer.split(b" ", 2)[1]) if answer else CLOSED


@pytest.mark.parametrize("name", EXCHANGES)
def test_the_server_answers_or_hangs_up(name: str, server: Server, somebody: Person) -> None:
    sent, right = EXCHANGES[name]
    if b"%s" in sent:
        sent = sent.replace(b"%s", somebody.token.encode())
    assert exchange(server, sent) in right
    assert exchange(server, GET + b"\r\n") == 200


def test_what_is_no_http_gets_a_problem_too(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link:
        link.sendall(b"NONSENSE\r\n\r\n")
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    assert b"content-type: application/problem+json\r\n" in answer
    assert b'"code":"bad-http"' in answer
    assert b"NONSENSE" not in answer


def test_half_a_body_has_no_effect(server: Server, somebody: Person) -> None:
    before = somebody("GET", "/api/v1/portfolios").text
    sent, _ = EXCHANGES["less than was announced"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link:
        link.sendall(sent.replace(b"%s", somebody.token.encode()))
    assert somebody("GET", "/api/v1/portfolios").text == before


def resident(server: Server) -> int:
    """Give the bytes that all processes of the server hold in memory."""
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in server.processes())
    return sum(pages) * 4096


@pytest.mark.parametrize(
    "head", [TYPED + b"content-length: 104857600\r\n\r\n", TYPED, DELETE, POST], ids=range(4)
)
def test_memory_stays_flat_under_100_megabytes(head: bytes, server: Server, somebody: Person) -> None:
    chunked = b"content-length" not in head
    sent = head.replace(b"%s", somebody.token.encode()) + (
        b"transfer-encoding: chunked\r\n\r\n" if chunked else b""
    )
    part = (CHUNK if chunked else b" " * 65536) * 16
    before = highest = resident(server)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as link, suppress(ConnectionError):
        link.sendall(sent)
        for _ in range(100):
            link.sendall(part)
            highest = max(highest, resident(server))
    print(f"{(highest - before) / MEGABYTE:.1f} MB more")
    assert highest - before < GROWTH_MAXIMUM
    assert exchange(server, GET + b"\r\n") == 200


async def test_a_body_of_a_byte_a_second_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)

    async def trickle() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def silence() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {}

    headers = {b"content-type": b"application/json"}
    for receive in (trickle, silence):
        started = time.monotonic()
        with pytest.raises(HttpRefusal) as refused:
            await bodies.body_of_request(headers, receive, b"application/json", bodies.BODY_MAXIMUM)
        assert (refused.value.status, refused.value.code) == (408, "body-too-slow")
        assert time.monotonic() - started < 1


async def test_a_request_that_is_here_whole_is_read_without_a_timer() -> None:
    seen: list[bool] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(bodies.WHOLE in scope)
        headers = dict(scope["headers"])
        arguments = (headers, receive, b"application/json", bodies.BODY_MAXIMUM)
        body = await bodies.body_of_request(*arguments, whole=bodies.WHOLE in scope)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": body})

    config = uvicorn.Config(application, log_config=None)
    make: Callable[[], asyncio.Protocol] = lambda: protocol.Protocol(config, ServerState(), {})  # noqa: E731
    listening = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    head = b"POST / HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n"
    async with listening, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname()[:2])
        for pieces in ([head + b"{}"], [head, b"{}"], [head + b"{", b"}"], [head + b"{}"]):
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.05)
            assert (await reader.readuntil(b"{}")).startswith(b"HTTP/1.1 200")
        writer.close()
    assert seen == [True, False, False, True]


@pytest.mark.parametrize("sent", [b"", b"GET", b"GET / HTTP/1.1\r\nx: ", b"GET / HTTP/1.1\r\nx: y\r\n"])
async def test_a_head_that_does_not_end_is_hung_up_on(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)

    async def never(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("half a request reached the application")

    config = uvicorn.Config(never, log_config=None)
    make: Callable[[], asyncio.Protocol] = lambda: protocol.Protocol(config, ServerState(), {})  # noqa: E731
    listening = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    async with listening:
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname()[:2])
        writer.write(sent)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
