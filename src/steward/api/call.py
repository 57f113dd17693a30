"""One request: who asks for what, and the units of work to answer it with."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from steward.api.problems import Answer, HttpRefusal
from steward.api.system import System
from steward.domain.orders import Order
from steward.usecases.ports import ReadUnit, WriteUnit
from steward.usecases.values import KEPT_FOR, Caller, Kept, KeyReused, Once, PresentedKey, Trace

_KEY = re.compile(rb"[\x21-\x7e]{1,255}")
_VERSION = re.compile(rb'"([0-9]{1,18})"')
_REPLAYED = (b"idempotency-replayed", b"true")


class Call:
    """A request that has passed the edge: signed in where it must be, its input parsed."""

    __slots__ = (
        "address",
        "at",
        "body",
        "caller",
        "headers",
        "operation",
        "path",
        "query",
        "request_id",
        "system",
    )

    def __init__(
        self,
        system: System,
        *,
        operation: str,
        path: str,
        query: bytes,
        headers: Mapping[bytes, bytes],
        address: str,
        request_id: str,
        at: datetime,
    ) -> None:
        self.system = system
        self.operation = operation
        self.path = path
        self.query = query
        self.headers = headers
        self.address = address
        self.request_id = request_id
        self.at = at
        self.body = b""
        self.caller: Caller | None = None

    @property
    def signed_in(self) -> Caller:
        """The caller of an operation that only signed-in people reach."""
        assert self.caller is not None  # noqa: S101 - the edge has let nobody else through
        return self.caller

    @property
    def user_id(self) -> UUID:
        """The id of the caller."""
        return self.signed_in.user_id

    @property
    def key(self) -> PresentedKey | None:
        """The API key that the caller presents."""
        return None if self.caller is None else self.caller.key

    @property
    def session_id(self) -> UUID:
        """The id of the caller's session, where an operation takes no key."""
        found = self.signed_in.session_id
        assert found is not None  # noqa: S101 - the edge lets no key through there
        return found

    @property
    def trace(self) -> Trace:
        """What the audit keeps of this request."""
        return Trace(self.operation, self.path[:200], self.address, self.request_id)

    @property
    def expected_version(self) -> int | None:
        """The version in If-Match; None when any will do. Raises HttpRefusal."""
        given = self.headers.get(b"if-match")
        if given is None or given == b"*":
            return None
        if found := _VERSION.fullmatch(given):
            return int(found[1])
        detail = 'If-Match is * or the one ETag that the order came with, such as "3".'
        raise HttpRefusal(400, "bad-if-match", detail)

    def new_id(self) -> UUID:
        """Make a new id."""
        return self.system.new_id(self.at)

    def read(self) -> ReadUnit:
        """Open a unit that reads on behalf of the caller, if there is one."""
        return self.system.units.read(self.caller)

    def once(self, answer: Callable[[Sequence[Order]], Answer]) -> Once | None:
        """Give the caller's Idempotency-Key, for the exchange, which keeps the answer; None without one."""
        if b"idempotency-key" not in self.headers:
            return None

        def kept(orders: Sequence[Order]) -> tuple[int, str]:
            made = answer(orders)
            return made.status, made.body.decode()

        return Once(*self._key(), kept)

    async def replayed(self) -> Answer | None:
        """Give the kept answer to this very request, for work that begins outside its transaction."""
        if b"idempotency-key" not in self.headers:
            return None
        key, fingerprint = self._key()
        kept = await self.read().keys.find(self.user_id, key)
        return None if kept is None else _replay(kept, fingerprint)

    async def write(
        self,
        work: Callable[[WriteUnit], Awaitable[Answer]],
        *,
        kept: Callable[[Answer], Answer] = lambda answer: answer,
    ) -> Answer:
        """Do `work` in one transaction, committed before the answer leaves.

        With an Idempotency-Key the answer is kept in that transaction, as `kept` makes it, and the same
        request again gets it instead of acting twice.
        """
        if b"idempotency-key" in self.headers:
            work = self._once(work, kept)
        return await self.system.units.write(work, trace=self.trace, at=self.at, caller=self.caller)

    def _key(self) -> tuple[str, str]:
        raw = self.headers[b"idempotency-key"]
        if not _KEY.fullmatch(raw):
            detail = "An Idempotency-Key has 1 to 255 visible ASCII characters."
            raise HttpRefusal(400, "bad-idempotency-key", detail)
        parts = (self.operation.encode(), self.path.encode(), self.body)
        return raw.decode("ascii"), sha256(b"\n".join(parts)).hexdigest()

    def _once(
        self, work: Callable[[WriteUnit], Awaitable[Answer]], kept_as: Callable[[Answer], Answer]
    ) -> Callable[[WriteUnit], Awaitable[Answer]]:
        (key, fingerprint), owner_id = self._key(), self.user_id

        async def once(unit: WriteUnit) -> Answer:
            expired = self.at - KEPT_FOR
            kept = await unit.keys.claim(owner_id, key, fingerprint, at=self.at, expired=expired)
            if kept is not None:
                return _replay(kept, fingerprint)
            answer = await work(unit)
            unit.keys.keep(owner_id, key, answer.status, kept_as(answer).body.decode())
            return answer

        return once


def again(kept: Kept) -> Answer:
    """Answer with what is kept."""
    return Answer(kept.status, kept.body.encode(), (_REPLAYED,))


def _replay(kept: Kept, fingerprint: str) -> Answer:
    if kept.fingerprint != fingerprint:
        raise KeyReused
    return again(kept)
