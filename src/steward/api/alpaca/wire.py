"""The values of the Alpaca wire: how ids, numbers and moments are read and written there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AfterValidator, BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from steward.api.json import quoted
from steward.api.problems import Answer
from steward.domain.errors import InvalidValue
from steward.domain.instants import EARLIEST_DAY, instant_text
from steward.domain.money import plain
from steward.domain.text import checked_text
from steward.usecases.orders import CLIENT_ORDER_ID_MAXIMUM

_SPACE: Final = uuid5(NAMESPACE_URL, "urn:steward:alpaca")


def account_uuid(portfolio_id: int) -> UUID:
    """Give the id that an account has there: portfolios have integers, Alpaca's models want UUIDs."""
    return uuid5(_SPACE, f"account {portfolio_id}")


def asset_uuid(symbol: str) -> UUID:
    """Give the id that the asset behind a symbol has there."""
    return uuid5(_SPACE, f"asset {symbol}")


def number(value: Decimal | None) -> str | None:
    """Write a number of the Trading API: a string with every digit."""
    return None if value is None else plain(value)


def moment(value: datetime | None) -> str | None:
    """Write a moment in UTC."""
    return None if value is None else instant_text(value)


def written(value: Any) -> str:  # noqa: ANN401, PLR0911 - any JSON value, one line for each kind
    """Write JSON; a Decimal becomes a JSON number with every digit."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{quoted(name)}:{written(one)}' for name, one in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{','.join(map(written, value))}]"
    return quoted(str(value))


def answer(document: object, status: int = 200) -> Answer:
    """Answer with a document."""
    return Answer(status, written(document).encode(), ())


NOTHING: Final = Answer(204, b"", ())


def _flag(raw: object) -> bool:
    # Python's clients send True, the others true.
    text = str(raw).lower()
    if text not in ("true", "false"):
        code, detail = "invalid-flag", "This is true or false."
        raise PydanticCustomError(code, detail)
    return text == "true"


def _instant(raw: object) -> datetime:
    """Read a moment, or a day as its first moment; without an offset it is in UTC."""
    try:
        found = datetime.fromisoformat(str(raw))
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        code = "invalid-time"
        detail = "This is a time such as 2026-01-31T09:30:00Z, or a day such as 2026-01-31."
        raise PydanticCustomError(code, detail) from None
    return min(max(found, _EARLIEST), _LATEST)


def _word(text: str) -> str:
    try:
        return checked_text(text, pointer="", maximum=CLIENT_ORDER_ID_MAXIMUM)
    except InvalidValue as refusal:
        raise PydanticCustomError(refusal.code, refusal.detail) from None


def _words(raw: object) -> tuple[str, ...]:
    return tuple(_word(word) for part in str(raw).split(",") if (word := part.strip()))


def start_of(day: date) -> datetime:
    """Give the first moment of a day in UTC."""
    return datetime.combine(day, time(), UTC)


# Nothing happens earlier or later, and within them there is a day before and after each.
_EARLIEST: Final = start_of(EARLIEST_DAY)
_LATEST: Final = start_of(date(9999, 1, 1))

Flag = Annotated[bool, PlainValidator(_flag)]
"""true or false, in capitals or not."""

Moment = Annotated[datetime, PlainValidator(_instant)]
"""A moment, or a day as its first moment in UTC."""

Name = Annotated[str, AfterValidator(_word)]
"""What a database can look for: no control character, and not too long."""

Words = Annotated[tuple[str, ...], PlainValidator(_words)]
"""Words between commas."""


def _whole(raw: object) -> object:
    return int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() else raw


Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number in an address."""
