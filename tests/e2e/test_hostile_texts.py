"""Texts that want to be more: shown as they are, on each page where they stand, and never too wide."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.looking import overflowing
from tests.e2e.runs import once, phone
from tests.people import Person

pytestmark = [once, phone]
MARKUP = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://other.example")'
NAME = f"{MARKUP}{FORMULA}"
NAME += "W" * (100 - len(NAME))
NOTE = f"{MARKUP}<script>alert(2)</script>" + "m" * 400
REVERSED = "\u202egpj.exe"


def test_a_name_and_a_note_are_text_wherever_they_stand(page: Page, signed_in: Person) -> None:
    portfolio = signed_in.made("/api/v1/portfolios", {"name": NAME})["id"]
    signed_in.made("/api/v1/portfolios", {"name": "Other"})
    rows = f"/api/v1/portfolios/{portfolio}/transactions"
    signed_in.made(rows, {"kind": "deposit", "trade_date": "2026-01-05", "gross_amount": 100, "note": NOTE})
    bought = {"kind": "buy", "trade_date": "2026-01-05", "symbol": "AAPL", "quantity": 1, "price": 1}
    made = signed_in.made(rows, {**bought, "note": NOTE})["id"]
    terms = {"currency": "USD", "name": NAME, "kind": "stock"}
    assert signed_in("PUT", "/api/v1/instruments/AAPL", terms).status == 200
    for view in (
        "/app/",
        f"/app/?portfolio={portfolio}",
        "/app/portfolios",
        f"/app/portfolios/{portfolio}",
        f"/app/portfolios/{portfolio}?view=income",
        f"/app/trade?portfolio={portfolio}&venue=manual&symbol=AAPL",
        "/app/data?tab=instruments",
        "/app/data/symbol?symbol=AAPL",
        f"/app/data?tab=upload&portfolio={portfolio}",
        f"/app/data?tab=missing&portfolio={portfolio}",
        f"/app/explain?portfolio={portfolio}&figure=holdings.AAPL.quantity",
    ):
        page.goto(view)
        expect(page.get_by_text(MARKUP).or_(page.locator("option", has_text=MARKUP)).first).to_be_attached()
        assert overflowing(page) == [], view
    page.goto(f"/app/portfolios/{portfolio}?view=transactions")
    page.get_by_role("row", name=re.compile("Purchase")).click()
    dialog = page.get_by_role("dialog", name=f"Transaction {made}")
    expect(dialog.get_by_text(NOTE)).to_be_visible()
    assert dialog.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    dialog.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("button", name="Delete the portfolio").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("heading")).to_contain_text(MARKUP)
    assert asked.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert page.locator("img[src=x]").count() == 0


def test_what_is_never_kept_is_refused_in_words_at_its_field(page: Page, signed_in: Person) -> None:
    portfolio = signed_in.made("/api/v1/portfolios", {"name": "Savings"})["id"]
    page.goto(f"/app/portfolios/{portfolio}")
    page.get_by_role("button", name="Settings").click()
    dialog = page.get_by_role("dialog")
    for name in (REVERSED, "x" * 10_000):
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
        expect(dialog.locator(".field-error")).to_be_visible()
        expect(dialog.get_by_label("Name")).to_have_value(name)
        assert overflowing(page) == []


def test_cells_of_a_file_are_text_of_a_width_that_can_be_read(page: Page, signed_in: Person) -> None:
    signed_in.made("/api/v1/portfolios", {"name": "Savings"})
    cells = (MARKUP, FORMULA.replace('"', '""'), REVERSED, "m" * 10_000)
    rows = "\n".join(f'2026-01-05,BUY,ACME,1,10.5,"{cell}"' for cell in cells)
    page.goto("/app/data?tab=upload")
    file = {"name": f"{MARKUP}.csv", "mimeType": "text/csv", "buffer": b""}
    file["buffer"] = f"Date,Type,Ticker,Shares,Price,Memo\n{rows}".encode()
    page.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]  # it is a FilePayload
    for cell in (MARKUP, FORMULA):
        expect(page.get_by_role("cell", name=cell, exact=True)).to_be_visible()
    long = page.get_by_role("cell", name=re.compile("^m+$"))
    assert long.evaluate("(one) => one.getBoundingClientRect().width") < 600
    # A reversing character turns round what stands in its own cell alone.
    reversing = page.locator("td span", has_text="gpj.exe")
    assert reversing.evaluate("(one) => getComputedStyle(one).unicodeBidi") == "isolate"
    assert overflowing(page) == []
