"""Users, sessions, and what may be an e-mail, a username, a password."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.text import InvalidText
from steward.domain.users import (
    EMAIL_MAXIMUM,
    LOGIN_MAXIMUM,
    InvalidEmail,
    InvalidPassword,
    Session,
    canonical_login,
    checked_email,
    checked_password,
    checked_username,
    normalized_password,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(codec=None, categories=None))
LIKELY_TEXT = st.text("aB1.-+ üßİ́例。", min_size=1)
ADDRESSES = st.builds("{}@{}.com".format, *[LIKELY_TEXT | ANY_TEXT] * 2)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.Lee+Test@Example.COM ", "ann.lee+test@example.com"),
        ("o'neil_1@a-b.example.co", "o'neil_1@a-b.example.co"),
        ("a@MÜNCHEN.de", "a@xn--mnchen-3ya.de"),
        ("a@mu\u0308nchen.de", "a@xn--mnchen-3ya.de"),
        ("a@XN--Mnchen-3YA.de", "a@xn--mnchen-3ya.de"),
        ("a@例子。中国", "a@xn--fsqu00a.xn--fiqs8s"),
        ("JOSE\u0301@example.com", "josé@example.com"),
        ("用户@example.com", "用户@example.com"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
    ],
)
def test_emails_have_one_form(typed: str, kept: str) -> None:
    assert checked_email(typed) == kept
    assert canonical_login(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@localhost",
        "ann@example.com.",
        "ann@.com",
        "ann@a..com",
        ".ann@a.com",
        "ann.@a.com",
        "a..b@a.com",
        "a b@a.com",
        '"a b"@a.com',
        "Ann <ann@a.com>",
        "a@b@c.com",
        "a,b@c.com",
        "ann@a.com\n",
        "ann@a.com\r\nBcc: x@y.z",
        "ann\n@a.com",
        "\x00@a.com",
        "ann@a\x00.com",
        "\ud800@a.com",
        "ann@\ud800.com",
        "ann@[127.0.0.1]",
        "ann@127.0.0.1",
        "ann@-a.com",
        "ann@a-.com",
        "ann@a_b.com",
        "ann@a b.com",
        "ann@xn--a.com",
        "ann@xn--.com",
        "ann@" + "x" * 64 + ".com",
        "x" * 65 + "@a.com",
        "(c)ann@a.com",
        "ann@" + "x." * 130 + "com",
        "\u202eann@a.com",
        "an\u200bn@a.com",
        "ann\uff20a.com",
    ],
)
def test_emails_that_are_refused(typed: str) -> None:
    with pytest.raises(InvalidEmail) as refused:
        checked_email(typed)
    assert (refused.value.code, refused.value.pointer) == ("invalid-email", "/email")


def test_the_longest_email() -> None:
    longest = "a@" + ".".join(["x" * 63] * 3) + "." + "y" * 57 + ".z"
    assert len(longest) == EMAIL_MAXIMUM - 1
    assert checked_email("a" + longest)
    with pytest.raises(InvalidEmail):
        checked_email("aa" + longest)


@given(ADDRESSES)
def test_a_kept_email_stays_the_same(typed: str) -> None:
    try:
        kept = checked_email(typed)
    except InvalidEmail:
        return
    assert len(kept) <= EMAIL_MAXIMUM
    assert kept == checked_email(kept) == checked_email(kept.upper()) == canonical_login(kept)


@pytest.mark.parametrize(
    "typed", ["@" * 900_000, "a@" + "ü" * 900_000, "\u0301\u0323" * 400_000, "a." * 450_000]
)
def test_a_megabyte_is_judged_quickly(typed: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(InvalidEmail):
        checked_email(typed)
    with pytest.raises(InvalidPassword):
        checked_password(typed, logins=[])
    assert canonical_login(typed) == ""
    assert time.perf_counter() - begun < 0.5


def test_a_username_is_shown_as_typed_and_unique_without_case() -> None:
    assert checked_username(" Bob ") == "Bob"
    assert canonical_login(" Bob ") == canonical_login("bOB") == "bob"
    assert canonical_login("STRASSE") == canonical_login("Straße")
    assert canonical_login("Jose\u0301") == canonical_login("JOSÉ")
    with pytest.raises(InvalidText) as refused:
        checked_username("a\x00")
    assert refused.value.pointer == "/username"


def test_an_email_as_a_username_has_the_key_of_that_email() -> None:
    assert canonical_login(checked_username("\u3000Ann@MÜNCHEN.de")) == checked_email("ann@xn--mnchen-3ya.de")
    assert canonical_login("Ann@localhost") == "ann@localhost"


@pytest.mark.parametrize("typed", ["", "  ", "x" * 101, "a\x00b", "\ud800", "a\n"])
def test_what_can_be_nobodys_login_has_the_empty_key(typed: str) -> None:
    assert canonical_login(typed) == ""


@given(ANY_TEXT)
def test_every_text_has_a_key_of_bounded_length(typed: str) -> None:
    key = canonical_login(typed)
    assert len(key) <= LOGIN_MAXIMUM
    key.encode()


def test_the_longest_key() -> None:
    assert len(canonical_login("ﬃ" * 100)) == LOGIN_MAXIMUM


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        "x" * 128,
        " leading and trailing ",
        "пароль-длинный",
        "e\u0301" * 128,
        "tab\tand\nnewline",
        "🔑" * 12,
    ],
)
def test_passwords_that_may_be_chosen(password: str) -> None:
    checked_password(password, logins=["ann@example.com", "ann"])


@pytest.mark.parametrize(
    "password",
    [
        "",
        "eleven char",
        "x" * 129,
        "x" * 4_096,
        "with a \x00 inside",
        "with \ud800 inside",
        "e\u0301" * 11,
        "1q2w3e4r5t6y",
        "Friend of Emily",
        "QWERTY123456",
        "PassWord1234",
        "Ann@Example.com",
        "ann@example.com",
        "Bob Bobbington",
    ],
)
def test_passwords_that_are_refused(password: str) -> None:
    with pytest.raises(InvalidPassword) as refused:
        checked_password(password, logins=["ann@example.com", "bob bobbington"])
    assert (refused.value.code, refused.value.pointer) == ("invalid-password", "/password")


def test_a_password_is_one_on_every_keyboard_and_otherwise_as_typed() -> None:
    assert normalized_password("cafe\u0301 ") == normalized_password("café ") == "café "
    assert normalized_password("ﬁ") == "ﬁ"


def test_a_session_is_open_until_it_ends_or_is_revoked() -> None:
    end = NOW + timedelta(hours=12)
    session = Session(UUID(int=1), UUID(int=2), NOW, end, None, "127.0.0.1", "a browser")
    assert session.is_open(NOW)
    assert session.is_open(end - timedelta(microseconds=1))
    assert not session.is_open(end)
    revoked = Session(UUID(int=1), UUID(int=2), NOW, end, NOW, "127.0.0.1", "a browser")
    assert not revoked.is_open(NOW)
