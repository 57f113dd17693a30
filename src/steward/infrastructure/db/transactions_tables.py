"""The table of the ledger: its columns, and the rules that stand behind those of the domain."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from steward.domain.transactions import UNITS_IN, UNITS_OUT, Kind
from steward.infrastructure.db.portfolios_tables import of_portfolio
from steward.infrastructure.db.types import Day, Exact, Id, Instant, Plain, Serial, metadata


def _listed(kinds: frozenset[Kind] | type[Kind]) -> str:
    return ", ".join(repr(kind.value) for kind in Kind if kind in kinds)


_MOVING = f"kind IN ({_listed(UNITS_IN | UNITS_OUT)})"

transactions = Table(
    "transactions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("owner_id", Id, nullable=False),
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("seq", Serial, nullable=False, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("symbol", Plain),
    Column("quantity", Exact),
    Column("occurred_at", Instant, nullable=False),
    Column("price", Exact),
    Column("gross_amount", Exact),
    Column("currency", Text),
    Column("fill_id", Id),
    Column("reverses", Serial, autoincrement=False),
    Column("recorded_at", Instant, nullable=False),
    Column("digest", Text, nullable=False),
    # The terms, which most transactions lack: without a fee or a tax these are NULL too.
    Column("fee", Exact),
    Column("tax", Exact),
    Column("settles_on", Day),
    Column("cash_currency", Text),
    Column("rate_base", Text),
    Column("rate_quote", Text),
    Column("rate", Exact),
    Column("security_amount", Exact),
    Column("security_currency", Text),
    Column("lots", Text),
    Column("transfer_id", Id),
    Column("replaces", Serial, autoincrement=False),
    Column("note", Text),
    Column("external_id", Text),
    of_portfolio("transactions"),
    UniqueConstraint("portfolio_id", "seq", name="uq_transactions_seq"),
    CheckConstraint(f"kind IN ({_listed(Kind)})", "kind"),
    CheckConstraint("length(symbol) BETWEEN 1 AND 32", "symbol"),
    CheckConstraint("CAST(quantity AS NUMERIC) > 0", "quantity"),
    CheckConstraint(
        f"CASE WHEN {_MOVING} THEN symbol IS NOT NULL AND quantity IS NOT NULL "
        "WHEN kind IN ('deposit', 'withdrawal') THEN symbol IS NULL AND quantity IS NULL "
        "ELSE quantity IS NULL AND (symbol IS NOT NULL OR kind <> 'dividend') END",
        "units",
    ),
    CheckConstraint(
        f"CASE WHEN {_MOVING} THEN (price IS NULL) = (gross_amount IS NULL) "
        "ELSE price IS NULL AND gross_amount IS NOT NULL END",
        "gross_amount",
    ),
    CheckConstraint(
        "currency IS NOT NULL OR (gross_amount IS NULL AND fee IS NULL AND tax IS NULL)", "currency"
    ),
    CheckConstraint("CAST(fee AS NUMERIC) > 0", "fee"),
    CheckConstraint("CAST(tax AS NUMERIC) > 0", "tax"),
    CheckConstraint(
        "(rate IS NULL) = (rate_base IS NULL) AND (rate IS NULL) = (rate_quote IS NULL) "
        "AND (rate IS NULL OR (CAST(rate AS NUMERIC) > 0 AND rate_base <> rate_quote))",
        "rate",
    ),
    CheckConstraint(
        "cash_currency IS NULL OR (rate IS NOT NULL AND currency IS NOT NULL AND currency <> cash_currency "
        "AND currency IN (rate_base, rate_quote) AND cash_currency IN (rate_base, rate_quote))",
        "cash_currency",
    ),
    CheckConstraint(
        "(security_amount IS NULL) = (security_currency IS NULL) "
        "AND (security_amount IS NULL OR CAST(security_amount AS NUMERIC) > 0)",
        "security_amount",
    ),
    CheckConstraint(f"lots IS NULL OR kind IN ({_listed(UNITS_OUT)})", "lots"),
    CheckConstraint("reverses IS NULL OR replaces IS NULL", "replaces"),
    CheckConstraint("length(note) BETWEEN 1 AND 500", "note"),
    CheckConstraint("length(external_id) BETWEEN 1 AND 128", "external_id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
_C = transactions.c
# Literal, not a parameter: a planner must see that it is the condition of the index.
IS_ASSET = (
    (_C.kind == literal_column("'transfer_in'"))
    & _C.fill_id.is_(None)
    & _C.reverses.is_(None)
    & _C.price.is_(None)
    & _C.transfer_id.is_(None)
)


def _where(name: str, condition: object, *columns: object, unique: bool = False) -> None:
    # No index holds the rows without one: SQLite would take them, everybody's, for the quickest way to
    # the rows of one portfolio.
    Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)  # type: ignore[arg-type]  # columns


_where("ix_transactions_assets", IS_ASSET, _C.portfolio_id, _C.id)
_where("uq_transactions_reverses", _C.reverses.is_not(None), _C.reverses, unique=True)
_where("uq_transactions_fill_id", _C.fill_id.is_not(None) & _C.reverses.is_(None), _C.fill_id, unique=True)
_where("uq_transactions_replaces", _C.replaces.is_not(None), _C.replaces, unique=True)
_where(
    "uq_transactions_external_id",
    _C.external_id.is_not(None) & _C.replaces.is_(None),
    _C.portfolio_id,
    _C.external_id,
    unique=True,
)
_where("ix_transactions_transfer_id", _C.transfer_id.is_not(None), _C.owner_id, _C.transfer_id)
_where("ix_transactions_lots", _C.lots.is_not(None), _C.owner_id, _C.symbol, _C.occurred_at)
Index("ix_transactions_symbol", _C.portfolio_id, _C.symbol, _C.occurred_at)
