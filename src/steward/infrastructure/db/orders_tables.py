"""The tables of orders and of their executions."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from steward.domain.orders import Side, Status
from steward.infrastructure.db.portfolios_tables import of_portfolio
from steward.infrastructure.db.types import Exact, Id, Instant, Plain, Serial, metadata

orders = Table(
    "orders",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("id", Id, nullable=False),
    Column("owner_id", Id, nullable=False),
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("security", Plain, nullable=False),
    Column("side", Text, nullable=False),
    Column("original_qty", Exact, nullable=False),
    Column("executed_qty", Exact, nullable=False),
    Column("pending_qty", Exact, nullable=False),
    # The exact sum of quantity times price needs more digits than a number on the wire may have.
    Column("executed_value", Exact(100, 36)),
    Column("average_price", Exact),
    Column("fill_count", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("client_order_id", Text),
    Column("venue", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Serial, nullable=False, autoincrement=False),
    # What follows is NULL on the manual venue. `terms` is what was asked for, a JSON object; the rest is
    # where the order stands, `desk_seq` the step of its desk that changed it last.
    Column("terms", Text),
    Column("parent_id", Id),
    Column("phase", Text),
    Column("priority", Serial, autoincrement=False),
    Column("shown_qty", Exact),
    Column("trigger_price", Exact),
    Column("bound_price", Exact),
    Column("reserve_rate", Exact),
    Column("reserved_cash", Exact),
    Column("reserved_qty", Exact),
    Column("reason", Text),
    Column("replaced_by_id", Id),
    Column("desk_seq", Serial, autoincrement=False),
    UniqueConstraint("id", name="uq_orders_id"),
    UniqueConstraint("owner_id", "client_order_id", name="uq_orders_client_order_id"),
    of_portfolio("orders"),
    CheckConstraint(f"side IN ({', '.join(repr(side.value) for side in Side)})", "side"),
    CheckConstraint(f"status IN ({', '.join(repr(status.value) for status in Status)})", "status"),
    CheckConstraint("CAST(original_qty AS NUMERIC) > 0", "original_qty"),
    CheckConstraint("CAST(executed_qty AS NUMERIC) >= 0", "executed_qty"),
    CheckConstraint("CAST(executed_qty AS NUMERIC) <= CAST(original_qty AS NUMERIC)", "not_above"),
    CheckConstraint("(status = 'executed') = (executed_qty = original_qty)", "executed"),
    CheckConstraint("(executed_qty = original_qty) = (pending_qty = '0')", "pending_qty"),
    CheckConstraint("status <> 'pending' OR executed_qty = '0'", "pending"),
    CheckConstraint("status <> 'partial' OR executed_qty <> '0'", "partial"),
    CheckConstraint("version > 0", "version"),
    CheckConstraint(
        "(venue = 'manual') = (terms IS NULL) AND (venue = 'manual') = (phase IS NULL)"
        " AND (venue = 'manual') = (desk_seq IS NULL)",
        "exchange",
    ),
    CheckConstraint(
        "phase IS NULL OR (phase = 'done') = (status NOT IN ('pending', 'partial'))",
        "phase",
    ),
    Index("ix_orders_owner_id", "owner_id", "seq"),
    Index("ix_orders_status", "owner_id", "status", "seq"),
    Index("ix_orders_security", "owner_id", "security", "seq"),
    Index("ix_orders_portfolio_id", "owner_id", "portfolio_id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
# A worker that is behind reads what changed since; one that is new reads what is open.
Index(
    "ix_orders_desk_seq",
    orders.c.venue,
    orders.c.security,
    orders.c.desk_seq,
    postgresql_where=orders.c.desk_seq.is_not(None),
    sqlite_where=orders.c.desk_seq.is_not(None),
)
# Written out, or a plan for any parameters could not use the index of what is open.
OPEN = orders.c.status.in_((literal_column("'pending'"), literal_column("'partial'")))
OPEN_AT_DESK = orders.c.desk_seq.is_not(None) & OPEN
Index(
    "ix_orders_open",
    orders.c.venue,
    orders.c.security,
    postgresql_where=OPEN_AT_DESK,
    sqlite_where=OPEN_AT_DESK,
)
executions = Table(
    "executions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, nullable=False),
    Column("order_id", Id, ForeignKey("orders.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("qty", Exact, nullable=False),
    Column("price", Exact),
    Column("currency", Text),
    Column("price_source", Text),
    Column("executed_at", Instant, nullable=False),
    Column("fee", Exact),
    Column("trade_seq", Serial, autoincrement=False),
    UniqueConstraint("order_id", "seq", name="uq_executions_seq"),
    CheckConstraint("CAST(qty AS NUMERIC) > 0", "qty"),
    CheckConstraint("(price IS NULL) = (price_source IS NULL)", "price_source"),
    CheckConstraint("(price IS NULL) = (currency IS NULL)", "currency"),
    sqlite_strict=True,
)
