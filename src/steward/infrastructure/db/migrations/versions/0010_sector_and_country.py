"""What an instrument is allocated by: its sector and its country."""

from alembic import op

revision = "0010"
down_revision = "0009"

_RULES = {"sector": "length(sector) BETWEEN 1 AND 64", "country": "length(country) = 2"}


def upgrade() -> None:
    """Go up."""
    for name, rule in _RULES.items():
        constraint = f"CONSTRAINT ck_instruments_{name} CHECK ({rule})"
        op.execute(f"ALTER TABLE instruments ADD COLUMN {name} TEXT {constraint}")


def downgrade() -> None:
    """Go back down."""
    for name in _RULES:
        op.execute(f"ALTER TABLE instruments DROP COLUMN {name}")
