"""Orders that hang together, follow the market or hide; and a ticket for which no mouse is needed."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.runs import desk, once, phone
from tests.people import Person

BOOK = {"security": "AAPL", "venue": "book", "time_in_force": "gtc", "type": "limit"}


@pytest.fixture
def holder(signed_in: Person, bob: Person) -> int:
    """Give a portfolio that has bought 6 units from somebody who asks for more."""
    accounts = []
    for person in (signed_in, bob):
        made = person.made("/api/v1/portfolios", {"name": "Desk"})["id"]
        terms = {"kind": "margin", "starting_balance": "100000"}
        assert person("PUT", f"/api/v1/portfolios/{made}/account", terms).status == 201
        accounts.append(made)
    ask = {**BOOK, "portfolio_id": accounts[1], "side": "sell", "qty": 9, "limit_price": 101}
    bob.made("/api/v1/orders", ask)
    signed_in.made("/api/v1/orders", {**ask, "portfolio_id": accounts[0], "side": "buy", "qty": 6})
    return int(accounts[0])


def opened(page: Page, portfolio: int) -> None:
    page.goto(f"/app/trade?portfolio={portfolio}&venue=book&symbol=AAPL")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()


def placed(page: Page, side: str, entries: dict[str, str]) -> None:
    """Fill the ticket by its labels, look it over, and place what it says."""
    ticket = page.get_by_role("form", name="Order", exact=True)
    ticket.get_by_text(side, exact=True).click()
    for label, value in entries.items():
        field = ticket.get_by_label(label, exact=True)
        if field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    ticket.get_by_role("button", name=re.compile("^Review")).click()
    page.get_by_role("dialog").get_by_role("button", name=f"{side} AAPL").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def waiting(page: Page, name: str) -> Locator:
    """Give the rows of open orders of which the words are part."""
    orders = page.get_by_role("table", name="Open orders")
    return orders.get_by_role("row").filter(has_text=name)


@once
@phone
def test_orders_that_hang_together_follow_and_hide_are_placed_and_seen(page: Page, holder: int) -> None:
    opened(page, holder)
    exits = {"Exits": "Two exits of a position (OCO)", "Quantity": "1"}
    placed(page, "Sell", {**exits, "Take profit at": "120", "Stop loss at": "90"})
    expect(waiting(page, "Sell 1 AAPL, Limit 120.00")).to_have_count(1)
    expect(waiting(page, "Sell 1 AAPL, Stop 90.00")).to_have_count(1)
    trail = {"Exits": "No exits", "Type": "Trailing stop", "Quantity": "2"}
    placed(page, "Sell", {**trail, "Trail, in percent": "5"})
    expect(waiting(page, "Sell 2 AAPL, Trailing stop 5 %")).to_contain_text("Waits for the price")
    placed(page, "Sell", {**trail, "Trail by": "Amount", "Trail, as an amount": "4.50"})
    expect(waiting(page, "Sell 2 AAPL, Trailing stop 4.50")).to_have_count(1)
    page.get_by_text("More terms").click()
    hidden = {"Type": "Limit", "Quantity": "10", "Limit price": "98", "Show only (iceberg)": "2"}
    placed(page, "Buy", hidden)
    expect(waiting(page, "Buy 10 AAPL, Limit 98.00")).to_contain_text("Working")
    # Everybody sees of it what it shows.
    level = page.get_by_role("row").filter(
        has=page.get_by_role("button", name=re.compile("^98.00: take over"))
    )
    expect(level.get_by_title("2", exact=True)).to_be_visible()
    bracket = {"Type": "Limit", "Quantity": "1", "Limit price": "97", "Exits": "Take profit and stop loss"}
    placed(page, "Buy", {**bracket, "Take profit at": "120", "Stop loss at": "90"})
    expect(page.get_by_text("Waits for its entry")).to_have_count(2)
    # One of two exits goes, and the other with it.
    waiting(page, "Sell 1 AAPL, Limit 120.00").filter(has_text="Working").get_by_role(
        "button", name=re.compile("^Cancel")
    ).click()
    expect(waiting(page, "Sell 1 AAPL, Stop 90.00").filter(has_text="Waits for the price")).to_have_count(0)


@once
@desk
def test_an_order_is_placed_replaced_and_cancelled_by_keys_alone(page: Page, holder: int) -> None:
    opened(page, holder)
    keys = page.keyboard
    keys.press("s")
    expect(page.get_by_role("button", name="Review sale")).to_be_visible()
    keys.press("b")
    keys.press("q")
    keys.type("3")
    for _ in range(2):
        keys.press("Shift+Tab")
    expect(page.get_by_label("Type", exact=True)).to_be_focused()
    keys.type("Limit")
    price = page.get_by_label("Limit price")
    for _ in range(8):
        keys.press("Tab")
        if price.evaluate("(one) => one === document.activeElement"):
            break
    keys.type("95.50")
    keys.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Buy AAPL")).to_be_focused()
    keys.press("Enter")
    mine = waiting(page, "Buy 3 AAPL, Limit 95.50")
    expect(mine).to_be_visible()
    mine.get_by_role("button", name=re.compile("^Replace")).focus()
    keys.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Quantity", exact=True)).to_be_focused()
    keys.type("4")
    keys.press("Enter")
    other = waiting(page, "Buy 4 AAPL, Limit 95.50")
    expect(other).to_be_visible()
    other.get_by_role("button", name=re.compile("^Cancel")).focus()
    keys.press("Enter")
    expect(page.get_by_text("No open orders")).to_be_visible()
