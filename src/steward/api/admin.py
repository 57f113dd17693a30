"""What concerns everybody, over HTTP: for administrators alone."""

from uuid import UUID

from steward.api.call import Call
from steward.api.cursors import link_to_next, uuid_of
from steward.api.figures import flag
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Cursor, Instant, Limit, Shape, Uuid
from steward.domain.users import NotAdmin
from steward.usecases.ports import ReadUnit
from steward.usecases.values import Row

operations = Operations("admin")

_PERSON = '{"id":"%s","email":%s,"username":%s,"created_at":"%s","is_admin":%s,"portfolio_count":%d}'


class PersonShape(Shape):
    """Somebody who has an account; the market maker of the exchange has neither e-mail nor username."""

    id: Uuid
    email: str | None
    username: str | None
    created_at: Instant
    is_admin: bool
    portfolio_count: int


async def _administered(call: Call) -> ReadUnit:
    """Give what an administrator reads with. Raises NotAdmin."""
    unit = call.read()
    if not await unit.users.is_admin(call.user_id):
        raise NotAdmin
    return unit


def _written(row: Row) -> str:
    id_, email, username, created_at, is_admin, portfolio_count = row
    names = optional(quoted, email), optional(quoted, username)
    return _PERSON % (id_, *names, created_at, flag(is_admin), portfolio_count)


@operations.add("GET", "/admin/users", answers=list[PersonShape])
async def users(call: Call, limit: Limit = 500, cursor: Cursor | None = None) -> Answer:
    """List all people, newest first; the Link header leads to the next ones; for administrators."""
    before = None if cursor is None else uuid_of(cursor)
    found = await (await _administered(call)).users.page(before, limit=limit + 1)
    headers = link_to_next(call, UUID(found[limit - 1][0]), limit) if len(found) > limit else ()
    return Answer(200, f"[{','.join(map(_written, found[:limit]))}]".encode(), headers)
