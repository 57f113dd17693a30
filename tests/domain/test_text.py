"""Names, symbols and notes: one kept form, or a refusal."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.text import InvalidSymbol, InvalidText, checked_name, checked_symbol, checked_text

ANY_TEXT = st.text(st.characters(codec=None, categories=None))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Pension", "Pension"),
        ("x", "x"),
        ("  My  pension ", "My  pension"),
        ("\u00a0Rente\u3000", "Rente"),
        ("Cafe\u0301", "Café"),
        ("e\u0301" * 100, "é" * 100),
        ("x" * 100, "x" * 100),
        (" " * 5_000 + "x", "x"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("😀" * 100, "😀" * 100),
        ("<script>", "<script>"),
        ("' OR 1=1--", "' OR 1=1--"),
        ("{{7*7}} %s%n ../../", "{{7*7}} %s%n ../../"),
    ],
)
def test_names_as_they_are_kept(typed: str, kept: str) -> None:
    assert checked_name(typed, pointer="/name") == kept
    assert checked_name(kept, pointer="/name") == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\u3000",
        "x" * 101,
        "é" * 101,
        "a" + "\u0301" * 1_000,
        "a\x00b",
        "a\nb",
        "b\t",
        "\x7f",
        "\x85",
        "\ud800",
        "a\udfffb",
        "\u202eevil",
        "\u2066a\u2069",
        "a\u2028b",
    ],
)
def test_names_that_are_refused(typed: str) -> None:
    with pytest.raises(InvalidText) as refused:
        checked_name(typed, pointer="/name")
    assert refused.value.pointer == "/name"
    assert refused.value.code == "invalid-text"


def test_a_longer_text_has_its_own_limit() -> None:
    assert checked_text("x" * 500, pointer="/note", maximum=500) == "x" * 500
    with pytest.raises(InvalidText, match="1 to 500 characters"):
        checked_text("x" * 501, pointer="/note", maximum=500)


@given(ANY_TEXT)
def test_what_is_kept_is_clean_and_stays_the_same(typed: str) -> None:
    try:
        kept = checked_name(typed, pointer="")
    except InvalidText:
        return
    assert 1 <= len(kept) <= 100
    assert len(kept.encode()) <= 400
    assert kept == kept.strip() == unicodedata.normalize("NFC", kept) == checked_name(kept, pointer="")
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in kept)


@pytest.mark.parametrize(
    "typed", ["a\u0301\u0323" * 300_000, "\u0323\u0301" * 400_000, " " * 900_000, "x" * 900_000]
)
def test_a_megabyte_is_refused_quickly(typed: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(InvalidText):
        checked_name(typed, pointer="")
    with pytest.raises(InvalidSymbol):
        checked_symbol(typed, pointer="")
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("btc", "BTC"),
        (" aapl\t", "AAPL"),
        ("BRK.B", "BRK.B"),
        ("^GSPC", "^GSPC"),
        ("btc-usd", "BTC-USD"),
        ("EURUSD=X", "EURUSD=X"),
        ("005930.KS", "005930.KS"),
        ("x" * 32, "X" * 32),
        ("a:b/c_d", "A:B/C_D"),
    ],
)
def test_symbols_have_one_form(typed: str, kept: str) -> None:
    assert checked_symbol(typed, pointer="/symbol") == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "x" * 33,
        "=CMD()",
        "AA PL",
        "\u0412\u0422\u0421",
        "ß",
        "\u0131",
        "\u017f",
        "ﬁ",
        "\uff11\uff12",
        "BTC\n",
        "\u00a0BTC",
        "a\x00",
        "\ud800",
    ],
)
def test_symbols_that_are_refused(typed: str) -> None:
    with pytest.raises(InvalidSymbol) as refused:
        checked_symbol(typed, pointer="/symbol")
    assert refused.value.pointer == "/symbol"


@given(ANY_TEXT)
def test_a_symbol_is_ascii_whatever_was_typed(typed: str) -> None:
    try:
        kept = checked_symbol(typed, pointer="")
    except InvalidSymbol:
        return
    assert kept.isascii()
    assert checked_symbol(kept, pointer="") == kept == typed.strip().upper()
