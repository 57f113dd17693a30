"""Loading analyses: whose, in what currency, by which lots; kept while nothing changes; told off the loop."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from steward.domain.closes import Series
from steward.domain.corporate_actions import ActionKind
from steward.domain.instruments import Instrument
from steward.domain.lot_book import LotScope
from steward.domain.market import Fill
from steward.domain.portfolios import CostMethod, Portfolio, PortfolioNotFound
from steward.domain.story import Method
from steward.domain.transactions import Entry, Kind, RecordedRate, Terms, reversal
from steward.usecases import analysis, portfolios
from steward.usecases.analysis import Analysis, Analyst, Asked, CurrencyNeeded, LotScopeOfAll, Version
from steward.usecases.market import Sources
from steward.usecases.ports import WriteUnit
from tests.factories import AT, OWNER, TRACE, a_series, an_action, an_entry, new_id
from tests.fakes import FakeUnits
from tests.infrastructure.contract import appended
from tests.usecases.run import run
from tests.usecases.test_market import KnownCloses, KnownRates

DAY = date(2026, 2, 27)
BOUGHT = an_entry(
    kind=Kind.BUY,
    occurred_at=datetime(2026, 2, 27, tzinfo=AT.tzinfo),
    quantity=Decimal(4),
    gross_amount=Decimal(10),
    currency="USD",
)


class Desk:
    """An analyst with what is asked of one."""

    def __init__(self, units: FakeUnits, closes: Sequence[Series] = ()) -> None:
        self.units, self.rates = units, KnownRates(())
        self.executor = ThreadPoolExecutor(1, thread_name_prefix="analysis")
        sources = Sources(KnownCloses(closes), self.rates)  # type: ignore[arg-type]  # fakes
        self.analyst = Analyst(sources, max_age_days=7, executor=self.executor)

    async def load(self, portfolio_id: int | None, asked: Asked | None = None, at: datetime = AT) -> Analysis:
        return await self.analyst.load(
            self.units.read(), owner_id=OWNER, portfolio_id=portfolio_id, asked=asked or Asked(), at=at
        )


async def a_portfolio(units: FakeUnits, currency: str = "USD", **more: object) -> Portfolio:
    usual = {"owner_id": OWNER, "name": "P", "base_currency": currency, "at": AT}
    made: Portfolio = await run(units, portfolios.create, **(usual | more))
    return made


async def entered(units: FakeUnits, portfolio: Portfolio, *entries: Entry) -> None:
    kept = units.memory.portfolios[portfolio.id]
    await appended(units, kept, *entries)


async def test_one_portfolio_is_told_in_its_own_terms(units: FakeUnits) -> None:
    portfolio = await a_portfolio(units, "EUR", cost_method=CostMethod.HIFO)
    found = await Desk(units).load(portfolio.id)
    assert (found.currency, found.method.cost, found.portfolio_id) == ("EUR", CostMethod.HIFO, portfolio.id)
    assert (found.policy.max_age_days, found.policy.fill, found.first) == (7, Fill.NONE, None)
    asked = Asked(Method(fees_in_cost=False), CostMethod.LIFO, "CHF", Fill.NEAREST)
    found = await Desk(units).load(portfolio.id, asked)
    assert (found.currency, found.policy.fill) == ("CHF", Fill.NEAREST)
    assert found.method == Method(CostMethod.LIFO, fees_in_cost=False)


async def test_somebody_else_s_portfolio_is_not_there(units: FakeUnits) -> None:
    portfolio = await a_portfolio(units, owner_id=new_id())
    with pytest.raises(PortfolioNotFound):
        await Desk(units).load(portfolio.id)
    assert (await Desk(units).load(None)).story.portfolio_ids == frozenset()


async def test_all_are_added_up_in_the_currency_that_they_share(units: FakeUnits) -> None:
    desk = Desk(units)
    assert (await desk.load(None)).currency == "USD"
    both = [await a_portfolio(units, "EUR", cost_method=CostMethod.LIFO) for _ in range(2)]
    ids = frozenset(one.id for one in both)
    found = await desk.load(None)
    assert (found.currency, found.method.cost, found.story.portfolio_ids) == ("EUR", CostMethod.FIFO, ids)
    await a_portfolio(units, "CHF")
    with pytest.raises(CurrencyNeeded) as refusal:
        await desk.load(None)
    assert refusal.value.pointer == "/query/currency"
    assert (await desk.load(None, Asked(currency="EUR"))).currency == "EUR"


async def test_lots_of_all_are_chosen_from_over_all(units: FakeUnits) -> None:
    portfolio = await a_portfolio(units)
    asked = Asked(Method(lot_scope=LotScope.ALL))
    with pytest.raises(LotScopeOfAll):
        await Desk(units).load(portfolio.id, asked)
    assert (await Desk(units).load(None, asked)).method.lot_scope is LotScope.ALL


async def test_the_story_has_what_stands_and_what_bears_on_it(units: FakeUnits) -> None:
    portfolio, other = await a_portfolio(units), await a_portfolio(units)
    foreign = replace(
        BOUGHT,
        symbol="XYZ",
        currency="CHF",
        terms=Terms(cash_currency="EUR", recorded_rate=RecordedRate("CHF", "EUR", Decimal(2))),
    )
    await entered(units, portfolio, BOUGHT, foreign)
    await entered(units, other, replace(BOUGHT, occurred_at=AT - timedelta(days=300)))
    first = units.memory.ledger[1]
    await entered(units, portfolio, reversal(first, at=AT))
    change = an_action(
        ActionKind.MERGER,
        symbol="XYZ",
        into="NEW",
        new=Decimal(2),
        basis_share=Decimal("0.5"),
        cash_per_unit=Decimal(1),
        currency="GBP",
    )

    async def work(unit: WriteUnit) -> None:
        await unit.actions.add(OWNER, change, at=AT)

    await units.write(work, trace=TRACE, at=AT)
    desk = Desk(units, [a_series("NEW", {DAY: 7}, source="s"), a_series("IDX", {date(2025, 1, 2): 9})])
    found = await desk.load(portfolio.id)
    assert [one.entry.symbol for one in found.story.transactions] == ["XYZ"]
    assert found.first == DAY
    assert [one.symbol for one in found.story.actions] == ["XYZ"]
    assert found.story.market.price("NEW", DAY)
    assert desk.rates.asked[-1] >= {"USD", "CHF", "EUR", "GBP"}
    also = await desk.load(portfolio.id, Asked(also=("IDX", date(2025, 1, 2))))
    assert also.story.market.price("IDX", date(2025, 1, 2))
    assert len((await desk.load(None)).story.transactions) == 2


async def test_a_trade_may_stand_in_for_a_close_when_that_is_asked_for(units: FakeUnits) -> None:
    portfolio = await a_portfolio(units)
    await entered(units, portfolio, BOUGHT)

    async def work(unit: WriteUnit) -> None:
        unit.instruments.put(OWNER, Instrument("ABC", "USD", multiplier=Decimal(5)))

    await units.write(work, trace=TRACE, at=AT)
    desk = Desk(units)
    strict, filled = await desk.load(portfolio.id), await desk.load(portfolio.id, Asked(fill=Fill.NEAREST))
    assert strict.story.market.price("ABC", DAY) is None
    close = filled.story.market.price("ABC", DAY)
    assert close
    assert (close.price, close.filled) == (Decimal("0.5"), "trade")


async def test_a_story_is_kept_until_something_changes(units: FakeUnits) -> None:
    portfolio = await a_portfolio(units)
    desk = Desk(units)
    before = (await desk.load(portfolio.id)).story
    assert (await desk.load(portfolio.id, Asked(Method(fees_in_cost=False)))).story is before
    assert (await desk.load(portfolio.id, Asked(currency="CHF"))).story is not before
    assert (await desk.load(portfolio.id)).story is before
    assert (await desk.load(portfolio.id, at=AT + timedelta(hours=1))).story is not before
    kept = (await desk.load(portfolio.id)).story
    await entered(units, portfolio, BOUGHT)
    after = (await desk.load(portfolio.id)).story
    assert after is not kept
    await units.write(lambda unit: unit.closes.advance(OWNER, history=False), trace=TRACE, at=AT)
    assert (await desk.load(portfolio.id)).story is not after


async def test_what_is_kept_has_a_bound(units: FakeUnits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "WEIGHT_MAXIMUM", 2)
    first, second, third = [await a_portfolio(units) for _ in range(3)]
    desk = Desk(units)
    kept = (await desk.load(first.id)).story
    await desk.load(second.id)
    assert (await desk.load(first.id)).story is kept
    await desk.load(third.id)
    assert (await desk.load(first.id)).story is kept
    await entered(units, second, BOUGHT, BOUGHT)
    too_much = (await desk.load(second.id)).story
    # The last one asked for stays, whatever it weighs, until another is asked for.
    assert (await desk.load(second.id)).story is too_much
    await desk.load(third.id)
    assert (await desk.load(second.id)).story is not too_much


async def test_a_version_is_another_after_a_change_and_in_another_hour(units: FakeUnits) -> None:
    portfolio, desk = await a_portfolio(units), Desk(units)

    async def version(at: datetime) -> Version:
        return await desk.analyst.version(units.read(), owner_id=OWNER, at=at)

    before = await version(AT)
    assert await version(AT + timedelta(seconds=1)) == before
    assert await version(AT + timedelta(hours=1)) != before
    await entered(units, portfolio, BOUGHT)
    assert await version(AT) != before


async def test_what_several_ask_for_together_is_loaded_once(units: FakeUnits) -> None:
    portfolio = await a_portfolio(units)
    desk = Desk(units)
    first, second = await asyncio.gather(desk.load(portfolio.id), desk.load(portfolio.id))
    assert first.story is second.story


async def test_much_is_told_in_a_thread_and_little_at_once(units: FakeUnits) -> None:
    portfolio = await a_portfolio(units)
    desk = Desk(units)
    little = await desk.load(portfolio.id)
    here = threading.current_thread().name
    assert await desk.analyst.tell(little, lambda: threading.current_thread().name) == here
    apart = await desk.analyst.tell(little, lambda: threading.current_thread().name, apart=True)
    assert apart.startswith("analysis")
    await entered(units, portfolio, *[BOUGHT] * 301)
    much = await desk.load(portfolio.id)
    assert (await desk.analyst.tell(much, lambda: threading.current_thread().name)).startswith("analysis")
    desk.executor.shutdown()
