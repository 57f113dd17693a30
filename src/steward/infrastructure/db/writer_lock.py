"""The lock that lets one process at a time write to an SQLite file."""

import fcntl
import os
from pathlib import Path


class WriterLock:
    """One writer over all processes, first come first served.

    Two files: who waits for the second holds the first, so a busy process cannot pass one that waits.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._queue = os.open(path.with_name(path.name + ".queue"), flags, 0o600)
        self._writer = os.open(path.with_name(path.name + ".writer"), flags, 0o600)

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it or waits for it."""
        try:
            fcntl.flock(self._queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            fcntl.flock(self._writer, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            fcntl.flock(self._queue, fcntl.LOCK_UN)
        return True

    def acquire(self) -> None:
        """Wait for the lock; blocks the thread."""
        fcntl.flock(self._queue, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._writer, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._queue, fcntl.LOCK_UN)

    def release(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._writer, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the files back."""
        os.close(self._queue)
        os.close(self._writer)
