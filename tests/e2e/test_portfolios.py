"""Portfolios in the browser: from nothing to a valuation, and every view of one that has a past."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.people import Person

Look = Callable[[str], None]


def entered(form: Locator, **entries: str) -> None:
    """Fill the fields of a form by their labels."""
    for label, value in entries.items():
        form.get_by_label(label.replace("_", " "), exact=True).fill(value)


def tab(page: Page, name: str) -> None:
    """Open a view of the portfolio."""
    page.get_by_role("tab", name=name).click()


def ago(days: int) -> str:
    """Give a day before today."""
    today: date = datetime.now(UTC).date()
    return (today - timedelta(days=days)).isoformat()


@pytest.fixture
def saved(signed_in: Person) -> int:
    """Give a portfolio with a year of everything: deposits, trades, income, fees, and what has no price."""
    made = signed_in.made("/api/v1/portfolios", {"name": "Long run", "base_currency": "USD"})
    rows: list[dict[str, Any]] = [
        {"kind": "deposit", "trade_date": ago(400), "gross_amount": "60000"},
        {
            "kind": "buy",
            "trade_date": ago(390),
            "symbol": "AAPL",
            "quantity": "40",
            "price": "251.2",
            "fee": "4.95",
        },
        {"kind": "buy", "trade_date": ago(300), "symbol": "MSFT", "quantity": "30", "price": "470"},
        {"kind": "buy", "trade_date": ago(250), "symbol": "VTI", "quantity": "42.5", "price": "330.11"},
        {
            "kind": "buy",
            "trade_date": ago(200),
            "symbol": "BTC",
            "quantity": "0.123456789012345678",
            "price": "88000",
        },
        {
            "kind": "sell",
            "trade_date": ago(90),
            "symbol": "AAPL",
            "quantity": "10",
            "price": "262",
            "fee": "4.95",
        },
        {"kind": "interest", "trade_date": ago(20), "gross_amount": "12.4", "tax": "3.1"},
        {"kind": "fee", "trade_date": ago(15), "gross_amount": "9.99", "note": "<b>custody</b>"},
        {"kind": "buy", "trade_date": ago(10), "symbol": "HUT", "quantity": "12", "price": "40"},
        {"kind": "withdrawal", "trade_date": ago(5), "gross_amount": "1500"},
    ]
    rows += [
        {"kind": "dividend", "trade_date": ago(days), "symbol": "MSFT", "gross_amount": "24.9", "tax": "3.73"}
        for days in (280, 190, 100, 12)
    ]
    signed_in.made(f"/api/v1/portfolios/{made['id']}/transactions/batch", {"transactions": rows})
    return int(made["id"])


def test_from_nothing_to_a_valuation(page: Page, signed_in: Person, look: Look) -> None:
    page.goto("/app/portfolios")
    expect(page.get_by_text("No portfolio yet")).to_be_visible()
    look("portfolios-none")
    page.get_by_role("button", name="New portfolio").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.locator(".field-error")).to_be_visible()
    entered(dialog, Name="<i>Rainy day</i>")
    look("portfolio-new")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="<i>Rainy day</i>")).to_be_visible()
    look("portfolio-first-steps")
    page.get_by_role("button", name="Add a deposit").click()
    dialog.get_by_label(re.compile("^Amount")).fill("10000")
    dialog.get_by_role("button", name="Record").click()
    expect(page.locator(".big-figure")).to_have_text("$10,000.00")
    page.get_by_role("button", name="Add a transaction").click()
    entered(dialog, Symbol="AAPL", Quantity="4", Price_per_unit="two")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog.locator(".field-error")).to_have_text(re.compile("plain decimal digits"))
    look("transaction-refused")
    entered(dialog, Price_per_unit="251.5")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Recorded: Purchase.")).to_be_visible()
    expect(page.get_by_text("$8,994.00")).to_be_visible()
    expect(page.locator(".big-figure a")).to_have_attribute("href", re.compile("holdings.totals.net_worth"))


def test_each_view_of_a_portfolio(page: Page, signed_in: Person, saved: int, look: Look) -> None:
    page.goto("/app/portfolios")
    expect(page.get_by_text("Net worth")).to_be_visible()
    look("portfolios")
    page.get_by_role("link", name="Long run").click()
    expect(page.locator(".chart canvas").first).to_be_visible()
    expect(page.get_by_text(re.compile("No price of HUT"))).to_be_visible()
    page.get_by_label("Compare with a symbol").fill("SPY")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Difference")).to_be_visible()
    expect(page.get_by_role("img", name="beside that of SPY")).to_be_visible()
    look("portfolio-overview")
    tab(page, "Holdings")
    table = page.get_by_role("table", name="Holdings")
    expect(table.get_by_role("rowheader")).to_have_count(5)
    expect(table.get_by_title("0.123456789012345678")).to_be_visible()
    look("portfolio-holdings")
    row = table.locator("tbody tr").filter(has_text="MSFT")
    row.get_by_role("rowheader").click()
    page.get_by_role("dialog").get_by_role("link", name="Trade").click()
    expect(page.get_by_label("Symbol")).to_have_value("MSFT")
    page.go_back()
    row.get_by_role("link", name="Trade MSFT").click()
    expect(page).to_have_url(re.compile(rf"/trade\?portfolio={saved}&symbol=MSFT"))
    page.go_back()
    tab(page, "Performance")
    expect(page.get_by_role("table", name="The return of each month")).to_be_visible()
    page.get_by_label("Stand in for missing prices").check()
    expect(page.get_by_text("Adds up to the last digit.")).to_be_visible()
    expect(page.get_by_role("img", name="beside that of SPY")).to_be_visible()
    expect(page.locator(".chart canvas").first).to_be_visible()
    look("portfolio-performance")
    tab(page, "Income")
    page.locator(".month[data-any=true]").first.click()
    expect(page.get_by_role("heading", name=re.compile("Payments in"))).to_be_visible()
    look("portfolio-income")
    tab(page, "Transactions")
    expect(page.get_by_role("table", name="Transactions").get_by_role("rowheader")).to_have_count(14)
    look("portfolio-transactions")


def test_the_line_of_a_benchmark_is_that_of_the_api_and_explains_itself(
    page: Page, signed_in: Person, saved: int
) -> None:
    page.goto(f"/app/portfolios/{saved}?view=performance&period=all&benchmark=MSFT")
    card = page.locator(".card").filter(has=page.get_by_role("heading", name="Return through time"))
    expect(card.get_by_role("img", name="beside that of MSFT")).to_be_visible()
    card.get_by_text("As a table").click()
    last = card.get_by_role("table").locator("tbody tr").first
    found = signed_in("GET", f"/api/v1/portfolios/{saved}/history?benchmark=MSFT").json["days"][-1]
    shown = last.get_by_role("cell").last
    expect(shown).to_have_text(f"{float(found['benchmark']):+.2%}".replace("-", "\N{MINUS SIGN}"))
    shown.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"figure=performance\.benchmark\.time_weighted&.*benchmark=MSFT"))
    expect(page.get_by_role("tree")).to_contain_text("Price of MSFT")


def test_a_sale_names_the_lots_that_it_takes(page: Page, signed_in: Person, saved: int, look: Look) -> None:
    path = f"/api/v1/portfolios/{saved}/transactions"
    bought = {"kind": "buy", "trade_date": ago(60), "symbol": "AAPL", "quantity": "5", "price": "260"}
    newer = signed_in.made(path, bought)["id"]
    page.goto(f"/app/portfolios/{saved}")
    page.get_by_role("button", name="Add a transaction").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind").select_option("Sale")
    entered(dialog, Symbol="aapl", Quantity="4", Price_per_unit="270")
    dialog.get_by_text("Choose the lots").click()
    lots = dialog.locator(".lot")
    expect(lots).to_have_count(2)
    lots.last.get_by_role("textbox").fill("3")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog.get_by_text("The lots sum to the quantity.")).to_be_visible()
    lots.last.get_by_role("button", name="All").click()
    entered(dialog, Quantity="6")
    lots.last.get_by_role("textbox").fill("6")
    dialog.get_by_role("button", name="Record").click()
    expect(lots.last.locator(".field-error")).to_contain_text("Of this lot 5 units are left")
    look("transaction-lots")
    entered(dialog, Quantity="5")
    lots.last.get_by_role("button", name="All").click()
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_have_count(0)
    sale = signed_in("GET", f"{path}?kind=sell&symbol=AAPL").json[0]
    assert sale["lots"] == [{"transaction_id": newer, "quantity": 5}]


def test_a_transaction_is_corrected_and_taken_back(
    page: Page, signed_in: Person, saved: int, look: Look
) -> None:
    page.goto(f"/app/portfolios/{saved}?view=transactions")
    rows = page.get_by_role("table", name="Transactions").locator("tbody tr")
    rows.filter(has_text="Withdrawal").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Correct").click()
    expect(dialog.get_by_role("heading", name="As it was")).to_be_visible()
    dialog.get_by_label(re.compile("^Amount")).fill("1600")
    look("transaction-correction")
    dialog.get_by_role("button", name="Record the correction").click()
    expect(rows.filter(has_text="Correction")).to_contain_text("$1,600.00")
    expect(rows.filter(has_text="Taken back")).to_contain_text("$1,500.00")
    rows.filter(has_text="Correction").click()
    dialog.get_by_role("button", name="See the version before").click()
    expect(dialog.get_by_text("$1,500.00").first).to_be_visible()
    look("transaction-version-before")
    dialog.get_by_role("button", name="Close").click()
    rows.filter(has_text="Correction").click()
    dialog.get_by_role("button", name="Take back").click()
    dialog.get_by_role("button", name="Take back").click()
    expect(dialog).to_have_count(0)
    expect(rows.filter(has_text="Taken back")).to_have_count(2)


def test_units_move_to_another_portfolio_and_a_portfolio_ends(
    page: Page, signed_in: Person, saved: int, look: Look
) -> None:
    other = signed_in.made("/api/v1/portfolios", {"name": "Other", "base_currency": "EUR"})
    page.goto(f"/app/portfolios/{saved}")
    page.get_by_role("button", name="Transfer").click()
    dialog = page.get_by_role("dialog")
    entered(dialog, Symbol="AAPL", Quantity="31")
    dialog.get_by_role("button", name="Transfer").click()
    expect(dialog.locator(".field-error")).to_be_visible()
    entered(dialog, Quantity="30")
    look("portfolio-transfer")
    dialog.get_by_role("button", name="Transfer").click()
    expect(page.get_by_text("Transferred to Other.")).to_be_visible()
    page.goto(f"/app/portfolios/{other['id']}")
    page.get_by_role("button", name="Settings").click()
    entered(dialog, Name="Elsewhere")
    look("portfolio-settings")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    page.get_by_role("button", name="Settings").click()
    dialog.get_by_role("button", name="Delete the portfolio").click()
    dialog.get_by_role("button", name="Delete the portfolio").click()
    expect(page).to_have_url(re.compile("/portfolios$"))
    expect(page.get_by_role("link", name="Elsewhere")).to_have_count(0)


def test_without_the_server_a_view_says_so(page: Page, signed_in: Person, saved: int) -> None:
    page.goto("/app/portfolios")
    expect(page.get_by_role("link", name="Long run")).to_be_visible()
    # What a refusal looks like: the page itself never asks for such a portfolio.
    page.goto(f"/app/portfolios/{saved + 1_000_000}")
    expect(page.get_by_role("alert")).to_contain_text("There is no such portfolio.")
