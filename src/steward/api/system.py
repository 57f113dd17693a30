"""What the API is given to work with. `bootstrap` fills it in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from steward.infrastructure.auth.tokens import TokenRing
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.infrastructure.logging import AccessLog
from steward.infrastructure.telemetry import Metrics
from steward.usecases.identity import Door
from steward.usecases.ports import PriceSource

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
    tokens: TokenRing
    prices: PriceSource
    metrics: Metrics
    access_log: AccessLog
    cookie: CookieRules
    cors_origins: frozenset[str]
    strict_transport: bool
    disk_path: str
    identity_healthy: Callable[[], Awaitable[bool]]
    draining: bool = False
    valuations: dict[int, object] = field(default_factory=dict)

    @staticmethod
    def now() -> datetime:
        """Read the clock; the only place of the API that does."""
        return datetime.now(UTC)

    @staticmethod
    def new_id(at: datetime) -> UUID:
        """Make a new id."""
        return uuid7(at)
