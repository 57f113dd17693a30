"""The trade page: accounts are opened, orders placed, changed, cancelled, and fills come as they happen."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.runs import once
from tests.people import Person

Look = Callable[[str], None]


def _portfolio(person: Person, balance: str | None = "10000") -> int:
    portfolio_id: int = person.made("/api/v1/portfolios", {"name": "Desk", "base_currency": "USD"})["id"]
    if balance is not None:
        opened = person(
            "PUT",
            f"/api/v1/portfolios/{portfolio_id}/account",
            {"kind": "margin", "starting_balance": balance},
        )
        assert opened.status == 201, opened
    return portfolio_id


def _order(person: Person, portfolio_id: int, **terms: object) -> None:
    common = {"portfolio_id": portfolio_id, "security": "AAPL", "venue": "book", "time_in_force": "gtc"}
    person.made("/api/v1/orders", {**common, **terms})


@pytest.fixture
def seller(alice: Person, bob: Person) -> Iterator[int]:
    """Have somebody else bid and ask on the book, and give the portfolio of theirs that asks."""
    bidder, asker = _portfolio(bob, "1000000"), _portfolio(bob, "1000000")
    for step in range(5):
        _order(bob, bidder, side="buy", type="limit", qty=f"{5 + step}", limit_price=f"{99 - step}.50")
        _order(bob, asker, side="sell", type="limit", qty=f"{4 + step}", limit_price=f"{101 + step}.50")
    yield asker
    for person in (alice, bob):
        assert person("DELETE", "/api/v1/orders").status == 200


@pytest.fixture
def look(page: Page, look: Look) -> Look:
    """Look at a page from its top, as it is when it is opened."""

    def from_the_top(name: str) -> None:
        page.evaluate("() => scrollTo(0, 0)")
        look(name)

    return from_the_top


def _opened(page: Page, portfolio_id: int, venue: str = "book") -> None:
    page.goto(f"/app/trade?portfolio={portfolio_id}&venue={venue}&symbol=AAPL")
    expect(page.get_by_role("heading", name="Trade", exact=True)).to_be_visible()


@once
def test_who_has_no_account_opens_one_and_buys_on_paper(page: Page, signed_in: Person, look: Look) -> None:
    portfolio_id = _portfolio(signed_in, None)
    _opened(page, portfolio_id, "paper")
    expect(page.get_by_role("button", name="Open an account")).to_be_visible()
    look("trade-open-account")
    page.get_by_label("Starting balance (USD)").fill("-1")
    page.get_by_role("button", name="Open an account").click()
    expect(page.locator("[aria-invalid=true]")).to_be_focused()
    page.get_by_label("Starting balance (USD)").fill("25000")
    page.get_by_role("button", name="Open an account").click()
    expect(page.get_by_label("Quantity")).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(page.get_by_title("This price is simulated.").first).to_be_visible()
    page.keyboard.press("q")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Place this order?")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_role("row", name=re.compile("Filled"))).to_be_visible()
    page.get_by_role("tab", name="Positions").click()
    expect(page.get_by_role("row", name=re.compile("AAPL.*3"))).to_be_visible()
    look("trade-positions")


def test_orders_meet_on_the_book_and_the_page_follows(
    page: Page, signed_in: Person, bob: Person, seller: int, look: Look
) -> None:
    portfolio_id = _portfolio(signed_in, "50000")
    for price in ("101.50", "102.50", "100"):
        _order(signed_in, portfolio_id, side="buy", type="limit", qty="1", limit_price=price)
    _opened(page, portfolio_id)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.get_by_role("button", name="98.50: take over as limit").click()
    page.get_by_label("Quantity", exact=True).fill("2")
    page.get_by_role("button", name="Review purchase").click()
    page.get_by_role("dialog").get_by_role("button", name="Buy AAPL").click()
    orders = page.get_by_role("table", name="Open orders")
    mine = orders.get_by_role("row", name=re.compile("Buy 2 AAPL, Limit 98.50"))
    expect(mine).to_be_visible()
    look("trade-book")
    # Somebody else sells: the fill is on the page without anybody asking for it.
    _order(bob, seller, side="sell", type="limit", qty="1", limit_price="100")
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_role("row", name=re.compile("Filled.*Buy 1 AAPL, Limit 100.00"))).to_be_visible()
    look("trade-activity")
    page.get_by_role("tab", name=re.compile("Open orders")).click()
    mine.get_by_role("button", name=re.compile("^Replace")).click()
    page.get_by_role("dialog").get_by_label("Limit price").fill("97.505")
    page.get_by_role("dialog").get_by_role("button", name="Replace").click()
    expect(page.get_by_text("A price of AAPL is a multiple of 0.01")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Limit price").fill("97.50")
    page.get_by_role("dialog").get_by_role("button", name="Replace").click()
    other = orders.get_by_role("row", name=re.compile("Buy 2 AAPL, Limit 97.50"))
    expect(other).to_be_visible()
    expect(mine).to_have_count(0)
    other.get_by_role("button", name=re.compile("^Cancel")).click()
    expect(page.get_by_text("No open orders")).to_be_visible()
    page.get_by_role("tab", name="Depth").click()
    expect(page.get_by_role("img", name=re.compile("added up"))).to_be_visible()
    look("trade-depth")


@once
def test_the_ticket_shows_what_fits_and_says_what_is_wrong(
    page: Page, signed_in: Person, seller: int, look: Look
) -> None:
    _opened(page, _portfolio(signed_in, "1000"))
    ticket = page.get_by_role("form", name="Order")
    ticket.get_by_label("Type").select_option("trailing_stop")
    expect(ticket.get_by_label("Trail, in percent")).to_be_visible()
    expect(ticket.get_by_label("Limit price")).to_have_count(0)
    expect(ticket.get_by_label("Good for")).not_to_contain_text("Opening auction")
    ticket.get_by_label("Type").select_option("limit")
    ticket.get_by_label("Exits").select_option("bracket")
    for label, value in (
        ("Quantity", "2"),
        ("Limit price", "98"),
        ("Take profit at", "90"),
        ("Stop loss at", "95"),
    ):
        ticket.get_by_label(label, exact=True).fill(value)
    ticket.get_by_role("button", name="Review purchase").click()
    look("trade-review")
    page.keyboard.press("Enter")
    expect(ticket.get_by_label("Take profit at")).to_be_focused()
    look("trade-refused")
    ticket.get_by_label("Take profit at").fill("120")
    ticket.get_by_role("button", name="Review purchase").click()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Waits for its entry")).to_have_count(2)
    page.get_by_role("button", name="Cancel all").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel all").click()
    expect(page.get_by_text("No open orders")).to_be_visible()


@once
def test_by_hand_an_order_is_executed_by_its_owner(page: Page, signed_in: Person, look: Look) -> None:
    _opened(page, _portfolio(signed_in, None), "manual")
    page.get_by_label("Quantity").fill("4")
    page.get_by_role("button", name="Review purchase").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Execute Buy 4 AAPL")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Quantity").fill("1")
    dialog.get_by_label("Price").fill("100")
    dialog.get_by_role("button", name="Execute").click()
    expect(page.get_by_text("Partly executed")).to_be_visible()
    look("trade-manual")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    look("trade-shortcuts")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Review sale")).to_be_visible()


@once
def test_a_lost_connection_is_shown_and_what_was_missed_is_told(
    page: Page, signed_in: Person, look: Look
) -> None:
    portfolio_id = _portfolio(signed_in, "1000")
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/exchange/stream", between)
    _opened(page, portfolio_id)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.context.set_offline(True)
    sockets[-1].close(code=1001)
    expect(page.get_by_text("Not live", exact=True)).to_be_visible()
    _order(signed_in, portfolio_id, side="buy", type="limit", qty="1", limit_price="0.50")
    page.context.set_offline(False)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Buy 1 AAPL, Limit 0.50"))).to_be_visible()
