"""A server that fails, answers rubbish or is away: each view says so, and goes on when it is there again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.runs import desk, once
from tests.e2e.test_home import saver
from tests.people import Person

pytestmark = [once, desk]
API = "**/api/v1/**"
VIEWS = (
    "/app/",
    "/app/portfolios",
    *(f"/app/portfolios/{{}}?view={view}" for view in ("overview", "holdings", "transactions")),
    "/app/trade?portfolio={}&venue=manual&symbol=AAPL",
    *(f"/app/data?tab={tab}" for tab in ("instruments", "prices", "missing")),
    "/app/data/symbol?symbol=AAPL",
    "/app/explain?portfolio={}",
    "/app/account",
)


@pytest.fixture
def away(page: Page) -> Iterator[Page]:
    """Give a page on which failures are looked for: each is an error in its console."""
    opened = page.context.new_page()
    yield opened
    opened.close()


def failing(route: Route) -> None:
    """Answer as a proxy does whose server has gone wrong; who is signed in was known before."""
    if route.request.url.endswith("/auth/me"):
        route.continue_()
    else:
        route.fulfill(status=500, content_type="text/html", body="<h1>Bad day</h1>")


def test_each_view_says_that_it_failed_and_tries_again(away: Page, signed_in: Person) -> None:
    portfolio = saver(signed_in)
    for view in VIEWS:
        away.route(API, failing)
        away.goto(view.format(portfolio))
        alert = away.get_by_role("alert").first
        expect(alert).to_contain_text("The server gave an answer that the app does not understand (500).")
        expect(away.get_by_role("heading", level=1)).to_be_visible()
        away.unroute(API)
        # One of them is for all that failed.
        away.get_by_role("button", name="Try again").first.click()
        expect(away.get_by_role("alert")).to_have_count(0)
        expect(away.locator("main")).not_to_contain_text("could not be shown")


@pytest.mark.parametrize("body", ["<html>Welcome to the hotel</html>", "{}", "[1, 2", "null"])
def test_rubbish_leaves_no_page_blank(away: Page, signed_in: Person, body: str) -> None:
    portfolio = saver(signed_in)
    away.route("**/api/v1/*portfolios**", lambda route: route.fulfill(status=200, body=body))
    away.route("**/api/v1/**/holdings**", lambda route: route.fulfill(status=200, body=body))
    for view in ("/app/", "/app/portfolios", f"/app/portfolios/{portfolio}"):
        away.goto(view)
        expect(away.get_by_role("alert")).to_be_visible()
        expect(away.get_by_role("navigation")).to_be_visible()


def test_what_was_read_stays_and_all_goes_on_by_itself(away: Page, signed_in: Person) -> None:
    portfolio = saver(signed_in)
    away.goto("/app/portfolios")
    expect(away.get_by_role("link", name="Savings")).to_be_visible()
    away.context.set_offline(True)
    away.get_by_role("link", name="Savings").click()
    # Not even the page's own code is there; what is on the screen afterwards says so.
    expect(away.get_by_role("alert")).to_contain_text("The server cannot be reached")
    signed_in("PATCH", f"/api/v1/portfolios/{portfolio}", {"name": "Meanwhile"})
    away.context.set_offline(False)
    expect(away.get_by_role("heading", name="Meanwhile")).to_be_visible()
    expect(away.get_by_text("What you see may be old")).to_have_count(0)


def test_a_server_that_is_down_when_the_app_opens_is_waited_for(away: Page, signed_in: Person) -> None:
    saver(signed_in)
    away.route(API, lambda route: route.fulfill(status=503, body="starting"))
    away.goto("/app/portfolios")
    expect(away.get_by_role("alert")).to_contain_text("(503)")
    away.unroute(API)
    expect(away.get_by_role("link", name="Savings")).to_be_visible()


def test_a_form_sent_while_offline_keeps_its_entries_and_acts_once(away: Page, signed_in: Person) -> None:
    away.goto("/app/portfolios")
    away.get_by_role("button", name="New portfolio").click()
    dialog = away.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Rainy day")
    away.context.set_offline(True)
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text("done at most once")
    expect(dialog.get_by_label("Name")).to_have_value("Rainy day")
    away.context.set_offline(False)
    dialog.get_by_role("button", name="Create").click()
    expect(away.get_by_role("heading", name="Rainy day")).to_be_visible()
    assert signed_in("GET", "/api/v1/portfolios").json["pagination_response"]["total_items"] == 1
