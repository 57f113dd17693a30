"""The table of portfolios."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from steward.domain.portfolios import CostMethod
from steward.infrastructure.db.types import Id, Instant, Serial, metadata


def of_portfolio(table: str) -> ForeignKeyConstraint:
    """Make the rule that a row of `table` belongs to a portfolio of its owner, and goes with it."""
    return ForeignKeyConstraint(
        ["owner_id", "portfolio_id"],
        ["portfolios.owner_id", "portfolios.id"],
        name=f"fk_{table}_portfolios",
        ondelete="CASCADE",
    )


portfolios = Table(
    "portfolios",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("base_currency", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("is_default", Integer, nullable=False),
    Column("ledger_seq", Serial, nullable=False, autoincrement=False),
    Column("ledger_digest", Text, nullable=False),
    Column("asset_count", Integer, nullable=False),
    Column("shorts_allowed", Integer, nullable=False, server_default="0"),
    Column("cost_method", Text, nullable=False, server_default=CostMethod.FIFO.value),
    Column("history_version", Serial, nullable=False, autoincrement=False, server_default="0"),
    UniqueConstraint("owner_id", "id", name="uq_portfolios_owner_id_id"),
    CheckConstraint("length(name) BETWEEN 1 AND 100", "name"),
    CheckConstraint("length(base_currency) = 3", "base_currency"),
    CheckConstraint("ledger_seq >= 0 AND asset_count >= 0", "counts"),
    CheckConstraint("shorts_allowed IN (0, 1)", "shorts_allowed"),
    CheckConstraint("cost_method IN ('fifo', 'lifo', 'hifo', 'average')", "cost_method"),
    CheckConstraint("history_version >= 0", "history_version"),
    Index("ix_portfolios_owner_id", "owner_id", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
Index(
    "uq_portfolios_default",
    portfolios.c.owner_id,
    unique=True,
    postgresql_where=portfolios.c.is_default == 1,
    sqlite_where=portfolios.c.is_default == 1,
)
