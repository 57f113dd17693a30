import re

import pytest

from steward.api.docs import pages

HTML = ("/docs", "/redoc")


@pytest.mark.parametrize("path", HTML)
def test_a_page_asks_only_its_own_server_and_carries_no_script(path: str) -> None:
    page = pages()[path]
    text = page.body.decode()
    assert page.content_type == "text/html; charset=utf-8"
    assert "https://" not in text
    assert "//cdn" not in text
    assert not re.search(r"<script(?! src=)|<style|\son\w+=", text)
    wanted = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert {f"/{name}" for name in wanted if name != "data:,"} <= pages().keys()


@pytest.mark.parametrize("path", HTML)
def test_a_page_brings_a_policy_that_trusts_only_its_own_server(path: str) -> None:
    policy = dict(pages()[path].headers)[b"content-security-policy"].decode()
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_every_asset_is_used_typed_and_kept_for_a_while() -> None:
    text = "".join(pages()[path].body.decode() for path in HTML)
    for path, page in pages().items():
        if path in HTML:
            continue
        assert path.removeprefix("/") in text
        assert page.body
        assert page.content_type in {"text/css; charset=utf-8", "text/javascript; charset=utf-8"}
        assert dict(page.headers)[b"cache-control"] == b"public, max-age=3600"


def test_no_asset_loads_from_a_content_delivery_network() -> None:
    assert all(b"//cdn." not in page.body for page in pages().values())


def test_files_are_read_once() -> None:
    assert pages() is pages()
