"""Prices that users entered themselves."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    delete,
    select,
    text,
)
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.instants import instant_text
from steward.domain.money import plain
from steward.domain.prices import PriceNotFound, Quote
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.statements import Statement, upsert
from steward.infrastructure.db.types import Exact, Id, Instant, Plain, metadata
from steward.infrastructure.db.users import PRICES_CHANGED
from steward.usecases.prices import SOURCE

prices = Table(
    "prices",
    metadata,
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("price", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Column("as_of", Instant, nullable=False),
    PrimaryKeyConstraint("owner_id", "symbol"),
    CheckConstraint("CAST(price AS NUMERIC) > 0", "price"),
    sqlite_strict=True,
)
_C = prices.c
_MINE = _C.owner_id == bindparam("owner_id")
_ALL = Statement(
    select(_C.symbol, _C.price, _C.currency, _C.as_of).where(_MINE).order_by(_C.symbol).limit(10_000)
)
_ONE = Statement(
    select(_C.symbol, _C.price, _C.currency, _C.as_of).where(_MINE, _C.symbol == bindparam("symbol"))
)


def _put(engine: str) -> ClauseElement:
    adding = upsert(engine, prices).values({column: bindparam(column.name) for column in _C})
    changed = {name: adding.excluded[name] for name in ("price", "currency", "as_of")}
    return adding.on_conflict_do_update(index_elements=[_C.owner_id, _C.symbol], set_=changed)


def _put_all(engine: str) -> ClauseElement:
    """Keep any number of prices in one statement: each is [symbol, price, currency, time]."""
    if engine == "sqlite":
        fields = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(4))
        rows = f"SELECT :owner_id, {fields} FROM json_each(:rows) WHERE true"  # noqa: S608 - ours
    else:
        rows = (
            "SELECT CAST(:owner_id AS UUID), value->>0, CAST(value->>1 AS NUMERIC), value->>2, "
            "CAST(value->>3 AS TIMESTAMPTZ) FROM json_array_elements(CAST(:rows AS JSON))"
        )
    return text(
        f"INSERT INTO prices (owner_id, symbol, price, currency, as_of) {rows} "
        "ON CONFLICT (owner_id, symbol) DO UPDATE SET price = excluded.price, "
        "currency = excluded.currency, as_of = excluded.as_of"
    )


_PUT = Statement(_put)
_PUT_ALL = Statement(_put_all)
_REMOVE = Statement(delete(prices).where(_MINE, _C.symbol == bindparam("symbol")).returning(_C.symbol))


class PriceReads:
    """Read entered prices."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def entered(self, owner_id: UUID) -> Mapping[str, Quote]:
        """Give all prices that the owner entered, by symbol."""
        rows = await self._unit.fetch(_ALL, {"owner_id": owner_id})
        return {row[0]: Quote(row[0], row[1], row[2], SOURCE, row[3]) for row in rows}

    async def entered_one(self, owner_id: UUID, symbol: str) -> Quote | None:
        """Give the price that the owner entered for `symbol`, if any."""
        rows = await self._unit.fetch(_ONE, {"owner_id": owner_id, "symbol": symbol})
        return Quote(rows[0][0], rows[0][1], rows[0][2], SOURCE, rows[0][3]) if rows else None


class Prices(PriceReads):
    """Keep entered prices."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    def put(self, owner_id: UUID, quote: Quote) -> None:
        """Keep a price in place of the one before."""
        self._writing.defer(PRICES_CHANGED, {"changed_owner_id": owner_id})
        self._writing.defer(
            _PUT,
            {
                "owner_id": owner_id,
                "symbol": quote.symbol,
                "price": quote.price,
                "currency": quote.currency,
                "as_of": quote.as_of,
            },
        )

    def put_all(self, owner_id: UUID, quotes: Sequence[Quote]) -> None:
        """Keep prices of different symbols in place of the ones before."""
        if quotes:
            rows = [
                (quote.symbol, plain(quote.price), quote.currency, instant_text(quote.as_of))
                for quote in quotes
            ]
            self._writing.defer(PRICES_CHANGED, {"changed_owner_id": owner_id})
            self._writing.defer(_PUT_ALL, {"owner_id": owner_id, "rows": json.dumps(rows)})

    async def remove(self, owner_id: UUID, symbol: str) -> None:
        """Forget an entered price. Raises PriceNotFound."""
        if not await self._writing.fetch(_REMOVE, {"owner_id": owner_id, "symbol": symbol}):
            raise PriceNotFound
        self._writing.defer(PRICES_CHANGED, {"changed_owner_id": owner_id})
