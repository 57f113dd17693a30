"""Named lots: an index of the sales that name theirs, which every change to a ledger asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NAMED = sa.text("lots IS NOT NULL")


def upgrade() -> None:
    """Go up."""
    op.create_index(
        "ix_transactions_lots",
        "transactions",
        ["owner_id", "symbol", "occurred_at"],
        postgresql_where=_NAMED,
        sqlite_where=_NAMED,
    )


def downgrade() -> None:
    """Go back down."""
    op.drop_index("ix_transactions_lots", "transactions")
