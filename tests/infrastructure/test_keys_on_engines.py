import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest

from steward.domain.api_keys import KeyRefused, KeyScope, OutOfScope
from steward.domain.errors import TooMany
from steward.domain.users import User
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.read_units import ReadUnit
from steward.infrastructure.db.statements import Params, Row, Statement, key_scopes
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases.ports import WriteUnit
from steward.usecases.values import Caller, Limit
from tests.factories import AT, LATER, OWNER, TRACE, a_session, a_user, new_id
from tests.infrastructure.contract import HASH, a_person, do, wrote
from tests.infrastructure.databases import opened, outside
from tests.infrastructure.keys import RING, a_key, caller


async def test_a_key_lets_in_to_what_it_is_good_for(sql_units: Units) -> None:
    user = await a_person(sql_units)
    key, issued = await a_key(sql_units, user.id, KeyScope.READ, expires_at=LATER)
    reads, writes = caller(user.id, issued, "read"), caller(user.id, issued)
    assert await sql_units.read(reads).users.get(user.id) == user
    assert await sql_units.read(reads).users.get(new_id()) is None
    await sql_units.read(reads).let_in()
    with pytest.raises(OutOfScope):
        await sql_units.read(writes).users.get(user.id)
    with pytest.raises(OutOfScope):
        await sql_units.read(writes).let_in()

    async def work(one: WriteUnit) -> None:
        one.users.set_password_hash(user.id, "written")

    with pytest.raises(OutOfScope):
        await sql_units.write(work, trace=TRACE, at=AT, caller=writes)
    late = caller(user.id, issued, "read", at=LATER)
    for refused in (late, replace(reads, user_id=new_id())):
        with pytest.raises(KeyRefused):
            await sql_units.read(refused).users.get(user.id)
        with pytest.raises(KeyRefused):
            await sql_units.write(work, trace=TRACE, at=refused.at, caller=refused)
    assert await do(sql_units, lambda one: one.users.password_hash(user.id)) == HASH
    await do(sql_units, lambda one: one.api_keys.remove(user.id, key.id))
    with pytest.raises(KeyRefused):
        await sql_units.read(reads).users.get(user.id)


class Listening:
    """A database that notes what it was asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked: list[Statement] = []

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        self.asked.append(statement)
        return await self._database.read(statement, params)


async def test_a_key_costs_no_round_trip_and_a_wrong_secret_as_many_as_an_unknown_id(
    database: Database, sql_units: Units
) -> None:
    user = await a_person(sql_units)
    _, issued = await a_key(sql_units, user.id)
    session = a_session(user)
    await wrote(sql_units, lambda one: one.sessions.add(session))
    unknown = RING.issue(owner_id=user.id, portfolio_id=None)
    asked = []
    for one in (
        Caller(user.id, session.id, AT),
        caller(user.id, issued, "read"),
        caller(user.id, replace(unknown, id=issued.id), "read"),
        caller(user.id, unknown, "read"),
        caller(OWNER, RING.issue(owner_id=OWNER, portfolio_id=None), "read"),
    ):
        listening = Listening(database)
        with suppress(KeyRefused):
            await ReadUnit(cast("Database", listening), one).users.get(user.id)
        asked.append(listening.asked)
    by_session, by_key, *refused = asked
    assert (len(by_session), len(by_key)) == (1, 1)
    assert refused == [[*by_key, key_scopes()]] * 3


async def test_a_key_that_may_trade_writes_within_the_limit(database: Database) -> None:
    units = Units(database, writes=Limit(f"writes {new_id()}", 1, 60))
    user = await a_person(units)
    _, issued = await a_key(units, user.id, KeyScope.TRADE)

    async def work(one: WriteUnit) -> None:
        one.users.set_password_hash(user.id, "written")

    await units.write(work, trace=TRACE, at=AT, caller=caller(user.id, issued))
    assert await do(units, lambda one: one.users.password_hash(user.id)) == "written"
    with pytest.raises(TooMany):
        await units.write(work, trace=TRACE, at=AT, caller=caller(user.id, issued))


async def test_a_deleted_user_s_keys_are_gone(sql_units: Units, migrated_url: str) -> None:
    user = await a_person(sql_units)
    await a_key(sql_units, user.id)
    await outside(migrated_url, f"DELETE FROM users WHERE id = '{user.id}'")  # noqa: S608 - of ours
    assert await outside(migrated_url, f"SELECT id FROM api_keys WHERE owner_id = '{user.id}'") == []  # noqa: S608 - of ours
    assert list(await do(sql_units, lambda one: one.api_keys.of(user.id))) == []


async def test_of_many_who_register_first_one_is_the_administrator(migrated_url: str) -> None:
    await outside(migrated_url, "DELETE FROM users")
    async with opened(migrated_url, size=4) as database:
        units = Units(database, writes=Limit("writes", 1_000_000, 60))
        people: list[User] = [a_user() for _ in range(4)]

        async def register(user: User) -> None:
            await wrote(units, lambda one: one.users.add(user, HASH))

        await asyncio.gather(*map(register, people))
        admins = [await do(units, lambda one, id_=user.id: one.users.is_admin(id_)) for user in people]  # type: ignore[misc]  # bound now
        assert admins.count(True) == 1
