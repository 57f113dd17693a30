"""Exchange rates: entered by people, else those of a source."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from steward.domain.closes import Policy
from steward.domain.errors import InvalidValue, NotFound
from steward.domain.market import Market
from steward.domain.money import checked_currency
from steward.usecases.market import Sources, load
from steward.usecases.ports import ReadUnit

_CODE: Final = 3


class RateNotFound(NotFound):
    """No source knows a rate of this pair that is recent enough."""

    code = "rate-not-found"

    def __init__(self) -> None:
        super().__init__("No source knows a rate of this pair that is recent enough.")


class InvalidPair(InvalidValue):
    """Not the codes of two different currencies, such as USDEUR."""

    code = "invalid-pair"


def checked_pair(pair: str, *, pointer: str) -> tuple[str, str]:
    """Give the two currencies of a pair. Raises InvalidPair."""
    base, quote = pair[:_CODE], pair[_CODE:]
    detail = "A pair is two different ISO 4217 codes, such as USDEUR: euros for one dollar."
    if base == quote:
        raise InvalidPair(detail, pointer=pointer)
    try:
        checked_currency(base, pointer=pointer)
        checked_currency(quote, pointer=pointer)
    except InvalidValue as refusal:
        raise InvalidPair(detail, pointer=pointer) from refusal
    return base, quote


async def known(
    unit: ReadUnit,
    sources: Sources,
    *,
    owner_id: UUID,
    currencies: Collection[str],
    on: date,
    policy: Policy,
    at: datetime,
) -> Market:
    """Load what gives the rates of these currencies on the day `on`."""
    return await load(
        unit,
        sources,
        owner_id=owner_id,
        symbols=(),
        currencies=currencies,
        first=on,
        last=on,
        policy=policy,
        at=at,
    )
