"""Corporate actions."""

import sqlalchemy as sa
from alembic import op

from steward.infrastructure.db import types

revision = "0004"
down_revision = "0003"

_TABLE = "corporate_actions"
_GIVES_UNITS = (
    "(kind IN ('split', 'stock_dividend', 'spin_off', 'rights') "
    "OR kind = 'merger' AND into_symbol IS NOT NULL)"
)
_TURNS_INTO = "kind IN ('spin_off', 'rights', 'symbol_change')"
_PAYS = "(kind IN ('return_of_capital', 'delisting') OR kind = 'merger' AND into_symbol IS NULL)"
_KINDS = (
    "'split', 'stock_dividend', 'spin_off', 'rights', 'merger', 'return_of_capital', 'symbol_change', "
    "'delisting'"
)
_OWNER = "SELECT 1 FROM users WHERE id = OLD.owner_id"


def _protect_on_sqlite(columns: list[str]) -> None:
    # What is on record stays as it is, but that it may be taken back once; it goes only with its owner.
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    op.execute(
        f"CREATE TRIGGER {_TABLE}_no_update BEFORE UPDATE ON {_TABLE} WHEN OLD.withdrawn_at IS NOT NULL "
        f"OR NEW.withdrawn_at IS NULL OR ({old}) IS NOT ({new}) {refuse}"
    )
    op.execute(f"CREATE TRIGGER {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} WHEN EXISTS ({_OWNER}) {refuse}")


def _protect_on_postgresql() -> None:
    op.execute(
        f"CREATE FUNCTION {_TABLE}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND NOT EXISTS ({_OWNER}) THEN RETURN OLD; END IF; "
        "IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL "
        "AND to_jsonb(OLD) - 'withdrawn_at' = to_jsonb(NEW) - 'withdrawn_at' THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{_TABLE} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {_TABLE}_append_only BEFORE UPDATE OR DELETE ON {_TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_append_only()"
    )


def upgrade() -> None:
    """Go up."""
    table = op.create_table(
        _TABLE,
        sa.Column("id", types.Serial, nullable=False),
        sa.Column("owner_id", types.Id(), nullable=False),
        sa.Column("symbol", types.Plain, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ex_date", types.Day(), nullable=False),
        sa.Column("new_units", types.Exact(), nullable=False),
        sa.Column("old_units", types.Exact(), nullable=False),
        sa.Column("into_symbol", types.Plain, nullable=True),
        sa.Column("basis_share", types.Exact(), nullable=True),
        sa.Column("cash_per_unit", types.Exact(), nullable=True),
        sa.Column("cash_in_lieu_price", types.Exact(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("withdrawn_at", types.Instant(), nullable=True),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_corporate_actions_kind")),
        sa.CheckConstraint("length(symbol) BETWEEN 1 AND 32", name=op.f("ck_corporate_actions_symbol")),
        sa.CheckConstraint("ex_date >= '1900-01-01'", name=op.f("ck_corporate_actions_ex_date")),
        sa.CheckConstraint("CAST(old_units AS NUMERIC) > 0", name=op.f("ck_corporate_actions_old_units")),
        sa.CheckConstraint(
            f"(CAST(new_units AS NUMERIC) > 0) = {_GIVES_UNITS}", name=op.f("ck_corporate_actions_new_units")
        ),
        sa.CheckConstraint(
            f"kind = 'merger' OR (into_symbol IS NOT NULL) = ({_TURNS_INTO})",
            name=op.f("ck_corporate_actions_into_symbol"),
        ),
        sa.CheckConstraint(
            "length(into_symbol) BETWEEN 1 AND 32 AND into_symbol <> symbol",
            name=op.f("ck_corporate_actions_into_symbol_form"),
        ),
        sa.CheckConstraint(
            "CAST(basis_share AS NUMERIC) BETWEEN 0 AND 1", name=op.f("ck_corporate_actions_basis_share")
        ),
        sa.CheckConstraint(
            f"kind = 'merger' OR (cash_per_unit IS NOT NULL) = {_PAYS}",
            name=op.f("ck_corporate_actions_cash_per_unit"),
        ),
        sa.CheckConstraint(
            "CAST(cash_per_unit AS NUMERIC) >= 0", name=op.f("ck_corporate_actions_cash_per_unit_sign")
        ),
        sa.CheckConstraint(
            "CAST(cash_in_lieu_price AS NUMERIC) > 0", name=op.f("ck_corporate_actions_cash_in_lieu_price")
        ),
        sa.CheckConstraint(
            "(cash_per_unit IS NULL AND cash_in_lieu_price IS NULL) = (currency IS NULL)",
            name=op.f("ck_corporate_actions_currency"),
        ),
        sa.CheckConstraint("length(note) BETWEEN 1 AND 500", name=op.f("ck_corporate_actions_note")),
        sa.CheckConstraint("withdrawn_at >= recorded_at", name=op.f("ck_corporate_actions_withdrawn_at")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_corporate_actions_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corporate_actions"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_corporate_actions_owner_id",
        _TABLE,
        ["owner_id", "ex_date", "id"],
        unique=False,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
        sqlite_where=sa.text("withdrawn_at IS NULL"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _protect_on_postgresql()
    else:
        _protect_on_sqlite([column.name for column in table.columns if column.name != "withdrawn_at"])


def downgrade() -> None:
    """Go back down."""
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {_TABLE}_append_only()")
