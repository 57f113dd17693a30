"""The ledger: transactions with the positions beside them, always written together."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    exists,
    insert,
    literal_column,
    select,
    true,
    update,
)

from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.positions import fold
from steward.domain.transactions import Entry, Kind, Sealed, Transaction, sealed_text
from steward.infrastructure.db.chain import MOVE_HEAD, add_next
from steward.infrastructure.db.database import Reading, Retry
from steward.infrastructure.db.database import Transaction as Unit
from steward.infrastructure.db.portfolios import portfolios
from steward.infrastructure.db.positions import CHANGE_POSITION
from steward.infrastructure.db.statements import Params, Row, Statement
from steward.infrastructure.db.types import Exact, Id, Instant, Plain, Serial, metadata, wire

transactions = Table(
    "transactions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("owner_id", Id, nullable=False),
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("seq", Serial, nullable=False, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("price", Exact),
    Column("gross_amount", Exact),
    Column("currency", Text),
    Column("fill_id", Id),
    Column("reverses", Serial, autoincrement=False),
    Column("recorded_at", Instant, nullable=False),
    Column("digest", Text, nullable=False),
    ForeignKeyConstraint(
        ["owner_id", "portfolio_id"],
        ["portfolios.owner_id", "portfolios.id"],
        name="fk_transactions_portfolios",
        ondelete="CASCADE",
    ),
    UniqueConstraint("portfolio_id", "seq", name="uq_transactions_seq"),
    CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in Kind)})", "kind"),
    CheckConstraint("length(symbol) BETWEEN 1 AND 32", "symbol"),
    CheckConstraint("CAST(quantity AS NUMERIC) > 0", "quantity"),
    CheckConstraint("(price IS NULL) = (gross_amount IS NULL)", "gross_amount"),
    CheckConstraint("(price IS NULL) = (currency IS NULL)", "currency"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
_C = transactions.c
# Literal, not a parameter: a planner must see that it is the condition of the index.
_is_asset = (_C.kind == literal_column("'transfer_in'")) & _C.fill_id.is_(None) & _C.reverses.is_(None)
Index("ix_transactions_assets", _C.portfolio_id, _C.id, postgresql_where=_is_asset, sqlite_where=_is_asset)
# Neither holds the rows without one: SQLite would take them, everybody's, for the quickest way to the
# assets of one portfolio.
_is_reversal = _C.reverses.is_not(None)
Index(
    "uq_transactions_reverses",
    _C.reverses,
    unique=True,
    postgresql_where=_is_reversal,
    sqlite_where=_is_reversal,
)
_is_fill = _C.fill_id.is_not(None) & _C.reverses.is_(None)
Index("uq_transactions_fill_id", _C.fill_id, unique=True, postgresql_where=_is_fill, sqlite_where=_is_fill)

_MINE = (_C.owner_id == bindparam("owner_id")) & (_C.portfolio_id == bindparam("portfolio_id"))
_reversal = transactions.alias("reversal")
_standing = ~exists().where(_reversal.c.reverses == _C.id)
_ENTRY = (
    _C.kind,
    _C.symbol,
    _C.quantity,
    _C.occurred_at,
    _C.price,
    _C.gross_amount,
    _C.currency,
    _C.fill_id,
    _C.reverses,
)
_WHOLE = (_C.id, _C.portfolio_id, _C.seq, _C.recorded_at, *_ENTRY, _C.digest)
_ASSET = Statement(select(*_WHOLE).where(_MINE, _C.id == bindparam("asset_id"), _is_asset, _standing))
_assets = (
    select(
        _C.id,
        _C.portfolio_id,
        _C.symbol,
        wire(_C.quantity).label("units"),
        wire(_C.recorded_at).label("made"),
    )
    .where(_MINE, _is_asset, _standing)
    .order_by(_C.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Serial))
    .subquery()
)
_P = portfolios.c
_ASSETS = Statement(
    select(_P.asset_count, *_assets.c)
    .select_from(portfolios.outerjoin(_assets, true()))
    .where(_P.owner_id == bindparam("owner_id"), _P.id == bindparam("portfolio_id"))
    .order_by(_assets.c.id.desc())
)
_add = insert(transactions).values({column: bindparam(column.name) for column in _C if column.name != "id"})
# Somebody else has appended since the head was read.
_overtaken: Mapping[str, Callable[[Params], Exception]] = {
    "uq_transactions_seq": lambda _: Retry(),
    "fk_transactions_portfolios": lambda _: PortfolioNotFound(),
}
_ADD = Statement(_add, refusals=_overtaken)
_advance = (
    update(portfolios)
    .where(_P.owner_id == bindparam("head_owner_id"), _P.id == bindparam("head_id"))
    .values(
        ledger_seq=bindparam("head_seq"),
        ledger_digest=bindparam("head_digest"),
        changed_at=bindparam("head_at"),
        asset_count=_P.asset_count + bindparam("head_assets", type_=Integer),
    )
)
_ADVANCE = Statement(_advance)
_ADD_NEXT = Statement(lambda engine: add_next(transactions, engine), refusals=_overtaken)
_ADD_NEXT_ANSWERING = Statement(
    lambda engine: add_next(transactions, engine).returning(_C.id, _C.seq, _C.digest), refusals=_overtaken
)
_ALL = Statement(
    select(*_WHOLE)
    .where(_C.portfolio_id > bindparam("after"), _C.portfolio_id <= bindparam("until"))
    .order_by(_C.portfolio_id, _C.seq)
)


def _transaction(row: Row) -> Transaction:
    return Transaction(row[0], row[1], row[2], row[3], Entry(Kind(row[4]), *row[5:13]), row[13])


class TransactionReads:
    """Read the ledger. Asset rows for the wire: id, portfolio id, symbol, quantity, created at."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def assets(
        self, owner_id: UUID, portfolio_id: int, *, limit: int, offset: int
    ) -> tuple[int, Sequence[Row]] | None:
        """Give the number of assets and one page of them, newest first; None without the portfolio."""
        params = {"owner_id": owner_id, "portfolio_id": portfolio_id, "limit": limit, "offset": offset}
        rows = await self._unit.fetch(_ASSETS, params)
        if not rows:
            return None
        return rows[0][0], [row[1:] for row in rows if row[1] is not None]

    async def between(self, after: int, until: int) -> Sequence[Transaction]:
        """Give the transactions of the portfolios with after < id <= until, in ledger order."""
        rows = await self._unit.fetch(_ALL, {"after": after, "until": until})
        return [_transaction(row) for row in rows]


class Transactions(TransactionReads):
    """Append to the ledger."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(unit)
        self._writing = unit

    async def asset(self, portfolio: Portfolio, asset_id: int) -> Transaction | None:
        """Find a declared asset that still stands in a locked portfolio."""
        params = {"owner_id": portfolio.owner_id, "portfolio_id": portfolio.id, "asset_id": asset_id}
        rows = await self._unit.fetch(_ASSET, params)
        return _transaction(rows[0]) if rows else None

    def append(self, portfolio: Portfolio, sealed: Sequence[Sealed], *, assets: int = 0) -> None:
        """Append to a locked portfolio, with the positions that change and the new head.

        `assets` is the change in the number of assets.
        """
        self._move(portfolio, sealed, assets)
        for one in sealed:
            self._writing.defer(_ADD, _values(portfolio.owner_id, one))

    def append_next(self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime) -> None:
        """Append behind whatever is last when this is written, with the position that changes.

        For what was not decided on the ledger. Raises PortfolioNotFound when the unit is written.
        """
        self._writing.defer(_ADD_NEXT, self._chain(owner_id, portfolio_id, entry, at))

    async def append_one(
        self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime, assets: int = 0
    ) -> Transaction:
        """Append one behind whatever is last, as the last of its unit, and give it with its place.

        Raises PortfolioNotFound.
        """
        params = self._chain(owner_id, portfolio_id, entry, at, assets=assets)
        self._writing.defer(_ADD_NEXT_ANSWERING, params)
        made, seq, digest = (await self._writing.conclude())[0]
        return Transaction(made, portfolio_id, seq, at, entry, digest)

    def _chain(
        self, owner_id: UUID, portfolio_id: int, entry: Entry, at: datetime, *, assets: int = 0
    ) -> dict[str, object]:
        """Move the head and the position; give what adds the transaction behind."""
        params = {
            **_stated(owner_id, portfolio_id, at, entry),
            "sealed_text": sealed_text(at, entry),
            "assets": assets,
            "change": entry.change,
            "traded_change": entry.traded_change,
        }
        self._writing.defer(MOVE_HEAD, params)
        if entry.symbol is not None and entry.quantity is not None:
            self._writing.defer(CHANGE_POSITION, params)
        return params

    def _move(self, portfolio: Portfolio, sealed: Sequence[Sealed], assets: int) -> None:
        owner_id = portfolio.owner_id
        # The portfolio first: its row is what every writer of its positions locks first.
        head = sealed[-1]
        self._writing.defer(
            _ADVANCE,
            {
                "head_owner_id": owner_id,
                "head_id": portfolio.id,
                "head_seq": head.seq,
                "head_digest": head.digest,
                "head_at": head.recorded_at,
                "head_assets": assets,
            },
        )
        for change in fold(one.entry for one in sealed).values():
            self._writing.defer(
                CHANGE_POSITION,
                {
                    "owner_id": owner_id,
                    "portfolio_id": portfolio.id,
                    "symbol": change.symbol,
                    "change": change.quantity,
                    "traded_change": change.traded_quantity,
                },
            )


def _values(owner_id: UUID, sealed: Sealed) -> dict[str, object]:
    stated = _stated(owner_id, sealed.portfolio_id, sealed.recorded_at, sealed.entry)
    return {**stated, "seq": sealed.seq, "digest": sealed.digest}


def _stated(owner_id: UUID, portfolio_id: int, recorded_at: datetime, entry: Entry) -> dict[str, object]:
    return {
        "owner_id": owner_id,
        "portfolio_id": portfolio_id,
        "kind": entry.kind.value,
        "symbol": entry.symbol,
        "quantity": entry.quantity,
        "occurred_at": entry.occurred_at,
        "price": entry.price,
        "gross_amount": entry.gross_amount,
        "currency": entry.currency,
        "fill_id": entry.fill_id,
        "reverses": entry.reverses,
        "recorded_at": recorded_at,
    }
