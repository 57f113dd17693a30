"""Closes and rates that people enter: kept by year, and the latest close becomes the entered price."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from uuid import UUID

from steward.domain.closes import Change, Series, SeriesKind, by_year, merged
from steward.domain.errors import InvalidValue
from steward.domain.instruments import major
from steward.domain.money import divided
from steward.domain.prices import Quote
from steward.usecases.ports import WriteUnit
from steward.usecases.prices import SOURCE

DEFAULT_CURRENCY = "USD"
_SYMBOLS_AT_ONCE = 50
_DAYS_WORTH_A_THREAD = 1000
# When the day of a close is over, as for the simulated market.
_CLOSING = time(21, tzinfo=UTC)


class CurrencyMismatch(InvalidValue):
    """The closes of a symbol are in one currency: that of its instrument, or of the first of them."""

    code = "currency-mismatch"

    def __init__(self, *, pointer: str) -> None:
        super().__init__("The closes of this symbol are in another currency.", pointer=pointer)


@dataclass(frozen=True, slots=True)
class Entry:
    """A change to the series of one symbol or pair; `pointer` is where its currency was stated."""

    change: Change
    pointer: str = "/currency"


async def currency_of(unit: WriteUnit, owner_id: UUID, symbol: str) -> str:
    """Give the currency in which the closes of a symbol are, or would be when none is stated."""
    return (await _currencies(unit, owner_id, [symbol])).get(symbol, DEFAULT_CURRENCY)


async def enter(
    unit: WriteUnit, *, owner_id: UUID, kind: SeriesKind, entries: Sequence[Entry], at: datetime
) -> None:
    """Keep what is entered over what was, and tell what rests on it. Raises CurrencyMismatch.

    A close that is not older than the price that its owner entered becomes that price.
    """
    await unit.closes.hold(owner_id)
    if kind is SeriesKind.CLOSE:
        known = await _currencies(unit, owner_id, [one.change.key for one in entries])
        for entry in entries:
            if known.get(entry.change.key, entry.change.set.currency) != entry.change.set.currency:
                raise CurrencyMismatch(pointer=entry.pointer)
    changed: set[int] = set()
    for start in range(0, len(entries), _SYMBOLS_AT_ONCE):
        changes = [one.change for one in entries[start : start + _SYMBOLS_AT_ONCE]]
        touched = [years for change in changes if (years := change.years) is not None]
        if touched:
            years = min(first for first, _ in touched), max(last for _, last in touched)
            found = await unit.closes.of(owner_id, [change.key for change in changes], *years, kind=kind)
            kept = await _off_the_loop(changes, {one.key: one for one in found})
            await unit.closes.keep(owner_id, kind, kept)
            changed |= {year for year, _ in kept}
    if kind is SeriesKind.CLOSE:
        unit.prices.put_all(owner_id, await _newer(unit, owner_id, entries, at))
    if changed:
        await unit.closes.advance(owner_id, history=min(changed) < at.year)


async def _currencies(unit: WriteUnit, owner_id: UUID, symbols: Sequence[str]) -> dict[str, str]:
    closes = await unit.closes.currencies(owner_id, symbols)
    recorded = await unit.instruments.of(owner_id, symbols)
    return {**closes, **{one.symbol: one.currency for one in recorded if one.currency is not None}}


async def _off_the_loop(changes: Sequence[Change], before: Mapping[str, Series]) -> list[tuple[int, Series]]:
    if sum(len(change.set.days) for change in changes) < _DAYS_WORTH_A_THREAD:
        return list(_years(changes, before))
    return await asyncio.to_thread(lambda: list(_years(changes, before)))


def _years(changes: Sequence[Change], before: Mapping[str, Series]) -> Iterator[tuple[int, Series]]:
    """Give the years that the changes make other ones."""
    for change in changes:
        new = merged(before.get(change.key, _emptied(change.set)), change)
        old = before.get(change.key, _emptied(new))
        was = by_year(replace(old, scale=new.scale, values=old.scaled(new.scale)))
        now = by_year(new)
        for year in sorted(was.keys() | now.keys()):
            kept = now.get(year, _emptied(new))
            if kept != was.get(year):
                yield year, kept


def _emptied(series: Series) -> Series:
    return replace(series, days=series.days[:0], values=series.values[:0])


async def _newer(unit: WriteUnit, owner_id: UUID, entries: Sequence[Entry], at: datetime) -> list[Quote]:
    """Give the latest closes that no entered price is newer than."""
    entered = await unit.prices.entered(owner_id)
    found: list[Quote] = []
    for latest in (entry.change.set for entry in entries if entry.change.set.days):
        as_of = min(datetime.combine(latest.day(-1), _CLOSING), at)
        currency, minor = major(latest.currency)
        price = divided(latest.stated(-1), Decimal(minor))
        quote, known = Quote(latest.key, price, currency, SOURCE, as_of), entered.get(latest.key)
        # Of the smallest of prices in a minor unit nothing is left.
        if price and quote != known and (known is None or known.as_of <= as_of):
            found.append(quote)
    return found
