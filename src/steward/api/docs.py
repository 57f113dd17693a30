"""The pages /docs (Swagger UI) and /redoc, which ask no other host for anything.

The bundles come from the package `fastapi-offline`, which ships them as files; the pages and the
scripts that start the bundles are ours, in `assets/`, so that no script stands inside a page.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

_REDOC_STYLES = (
    " 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # an empty <style>, filled rule by rule
    " 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"  # its scrollbars
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'{more}"
)
_PAGES = {
    "/docs": ("swagger.html", _POLICY.format(style="", more="")),
    # ReDoc searches in a worker made from a blob.
    "/redoc": ("redoc.html", _POLICY.format(style=_REDOC_STYLES, more="; worker-src blob:")),
}
_OURS = ("redoc.css", "redoc.js", "swagger.js")
_BUNDLES = ("redoc.standalone.js", "swagger-ui-bundle.js", "swagger-ui.css")
_OUTSIDE = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


class Page(NamedTuple):
    """One answer to GET: its bytes, its media type and the headers it needs besides."""

    body: bytes
    content_type: str
    headers: tuple[tuple[bytes, bytes], ...]


@cache
def pages() -> dict[str, Page]:
    """Every documentation page and asset by its exact path; the files are read once, on the first call.

    A page brings a Content-Security-Policy of its own, which stands in place of the server's.

    Raises:
        OSError: a file is missing from the installation.
    """
    ours, bundles = files("steward.api") / "assets", files("fastapi_offline") / "static"
    found = {
        path: Page(
            (ours / name).read_bytes(),
            "text/html; charset=utf-8",
            ((b"content-security-policy", policy.encode()), (b"cache-control", b"no-cache")),
        )
        for path, (name, policy) in _PAGES.items()
    }
    for folder, names in ((ours, _OURS), (bundles, _BUNDLES)):
        for name in names:
            found[f"/docs/assets/{name}"] = Page(
                # Without its logo ReDoc hides the place of it; the policy would refuse the request anyway.
                (folder / name).read_bytes().replace(_OUTSIDE, b"data:,"),
                _TYPES[name.rpartition(".")[2]],
                ((b"cache-control", b"public, max-age=3600"),),
            )
    return found
