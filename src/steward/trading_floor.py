"""The floor of the exchange: the lane of a worker, its ticker, and who hears of what happens there."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from steward.domain.errors import Unavailable
from steward.domain.makers import MakerModel
from steward.domain.paper import PaperModel
from steward.infrastructure.calendars import days_off
from steward.infrastructure.db.streams import Feed
from steward.infrastructure.db.streams_wakes import wakes_of
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.usecases.books import LEVELS, depth_text, look
from steward.usecases.lane import Lane
from steward.usecases.makers import Maker
from steward.usecases.ports_exchange import ExchangeUnits
from steward.usecases.ports_market import PriceSource
from steward.usecases.streams import Hub
from steward.usecases.surroundings import Surroundings
from steward.usecases.ticker import Ticker
from steward.usecases.values import DeskKey, Limit

_log = structlog.get_logger("steward.ticker")


def lane_of(units: ExchangeUnits, prices: PriceSource, *, writes: Limit, seed: int) -> Lane:
    """Make the lane to the exchange: what the price source knows is listed everywhere."""
    return Lane(
        units=units,
        writes=writes,
        now=_now,
        new_id=uuid7,
        around=Surroundings(days_off, prices, PaperModel(seed=seed)),
        woken=lambda _portfolios, _desks: None,
    )


def hub_of(units: Units, lane: Lane, database_url: str, now: Callable[[], datetime]) -> Hub:
    """Make the hub of what is streamed; it hears from the lane what has changed."""

    async def depth(key: DeskKey) -> str | None:
        seen = await look(units.read(), lane, key, LEVELS, at=now())
        return None if seen is None else depth_text(seen)

    hub = Hub(Feed(units, depth), wakes_of(database_url), now)
    lane.woken = hub.wake
    return hub


def ticker_of(units: Units, lane: Lane, *, makes_market: bool) -> Ticker:
    """Make the ticker of the lane, with a market maker if there shall be one."""
    model = MakerModel(seed=lane.around.model.seed)
    return Ticker(units, lane, _now, Maker(units, lane, model, _now, uuid7) if makes_market else None)


async def tick_for_ever(ticker: Ticker) -> None:
    """Tick every second, until cancelled; what keeps it from that is said once."""
    put_off = False
    while True:
        try:
            await ticker.tick()
            put_off = False
        except Exception as error:  # noqa: BLE001 - the next second may be better: without ticks no day would end
            if not put_off:
                _log.warning("ticking put off", exc_info=not isinstance(error, Unavailable))
            put_off = True
        await ticker.rest()


def _now() -> datetime:
    return datetime.now(UTC)
