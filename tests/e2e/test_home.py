"""Home and Explain: from an empty account to a net worth, and from a number down to a transaction."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.people import Person

BEGUN = "2026-01-05"


def saver(person: Person, name: str = "Savings", currency: str = "USD") -> int:
    """Make a portfolio with a deposit and purchases, one of which nobody has a price of."""
    body = {"name": name, "base_currency": currency}
    portfolio: int = person.made("/api/v1/portfolios", body)["id"]
    path = f"/api/v1/portfolios/{portfolio}/transactions"
    person.made(path, {"kind": "deposit", "trade_date": BEGUN, "gross_amount": "20000"})
    for symbol, quantity, price in (("AAPL", "12", "250"), ("MSFT", "8", "430"), ("NOSUCH1", "3", "10")):
        bought = {"kind": "buy", "trade_date": BEGUN, "symbol": symbol, "quantity": quantity, "price": price}
        person.made(path, bought)
    person.made("/api/v1/orders", {"security": "SPY", "side": "buy", "qty": "3", "portfolio_id": portfolio})
    return portfolio


def test_somebody_new_is_led_to_a_first_portfolio(
    page: Page, signed_in: Person, look: Callable[[str], None]
) -> None:
    assert signed_in.token
    page.goto("/app/")
    begin = page.get_by_role("button", name="Make the first portfolio")
    expect(begin).to_be_visible()
    look("home-welcome")
    begin.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the portfolio").click()
    expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Name").fill("<b>Rainy day</b>")
    dialog.get_by_role("button", name="Make the portfolio").click()
    expect(page.get_by_role("heading", name="Nothing is in here yet")).to_be_visible()
    look("home-empty")


def test_home_tells_where_one_stands_and_every_figure_leads_to_its_explanation(
    page: Page, signed_in: Person, look: Callable[[str], None]
) -> None:
    saver(signed_in)
    page.goto("/app/")
    expect(page.locator(".home-figure a.figure")).to_be_visible()
    expect(page.locator("canvas")).to_have_count(2)
    expect(page.get_by_text("NOSUCH1")).to_be_visible()
    expect(page.get_by_text("SPY")).to_be_visible()
    look("home")
    page.get_by_role("link", name="Trade MSFT").first.click()
    expect(page).to_have_url(re.compile("/trade.*symbol=MSFT"))
    page.go_back()
    page.get_by_text("3M", exact=True).click()
    expect(page).to_have_url(re.compile("range=3m"))
    page.locator(".home-figure a.figure").click()
    expect(page.get_by_role("tree")).to_be_visible()
    expect(page).to_have_url(re.compile("figure=holdings.totals.net_worth"))
    look("explain")


def test_the_tree_is_walked_by_keys_down_to_a_transaction(page: Page, signed_in: Person) -> None:
    portfolio = saver(signed_in)
    page.goto(f"/app/explain?portfolio={portfolio}&figure=holdings.AAPL.quantity")
    root = page.get_by_role("treeitem").first
    root.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("node=0-0"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Quantity")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.locator("[role=treeitem]:focus")).to_have_count(1)


def test_a_figure_that_there_is_not_is_refused_in_words(page: Page, signed_in: Person) -> None:
    assert signed_in.token
    page.goto("/app/explain?figure=holdings.totals.luck")
    expect(page.get_by_role("alert")).to_contain_text("There is no such figure")


def test_portfolios_in_two_currencies_ask_which_one_to_tell(page: Page, signed_in: Person) -> None:
    saver(signed_in)
    saver(signed_in, "Europe", "EUR")
    page.goto("/app/")
    page.get_by_role("button", name="USD").click()
    expect(page.locator(".home-figure a.figure")).to_be_visible()
    page.get_by_role("combobox", name="Portfolio").select_option("Europe")
    expect(page).to_have_url(re.compile("portfolio="))
