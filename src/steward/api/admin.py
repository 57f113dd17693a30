"""What concerns everybody, over HTTP: for administrators alone."""

import asyncio
from uuid import UUID

from steward.api.call import Call
from steward.api.cursors import link_to_next, uuid_of
from steward.api.figures import flag
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Cursor, Day, Instant, Limit, Shape, Uuid
from steward.domain.instants import instant_text
from steward.domain.prices import by_source
from steward.domain.users import NotAdmin
from steward.usecases.ports import ReadUnit
from steward.usecases.values import Row

operations = Operations("admin")

_PRICES = '{"source":"%s","simulated":%s,"count":%d,"oldest":"%s","newest":"%s"}'
_RATES = '{"source":"%s","newest":"%s"}'
_SOURCES = '{"prices":[%s],"rates":[%s],"max_age_days":%d}'
# A source of rates knows that of the dollar for every day of which it knows any.
_ALWAYS_STATED = "USD"
_PERSON = '{"id":"%s","email":%s,"username":%s,"created_at":"%s","is_admin":%s,"portfolio_count":%d}'


class PersonShape(Shape):
    """Somebody who has an account; the market maker of the exchange has neither e-mail nor username."""

    id: Uuid
    email: str | None
    username: str | None
    created_at: Instant
    is_admin: bool
    portfolio_count: int


class PriceSourceShape(Shape):
    """Where prices are from that nobody entered, and when the oldest and the newest of them were so."""

    source: str
    simulated: bool
    count: int
    oldest: Instant
    newest: Instant


class RateSourceShape(Shape):
    """Where rates are from that nobody entered, and the last day of which it knows one."""

    source: str
    newest: Day


class SourcesShape(Shape):
    """The sources in use; a close or rate stands for the `max_age_days` after its day at most."""

    prices: list[PriceSourceShape]
    rates: list[RateSourceShape]
    max_age_days: int


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


@operations.add("GET", "/admin/sources", answers=SourcesShape)
async def sources(call: Call) -> Answer:
    """Tell which sources of prices and rates are in use, and how old these are; for administrators."""
    await _administered(call)
    system = call.system
    prices = [
        _PRICES
        % (one.source, flag(one.simulated), one.count, instant_text(one.oldest), instant_text(one.newest))
        for one in by_source(system.prices.quotes(call.at).values())
    ]
    stated = await asyncio.to_thread(system.rates.rates, [_ALWAYS_STATED])
    rates = [_RATES % (one.source, one.day(-1)) for one in stated]
    text = _SOURCES % (",".join(prices), ",".join(rates), system.price_policy.max_age_days)
    return Answer(200, text.encode(), ())
