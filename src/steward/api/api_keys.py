"""API keys over HTTP: made and revoked by a person who is signed in, used by programs."""

from typing import Annotated, Literal

from annotated_types import MaxLen, MinLen

from steward.api.call import Call
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import BIGGEST_ID, Body, Instant, Shape
from steward.domain.api_keys import OFFERED, ApiKey, KeyScope
from steward.domain.instants import instant_text
from steward.domain.portfolios import PortfolioNotFound
from steward.usecases import api_keys
from steward.usecases.ports import WriteUnit

operations = Operations("api-keys", KeyScope.ACCOUNT)

_KEY = (
    '{"key_id":"%s","name":%s,"scopes":[%s],"portfolio_id":%s,"created_at":"%s","expires_at":%s,'
    '"last_used_at":%s%s}'
)


class ApiKeyShape(Shape):
    """A key, without its secret; `last_used_at` may be a minute late."""

    key_id: str
    name: str
    scopes: list[Literal["read", "trade"]]
    portfolio_id: int | None
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None


class NewApiKeyAnswer(ApiKeyShape):
    """A new key; the secret is shown this once, and null where the answer is repeated."""

    secret: str | None


class NewApiKey(Body):
    """A name, what the key is good for, and the portfolio that is its account where there is one alone."""

    name: str
    scopes: Annotated[list[Literal["read", "trade"]], MinLen(1), MaxLen(len(OFFERED))]
    portfolio_id: int | None = None
    expires_at: Instant | None = None


def _written(key: ApiKey, secret: str = "") -> str:
    times = (optional(lambda at: f'"{instant_text(at)}"', at) for at in (key.expires_at, key.last_used_at))
    return _KEY % (
        key.id,
        quoted(key.name),
        ",".join(f'"{scope}"' for scope in key.scopes),
        "null" if key.portfolio_id is None else key.portfolio_id,
        instant_text(key.created_at),
        *times,
        secret,
    )


@operations.add("POST", "/api-keys", answers=NewApiKeyAnswer, status=201, refuses=(404, 409))
async def create(call: Call, body: NewApiKey) -> Answer:
    """Make an API key; its secret is in this answer and nowhere else."""
    if body.portfolio_id is not None and not 0 < body.portfolio_id <= BIGGEST_ID:
        raise PortfolioNotFound
    made: list[ApiKey] = []

    async def work(unit: WriteUnit) -> Answer:
        key, secret = await api_keys.create(
            unit,
            call.system.key_maker,
            owner_id=call.user_id,
            name=body.name,
            scopes=body.scopes,
            portfolio_id=body.portfolio_id,
            expires_at=body.expires_at,
            at=call.at,
        )
        made.append(key)
        return Answer(201, _written(key, f',"secret":"{secret}"').encode(), ())

    def without_secret(answer: Answer) -> Answer:
        return answer._replace(body=_written(made[-1], ',"secret":null').encode())

    return await call.write(work, kept=without_secret)


@operations.add("GET", "/api-keys", answers=list[ApiKeyShape])
async def index(call: Call) -> Answer:
    """List the caller's API keys, newest first."""
    found = await call.read().api_keys.of(call.user_id)
    return Answer(200, f"[{','.join(map(_written, found))}]".encode(), ())


@operations.add("DELETE", "/api-keys/{key_id}", status=204, refuses=(404,))
async def revoke(call: Call, key_id: str) -> Answer:
    """Revoke an API key on every worker at once."""

    async def work(unit: WriteUnit) -> Answer:
        await api_keys.revoke(unit, owner_id=call.user_id, key_id=key_id)
        return Answer(204, b"", ())

    return await call.write(work)
