"""What the floor asks of a database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import select

from steward.infrastructure.db import orders_reads, orders_tables, portfolios, portfolios_tables
from steward.infrastructure.db.statements import Lock, Statement

Row = tuple[Any, ...]
Params = Mapping[str, object]


HELD = Statement(
    select(*orders_reads.ORDER, *portfolios.WHOLE)
    .select_from(orders_tables.orders.join(portfolios_tables.portfolios))
    .where(orders_reads.MINE),
    lock=Lock.VERSIONED,
)
"""An order with its portfolio, whose chain the floor takes further by itself."""


class Asked(NamedTuple):
    """One request: who asks, for what, when, and the id of the request."""

    user_id: UUID
    session_id: UUID
    path: str
    body: Any
    at: datetime
    request_id: str

    @property
    def guard(self) -> dict[str, object]:
        """The parameters of every statement that asks for the session too."""
        return {
            "owner_id": self.user_id,
            "caller_id": self.user_id,
            "caller_session_id": self.session_id,
            "caller_at": self.at,
        }

    @property
    def portfolio_id(self) -> int:
        """The portfolio that the path names."""
        return int(self.path.split("/")[4])


class Engine(Protocol):
    """What the floor needs of a database. Times and numbers of a row are as the driver gives them."""

    async def open(self) -> None:
        """Connect."""

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        """Run one query, which asks for the session too."""

    async def place(self, asked: Asked, order_id: UUID) -> int:
        """Keep a new order in the default portfolio; give that portfolio's id."""

    async def execute(self, asked: Asked, order_id: str, fill_id: UUID) -> Row:
        """Execute part of an order at a given price; give the order's fields for the wire."""

    async def add_asset(self, asked: Asked) -> int:
        """Declare a holding; give its id."""

    async def create(self, asked: Asked) -> int:
        """Keep a new portfolio; give its id."""
