"""The values of the contract as types of request bodies, parameters and documented answers."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from steward.domain.errors import InvalidValue
from steward.domain.instants import parsed_day
from steward.domain.money import parsed

BIGGEST_ID = 2**63 - 1
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_NUMBER_PATTERN = r"^-?[0-9]{1,20}(\.[0-9]{1,18})?$"


def _number(raw: object) -> Decimal:
    try:
        return parsed(raw)
    except InvalidValue as refusal:
        raise PydanticCustomError(refusal.code, refusal.detail) from refusal


def plain_integer(raw: object) -> int:
    """Read a whole number from an address. Raises PydanticCustomError."""
    if isinstance(raw, str) and _INTEGER.fullmatch(raw):
        return int(raw)
    code, detail = "invalid-integer", "This is a whole number in plain decimal digits."
    raise PydanticCustomError(code, detail)


def _flag(raw: object) -> bool:
    if raw not in ("true", "false"):
        code, detail = "invalid-flag", "This is true or false."
        raise PydanticCustomError(code, detail)
    return raw == "true"


def _uuid(raw: object) -> UUID:
    if isinstance(raw, str) and _UUID.fullmatch(raw):
        return UUID(raw)
    code, detail = "invalid-id", "This is a UUID, such as 0197a6c0-1f2e-7000-8000-000000000000."
    raise PydanticCustomError(code, detail)


def _instant(raw: object) -> datetime:
    if isinstance(raw, str) and _TIME.fullmatch(raw):
        try:
            return datetime.fromisoformat(raw.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    code, detail = "invalid-time", "This is a time with its offset (RFC 3339), such as 2026-01-31T09:30:00Z."
    raise PydanticCustomError(code, detail)


def _day(raw: object) -> date:
    try:
        return parsed_day(raw)
    except InvalidValue as refusal:
        raise PydanticCustomError(refusal.code, refusal.detail) from refusal


_NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": -1e20, "exclusiveMaximum": 1e20},
        {"type": "string", "pattern": _NUMBER_PATTERN},
    ],
    "description": "An exact decimal: at most 20 digits before the point and 18 after it.",
}
Number = Annotated[Decimal, PlainValidator(_number), WithJsonSchema(_NUMBER_SCHEMA)]
"""An exact number in a request."""

Exact = Annotated[Decimal, Field(strict=False), WithJsonSchema({"type": "number"})]
"""An exact number in an answer: a JSON number with every digit."""

Instant = Annotated[
    datetime, PlainValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""A time with its offset."""

Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A calendar day."""

DAYS_MAXIMUM = 900
_DAILY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "propertyNames": {"format": "date"},
    "additionalProperties": {"anyOf": [*_NUMBER_SCHEMA["anyOf"], {"type": "null"}]},
    "minProperties": 1,
    "maxProperties": DAYS_MAXIMUM,
    "description": "A number, or null, by day: see `Number`.",
}
Daily = Annotated[dict[str, Any], WithJsonSchema(_DAILY_SCHEMA)]
"""A number for each of some days, or null to remove it; both are checked where they are used."""

PortfolioId = Annotated[int, Ge(1), Le(BIGGEST_ID), BeforeValidator(plain_integer)]
AssetId = PortfolioId
TransactionId = PortfolioId
ActionId = PortfolioId
Uuid = Annotated[UUID, PlainValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
Page = Annotated[int, Ge(1), Le(10**12), BeforeValidator(plain_integer)]
PageSize = Annotated[int, Ge(1), Le(100), BeforeValidator(plain_integer)]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]
"""true or false in an address."""

Sequence = Annotated[int, Ge(0), Le(BIGGEST_ID), BeforeValidator(plain_integer)]
"""The number of a message in its sequence; 0 stands before the first."""

Limit = Annotated[int, Ge(1), Le(1000), BeforeValidator(plain_integer)]
Cursor = Annotated[str, MaxLen(64)]


class Body(BaseModel):
    """A request body: unknown fields are refused, values are taken as they are."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shape(BaseModel):
    """The documented shape of an answer. Answers are written as bytes; the tests compare the two."""

    model_config = ConfigDict(extra="forbid")


class Pagination(Shape):
    """Where a page lies in its list."""

    total_items: int
    total_pages: int
    current_page: int
    items_per_page: int


class Problem(Shape):
    """What was refused, and why (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list["ProblemError"] | None = None


class ProblemError(Shape):
    """One wrong value: a JSON pointer into the request, and what is wrong there."""

    pointer: str
    detail: str
