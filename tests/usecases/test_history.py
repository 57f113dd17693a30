"""History: kept years answer only while they say what the ledger says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from steward.domain.closes import Fill, SeriesKind
from steward.domain.days import History
from steward.domain.errors import Unavailable
from steward.domain.history import history
from steward.domain.portfolios import CostMethod, Portfolio
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.transactions import Kind, Terms
from steward.usecases.analysis import Analyst, Asked
from steward.usecases.history import Historian, Told, rebuild, verified
from steward.usecases.market import Sources
from steward.usecases.ports import ReadUnit
from tests.factories import AT, OWNER, a_series, an_entry, new_id
from tests.fakes import FakeUnits
from tests.infrastructure.contract import appended, do
from tests.memory import Memory
from tests.usecases.test_market import KnownCloses, KnownRates

TODAY = AT.date()
WHOLE = Crossing(Scope())
JOINT = UUID(int=9)


class Desk:
    """A historian with what is asked of one."""

    def __init__(self, units: FakeUnits, executor: ThreadPoolExecutor) -> None:
        self.units, self.folds = units, 0
        sources = Sources(KnownCloses(()), KnownRates(()))  # type: ignore[arg-type]  # fakes
        self.analyst = Analyst(sources, max_age_days=400, executor=executor)
        self.historian = self.anew()

    def anew(self, edition: str = "1") -> Historian:
        """Give one that remembers nothing, like another worker."""
        return Historian(self.analyst, self.units, edition=edition)

    async def tell(
        self, portfolio_id: int | None, historian: Historian | None = None, **asked: object
    ) -> Told:
        chosen = historian or self.historian
        usual = {"asked": Asked(), "crossing": WHOLE, "first": None, "last": TODAY, "at": AT}
        told = await chosen.tell(
            self.units.read(),
            owner_id=OWNER,
            portfolio_id=portfolio_id,
            **(usual | asked),  # type: ignore[arg-type]  # by name
        )
        await chosen.settle()
        return told

    async def computed(self, portfolio_id: int, first: date, last: date = TODAY) -> History:
        found = await self.analyst.load(
            self.units.read(), owner_id=OWNER, portfolio_id=portfolio_id, asked=Asked(), at=AT
        )
        return history(found.story, first=first, last=last, currency=found.currency, method=found.method)


@pytest.fixture
def desk(units: FakeUnits) -> Iterator[Desk]:
    with ThreadPoolExecutor(1) as executor:
        yield Desk(units, executor)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


async def bought(units: FakeUnits, portfolio: Portfolio, day: date, **fields: object) -> None:
    usual = {"kind": Kind.BUY, "occurred_at": at(day), "quantity": Decimal(3), "price": Decimal(2)}
    usual |= {"gross_amount": Decimal(6), "currency": "USD"}
    await appended(units, units.memory.portfolios[portfolio.id], an_entry(**(usual | fields)))


async def priced(units: FakeUnits, *days: date) -> None:
    series = a_series("ABC", {day: 2 + place for place, day in enumerate(days)})
    await do(units, lambda one: one.closes.keep(OWNER, SeriesKind.CLOSE, [(days[0].year, series)]))


def advanced(memory: Memory, *, history: bool) -> None:
    """Count that prices, and with `history` the past, have changed."""
    prices, past = memory.versions.get(OWNER, (0, 0))
    memory.versions[OWNER] = prices + 1, past + history


def kept(units: FakeUnits, portfolio: Portfolio) -> list[int]:
    return [year for _, one, year in sorted(units.memory.history_years) if one == portfolio.id]


async def test_h1_what_is_kept_says_what_is_computed(
    units: FakeUnits, pension: Portfolio, desk: Desk
) -> None:
    await priced(units, date(2024, 5, 1), date(2024, 12, 31), date(2025, 6, 1), date(2026, 1, 5))
    for day in (date(2024, 5, 2), date(2025, 7, 1), date(2026, 2, 1)):
        await bought(units, pension, day)
    first = await desk.tell(pension.id)
    assert first.days == await desk.computed(pension.id, date(2024, 5, 1))
    assert kept(units, pension) == [2024, 2025]
    # Another worker reads them, this one remembers the open year too.
    for historian in (desk.anew(), desk.historian):
        assert await desk.tell(pension.id, historian) == first
        told = await desk.tell(pension.id, historian, first=date(2023, 12, 30), last=date(2025, 8, 1))
        assert told.days == await desk.computed(pension.id, date(2023, 12, 30), date(2025, 8, 1))
    assert await verified(desk.units.read(), desk.analyst, edition="1", at=AT) == []


async def test_h2_nothing_stale_is_ever_read(units: FakeUnits, pension: Portfolio, desk: Desk) -> None:
    await bought(units, pension, date(2024, 5, 2))
    await desk.tell(pension.id)
    for day in (date(2023, 3, 1), date(2026, 2, 3)):
        await bought(units, pension, day)
        fresh = await desk.tell(pension.id, first=date(2022, 12, 31))
        assert fresh.days == await desk.computed(pension.id, date(2022, 12, 31))
    await priced(units, date(2024, 6, 1), date(2025, 1, 1))
    advanced(units.memory, history=True)
    fresh = await desk.tell(pension.id)
    assert fresh.days.valued != fresh.days.held != [0]
    assert fresh.days == await desk.computed(pension.id, fresh.days.first)
    lifo = replace(units.memory.portfolios[pension.id], cost_method=CostMethod.LIFO)
    units.memory.portfolios[pension.id] = lifo
    assert (await desk.tell(pension.id)).frame.method.cost is CostMethod.LIFO
    footings = {one.footing.cost for one in units.memory.history_years.values()}
    assert footings == {CostMethod.LIFO}


async def test_h3_lots_from_elsewhere_are_part_of_the_footing(
    units: FakeUnits, pension: Portfolio, desk: Desk
) -> None:
    other = await do(
        units, lambda one: one.portfolios.add(owner_id=OWNER, name="O", base_currency="USD", at=AT)
    )
    await bought(units, other, date(2024, 1, 5))
    for portfolio, kind in ((other, Kind.TRANSFER_OUT), (pension, Kind.TRANSFER_IN)):
        moved = {"kind": kind, "price": None, "gross_amount": None, "currency": None}
        await bought(units, portfolio, date(2024, 2, 5), **moved, terms=Terms(transfer_id=JOINT))
    await desk.tell(pension.id)
    assert {*next(iter(units.memory.history_years.values())).footing.ledgers} == {pension.id, other.id}
    await bought(units, other, date(2024, 1, 4), gross_amount=Decimal(60))
    told = await desk.tell(pension.id)
    assert told.days == await desk.computed(pension.id, date(2024, 2, 4))


async def test_h4_what_is_asked_otherwise_is_computed(
    units: FakeUnits, pension: Portfolio, desk: Desk
) -> None:
    await bought(units, pension, date(2024, 5, 2))
    other_ways = (
        {"asked": Asked(currency="EUR")},
        {"asked": Asked(cost=CostMethod.HIFO)},
        {"asked": Asked(fill=Fill.NEAREST)},
        {"crossing": Crossing(Scope(Level.SECURITIES))},
        {"crossing": Crossing(Scope(), fees=False)},
    )
    for way in other_ways:
        assert (await desk.tell(pension.id, **way)).days.first == date(2024, 5, 1)
    assert (await desk.tell(None)).days.first == date(2024, 5, 1)
    assert units.memory.history_years == {}


async def test_h5_a_portfolio_without_a_past_keeps_nothing(
    units: FakeUnits, pension: Portfolio, desk: Desk
) -> None:
    assert (await desk.tell(pension.id)).days.first == TODAY
    await bought(units, pension, TODAY - timedelta(days=1))
    assert (await desk.tell(pension.id)).days.held == [0, 2, 2]
    assert await rebuild(units, desk.analyst, edition="1", at=AT, told=print) == 0
    assert units.memory.history_years == {}


async def test_h6_rebuilding_writes_what_reading_does(
    units: FakeUnits, pension: Portfolio, desk: Desk
) -> None:
    other = await do(
        units,
        lambda one: one.portfolios.add(
            owner_id=OWNER, name="O", base_currency="EUR", at=AT, cost_method=CostMethod.AVERAGE
        ),
    )
    await bought(units, pension, date(2022, 5, 2))
    await bought(units, other, date(2024, 5, 2))
    heard: list[int] = []
    assert await rebuild(units, desk.analyst, edition="1", at=AT, told=heard.append) == 2
    assert heard == [1, 2]
    assert (kept(units, pension), kept(units, other)) == ([2022, 2023, 2024, 2025], [2024, 2025])
    before = dict(units.memory.history_years)
    units.memory.history_years.clear()
    for portfolio in (pension, other):
        await desk.tell(portfolio.id, desk.anew())
    assert units.memory.history_years == before


async def test_h7_a_kept_year_that_is_wrong_is_found_and_one_that_does_not_count_is_not(
    units: FakeUnits, pension: Portfolio, desk: Desk
) -> None:
    await bought(units, pension, date(2024, 5, 2))
    await desk.tell(pension.id)
    for key, one in units.memory.history_years.items():
        wrong = replace(one.days, cash=[1 for _ in one.days.cash])
        edition = "1" if one.year == 2024 else "2"
        units.memory.history_years[key] = replace(
            one, days=wrong, footing=replace(one.footing, edition=edition)
        )
    findings = await verified(desk.units.read(), desk.analyst, edition="1", at=AT)
    assert [(one.invariant, one.subject) for one in findings] == [("C2", f"portfolio {pension.id} 2024")]


async def test_h8_an_answer_does_not_depend_on_writing_it_down(
    units: FakeUnits, pension: Portfolio, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise Unavailable("The database does not answer.")

    await bought(units, pension, date(2024, 5, 2))
    monkeypatch.setattr(units, "write", refused)
    assert (await desk.tell(pension.id)).days.first == date(2024, 5, 1)
    assert units.memory.history_years == {}


async def test_h9_open_years_are_kept_in_memory_for_so_many(
    units: FakeUnits, pension: Portfolio, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steward.usecases.history._OPEN_MAXIMUM", 1)
    other = await do(
        units, lambda one: one.portfolios.add(owner_id=OWNER, name="O", base_currency="USD", at=AT)
    )
    for portfolio in (pension, other, pension):
        assert (await desk.tell(portfolio.id)).days.first == TODAY


async def test_somebody_else_s_portfolios_are_told_to_nobody_else(
    units: FakeUnits, pension: Portfolio, desk: Desk
) -> None:
    unit: ReadUnit = units.read()
    assert await unit.history_years.of(new_id(), pension.id) == []
