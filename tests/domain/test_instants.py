"""How a moment is written, and which days are taken."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.instants import DateOutOfRange, checked_day, instant_text
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


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2000, 2, 29), AT.date()])
def test_a_day_between_1900_and_the_latest_is_taken(day: date) -> None:
    assert checked_day(day, latest=AT.date(), pointer="/day") == day


@pytest.mark.parametrize("day", [date(1899, 12, 31), date.min, AT.date() + timedelta(days=1), date.max])
def test_any_other_day_is_refused(day: date) -> None:
    with pytest.raises(DateOutOfRange) as refused:
        checked_day(day, latest=AT.date(), pointer="/day")
    assert refused.value.pointer == "/day"
