"""API keys, the operator's mark on users, and the exchange's clock."""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Go up."""
    op.add_column("users", sa.Column("is_admin", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("users", sa.Column("is_first", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(
        "UPDATE users SET is_admin = 1, is_first = 1"
        " WHERE id = (SELECT id FROM users ORDER BY created_at, id LIMIT 1)"
    )
    first = sa.text("is_first = 1")
    op.create_index(
        "uq_users_is_first", "users", ["is_first"], unique=True, postgresql_where=first, sqlite_where=first
    )
    op.create_table(
        "api_keys",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=True),
        sa.Column("last_used_at", types.Instant(), nullable=True),
        sa.Column("secret_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.CheckConstraint("scopes IN ('read', 'trade', 'read trade')", name=op.f("ck_api_keys_scopes")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_api_keys_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["owner_id", "portfolio_id"],
            ["portfolios.owner_id", "portfolios.id"],
            name="fk_api_keys_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "id", name=op.f("pk_api_keys")),
        sqlite_strict=True,
    )
    clock = op.create_table(
        "exchange_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", types.Serial, autoincrement=False, nullable=False),
        sa.Column("set_at", types.Instant(), nullable=False),
        sa.Column("time", types.Instant(), nullable=False),
        sa.Column("speed", types.Exact(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_exchange_clock_one")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_exchange_clock_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_clock")),
        sqlite_strict=True,
    )
    # Real time: what it was set to does not count.
    never = "'2000-01-01T00:00:00.000000Z'"
    op.execute(
        sa.insert(clock).values(id=1, version=0, set_at=sa.text(never), time=sa.text(never), speed=None)
    )


def downgrade() -> None:
    """Go back down."""
    op.drop_table("exchange_clock")
    op.drop_table("api_keys")
    op.drop_index("uq_users_is_first", "users")
    op.drop_column("users", "is_first")
    op.drop_column("users", "is_admin")
