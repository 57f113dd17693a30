"""The admin page: people, price sources, the exchange, health; and who does not get to see it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.people import PASSWORD, Person

CLOCK = "/api/v1/exchange/clock"


@pytest.fixture
def real_time(administrator: Person) -> Iterator[None]:
    """Leave the clock of the exchange as it was."""
    yield
    assert administrator("PUT", CLOCK, {"real": True, "reset": True}).status == 200


def opened(page: Page, tab: str) -> None:
    page.goto(f"/app/admin?tab={tab}")
    expect(page.get_by_role("tabpanel")).to_be_visible()


def as_high_as_the_page(page: Page, look: Callable[[str], None], name: str) -> None:
    # axe counts what lies under the bar at the bottom as too small.
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({**size, "height": 2_800})
    look(name)
    page.set_viewport_size(size)


def test_an_administrator_comes_to_the_page_and_sees_who_is_here(
    page: Page, administrator: Person, look: Callable[[str], None]
) -> None:
    known = {"username": "<b>Zoë</b> " + "of a very long name " * 3, "password": PASSWORD}
    assert administrator("POST", "/api/v1/users", known).status in (201, 409)
    page.goto("/app/account")
    if page.viewport_size == {"width": 1280, "height": 800}:
        page.get_by_role("navigation").get_by_role("link", name="Admin").click()
    else:
        page.get_by_label("Account menu").click()
        page.get_by_role("link", name="Admin").click()
    expect(page.get_by_role("heading", name="Admin")).to_be_focused()
    table = page.get_by_role("table", name="People")
    expect(table.get_by_role("rowheader").filter(has_text="<b>Zoë</b>")).to_be_visible()
    look("admin-people")
    page.get_by_label("Filter: People").fill(administrator.email)
    row = table.get_by_role("row", name=re.compile(f"^{re.escape(administrator.email)}.*Administrator"))
    expect(row).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(2)


def test_somebody_else_sees_neither_the_link_nor_anything_of_it(
    page: Page, signed_in: Person, look: Callable[[str], None]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/app/account")
    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    page.get_by_label("Account menu").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("link", name="Admin")).to_have_count(0)
    page.goto("/app/admin?tab=exchange")
    expect(page.get_by_text("This page is for administrators.")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)
    look("admin-refused")
    assert not [url for url in asked if "/api/v1/admin" in url or "/exchange/" in url or "/health" in url]
    assert signed_in("GET", "/api/v1/admin/users").code == "not-admin"


def test_sources_of_prices_say_how_old_they_are(
    page: Page, administrator: Person, look: Callable[[str], None]
) -> None:
    newest = administrator("GET", "/api/v1/admin/sources").json["rates"][0]["newest"]
    opened(page, "sources")
    expect(page.get_by_role("heading", name=re.compile("^Simulated market"))).to_be_visible()
    expect(page.locator(f"time[datetime='{newest}']")).to_be_visible()
    expect(page.get_by_text("it is at most 7 days older")).to_be_visible()
    look("admin-sources")


def test_health_is_told_in_words(page: Page, administrator: Person, look: Callable[[str], None]) -> None:
    assert administrator
    opened(page, "health")
    expect(page.get_by_text("Everything is well.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="The database answers")).to_contain_text("Well")
    expect(page.get_by_text("Requests answered")).to_be_visible()
    look("admin-health")


def test_what_is_not_well_is_told_too(page: Page, administrator: Person) -> None:
    assert administrator
    # A page of its own: a refused answer is an error of the console.
    with page.context.new_page() as other:
        wrong = '{"errors":["The price source has no prices."],"warnings":["Something new."]}'
        other.route("**/health", lambda route: route.fulfill(status=503, json=None, body=wrong, headers=JSON))
        other.route("**/metrics", lambda route: route.fulfill(status=404, body="nothing here"))
        other.goto("/app/admin?tab=health")
        expect(other.get_by_text("Something is wrong.")).to_be_visible()
        row = other.get_by_role("listitem")
        expect(row.filter(has_text="The price source has no prices.")).to_contain_text("Error")
        expect(row.filter(has_text="Something new.")).to_contain_text("Warning")
        expect(row.filter(has_text="The database answers")).to_contain_text("Well")
        expect(other.get_by_text("The numbers cannot be read from here")).to_be_visible()


JSON = {"content-type": "application/json"}


@pytest.mark.usefixtures("real_time")
def test_the_clock_is_set_stepped_and_set_back(page: Page, administrator: Person) -> None:
    opened(page, "exchange")
    expect(page.get_by_text("Real time")).to_be_visible()
    page.get_by_role("button", name="Set the clock").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Time (UTC)").fill("2026-07-15T13:29")
    dialog.get_by_label("Speed").fill("-1")
    dialog.get_by_label("It may go back").check()
    dialog.get_by_role("button", name="Set the clock").click()
    expect(dialog.get_by_label("Speed")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Speed").fill("0")
    dialog.get_by_role("button", name="Set the clock").click()
    expect(page.get_by_text("It stands still.")).to_be_visible()
    expect(page.locator("time[datetime='2026-07-15T13:29:00.000Z']")).to_be_visible()
    page.get_by_label("Forward by").select_option("1 day")
    page.get_by_role("button", name="Step").click()
    expect(page.locator("time[datetime='2026-07-16T13:29:00.000Z']")).to_be_visible()
    # By this clock New York is about to open.
    expect(page.get_by_text("Opening auction", exact=True)).to_be_visible()
    page.get_by_role("button", name="Set the clock").click()
    dialog.get_by_text("Real time").click()
    dialog.get_by_label("It may go back").check()
    dialog.get_by_role("button", name="Set the clock").click()
    expect(dialog).to_have_count(0)
    assert administrator("GET", CLOCK).json["real"] is True


def test_a_symbol_is_listed_halted_and_trades_again(
    page: Page, administrator: Person, look: Callable[[str], None]
) -> None:
    opened(page, "exchange")
    page.get_by_label("Filter: Listings").fill("zeta")
    page.get_by_text("24/7", exact=True).first.click()
    page.get_by_role("button", name="List a symbol").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Symbol").fill("zeta")
    dialog.get_by_label("Tick").fill("0")
    dialog.get_by_role("button", name="Save the listing").click()
    expect(dialog.get_by_label("Tick")).to_have_attribute("aria-invalid", "true")
    look("admin-listing-wrong")
    dialog.get_by_label("Tick").fill("0.05")
    dialog.get_by_role("button", name="Save the listing").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Halt ZETA, Book").click()
    row = page.get_by_role("table", name="Listings").get_by_role("row", name=re.compile("^ZETA"))
    expect(row).to_contain_text("Halted")
    page.get_by_label("Filter: Listings").fill("")
    page.get_by_text("XLON", exact=True).click()
    expect(page.get_by_text("Europe/London")).to_be_visible()
    as_high_as_the_page(page, look, "admin-exchange")
    page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("Open")
    page.get_by_role("button", name="Change ZETA, Book").click()
    expect(dialog.get_by_label("Tick")).to_have_value("0.05")
    dialog.get_by_label("Per order").fill("1.25")
    dialog.get_by_role("button", name="Save the listing").click()
    expect(dialog).to_have_count(0)
    found = administrator("GET", "/api/v1/exchange/listings").json
    (kept,) = (one for one in found if one["symbol"] == "ZETA")
    assert (str(kept["tick"]), str(kept["fees"]["per_order"])) == ("0.05", "1.25")
