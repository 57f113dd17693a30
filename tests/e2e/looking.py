"""What a person would notice on a page: errors in its console, what axe finds, what it looks like."""

from collections.abc import Mapping
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page, Request

from tests.reference import ROOT

PICTURES = ROOT / "build/screenshots"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROWEST, TABLET = 360, 600
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # The one rule of WCAG 2.2 that axe leaves out unless it is asked for.
    "rules": {"target-size": {"enabled": True}},
}
# What axe can find in one theme and not in the other.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


class Watch:
    """Notes what must not happen on a page: `seen` is empty at the end of a good test."""

    def __init__(self, page: Page, url: str) -> None:
        self.seen: list[str] = []
        self._url = url
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"uncaught: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium tells what a policy has stopped as an error of the console too.
        if message.type not in ("error", "warning"):
            return
        # It notes every refusal of the API there, whatever the page makes of it: those are answers.
        api = message.location.get("url", "").startswith(f"{self._url}/api/")
        if not (api and "the server responded with a status of 4" in message.text):
            self.seen.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._url}/", "data:", "blob:")):
            self.seen.append(f"another host: {request.url}")


def looked_at(page: Page, name: str) -> None:
    """Check a page with axe in both themes, and that it fits; keep a picture of each in build/screenshots."""
    size = page.viewport_size
    assert size is not None
    width = size["width"]
    found = [f"{name} at {width} px: {one}" for one in overflowing(page)]
    # What sticks to an edge of the window would else lie over the middle of a page.
    if page.locator("dialog[open]").count() == 0:
        page.set_viewport_size({**size, "height": max(size["height"], page.evaluate(_HEIGHT))})
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        # Until it has drawn the page in that theme, chromium tells some of the colours of the one before.
        page.evaluate(_TWO_FRAMES)
        page.evaluate(_TOASTS, "hidden")
        page.screenshot(path=PICTURES / f"{name}-{width}-{theme}.png")
        page.evaluate(_TOASTS, "")
        rules = RULES if theme == THEMES[0] else CONTRAST
        found += [f"{name} at {width} px, {theme}: {one}" for one in findings(page, rules)]
    page.emulate_media(color_scheme=THEMES[0], reduced_motion="reduce")
    page.set_viewport_size(size)
    assert not found, "\n".join(found)


def findings(page: Page, rules: Mapping[str, object] = RULES) -> list[str]:
    """What axe finds: one line for each element that breaks a rule."""
    page.evaluate(_axe())
    report = page.evaluate("rules => axe.run(document, rules)", rules)
    return [_told(rule, node) for rule in report["violations"] for node in rule["nodes"]]


def _axe() -> str:
    if not AXE.exists():
        raise RuntimeError(f"no {AXE.relative_to(ROOT)}: run this by make e2e")
    return AXE.read_text(encoding="utf-8")


def _told(rule: dict[str, Any], node: dict[str, Any]) -> str:
    summary = " ".join(node["failureSummary"].split())
    where = f"{node['target']} {node['html'][:200]}"
    return f"{rule['id']} ({rule['impact']}): {rule['help']}\n    {where}\n    {summary}"


def overflowing(page: Page) -> list[str]:
    """The elements that make a page wider than its window: on a phone it would have to be pushed about."""
    size = page.viewport_size
    assert size is not None
    if size["width"] < TABLET:
        page.set_viewport_size({**size, "width": NARROWEST})
    found: list[str] = page.evaluate(_OVERFLOWING)
    page.set_viewport_size(size)
    return [f"wider than the window: {one}" for one in found]


_HEIGHT = "() => document.documentElement.scrollHeight"
_TOASTS = "(seen) => document.querySelectorAll('.toasts').forEach((one) => { one.style.visibility = seen; })"
_TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => one.outerHTML.slice(0, 120));
}"""
