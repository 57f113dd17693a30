"""The ledger in full: every kind of transaction, with its terms."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go back down."""
