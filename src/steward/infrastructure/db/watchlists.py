"""Watchlists: the table and its repository."""

import json
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    select,
)
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.watchlists import Watchlist
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.portfolios_tables import of_portfolio
from steward.infrastructure.db.statements import Statement, upsert
from steward.infrastructure.db.types import Id, Instant, Plain, Serial, metadata

watchlists = Table(
    "watchlists",
    metadata,
    Column("owner_id", Id, nullable=False),
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("id", Id, nullable=False),
    Column("name", Plain, nullable=False),
    # A JSON list: it is read and written whole.
    Column("symbols", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    PrimaryKeyConstraint("owner_id", "portfolio_id", "id"),
    UniqueConstraint("portfolio_id", "name", name="uq_watchlists_name"),
    of_portfolio("watchlists"),
    CheckConstraint("length(name) BETWEEN 1 AND 64", "name"),
    sqlite_strict=True,
)
_C = watchlists.c
_KEY = (_C.owner_id, _C.portfolio_id, _C.id)
_MINE = (_C.owner_id == bindparam("owner_id")) & (_C.portfolio_id == bindparam("portfolio_id"))
_OF = Statement(
    select(_C.id, _C.name, _C.symbols, _C.created_at, _C.updated_at)
    .where(_MINE)
    .order_by(_C.created_at, _C.id)
)
_REMOVE = Statement(delete(watchlists).where(_MINE, _C.id == bindparam("watchlist_id")))


def _put(engine: str) -> ClauseElement:
    adding = upsert(engine, watchlists).values({column: bindparam(column.name) for column in _C})
    changed = {name: adding.excluded[name] for name in ("name", "symbols", "updated_at")}
    return adding.on_conflict_do_update(index_elements=list(_KEY), set_=changed)


_PUT = Statement(_put)


class WatchlistReads:
    """Look watchlists up."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def of(self, owner_id: UUID, portfolio_id: int) -> list[Watchlist]:
        """Give the watchlists of an account, oldest first."""
        rows = await self._unit.fetch(_OF, {"owner_id": owner_id, "portfolio_id": portfolio_id})
        return [
            Watchlist(
                id=id_, name=name, symbols=tuple(json.loads(symbols)), created_at=made, updated_at=changed
            )
            for id_, name, symbols, made, changed in rows
        ]


class Watchlists(WatchlistReads):
    """Keep watchlists."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    def put(self, owner_id: UUID, portfolio_id: int, watchlist: Watchlist) -> None:
        """Keep a watchlist in place of the one with its id."""
        values = {
            "owner_id": owner_id,
            "portfolio_id": portfolio_id,
            "id": watchlist.id,
            "name": watchlist.name,
            "symbols": json.dumps(watchlist.symbols, separators=(",", ":")),
            "created_at": watchlist.created_at,
            "updated_at": watchlist.updated_at,
        }
        self._writing.defer(_PUT, values)

    def remove(self, owner_id: UUID, portfolio_id: int, watchlist: Watchlist) -> None:
        """Forget a watchlist."""
        mine = {"owner_id": owner_id, "portfolio_id": portfolio_id, "watchlist_id": watchlist.id}
        self._writing.defer(_REMOVE, mine)
