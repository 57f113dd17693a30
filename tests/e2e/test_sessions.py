"""A session that ends in the middle of an edit loses nothing, and shows nothing to somebody else."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.runs import desk, once
from tests.people import PASSWORD, Person

pytestmark = [once, desk]


def begun(page: Page, person: Person) -> Locator:
    """Fill a transaction, whose session ends before it is sent."""
    made = person.made("/api/v1/portfolios", {"name": "Secret savings"})["id"]
    page.goto(f"/app/portfolios/{made}")
    page.get_by_role("button", name="Add a deposit").click()
    dialog = page.get_by_role("dialog", name="Add a transaction")
    dialog.get_by_label(re.compile("^Amount")).fill("123.45")
    dialog.get_by_label("Note").fill("not to be seen")
    page.context.clear_cookies()
    dialog.get_by_role("button", name="Record").click()
    return page.get_by_role("dialog", name="Sign in to go on")


def entered(door: Locator, email: str) -> None:
    door.get_by_label("E-mail or username").fill(email)
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in").click()


def test_who_signs_in_again_goes_on_with_what_was_begun(page: Page, signed_in: Person) -> None:
    door = begun(page, signed_in)
    expect(door.get_by_label("E-mail or username")).to_have_value(signed_in.email)
    entered(door, signed_in.email)
    expect(page.get_by_role("dialog")).to_have_count(0)
    # The same attempt went on: it is recorded once.
    expect(page.locator(".big-figure")).to_have_text("$123.45")


def test_what_was_begun_is_there_when_the_tab_is_loaded_again(page: Page, signed_in: Person) -> None:
    door = begun(page, signed_in)
    expect(door).to_be_visible()
    page.reload()
    page.get_by_label("E-mail or username").fill(signed_in.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Add a deposit").click()
    dialog = page.get_by_role("dialog", name="Add a transaction")
    expect(dialog.get_by_text("Your unsent entries are back.")).to_be_visible()
    expect(dialog.get_by_label("Note")).to_have_value("not to be seen")


def test_somebody_else_sees_nothing_of_it_in_any_tab(page: Page, signed_in: Person, bob: Person) -> None:
    door = begun(page, signed_in)
    other = page.context.new_page()
    page.context.add_cookies(
        [{"name": "access_token", "value": signed_in.token, "url": signed_in.url, "httpOnly": True}]
    )
    other.goto("/app/portfolios")
    expect(other.get_by_role("link", name="Secret savings")).to_be_visible()
    entered(door, bob.email)
    for tab in (page, other):
        expect(tab.get_by_role("button", name="Make the first portfolio")).to_be_visible()
        expect(tab.get_by_text("Secret savings")).to_have_count(0)
        assert "not to be seen" not in tab.evaluate("() => JSON.stringify({...sessionStorage})")
    other.close()
