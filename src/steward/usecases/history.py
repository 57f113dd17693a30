"""History day by day: years that are over are read as they were kept, the open one is told anew."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from steward.domain.closes import Fill
from steward.domain.days import History
from steward.domain.errors import Refusal
from steward.domain.findings import Finding
from steward.domain.history_years import Footing, HistoryYear, cut, first_open_day, joined, years
from steward.domain.portfolios import CostMethod
from steward.domain.scopes import Crossing, Scope
from steward.domain.story import Method
from steward.usecases.analysis import Analysis, Analyst, Asked, Frame, Version
from steward.usecases.ports import ReadUnit, Units, WriteUnit
from steward.usecases.values import Trace

_DAY: Final = timedelta(days=1)
_WHOLE: Final = Crossing(Scope())
_TRACE: Final = Trace("history.keep", "", "", "")
_OWNERS_AT_ONCE: Final = 200
# Each is the days of a year or two.
_OPEN_MAXIMUM: Final = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A history, and how it is told."""

    frame: Frame
    days: History


@dataclass(frozen=True, slots=True)
class _Open:
    """What is not kept of a portfolio: the days since New Year, and when everything began."""

    version: Version
    begins: date | None
    days: History


class Historian:
    """Tells histories; writes years that are over down, once the answer is on its way."""

    def __init__(self, analyst: Analyst, units: Units, *, edition: str) -> None:
        self._analyst, self._units, self._edition = analyst, units, edition
        self._open: OrderedDict[tuple[UUID, int], _Open] = OrderedDict()
        self._writing: set[asyncio.Task[None]] = set()

    async def tell(
        self,
        unit: ReadUnit,
        *,
        owner_id: UUID,
        portfolio_id: int | None,
        asked: Asked,
        crossing: Crossing,
        first: date | None,
        last: date,
        at: datetime,
    ) -> Told:
        """Tell a history; without a first day, from the day before everything began.

        Raises PortfolioNotFound, CurrencyNeeded, LotScopeOfAll.
        """
        frame = await self._analyst.frame(unit, owner_id=owner_id, portfolio_id=portfolio_id, asked=asked)
        if portfolio_id is None or crossing != _WHOLE or not _is_usual(frame, asked):
            analysis = await self._analyst.framed(unit, frame, owner_id=owner_id, asked=asked, at=at)
            start = first or _start(analysis.first, last)
            return Told(frame, await self._computed(analysis, crossing, start, last))
        kept = self._counting(await unit.history_years.of(owner_id, portfolio_id), frame, at)
        found = self._open.get((owner_id, portfolio_id))
        if found is None or found.version != frame.version(at):
            analysis = await self._analyst.framed(unit, frame, owner_id=owner_id, asked=asked, at=at)
            made, found = await self._made(analysis, frame, kept, at)
            if made and not kept:
                kept = made
                self._write(owner_id, portfolio_id, made, at)
            self._remember((owner_id, portfolio_id), found)
        begins = kept[0].begins if kept else found.begins
        whole = joined([*(one.days for one in kept), found.days])
        return Told(frame, cut(whole, first or _start(begins, last), last))

    async def settle(self) -> None:
        """Wait until everything that was told is written down."""
        while self._writing:
            await asyncio.gather(*self._writing)

    def _counting(self, kept: list[HistoryYear], frame: Frame, at: datetime) -> list[HistoryYear]:
        """Give the years that count; none when the last one that is over is not among them."""
        now = footing(frame, self._edition, {one.portfolio_id for one in frame.known.ledgers})
        good = [one for one in kept if one.footing.holds(now) and one.year < first_open_day(at).year]
        return good if good and good[-1].year == first_open_day(at).year - 1 else []

    async def _computed(self, analysis: Analysis, crossing: Crossing, first: date, last: date) -> History:
        def told() -> History:
            # Brings numpy, which a worker that is never asked does without.
            from steward.domain.history import history  # noqa: PLC0415

            return history(
                analysis.story,
                first=first,
                last=last,
                currency=analysis.currency,
                method=analysis.method,
                crossing=crossing,
            )

        return await self._analyst.tell(analysis, told, apart=True)

    async def _made(
        self, analysis: Analysis, frame: Frame, kept: list[HistoryYear], at: datetime
    ) -> tuple[list[HistoryYear], _Open]:
        """Tell the open year, and those before it unless they are kept."""
        begins, border, last = analysis.first, first_open_day(at), at.date() + _DAY
        start = border if kept or begins is None or begins >= border else date(begins.year, 1, 1)
        whole = await self._computed(analysis, _WHOLE, start, last)
        open_ = _Open(frame.version(at), begins, cut(whole, border, last))
        if begins is None or start == border:
            return [], open_
        rests_on = {one.portfolio_id for one in analysis.story.transactions} | analysis.story.portfolio_ids
        over = cut(whole, start, border - _DAY)
        return years(over, begins, footing(frame, self._edition, rests_on)), open_

    def _remember(self, key: tuple[UUID, int], found: _Open) -> None:
        self._open[key] = found
        self._open.move_to_end(key)
        while len(self._open) > _OPEN_MAXIMUM:
            self._open.popitem(last=False)

    def _write(self, owner_id: UUID, portfolio_id: int, made: list[HistoryYear], at: datetime) -> None:
        async def write() -> None:
            # What could not be written is told anew the next time.
            with suppress(Refusal):
                await _kept(self._units, owner_id, portfolio_id, made, at)

        task = asyncio.create_task(write())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)


def footing(frame: Frame, edition: str, portfolio_ids: set[int]) -> Footing:
    """Give what figures rest on that come from these portfolios."""
    known = frame.known
    ledgers = {
        one.portfolio_id: one.history_version for one in known.ledgers if one.portfolio_id in portfolio_ids
    }
    return Footing(ledgers, known.history_version, frame.policy.max_age_days, frame.method.cost, edition)


async def rebuild(
    units: Units, analyst: Analyst, *, edition: str, at: datetime, told: Callable[[int], None]
) -> int:
    """Write every year that is over of every portfolio anew; `told` hears how many portfolios are done."""
    done = 0
    async for owner_id, portfolio_id, made in _fresh(units.read(), analyst, edition, at):
        await _kept(units, owner_id, portfolio_id, made, at)
        done += 1
        told(done)
    return done


async def verified(unit: ReadUnit, analyst: Analyst, *, edition: str, at: datetime) -> list[Finding]:
    """Compare every kept year that counts with what the ledger says today."""
    findings = []
    async for owner_id, portfolio_id, made in _fresh(unit, analyst, edition, at):
        fresh = {one.year: one for one in made}
        for one in await unit.history_years.of(owner_id, portfolio_id):
            now = fresh.get(one.year)
            if now is not None and one.footing.holds(now.footing) and one.days != now.days:
                subject = f"portfolio {portfolio_id} {one.year}"
                findings.append(Finding("C2", subject, "its kept history is not what the ledger says"))
    return findings


async def _kept(
    units: Units, owner_id: UUID, portfolio_id: int, made: list[HistoryYear], at: datetime
) -> None:
    async def work(unit: WriteUnit) -> None:
        await unit.history_years.keep(owner_id, portfolio_id, made)

    await units.write(work, trace=_TRACE, at=at)


async def _fresh(
    unit: ReadUnit, analyst: Analyst, edition: str, at: datetime
) -> AsyncIterator[tuple[UUID, int, list[HistoryYear]]]:
    """Tell the years that are over of everybody's portfolios, each owner's ledgers folded once a method."""
    after: UUID | None = None
    while owners := await unit.portfolios.owners(after, limit=_OWNERS_AT_ONCE):
        for after in owners:
            known = await unit.portfolios.ledgers(after)
            ways = sorted({(one.base_currency, one.cost_method.value) for one in known.ledgers})
            for currency, cost in ways:
                asked = Asked(cost=CostMethod(cost), currency=currency)
                frame = await analyst.frame(unit, owner_id=after, portfolio_id=None, asked=asked)
                analysis = await analyst.framed(unit, frame, owner_id=after, asked=asked, at=at)
                chosen = [
                    one.portfolio_id
                    for one in known.ledgers
                    if (one.base_currency, one.cost_method.value) == (currency, cost)
                ]
                over = partial(_over, analysis, frozenset(chosen), first_open_day(at))
                for portfolio_id, (begins, days) in (await analyst.tell(analysis, over, apart=True)).items():
                    rests_on = footing(frame, edition, _connected(analysis, portfolio_id))
                    yield after, portfolio_id, years(days, begins, rests_on)


def _over(analysis: Analysis, portfolio_ids: frozenset[int], border: date) -> dict[int, tuple[date, History]]:
    """Tell when everything began and the years that are over, of each portfolio that has any."""
    # Brings numpy.
    from steward.domain.history import histories  # noqa: PLC0415

    begins: dict[int, date] = {}
    for one in analysis.story.transactions:
        day = one.entry.trade_date
        if one.portfolio_id in portfolio_ids and day < border:
            begins[one.portfolio_id] = min(begins.get(one.portfolio_id, day), day)
    if not begins:
        return {}
    told = histories(
        analysis.story,
        list(begins),
        first=date(min(begins.values()).year, 1, 1),
        last=border - _DAY,
        currency=analysis.currency,
        method=analysis.method,
    )
    return {
        one: (begins[one], cut(days, date(begins[one].year, 1, 1), border - _DAY))
        for one, days in told.items()
    }


def _connected(analysis: Analysis, portfolio_id: int) -> set[int]:
    """Give the portfolio and all that its lots may have come through."""
    moving = {
        one.portfolio_id for one in analysis.story.transactions if one.entry.terms.transfer_id is not None
    }
    return moving if portfolio_id in moving else {portfolio_id}


def _is_usual(frame: Frame, asked: Asked) -> bool:
    """Tell whether it is told as it is kept: by the portfolio's own terms, strictly."""
    own = frame.mine[0]
    return (
        frame.currency == own.base_currency
        and frame.method.cost is own.cost_method
        and asked.method == Method()
        and asked.fill is Fill.NONE
    )


def _start(begins: date | None, last: date) -> date:
    """Give the day before everything began; `last` when nothing had happened by then."""
    return last if begins is None or begins > last else begins - _DAY
