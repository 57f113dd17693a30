"""How a day is read, and which one counts."""

from datetime import date

import pytest

from steward.domain.instants import DateOutOfRange, InvalidDate, checked_day, parsed_day

LATEST = date(2026, 3, 2)
NO_DAY = ["", "2023-02-29", "20240102", "2024-1-2", "2024-W01-1", "\uff12024-01-02", 7, None]


@pytest.mark.parametrize("text", ["1900-01-01", "2024-02-29", "9999-12-31", "0001-01-01"])
def test_a_day_is_read_as_it_is_written(text: str) -> None:
    assert parsed_day(text).isoformat() == text


@pytest.mark.parametrize("raw", NO_DAY)
def test_what_is_no_day_is_refused(raw: object) -> None:
    with pytest.raises(InvalidDate) as refusal:
        parsed_day(raw, pointer="/on")
    assert refusal.value.pointer == "/on"


@pytest.mark.parametrize("day", [date(1900, 1, 1), LATEST])
def test_a_day_on_which_something_can_have_happened_is_given_back(day: date) -> None:
    assert checked_day(day, latest=LATEST, pointer="/on") == day


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2026, 3, 3)])
def test_any_other_day_is_out_of_range(day: date) -> None:
    with pytest.raises(DateOutOfRange) as refusal:
        checked_day(day, latest=LATEST, pointer="/on")
    assert refusal.value.pointer == "/on"
