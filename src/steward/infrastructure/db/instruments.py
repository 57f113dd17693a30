"""Instruments: the table and its repository."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    delete,
    select,
)
from sqlalchemy.sql.elements import ClauseElement, ColumnElement

from steward.domain.instruments import SECTOR_MAXIMUM, Instrument, InstrumentKind, InstrumentNotFound
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.statements import Row, Statement, upsert
from steward.infrastructure.db.types import Day, Exact, Id, Plain, listed, metadata, written_list
from steward.infrastructure.db.users import INSTRUMENTS_CHANGED

instruments = Table(
    "instruments",
    metadata,
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("currency", Text, nullable=False),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    Column("isin", Text),
    Column("figi", Text),
    Column("multiplier", Exact, nullable=False),
    Column("listed_on", Day),
    Column("delisted_on", Day),
    Column("prices_adjusted", Integer, nullable=False),
    Column("sector", Text),
    Column("country", Text),
    PrimaryKeyConstraint("owner_id", "symbol"),
    CheckConstraint("length(symbol) BETWEEN 1 AND 32", "symbol"),
    CheckConstraint("length(currency) = 3", "currency"),
    CheckConstraint("length(name) BETWEEN 1 AND 100", "name"),
    CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in InstrumentKind)})", "kind"),
    CheckConstraint("length(isin) = 12", "isin"),
    CheckConstraint("length(figi) = 12", "figi"),
    CheckConstraint("CAST(multiplier AS NUMERIC) > 0", "multiplier"),
    CheckConstraint("delisted_on >= listed_on", "delisted_on"),
    CheckConstraint("prices_adjusted IN (0, 1)", "prices_adjusted"),
    CheckConstraint(f"length(sector) BETWEEN 1 AND {SECTOR_MAXIMUM}", "sector"),
    CheckConstraint("length(country) = 2", "country"),
    sqlite_strict=True,
)
_C = instruments.c
_WHOLE = tuple(column for column in _C if column.name != "owner_id")
_NAMES = tuple(column.name for column in _WHOLE)
_MINE = _C.owner_id == bindparam("owner_id")
_ALL = Statement(select(*_WHOLE).where(_MINE).order_by(_C.symbol))
_LISTED = Statement(select(*_WHOLE).where(_MINE, listed(_C.symbol, "symbols")).order_by(_C.symbol))
_PAGE = Statement(
    select(*_WHOLE)
    .where(_MINE, _C.symbol > bindparam("after"))
    .order_by(_C.symbol)
    .limit(bindparam("limit", type_=Integer))
)


def _put(engine: str) -> ClauseElement:
    adding = upsert(engine, instruments).values({column: bindparam(column.name) for column in _C})
    changed = {column.name: adding.excluded[column.name] for column in _WHOLE if column.name != "symbol"}
    return adding.on_conflict_do_update(index_elements=[_C.owner_id, _C.symbol], set_=changed)


_PUT = Statement(_put)
_REMOVE = Statement(delete(instruments).where(_MINE, _C.symbol == bindparam("symbol")).returning(_C.symbol))


def _instrument(row: Row) -> Instrument:
    stored = dict(zip(_NAMES, row, strict=True))
    read = {"kind": InstrumentKind(stored["kind"]), "prices_adjusted": bool(stored["prices_adjusted"])}
    return Instrument(**{**stored, **read})


def multiplier_of(owner_id: ColumnElement[UUID], symbol: ColumnElement[str]) -> ColumnElement[Decimal]:
    """Make what another query asks for the multiplier of its symbol: null when nothing is recorded."""
    mine = (_C.owner_id == owner_id) & (_C.symbol == symbol)
    return select(_C.multiplier).where(mine).scalar_subquery().label("multiplier")


class InstrumentReads:
    """Look instruments up."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def of(self, owner_id: UUID, symbols: Collection[str] | None = None) -> list[Instrument]:
        """Give what the owner recorded of these symbols, or of all, in symbol order."""
        if symbols is None:
            rows = await self._unit.fetch(_ALL, {"owner_id": owner_id})
        else:
            rows = await self._unit.fetch(_LISTED, {"owner_id": owner_id, "symbols": written_list(symbols)})
        return [_instrument(row) for row in rows]

    async def page(self, owner_id: UUID, *, after: str, limit: int) -> Sequence[Instrument]:
        """Give the owner's instruments in symbol order, those behind `after`."""
        rows = await self._unit.fetch(_PAGE, {"owner_id": owner_id, "after": after, "limit": limit})
        return [_instrument(row) for row in rows]


class Instruments(InstrumentReads):
    """Keep instruments."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    def put(self, owner_id: UUID, instrument: Instrument) -> None:
        """Keep what is recorded of a symbol, in place of what was."""
        self._writing.defer(INSTRUMENTS_CHANGED, {"changed_owner_id": owner_id})
        values = {column.name: getattr(instrument, column.name) for column in _WHOLE}
        stored = {"kind": instrument.kind.value, "prices_adjusted": int(instrument.prices_adjusted)}
        self._writing.defer(_PUT, {"owner_id": owner_id, **values, **stored})

    async def remove(self, owner_id: UUID, symbol: str) -> None:
        """Forget what is recorded of a symbol; its closes stay. Raises InstrumentNotFound."""
        if not await self._writing.fetch(_REMOVE, {"owner_id": owner_id, "symbol": symbol}):
            raise InstrumentNotFound
        self._writing.defer(INSTRUMENTS_CHANGED, {"changed_owner_id": owner_id})
