from datetime import timedelta
from uuid import UUID

import pytest

from steward.domain.api_keys import MOST_PER_USER, KeyNotFound, KeyRefused, KeyScope, OutOfScope, TooManyKeys
from steward.domain.errors import TooMany
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.text import InvalidText
from steward.infrastructure.auth.keys import KeyRing
from steward.usecases import api_keys
from steward.usecases.api_keys import KeyLog, KeyMaker
from steward.usecases.values import Caller, Limit, PresentedKey
from tests.factories import AT, OWNER, TRACE, new_id
from tests.fakes import FakeUnits
from tests.usecases.run import run

RING = KeyRing("a secret of the tests, of at least 32 bytes", [])
MAKER = KeyMaker(RING, Limit("new api keys", 3, 3600))
REFUSALS = Limit("refused api keys", 2, 60)


async def made(units: FakeUnits, owner_id: UUID = OWNER, **given: object) -> tuple[str, str]:
    usual = {"name": " bot ", "scopes": ["trade"], "portfolio_id": None, "expires_at": None, "at": AT}
    key, secret = await run(units, api_keys.create, maker=MAKER, owner_id=owner_id, **{**usual, **given})
    return key.id, secret


def presented(key_id: str, secret: str, scope: str = KeyScope.TRADE) -> Caller:
    owner_id, key = RING.read(key_id, secret, scope=scope)
    return Caller(owner_id, None, AT, key)


async def test_a_key_is_kept_without_its_secret(units: FakeUnits, pension: Portfolio) -> None:
    until = AT + timedelta(days=1)
    key_id, secret = await made(units, portfolio_id=pension.id, expires_at=until)
    (key,) = await units.read().api_keys.of(OWNER)
    assert (key.id, key.name, key.scopes) == (key_id, "bot", (KeyScope.TRADE,))
    assert (key.portfolio_id, key.expires_at, key.last_used_at) == (pension.id, until, None)
    assert secret not in str(units.memory)
    caller = presented(key_id, secret)
    assert await units.read().api_keys.refusals([caller], at=AT) == {}
    assert [*await units.read().api_keys.refusals([caller], at=until)] == [caller]


async def test_a_name_and_a_portfolio_are_checked(units: FakeUnits, pension: Portfolio) -> None:
    with pytest.raises(InvalidText):
        await made(units, name=" ")
    with pytest.raises(PortfolioNotFound):
        await made(units, new_id(), portfolio_id=pension.id)


async def test_a_user_makes_so_many_keys_an_hour(units: FakeUnits) -> None:
    for _ in range(3):
        await made(units)
    with pytest.raises(TooMany):
        await made(units)
    await made(units, new_id())
    await made(units, at=AT + timedelta(hours=1))


async def test_a_user_has_fifty_keys_at_most(units: FakeUnits) -> None:
    for hour in range(MOST_PER_USER):
        await made(units, at=AT + timedelta(hours=hour))
    late = AT + timedelta(hours=MOST_PER_USER)
    with pytest.raises(TooManyKeys):
        await made(units, at=late)
    first = (await units.read().api_keys.of(OWNER))[-1]
    await run(units, api_keys.revoke, owner_id=OWNER, key_id=first.id)
    await made(units, at=late)


async def test_a_key_is_revoked_by_its_owner_once(units: FakeUnits) -> None:
    key_id, secret = await made(units)
    with pytest.raises(KeyNotFound):
        await run(units, api_keys.revoke, owner_id=new_id(), key_id=key_id)
    await run(units, api_keys.revoke, owner_id=OWNER, key_id=key_id)
    with pytest.raises(KeyNotFound):
        await run(units, api_keys.revoke, owner_id=OWNER, key_id=key_id)
    assert len(await units.read().api_keys.refusals([presented(key_id, secret)], at=AT)) == 1


def key_of(caller: Caller) -> PresentedKey:
    assert caller.key is not None
    return caller.key


async def test_a_use_is_noted_once_a_minute(units: FakeUnits) -> None:
    key_id, secret = await made(units)
    caller, log = presented(key_id, secret), KeyLog(units, REFUSALS)
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (90, 60), (121, 121)):
        at = AT + timedelta(seconds=seconds)
        log.used(Caller(caller.user_id, None, at, caller.key), key_of(caller), TRACE)
        await log.settle()
        (key,) = await units.read().api_keys.of(OWNER)
        assert key.last_used_at == AT + timedelta(seconds=noted)


async def test_of_too_many_keys_the_log_remembers_none(
    units: FakeUnits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "_NOTED_MAXIMUM", 1)
    log = KeyLog(units, REFUSALS)
    for _ in range(2):
        caller = presented(*await made(units))
        log.used(caller, key_of(caller), TRACE)
    await log.settle()
    assert [key.last_used_at for key in await units.read().api_keys.of(OWNER)] == [AT, AT]
    assert len(log._noted) == 1


async def test_a_refused_key_is_on_record_as_often_as_the_limit_allows(units: FakeUnits) -> None:
    caller, log = presented(*await made(units)), KeyLog(units, REFUSALS)
    log.refused(caller, key_of(caller), KeyRefused(), TRACE)
    await log.settle()
    log.refused(caller, key_of(caller), OutOfScope("trade"), TRACE)
    await log.settle()
    log.refused(caller, key_of(caller), KeyRefused(), TRACE)
    await log.settle()
    # Whose a key is that was not proved to be anybody's, nobody knows.
    assert [(trace.subject, user, outcome) for trace, user, outcome, _ in units.memory.audit.values()] == [
        (f"key {key_of(caller).id}", None, "invalid-api-key"),
        (f"key {key_of(caller).id}", OWNER, "out-of-scope"),
    ]
