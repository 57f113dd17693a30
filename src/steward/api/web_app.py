"""The browser app under /app: what `make web` has built, every file read once when the server starts.

A browser asks for a file once a version and keeps it: a worker holds the files and their two compressed
forms, and looks nothing up on a disk.
"""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from steward.api.call import Call
from steward.api.operations import Operation, Operations
from steward.api.problems import Answer, Header, HttpRefusal

_ROOT = "/app/"
_DOCUMENT = "index.html"
_HASHED = "assets/"  # the names of these say what is in them
_POLICY: Header = (
    b"content-security-policy",
    (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
        b"frame-ancestors 'none'"
    ),
)
_KEPT: Header = (b"cache-control", b"public, max-age=31536000, immutable")
_ASKED_AGAIN: Header = (b"cache-control", b"no-cache")
_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
}
_CODINGS = {"br": ".br", "gzip": ".gz"}  # the smaller first


class _File(NamedTuple):
    """One file, as the answers that it gives by coding; "" is the file itself."""

    answers: Mapping[str, Answer]

    def answer(self, headers: Mapping[bytes, bytes]) -> Answer:
        """Answer in the smallest form that the caller takes, or that the caller has it already."""
        accepted = _accepted(headers.get(b"accept-encoding", b"").decode("latin-1"))
        found = next(one for coding, one in self.answers.items() if not coding or coding in accepted)
        etag = dict(found.headers)[b"etag"]
        had = {one.strip().removeprefix(b"W/") for one in headers.get(b"if-none-match", b"").split(b",")}
        return found._replace(status=304, body=b"") if had & {etag, b"*"} else found


def operations() -> list[Operation]:
    """Read the app and give the operations that serve it; without one they say how to get it."""
    made, folder = Operations("web app"), files("steward") / "static"
    found = _read(folder, "") if folder.is_dir() else {}
    absent = _absent()

    @made.add("GET", "/", signed_in=False, at_root_only=True)
    async def root(call: Call) -> Answer:
        to = _ROOT.encode() if _shows_pages(call) else b"/docs"
        return Answer(303, b"", ((b"location", to), (b"vary", b"Accept")))

    @made.add("GET", "/app/*", signed_in=False, at_root_only=True)
    async def serve(call: Call) -> Answer:
        if not call.path.startswith(_ROOT):
            query = b"?" + call.query if call.query else b""
            return Answer(308, b"", ((b"location", _ROOT.encode() + query), _ASKED_AGAIN))
        path = call.path.removeprefix(_ROOT)
        file = found.get(path)
        if file is None and not _is_page(path, call):
            raise HttpRefusal(404, "not-found", "There is nothing at this address.")
        file = file or found.get(_DOCUMENT)
        return absent if file is None else file.answer(call.headers)

    return made.declared


def _is_page(path: str, call: Call) -> bool:
    """Say whether the app itself knows what is at a path: a symbol may have a dot, a file must have one."""
    if "." not in path.rpartition("/")[2]:
        return True
    return not path.startswith(_HASHED) and _shows_pages(call)


def _shows_pages(call: Call) -> bool:
    return b"text/html" in call.headers.get(b"accept", b"")


def _accepted(header: str) -> set[str]:
    offers = (offer.replace(" ", "").lower().partition(";q=") for offer in header.split(","))
    return {coding for coding, _, weight in offers if weight.strip("0.") or not weight}


def _read(folder: Traversable, base: str) -> dict[str, _File]:
    found: dict[str, _File] = {}
    inside = {one.name: one for one in folder.iterdir()}
    for name, one in inside.items():
        if one.is_dir():
            found |= _read(one, f"{base}{name}/")
        elif not name.endswith(tuple(_CODINGS.values())):
            forms = {coding: inside.get(name + suffix) for coding, suffix in _CODINGS.items()}
            found[base + name] = _file(base + name, {**forms, "": one})
    return found


def _file(path: str, forms: Mapping[str, Traversable | None]) -> _File:
    kind = _TYPES.get(path.rpartition(".")[2], "application/octet-stream")
    answers = {}
    for coding, form in forms.items():
        if form is None:
            continue
        body = form.read_bytes()
        headers: list[Header] = [
            (b"content-type", kind.encode()),
            (b"etag", f'"{sha256(body).hexdigest()[:32]}"'.encode()),
            # What a service worker has kept is found again by what it varies with: no more than it does.
            (b"vary", b"Accept, Accept-Encoding" if path == _DOCUMENT else b"Accept-Encoding"),
            _KEPT if path.startswith(_HASHED) else _ASKED_AGAIN,
            # A worker takes the policy that its own file brings, not that of the page.
            _POLICY,
        ]
        if coding:
            headers.append((b"content-encoding", coding.encode()))
        answers[coding] = Answer(200, body, tuple(headers))
    return _File(answers)


def _absent() -> Answer:
    """Say how to get the app, where it was not built."""
    page = (files("steward.api") / "assets" / "no_app.html").read_bytes()
    return Answer(404, page, ((b"content-type", _TYPES["html"].encode()), _POLICY))
