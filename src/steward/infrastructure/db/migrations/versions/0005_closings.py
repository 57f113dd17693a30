"""Closings: the stored daily values of past years."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go back down."""
