"""The steps of the README, as somebody would take them who has never been here."""

import re
from collections.abc import Iterator
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.e2e.runs import once
from tests.reference import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\d\. (.+?)(?=^\d\. |\n\n)", re.MULTILINE | re.DOTALL)
# **Name** `value` is filled in, **Name** alone is pressed, _words_ are to be seen.
ACT = re.compile(r"\*\*(?P<named>[^*]+)\*\*(?:\s`(?P<value>[^`]+)`)?|\b_(?P<seen>[^_]+)_\b")


def acts(step: str) -> Iterator[dict[str, str | None]]:
    """Give what a step asks for, in its order."""
    for found in ACT.finditer(step):
        yield {name: value and " ".join(value.split()) for name, value in found.groupdict().items()}


def pressed(page: Page, name: str) -> None:
    """Press the button, link or tab of a name: in the dialog, while one is open."""
    place: Page | Locator = page.get_by_role("dialog") if page.get_by_role("dialog").count() else page
    roles = [place.get_by_role(role, name=name, exact=True) for role in ("button", "link", "tab")]
    roles[0].or_(roles[1]).or_(roles[2]).click()


@once
def test_the_steps_lead_to_a_first_portfolio_and_its_valuation(page: Page) -> None:
    steps = STEP.findall(README)
    assert len(steps) == 5
    page.goto("/")
    for step in steps:
        for act in acts(step):
            named, value, seen = act["named"], act["value"], act["seen"]
            if seen is not None:
                label = page.get_by_label(seen, exact=True)
                if seen == "Where the figure comes from":
                    page.locator(".big-figure a").click()
                expect(label.or_(page.get_by_text(seen, exact=True)).first).to_be_visible()
            elif value is None:
                pressed(page, str(named))
            else:
                # The e-mail is taken once somebody has walked here before.
                value = f"{uuid4().hex}@example.com" if "@" in value else value
                page.locator("form").get_by_label(re.compile(rf"^{named}( \(.+)?$")).fill(value)
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("tree")).to_be_visible()
