"""The text that people type: names, symbols, notes.

Everything is kept in one form (Unicode NFC, trimmed), so that what looks the same is the same on
every database, and nothing is kept that could hide or reorder its neighbours on a screen.
"""

import re
import unicodedata

from steward.domain.errors import InvalidValue

NAME_MAXIMUM = 100
SYMBOL_MAXIMUM = 32

# Control characters, line and paragraph separators, bidi overrides and isolates, lone surrogates.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_SYMBOL = re.compile(rf"[ \t]*([A-Za-z0-9.^=:/_-]{{1,{SYMBOL_MAXIMUM}}})[ \t]*")
# NFC makes at most four characters into one, so longer raw text cannot become short enough. Asked
# first, because normalising a megabyte of combining marks takes quadratic time.
NFC_SHRINKS_AT_MOST = 4


class InvalidText(InvalidValue):
    """A text that is empty, too long, or holds characters that are never kept."""

    code = "invalid-text"


class InvalidSymbol(InvalidValue):
    """Not the symbol of an instrument."""

    code = "invalid-symbol"


def checked_text(text: str, *, pointer: str, maximum: int) -> str:
    """Return `text` as it is kept: NFC, trimmed, 1 to `maximum` characters, on one line.

    A character takes at most four bytes in UTF-8, so `maximum` also bounds the size in bytes.

    Raises:
        InvalidText: it is empty, longer, or holds control, surrogate or bidi-override characters.
    """
    if len(text) <= maximum and _PLAIN.fullmatch(text):
        return text
    if _FORBIDDEN.search(text):
        detail = "The text holds a control, surrogate or text-direction character, which is not allowed."
        raise InvalidText(detail, pointer=pointer)
    kept = text.strip()
    if len(kept) <= maximum * NFC_SHRINKS_AT_MOST:
        kept = unicodedata.normalize("NFC", kept)
    if not 1 <= len(kept) <= maximum:
        raise InvalidText(f"The text must have 1 to {maximum} characters.", pointer=pointer)
    return kept


def checked_name(text: str, *, pointer: str) -> str:
    """Return the name in the form in which it is kept: NFC, trimmed, 1 to 100 characters.

    Raises:
        InvalidText: as for `checked_text`.
    """
    return checked_text(text, pointer=pointer, maximum=NAME_MAXIMUM)


def checked_symbol(text: str, *, pointer: str) -> str:
    """Return the one form of a symbol: trimmed of ASCII blanks, in capitals, 1 to 32 characters.

    Raises:
        InvalidSymbol: it holds anything but ASCII letters, digits and `. ^ = : / _ -`.
    """
    # Matched before it is upper-cased, which turns some letters of other alphabets into ASCII ones.
    match = _SYMBOL.fullmatch(text)
    if match is None:
        detail = f"A symbol has 1 to {SYMBOL_MAXIMUM} letters, digits or characters of . ^ = : / _ - only."
        raise InvalidSymbol(detail, pointer=pointer)
    return match[1].upper()
