"""Steps with API keys: keeping one, and presenting it."""

from datetime import datetime
from uuid import UUID

from steward.domain.api_keys import OFFERED, ApiKey, KeyScope
from steward.infrastructure.auth.keys import KeyRing
from steward.usecases.ports import Units
from steward.usecases.values import Caller, IssuedKey
from tests.factories import AT
from tests.infrastructure.contract import wrote

RING = KeyRing("a secret of the tests, of at least 32 bytes", [])


async def a_key(
    units: Units,
    owner_id: UUID,
    *scopes: KeyScope,
    portfolio_id: int | None = None,
    expires_at: datetime | None = None,
    created_at: datetime = AT,
) -> tuple[ApiKey, IssuedKey]:
    """Keep a key, good for everything when no scopes are named."""
    issued = RING.issue(owner_id=owner_id, portfolio_id=portfolio_id)
    key = ApiKey(issued.id, owner_id, "bot", scopes or OFFERED, portfolio_id, created_at, expires_at)
    await wrote(units, lambda one: one.api_keys.add(key, issued))
    return key, issued


def caller(owner_id: UUID, issued: IssuedKey, scope: str = "trade", at: datetime = AT) -> Caller:
    """Give who presents a key."""
    found, key = RING.read(issued.id, issued.secret, scope=scope)
    assert found == owner_id
    return Caller(owner_id, None, at, key)
