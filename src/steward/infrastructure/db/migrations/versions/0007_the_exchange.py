"""The exchange: accounts, desks, trades, what happened to orders, and where these stand."""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0007"
down_revision = "0006"

_OPEN = "desk_seq IS NOT NULL AND status IN ('pending', 'partial')"
_PHASE = "CHECK (phase IS NULL OR (phase = 'done') = (status NOT IN ('pending', 'partial')))"
_EXCHANGE = (
    "CHECK ((venue = 'manual') = (terms IS NULL) AND (venue = 'manual') = (phase IS NULL)"
    " AND (venue = 'manual') = (desk_seq IS NULL))"
)
# Name, type on PostgreSQL, type on SQLite, rule. The last one's rule speaks of others: it goes first.
_COLUMNS = (
    ("terms", "TEXT", "TEXT", ""),
    ("parent_id", "UUID", "TEXT", ""),
    ("phase", "TEXT", "TEXT", f"CONSTRAINT ck_orders_phase {_PHASE}"),
    ("priority", "BIGINT", "INTEGER", ""),
    ("shown_qty", "NUMERIC(38, 18)", "TEXT", ""),
    ("trigger_price", "NUMERIC(38, 18)", "TEXT", ""),
    ("bound_price", "NUMERIC(38, 18)", "TEXT", ""),
    ("reserve_rate", "NUMERIC(38, 18)", "TEXT", ""),
    ("reserved_cash", "NUMERIC(38, 18)", "TEXT", ""),
    ("reserved_qty", "NUMERIC(38, 18)", "TEXT", ""),
    ("reason", "TEXT", "TEXT", ""),
    ("replaced_by_id", "UUID", "TEXT", ""),
    ("desk_seq", "BIGINT", "INTEGER", f"CONSTRAINT ck_orders_exchange {_EXCHANGE}"),
)


def upgrade() -> None:
    """Go up."""
    for name, postgresql, sqlite, rule in _COLUMNS:
        kind = postgresql if _on_postgresql() else sqlite
        op.execute(f"ALTER TABLE orders ADD COLUMN {name} {kind} {rule}")
    op.add_column("executions", sa.Column("fee", types.Exact(), nullable=True))
    op.add_column("executions", sa.Column("trade_seq", types.Serial, nullable=True))
    for name, columns, where in (
        ("ix_orders_desk_seq", ["venue", "security", "desk_seq"], "desk_seq IS NOT NULL"),
        ("ix_orders_open", ["venue", "security"], _OPEN),
    ):
        condition = sa.text(where)
        op.create_index(name, "orders", columns, postgresql_where=condition, sqlite_where=condition)
    _accounts()
    _desks()


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _of_portfolio(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["owner_id", "portfolio_id"],
        ["portfolios.owner_id", "portfolios.id"],
        name=f"fk_{table}_portfolios",
        ondelete="CASCADE",
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("starting_balance", types.Exact(), nullable=False),
        sa.Column("settlement_days", sa.Integer(), nullable=False),
        sa.Column("cash", types.Exact(), nullable=False),
        sa.Column("reserved", types.Exact(), nullable=False),
        sa.Column("unsettled", sa.Text(), nullable=False),
        sa.Column("open_orders", sa.Integer(), nullable=False),
        sa.Column("event_seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("ledger_seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("version", types.Serial, autoincrement=False, nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('cash', 'margin', 'house')", name=op.f("ck_accounts_kind")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_accounts_currency")),
        sa.CheckConstraint("CAST(reserved AS NUMERIC) >= 0", name=op.f("ck_accounts_reserved")),
        sa.CheckConstraint("settlement_days BETWEEN 0 AND 10", name=op.f("ck_accounts_settlement_days")),
        sa.CheckConstraint(
            "open_orders >= 0 AND event_seq >= 0 AND ledger_seq >= 0 AND version > 0",
            name=op.f("ck_accounts_counts"),
        ),
        _of_portfolio("accounts"),
        sa.PrimaryKeyConstraint("portfolio_id", name=op.f("pk_accounts")),
        sqlite_strict=True,
    )
    op.create_table(
        "account_holdings",
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("qty", types.Exact(), nullable=False),
        sa.Column("cost", types.Exact(), nullable=False),
        sa.Column("reserved_qty", types.Exact(), nullable=False),
        sa.Column("realized", types.Exact(), nullable=False),
        sa.CheckConstraint(
            "CAST(reserved_qty AS NUMERIC) >= 0", name=op.f("ck_account_holdings_reserved_qty")
        ),
        _of_portfolio("account_holdings"),
        sa.PrimaryKeyConstraint("portfolio_id", "symbol", name=op.f("pk_account_holdings")),
        sqlite_strict=True,
    )
    op.create_table(
        "order_events",
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("order_id", types.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_order_events_seq")),
        _of_portfolio("order_events"),
        sa.PrimaryKeyConstraint("portfolio_id", "seq", name=op.f("pk_order_events")),
        sqlite_strict=True,
    )


def _desks() -> None:
    op.create_table(
        "desks",
        sa.Column("venue", types.Plain, nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tick", types.Exact(), nullable=False),
        sa.Column("lot", types.Exact(), nullable=False),
        sa.Column("multiplier", types.Exact(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("borrowable", types.Exact(), nullable=True),
        sa.Column("fees", sa.Text(), nullable=False),
        sa.Column("version", types.Serial, autoincrement=False, nullable=False),
        sa.Column("trade_seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("last_price", types.Exact(), nullable=True),
        sa.Column("short_qty", types.Exact(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("turned_at", types.Instant(), nullable=True),
        sa.CheckConstraint("venue IN ('book', 'paper')", name=op.f("ck_desks_venue")),
        sa.CheckConstraint(
            "status IN ('closed', 'opening', 'continuous', 'closing', 'halted')",
            name=op.f("ck_desks_status"),
        ),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_desks_currency")),
        sa.CheckConstraint(
            "CAST(tick AS NUMERIC) > 0 AND CAST(lot AS NUMERIC) > 0", name=op.f("ck_desks_steps")
        ),
        sa.CheckConstraint("CAST(multiplier AS NUMERIC) > 0", name=op.f("ck_desks_multiplier")),
        sa.CheckConstraint("version >= 0 AND trade_seq >= 0", name=op.f("ck_desks_counts")),
        sa.PrimaryKeyConstraint("venue", "symbol", name=op.f("pk_desks")),
        sqlite_strict=True,
    )
    op.create_table(
        "trades",
        sa.Column("venue", types.Plain, nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("qty", types.Exact(), nullable=False),
        sa.Column("price", types.Exact(), nullable=False),
        sa.Column("buy_order_id", types.Id(), nullable=True),
        sa.Column("sell_order_id", types.Id(), nullable=True),
        sa.Column("at", types.Instant(), nullable=False),
        sa.CheckConstraint(
            "CAST(qty AS NUMERIC) > 0 AND CAST(price AS NUMERIC) > 0", name=op.f("ck_trades_qty_and_price")
        ),
        sa.CheckConstraint(
            "buy_order_id IS NOT NULL OR sell_order_id IS NOT NULL", name=op.f("ck_trades_sides")
        ),
        sa.CheckConstraint("seq > 0", name=op.f("ck_trades_seq")),
        sa.ForeignKeyConstraint(["venue", "symbol"], ["desks.venue", "desks.symbol"], name="fk_trades_desks"),
        sa.PrimaryKeyConstraint("venue", "symbol", "seq", name=op.f("pk_trades")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Go back down. Raises when orders stand there that the older schema cannot hold."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM orders WHERE venue <> 'manual'")):
        message = "there are orders on the exchange, which the older schema cannot hold: nothing is changed"
        raise RuntimeError(message)
    for name in ("trades", "desks", "order_events", "account_holdings", "accounts"):
        op.drop_table(name)
    for name in ("ix_orders_open", "ix_orders_desk_seq"):
        op.drop_index(name, "orders")
    if _on_postgresql():
        for name in ("exchange", "phase"):
            op.drop_constraint(op.f(f"ck_orders_{name}"), "orders")
    for name, *_ in reversed(_COLUMNS):
        op.drop_column("orders", name)
    for name in ("fee", "trade_seq"):
        op.drop_column("executions", name)
