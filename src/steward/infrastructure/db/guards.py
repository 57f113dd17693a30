"""Guards: the check of a session or an API key that rides with the first statement of a unit."""

from collections.abc import Awaitable, Callable

from steward.domain.api_keys import KeyRefused, OutOfScope
from steward.domain.errors import Refusal
from steward.infrastructure.db.calls import SessionEnded
from steward.infrastructure.db.statements import Params, Row, Statement, key_scopes, session_is_open
from steward.usecases.values import Caller

_Run = Callable[[Statement, Params], Awaitable[list[Row]]]


def credential_of(caller: Caller) -> dict[str, object]:
    """Give the parameters by which a statement asks whether the caller is let in."""
    if caller.key is None:
        return {"caller_id": caller.user_id, "caller_session_id": caller.session_id, "caller_at": caller.at}
    return {
        "caller_id": caller.user_id,
        "caller_at": caller.at,
        "caller_key_id": caller.key.id,
        "caller_key_hash": caller.key.secret_hash,
        "caller_key_scope": f"%{caller.key.scope}%",
    }


async def refusal_of(run: _Run, caller: Caller) -> Refusal | None:
    """Say why the caller is not let in; None when they are."""
    if caller.key is None:
        return None if await run(session_is_open(), credential_of(caller)) else SessionEnded()
    rows = await run(key_scopes(), credential_of(caller))
    if not rows:
        return KeyRefused()
    scopes: str = rows[0][0]
    return None if caller.key.scope in scopes.split() else OutOfScope(caller.key.scope)


class Guard:
    """Lets the check of the caller ride with the first statement of a unit.

    The first query gives nothing when the session is over, or the key is not good for this; only then is
    that asked for by itself, to tell that case from an honest nothing.
    """

    def __init__(self, caller: Caller | None) -> None:
        self._caller = caller

    async def fetch(self, run: _Run, statement: Statement, params: Params) -> list[Row]:
        """Run a query; the first that can carry it has the check with it.

        Raises SessionEnded, KeyRefused, OutOfScope.
        """
        caller = self._caller
        if caller is None or not statement.guardable:
            return await run(statement, params)
        self._caller = None
        guarded = statement.guarded if caller.key is None else statement.guarded_by_key
        rows = await run(guarded, {**params, **credential_of(caller)})
        if not rows and (refusal := await refusal_of(run, caller)) is not None:
            raise refusal
        return rows

    async def check(self, run: _Run) -> None:
        """Check the caller, where there is no query for it to ride with. Raises as `fetch` does."""
        caller, self._caller = self._caller, None
        if caller is not None and (refusal := await refusal_of(run, caller)) is not None:
            raise refusal
