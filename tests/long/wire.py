"""What the long tests share: servers of two workers on each engine, and lines that stay open to them.

A line is HTTP/1.1 over a plain stream: a client library would cost more time than the server does.
"""

import argparse
import asyncio
import json
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.conftest import ENGINES
from tests.people import PASSWORD, written
from tests.postgres import drop_database, fresh_database, postgres_server
from tests.servers import Server, running

WORKERS = 2
ANSWER_SECONDS = 30
WORKER_SECONDS = 10
# Every worker begins its request ids with its own random letters.
_WORKER_LETTERS = 16
_NO_HEADERS: Mapping[str, str] = {}


class Violation(AssertionError):
    """The server broke a promise; the message says which, and how to see it again."""


class Unanswered(ConnectionError):
    """The connection ended before the whole answer had come: nobody knows what happened."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body, every digit kept."""
        return json.loads(self.text, parse_float=Decimal)

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.json["code"])

    @property
    def worker(self) -> str:
        """What tells the answering worker from the others."""
        return self.headers["x-request-id"][:_WORKER_LETTERS]

    def expect(self, status: int) -> Any:
        """Give the body of an answer that must have this status. Raises Violation."""
        if self.status != status:
            raise Violation(f"{status} was due, not {self.status} {self.text}")
        return self.json if self.text else None


@dataclass
class Line:
    """One connection, opened when it is needed and kept; `token` signs its requests in."""

    port: int
    token: str = ""
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, repr=False)

    async def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Reply:
        """Send a request and read its answer; a body of bytes goes as it is, any other as JSON.

        Raises Unanswered; the next request connects again.
        """
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._streams is None:
                    self._streams = await asyncio.open_connection("127.0.0.1", self.port)
                reader, writer = self._streams
                writer.write(self._request(method, path, body, headers))
                return await _reply(reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise Unanswered(f"{method} {path}: {error!r}") from error

    @property
    def client_port(self) -> int:
        """The port of our end, while it is connected."""
        assert self._streams is not None
        port: int = self._streams[1].get_extra_info("sockname")[1]
        return port

    async def close(self) -> None:
        """Let the connection go."""
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                return  # it was dead already

    def _request(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> bytes:
        content = body if isinstance(body, bytes) else b"" if body is None else written(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(content)}"]
        if self.token:
            lines.append(f"authorization: Bearer {self.token}")
        if content:
            lines.append("content-type: application/json")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + content


async def _reply(reader: asyncio.StreamReader) -> Reply:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {}
    for line in rest:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    return Reply(int(first.split(" ", 2)[1]), headers, content.decode())


@asynccontextmanager
async def lines(port: int, count: int) -> AsyncIterator[list[Line]]:
    """Open `count` lines, as many to one worker as to the other, in turn. Raises Violation."""
    by_worker: dict[str, list[Line]] = {}
    async with AsyncExitStack() as stack:
        # The kernel gives a connection to any worker that asks for one, and one may still be starting.
        until = time.monotonic() + WORKER_SECONDS
        while time.monotonic() < until:
            opened = [Line(port) for _ in range(count)]
            for line in opened:
                stack.push_async_callback(line.close)
            replies = await asyncio.gather(*(line.ask("GET", "/livez") for line in opened))
            for line, reply in zip(opened, replies, strict=True):
                kept = by_worker.setdefault(reply.worker, [])
                if len(kept) < count // WORKERS:
                    kept.append(line)
                else:
                    await line.close()
            if Counter(map(len, by_worker.values())) == {count // WORKERS: WORKERS}:
                yield [line for pair in zip(*by_worker.values(), strict=True) for line in pair]
                return
        raise Violation(f"{WORKERS} workers were to answer; lines by worker: {by_worker}")


async def all_of(*works: Coroutine[Any, Any, None]) -> None:
    """Do works side by side; the first that fails ends the others, before anything of theirs is closed."""
    tasks = [asyncio.ensure_future(one) for one in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def registered(line: Line) -> str:
    """Make a new person and give the token that signs in as them."""
    body = {"email": f"u{uuid.uuid4().hex}@example.com", "password": PASSWORD}
    reply = await line.ask("POST", "/api/v1/auth/register", body)
    reply.expect(201)
    return reply.headers["set-cookie"].partition("access_token=")[2].partition(";")[0]


@contextmanager
def serving(engine: str, **settings: str) -> Iterator[Server]:
    """Run a server of two workers on an empty database of the engine."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="steward-long-")))
        url = None
        if engine == "postgresql":
            url = fresh_database(stack.enter_context(postgres_server()))
            stack.callback(drop_database, url)
        yield stack.enter_context(running(folder, url, workers=WORKERS, **settings))


def options(description: str | None, **figures: tuple[int, str]) -> argparse.ArgumentParser:
    """Make a parser with --engine, --seed, and one whole number per figure: (default, meaning)."""
    parser = argparse.ArgumentParser(prog="python -m tests.long", description=description)
    parser.add_argument("--engine", choices=ENGINES, help="only on this one")
    parser.add_argument("--seed", type=int, default=1, help="of all random choices (default 1)")
    for name, (default, meaning) in figures.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{meaning} (default {default})")
    return parser


def engines(chosen: str | None) -> tuple[str, ...]:
    """Give the engines to run on."""
    return ENGINES if chosen is None else (chosen,)
