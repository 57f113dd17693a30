"""The app under /app, served from an installed wheel: a small one of the tests stands for the built one."""

import gzip
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import Answer, Person
from tests.reference import ROOT
from tests.servers import running

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
SCRIPT = b"console.log('steward');" * 100
PLAIN = {
    "index.html": b"<!doctype html><title>Steward</title>",
    "assets/index-B4c5.js": SCRIPT,
    "assets/index-B4c5.css": b"body{margin:0}",
    "assets/font-D6e7.woff2": b"wOF2",
    "manifest.webmanifest": b"{}",
    "icons/192.png": b"\x89PNG",
    "icon.svg": b"<svg/>",
    "sw.js": b"self.oninstall=null;",
}
# Whoever decodes it would complain: that it is sent as it is can be told from it.
COMPRESSED = {"assets/index-B4c5.js.br": b"brotli", "assets/index-B4c5.js.gz": gzip.compress(SCRIPT)}
TYPES = {
    "index.html": "text/html; charset=utf-8",
    "assets/index-B4c5.js": "text/javascript; charset=utf-8",
    "assets/index-B4c5.css": "text/css; charset=utf-8",
    "assets/font-D6e7.woff2": "font/woff2",
    "manifest.webmanifest": "application/manifest+json",
    "icons/192.png": "image/png",
    "icon.svg": "image/svg+xml",
    "sw.js": "text/javascript; charset=utf-8",
}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-encoding": "gzip, deflate, br"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds, made from a copy of the sources with an app beside them."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("static", "__pycache__", "*.egg-info")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name, body in (PLAIN | COMPRESSED).items():
        file = folder / "src/steward/static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    build = "from flit_core.buildapi import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=folder, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


@pytest.fixture(scope="module")
def browser(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody at a server of two workers that was started from that wheel."""
    with running(tmp_path_factory.mktemp("app"), workers=2, PYTHONPATH=str(installed)) as server:
        person = Person(server.url)
        person.client.headers.update(BROWSER)
        yield person
        person.client.close()


@pytest.fixture(scope="module")
def without(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody at a server for which no app was built."""
    folder = tmp_path_factory.mktemp("bare")
    shutil.copytree(installed, folder / "installed", ignore=shutil.ignore_patterns("static"))
    with running(folder, PYTHONPATH=str(folder / "installed")) as server:
        person = Person(server.url)
        yield person
        person.client.close()


def raw(person: Person, path: str, **headers: str) -> tuple[Answer, bytes]:
    """What came back, and its bytes before anybody decodes them."""
    with person.client.stream("GET", path, headers={"accept-encoding": "", **headers}) as response:
        body = b"".join(response.iter_raw())
    return Answer(response.status_code, response.headers, ""), body


def test_the_wheel_holds_the_app(installed: Path) -> None:
    folder = installed / "steward/static"
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert {name: path.read_bytes() for name, path in found.items()} == PLAIN | COMPRESSED


def test_a_browser_is_led_to_the_app_and_everybody_else_to_the_docs(browser: Person) -> None:
    led = browser("GET", "/")
    assert (led.status, led.headers["location"], led.headers["vary"]) == (303, "/app/", "Accept")
    for accept in ("*/*", "application/json"):
        assert browser("GET", "/", headers={"accept": accept}).headers["location"] == "/docs"
    for query in ("", "?theme=dark&theme=light"):
        begun = browser("GET", f"/app{query}")
        assert (begun.status, begun.headers["location"]) == (308, f"/app/{query}")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "index.html",
        "portfolios/1",
        "portfolios/1?columns=a&columns=b",
        "trade/BRK.B",
        "a/b/c/d/",
        "%C3%A9",
    ],
)
def test_the_document_answers_for_every_page_of_the_app(browser: Person, path: str) -> None:
    answer, body = raw(browser, f"/app/{path}")
    assert (answer.status, body) == (200, PLAIN["index.html"])
    headers = answer.headers
    assert headers["content-security-policy"] == POLICY
    assert headers["cache-control"] == "no-cache"
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["etag"]
    assert headers["vary"] == "Accept, Accept-Encoding"
    assert "content-encoding" not in headers


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_has_its_type_and_may_be_kept_for_ever_when_its_name_says_what_is_in_it(
    browser: Person, name: str
) -> None:
    answer, body = raw(browser, f"/app/{name}")
    assert (answer.status, body) == (200, PLAIN[name])
    assert answer.headers["content-type"] == TYPES[name]
    assert answer.headers["x-content-type-options"] == "nosniff"
    kept = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
    assert answer.headers["cache-control"] == kept
    # A worker's policy is that of its own file: with the server's it could ask for nothing.
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("br; q=0.000, gzip; q=0", ""),
        ("identity", ""),
        ("", ""),
        (";;q=,,", ""),
    ],
)
def test_a_file_is_sent_in_the_smallest_form_that_the_caller_takes(
    browser: Person, accepted: str, coding: str
) -> None:
    name = "assets/index-B4c5.js"
    answer, body = raw(browser, f"/app/{name}", **{"accept-encoding": accepted})
    forms = {
        "br": COMPRESSED[f"{name}.br"],
        "gzip": COMPRESSED[f"{name}.gz"],
        "": PLAIN[name],
    }
    assert body == forms[coding]
    assert answer.headers.get("content-encoding", "") == coding
    assert int(answer.headers["content-length"]) == len(body)
    assert answer.headers["vary"] == "Accept-Encoding"


def test_what_a_browser_has_is_not_sent_again(browser: Person) -> None:
    for path in ("/app/", "/app/sw.js", "/app/assets/index-B4c5.js"):
        first, _ = raw(browser, path)
        etag = first.headers["etag"]
        for had in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again, body = raw(browser, path, **{"if-none-match": had})
            assert (again.status, body) == (304, b"")
            assert again.headers["etag"] == etag
            assert again.headers["cache-control"] == first.headers["cache-control"]
        assert raw(browser, path, **{"if-none-match": '"other"'})[0].status == 200
    packed, _ = raw(browser, path, **{"accept-encoding": "gzip"})
    assert packed.headers["etag"] != etag


@pytest.mark.parametrize(
    "path",
    [
        "/app/assets/index-old.js",
        "/app/assets/index-B4c5.js.br",
        "/app/assets/../../main.py",
        "/app/assets/..%2f..%2fmain.py",
        "/app/%2e%2e/main.py",
        "/app//etc/passwd.txt",
        "/app/favicon.ico",
        "/app/assets/index-B4c5.js/x.y",
    ],
)
def test_a_file_that_the_app_does_not_have_is_a_problem(browser: Person, path: str) -> None:
    answer = browser("GET", path, headers={"accept": "*/*"})
    assert (answer.status, answer.code) == (404, "not-found")


@pytest.mark.parametrize("path", ["/app/assets/index-old.js", "/app/assets/..%2f..%2fmain.py"])
def test_a_hashed_file_that_is_gone_is_no_page_even_to_a_browser(browser: Person, path: str) -> None:
    assert browser("GET", path).status == 404


def test_the_app_is_read_and_never_written_to(browser: Person) -> None:
    got, head = browser("GET", "/app/"), browser("HEAD", "/app/")
    assert (head.status, head.text) == (200, "")
    assert head.headers["content-length"] == got.headers["content-length"]
    for method in ("POST", "PUT", "DELETE"):
        refused = browser(method, "/app/")
        assert (refused.status, refused.headers["allow"]) == (405, "GET")
    assert browser("GET", "/api/v1/app/").status == 404
    assert browser("GET", "/application").status == 404


def test_without_an_app_the_api_works_and_the_page_says_how_to_get_it(without: Person) -> None:
    answer = without("GET", "/app/portfolios/1")
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == POLICY
    assert "<code>make web</code>" in answer.text
    assert without("GET", "/app/sw.js").code == "not-found"
    assert without("GET", "/readyz").status == without("GET", "/openapi.json").status == 200
