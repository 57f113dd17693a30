"""Statements: the same question on both engines, in the driver's own words."""

from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import bindparam, insert, select

from steward.infrastructure import db
from steward.infrastructure.db.batches import batch
from steward.infrastructure.db.calls import COUNT
from steward.infrastructure.db.chain import MOVE_HEAD
from steward.infrastructure.db.database import Database, refusal
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.positions import positions
from steward.infrastructure.db.sqlite import SQLite
from steward.infrastructure.db.statements import Compiled, Statement, key_scopes, session_is_open
from steward.infrastructure.db.users import users
from tests.factories import AT, new_id

NAMED = Statement(
    select(users.c.id, users.c.login, users.c.created_at).where(
        users.c.issuer == bindparam("issuer"), users.c.subject == bindparam("subject")
    )
)
COUNTS = ("portfolio_count", "prices_version", "history_version")


def of_the_house() -> dict[str, Statement]:
    """Give every statement of the repositories, by its name."""
    found: dict[str, Statement] = {"session_is_open": session_is_open(), "key_scopes": key_scopes()}
    for module in map(
        import_module, sorted(one.name for one in iter_modules(db.__path__, f"{db.__name__}."))
    ):
        for name, value in vars(module).items():
            several = value.items() if isinstance(value, dict) else [("", value)]
            for key, one in several:
                if isinstance(one, Statement):
                    found[f"{module.__name__.rpartition('.')[2]}{name}{key}"] = one
    return found


STATEMENTS = of_the_house()


def test_the_statements_of_every_table_are_found() -> None:
    assert len(STATEMENTS) > 40
    assert {name.partition("_")[0] for name in STATEMENTS} >= {"orders", "users", "sessions", "transactions"}


@pytest.mark.parametrize("name", [one for one in STATEMENTS if "json_each(" in STATEMENTS[one].sqlite.sql])
@pytest.mark.parametrize("engine", ["sqlite"], scope="session")
async def test_what_is_asked_for_by_a_list_is_found_by_an_index(database: SQLite, name: str) -> None:
    compiled = STATEMENTS[name].sqlite
    plan = database._reader.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", [None] * len(compiled.names))
    scanned = {row[-1].split()[1] for row in plan if row[-1].startswith("SCAN ")}
    assert scanned <= {"json_each", "asked", "anon_1", "CONSTANT"}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_every_statement_is_understood_by_the_engine(
    database: Database, migrated_url: str, name: str
) -> None:
    statement = STATEMENTS[name]
    variants = [statement]
    if statement.guardable:
        variants += [statement.guarded, statement.guarded_by_key]
    for variant in variants:
        if isinstance(database, SQLite):
            compiled = variant.sqlite
            assert compiled.sql.count("?") == len(compiled.names)
            database._reader.execute(f"EXPLAIN {compiled.sql}", [None] * len(compiled.names))
        else:
            compiled = variant.postgresql
            # The one part that reads another part of its batch is prepared with it.
            parts = (MOVE_HEAD.postgresql, compiled) if "FROM head" in compiled.sql else (compiled,)
            connection = await asyncpg.connect(migrated_url)
            try:
                prepared = await connection.prepare(batch(parts, (False,) * (len(parts) - 1)).sql)
                assert len(prepared.get_parameters()) == sum(len(part.names) for part in parts)
            finally:
                await connection.close()


@pytest.mark.parametrize("name", STATEMENTS)
def test_both_engines_take_the_same_parameters(name: str) -> None:
    statement = STATEMENTS[name]
    both = (statement.postgresql, statement.sqlite)
    asked = [set(compiled.names) - set(compiled.constants) for compiled in both]
    assert asked[0] == asked[1]


def test_parameters_are_put_in_their_order() -> None:
    for compiled in (NAMED.postgresql, NAMED.sqlite):
        assert compiled.arguments({"subject": "b", "issuer": "a", "other": "c"}) == ("a", "b")


def test_a_value_that_never_varies_needs_no_parameter() -> None:
    fixed = Statement(select(users.c.id).where(users.c.issuer == "steward"))
    for compiled in (fixed.postgresql, fixed.sqlite):
        assert compiled.arguments({}) == ["steward"]


def test_a_statement_is_compiled_once() -> None:
    assert NAMED.postgresql is NAMED.postgresql
    assert NAMED.sqlite is NAMED.sqlite


async def test_values_come_back_in_the_same_types_and_nothing_stays_nothing(database: Database) -> None:
    user_id = new_id()
    add_user = Statement(insert(users).values({column: bindparam(column.name) for column in users.c}))
    add_portfolio = Statement(
        insert(portfolios)
        .values({column: bindparam(column.name) for column in portfolios.c if column.name != "id"})
        .returning(portfolios.c.id)
    )
    add_position = Statement(
        insert(positions).values({column: bindparam(column.name) for column in positions.c})
    )
    number = Decimal("-12345678901234567890.123456789012345678")
    user: dict[str, object] = dict.fromkeys(users.c.keys())
    user |= {"id": user_id, "issuer": "tests", "created_at": AT}
    portfolio: dict[str, object] = {
        "owner_id": user_id,
        "name": "A",
        "base_currency": "USD",
        "shorts_allowed": 0,
        "cost_method": "fifo",
        "history_version": 0,
        "created_at": AT,
        "changed_at": AT,
    }
    portfolio |= {"is_default": 0, "ledger_seq": 0, "ledger_digest": "", "asset_count": 0}
    async with database.transaction() as transaction:
        transaction.defer(
            add_user,
            {
                **user,
                "subject": str(user_id),
                "portfolio_count": 0,
                "prices_version": 0,
                "history_version": 0,
                "is_admin": 0,
                "is_first": 0,
            },
        )
        rows = await transaction.fetch(add_portfolio, portfolio)
        held = {"owner_id": user_id, "portfolio_id": rows[0][0], "symbol": "ABC"}
        transaction.defer(add_position, {**held, "quantity": number, "traded_quantity": Decimal(0)})
    ask = Statement(
        select(users.c.id, users.c.login, users.c.created_at, positions.c.quantity)
        .select_from(users.join(positions, positions.c.owner_id == users.c.id))
        .where(users.c.id == bindparam("user_id"))
    )
    (row,) = await database.read(ask, {"user_id": user_id})
    assert tuple(row) == (user_id, None, AT, number)
    assert isinstance(row[0], UUID)
    assert isinstance(row[3], Decimal)


def test_a_guarded_query_asks_for_the_caller_s_session_too() -> None:
    assert NAMED.guardable
    for plain, guarded in (
        (NAMED.postgresql, NAMED.guarded.postgresql),
        (NAMED.sqlite, NAMED.guarded.sqlite),
    ):
        assert "sessions" not in plain.sql
        assert "sessions.revoked_at IS NULL" in guarded.sql
        assert set(guarded.names) - set(plain.names) == {"caller_id", "caller_session_id", "caller_at"}


def test_a_query_of_a_program_asks_for_the_key_instead() -> None:
    for plain, guarded in (
        (NAMED.postgresql, NAMED.guarded_by_key.postgresql),
        (NAMED.sqlite, NAMED.guarded_by_key.sqlite),
    ):
        assert "sessions" not in guarded.sql
        assert set(guarded.names) - set(plain.names) == {
            "caller_id",
            "caller_at",
            "caller_key_id",
            "caller_key_hash",
            "caller_key_scope",
        }


def test_a_write_is_not_guarded() -> None:
    assert not COUNT.guardable


def compiled(sql: str, *names: str) -> Compiled:
    return Compiled(sql, names, {}, ())


def test_writes_are_joined_with_their_parameters_moved_along() -> None:
    one, two = compiled("UPDATE a SET x = $1, y = $2", "x", "y"), compiled("DELETE FROM b WHERE z = $1", "z")
    answering = compiled("INSERT INTO c VALUES ($1, $10) RETURNING id", *"abcdefghij")
    assert batch((one,), ()).sql == one.sql
    assert batch((one, two), (False,)).sql == (
        "WITH RECURSIVE part_1 AS (DELETE FROM b WHERE z = $3), part_0 AS (UPDATE a SET x = $1, y = $2) "
        "SELECT 1 WHERE false"
    )
    assert batch((two, answering, one), (False, False)).sql == (
        "WITH RECURSIVE part_2 AS (UPDATE a SET x = $12, y = $13), "
        "part_1 AS (INSERT INTO c VALUES ($2, $11) RETURNING id), "
        "part_0 AS (DELETE FROM b WHERE z = $1) SELECT * FROM part_1"
    )
    assert batch((one, two), (False,)) is batch((one, two), (False,))
    told = compiled("SELECT tell($1)", "what")
    assert batch((one, told), (False,)).sql == (
        "WITH RECURSIVE part_0 AS (UPDATE a SET x = $1, y = $2) SELECT tell($3)"
    )


def test_what_parts_of_a_batch_both_name_in_the_same_parameters_is_sent_once() -> None:
    head = Compiled("UPDATE a SET x = $1 + $2 RETURNING x", ("x", "one"), {"one": 1}, (), name="head")
    row = Compiled("INSERT INTO b VALUES ($1, $2, $3, $1)", ("y", "one", "x"), {"one": 2}, ())
    alone = compiled("DELETE FROM c WHERE x = $1", "x")
    whole = batch((head, row, alone), (True, False))
    assert whole.sql == (
        "WITH RECURSIVE part_2 AS (DELETE FROM c WHERE x = $5), "
        "part_1 AS (INSERT INTO b VALUES ($3, $4, $1, $3)), "
        "head AS (UPDATE a SET x = $1 + $2 RETURNING x) SELECT 1 WHERE false"
    )
    shared = {"x": "x", "y": "y"}
    assert whole.arguments([shared, shared, {"x": "z"}]) == ["x", 1, "y", 2, "z"]
    assert batch((head, row, alone), (False, False)).sql != whole.sql


def test_a_violated_constraint_means_what_the_first_statement_that_knows_it_says() -> None:
    knows = Statement(NAMED._clause, refusals={"uq": lambda params: LookupError(params["x"])})
    ran = [(NAMED, {}), (knows, {"x": "first"}), (knows, {"x": "second"})]
    meaning = refusal(ran, "uq")
    assert isinstance(meaning, LookupError)
    assert meaning.args == ("first",)
    assert refusal(ran, "another") is None
    assert refusal([], "uq") is None
