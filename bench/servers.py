"""The servers that are measured: Steward, Steward on a moving market, and the floor."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage

from bench.load import cpu_nanoseconds
from tests.servers import UNLIMITED, free_port

_START_SECONDS = 60
_STOP_SECONDS = 20
_POLL_SECONDS = 0.005
_KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH")
# One for all: a token that one of them gave is good at every other.
_SECRET = secrets.token_urlsafe(48)


@dataclass(frozen=True)
class Server:
    """One process that answers on a port of its own."""

    pid: int
    port: int
    start_seconds: float
    start_cpu_seconds: float

    @property
    def resident_bytes(self) -> int:
        """The memory that it holds now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def _environment(database_url: str, folder: Path, *, moving: bool) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **UNLIMITED,
        "ENV_FILE": "",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "JWT_SECRET": _SECRET,
        **({"BENCH_MOVING": "1"} if moving else {}),
    }


@contextmanager
def steward(database_url: str, folder: Path, *, moving: bool = False) -> Iterator[Server]:
    """Run Steward with one worker; when `moving`, on a market with new prices for every read."""
    port = free_port()
    command = ["bench.moving", str(port)] if moving else ["steward", "serve", "--port", str(port)]
    with _running(command, port, _environment(database_url, folder, moving=moving), folder) as server:
        yield server


@contextmanager
def floor(database_url: str, folder: Path, *, moving: bool = False) -> Iterator[Server]:
    """Run the floor, as Steward would be run."""
    port = free_port()
    environment = _environment(database_url, folder, moving=moving)
    with _running(["bench.floor", str(port)], port, environment, folder) as server:
        yield server


def migrate(database_url: str, folder: Path) -> None:
    """Bring a database to the schema."""
    command(database_url, folder, "migrate")


def command(database_url: str, folder: Path, name: str) -> struct_rusage:
    """Run a command of Steward, which must end well. Give what it used."""
    process = subprocess.Popen(
        [sys.executable, "-m", "steward", name],
        env=_environment(database_url, folder, moving=False),
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, name)
    return used


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str], folder: Path) -> Iterator[Server]:
    log = folder / f"{port}.log"
    began = time.monotonic()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
    try:
        while not _alive(port):
            if process.poll() is not None or time.monotonic() - began > _START_SECONDS:
                raise RuntimeError(f"{command} did not start:\n{log.read_text()[-4000:]}")
            time.sleep(_POLL_SECONDS)
        took, spent = time.monotonic() - began, cpu_nanoseconds(process.pid) / 1e9
        yield Server(process.pid, port, took, spent)
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _alive(port: int) -> bool:
    try:
        return exchange(port, b"GET /livez HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def exchange(port: int, request: bytes) -> bytes:
    """Send one request on a connection of its own and give the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        data = connection.recv(65536)
        while b"\r\n\r\n" not in data or len(data) < _whole(data):
            more = connection.recv(65536)
            if not more:
                raise ConnectionError("the answer ended early")
            data += more
    return data


def _whole(data: bytes) -> int:
    head, _, _ = data.partition(b"\r\n\r\n")
    start = head.index(b"content-length: ") + 16
    return len(head) + 4 + int(head[start:].partition(b"\r")[0])
