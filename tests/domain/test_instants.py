"""How a moment is written."""

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.instants import instant_text
from tests.factories import AT, instants

OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, OFFSETS)
def test_a_moment_is_written_in_utc_to_the_microsecond(moment: datetime, offset: timezone) -> None:
    text = instant_text(moment.astimezone(offset))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text)
    assert datetime.fromisoformat(text) == moment
    assert datetime.fromisoformat(text).tzinfo == UTC


def test_a_full_second_has_its_digits_too() -> None:
    assert instant_text(AT) == "2026-03-01T09:30:00.000000Z"
