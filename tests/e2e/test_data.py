"""The data page: instruments, prices, corporate actions, a file with a preview, and what is missing."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.people import Person

FILE = "Date,Type,Ticker,Shares,Price,Memo\n{rows}"


def opened(page: Page, tab: str) -> None:
    page.goto(f"/app/data?tab={tab}")
    expect(page.get_by_role("tabpanel")).to_be_visible()


def given(page: Page, text: str) -> None:
    page.get_by_label("CSV file").set_input_files(
        {"name": "rows.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )


def a_portfolio(person: Person) -> int:
    portfolio = person.made("/api/v1/portfolios", {"name": "Home"})["id"]
    for symbol, day in (("ACME", "2026-01-05"), ("OLDCO", "2026-01-06")):
        bought = {"kind": "buy", "trade_date": day, "symbol": symbol, "quantity": 5, "price": 10}
        person.made(f"/api/v1/portfolios/{portfolio}/transactions", bought)
    return int(portfolio)


def test_an_instrument_is_recorded_priced_and_split(
    page: Page, signed_in: Person, look: Callable[[str], None]
) -> None:
    opened(page, "instruments")
    expect(page.get_by_text("No instruments recorded yet")).to_be_visible()
    look("data-empty")
    page.get_by_role("button", name="Record an instrument").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Symbol").fill("acme")
    dialog.get_by_label("Name").fill("<b>Acme</b>")
    dialog.get_by_label("ISIN").fill("US0378331006")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("ISIN")).to_have_attribute("aria-invalid", "true")
    look("data-instrument-wrong")
    dialog.get_by_label("ISIN").fill("US0378331005")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="<b>Acme</b>")).to_be_visible()
    signed_in("PUT", "/api/v1/instruments/BETA", {"currency": "EUR", "kind": "etf", "name": "Beta Europe"})
    look("data-instruments")

    page.get_by_role("link", name="ACME").click()
    expect(page.get_by_text("No source knows a price of ACME.")).to_be_visible()
    page.get_by_role("button", name="Enter a close").click()
    dialog.get_by_label("Price").fill("12.345678901234567")
    dialog.get_by_role("button", name="Enter a close").click()
    expect(page.get_by_title("12.345678901234567").first).to_be_visible()
    page.get_by_role("button", name="Enter an action").click()
    dialog.get_by_label("New units").fill("0")
    dialog.get_by_role("button", name="Enter an action").click()
    expect(dialog.get_by_label("New units")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("New units").fill("4")
    dialog.get_by_role("button", name="Enter an action").click()
    expect(page.get_by_text("4 for 1")).to_be_visible()
    look("data-symbol")

    page.get_by_role("button", name=re.compile("^Take back: Split")).click()
    dialog.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("No corporate actions of ACME")).to_be_visible()


def test_prices_say_where_they_come_from_and_a_rate_is_entered(
    page: Page, signed_in: Person, look: Callable[[str], None]
) -> None:
    assert (
        signed_in("PUT", "/api/v1/prices/ACME", {"price": 5, "as_of": "2026-01-02T10:00:00Z"}).status == 200
    )
    opened(page, "prices")
    expect(page.get_by_role("row", name=re.compile("^ACME.*Entered by you.*Old price"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^BTC.*Simulated market"))).to_be_visible()
    page.get_by_role("textbox", name="Pair").fill("usdafn")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("No source knows a rate of USDAFN")).to_be_visible()
    page.get_by_role("button", name="Enter a rate").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Rate").fill("70.25")
    page.get_by_role("dialog").get_by_role("button", name="Enter a rate").click()
    expect(page.get_by_title("70.25").first).to_be_visible()
    look("data-prices")


def test_a_file_is_seen_refused_row_by_row_and_recorded(
    page: Page, signed_in: Person, look: Callable[[str], None]
) -> None:
    portfolio = signed_in.made("/api/v1/portfolios", {"name": "Home"})["id"]
    count = 2_000
    good = [f"2026-01-05,BUY,ACME,{at + 1},10.5,<script>{at}</script>" for at in range(count)]
    bad = [*good]
    bad[1_500] = "2026-01-05,BUY,ACME,minus two,10.5,"
    opened(page, "upload")
    given(page, FILE.format(rows="\n".join(bad)))
    expect(page.get_by_text("2,000 rows", exact=True)).to_be_visible()
    page.get_by_role("button", name="Record 2,000 rows").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was written. 1 row has a problem.")
    expect(page.get_by_role("row", name=re.compile("^1501.*Quantity: "))).to_be_visible()
    look("data-upload-wrong")
    rows = f"/api/v1/portfolios/{portfolio}/transactions"
    assert signed_in("GET", rows).json == []

    given(page, FILE.format(rows="\n".join(good)))
    expect(page.get_by_role("cell", name="<script>0</script>")).to_be_visible()
    look("data-upload")
    page.get_by_role("button", name="Record 2,000 rows").click()
    expect(page.get_by_text("2,000 rows are recorded.")).to_be_visible()
    assert len(signed_in("GET", f"{rows}?limit=5").json) == 5


def test_what_is_missing_is_named_and_mended(
    page: Page, signed_in: Person, look: Callable[[str], None]
) -> None:
    a_portfolio(signed_in)
    opened(page, "missing")
    expect(page.get_by_role("row", name=re.compile("^ACME A price"))).to_have_count(2)
    look("data-missing")
    page.get_by_role("row", name=re.compile("^ACME A price")).first.get_by_role("button").click()
    page.get_by_role("dialog").get_by_label("Price").fill("11")
    page.get_by_role("dialog").get_by_role("button", name="Enter a close").click()
    expect(page.get_by_role("row", name=re.compile("^ACME A price"))).to_have_count(1)
