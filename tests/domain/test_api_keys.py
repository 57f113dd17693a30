from datetime import timedelta

import pytest

from steward.domain.api_keys import (
    ExpiryPassed,
    KeyScope,
    OutOfScope,
    checked_expiry,
    checked_scopes,
)
from tests.factories import AT


def test_scopes_are_kept_once_and_in_one_order() -> None:
    assert checked_scopes(["trade", "read", "trade"]) == (KeyScope.READ, KeyScope.TRADE)
    assert checked_scopes(["trade"]) == (KeyScope.TRADE,)


def test_a_key_ends_after_it_begins() -> None:
    assert checked_expiry(None, at=AT) is None
    later = AT + timedelta(microseconds=1)
    assert checked_expiry(later, at=AT) == later
    with pytest.raises(ExpiryPassed) as refused:
        checked_expiry(AT, at=AT)
    assert refused.value.pointer == "/expires_at"


def test_what_is_out_of_scope_says_what_to_do() -> None:
    assert "scope trade" in OutOfScope(KeyScope.TRADE).detail
    assert "password" in OutOfScope(KeyScope.ACCOUNT).detail
