"""The schema: all tables in one place, its version, and how it is migrated."""

from pathlib import Path

from sqlalchemy import column, select, table

from steward.infrastructure.db import (
    accounts_tables,
    api_keys,
    audit,
    calls,
    clocks,
    closes,
    corporate_actions,
    desks_tables,
    history_years,
    idempotency,
    instruments,
    orders,
    portfolios,
    positions,
    prices,
    sessions,
    transactions,
    users,
    watchlists,
)
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.types import metadata

HEAD = "0010"
"""The migration that this version of the code is written for."""

MIGRATIONS = Path(__file__).with_name("migrations")
TABLES = (
    accounts_tables,
    api_keys,
    audit,
    calls,
    clocks,
    closes,
    corporate_actions,
    desks_tables,
    history_years,
    idempotency,
    instruments,
    orders,
    portfolios,
    positions,
    prices,
    sessions,
    transactions,
    users,
    watchlists,
)
METADATA = metadata

_versions = table("alembic_version", column("version_num"))
_VERSION = Statement(select(_versions.c.version_num))


async def is_current(database: Database) -> bool:
    """Tell whether the database is at HEAD. Raises Unavailable when it does not answer."""
    rows = await database.read(_VERSION, {})
    return [row[0] for row in rows] == [HEAD]
