"""One contract for API keys and the exchange's clock: in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from steward.domain.api_keys import KeyRefused, KeyScope, OutOfScope
from steward.domain.clocks import Clock, ClockChange
from steward.domain.portfolios import PortfolioNotFound
from steward.usecases.ports import Units
from steward.usecases.values import Caller
from tests.conftest import ENGINES
from tests.factories import AT, LATER, new_id
from tests.infrastructure.contract import a_kept_portfolio, a_person, do, wrote
from tests.infrastructure.keys import RING, a_key, caller


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_keys_are_listed_newest_first_to_their_owner(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    old, _ = await a_key(units, user.id, expires_at=LATER)
    new, _ = await a_key(units, user.id, KeyScope.READ, created_at=LATER)
    await a_key(units, other.id)
    assert list(await do(units, lambda one: one.api_keys.of(user.id))) == [new, old]
    assert await do(units, lambda one: one.api_keys.hold_count(user.id)) == 2


async def test_a_key_names_a_portfolio_of_its_owner(units: Units) -> None:
    user = await a_person(units)
    mine, foreign = await a_kept_portfolio(units, user), await a_kept_portfolio(units)
    key, _ = await a_key(units, user.id, portfolio_id=mine.id)
    with pytest.raises(PortfolioNotFound):
        await a_key(units, user.id, portfolio_id=foreign.id)
    assert list(await do(units, lambda one: one.api_keys.of(user.id))) == [key]


async def test_a_key_is_removed_once_and_by_its_owner(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    key, _ = await a_key(units, user.id)
    assert not await do(units, lambda one: one.api_keys.remove(other.id, key.id))
    assert await do(units, lambda one: one.api_keys.remove(user.id, key.id))
    assert not await do(units, lambda one: one.api_keys.remove(user.id, key.id))


async def test_a_use_is_noted_once_a_minute(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    key, _ = await a_key(units, user.id)
    await wrote(units, lambda one: one.api_keys.used(other.id, key.id, at=AT))
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
        at = AT + timedelta(seconds=seconds)
        await wrote(units, lambda one, at=at: one.api_keys.used(user.id, key.id, at=at))  # type: ignore[misc]  # bound now
        (found,) = await do(units, lambda one: one.api_keys.of(user.id))
        assert found == replace(key, last_used_at=AT + timedelta(seconds=noted))


async def test_of_many_callers_those_are_refused_whose_key_is_not_good(units: Units) -> None:
    user, other = await a_person(units), await a_person(units)
    _, good = await a_key(units, user.id)
    _, over = await a_key(units, user.id, expires_at=AT)
    _, reads = await a_key(units, user.id, KeyScope.READ)
    _, foreign = await a_key(units, other.id)
    forged = RING.issue(owner_id=user.id, portfolio_id=None)
    by_session = Caller(user.id, new_id(), AT)
    right = {caller(user.id, good), caller(user.id, reads, "read"), caller(other.id, foreign), by_session}
    wrong = {caller(user.id, over), caller(user.id, forged), caller(user.id, replace(good, id=forged.id))}
    wrong |= {replace(caller(user.id, good), user_id=other.id)}
    beyond = {caller(user.id, reads), caller(user.id, good, "account")}
    found = await do(units, lambda one: one.api_keys.refusals(right | wrong | beyond, at=AT))
    assert {one: type(refusal) for one, refusal in found.items()} == {
        **dict.fromkeys(wrong, KeyRefused),
        **dict.fromkeys(beyond, OutOfScope),
    }
    assert await do(units, lambda one: one.api_keys.refusals([by_session], at=AT)) == {}


async def test_the_clock_is_kept_as_it_was_set(units: Units) -> None:
    assert await do(units, lambda one: one.clocks.get()) == Clock()
    change = ClockChange(time=LATER, speed=Decimal("0.000001"))
    clock = Clock().changed(change, has_orders=False, at=AT)
    await wrote(units, lambda one: one.clocks.save(clock))
    assert await do(units, lambda one: one.clocks.lock()) == clock
    assert not await do(units, lambda one: one.clocks.has_orders())
    await wrote(units, lambda one: one.clocks.save(Clock()))


async def test_somebody_is_made_an_administrator_and_one_no_more(units: Units) -> None:
    await a_person(units)
    user = await a_person(units)
    assert await do(units, lambda one: one.users.by_email(user.email or "")) == user
    assert await do(units, lambda one: one.users.by_email("nobody@example.com")) is None
    for is_admin in (False, True, False):
        await wrote(units, lambda one, to=is_admin: one.users.set_admin(user.id, is_admin=to))  # type: ignore[misc]  # bound now
        assert await do(units, lambda one: one.users.is_admin(user.id)) is is_admin
    assert not await do(units, lambda one: one.users.is_admin(new_id()))
