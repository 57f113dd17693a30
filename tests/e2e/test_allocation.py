"""What the net worth is in: what is recorded of instruments divides it, on Home and in a portfolio."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.people import Person

BEGUN = "2026-01-05"
CLASSED = {
    "AAPL": {"kind": "stock", "sector": "Technology", "country": "US"},
    "MSFT": {"kind": "stock", "sector": "Technology", "country": "US"},
    "VTI": {"kind": "etf", "country": "IE"},
}
BOUGHT = (("AAPL", "12", "250"), ("MSFT", "8", "430"), ("VTI", "20", "300"), ("BTC", "0.05", "90000"))


@pytest.fixture
def invested(signed_in: Person) -> int:
    """Give a portfolio of shares, a fund, a coin of which nothing is recorded, and cash."""
    portfolio: int = signed_in.made("/api/v1/portfolios", {"name": "Spread", "base_currency": "USD"})["id"]
    for symbol, terms in CLASSED.items():
        assert signed_in("PUT", f"/api/v1/instruments/{symbol}", {"currency": "USD", **terms}).status == 200
    path = f"/api/v1/portfolios/{portfolio}/transactions"
    signed_in.made(path, {"kind": "deposit", "trade_date": BEGUN, "gross_amount": "25000"})
    for symbol, quantity, price in BOUGHT:
        bought = {"kind": "buy", "trade_date": BEGUN, "symbol": symbol, "quantity": quantity, "price": price}
        signed_in.made(path, bought)
    return portfolio


def test_what_an_instrument_is_divides_the_portfolio_at_once(
    page: Page, signed_in: Person, invested: int, look: Callable[[str], None]
) -> None:
    page.goto("/app/data/symbol?symbol=BTC")
    page.get_by_role("button", name="Record an instrument").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Sector").fill("x" * 65)
    dialog.get_by_label("Country").select_option("Switzerland")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".field-error")).to_contain_text("1 to 64 characters")
    dialog.get_by_label("Sector").fill("<b>Coins</b>")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("<b>Coins</b>")).to_be_visible()
    expect(page.get_by_text("Switzerland")).to_be_visible()

    page.goto(f"/app/portfolios/{invested}")
    division = page.get_by_role("combobox", name="Divided by")
    division.select_option("Sector")
    slices = page.get_by_role("table", name="Sector")
    expect(slices.get_by_role("rowheader")).to_have_count(4)
    for name in ("Technology", "<b>Coins</b>", "No sector recorded", "Cash"):
        expect(slices.get_by_text(name)).to_be_visible()
    look("portfolio-by-sector")
    division.select_option("Country")
    expect(page.get_by_role("table", name="Country").get_by_text("United States")).to_be_visible()
    division.select_option("Class")
    expect(page.get_by_role("table", name="Class").get_by_text("ETFs")).to_be_visible()
    division.select_option("Currency")
    slices = page.get_by_role("table", name="Currency")
    expect(slices.get_by_role("rowheader")).to_have_count(1)
    expect(slices).to_contain_text("100.00%")
    slices.get_by_role("link").last.click()
    expect(page.get_by_role("tree")).to_be_visible()
    expect(page.get_by_role("treeitem").first).to_contain_text("$")


def test_home_is_divided_in_the_same_ways(
    page: Page, signed_in: Person, invested: int, look: Callable[[str], None]
) -> None:
    assert invested
    page.goto("/app/")
    division = page.get_by_role("combobox", name="Divided by")
    division.select_option("Country")
    expect(page.get_by_text("Ireland")).to_be_visible()
    expect(page.get_by_role("link", name="Sectors and countries are recorded")).to_be_visible()
    look("home-by-country")
    division.select_option("Class")
    expect(page.get_by_text("No class recorded")).to_be_visible()
    page.locator(".home-weight a").first.click()
    expect(page).to_have_url(re.compile(r"allocation\.by_class\.cash\.weight"))
    expect(page.get_by_role("tree")).to_be_visible()
