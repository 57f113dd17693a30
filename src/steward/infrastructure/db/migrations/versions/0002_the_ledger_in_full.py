"""The ledger in full: every kind of transaction, with its terms.

SQLite cannot change the rules of a table: it gets a new one with the same rows, ids and triggers.
"""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0002"
down_revision = "0001"

_OLD_KINDS = "kind IN ('transfer_in', 'buy', 'sell')"
_KINDS = (
    "kind IN ('deposit', 'withdrawal', 'buy', 'sell', 'transfer_in', 'transfer_out', 'dividend', "
    "'dividend_reinvested', 'dividend_in_kind', 'interest', 'interest_charged', 'fee', 'fee_refund', "
    "'tax', 'tax_refund')"
)
_MOVING = "kind IN ('buy', 'sell', 'transfer_in', 'transfer_out', 'dividend_reinvested', 'dividend_in_kind')"
_KEPT_RULES = {
    "symbol": "length(symbol) BETWEEN 1 AND 32",
    "quantity": "CAST(quantity AS NUMERIC) > 0",
}
_OLD_RULES = {
    "kind": _OLD_KINDS,
    "currency": "(price IS NULL) = (currency IS NULL)",
    "gross_amount": "(price IS NULL) = (gross_amount IS NULL)",
}
_RULES = {
    "kind": _KINDS,
    "units": f"CASE WHEN {_MOVING} THEN symbol IS NOT NULL AND quantity IS NOT NULL "
    "WHEN kind IN ('deposit', 'withdrawal') THEN symbol IS NULL AND quantity IS NULL "
    "ELSE quantity IS NULL AND (symbol IS NOT NULL OR kind <> 'dividend') END",
    "gross_amount": f"CASE WHEN {_MOVING} THEN (price IS NULL) = (gross_amount IS NULL) "
    "ELSE price IS NULL AND gross_amount IS NOT NULL END",
    "currency": "currency IS NOT NULL OR (gross_amount IS NULL AND fee IS NULL AND tax IS NULL)",
    "fee": "CAST(fee AS NUMERIC) > 0",
    "tax": "CAST(tax AS NUMERIC) > 0",
    "rate": "(rate IS NULL) = (rate_base IS NULL) AND (rate IS NULL) = (rate_quote IS NULL) "
    "AND (rate IS NULL OR (CAST(rate AS NUMERIC) > 0 AND rate_base <> rate_quote))",
    "cash_currency": "cash_currency IS NULL OR (rate IS NOT NULL AND currency IS NOT NULL "
    "AND currency <> cash_currency "
    "AND currency IN (rate_base, rate_quote) AND cash_currency IN (rate_base, rate_quote))",
    "security_amount": "(security_amount IS NULL) = (security_currency IS NULL) "
    "AND (security_amount IS NULL OR CAST(security_amount AS NUMERIC) > 0)",
    "lots": "lots IS NULL OR kind IN ('sell', 'transfer_out')",
    "replaces": "reverses IS NULL OR replaces IS NULL",
    "note": "length(note) BETWEEN 1 AND 500",
    "external_id": "length(external_id) BETWEEN 1 AND 128",
}
_ASSETS = "kind = 'transfer_in' AND fill_id IS NULL AND reverses IS NULL"
# name: columns, the rows it holds, whether it is unique
_Indexes = dict[str, tuple[list[str], str | None, bool]]
_OLD_INDEXES: _Indexes = {
    "ix_transactions_assets": (["portfolio_id", "id"], _ASSETS, False),
    "uq_transactions_reverses": (["reverses"], "reverses IS NOT NULL", True),
    "uq_transactions_fill_id": (["fill_id"], "fill_id IS NOT NULL AND reverses IS NULL", True),
}
_INDEXES: _Indexes = {
    "ix_transactions_assets": (
        ["portfolio_id", "id"],
        f"{_ASSETS} AND price IS NULL AND transfer_id IS NULL",
        False,
    ),
    "uq_transactions_replaces": (["replaces"], "replaces IS NOT NULL", True),
    "uq_transactions_external_id": (
        ["portfolio_id", "external_id"],
        "external_id IS NOT NULL AND replaces IS NULL",
        True,
    ),
    "ix_transactions_transfer_id": (["owner_id", "transfer_id"], "transfer_id IS NOT NULL", False),
    "ix_transactions_symbol": (["portfolio_id", "symbol", "occurred_at"], None, False),
}
_TERMS = (
    "fee", "tax", "settles_on", "cash_currency", "rate_base", "rate_quote", "rate", "security_amount",
    "security_currency", "lots", "transfer_id", "replaces", "note", "external_id",
)  # fmt: skip
_PORTFOLIO = {
    "shorts_allowed": "shorts_allowed IN (0, 1)",
    "cost_method": "cost_method IN ('fifo', 'lifo', 'hifo', 'average')",
    "history_version": "history_version >= 0",
}


def _old_columns(*, nullable: bool) -> list[sa.Column[object]]:
    return [
        sa.Column("id", types.Serial, nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("portfolio_id", types.Serial, autoincrement=False, nullable=False),
        sa.Column("seq", types.Serial, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("symbol", types.Plain, nullable=nullable),
        sa.Column("quantity", types.Exact(), nullable=nullable),
        sa.Column("occurred_at", types.Instant(), nullable=False),
        sa.Column("price", types.Exact(), nullable=True),
        sa.Column("gross_amount", types.Exact(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("fill_id", types.Id(), nullable=True),
        sa.Column("reverses", types.Serial, autoincrement=False, nullable=True),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
    ]


def _terms() -> list[sa.Column[object]]:
    return [
        sa.Column("fee", types.Exact(), nullable=True),
        sa.Column("tax", types.Exact(), nullable=True),
        sa.Column("settles_on", types.Day(), nullable=True),
        sa.Column("cash_currency", sa.Text(), nullable=True),
        sa.Column("rate_base", sa.Text(), nullable=True),
        sa.Column("rate_quote", sa.Text(), nullable=True),
        sa.Column("rate", types.Exact(), nullable=True),
        sa.Column("security_amount", types.Exact(), nullable=True),
        sa.Column("security_currency", sa.Text(), nullable=True),
        sa.Column("lots", sa.Text(), nullable=True),
        sa.Column("transfer_id", types.Id(), nullable=True),
        sa.Column("replaces", types.Serial, autoincrement=False, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
    ]


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _index(name: str, columns: list[str], where: str | None, unique: bool) -> None:  # noqa: FBT001 - a row of the tables above
    condition = None if where is None else sa.text(where)
    op.create_index(
        name, "transactions", columns, unique=unique, postgresql_where=condition, sqlite_where=condition
    )


def _rebuilt(columns: list[sa.Column[object]], rules: dict[str, str], indexes: _Indexes) -> None:
    """Put a table with these columns and rules in the place of the one that is there."""
    kept = ", ".join(column.name for column in _old_columns(nullable=True))
    op.create_table(
        "new_transactions",
        *columns,
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_transactions_{name}"))
            for name, rule in (_KEPT_RULES | rules).items()
        ),
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
    op.execute(f"INSERT INTO new_transactions ({kept}) SELECT {kept} FROM transactions ORDER BY id")  # noqa: S608 - names of ours
    # No id is given twice, not even that of a row that went with its portfolio.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'new_transactions'")
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) "
        "SELECT 'new_transactions', seq FROM sqlite_sequence WHERE name = 'transactions'"
    )
    op.drop_table("transactions")
    op.rename_table("new_transactions", "transactions")
    for name, (on, where, unique) in indexes.items():
        _index(name, on, where, unique)
    refuse = "BEGIN SELECT RAISE(ABORT, 'transactions is append-only'); END"
    op.execute(f"CREATE TRIGGER transactions_no_update BEFORE UPDATE ON transactions {refuse}")
    there = "EXISTS (SELECT 1 FROM portfolios WHERE id = OLD.portfolio_id)"
    op.execute(f"CREATE TRIGGER transactions_no_delete BEFORE DELETE ON transactions WHEN {there} {refuse}")


def upgrade() -> None:
    """Go up."""
    for name, kind, default in (
        ("shorts_allowed", "INTEGER", "0"),
        ("cost_method", "TEXT", "'fifo'"),
        ("history_version", "BIGINT" if _on_postgresql() else "INTEGER", "0"),
    ):
        rule = f"CONSTRAINT ck_portfolios_{name} CHECK ({_PORTFOLIO[name]})"
        op.execute(f"ALTER TABLE portfolios ADD COLUMN {name} {kind} DEFAULT {default} NOT NULL {rule}")
    if not _on_postgresql():
        _rebuilt([*_old_columns(nullable=True), *_terms()], _RULES, _OLD_INDEXES | _INDEXES)
        return
    for column in _terms():
        op.add_column("transactions", column)
    for name in ("symbol", "quantity"):
        op.alter_column("transactions", name, nullable=True)
    _rules_on_postgresql(_OLD_RULES, _RULES)
    op.drop_index("ix_transactions_assets", "transactions")
    for name, (on, where, unique) in _INDEXES.items():
        _index(name, on, where, unique)


def downgrade() -> None:
    """Go back down. Raises when the ledger holds what the older schema cannot."""
    terms = " OR ".join(f"{name} IS NOT NULL" for name in _TERMS)
    wide = f"SELECT count(*) FROM transactions WHERE NOT ({_OLD_KINDS}) OR {terms}"  # noqa: S608 - names of ours
    if op.get_bind().scalar(sa.text(wide)):
        message = "the ledger holds transactions that the older schema cannot hold: nothing is changed"
        raise RuntimeError(message)
    if _on_postgresql():
        for name in _INDEXES:
            op.drop_index(name, "transactions")
        _rules_on_postgresql(_RULES, _OLD_RULES)
        for name in _TERMS:
            op.drop_column("transactions", name)
        for name in ("symbol", "quantity"):
            op.alter_column("transactions", name, nullable=False)
        _index("ix_transactions_assets", *_OLD_INDEXES["ix_transactions_assets"])
    else:
        _rebuilt(_old_columns(nullable=False), _OLD_RULES, _OLD_INDEXES)
    for name in _PORTFOLIO:
        op.execute(f"ALTER TABLE portfolios DROP COLUMN {name}")


def _rules_on_postgresql(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.drop_constraint(op.f(f"ck_transactions_{name}"), "transactions")
    for name, rule in new.items():
        op.create_check_constraint(op.f(f"ck_transactions_{name}"), "transactions", rule)
