import base64
import string
from uuid import UUID, uuid4
from zlib import crc32

import pytest

from steward.domain.api_keys import KeyRefused
from steward.infrastructure.auth.keys import KeyRing

OLD, NEW = "old secret of thirty-two bytes or more", "new secret of thirty-two bytes or more"
OWNER = UUID(int=7)
RING = KeyRing(NEW, [OLD])


def test_what_is_issued_is_read_as_it_is_kept() -> None:
    for portfolio_id in (None, 1, 2**63 - 1):
        issued = RING.issue(owner_id=OWNER, portfolio_id=portfolio_id)
        owner_id, key = RING.read(issued.id, issued.secret, scope="read")
        assert (owner_id, key.id, key.scope, key.portfolio_id) == (OWNER, issued.id, "read", portfolio_id)
        assert key.secret_hash == issued.secret_hash
        assert issued.secret not in issued.secret_hash


def test_a_key_looks_like_one_and_no_two_are_alike() -> None:
    issued = [RING.issue(owner_id=OWNER, portfolio_id=None) for _ in range(100)]
    for one in issued:
        assert (one.id[:2], len(one.id), len(one.secret)) == ("ST", 20, 91)
        assert {*one.id} <= {*string.ascii_uppercase, *string.digits}
    for parts in ({one.id for one in issued}, {one.secret for one in issued}):
        assert len(parts) == 100
    # 32 bytes of each secret are random: none of them is the same in all.
    drawn = [base64.urlsafe_b64decode(one.secret + "=")[32:64] for one in issued]
    assert all(len({raw[place] for raw in drawn}) > 1 for place in range(32))


def test_a_key_of_a_previous_secret_counts_until_that_is_forgotten() -> None:
    issued = KeyRing(OLD, []).issue(owner_id=OWNER, portfolio_id=None)
    assert RING.read(issued.id, issued.secret, scope="read")[1].secret_hash == issued.secret_hash
    _, key = KeyRing(NEW, []).read(issued.id, issued.secret, scope="read")
    assert key.secret_hash != issued.secret_hash
    assert issued.secret_id != RING.issue(owner_id=OWNER, portfolio_id=None).secret_id


def test_a_secret_counts_for_its_own_id_alone() -> None:
    issued, other = (RING.issue(owner_id=OWNER, portfolio_id=None) for _ in range(2))
    assert RING.read(other.id, issued.secret, scope="read")[1].secret_hash not in {
        issued.secret_hash,
        other.secret_hash,
    }


def test_every_changed_character_is_noticed() -> None:
    issued = RING.issue(owner_id=uuid4(), portfolio_id=5)
    for place, letter in enumerate(issued.secret):
        changed = issued.secret[:place] + ("A" if letter != "A" else "B") + issued.secret[place + 1 :]
        try:
            _, key = RING.read(issued.id, changed, scope="read")
        except KeyRefused:
            continue
        # Two bits of the last character are spare: the text is another all the same.
        assert place == 90
        assert key.secret_hash != issued.secret_hash


@pytest.mark.parametrize(
    ("key_id", "secret"),
    [
        ("", ""),
        ("ST", "x"),
        ("STAAAAAAAAAAAAAAAAAA", ""),
        ("STAAAAAAAAAAAAAAAAAA", "A" * 90),
        ("STAAAAAAAAAAAAAAAAAA", "B" * 91),
        ("STAAAAAAAAAAAAAAAAAA", "A" * 90 + "é"),
        ("PKAAAAAAAAAAAAAAAAAA", "A" * 91),
        ("STaaaaaaaaaaaaaaaaaa", "A" * 91),
        ("STAAAAAAAAAAAAAAAAAA\n", "A" * 91),
    ],
)
def test_what_is_no_key_is_refused(key_id: str, secret: str) -> None:
    with pytest.raises(KeyRefused):
        RING.read(key_id, secret, scope="read")


def test_a_well_made_forgery_only_names_what_is_not_kept() -> None:
    body = bytes(8) + OWNER.bytes + bytes(8) + bytes(32)
    secret = base64.urlsafe_b64encode(body + crc32(body).to_bytes(4)).decode().rstrip("=")
    owner_id, key = RING.read("STAAAAAAAAAAAAAAAAAA", secret, scope="trade")
    assert (owner_id, len(key.secret_hash)) == (OWNER, 64)
