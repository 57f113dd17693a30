"""The web app in a browser: what it loads, how soon it shows R50, and how smoothly a long table scrolls.

Chromium draws by software here, on the cores that the server uses too. Every round has a browser context of
its own, so that a browser keeps nothing from the round before; the server keeps what it told.
"""

import argparse
import gzip
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import servers
from bench.figures import Figures
from bench.operations import Person
from bench.r50_figures import filled
from bench.servers import Server
from tests.e2e.conftest import CHROMIUMS

ROWS = 10_000
_SHELL_KB, _FIRST_SECONDS, _CHANGE_MS, _FRAME_MS = 130.0, 1.5, 200.0, 50.0
_SHIFT, _BLOCKING_BYTES = 0.01, 1024.0
_WIDTH, _HEIGHT = 1280, 800
_FRAMES = 180
_VIEWS = ("/app/portfolios", "/app/trade", "/app/data", "/app/")
_STEP_PIXELS = 120  # a notch of a wheel
_NAMED = re.compile(r'(?:src|href)="/app/([^"]+\.(?:js|css))"')
# From before the document runs: what shifts, and how long each frame took.
_WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_READY = """(charted) => {
  const main = document.querySelector("main");
  return main !== null && main.querySelector("h1") !== null && main.querySelector(".skeleton") === null
    && (!charted || main.querySelector("canvas") !== null);
}"""
_BLOCKING = """() => performance.getEntriesByType("resource")
  .filter((one) => one.initiatorType === "script" && one.renderBlockingStatus === "blocking")
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
_CHANGE = """(to) => new Promise((done) => {
  const link = document.querySelector(`a[href="${to}"]`);
  const before = document.querySelector("main h1");
  const began = performance.now();
  const look = () => {
    const heading = document.querySelector("main h1");
    const there = heading !== null && heading !== before && location.pathname === to;
    if (there) requestAnimationFrame(() => done(performance.now() - began));
    else requestAnimationFrame(look);
  };
  link.click();
  look();
})"""
_SCROLL = """([step, frames]) => new Promise((done) => {
  const box = document.querySelector(".table-scroller") ?? document.scrollingElement;
  const took = [];
  let last = performance.now();
  const go = (now) => {
    took.push(now - last);
    last = now;
    if (took.length > frames) return done(took.slice(1));
    box.scrollTop += step;
    requestAnimationFrame(go);
  };
  requestAnimationFrame(go);
})"""


@dataclass(frozen=True)
class _Visitor:
    """Opens pages as somebody who is signed in."""

    browser: Browser
    server: Server
    person: Person

    @contextmanager
    def visit(self) -> Iterator[Page]:
        """Give a page of a browser that was never here."""
        address = f"http://127.0.0.1:{self.server.port}"
        context = self.browser.new_context(
            base_url=address, viewport={"width": _WIDTH, "height": _HEIGHT}, reduced_motion="reduce"
        )
        cookie: Any = {"name": "access_token", "value": self.person.token, "url": address, "httpOnly": True}
        context.add_cookies([cookie])
        context.add_init_script(_WATCH)
        try:
            yield context.new_page()
        finally:
            context.close()


def main(arguments: list[str]) -> None:
    """Measure on SQLite: the database does not show in a browser."""
    from bench.__main__ import stores  # noqa: PLC0415 - that module calls this one

    parser = argparse.ArgumentParser(prog="python -m bench browser", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    rounds = 2 if parser.parse_args(arguments).quick else 5
    figures = Figures()
    figures.row("the shell, gzipped", _shell() / 1000, "kB", _SHELL_KB)
    with (
        tempfile.TemporaryDirectory(prefix="steward-browser-") as name,
        stores(Path(name), "sqlite") as store,
    ):
        url, person, ids = filled(store, Path(name))
        with servers.steward(url, Path(name)) as server, _chromium() as browser:
            visitor = _Visitor(browser, server, person)
            _views(figures, visitor, ids, rounds)
            _scrolling(figures, visitor, rounds)
    print(f"\n{sum(figures.met)} of {len(figures.met)} goals of the browser met")


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _shell() -> int:
    """Give the bytes of the document and of the scripts and styles that it names, gzipped."""
    folder = files("steward") / "static"
    page = (folder / "index.html").read_text(encoding="utf-8")
    named = {"index.html", *_NAMED.findall(page)}
    return sum(len(gzip.compress((folder / one).read_bytes(), 9)) for one in named)


def _views(figures: Figures, visitor: _Visitor, ids: list[int], rounds: int) -> None:
    first, shifted, blocking, changes = [], [], [], []
    for _ in range(rounds):
        with visitor.visit() as page:
            began = time.perf_counter()
            page.goto("/app/")
            page.wait_for_function(_READY, arg=True)
            first.append(time.perf_counter() - began)
            shifted.append(float(page.evaluate("() => window.shifted")))
            blocking.append(float(page.evaluate(_BLOCKING)))
            changes += [float(page.evaluate(_CHANGE, to)) for to in _VIEWS]
    beside = f"{first[0]:.1f} s where the server, just started, had folded nothing yet"
    figures.row("first view of Home on R50, in a new browser", median(first), "s", _FIRST_SECONDS, beside)
    figures.row("layout shift until it is ready", max(shifted), "", _SHIFT)
    figures.row("script that blocks the first paint", max(blocking), "bytes", _BLOCKING_BYTES)
    figures.row("from a click to the next view, the slowest", max(changes), "ms", _CHANGE_MS)


def _scrolling(figures: Figures, visitor: _Visitor, rounds: int) -> None:
    made = _asked(visitor, "POST", "/portfolios", {"name": "Ten thousand"})
    rows = [
        {
            "kind": "transfer_in",
            "trade_date": str(datetime.now(UTC).date()),
            "symbol": f"S{number:05}",
            "quantity": number + 1,
        }
        for number in range(ROWS)
    ]
    _asked(visitor, "POST", f"/portfolios/{made['id']}/transactions/batch", {"transactions": rows})
    worst = []
    for _ in range(rounds):
        with visitor.visit() as page:
            page.goto(f"/app/portfolios/{made['id']}?view=holdings")
            page.wait_for_function(_READY, arg=False)
            page.locator("table").first.wait_for()
            frames: list[float] = page.evaluate(_SCROLL, [_STEP_PIXELS, _FRAMES])
            worst.append(max(frames))
    figures.row(f"slowest of {_FRAMES} frames, scrolling {ROWS:,} rows", median(worst), "ms", _FRAME_MS)


def _asked(visitor: _Visitor, method: str, path: str, body: object) -> Any:
    answer = servers.exchange(visitor.server.port, visitor.person.request(method, path, json.dumps(body)))
    head, _, text = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 2"):
        raise RuntimeError(answer[:2000].decode())
    return json.loads(text)
