"""JSON on the wire: read strictly and exactly, written from text that is already right."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from typing import NoReturn, TypeVar

__all__ = ["DEPTH_MAXIMUM", "KEYS_MAXIMUM", "BadJson", "optional", "parse", "quoted"]

T = TypeVar("T")

DEPTH_MAXIMUM = 32
KEYS_MAXIMUM = 1000
_LONGEST_INTEGER = 38
_BLANKS = " \t\n\r"
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


class BadJson(ValueError):
    """Not a JSON document that is accepted; `code` says which rule it breaks."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def parse(raw: bytes, *, keys_maximum: int = KEYS_MAXIMUM) -> object:
    """Read one JSON document in UTF-8: numbers as int or Decimal, never through a float.

    Raises BadJson for anything else: a BOM, NaN, a duplicate key, more than 32 levels or `keys_maximum` keys.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        code, detail = "bad-json", "The body is not UTF-8."
        raise BadJson(code, detail) from error
    if text.count("[") + text.count("{") > DEPTH_MAXIMUM:
        _check_depth(text)
    text = text.strip(_BLANKS)
    try:
        found, end = _DECODER.raw_decode(text)
    except BadJson:
        raise
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise _no_document() from error
    if end != len(text):
        raise _no_document()
    # Every key has its colon, so most bodies need no counting.
    if text.count(":") > keys_maximum and _keys(found) > keys_maximum:
        code, detail = "bad-json", f"The body has more than {keys_maximum} keys."
        raise BadJson(code, detail)
    return found


def _no_document() -> BadJson:
    return BadJson("bad-json", "The body is not a JSON document.")


def optional(write: Callable[[T], str], value: T | None) -> str:
    """Write a value, or null."""
    return "null" if value is None else write(value)


def _integer(digits: str) -> int | Decimal:
    # int() takes quadratic time: what is too long for any number of ours is not worth it.
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Decimal(digits)


def _refuse_constant(_: str) -> NoReturn:
    code, detail = "json-nonfinite", "NaN and Infinity are no JSON numbers."
    raise BadJson(code, detail)


def _check_depth(text: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        first = found[0][0]
        if first in "[{":
            depth += 1
            if depth > DEPTH_MAXIMUM:
                code, detail = "bad-json", f"The body is nested deeper than {DEPTH_MAXIMUM} levels."
                raise BadJson(code, detail)
        elif first in "]}":
            depth -= 1


def _one_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        code, detail = "duplicate-key", "An object names the same key twice."
        raise BadJson(code, detail)
    return found


def _keys(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_int=_integer, parse_constant=_refuse_constant, object_pairs_hook=_one_object
)
