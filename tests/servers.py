"""Real servers for tests and measurements: the command itself, in processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 30
STOP_SECONDS = 20
# Limits on callers would stand in the way of everything but their own tests.
UNLIMITED = {
    "LIMIT_FAILED_SIGN_INS_PER_ADDRESS_PER_MINUTE": "1000000",
    "LIMIT_FAILED_SIGN_INS_PER_ACCOUNT_PER_5_MINUTES": "1000000",
    "LIMIT_REGISTRATIONS_PER_ADDRESS_PER_HOUR": "1000000",
    "LIMIT_API_KEYS_PER_USER_PER_HOUR": "1000000",
    "LIMIT_WRITES_PER_USER_PER_MINUTE": "1000000",
}


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A server under test, at `url`, with its data and log in `folder`."""

    url: str
    port: int
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(repr=False)

    def steward(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of steward on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "steward", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @property
    def log(self) -> str:
        """Everything that the server has written so far."""
        return (self.folder / "server.log").read_text(errors="replace")

    def processes(self) -> list[int]:
        """The ids of the parent and of every worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def kill(self) -> None:
        """End every process at once, as a power cut would (kill -9)."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def start(self) -> None:
        """Start, also again after the server has ended, and wait until it is ready."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "steward", "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_until_ready()

    def stop(self) -> int:
        """Ask to stop and give the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def wait_until_ready(self) -> None:
        """Wait for /readyz; raise RuntimeError with the log when it never comes."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log[-4000:]}")


@contextmanager
def running(
    folder: Path, database_url: str | None = None, *, workers: int = 1, **settings: str
) -> Iterator[Server]:
    """Run a server on `database_url`, or on SQLite in `folder`, migrated; stop it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **UNLIMITED,
        "ENV_FILE": "",
        "DATA_DIR": str(folder),
        "WORKERS": str(workers),
        **({"DATABASE_URL": database_url} if database_url else {}),
        **settings,
    }
    server = Server(f"http://127.0.0.1:{port}", port, folder, environment, None)  # type: ignore[arg-type]  # start() fills it
    if database_url is not None:
        done = server.steward("migrate")
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
    server.start()
    try:
        yield server
    finally:
        server.stop()
