"""The floor of the exchange: the lane of a worker, what it knows of the world outside, and who hears of it."""

from collections.abc import Callable
from datetime import UTC, datetime

from steward.domain.paper import PaperModel
from steward.infrastructure.calendars import days_off
from steward.infrastructure.db.streams import Feed
from steward.infrastructure.db.streams_wakes import wakes_of
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.usecases.lane import Lane, Woken
from steward.usecases.ports import ExchangeUnits, PriceSource
from steward.usecases.streams import Hub
from steward.usecases.surroundings import Surroundings
from steward.usecases.values import DeskKey, Limit


def lane_of(units: ExchangeUnits, prices: PriceSource, *, writes: Limit, seed: int, woken: Woken) -> Lane:
    """Make the lane to the exchange: what the price source knows is listed everywhere."""
    return Lane(
        units=units,
        writes=writes,
        now=lambda: datetime.now(UTC),
        new_id=uuid7,
        around=Surroundings(days_off, prices, PaperModel(seed=seed)),
        woken=woken,
    )


def hub_of(units: Units, database_url: str, now: Callable[[], datetime]) -> Hub:
    """Make the hub of what is streamed."""

    async def depth(key: DeskKey) -> str | None:  # noqa: ARG001 - a Depth's signature
        return None

    return Hub(Feed(units, depth), wakes_of(database_url), now)
