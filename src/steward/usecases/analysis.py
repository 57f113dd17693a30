"""Analyses: the story of one portfolio, or of all, loaded once per version and told off the event loop."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from steward.domain.closes import Fill, Policy
from steward.domain.corporate_actions import CorporateAction
from steward.domain.errors import InvalidValue
from steward.domain.lot_book import LotScope
from steward.domain.market import Trade
from steward.domain.portfolios import DEFAULT_CURRENCY, CostMethod, PortfolioNotFound
from steward.domain.story import Method, Story
from steward.domain.trade_prices import trade_prices
from steward.domain.transactions import Transaction, standing
from steward.usecases.market import Sources, load
from steward.usecases.ports import ReadUnit
from steward.usecases.values import Ledger, Ledgers

T = TypeVar("T")

_USUAL: Final = Method()

# So few are told faster than a thread is woken.
_FEW: Final = 300
# What is kept weighs this much at most: a transaction weighs 1, and so do this many closes.
WEIGHT_MAXIMUM: Final = 30_000
_CLOSES_OF_WEIGHT_1: Final = 75


class CurrencyNeeded(InvalidValue):
    """The portfolios have different base currencies: somebody must say in which to add them up."""

    code = "currency-needed"

    def __init__(self) -> None:
        detail = "The portfolios have different base currencies: name the currency to add them up in."
        super().__init__(detail, pointer="/query/currency")


class LotScopeOfAll(InvalidValue):
    """The lots of all portfolios were asked for, but only one portfolio."""

    code = "lot-scope-of-all"

    def __init__(self) -> None:
        detail = "Lots of all portfolios are chosen from where all portfolios are asked about."
        super().__init__(detail, pointer="/query/lot_scope")


@dataclass(frozen=True, slots=True)
class Asked:
    """How somebody wants it told. What is None is left to the portfolio: its currency, its cost method.

    `also` is a further symbol with the first day on which its price is wanted.
    """

    method: Method = _USUAL
    cost: CostMethod | None = None
    currency: str | None = None
    fill: Fill = Fill.NONE
    also: tuple[str, date] | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """A story, and the conventions by which it is told; `portfolio_id` is None for all of the owner's."""

    portfolio_id: int | None
    story: Story
    currency: str
    method: Method
    policy: Policy

    @property
    def first(self) -> date | None:
        """The day of the first transaction in what is asked about; None when nothing ever happened."""
        ids = self.story.portfolio_ids
        return min(
            (one.entry.trade_date for one in self.story.transactions if one.portfolio_id in ids),
            default=None,
        )


Version = tuple[Ledgers, datetime]


def _version(known: Ledgers, at: datetime) -> Version:
    # A day's close of a source comes on the hour.
    return known, at.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Frame:
    """How something is told, before anything of it is loaded; `mine` are the ledgers that it is about."""

    portfolio_id: int | None
    currency: str
    method: Method
    policy: Policy
    known: Ledgers
    mine: tuple[Ledger, ...]

    def version(self, at: datetime) -> Version:
        """Give what changes whenever the story may."""
        return _version(self.known, at)


_Key = tuple[UUID, int | None, str, Fill, tuple[str, date] | None]


class Analyst:
    """Loads stories, keeps those last asked for under their version, and tells them."""

    def __init__(self, sources: Sources, *, max_age_days: int, executor: Executor) -> None:
        self._sources, self._max_age_days, self._executor = sources, max_age_days, executor
        self._kept: OrderedDict[_Key, tuple[Version, Story, int]] = OrderedDict()
        self._weight = 0
        self._loading: WeakValueDictionary[_Key, asyncio.Lock] = WeakValueDictionary()

    @staticmethod
    async def version(unit: ReadUnit, *, owner_id: UUID, at: datetime) -> Version:
        """Give what changes whenever something that is told of the owner may."""
        return _version(await unit.portfolios.ledgers(owner_id), at)

    async def frame(self, unit: ReadUnit, *, owner_id: UUID, portfolio_id: int | None, asked: Asked) -> Frame:
        """Settle how it is told. Raises PortfolioNotFound, CurrencyNeeded, LotScopeOfAll."""
        known = await unit.portfolios.ledgers(owner_id)
        mine = tuple(one for one in known.ledgers if portfolio_id in (None, one.portfolio_id))
        if portfolio_id is not None:
            if not mine:
                raise PortfolioNotFound
            if asked.method.lot_scope is LotScope.ALL:
                raise LotScopeOfAll
        currency = asked.currency or _currency_of(mine)
        usual = mine[0].cost_method if portfolio_id is not None else CostMethod.FIFO
        method = replace(asked.method, cost=asked.cost or usual)
        return Frame(portfolio_id, currency, method, Policy(self._max_age_days, asked.fill), known, mine)

    async def load(
        self, unit: ReadUnit, *, owner_id: UUID, portfolio_id: int | None, asked: Asked, at: datetime
    ) -> Analysis:
        """Load what is asked about. Raises what `frame` does."""
        frame = await self.frame(unit, owner_id=owner_id, portfolio_id=portfolio_id, asked=asked)
        return await self.framed(unit, frame, owner_id=owner_id, asked=asked, at=at)

    async def framed(
        self, unit: ReadUnit, frame: Frame, *, owner_id: UUID, asked: Asked, at: datetime
    ) -> Analysis:
        """Load the story that a frame is about; once, when several ask for it together."""
        key = (owner_id, frame.portfolio_id, frame.currency, asked.fill, asked.also)
        version = frame.version(at)
        async with self._loading.setdefault(key, asyncio.Lock()):
            story = self._kept_of(key, version)
            if story is None:
                loading = _Loading(
                    unit, self._sources, owner_id, frame.currency, frame.policy, asked.also, at
                )
                ids = frozenset(one.portfolio_id for one in frame.mine)
                story, weight = await loading.story(frame.portfolio_id, ids)
                self._keep(key, version, story, weight)
        return Analysis(frame.portfolio_id, story, frame.currency, frame.method, frame.policy)

    async def tell(self, analysis: Analysis, work: Callable[[], T], *, apart: bool = False) -> T:
        """Do `work`; in a thread when there is much to tell, or `apart`, when it is slow at any length."""
        if len(analysis.story.transactions) <= _FEW and not apart:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _kept_of(self, key: _Key, version: Version) -> Story | None:
        kept = self._kept.get(key)
        if kept is None or kept[0] != version:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def _keep(self, key: _Key, version: Version, story: Story, weight: int) -> None:
        _, _, before = self._kept.pop(key, (None, None, 0))
        self._weight += weight - before
        self._kept[key] = (version, story, weight)
        # The last one stays whatever it weighs: who looks at all portfolios asks several things about them.
        while self._weight > WEIGHT_MAXIMUM and len(self._kept) > 1:
            _, (_, _, dropped) = self._kept.popitem(last=False)
            self._weight -= dropped


@dataclass(frozen=True, slots=True)
class _Loading:
    unit: ReadUnit
    sources: Sources
    owner_id: UUID
    currency: str
    policy: Policy
    also: tuple[str, date] | None
    at: datetime

    async def story(self, portfolio_id: int | None, ids: frozenset[int]) -> tuple[Story, int]:
        """Give the story of these portfolios, and how much it weighs."""
        reads = self.unit.transactions
        found = (
            await reads.of(self.owner_id, None)
            if portfolio_id is None
            else await reads.related(self.owner_id, portfolio_id)
        )
        transactions = standing(found)
        symbols = {one.entry.symbol for one in transactions if one.entry.symbol is not None}
        actions = await self.unit.actions.of(self.owner_id, symbols) if symbols else []
        symbols |= {one.symbol for one in actions} | {one.into for one in actions if one.into is not None}
        # A period that begins before everything begins with the close of the day before.
        first = min((one.entry.trade_date for one in transactions), default=self.at.date()) - timedelta(
            days=1
        )
        if self.also is not None:
            symbols.add(self.also[0])
            first = min(first, self.also[1])
        market = await load(
            self.unit,
            self.sources,
            owner_id=self.owner_id,
            symbols=symbols,
            currencies={self.currency, *_currencies(transactions, actions)},
            first=first,
            last=self.at.date() + timedelta(days=1),
            policy=self.policy,
            at=self.at,
            actions=actions,
            trades=await self._trades(transactions, symbols),
        )
        closes = sum(len(series.days) for symbol in symbols for series in market.series(symbol))
        weight = len(transactions) + closes // _CLOSES_OF_WEIGHT_1 + 1
        return Story(tuple(transactions), tuple(actions), market, ids), weight

    async def _trades(self, transactions: Sequence[Transaction], symbols: set[str]) -> list[Trade]:
        """Give the prices of trades, where one may stand in for a close."""
        if self.policy.fill is not Fill.NEAREST:
            return []
        instruments = await self.unit.instruments.of(self.owner_id, symbols)
        return list(trade_prices(transactions, {one.symbol: one.multiplier for one in instruments}))


def _currency_of(ledgers: Sequence[Ledger]) -> str:
    """Give the base currency that the portfolios share. Raises CurrencyNeeded."""
    found = {one.base_currency for one in ledgers} or {DEFAULT_CURRENCY}
    if len(found) > 1:
        raise CurrencyNeeded
    return found.pop()


def _currencies(transactions: Sequence[Transaction], actions: Sequence[CorporateAction]) -> Iterator[str]:
    for one in transactions:
        terms, rate = one.entry.terms, one.entry.terms.recorded_rate
        yield from (
            name for name in (one.entry.currency, terms.cash_currency, terms.security_currency) if name
        )
        if rate is not None:
            yield from (rate.base, rate.quote)
    yield from (one.currency for one in actions if one.currency is not None)
