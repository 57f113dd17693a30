"""Argon2id in its pool."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from steward.domain.errors import Unavailable
from steward.domain.users import InvalidPassword
from steward.infrastructure.auth.passwords import PasswordHasher

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def hasher() -> Iterator[PasswordHasher]:
    cheap = PasswordHasher(memory_kib=8, passes=1, workers=1, waiting_maximum=2)
    yield cheap
    cheap.close()


async def test_a_hash_verifies_its_password_only(hasher: PasswordHasher) -> None:
    hash_ = await hasher.hash(PASSWORD)
    assert hash_.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert hash_ != await hasher.hash(PASSWORD)
    assert await hasher.verify(PASSWORD, hash_)
    for other in (
        PASSWORD + " ",
        PASSWORD.upper(),
        "",
        PASSWORD + "\x00",
        "\ud800",
        "x" * 129,
        "x" * 1_000_000,
    ):
        assert not await hasher.verify(other, hash_)
    assert not await hasher.verify(PASSWORD, None)
    assert not await hasher.verify(PASSWORD, "")
    assert not await hasher.verify(PASSWORD, "not a hash")


async def test_every_character_counts(hasher: PasswordHasher) -> None:
    hash_ = await hasher.hash("é" * 127 + "a")
    assert await hasher.verify("e\u0301" * 127 + "a", hash_)
    assert not await hasher.verify("é" * 127 + "b", hash_)


@pytest.mark.parametrize("password", ["x" * 129, "\x00" * 12, "\ud800" * 12])
async def test_what_nobody_may_choose_is_not_hashed(hasher: PasswordHasher, password: str) -> None:
    with pytest.raises(InvalidPassword):
        await hasher.hash(password)


async def test_a_hash_with_older_parameters_is_made_again(hasher: PasswordHasher) -> None:
    stronger = PasswordHasher(memory_kib=16, passes=1, workers=1)
    hash_ = await hasher.hash(PASSWORD)
    assert await stronger.verify(PASSWORD, hash_)
    assert stronger.needs_rehash(hash_)
    assert not hasher.needs_rehash(hash_)
    stronger.close()


async def test_too_many_are_turned_away_and_later_ones_are_not() -> None:
    slow = PasswordHasher(memory_kib=65_536, passes=1, workers=1, waiting_maximum=2)
    tasks = [asyncio.create_task(slow.verify(PASSWORD, None)) for _ in range(5)]
    await asyncio.sleep(0)
    tasks[2].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers[:2] == [False, False]
    assert [type(answer) for answer in answers[2:]] == [asyncio.CancelledError, Unavailable, Unavailable]
    assert await asyncio.gather(*(slow.verify(PASSWORD, None) for _ in range(3))) == [False] * 3
    slow.close()


async def test_a_closed_pool_keeps_no_place(hasher: PasswordHasher) -> None:
    hasher.close()
    for _ in range(5):
        with pytest.raises(RuntimeError):
            await hasher.hash(PASSWORD)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
async def test_only_the_pools_threads_step_back(hasher: PasswordHasher) -> None:
    await hasher.hash(PASSWORD)
    mine = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    pools = [thread.native_id for thread in threading.enumerate() if thread.name.startswith("argon2")]
    assert pools
    assert {os.getpriority(os.PRIO_PROCESS, one or 0) for one in pools} == {max(10, mine)}


async def test_an_unknown_user_takes_as_long_as_a_wrong_password() -> None:
    real = PasswordHasher()
    hash_ = await real.hash(PASSWORD)

    async def fastest(password: str, of: str | None) -> float:
        times = []
        for _ in range(5):
            begun = time.process_time()
            assert not await real.verify(password, of)
            times.append(time.process_time() - begun)
        return min(times)

    wrong = await fastest("wrong horse battery", hash_)
    for password, of in (("wrong horse battery", None), ("x" * 5_000, hash_), ("\x00", hash_)):
        assert 0.5 < await fastest(password, of) / wrong < 2
    real.close()
