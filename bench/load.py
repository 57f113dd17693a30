"""The load: a process of its own that asks over keep-alive connections and times every answer.

It reads one job per line on its standard input and writes one result per line. No pipelining: each
connection asks again when its answer is whole, so the number of connections is the concurrency.
"""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import uvloop

_PATIENCE_SECONDS = 60
_LAST = b"{last id}"
"""In a request, what stands for the id in the last answer that made something."""


class Measured(NamedTuple):
    """One round: requests per second, milliseconds, and CPU microseconds per request of the server."""

    rate: float
    p50: float
    p99: float
    cpu: float


def cpu_nanoseconds(pid: int) -> int:
    """Give the CPU time, user and system, that all threads of a process have had."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


class _Connection(asyncio.Protocol):
    """Asks, waits, asks again; notes how long each answer took."""

    def __init__(self, requests: Iterator[bytes], noted: list[int], pause: float) -> None:
        self._requests = requests
        self._pause = pause
        self._noted = noted
        self._transport: Any = None
        self._buffer = b""
        self._asked = 0
        self._last = b""
        self.stopping = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        request = None if self.stopping else next(self._requests, None)
        if request is None:
            self._transport.close()
            self.ended.set_result(None)
            return
        if _LAST in request:
            request = request.replace(_LAST, self._last)
        self._asked = time.perf_counter_ns()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        end = data.find(b"\r\n\r\n")
        if end < 0 or len(data) < end + 4 + _length(data):
            self._buffer = data
            return
        self._buffer = b""
        self._noted.append(time.perf_counter_ns() - self._asked)
        # What was to be cancelled may have been executed meanwhile: that is an answer as good as any.
        if data[9:11] != b"20" and data[9:12] != b"409":
            self._fail(data.decode("latin-1"))
            return
        if data[9:12] == b"201":
            self._last = data.partition(b'{"id":"')[2][:36]
        if self._pause:
            asyncio.get_running_loop().call_later(self._pause, self._ask)
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the server closed a connection: {exc}")

    def _fail(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_exception(RuntimeError(why))


def _length(data: bytes) -> int:
    start = data.index(b"content-length: ") + 16
    return int(data[start : data.index(b"\r", start)])


async def _connect(job: dict[str, Any], noted: list[int], *, again: bool) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    made = []
    for texts in job["requests"]:
        requests = [text.encode("latin-1") for text in texts]
        repeated = itertools.cycle(requests) if again else iter(requests)
        connection = _Connection(repeated, noted, job.get("pause_seconds", 0.0))
        made.append(connection)
        await loop.create_connection(partial(_itself, connection), "127.0.0.1", job["port"])
    return made


def _itself(connection: _Connection) -> _Connection:
    return connection


async def _once(job: dict[str, Any]) -> None:
    for connection in await _connect(job, [], again=False):
        await connection.ended


async def _timed(job: dict[str, Any]) -> Measured:
    noted: list[int] = []
    connections = await _connect(job, noted, again=True)
    await asyncio.sleep(job["warm_seconds"])
    noted.clear()
    spent, began = cpu_nanoseconds(job["pid"]), time.perf_counter()
    await asyncio.sleep(job["seconds"])
    times = sorted(noted)
    spent, took = cpu_nanoseconds(job["pid"]) - spent, time.perf_counter() - began
    for connection in connections:
        connection.stopping = True
    for connection in connections:
        await connection.ended
    count = len(times)
    if not count:
        raise RuntimeError("not one answer came in time")
    return Measured(
        count / took, times[count // 2] / 1e6, times[count * 99 // 100] / 1e6, spent / count / 1000
    )


class Load:
    """The load process, from the outside."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(_PATIENCE_SECONDS)
        self._process.stdout.close()

    def once(self, port: int, requests: list[list[bytes]]) -> None:
        """Send each connection's requests, each once. Raises RuntimeError when one is refused."""
        self._do({"port": port, "requests": _texts(requests)})

    def timed(
        self,
        port: int,
        pid: int,
        requests: list[list[bytes]],
        *,
        warm_seconds: float,
        seconds: float,
        pause_seconds: float = 0.0,
    ) -> Measured:
        """Send each connection's requests over and over. Raises RuntimeError when one is refused.

        A connection rests for `pause_seconds` between an answer and what it asks next.
        """
        job = {"port": port, "pid": pid, "warm_seconds": warm_seconds, "seconds": seconds}
        job["pause_seconds"] = pause_seconds
        return Measured(*self._do({**job, "requests": _texts(requests)}))

    def _do(self, job: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        result = json.loads(self._process.stdout.readline())
        if "failure" in result:
            raise RuntimeError(result["failure"])
        return result["done"]


def _texts(requests: list[list[bytes]]) -> list[list[str]]:
    return [[one.decode("latin-1") for one in each] for each in requests]


def main() -> None:
    """Do jobs until there are no more."""
    for line in sys.stdin:
        job = json.loads(line)
        try:
            done = uvloop.run(_timed(job) if "seconds" in job else _once(job))
            result: dict[str, object] = {"done": done}
        except Exception as error:  # noqa: BLE001 - told to whoever gave the job
            result = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
