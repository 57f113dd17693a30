"""The tables of the exchange's accounts, and of what they hold."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from steward.infrastructure.db.portfolios_tables import of_portfolio
from steward.infrastructure.db.types import Exact, Id, Instant, Plain, Serial, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("portfolio_id", Serial, primary_key=True, autoincrement=False),
    Column("owner_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("starting_balance", Exact, nullable=False),
    Column("settlement_days", Integer, nullable=False),
    Column("cash", Exact, nullable=False),
    Column("reserved", Exact, nullable=False),
    # Days and what is settled on them, as a JSON object; nearly always empty.
    Column("unsettled", Text, nullable=False),
    Column("open_orders", Integer, nullable=False),
    Column("event_seq", Serial, nullable=False, autoincrement=False),
    # How much of the portfolio's ledger is folded into this row.
    Column("ledger_seq", Serial, nullable=False, autoincrement=False),
    Column("version", Serial, nullable=False, autoincrement=False),
    Column("opened_at", Instant, nullable=False),
    of_portfolio("accounts"),
    CheckConstraint("kind IN ('cash', 'margin', 'house')", "kind"),
    CheckConstraint("length(currency) = 3", "currency"),
    CheckConstraint("CAST(reserved AS NUMERIC) >= 0", "reserved"),
    CheckConstraint("settlement_days BETWEEN 0 AND 10", "settlement_days"),
    CheckConstraint("open_orders >= 0 AND event_seq >= 0 AND ledger_seq >= 0 AND version > 0", "counts"),
    sqlite_strict=True,
)
account_holdings = Table(
    "account_holdings",
    metadata,
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("owner_id", Id, nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("qty", Exact, nullable=False),
    Column("cost", Exact, nullable=False),
    Column("reserved_qty", Exact, nullable=False),
    Column("realized", Exact, nullable=False),
    PrimaryKeyConstraint("portfolio_id", "symbol"),
    of_portfolio("account_holdings"),
    CheckConstraint("CAST(reserved_qty AS NUMERIC) >= 0", "reserved_qty"),
    sqlite_strict=True,
)
