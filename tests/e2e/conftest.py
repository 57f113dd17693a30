"""Fixtures: one chromium for the whole run, and a page in it at the width of a desk and of a phone."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.looking import Watch, looked_at
from tests.people import Person
from tests.servers import Server

WIDTHS = {"desk": (1280, 800), "phone": (390, 844)}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
WAIT_MILLISECONDS = 10_000


@pytest.fixture(scope="session")
def server_settings() -> dict[str, str]:
    """Have prices that move, as in the demo."""
    return {"PRICE_SOURCE": "simulated"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the chromium of the machine; Playwright would download one of its own otherwise."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        raise RuntimeError("no chromium: apt-get install chromium")
    # Chromium refuses to put root into a sandbox.
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, chromium: Browser, server: Server) -> Iterator[Page]:
    """Give a page of a browser that was never here; the test fails on an error in its console.

    Its addresses begin at the server: `page.goto("/app/")`.
    """
    width, height = WIDTHS[request.param]
    context = chromium.new_context(
        base_url=server.url,
        viewport={"width": width, "height": height},
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="UTC",
    )
    context.set_default_timeout(WAIT_MILLISECONDS)
    opened = context.new_page()
    watch = Watch(opened, server.url)
    yield opened
    context.close()
    assert watch.seen == []


@pytest.fixture
def signed_in(page: Page, alice: Person) -> Person:
    """Give somebody who is signed in on the page; what they have is made through the API."""
    return entered(page, alice)


@pytest.fixture
def administrator(page: Page, first: Person) -> Person:
    """Give the administrator, signed in on the page."""
    return entered(page, first)


def entered(page: Page, person: Person) -> Person:
    """Sign somebody in on the page, and give them."""
    page.context.add_cookies(
        [{"name": "access_token", "value": person.token, "url": person.url, "httpOnly": True}]
    )
    return person


@pytest.fixture
def look(page: Page, engine: str) -> Callable[[str], None]:
    """Give what checks the page as it is now with axe, in both themes, and keeps pictures under a name."""
    # The same page by the other database would look the same: there only what it does is walked through.
    return partial(looked_at, page) if engine == "sqlite" else lambda _name: None
