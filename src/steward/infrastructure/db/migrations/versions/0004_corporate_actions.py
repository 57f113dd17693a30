"""Corporate actions."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go back down."""
