"""Instruments, daily prices and rates."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go back down."""
