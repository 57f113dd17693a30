"""The app comes up in a browser, from this server alone, under a policy that allows nothing else."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.looking import CONTRAST, Watch, findings, overflowing
from tests.people import Person
from tests.servers import Server


def test_a_browser_at_the_root_comes_to_the_app(page: Page, look: Callable[[str], None]) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/app/"))
    expect(page.get_by_role("main")).to_be_visible()
    look("first")


def test_the_document_is_asked_again_and_its_files_are_kept(page: Page) -> None:
    with page.expect_response(lambda response: "/app/assets/" in response.url) as asked:
        document = page.goto("/app/")
    assert document is not None
    assert document.status == 200
    assert document.headers["cache-control"] == "no-cache"
    assert document.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in document.headers["content-security-policy"]
    assert asked.value.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.locator("script:not([src]), style").count() == 0


def test_a_page_asks_as_the_person_whose_cookie_no_script_sees(page: Page, signed_in: Person) -> None:
    page.goto("/app/")
    expect(page.get_by_role("main")).to_be_visible()
    asked = "() => fetch('/api/v1/auth/me').then((answer) => answer.json())"
    assert page.evaluate(asked)["user"]["email"] == signed_in.email
    assert "access_token" not in page.evaluate("() => document.cookie")


def test_the_watch_notices_what_a_policy_stops_and_another_host(page: Page, server: Server) -> None:
    with page.context.new_page() as other:
        watch = Watch(other, server.url)
        other.goto("/app/")
        expect(other.get_by_role("main")).to_be_visible()
        assert watch.seen == []
        other.evaluate(
            "() => document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
        )
        other.evaluate("() => fetch('http://other.example/').catch(() => null)")
        other.evaluate("() => fetch('/api/v1/portfolios')")
        other.wait_for_timeout(100)
        told = "\n".join(watch.seen)
        assert "violates the following Content Security Policy directive 'script-src 'self''" in told
        assert "other.example" in told
        assert "portfolios" not in told
        assert "401" not in told


def test_axe_is_run_in_the_page(page: Page) -> None:
    page.goto("/app/")
    expect(page.get_by_role("main")).to_be_visible()
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    (found,) = findings(page)
    assert found.startswith("button-name (critical): Buttons must have discernible text")
    assert findings(page, CONTRAST) == []
    page.evaluate("() => { document.querySelector('main h1').style.color = 'silver'; }")
    (found,) = findings(page, CONTRAST)
    assert found.startswith("color-contrast (serious)")


def test_what_is_wider_than_a_window_is_found(page: Page) -> None:
    page.goto("/app/")
    expect(page.get_by_role("main")).to_be_visible()
    assert overflowing(page) == []
    page.evaluate("() => document.querySelector('main').append(document.createElement('hr'))")
    page.evaluate("() => { document.querySelector('main > hr').style.width = '2000px'; }")
    assert any("<hr" in one for one in overflowing(page))


def test_the_app_opens_without_a_network_once_it_has_been_there(page: Page) -> None:
    # A page of its own: without a network every request is an error of the console.
    with page.context.new_page() as other:
        other.goto("/app/")
        expect(other.get_by_role("main")).to_be_visible()
        other.evaluate("() => navigator.serviceWorker.ready")
        kept = "() => caches.match('/app/').then((answer) => answer !== undefined)"
        other.wait_for_function(kept)
        other.context.set_offline(True)
        other.goto("/app/account")
        expect(other.locator("#root")).not_to_be_empty()
        assert other.evaluate("() => document.styleSheets[0].cssRules.length") > 0
        other.context.set_offline(False)
