"""What the API is given to work with. `bootstrap` fills it in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from steward.api.kept import KeptAnswers
from steward.domain.closes import Policy
from steward.usecases.analysis import Analyst
from steward.usecases.api_keys import KeyLog, KeyMaker
from steward.usecases.history import Historian
from steward.usecases.identity import Door
from steward.usecases.lane import Lane
from steward.usecases.market import Sources
from steward.usecases.ports import Units
from steward.usecases.ports_market import Holidays, PriceSource, RateSource
from steward.usecases.ports_people import Tokens
from steward.usecases.streams import Hub
from steward.usecases.ticker import Ticker


class Metrics(Protocol):
    """Counts what is served. `in_flight` is counted up and down by the edge."""

    in_flight: int

    def observed(self, route: str, method: str, status: int, seconds: float) -> None: ...
    def limited(self, limit: str) -> None: ...
    def exposition(self) -> bytes: ...


class AccessLog(Protocol):
    """Writes one line per request."""

    def line(
        self,
        *,
        at: float,
        request_id: str,
        method: str,
        route: str,
        status: int,
        duration_ms: float,
        user_id: str | None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class CookieRules:
    """How the session's cookie is set, and cleared with the same attributes."""

    secure: bool
    same_site: str
    domain: str | None
    max_age_seconds: int


@dataclass(slots=True)
class System:
    """The running server's parts. `draining` is set when it is told to stop."""

    name: str
    units: Units
    door: Door
    tokens: Tokens
    key_maker: KeyMaker
    key_log: KeyLog
    holidays: Holidays
    prices: PriceSource
    rates: RateSource
    price_policy: Policy
    analyst: Analyst
    historian: Historian
    lane: Lane
    streams: Hub
    ticker: Ticker
    metrics: Metrics
    access_log: AccessLog
    cookie: CookieRules
    cors_origins: frozenset[str]
    strict_transport: bool
    disk_path: str
    new_id: Callable[[datetime], UUID]
    schema_is_current: Callable[[], Awaitable[bool]]
    identity_healthy: Callable[[], Awaitable[bool]]
    draining: bool = False
    valuations: KeptAnswers = field(default_factory=KeptAnswers)
    told: KeptAnswers = field(default_factory=KeptAnswers)

    @property
    def sources(self) -> Sources:
        """Where closes and rates come from that a person did not enter."""
        return Sources(self.prices, self.rates)

    @staticmethod
    def now() -> datetime:
        """Read the clock; the only place of the API that does."""
        return datetime.now(UTC)
