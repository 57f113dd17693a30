"""Coming in and going out, locally and through a provider."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from steward.domain.errors import NotFound, Refusal, TooMany
from steward.domain.users import (
    EmailNotConfirmed,
    InvalidCredentials,
    InvalidEmail,
    InvalidPassword,
    LoginTaken,
    Session,
    User,
)
from steward.usecases import identity
from steward.usecases.identity import LOCAL_ISSUER, Door, Knock
from steward.usecases.values import Limit
from tests.factories import AT, TRACE, new_id
from tests.fakes import FakePasswords, FakeProvider, FakeUnits
from tests.usecases.run import run

EMAIL = "alice@example.com"
PASSWORD = "correct horse 42 battery"
OTHER = "another horse 43 battery"


@pytest.fixture
def door(units: FakeUnits) -> Door:
    return Door(
        units=units,
        passwords=FakePasswords(),
        provider=None,
        registrations=Limit("registrations", 3, 3600),
        failures_by_address=Limit("failures by address", 4, 60),
        failures_by_account=Limit("failures by account", 2, 300),
        session_lifetime=timedelta(hours=1),
    )


@pytest.fixture
def outside(door: Door) -> Door:
    """Give the way in through a provider."""
    return replace(door, provider=FakeProvider(passwords={EMAIL: PASSWORD}))


def a_knock() -> Knock:
    return Knock(new_id(), new_id(), AT, TRACE, "a browser " + "x" * 300)


def outcomes(units: FakeUnits) -> list[str]:
    return [outcome for _, _, outcome, _ in units.memory.audit.values()]


async def registered(door: Door, *, email: str | None = EMAIL, username: str | None = None) -> User:
    user, _ = await identity.register(door, a_knock(), password=PASSWORD, email=email, username=username)
    return user


async def test_registering_makes_an_account_and_its_first_session(door: Door, units: FakeUnits) -> None:
    knock = a_knock()
    user, session = await identity.register(door, knock, password=PASSWORD, email=" Alice@Example.com ")
    assert user == User(knock.user_id, EMAIL, EMAIL, None, LOCAL_ISSUER, str(knock.user_id), AT)
    until = AT + timedelta(hours=1)
    expected = Session(knock.session_id, user.id, AT, until, None, TRACE.address, knock.user_agent[:200])
    assert session == expected
    assert units.memory.users == {user.id: (user, f"strong:{PASSWORD}")}
    assert units.memory.sessions == {session.id: session}


async def test_s5_an_accepted_registration_is_on_record_once(door: Door, units: FakeUnits) -> None:
    user = await registered(door)
    assert list(units.memory.audit.values()) == [(TRACE, user.id, "accepted", AT)]


@pytest.mark.parametrize(
    ("username", "login", "email"),
    [("Älice", "älice", None), ("Bob@Example.com", "bob@example.com", "bob@example.com")],
)
async def test_a_username_may_be_an_e_mail_address(
    door: Door, username: str, login: str, email: str | None
) -> None:
    user = await registered(door, email=None, username=username)
    assert (user.login, user.email, user.username) == (login, email, username)


@pytest.mark.parametrize(
    ("email", "username"), [(EMAIL.upper(), None), (None, EMAIL.upper()), (None, f" {EMAIL}")]
)
async def test_a_name_is_taken_without_regard_to_case(
    door: Door, units: FakeUnits, email: str | None, username: str | None
) -> None:
    user = await registered(door)
    with pytest.raises(LoginTaken):
        await registered(door, email=email, username=username)
    assert list(units.memory.users) == [user.id]
    assert outcomes(units) == ["accepted", "login-taken"]


@pytest.mark.parametrize(
    ("email", "password", "refusal"),
    [("nobody", PASSWORD, InvalidEmail), (EMAIL, "short", InvalidPassword), (EMAIL, EMAIL, InvalidPassword)],
)
async def test_a_bad_name_or_password_is_refused_before_anything_is_counted(
    door: Door, units: FakeUnits, email: str, password: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await identity.register(door, a_knock(), password=password, email=email)
    assert not units.memory.users
    assert not units.memory.counts


async def test_registrations_from_one_address_are_limited(door: Door, units: FakeUnits) -> None:
    for number in range(3):
        await registered(door, email=f"a{number}@example.com")
    with pytest.raises(TooMany):
        await registered(door)
    assert len(units.memory.users) == 3
    assert outcomes(units) == ["accepted"] * 3


async def test_signing_in_opens_a_session(door: Door, units: FakeUnits) -> None:
    user = await registered(door)
    knock = a_knock()
    found, session = await identity.sign_in(door, knock, name=EMAIL.upper(), password=PASSWORD)
    assert (found, session.id, session.user_id) == (user, knock.session_id, user.id)
    assert session in units.memory.sessions.values()
    assert outcomes(units) == ["accepted", "accepted"]


@pytest.mark.parametrize(("name", "password"), [(EMAIL, OTHER), ("bob@example.com", PASSWORD), ("\x00", "")])
async def test_s6_a_failed_sign_in_says_one_thing_and_is_on_record(
    door: Door, units: FakeUnits, name: str, password: str
) -> None:
    await registered(door)
    with pytest.raises(InvalidCredentials) as refused:
        await identity.sign_in(door, a_knock(), name=name, password=password)
    assert refused.value.detail == InvalidCredentials().detail
    assert len(units.memory.sessions) == 1
    assert outcomes(units) == ["accepted", "invalid-credentials"]


async def test_failures_on_one_account_are_limited_and_success_is_not_counted(
    door: Door, units: FakeUnits
) -> None:
    await registered(door)
    for _ in range(6):
        await identity.sign_in(door, a_knock(), name=EMAIL, password=PASSWORD)
    for _ in range(2):
        with pytest.raises(InvalidCredentials):
            await identity.sign_in(door, a_knock(), name=EMAIL, password=OTHER)
    with pytest.raises(TooMany):
        await identity.sign_in(door, a_knock(), name=EMAIL, password=PASSWORD)
    assert outcomes(units) == ["accepted"] * 7 + ["invalid-credentials"] * 2


async def test_a_weak_hash_is_made_again_at_sign_in(door: Door, units: FakeUnits) -> None:
    user = await registered(door)
    units.memory.users[user.id] = (user, f"weak:{PASSWORD}")
    await identity.sign_in(door, a_knock(), name=EMAIL, password=PASSWORD)
    assert units.memory.users[user.id] == (user, f"strong:{PASSWORD}")


async def change(door: Door, user: User, session_id: UUID, password: str, new_password: str) -> None:
    hashed = await identity.prove_for_change(
        door, a_knock(), user=user, password=password, new_password=new_password
    )
    await run(
        door.units,
        identity.change_password,
        door=door,
        user=user,
        session_id=session_id,
        hashed=hashed,
        at=AT,
    )


async def test_s3_a_changed_password_ends_every_other_session(door: Door, units: FakeUnits) -> None:
    user, session = await identity.register(door, a_knock(), password=PASSWORD, email=EMAIL)
    await identity.sign_in(door, a_knock(), name=EMAIL, password=PASSWORD)
    await change(door, user, session.id, PASSWORD, OTHER)
    standing = [one.id for one in units.memory.sessions.values() if one.is_open(AT)]
    assert standing == [session.id]
    assert units.memory.users[user.id] == (user, f"strong:{OTHER}")
    assert units.memory.counts[f"failures by account:{user.login}"][1] == 0


async def test_a_password_is_changed_only_by_who_knows_it(door: Door, units: FakeUnits) -> None:
    user, session = await identity.register(door, a_knock(), password=PASSWORD, email=EMAIL)
    for _ in range(2):
        with pytest.raises(InvalidCredentials):
            await change(door, user, session.id, OTHER, OTHER)
    with pytest.raises(TooMany):
        await change(door, user, session.id, PASSWORD, OTHER)
    assert units.memory.users[user.id] == (user, f"strong:{PASSWORD}")
    assert outcomes(units) == ["accepted", "invalid-credentials", "invalid-credentials"]


@pytest.mark.parametrize("new_password", ["short", EMAIL, "000000000000"])
async def test_a_new_password_keeps_the_rules(door: Door, units: FakeUnits, new_password: str) -> None:
    user, session = await identity.register(door, a_knock(), password=PASSWORD, email=EMAIL)
    with pytest.raises(InvalidPassword):
        await change(door, user, session.id, PASSWORD, new_password)
    assert units.memory.users[user.id] == (user, f"strong:{PASSWORD}")


async def test_a_session_is_ended_once_by_its_user(door: Door, units: FakeUnits) -> None:
    user, session = await identity.register(door, a_knock(), password=PASSWORD, email=EMAIL)
    with pytest.raises(NotFound):
        await run(units, identity.end_session, user_id=new_id(), session_id=session.id, at=AT)
    await run(units, identity.end_session, user_id=user.id, session_id=session.id, at=AT)
    assert units.memory.sessions[session.id].revoked_at == AT
    with pytest.raises(identity.SessionNotFound):
        await run(units, identity.end_session, user_id=user.id, session_id=session.id, at=AT)


# Through a provider


async def test_a_provider_s_user_gets_an_account_at_first_sight_and_keeps_it(
    outside: Door, units: FakeUnits
) -> None:
    user, _ = await identity.sign_in(outside, a_knock(), name=EMAIL, password=PASSWORD)
    again, _ = await identity.sign_in(outside, a_knock(), name=EMAIL, password=PASSWORD)
    assert again == user
    assert (user.login, user.email, user.issuer) == (None, EMAIL, "https://provider.example")
    assert units.memory.users == {user.id: (user, None)}
    assert {count for _, count in units.memory.counts.values()} == {0}


async def test_registering_goes_to_the_provider(outside: Door, units: FakeUnits) -> None:
    user = await registered(outside, email=None, username="bob@example.com")
    assert (user.email, user.username, user.login) == ("bob@example.com", "bob@example.com", None)
    assert units.memory.users == {user.id: (user, None)}
    with pytest.raises(LoginTaken):
        await registered(outside)


async def test_a_username_alone_is_no_provider_s_account(outside: Door, units: FakeUnits) -> None:
    with pytest.raises(InvalidEmail):
        await registered(outside, email=None, username="bob")
    with pytest.raises(InvalidCredentials):
        await identity.sign_in(outside, a_knock(), name="bob", password=PASSWORD)
    assert not units.memory.users


async def test_an_address_that_is_not_confirmed_opens_nothing(door: Door, units: FakeUnits) -> None:
    doubting = replace(door, provider=FakeProvider(verified=False, passwords={EMAIL: PASSWORD}))
    with pytest.raises(EmailNotConfirmed):
        await identity.sign_in(doubting, a_knock(), name=EMAIL, password=PASSWORD)
    assert not units.memory.users
    assert outcomes(units) == ["email-not-confirmed"]


async def test_a_provider_s_password_is_changed_there(outside: Door, units: FakeUnits) -> None:
    user, session = await identity.sign_in(outside, a_knock(), name=EMAIL, password=PASSWORD)
    with pytest.raises(InvalidCredentials):
        await change(outside, user, session.id, OTHER, OTHER)
    await change(outside, user, session.id, PASSWORD, OTHER)
    assert units.memory.users == {user.id: (user, None)}
    await identity.sign_in(outside, a_knock(), name=EMAIL, password=OTHER)


class OvertakenUnits(FakeUnits):
    """Another first sight of the same person is written just before ours."""

    overtaken = False

    async def write(self, work: Any, **how: Any) -> Any:
        if work.__name__ == "keep" and not self.overtaken:
            self.overtaken = True
            await super().write(work, **how)
            raise LoginTaken
        return await super().write(work, **how)


async def test_two_first_sights_of_one_person_at_once_find_one_account(outside: Door) -> None:
    units = OvertakenUnits()
    user, _ = await identity.sign_in(replace(outside, units=units), a_knock(), name=EMAIL, password=PASSWORD)
    assert [known.id for known, _ in units.memory.users.values()] == [user.id]
