"""Recording many transactions at once, all of them or none, without holding others up."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from steward.domain.booking import Stated, booked
from steward.domain.errors import InvalidValue
from steward.domain.instruments import Instrument
from steward.domain.portfolios import Portfolio
from steward.domain.shorts import BeyondPosition, blamed
from steward.domain.transactions import Entry, ExternalIdTaken, seal
from steward.usecases.bookings import (
    check_external_ids,
    considered,
    instruments_of,
    rebuild,
    shorted,
)
from steward.usecases.named_lots import check_lots
from steward.usecases.ports import WriteUnit

ROWS_MAXIMUM: Final = 10_000
_ERRORS_MAXIMUM: Final = 100


class BadRows(InvalidValue):
    """Some rows of a batch are wrong: `errors` names the first hundred."""

    code = "bad-rows"

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("Some rows of the batch are wrong: see errors. Nothing was recorded.")
        self.errors = errors


async def record_many(
    unit: WriteUnit, *, owner_id: UUID, portfolio_id: int, rows: Iterable[Stated], at: datetime
) -> tuple[int, int]:
    """Append all rows in their order; give the ids of the first and the last.

    Raises PortfolioNotFound, ExternalIdTaken, LotNamed, BadRows with a pointer to each wrong value.
    """
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    instruments = await instruments_of(unit, owner_id, None)
    entries = await asyncio.to_thread(_entries, portfolio, rows, instruments, at)
    change = await considered(unit, portfolio, come=entries, at=at)
    taken = await check_external_ids(unit, change)
    if taken:
        taken_before = ExternalIdTaken()
        taken_before.errors = [_blaming(place, taken_before) for place in taken[:_ERRORS_MAXIMUM]]
        raise taken_before
    misnamed = await check_lots(unit, change, pointer="/quantity")
    if misnamed is not None:
        _, refusal = misnamed
        if isinstance(refusal, InvalidValue):
            raise BadRows([_blaming(*misnamed)])
        refusal.errors = [_blaming(*misnamed)]
        raise refusal
    short = await shorted(unit, change)
    if short is not None:
        raise BadRows([_blaming(blamed(entries, short), BeyondPosition(pointer="/quantity"))])
    sealed = await asyncio.to_thread(seal, portfolio, entries, at=at)
    ids = await unit.transactions.append_many(portfolio, sealed, assets=change.assets, moves=not change.later)
    await rebuild(unit, change)
    return ids


def _entries(
    portfolio: Portfolio, rows: Iterable[Stated], instruments: Mapping[str, Instrument], at: datetime
) -> list[Entry]:
    entries: list[Entry] = []
    errors: list[tuple[str, str]] = []
    for place, stated in enumerate(rows):
        try:
            entries.append(booked(stated, instruments, base_currency=portfolio.base_currency, at=at))
        except InvalidValue as refusal:
            errors.append(_blaming(place, refusal))
            if len(errors) == _ERRORS_MAXIMUM:
                break
    if errors:
        raise BadRows(errors)
    return entries


def _blaming(place: int, refusal: Exception) -> tuple[str, str]:
    pointer, detail = getattr(refusal, "pointer", None), str(refusal)
    return f"/transactions/{place}{pointer or ''}", detail
