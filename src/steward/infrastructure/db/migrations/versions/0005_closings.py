"""Closings: the stored daily values of past years."""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "history_years",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("begins", types.Day(), nullable=False),
        sa.Column("ledgers", sa.Text(), nullable=False),
        sa.Column("owner_version", types.Serial, autoincrement=False, nullable=False),
        sa.Column("max_age_days", sa.Integer(), nullable=False),
        sa.Column("cost_method", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.CheckConstraint("year BETWEEN 1900 AND 9999", name=op.f("ck_history_years_year")),
        sa.CheckConstraint(
            "owner_version >= 0 AND max_age_days >= 0", name=op.f("ck_history_years_versions")
        ),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_history_years_currency")),
        sa.ForeignKeyConstraint(
            ["owner_id", "portfolio_id"],
            ["portfolios.owner_id", "portfolios.id"],
            name="fk_history_years_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "portfolio_id", "year", name=op.f("pk_history_years")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Go back down."""
    op.drop_table("history_years")
