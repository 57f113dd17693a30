"""Migrations: up, down and up again, on both engines, whoever else is at it."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from steward.domain.errors import Unavailable
from steward.domain.transactions import seal
from steward.infrastructure.db.migrate import differences, migrate
from steward.infrastructure.db.schema import HEAD, METADATA, MIGRATIONS, is_current
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases.values import Limit
from tests.factories import AT, TRACE, a_session, a_user, an_entry, an_order, new_id
from tests.infrastructure.databases import an_owner, opened, outside, write
from tests.postgres import drop_database, fresh_database

VERSIONS = sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))
OBJECTS = {
    "sqlite": "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1",
    "postgresql": """
        SELECT c.relkind::text || ' ' || c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'function ' || p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t WHERE NOT t.tgisinternal ORDER BY 1
    """,
}


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database with nothing in it."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path}/new/steward.db"
        return
    url = fresh_database(request.getfixturevalue("admin_url"))
    yield url
    drop_database(url)


async def objects(engine: str, url: str) -> list[str]:
    return [str(row[0]) for row in await outside(url, OBJECTS[engine])]


async def filled(url: str) -> None:
    """Keep a person with a session, a portfolio, a ledger, an order and an audited write."""
    async with opened(url) as database:
        units = Units(database, writes=Limit("writes", 100, 60))
        owner_id = await an_owner(units)
        portfolio = await units.write(
            lambda unit: unit.portfolios.add(owner_id=owner_id, name="A", base_currency="USD", at=AT),
            trace=TRACE,
            at=AT,
        )
        await write(
            units,
            lambda unit: unit.sessions.add(a_session(a_user(id=owner_id))),
            lambda unit: unit.orders.add(an_order(id=new_id(), owner_id=owner_id, portfolio_id=portfolio.id)),
            lambda unit: unit.transactions.append(portfolio, seal(portfolio, [an_entry()], at=AT), assets=1),
            lambda unit: unit.audit.add(TRACE, user_id=owner_id, outcome="accepted", at=AT),
        )


async def current(url: str) -> bool:
    async with opened(url) as database:
        return await is_current(database)


async def test_up_down_and_up_again_with_rows_inside(engine: str, empty_url: str) -> None:
    await migrate(empty_url)
    first = await objects(engine, empty_url)
    await filled(empty_url)
    assert await current(empty_url)
    await migrate(empty_url, "base")
    assert {name.rpartition(" ")[2] for name in await objects(engine, empty_url)} <= {
        "alembic_version",
        "alembic_version_pkc",
    }
    assert not await current(empty_url)
    await migrate(empty_url)
    assert await objects(engine, empty_url) == first
    assert await current(empty_url)
    await filled(empty_url)


async def test_every_step_goes_down_and_up_alone(engine: str, empty_url: str) -> None:
    shapes = []
    for version in VERSIONS:
        await migrate(empty_url, version.stem[:4])
        shapes.append(await objects(engine, empty_url))
    for version, shape in zip(reversed(VERSIONS[:-1]), reversed(shapes[:-1]), strict=True):
        await migrate(empty_url, version.stem[:4])
        assert await objects(engine, empty_url) == shape
    await migrate(empty_url)
    assert await objects(engine, empty_url) == shapes[-1]


async def test_migrating_twice_changes_nothing_and_keeps_the_rows(engine: str, empty_url: str) -> None:
    await migrate(empty_url)
    await filled(empty_url)
    before = await objects(engine, empty_url)
    await migrate(empty_url)
    assert await objects(engine, empty_url) == before
    assert await outside(empty_url, "SELECT count(*) FROM transactions") == [(1,)]


async def test_a_failed_migration_leaves_nothing(engine: str, empty_url: str) -> None:
    await migrate(empty_url)
    await migrate(empty_url, "base")
    await outside(empty_url, "CREATE TABLE executions (id INTEGER)")
    before = await objects(engine, empty_url)
    with pytest.raises(Exception, match="executions"):
        await migrate(empty_url)
    assert await objects(engine, empty_url) == before


async def test_the_migrated_schema_is_the_declared_one(engine: str, empty_url: str) -> None:
    await migrate(empty_url)
    assert await differences(empty_url) == []
    await outside(empty_url, "DROP INDEX ix_orders_status")
    assert len(await differences(empty_url)) == 1


async def test_every_declared_rule_stands_in_the_database(engine: str, empty_url: str) -> None:
    await migrate(empty_url)
    declared = {
        str(rule.name)
        for table in METADATA.tables.values()
        for rule in table.constraints
        if str(rule.name).startswith("ck_")
    }
    if engine == "sqlite":
        rows = await outside(empty_url, "SELECT sql FROM sqlite_master WHERE type = 'table'")
        found = set(re.findall(r"CONSTRAINT (ck_\w+)", " ".join(str(row[0]) for row in rows)))
        ours = [str(row[0]) for row in rows if re.match(r"CREATE TABLE (?!alembic_|sqlite_)", str(row[0]))]
        assert len(ours) == len(METADATA.tables)
        assert all(sql.rstrip().endswith("STRICT") for sql in ours)
    else:
        rows = await outside(empty_url, "SELECT conname FROM pg_constraint WHERE conname LIKE 'ck_%'")
        found = {str(row[0]) for row in rows}
    assert declared == found
    assert len(declared) > 20


async def test_two_runners_at_once_are_as_good_as_one(engine: str, empty_url: str) -> None:
    def run(revision: str) -> None:
        asyncio.run(migrate(empty_url, revision))

    for revision in ("head", "base", "head"):
        await asyncio.gather(*(asyncio.to_thread(run, revision) for _ in range(3)))
    assert await current(empty_url)
    assert await differences(empty_url) == []


async def test_a_database_without_a_schema_is_unavailable(empty_url: str) -> None:
    async with opened(empty_url) as database:
        with pytest.raises(Unavailable):
            await is_current(database)


async def test_a_schema_of_another_version_is_not_current(empty_url: str) -> None:
    await migrate(empty_url)
    await outside(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    assert not await current(empty_url)


async def test_each_step_is_told(empty_url: str) -> None:
    told: list[str] = []
    await migrate(empty_url, said=told.append)
    assert told[0] == "schema empty → head"


def test_the_code_is_written_for_the_newest_migration() -> None:
    assert [version.stem[:4] for version in VERSIONS] == [f"{1 + n:04}" for n in range(len(VERSIONS))]
    assert VERSIONS[-1].stem[:4] == HEAD
