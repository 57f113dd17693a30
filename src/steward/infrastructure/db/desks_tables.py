"""The tables of the exchange's desks: listings with their state, trades, and what happened to orders."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from steward.domain.listings import TradingStatus
from steward.domain.terms import BOOK_VENUE, PAPER_VENUE
from steward.infrastructure.db.portfolios_tables import of_portfolio
from steward.infrastructure.db.types import Exact, Id, Instant, Plain, Serial, metadata

desks = Table(
    "desks",
    metadata,
    Column("venue", Plain, nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("currency", Text, nullable=False),
    Column("tick", Exact, nullable=False),
    Column("lot", Exact, nullable=False),
    Column("multiplier", Exact, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("borrowable", Exact),
    Column("fees", Text, nullable=False),
    Column("version", Serial, nullable=False, autoincrement=False),
    Column("trade_seq", Serial, nullable=False, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("last_price", Exact),
    Column("short_qty", Exact, nullable=False),
    Column("quote", Text),
    Column("turned_at", Instant),
    PrimaryKeyConstraint("venue", "symbol"),
    CheckConstraint(f"venue IN ('{BOOK_VENUE}', '{PAPER_VENUE}')", "venue"),
    CheckConstraint(f"status IN ({', '.join(repr(one.value) for one in TradingStatus)})", "status"),
    CheckConstraint("length(currency) = 3", "currency"),
    CheckConstraint("CAST(tick AS NUMERIC) > 0 AND CAST(lot AS NUMERIC) > 0", "steps"),
    CheckConstraint("CAST(multiplier AS NUMERIC) > 0", "multiplier"),
    CheckConstraint("version >= 0 AND trade_seq >= 0", "counts"),
    sqlite_strict=True,
)
trades = Table(
    "trades",
    metadata,
    Column("venue", Plain, nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("seq", Serial, nullable=False, autoincrement=False),
    Column("qty", Exact, nullable=False),
    Column("price", Exact, nullable=False),
    # No foreign keys: a trade stays on record when one of its two sides deletes its portfolio.
    Column("buy_order_id", Id),
    Column("sell_order_id", Id),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("venue", "symbol", "seq"),
    ForeignKeyConstraint(["venue", "symbol"], ["desks.venue", "desks.symbol"], name="fk_trades_desks"),
    CheckConstraint("CAST(qty AS NUMERIC) > 0 AND CAST(price AS NUMERIC) > 0", "qty_and_price"),
    CheckConstraint("buy_order_id IS NOT NULL OR sell_order_id IS NOT NULL", "sides"),
    CheckConstraint("seq > 0", "seq"),
    sqlite_strict=True,
)
order_events = Table(
    "order_events",
    metadata,
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("seq", Serial, nullable=False, autoincrement=False),
    Column("owner_id", Id, nullable=False),
    Column("order_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    # The event as it goes on the wire: a JSON object.
    Column("payload", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("portfolio_id", "seq"),
    of_portfolio("order_events"),
    CheckConstraint("seq > 0", "seq"),
    sqlite_strict=True,
)
