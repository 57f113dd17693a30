"""The first tables."""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0001"
down_revision = None

# What is on record stays as it is; it goes only with the whole portfolio, by cascade.
_PARENTS = {
    "transactions": "SELECT 1 FROM portfolios WHERE id = OLD.portfolio_id",
    "executions": "SELECT 1 FROM orders WHERE id = OLD.order_id",
    "audit_events": "SELECT 1",
}


def _protect_on_sqlite() -> None:
    for table, parent in _PARENTS.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN EXISTS ({parent}) {refuse}"
        )


def _protect_on_postgresql() -> None:
    for table, parent in _PARENTS.items():
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' AND NOT EXISTS ({parent}) THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_events",
        sa.Column("id", types.Serial, nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=True),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_audit_events_user_id", "audit_events", ["user_id", "id"], unique=False)
    op.create_table(
        "calls",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window_start", types.Serial, autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("ceiling", sa.Integer(), nullable=False),
        sa.CheckConstraint("count <= ceiling", name=op.f("ck_calls_ceiling")),
        sa.CheckConstraint("count IS NOT NULL", name=op.f("ck_calls_session")),
        sa.PrimaryKeyConstraint("key", name="pk_calls"),
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("portfolio_count", sa.Integer(), nullable=False),
        sa.Column("prices_version", types.Serial, autoincrement=False, nullable=False),
        sa.CheckConstraint("(login IS NULL) = (password_hash IS NULL)", name=op.f("ck_users_local")),
        sa.CheckConstraint("portfolio_count >= 0", name=op.f("ck_users_portfolio_count")),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sqlite_strict=True,
    )
    op.create_index("uq_users_login", "users", ["login"], unique=True)
    op.create_index("uq_users_subject", "users", ["issuer", "subject"], unique=True)
    op.create_table(
        "idempotency_keys",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_idempotency_keys_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "key", name="pk_idempotency_keys"),
        sqlite_strict=True,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "portfolios",
        sa.Column("id", types.Serial, nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("changed_at", types.Instant(), nullable=False),
        sa.Column("is_default", sa.Integer(), nullable=False),
        sa.Column("ledger_seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("ledger_digest", sa.Text(), nullable=False),
        sa.Column("asset_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("ledger_seq >= 0 AND asset_count >= 0", name=op.f("ck_portfolios_counts")),
        sa.CheckConstraint("length(base_currency) = 3", name=op.f("ck_portfolios_base_currency")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_portfolios_name")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_portfolios_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_portfolios"),
        sa.UniqueConstraint("owner_id", "id", name="uq_portfolios_owner_id_id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_portfolios_owner_id", "portfolios", ["owner_id", "id"], unique=False)
    op.create_index(
        "uq_portfolios_default",
        "portfolios",
        ["owner_id"],
        unique=True,
        postgresql_where=sa.text("is_default = 1"),
        sqlite_where=sa.text("is_default = 1"),
    )
    op.create_table(
        "prices",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("price", types.Exact(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("as_of", types.Instant(), nullable=False),
        sa.CheckConstraint("CAST(price AS NUMERIC) > 0", name=op.f("ck_prices_price")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_prices_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("owner_id", "symbol", name="pk_prices"),
        sqlite_strict=True,
    )
    op.create_table(
        "sessions",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("user_id", types.Id(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sqlite_strict=True,
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id", "created_at"], unique=False)
    op.create_table(
        "orders",
        sa.Column("seq", types.Serial, nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("security", types.Plain, nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("original_qty", types.Exact(), nullable=False),
        sa.Column("executed_qty", types.Exact(), nullable=False),
        sa.Column("pending_qty", types.Exact(), nullable=False),
        sa.Column("executed_value", types.Exact(100, 36), nullable=True),
        sa.Column("average_price", types.Exact(), nullable=True),
        sa.Column("fill_count", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("client_order_id", sa.Text(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("version", types.Serial, autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "(executed_qty = original_qty) = (pending_qty = '0')", name=op.f("ck_orders_pending_qty")
        ),
        sa.CheckConstraint(
            "(status = 'executed') = (executed_qty = original_qty)", name=op.f("ck_orders_executed")
        ),
        sa.CheckConstraint("side IN ('buy', 'sell')", name=op.f("ck_orders_side")),
        sa.CheckConstraint("status <> 'partial' OR executed_qty <> '0'", name=op.f("ck_orders_partial")),
        sa.CheckConstraint("version > 0", name=op.f("ck_orders_version")),
        sa.CheckConstraint("status <> 'pending' OR executed_qty = '0'", name=op.f("ck_orders_pending")),
        sa.CheckConstraint(
            "status IN ('pending', 'partial', 'executed', 'cancelled', 'expired', 'rejected')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint(
            "CAST(executed_qty AS NUMERIC) <= CAST(original_qty AS NUMERIC)", name=op.f("ck_orders_not_above")
        ),
        sa.CheckConstraint("CAST(executed_qty AS NUMERIC) >= 0", name=op.f("ck_orders_executed_qty")),
        sa.CheckConstraint("CAST(original_qty AS NUMERIC) > 0", name=op.f("ck_orders_original_qty")),
        sa.ForeignKeyConstraint(
            ["owner_id", "portfolio_id"],
            ["portfolios.owner_id", "portfolios.id"],
            name="fk_orders_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_orders"),
        sa.UniqueConstraint("id", name="uq_orders_id"),
        sa.UniqueConstraint("owner_id", "client_order_id", name="uq_orders_client_order_id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_orders_owner_id", "orders", ["owner_id", "seq"], unique=False)
    op.create_index("ix_orders_portfolio_id", "orders", ["owner_id", "portfolio_id"], unique=False)
    op.create_index("ix_orders_security", "orders", ["owner_id", "security", "seq"], unique=False)
    op.create_index("ix_orders_status", "orders", ["owner_id", "status", "seq"], unique=False)
    op.create_table(
        "positions",
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("quantity", types.Exact(60, 18), nullable=False),
        sa.Column("traded_quantity", types.Exact(60, 18), nullable=False),
        types.within_limits("quantity"),
        types.within_limits("traded_quantity"),
        sa.ForeignKeyConstraint(
            ["owner_id", "portfolio_id"],
            ["portfolios.owner_id", "portfolios.id"],
            name="fk_positions_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "symbol", name="pk_positions"),
        sqlite_strict=True,
    )
    op.create_index("ix_positions_owner_id", "positions", ["owner_id", "symbol"], unique=False)
    op.create_table(
        "transactions",
        sa.Column("id", types.Serial, nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("quantity", types.Exact(), nullable=False),
        sa.Column("occurred_at", types.Instant(), nullable=False),
        sa.Column("price", types.Exact(), nullable=True),
        sa.Column("gross_amount", types.Exact(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("fill_id", types.Id(), nullable=True),
        sa.Column("reverses", types.Serial, autoincrement=False, nullable=True),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('transfer_in', 'buy', 'sell')", name=op.f("ck_transactions_kind")),
        sa.CheckConstraint("(price IS NULL) = (currency IS NULL)", name=op.f("ck_transactions_currency")),
        sa.CheckConstraint(
            "(price IS NULL) = (gross_amount IS NULL)", name=op.f("ck_transactions_gross_amount")
        ),
        sa.CheckConstraint("CAST(quantity AS NUMERIC) > 0", name=op.f("ck_transactions_quantity")),
        sa.CheckConstraint("length(symbol) BETWEEN 1 AND 32", name=op.f("ck_transactions_symbol")),
        sa.ForeignKeyConstraint(
            ["owner_id", "portfolio_id"],
            ["portfolios.owner_id", "portfolios.id"],
            name="fk_transactions_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transactions"),
        sa.UniqueConstraint("portfolio_id", "seq", name="uq_transactions_seq"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_transactions_assets",
        "transactions",
        ["portfolio_id", "id"],
        unique=False,
        postgresql_where=sa.text("kind = 'transfer_in' AND fill_id IS NULL AND reverses IS NULL"),
        sqlite_where=sa.text("kind = 'transfer_in' AND fill_id IS NULL AND reverses IS NULL"),
    )
    op.create_index(
        "uq_transactions_reverses",
        "transactions",
        ["reverses"],
        unique=True,
        postgresql_where=sa.text("reverses IS NOT NULL"),
        sqlite_where=sa.text("reverses IS NOT NULL"),
    )
    op.create_index(
        "uq_transactions_fill_id",
        "transactions",
        ["fill_id"],
        unique=True,
        postgresql_where=sa.text("fill_id IS NOT NULL AND reverses IS NULL"),
        sqlite_where=sa.text("fill_id IS NOT NULL AND reverses IS NULL"),
    )
    op.create_table(
        "executions",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("order_id", types.Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("qty", types.Exact(), nullable=False),
        sa.Column("price", types.Exact(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("price_source", sa.Text(), nullable=True),
        sa.Column("executed_at", types.Instant(), nullable=False),
        sa.CheckConstraint("(price IS NULL) = (currency IS NULL)", name=op.f("ck_executions_currency")),
        sa.CheckConstraint(
            "(price IS NULL) = (price_source IS NULL)", name=op.f("ck_executions_price_source")
        ),
        sa.CheckConstraint("CAST(qty AS NUMERIC) > 0", name=op.f("ck_executions_qty")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_executions_orders", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_executions"),
        sa.UniqueConstraint("order_id", "seq", name="uq_executions_seq"),
        sqlite_strict=True,
    )

    if op.get_bind().dialect.name == "postgresql":
        _protect_on_postgresql()
    else:
        _protect_on_sqlite()


def downgrade() -> None:
    """Go back down to nothing."""
    op.drop_table("executions")
    op.drop_table("transactions")
    op.drop_table("positions")
    op.drop_table("orders")
    op.drop_table("sessions")
    op.drop_table("prices")
    op.drop_table("portfolios")
    op.drop_table("idempotency_keys")
    op.drop_table("users")
    op.drop_table("calls")
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        for table in _PARENTS:
            op.execute(f"DROP FUNCTION {table}_append_only()")
