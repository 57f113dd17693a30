"""Watchlists of the Alpaca wire."""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "watchlists",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("name", types.Plain, nullable=False),
        sa.Column("symbols", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 64", name=op.f("ck_watchlists_name")),
        sa.ForeignKeyConstraint(
            ["owner_id", "portfolio_id"],
            ["portfolios.owner_id", "portfolios.id"],
            name="fk_watchlists_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "portfolio_id", "id", name=op.f("pk_watchlists")),
        sa.UniqueConstraint("portfolio_id", "name", name="uq_watchlists_name"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Go back down."""
    op.drop_table("watchlists")
