"""One contract for people, sessions, calls and the unit: in memory, on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest

from steward.domain.errors import TooMany, Unauthenticated
from steward.domain.users import LoginTaken, User
from steward.infrastructure.db.sessions import MOST_PER_USER
from steward.usecases.ports import Units, WriteUnit
from steward.usecases.values import Caller, Limit
from tests.conftest import ENGINES
from tests.factories import (
    AT,
    LATER,
    TRACE,
    a_session,
    a_user,
    new_id,
    new_text,
)
from tests.infrastructure.contract import HASH, a_person, do, wrote


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# People


async def test_a_user_is_found_by_id_login_and_subject(units: Units) -> None:
    user = await a_person(units)
    assert await do(units, lambda one: one.users.get(user.id)) == user
    assert await do(units, lambda one: one.users.by_login(user.login or "")) == (user, HASH)
    assert await do(units, lambda one: one.users.by_subject(user.issuer, user.subject)) == user
    assert await do(units, lambda one: one.users.password_hash(user.id)) == HASH


async def test_a_provider_s_user_has_neither_login_nor_hash(units: Units) -> None:
    user = a_user(login=None, issuer="https://provider.example")
    await wrote(units, lambda one: one.users.add(user, None))
    assert await do(units, lambda one: one.users.by_subject(user.issuer, user.subject)) == user
    assert await do(units, lambda one: one.users.password_hash(user.id)) is None


async def test_nobody_is_found_who_is_not_there(units: Units) -> None:
    assert await do(units, lambda one: one.users.get(new_id())) is None
    assert await do(units, lambda one: one.users.by_login("nobody")) is None
    assert await do(units, lambda one: one.users.by_subject("steward", "nobody")) is None
    assert await do(units, lambda one: one.users.password_hash(new_id())) is None


@pytest.mark.parametrize("same", [("login",), ("issuer", "subject")])
async def test_a_login_and_a_subject_are_unique(units: Units, same: tuple[str, ...]) -> None:
    user = await a_person(units)
    other = a_user(**{name: getattr(user, name) for name in same})
    with pytest.raises(LoginTaken):
        await wrote(units, lambda one: one.users.add(other, HASH))
    assert await do(units, lambda one: one.users.get(other.id)) is None


async def test_a_password_is_changed_for_one_user_alone(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    await wrote(units, lambda one: one.users.set_password_hash(user.id, "another hash"))
    assert await do(units, lambda one: one.users.password_hash(user.id)) == "another hash"
    assert await do(units, lambda one: one.users.password_hash(other.id)) == HASH


# Sessions


async def test_sessions_are_listed_newest_first_while_they_are_open(units: Units) -> None:
    user = await a_person(units)
    old, new = a_session(user), a_session(user, created_at=LATER)
    over = a_session(user, expires_at=AT)
    await wrote(units, lambda one: one.sessions.add(old))
    await wrote(units, lambda one: one.sessions.add(new), lambda one: one.sessions.add(over))
    found = await do(units, lambda one: one.sessions.open_of(user.id, at=AT))
    assert list(found) == [new, old]


async def test_a_session_is_ended_once_and_by_its_user(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    session = a_session(user)
    await wrote(units, lambda one: one.sessions.add(session))
    assert not await do(units, lambda one: one.sessions.revoke(other.id, session.id, at=AT))
    assert await do(units, lambda one: one.sessions.revoke(user.id, session.id, at=AT))
    assert not await do(units, lambda one: one.sessions.revoke(user.id, session.id, at=AT))
    assert not await do(units, lambda one: one.sessions.open_of(user.id, at=AT))


async def test_all_sessions_but_one_are_ended(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    kept, ended, foreign = a_session(user), a_session(user), a_session(other)
    for session in (kept, ended, foreign):
        await wrote(units, lambda one, session=session: one.sessions.add(session))  # type: ignore[misc]  # bound now
    await wrote(units, lambda one: one.sessions.revoke_others(user.id, kept.id, at=AT))
    assert list(await do(units, lambda one: one.sessions.open_of(user.id, at=AT))) == [kept]
    assert list(await do(units, lambda one: one.sessions.open_of(other.id, at=AT))) == [foreign]


async def test_of_more_than_twenty_sessions_the_oldest_end(units: Units) -> None:
    user = await a_person(units)
    made = [a_session(user, created_at=AT + timedelta(seconds=age)) for age in range(MOST_PER_USER + 3)]
    for session in made:
        await wrote(units, lambda one, session=session: one.sessions.add(session))  # type: ignore[misc]  # bound now
    found = await do(units, lambda one: one.sessions.open_of(user.id, at=AT))
    assert list(found) == made[: -MOST_PER_USER - 1 : -1]


async def test_a_caller_writes_only_while_the_session_is_open(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    session = a_session(user)
    await wrote(units, lambda one: one.sessions.add(session))

    async def work(one: WriteUnit) -> None:
        one.users.set_password_hash(user.id, "written")

    for caller in (
        Caller(user.id, new_id(), AT),
        Caller(other.id, session.id, AT),
        Caller(user.id, session.id, session.expires_at),
    ):
        with pytest.raises(Unauthenticated):
            await units.write(work, trace=TRACE, at=caller.at, caller=caller)
    assert await do(units, lambda one: one.users.password_hash(user.id)) == HASH
    await do(units, work, Caller(user.id, session.id, AT))
    assert await do(units, lambda one: one.users.password_hash(user.id)) == "written"


# Counted calls


async def test_calls_are_counted_in_windows_up_to_the_ceiling(units: Units) -> None:
    limit, who = Limit(new_text("limit"), 2, 60), "somebody"

    async def count(at_seconds: int = 0, name: str = who) -> None:
        at = AT + timedelta(seconds=at_seconds)
        await do(units, lambda one: one.calls.count(limit, name, at=at))

    await count()
    await count()
    with pytest.raises(TooMany) as refused:
        await count(13)
    assert refused.value.retry_after_seconds == 47
    await count(name="somebody else")
    await count(60)


async def test_a_refused_call_is_not_counted_and_a_forgiven_one_no_more(units: Units) -> None:
    limit = Limit(new_text("limit"), 1, 60)
    await do(units, lambda one: one.calls.count(limit, "somebody", at=AT))
    with pytest.raises(TooMany):
        await do(units, lambda one: one.calls.count(limit, "somebody", at=AT))
    await wrote(units, lambda one: one.calls.forgive(limit, "somebody", at=AT))
    await wrote(units, lambda one: one.calls.forgive(limit, "somebody", at=AT))
    await do(units, lambda one: one.calls.count(limit, "somebody", at=AT))
    with pytest.raises(TooMany):
        await do(units, lambda one: one.calls.count(limit, "somebody", at=AT))


# The unit itself


async def test_d2_a_unit_that_fails_leaves_nothing(units: Units) -> None:
    user = a_user()

    async def work(one: WriteUnit) -> None:
        one.users.add(user, HASH)
        await one.calls.count(Limit("never reached", 5, 60), "somebody", at=AT)
        raise LoginTaken

    with pytest.raises(LoginTaken):
        await do(units, work)
    assert await do(units, lambda one: one.users.get(user.id)) is None


async def test_a_unit_sees_what_it_wrote_before(units: Units) -> None:
    user = a_user()

    async def work(one: WriteUnit) -> User | None:
        one.users.add(user, HASH)
        return await one.users.get(user.id)

    assert await do(units, work) == user
