"""Two tabs change the same thing: the second is told, sees what stands now, and keeps what was typed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.runs import desk, once
from tests.people import Person

pytestmark = [once, desk]


@pytest.fixture
def other(page: Page) -> Iterator[Page]:
    """Give another tab of the same browser, which does not notice by itself what happens in the first."""
    opened = page.context.new_page()
    yield opened
    opened.close()


def test_a_portfolio_renamed_in_two_tabs(page: Page, other: Page, signed_in: Person) -> None:
    made = signed_in.made("/api/v1/portfolios", {"name": "Savings"})["id"]
    for tab in (page, other):
        tab.goto(f"/app/portfolios/{made}")
        tab.get_by_role("button", name="Settings").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Holidays")
    dialog.get_by_label("Which units a sale takes").select_option("average")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Holidays")).to_be_visible()
    late = other.get_by_role("dialog")
    late.get_by_label("Name").fill("Rainy day")
    late.get_by_role("button", name="Save").click()
    expect(late.get_by_role("alert")).to_contain_text("changed elsewhere")
    expect(late.locator(".field-error")).to_have_text("Stands there now: Holidays")
    expect(late.get_by_label("Name")).to_have_value("Rainy day")
    late.get_by_role("button", name="Save").click()
    expect(other.get_by_role("heading", name="Rainy day")).to_be_visible()
    # What only the first has changed stays as the first has it.
    kept = signed_in("GET", f"/api/v1/portfolios/{made}").json
    assert (kept["name"], kept["cost_method"]) == ("Rainy day", "average")


def test_a_transaction_corrected_in_two_tabs(page: Page, other: Page, signed_in: Person) -> None:
    made = signed_in.made("/api/v1/portfolios", {"name": "Savings"})["id"]
    path = f"/api/v1/portfolios/{made}/transactions"
    signed_in.made(path, {"kind": "deposit", "trade_date": "2026-01-05", "gross_amount": "100"})
    for tab in (page, other):
        tab.goto(f"/app/portfolios/{made}?view=transactions")
        tab.get_by_role("table", name="Transactions").locator("tbody tr").click()
        tab.get_by_role("dialog").get_by_role("button", name="Correct").click()
    dialog, late = page.get_by_role("dialog"), other.get_by_role("dialog")
    dialog.get_by_label(re.compile("^Amount")).fill("200")
    dialog.get_by_role("button", name="Record the correction").click()
    expect(dialog).to_have_count(0)
    late.get_by_label(re.compile("^Amount")).fill("300")
    late.get_by_role("button", name="Record the correction").click()
    expect(late.get_by_role("status")).to_contain_text("corrected elsewhere meanwhile")
    expect(late.get_by_role("status").get_by_text("$200.00").first).to_be_visible()
    expect(late.get_by_label(re.compile("^Amount"))).to_have_value("300")
    late.get_by_role("button", name="Record the correction").click()
    expect(late).to_have_count(0)
    standing = [one for one in signed_in("GET", path).json if not (one["reversed_by"] or one["reverses"])]
    assert [int(one["gross_amount"]) for one in standing] == [300]


def test_an_order_amended_in_one_tab_and_cancelled_in_another(
    page: Page, other: Page, signed_in: Person
) -> None:
    made = signed_in.made("/api/v1/portfolios", {"name": "Desk"})["id"]
    order = {"security": "AAPL", "side": "buy", "qty": "4", "portfolio_id": made}
    signed_in.made("/api/v1/orders", order)
    for tab in (page, other):
        tab.goto(f"/app/trade?portfolio={made}&venue=manual&symbol=AAPL")
        tab.get_by_role("button", name=re.compile("^Amend Buy 4 AAPL")).click()
    dialog, late = page.get_by_role("dialog"), other.get_by_role("dialog")
    dialog.get_by_label("Quantity", exact=True).fill("5")
    dialog.get_by_role("button", name="Amend").click()
    expect(dialog).to_have_count(0)
    late.get_by_label("Quantity", exact=True).fill("6")
    late.get_by_role("button", name="Amend").click()
    expect(late.get_by_role("status")).to_contain_text("It is now: Buy 5 AAPL (Open)")
    expect(late.get_by_label("Quantity", exact=True)).to_have_value("6")
    page.get_by_role("button", name=re.compile("^Cancel Buy 5 AAPL")).click()
    expect(page.get_by_text("No open orders")).to_be_visible()
    late.get_by_role("button", name="Amend").click()
    expect(late.get_by_role("status")).to_contain_text("It is over: Buy 5 AAPL (Cancelled)")
    expect(late.get_by_label("Quantity", exact=True)).to_have_value("6")


def test_an_instrument_that_is_there_already_is_not_written_over_unseen(
    page: Page, other: Page, signed_in: Person
) -> None:
    other.goto("/app/data?tab=instruments")
    other.get_by_role("button", name="Record an instrument").click()
    assert signed_in("PUT", "/api/v1/instruments/ACME", {"currency": "EUR", "name": "Acme"}).status == 200
    dialog = other.get_by_role("dialog")
    dialog.get_by_label("Symbol").fill("ACME")
    dialog.get_by_label("Name").fill("Acme Works")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".field-error")).to_have_text("Stands there now: Acme")
    expect(dialog.get_by_label("Currency")).to_have_value("EUR")
    dialog.get_by_role("button", name="Save").click()
    expect(other.get_by_role("cell", name="Acme Works")).to_be_visible()
    page.goto("/app/data?tab=instruments")
    expect(page.get_by_role("cell", name="Acme Works")).to_be_visible()
