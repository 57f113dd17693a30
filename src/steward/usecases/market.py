"""The market for an analysis: what its owner entered before what the sources know, in few round trips."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, timedelta
from uuid import UUID

from steward.domain.closes import Fill, Policy, Series, SeriesKind
from steward.domain.corporate_actions import CorporateAction
from steward.domain.instants import EARLIEST_DAY
from steward.domain.instruments import major
from steward.domain.market import Market, Trade
from steward.usecases.ports import ReadUnit, WriteUnit
from steward.usecases.ports_market import PriceSource, RateSource


@dataclass(frozen=True, slots=True)
class Sources:
    """Where closes and rates come from that the owner did not enter."""

    prices: PriceSource
    rates: RateSource


async def load(
    unit: ReadUnit | WriteUnit,
    sources: Sources,
    *,
    owner_id: UUID,
    symbols: Collection[str],
    currencies: Collection[str],
    first: date,
    last: date,
    policy: Policy,
    at: datetime,
    actions: Iterable[CorporateAction] = (),
    trades: Iterable[Trade] = (),
) -> Market:
    """Load what `Market` needs to answer for these symbols and currencies from `first` to `last`.

    The currencies of the instruments and closes come along by themselves.
    """
    since = max(first, EARLIEST_DAY + timedelta(days=policy.max_age_days)) - timedelta(
        days=policy.max_age_days
    )
    anywhere = policy.fill is Fill.NEAREST
    years = (EARLIEST_DAY.year, MAXYEAR) if anywhere else (since.year, last.year)
    instruments = await unit.instruments.of(owner_id, symbols) if symbols else []
    own = await unit.closes.of(owner_id, symbols, *years) if symbols else []
    own_rates = await unit.closes.of(owner_id, None, *years, kind=SeriesKind.RATE)
    adjusted = {one.symbol for one in instruments if one.prices_adjusted}
    closes = [replace(one, adjusted=True) if one.key in adjusted else one for one in own]

    def from_sources() -> tuple[list[Series], list[Series]]:
        found = (sources.prices.closes(symbol, since, last, at=at) for symbol in symbols)
        more = [series for series in found if series is not None]
        quoted = {*currencies, *(one.currency for one in (*closes, *more) if one.currency is not None)}
        quoted |= {one.currency for one in instruments if one.currency is not None}
        return more, list(sources.rates.rates({major(currency)[0] for currency in quoted}))

    more, rates = await asyncio.to_thread(from_sources)
    return Market(
        policy,
        instruments=instruments,
        closes=[*closes, *more],
        rates=[*own_rates, *rates],
        actions=actions,
        trades=trades,
    )
