"""Instruments, daily prices and rates."""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0003"
down_revision = "0002"

_KINDS = "'stock', 'etf', 'fund', 'bond', 'crypto', 'option', 'future', 'currency', 'commodity', 'other'"


def upgrade() -> None:
    """Go up."""
    op.add_column(
        "users", sa.Column("history_version", types.Serial, nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "instruments",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("isin", sa.Text(), nullable=True),
        sa.Column("figi", sa.Text(), nullable=True),
        sa.Column("multiplier", types.Exact(), nullable=False),
        sa.Column("listed_on", types.Day(), nullable=True),
        sa.Column("delisted_on", types.Day(), nullable=True),
        sa.Column("prices_adjusted", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(symbol) BETWEEN 1 AND 32", name=op.f("ck_instruments_symbol")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_instruments_currency")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_instruments_name")),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_instruments_kind")),
        sa.CheckConstraint("length(isin) = 12", name=op.f("ck_instruments_isin")),
        sa.CheckConstraint("length(figi) = 12", name=op.f("ck_instruments_figi")),
        sa.CheckConstraint("CAST(multiplier AS NUMERIC) > 0", name=op.f("ck_instruments_multiplier")),
        sa.CheckConstraint("delisted_on >= listed_on", name=op.f("ck_instruments_delisted_on")),
        sa.CheckConstraint("prices_adjusted IN (0, 1)", name=op.f("ck_instruments_prices_adjusted")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_instruments_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner_id", "symbol", name="pk_instruments"),
        sqlite_strict=True,
    )
    op.create_table(
        "price_years",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("scale", sa.Integer(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('close', 'rate')", name=op.f("ck_price_years_kind")),
        sa.CheckConstraint("length(symbol) BETWEEN 1 AND 32", name=op.f("ck_price_years_symbol")),
        sa.CheckConstraint("year BETWEEN 1900 AND 9999", name=op.f("ck_price_years_year")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_price_years_currency")),
        sa.CheckConstraint("scale BETWEEN 0 AND 18", name=op.f("ck_price_years_scale")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_price_years_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner_id", "kind", "symbol", "year", name="pk_price_years"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Go back down."""
    op.drop_table("price_years")
    op.drop_table("instruments")
    op.drop_column("users", "history_version")
