"""The exchange's clock: one row, which all workers read."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, bindparam, literal_column, select, update

from steward.domain.clocks import Clock
from steward.domain.orders import MANUAL_VENUE
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.orders_tables import orders
from steward.infrastructure.db.statements import Lock, Statement
from steward.infrastructure.db.types import Exact, Instant, Serial, metadata

exchange_clock = Table(
    "exchange_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Serial, nullable=False, autoincrement=False),
    Column("set_at", Instant, nullable=False),
    Column("time", Instant, nullable=False),
    Column("speed", Exact),
    CheckConstraint("id = 1", "one"),
    CheckConstraint("version >= 0", "version"),
    sqlite_strict=True,
)
_C = exchange_clock.c
_STATE = (_C.version, _C.set_at, _C.time, _C.speed)
_GET = Statement(select(*_STATE))
_LOCK = Statement(select(*_STATE), lock=Lock.ALWAYS)
_SAVE = Statement(update(exchange_clock).values({column: bindparam(column.name) for column in _STATE}))
# Orders on the manual venue are executed by hand, at real moments.
_ORDERED = Statement(select(literal_column("1")).where(orders.c.venue != MANUAL_VENUE).limit(1))


class ClockReads:
    """Read the clock."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def get(self) -> Clock:
        """Give the clock as it is set."""
        return await self._clock(_GET)

    async def _clock(self, statement: Statement) -> Clock:
        ((version, set_at, time, speed),) = await self._unit.fetch(statement, {})
        return Clock(version=version, set_at=set_at, time=time, speed=speed)


class Clocks(ClockReads):
    """Set the clock."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    async def lock(self) -> Clock:
        """Give the clock, which nobody else sets until the unit ends."""
        return await self._clock(_LOCK)

    async def has_orders(self) -> bool:
        """Tell whether anybody has ever placed an order that goes by this clock."""
        return bool(await self._writing.fetch(_ORDERED, {}))

    def save(self, clock: Clock) -> None:
        """Set it."""
        self._writing.defer(_SAVE, {column.name: getattr(clock, column.name) for column in _STATE})
