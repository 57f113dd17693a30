"""Exact numbers: their limits, their one rounding, their one way of being written.

Every quantity, price and amount is a `Decimal` with at most 20 digits before the point and 18 after
it. Sums and products are exact; `rounded` and `divided` are the only places where digits are lost,
half to even, at the 18th digit after the point.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from functools import reduce
from typing import Final, cast

from steward.domain.errors import InvalidValue

WHOLE_DIGITS: Final = 20
FRACTION_DIGITS: Final = 18
ZERO: Final = Decimal(0)
UNKNOWN: Final = Decimal("NaN")
"""An amount that nobody knows: every sum and product with it is unknown too, and never a number."""
_STEP: Final = Decimal(1).scaleb(-FRACTION_DIGITS)

# 200 digits hold any sum of products of two numbers within the limits, and Inexact is trapped: an
# operation that would lose a digit is a defect that raises, never a silent rounding.
_EXACT: Final = Context(prec=200, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
_ROUNDING: Final = Context(
    prec=200, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow]
)

add = _EXACT.add
subtract = _EXACT.subtract
multiply = _EXACT.multiply

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_CODES: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW "
    "KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES "
    "VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG "
)
_CURRENCIES: Final = frozenset(_CODES.split())


class NumberOutOfRange(InvalidValue):
    """More digits than an exact number may have."""

    code = "number-out-of-range"


class InvalidNumber(InvalidValue):
    """Not a plain decimal number."""

    code = "invalid-number"


class NotPositive(InvalidValue):
    """A quantity or price that must be greater than zero is not."""

    code = "not-positive"


class UnknownCurrency(InvalidValue):
    """Not the ISO 4217 code of a currency in use."""

    code = "unknown-currency"


class MixedCurrencies(InvalidValue):
    """Two amounts of different currencies were to be added."""

    code = "mixed-currencies"


def within_limits(value: Decimal, *, pointer: str | None = None) -> Decimal:
    """Give `value` back, zero without a sign; raise NumberOutOfRange when it has too many digits."""
    if not value.is_finite() or value.adjusted() >= WHOLE_DIGITS:
        if not value.is_zero():
            detail = f"A number has at most {WHOLE_DIGITS} digits before the point."
            raise NumberOutOfRange(detail, pointer=pointer)
        return ZERO
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -FRACTION_DIGITS:
        detail = f"A number has at most {FRACTION_DIGITS} digits after the point."
        raise NumberOutOfRange(detail, pointer=pointer)
    return value or ZERO


def parsed(raw: object, *, pointer: str | None = None) -> Decimal:
    """Read a number as it came in JSON: a number, or a string of plain decimal digits.

    Raises InvalidNumber for anything else (a boolean, a blank, another script's digits) and
    NumberOutOfRange for more digits than the limits; nothing is ever rounded.
    """
    plain_text = isinstance(raw, str) and _PLAIN.fullmatch(raw) is not None
    if plain_text or (isinstance(raw, int) and not isinstance(raw, bool)):
        raw = Decimal(cast("int | str", raw))
    if not isinstance(raw, Decimal):
        detail = "A number is written in plain decimal digits, such as 12.5."
        raise InvalidNumber(detail, pointer=pointer)
    return within_limits(raw, pointer=pointer)


def positive(value: Decimal, *, pointer: str) -> Decimal:
    """Give `value` back; raise NotPositive unless it is greater than zero."""
    if value <= ZERO:
        detail = "This number must be greater than 0."
        raise NotPositive(detail, pointer=pointer)
    return value


def rounded(value: Decimal) -> Decimal:
    """Round half to even to 18 digits after the point."""
    return value.quantize(_STEP, context=_ROUNDING)


def divided(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Divide and round once. Raises decimal.DivisionByZero when `divisor` is zero."""
    return rounded(_ROUNDING.divide(dividend, divisor))


def negated(value: Decimal) -> Decimal:
    """Turn the sign round, exactly: unary minus would round to the 28 digits of the default context."""
    return value.copy_negate() if value else ZERO


def known(value: Decimal) -> Decimal | None:
    """Give an amount, or None when it is UNKNOWN."""
    return None if value.is_nan() else value


def total(values: Iterable[Decimal]) -> Decimal:
    """Add exactly; UNKNOWN when one of them is."""
    return reduce(add, values, ZERO)


def share(whole: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """Give `whole` times `part` / `of`, rounded once; all of it when `part` is all."""
    return whole if part == of else divided(multiply(whole, part), of)


def steps(value: Decimal, step: Decimal) -> int | None:
    """Give how many times `step` (> 0) is in `value`, None when not a whole number of times."""
    count, rest = _EXACT.divmod(value, step)
    return None if rest else int(count)


def whole_steps(value: Decimal, step: Decimal) -> int:
    """Give how many whole times `step` (> 0) is in `value` (>= 0)."""
    return int(_EXACT.divmod(value, step)[0])


def plain(value: Decimal) -> str:
    """Write every digit, no exponent, no trailing zeros; zero is `0`.

    >>> plain(Decimal("1E+2")), plain(Decimal("0.500")), plain(Decimal("-0.0"))
    ('100', '0.5', '0')
    """
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def checked_currency(code: str, *, pointer: str) -> str:
    """Give the ISO 4217 code back; raise UnknownCurrency."""
    if code not in _CURRENCIES:
        detail = "This is not the ISO 4217 code of a currency, such as USD."
        raise UnknownCurrency(detail, pointer=pointer)
    return code


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats: they have already lost digits."""
        if type(self.amount) is not Decimal:
            detail = "An amount of money is an exact decimal."
            raise InvalidNumber(detail)

    def __add__(self, other: "Money") -> "Money":
        """Add exactly. Raises MixedCurrencies."""
        if self.currency != other.currency:
            detail = f"{self.currency} and {other.currency} cannot be added without a rate."
            raise MixedCurrencies(detail)
        return Money(add(self.amount, other.amount), self.currency)
