"""The kinds of refusal. A concrete refusal is a subclass that lives beside the code raising it.

Each class names its `code` (kebab-case, part of the wire contract); each instance carries one
human sentence and, where one input is to blame, the JSON pointer of that input.
"""

from collections.abc import Sequence
from typing import ClassVar


class Refusal(Exception):
    """Something was asked that will not be done; nothing has changed.

    `errors` are (pointer, detail) pairs, one for each value to blame.
    """

    code: ClassVar[str] = "refused"
    retry_after_seconds: int | None = None

    def __init__(self, detail: str, *, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.errors: Sequence[tuple[str, str]] = [] if pointer is None else [(pointer, detail)]


class Unauthenticated(Refusal):
    """Nobody, or nobody any more, is behind these credentials."""

    code = "unauthenticated"


class Forbidden(Refusal):
    """It is known who asks, and they may not."""

    code = "forbidden"


class NotFound(Refusal):
    """It is absent, or somebody else's: the two are never told apart."""

    code = "not-found"


class Conflict(Refusal):
    """The present state forbids it."""

    code = "conflict"


class InvalidValue(Refusal):
    """A value that can never be accepted."""

    code = "invalid-value"


class PreconditionFailed(Refusal):
    """The caller decided on a version that is no longer the current one."""

    code = "stale-version"


class TooMany(Refusal):
    """A limit on callers is reached; `retry_after_seconds` says when to come back."""

    code = "too-many-requests"

    def __init__(self, detail: str, *, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Refusal):
    """Something that Steward depends on does not answer now; trying again later is right."""

    code = "unavailable"

    def __init__(self, detail: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds
