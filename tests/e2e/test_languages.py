"""Each page in every language but English, on a phone: its words, its numbers and days, and its room."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import overflowing
from tests.e2e.runs import once, phone
from tests.people import Person

LANGUAGES = {
    "de": ("Name", "Der Text ist leer", r"9\.000,00\s\$", "05.01.2026"),
    "fr": ("Nom", "Le texte est vide", r"9\s000,00\s\$", "5 janv. 2026"),
    "es": ("Nombre", "El texto está vacío", r"9\.?000,00\s\$", "5 ene 2026"),
    "pt": ("Nome", "O texto está vazio", r"9.?000,00\s\$", "05/01/2026"),
}
VIEWS = (
    *(f"/app/portfolios/{{}}?view={view}" for view in ("performance", "holdings", "income", "overview")),
    *(f"/app/data?tab={tab}" for tab in ("instruments", "actions", "prices", "upload", "missing")),
    "/app/data/symbol?symbol=AAPL",
    "/app/trade?portfolio={}&venue=book&symbol=AAPL",
    "/app/trade?portfolio={}&venue=manual&symbol=AAPL",
    "/app/explain?portfolio={}",
    "/app/account",
    "/app/",
)
# Words that no sentence of the others has, and the API's own names of things.
ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|with|from|not|this|your|by)\b|\b[a-z]+_[a-z]+\b|\b[a-z]+\.[a-z]+\b"
)
TEXTS = """() => {
  const told = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { textContent, parentElement } = walk.currentNode;
    if (!parentElement.closest("script, noscript")) told.push(textContent);
  }
  for (const one of document.querySelectorAll("[aria-label], [title]:not(.explain-name)")) {
    told.push(one.getAttribute("aria-label") ?? "", one.getAttribute("title") ?? "");
  }
  return told;
}"""


@once
@phone
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_and_nothing_is_cut(page: Page, signed_in: Person, language: str) -> None:
    name, refused, money, day = LANGUAGES[language]
    portfolio = signed_in.made("/api/v1/portfolios", {"name": "Zzz"})["id"]
    rows = f"/api/v1/portfolios/{portfolio}/transactions"
    signed_in.made(rows, {"kind": "deposit", "trade_date": "2026-01-05", "gross_amount": 10_000})
    for symbol in ("AAPL", "NOSUCH1"):
        bought = {"kind": "buy", "trade_date": "2026-01-05", "symbol": symbol, "quantity": 1, "price": 500}
        signed_in.made(rows, bought)
    signed_in.made("/api/v1/orders", {"security": "AAPL", "side": "buy", "qty": 3, "portfolio_id": portfolio})
    page.add_init_script(
        f"localStorage.setItem('steward.preferences', JSON.stringify({{language: '{language}'}}))"
    )
    page.goto("/app/portfolios")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.get_by_role("main").get_by_role("button").last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(name, exact=True).press("Enter")
    expect(dialog.locator(".field-error")).to_contain_text(refused)
    page.goto(f"/app/portfolios/{portfolio}?view=transactions")
    expect(page.get_by_role("rowheader", name=day).first).to_be_visible()
    found: list[str] = []
    for view in VIEWS:
        page.goto(view.format(portfolio))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        texts = [text for text in page.evaluate(TEXTS) if signed_in.email not in text]
        found += [f"{view}: {text}" for text in texts if ENGLISH.search(text)]
        found += [f"{view}: {one}" for one in overflowing(page)]
    assert found == []
    expect(page.locator("main")).to_contain_text(re.compile(money))
