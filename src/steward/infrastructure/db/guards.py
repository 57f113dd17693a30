"""Guards: the session check that rides with the first statement of a unit."""

from collections.abc import Awaitable, Callable

from steward.infrastructure.db.calls import SessionEnded
from steward.infrastructure.db.statements import Params, Row, Statement, session_is_open
from steward.usecases.values import Caller


def session_of(caller: Caller) -> dict[str, object]:
    """Give the parameters by which a statement asks for the caller's open session."""
    return {"caller_id": caller.user_id, "caller_session_id": caller.session_id, "caller_at": caller.at}


class Guard:
    """Lets the session check ride with the first statement of a unit.

    The first query gives nothing when the session is over; only then is the session asked for by
    itself, to tell that case from an honest nothing.
    """

    def __init__(self, caller: Caller | None) -> None:
        self._params = session_of(caller) if caller is not None else None

    async def fetch(
        self, run: Callable[[Statement, Params], Awaitable[list[Row]]], statement: Statement, params: Params
    ) -> list[Row]:
        """Run a query; the first that can carry it has the check with it. Raises SessionEnded."""
        if self._params is None or not statement.guardable:
            return await run(statement, params)
        caller, self._params = self._params, None
        rows = await run(statement.guarded, {**params, **caller})
        if not rows and not await run(session_is_open(), caller):
            raise SessionEnded
        return rows
