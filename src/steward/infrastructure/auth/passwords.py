"""Argon2id hashes, made in a small pool of low-priority threads so that nobody else waits for them."""

import asyncio
import ctypes
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from pwdlib.hashers.argon2 import Argon2Hasher

from steward.domain.errors import Unavailable
from steward.domain.users import InvalidPassword, normalized_password

Result = TypeVar("Result")

_M_MMAP_THRESHOLD = -3
_BIG_BYTES = 1024 * 1024


class PasswordHasher:
    """Hashes and verifies passwords (NFC, whole). Close it when the server stops.

    The defaults are OWASP's for Argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
    """

    def __init__(
        self,
        *,
        memory_kib: int = 19_456,
        passes: int = 2,
        workers: int | None = None,
        waiting_maximum: int = 64,
    ) -> None:
        workers = workers or min(2, os.cpu_count() or 1)
        self._argon2 = Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        # Costs what a real one costs, and no password is known for it.
        self._dummy = f"$argon2id$v=19$m={memory_kib},t={passes},p=1${'A' * 22}${'A' * 43}"
        _give_memory_back()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="argon2", initializer=_step_back)
        self._places = threading.BoundedSemaphore(workers + waiting_maximum)

    async def hash(self, password: str) -> str:
        """Return a new Argon2id hash with its parameters and salt, about 97 ASCII characters.

        Raises:
            InvalidPassword: over 128 characters, or NUL or a lone surrogate in it.
            Unavailable: too many passwords are waiting already.
        """
        normalized = normalized_password(password)
        return await self._run(lambda: self._argon2.hash(normalized))

    async def verify(self, password: str, hash_: str | None) -> bool:
        """Tell whether this password made this hash.

        Without a hash (no such account), or with a password that nobody can have, the answer is False
        after the same work, so that the time taken says nothing.

        Raises:
            Unavailable: too many passwords are waiting already.
        """
        try:
            normalized = normalized_password(password)
        except InvalidPassword:
            normalized, hash_ = "", None
        matches = await self._run(lambda: self._argon2.verify(normalized, hash_ or self._dummy))
        return matches and hash_ is not None

    def needs_rehash(self, hash_: str) -> bool:
        """Tell whether a hash that has just been verified was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(hash_)

    def close(self) -> None:
        """Finish the hashes that are being made, forget those that wait, end the threads."""
        self._threads.shutdown(cancel_futures=True)

    async def _run(self, work: Callable[[], Result]) -> Result:
        if not self._places.acquire(blocking=False):
            raise Unavailable("Too many people are signing in at this moment.")
        try:
            future = self._threads.submit(work)
        except BaseException:
            self._places.release()
            raise
        # Released by the work itself: a caller who goes away does not stop a hash being made.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)


def _give_memory_back() -> None:
    """Have every big allocation returned to the system when it is freed.

    glibc otherwise learns from the first hash to keep 19 MiB at hand for each thread, for ever.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _BIG_BYTES)


def _step_back() -> None:
    """Lower this thread's priority: Linux schedules threads one by one, other systems whole processes."""
    if sys.platform == "linux":
        # A sandbox may forbid it; hashes are then only less polite.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
