"""The crowd: other users made by SQL alone, to see whether their number slows anybody down."""

import asyncio
import sqlite3
from contextlib import closing

import asyncpg

# Each has a session, a portfolio, five holdings, two prices and one asset: whatever a query could wrongly
# read of others. The ledger is not whole: no operation that is measured folds it.
_STATEMENTS = (
    """
    INSERT INTO users (id, login, email, password_hash, issuer, subject, created_at, portfolio_count,
    prices_version) SELECT {uuid}, '{name}' || n, '{name}' || n, 'none', 'bench', '{name}' || n, {now}, 1, 2
    FROM {many} AS numbers
    """,
    """
    INSERT INTO sessions (id, user_id, created_at, expires_at, address, user_agent)
    SELECT {uuid}, id, {now}, {later}, '', '' FROM users WHERE login LIKE '{name}%'
    """,
    """
    INSERT INTO portfolios (owner_id, name, base_currency, created_at, changed_at, is_default, ledger_seq,
    ledger_digest, asset_count) SELECT id, 'Everything', 'USD', {now}, {now}, 1, 0, '', 0 FROM users
    WHERE login LIKE '{name}%'
    """,
    """
    INSERT INTO positions (owner_id, portfolio_id, symbol, quantity, traded_quantity)
    SELECT users.id, portfolios.id, 'SYM00' || n, {quantity}, {zero} FROM {five} AS numbers, users
    JOIN portfolios ON portfolios.owner_id = users.id WHERE users.login LIKE '{name}%'
    """,
    """
    INSERT INTO prices (owner_id, symbol, price, currency, as_of)
    SELECT users.id, 'SYM00' || n, {quantity}, 'USD', {now} FROM {two} AS numbers, users
    WHERE users.login LIKE '{name}%'
    """,
    """
    INSERT INTO transactions (owner_id, portfolio_id, seq, kind, symbol, quantity, occurred_at, recorded_at,
    digest) SELECT users.id, portfolios.id, 1, 'transfer_in', 'SYM001', {quantity}, {now}, {now}, ''
    FROM users JOIN portfolios ON portfolios.owner_id = users.id WHERE users.login LIKE '{name}%'
    """,
)
_ON_SQLITE = {
    "uuid": (
        "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) "
        "|| '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
    ),
    "now": "'2026-01-01T00:00:00.000000Z'",
    "later": "'2099-01-01T00:00:00.000000Z'",
    "quantity": "'1.5'",
    "zero": "'0'",
}
_NUMBERS_ON_SQLITE = (
    "(WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {})"
    " SELECT n FROM counted)"
)
_ON_POSTGRESQL = {
    "uuid": "gen_random_uuid()",
    "now": "'2026-01-01T00:00:00Z'::timestamptz",
    "later": "'2099-01-01T00:00:00Z'::timestamptz",
    "quantity": "1.5",
    "zero": "0",
}
_NUMBERS_ON_POSTGRESQL = "(SELECT generate_series(1, {}) AS n)"


def add_crowd(database_url: str, count: int) -> None:
    """Add that many other users to a database that nobody else uses meanwhile."""
    if database_url.startswith("sqlite"):
        _on_sqlite(database_url.removeprefix("sqlite:///"), count)
    else:
        asyncio.run(_on_postgresql(database_url, count))


def _statements(words: dict[str, str], numbers: str, count: int) -> list[str]:
    sizes = {name: numbers.format(size) for name, size in (("many", count), ("five", 5), ("two", 2))}
    return [statement.format(**words, **sizes, name=f"crowd of {count}: ") for statement in _STATEMENTS]


def _on_sqlite(path: str, count: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for statement in _statements(_ON_SQLITE, _NUMBERS_ON_SQLITE, count):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def _on_postgresql(url: str, count: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        # The rows are right by construction: checking half a million foreign keys takes longest.
        await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        for statement in _statements(_ON_POSTGRESQL, _NUMBERS_ON_POSTGRESQL, count):
            await connection.execute(statement)
        # As autovacuum would within a minute; and nothing is left to write while somebody measures.
        # SQLite gets no statistics, because nothing gives it any in service.
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
