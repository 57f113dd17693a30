"""What every refusal carries."""

import pytest

from steward.domain.errors import (
    Conflict,
    InvalidValue,
    NotFound,
    PreconditionFailed,
    Refusal,
    TooMany,
    Unauthenticated,
    Unavailable,
)


@pytest.mark.parametrize("kind", [Unauthenticated, NotFound, Conflict, InvalidValue, PreconditionFailed])
def test_a_refusal_carries_one_sentence_and_what_is_to_blame(kind: type[Refusal]) -> None:
    refusal = kind("It is not.", pointer="/qty")
    assert (str(refusal), refusal.detail, refusal.pointer) == ("It is not.", "It is not.", "/qty")
    assert kind("It is not.").pointer is None


def test_a_refusal_that_passes_says_when_to_come_back() -> None:
    assert TooMany("Wait.", retry_after_seconds=9).retry_after_seconds == 9
    assert Unavailable("Wait.").retry_after_seconds == 1
    assert Unavailable("Wait.", retry_after_seconds=9).retry_after_seconds == 9
