from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from steward.domain.calendars import HOURS, LAST_DAY, Calendar, CalendarNotFound, DaysOff, Session
from steward.domain.listings import ALWAYS_OPEN, TradingStatus
from steward.infrastructure.calendars import days_off

NEW_YORK, LONDON, FRANKFURT, CRYPTO = (Calendar(name, days_off) for name in ("XNYS", "XLON", "XETR", "24/7"))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def session(calendar: Calendar, day: str) -> Session:
    found = calendar.session(date.fromisoformat(day))
    assert found is not None
    return found


def test_there_is_a_calendar_for_each_name_and_no_other() -> None:
    assert [Calendar(name, days_off).name for name in HOURS] == ["24/7", "XNYS", "XLON", "XETR"]
    with pytest.raises(CalendarNotFound, match="XNYS, XLON, XETR"):
        Calendar("XMOON", days_off)


@pytest.mark.parametrize(
    ("calendar", "day", "opens", "closes"),
    [
        (NEW_YORK, "2026-01-15", "2026-01-15T14:30", "2026-01-15T21:00"),
        (NEW_YORK, "2026-07-15", "2026-07-15T13:30", "2026-07-15T20:00"),
        (LONDON, "2026-01-15", "2026-01-15T08:00", "2026-01-15T16:35"),
        (LONDON, "2026-07-15", "2026-07-15T07:00", "2026-07-15T15:35"),
        (FRANKFURT, "2026-07-15", "2026-07-15T07:00", "2026-07-15T15:35"),
        (CRYPTO, "2026-07-18", "2026-07-18T00:00", "2026-07-19T00:00"),
        # America changes its clocks on the 8th of March, Europe on the 29th.
        (NEW_YORK, "2026-03-06", "2026-03-06T14:30", "2026-03-06T21:00"),
        (NEW_YORK, "2026-03-09", "2026-03-09T13:30", "2026-03-09T20:00"),
        (LONDON, "2026-03-27", "2026-03-27T08:00", "2026-03-27T16:35"),
        (LONDON, "2026-03-30", "2026-03-30T07:00", "2026-03-30T15:35"),
        (NEW_YORK, "2026-10-30", "2026-10-30T13:30", "2026-10-30T20:00"),
        (NEW_YORK, "2026-11-02", "2026-11-02T14:30", "2026-11-02T21:00"),
    ],
)
def test_a_session_has_the_hours_of_its_zone(calendar: Calendar, day: str, opens: str, closes: str) -> None:
    found = session(calendar, day)
    assert (found.opens, found.closes, found.is_early) == (utc(opens), utc(closes), False)


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        (NEW_YORK, "2025-01-09"),  # a day of mourning
        (NEW_YORK, "2026-04-03"),  # Good Friday
        (NEW_YORK, "2026-07-03"),  # Independence Day, which is a Saturday
        (NEW_YORK, "2026-11-26"),  # Thanksgiving
        (NEW_YORK, "2001-09-12"),
        (LONDON, "2026-04-06"),  # Easter Monday
        (LONDON, "2022-09-19"),  # the Queen's funeral
        (LONDON, "2026-12-28"),  # for Boxing Day, which is a Saturday
        (FRANKFURT, "2026-05-01"),
        (FRANKFURT, "2026-12-24"),
        (FRANKFURT, "2021-05-24"),  # Whit Monday, the last that was a holiday
        (FRANKFURT, "2015-06-15"),  # before what is known
        (NEW_YORK, "2026-01-17"),  # a Saturday
        (NEW_YORK, "2100-01-04"),
    ],
)
def test_a_market_is_closed_on_its_holidays(calendar: Calendar, day: str) -> None:
    noon = utc(f"{day}T15:00")
    assert calendar.session(noon.date()) is None
    assert calendar.status(noon) is TradingStatus.CLOSED


@pytest.mark.parametrize(
    ("calendar", "day", "closes"),
    [
        (NEW_YORK, "2026-11-27", "2026-11-27T18:00"),
        (NEW_YORK, "2026-12-24", "2026-12-24T18:00"),
        (NEW_YORK, "2025-07-03", "2025-07-03T17:00"),
        (LONDON, "2026-12-24", "2026-12-24T12:35"),
        (LONDON, "2026-12-31", "2026-12-31T12:35"),
        (FRANKFURT, "2026-12-30", "2026-12-30T13:05"),
        (FRANKFURT, "2023-12-29", "2023-12-29T13:05"),
    ],
)
def test_a_market_closes_early_on_some_days(calendar: Calendar, day: str, closes: str) -> None:
    found = session(calendar, day)
    assert (found.closes, found.is_early) == (utc(closes), True)


def test_the_number_of_sessions_of_a_year_is_that_which_the_markets_had() -> None:
    # New York 2020 to 2025 by the exchange's own counts; 2025 without the day of mourning.
    assert [
        len([*NEW_YORK.sessions(date(year, 1, 1), date(year, 12, 31))]) for year in range(2020, 2026)
    ] == [253, 252, 251, 250, 252, 250]
    assert len([*CRYPTO.sessions(date(2024, 1, 1), date(2024, 12, 31))]) == 366


def test_a_day_goes_from_closed_through_both_auctions_to_closed() -> None:
    expected = [
        ("06:49", TradingStatus.CLOSED),
        ("06:50", TradingStatus.OPENING),
        ("07:00", TradingStatus.CONTINUOUS),
        ("15:29", TradingStatus.CONTINUOUS),
        ("15:30", TradingStatus.CLOSING),
        ("15:34", TradingStatus.CLOSING),
        ("15:35", TradingStatus.CLOSED),
    ]
    assert [(text, LONDON.status(utc(f"2026-07-15T{text}"))) for text, _ in expected] == expected
    assert [LONDON.is_open(utc(f"2026-07-15T{text}")) for text, _ in expected] == [
        status in (TradingStatus.CONTINUOUS, TradingStatus.CLOSING) for _, status in expected
    ]


def test_a_calendar_says_when_the_market_opens_and_closes_next() -> None:
    friday = utc("2026-07-17T14:00")
    assert (NEW_YORK.next_open(friday), NEW_YORK.next_close(friday)) == (
        utc("2026-07-20T13:30"),
        utc("2026-07-17T20:00"),
    )
    before = utc("2026-07-17T13:29")
    assert (NEW_YORK.next_open(before), NEW_YORK.next_close(before)) == (
        utc("2026-07-17T13:30"),
        utc("2026-07-17T20:00"),
    )
    # The moment itself is over: at the bell the next one is on Monday.
    bell = utc("2026-07-17T20:00")
    assert (NEW_YORK.next_open(bell), NEW_YORK.next_close(bell)) == (
        utc("2026-07-20T13:30"),
        utc("2026-07-20T20:00"),
    )


def test_the_evening_in_new_york_is_of_its_own_day_though_greenwich_has_the_next() -> None:
    at = utc("2026-07-18T02:00")
    assert NEW_YORK.local_day(at) == date(2026, 7, 17)
    found = NEW_YORK.session_from(at)
    assert found is not None
    assert found.day == date(2026, 7, 20)


def test_what_never_closes_has_a_session_for_each_day_and_no_next_opening() -> None:
    at = utc("2026-07-18T12:00")
    assert CRYPTO.status(at) is TradingStatus.CONTINUOUS
    assert CRYPTO.status(utc("2026-07-18T00:00")) is TradingStatus.CONTINUOUS
    assert (CRYPTO.next_open(at), CRYPTO.next_close(at)) == (None, None)
    found = CRYPTO.session_from(at)
    assert found is not None
    assert found.closes == utc("2026-07-19T00:00")


def test_after_its_last_day_a_calendar_says_that_nothing_follows() -> None:
    at = datetime(2099, 12, 31, 23, tzinfo=UTC)
    assert NEW_YORK.session_from(at) is None
    assert (NEW_YORK.next_open(at), NEW_YORK.next_close(at)) == (None, None)
    assert [found.day for found in CRYPTO.sessions(date(2099, 12, 30), date(2199, 1, 1))][-1] == LAST_DAY


def test_holidays_are_given_from_outside() -> None:
    asked = Counter[tuple[str, int]]()

    def none_but_one(market: str, year: int) -> DaysOff:
        asked[market, year] += 1
        return DaysOff({date(2026, 7, 15): "Day of the tests"}, {date(2026, 7, 16): "Its morrow"})

    calendar = Calendar("XNYS", none_but_one)
    found = [(one.day.day, one.is_early) for one in calendar.sessions(date(2026, 7, 14), date(2026, 7, 17))]
    assert found == [(14, False), (16, True), (17, False)]
    assert asked == {("XNYS", 2026): 4}


@pytest.mark.parametrize("name", HOURS)
def test_sessions_are_in_order_and_apart(name: str) -> None:
    last = datetime(2000, 1, 1, tzinfo=UTC)
    for found in Calendar(name, days_off).sessions(date(2024, 1, 1), date(2027, 12, 31)):
        assert found.gathers <= found.opens < found.calls <= found.closes
        assert last <= found.gathers
        assert found.closes - found.opens <= timedelta(days=1)
        last = found.closes


def test_a_market_without_holidays_asks_nobody() -> None:
    assert days_off(ALWAYS_OPEN, 2026) == DaysOff({}, {})
