from collections.abc import Callable

import pytest

from tests.api.conftest import NewServer
from tests.people import Person
from tests.servers import Server

CLOCK = "/api/v1/exchange/clock"
THEN = "2026-07-15T13:29:59.000000Z"


@pytest.fixture(scope="module")
def own_server(new_server: NewServer) -> Server:
    return new_server(workers=2)


@pytest.fixture(autouse=True)
def real_time(admin: Person) -> None:
    assert admin("PUT", CLOCK, {"real": True, "reset": True}).status == 200


def test_the_clock_shows_real_time_until_it_is_set(other: Person) -> None:
    found = other("GET", CLOCK).json
    assert (found["real"], found["speed"]) == (True, 1)


def test_an_administrator_sets_steps_and_runs_it_for_every_worker(
    admin: Person, other: Person, each_worker: Callable[[Person], list[Person]]
) -> None:
    workers = each_worker(other)
    version = admin("GET", CLOCK).json["version"]
    answer = admin("PUT", CLOCK, {"time": THEN, "speed": 0})
    assert answer.json == {"time": THEN, "real": False, "speed": 0, "version": version + 1}
    for one in workers:
        assert one("GET", CLOCK).json == answer.json
    stepped = admin("PUT", CLOCK, {"step_seconds": 61.5})
    assert stepped.json["time"] == "2026-07-15T13:31:00.500000Z"
    for one in workers:
        assert one("GET", CLOCK).json == stepped.json
    running = admin("PUT", CLOCK, {"speed": 1000}).json
    assert running["time"] == stepped.json["time"]
    for one in workers:
        assert one("GET", CLOCK).json["time"] > running["time"]


def test_nobody_else_sets_it(other: Person, own_server: Server) -> None:
    assert other("PUT", CLOCK, {"speed": 0}).code == "not-admin"
    assert other("GET", CLOCK).json["real"]
    assert own_server.steward("user", "admin", other.email).returncode == 0
    assert other("PUT", CLOCK, {"speed": 0}).status == 200
    assert own_server.steward("user", "admin", other.email, "--off").returncode == 0
    assert other("PUT", CLOCK, {"speed": 1}).code == "not-admin"
    assert own_server.steward("user", "admin", "nobody@example.com").returncode == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad-clock-change"),
        ({"real": True, "speed": 1}, "bad-clock-change"),
        ({"time": THEN, "step_seconds": 1}, "bad-clock-change"),
        ({"time": "1999-12-31T00:00:00Z"}, "clock-out-of-range"),
        ({"step_seconds": "1e19"}, "invalid-number"),
        ({"step_seconds": 9999999999}, "clock-out-of-range"),
        ({"speed": -1}, "invalid-speed"),
        ({"speed": 1000001}, "invalid-speed"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(admin: Person, body: object, code: str) -> None:
    before = admin("GET", CLOCK).json["version"]
    answer = admin("PUT", CLOCK, body)
    assert (answer.status, answer.code) == (422, code)
    assert admin("GET", CLOCK).json["version"] == before


def test_a_calendar_says_what_a_market_does_by_this_clock(admin: Person, other: Person) -> None:
    def now() -> tuple[str, ...]:
        found = other("GET", "/api/v1/exchange/calendars/XNYS?from=2026-07-15&to=2026-07-15").json
        assert found["zone"] == "America/New_York"
        assert found["sessions"] == [
            {
                "day": "2026-07-15",
                "gathers_at": "2026-07-15T13:20:00.000000Z",
                "opens_at": "2026-07-15T13:30:00.000000Z",
                "calls_at": "2026-07-15T19:59:00.000000Z",
                "closes_at": "2026-07-15T20:00:00.000000Z",
                "early": False,
            }
        ]
        return found["status"], found["next_open"][:10], found["next_close"][:10]

    assert admin("PUT", CLOCK, {"time": THEN, "speed": 0}).status == 200
    assert now() == ("opening", "2026-07-15", "2026-07-15")
    for step, expected in ((1, "continuous"), (23_340, "closing"), (60, "closed")):
        assert admin("PUT", CLOCK, {"step_seconds": step}).status == 200
        assert now()[0] == expected
    assert now() == ("closed", "2026-07-16", "2026-07-16")


def test_a_calendar_is_asked_for_some_days(other: Person) -> None:
    path = "/api/v1/exchange/calendars"
    year = other("GET", f"{path}/XLON?from=2026-01-01&to=2026-12-31").json["sessions"]
    assert (len(year), [one["day"] for one in year if one["early"]]) == (253, ["2026-12-24", "2026-12-31"])
    assert other("GET", f"{path}/XETR?to=2026-05-04").json["sessions"][-1]["day"] == "2026-05-04"
    assert other("GET", f"{path}/24%2F7").json["next_open"] is None
    assert len(other("GET", f"{path}/24%2F7").json["sessions"]) == 31
    assert other("GET", f"{path}/XMOON").code == "calendar-not-found"
    for query, code in (
        ("from=2026-01-02&to=2026-01-01", "period-reversed"),
        ("from=2026-01-01&to=2027-01-02", "period-too-long"),
        ("from=1999-12-31", "date-out-of-range"),
        ("to=2100-01-01", "date-out-of-range"),
    ):
        assert other("GET", f"{path}/XNYS?{query}").code == code
